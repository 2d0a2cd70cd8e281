"""The official reference list, derived from a folder of public documents.

    python data/official/make.py FOLDER

Writes `textkit/data/official.tsv`: phrase, the year it is first found in, and the number of documents
it stands in. A document's year is in its name (1954_….txt) or in `years.tsv` beside this script.
The text of the documents goes nowhere.
"""

import csv
import re
import sys
from pathlib import Path

import pandas as pd

from textkit import phrases

HERE = Path(__file__).parent
TARGET = HERE.parents[1] / "textkit" / "data" / "official.tsv"
FOOTER = re.compile(r"^本作品(?:是中华人民共和国|来自)|^Public domain$", re.M)  # of the library that published the text
CHARS = (4, 20)
LEAST_DOCUMENTS, LEAST_YEARS, LEAST_VARIETY, LEAST_NPMI = 3, 2, 3, 0.35
BARRIERS = phrases.CLAUSE + "、（）《》"
BEGINS, ENDS = "的了们这那其它他她也已又还和及着过", "的了们和及把将而也并以从这那其已又还更很最着所各"
NUMBER = "[二三四五六七八九十百千万亿零〇]{3}|^[十百千亿]"
WHOLE = "[\u4e00-\u9fff]+"
"""Chinese characters alone; no fragments and no figures."""


def documents(folder: Path) -> pd.DataFrame:
    """One row per line of a document, as points are: ``report, point, text, start, year``."""
    with (HERE / "years.tsv").open(encoding="utf-8", newline="") as file:
        listed = {row["document"]: int(row["year"]) for row in csv.DictReader(file, delimiter="\t")}
    rows = []
    for path in sorted(folder.rglob("*.txt")):
        year = int(path.stem[:4]) if path.stem[:4].isdecimal() else listed[path.stem]
        text = FOOTER.split(path.read_text("utf-8"))[0]
        rows += [(path.stem, n, line, 0, year) for n, line in enumerate(text.splitlines())]
    return pd.DataFrame(rows, columns=["report", "point", "text", "start", "year"])


def table(lines: pd.DataFrame) -> pd.DataFrame:
    """Maximal repeats with free ends: ``phrase, first_year, documents``, sorted by phrase."""
    mined = phrases.mine(
        lines, min_chars=CHARS[0], max_chars=CHARS[1], min_reports=LEAST_DOCUMENTS, barriers=BARRIERS, fold=True
    )
    free = mined[["left_variety", "right_variety"]].min(axis=1) >= LEAST_VARIETY
    text = mined["phrase"]
    whole = text.str.fullmatch(WHOLE) & ~text.str.contains(f"^[{BEGINS}]|[{ENDS}]$|{NUMBER}")
    mined = mined[free & whole & (mined["npmi"] >= LEAST_NPMI)]
    places = phrases.locate(mined, lines, fold=True, barriers=BARRIERS)
    places = places.merge(lines[["report", "year"]].drop_duplicates())
    found = places.groupby("phrase").agg(
        first_year=("year", "min"), documents=("report", "nunique"), years=("year", "nunique")
    )
    found = found[found["years"] >= LEAST_YEARS].drop(columns="years")
    return found.sort_index().reset_index()


if __name__ == "__main__":
    made = table(documents(Path(sys.argv[1])))
    made.to_csv(TARGET, sep="\t", index=False, lineterminator="\n", encoding="utf-8")
    print(f"{len(made)} phrases, {TARGET.stat().st_size} bytes")
