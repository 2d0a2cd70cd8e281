"""The whole job on corpora of growing size, in parts: CPU time, peak memory, and what a second run costs.

    python tests/bench/scale.py [--real SHARE] [REPORTS ...]

Each run is a process of its own that does all work itself (``--jobs 1``), so that CPU time and peak memory are those of
the whole job, and in parts at every size (``--memory 0.9``). The peer is what one would write with jieba, pandas and
scikit-learn for the same questions: numbered paragraphs by a regex, the words of each code looked for in each, TF-IDF
and six topics, 4- to 12-grams of two reports or more, paragraphs alike by cosine and their difflib ratio. Beyond 1,000
reports its n-grams would fill the memory and its pairs the day: it leaves out the n-grams then, and compares one
paragraph in 16 with all, counted as 16. "Asked the same" is what textkit's functions take for these questions alone,
in memory; its topics are those of points, by content words, as in the job, and go on until they settle, where those of
the script are of whole reports, by all words, and stop after 200 rounds. Phrases and copies planted by `made` are
looked for in the results. Of the points SHARE are real ones, met again and again.
"""

import argparse
import math
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.bench import made

PEER = """
import difflib, pathlib, re, sys, time, tomllib, jieba, numpy as np, pandas as pd
from sklearn.decomposition import NMF
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
out, every = pathlib.Path(sys.argv[2]), int(sys.argv[3])
out.mkdir(parents=True)
rows = []
for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.txt")):
    for text in re.split(r"\\n(?=[（(]?[一二三四五六七八九十0-9]+[）)、.．])", path.read_text("utf-8")):
        rows.append((path.stem, text))
points = pd.DataFrame(rows, columns=["report", "text"])
for book in ("problems", "causes"):
    for code in tomllib.loads((pathlib.Path("textkit/data") / f"{book}.toml").read_text("utf-8"))["code"]:
        words = [re.escape(word).replace("…", ".*") for part in code["indicators"].values() for word in part]
        points[f"{book} {code['id']}"] = points["text"].str.count("|".join(words))
points.to_csv(out / "codes.csv")
texts = points.groupby("report")["text"].agg("".join)
words = TfidfVectorizer(tokenizer=jieba.lcut, token_pattern=None)
weights = words.fit_transform(texts)
topics = NMF(6, random_state=0, max_iter=200)
pd.DataFrame(topics.fit_transform(weights), index=texts.index).to_csv(out / "topics.csv")
pd.DataFrame(topics.components_, columns=words.get_feature_names_out()).to_csv(out / "terms.csv")
if every == 1:
    grams = CountVectorizer(analyzer="char", ngram_range=(4, 12), min_df=2)
    counts = grams.fit_transform(texts)
    found = {"phrase": grams.get_feature_names_out(), "count": counts.sum(axis=0).A1, "reports": counts.getnnz(axis=0)}
    pd.DataFrame(found).to_csv(out / "phrases.csv")
vectors = TfidfVectorizer(analyzer="char", ngram_range=(4, 4)).fit_transform(points["text"])
alike = []
began = time.process_time()
for low in range(500 * (every // 2), len(points), 500 * every):
    near = (vectors[low : low + 500] @ vectors.T).tocoo()
    for i, j in zip(near.row[near.data > 0.5] + low, near.col[near.data > 0.5]):
        if points["report"][i] < points["report"][j]:
            alike.append((i, j, difflib.SequenceMatcher(None, points["text"][i], points["text"][j]).ratio()))
pd.DataFrame(alike, columns=["one", "other", "ratio"]).to_csv(out / "alike.csv")
(out / "left out").write_text(str((every - 1) * (time.process_time() - began)))
"""
SAME = """
import pathlib, sys, textkit as tk
out = pathlib.Path(sys.argv[2])
out.mkdir(parents=True)
reports = tk.reports.read(sys.argv[1])
points = tk.outline.points(tk.outline.parse(reports), reports)
made = {book: tk.codes.apply(points, tk.codes.read_codebook(book)) for book in ("problems", "causes")}
words = tk.terms.content(tk.tokens.words(points), stop=tk.tokens.read_stopwords())
counts = tk.terms.trim(tk.terms.count(words, by=["report", "point"]), min_documents=2)
topics = tk.topics.fit(tk.terms.weigh(counts), 6)
made |= {"topics": topics.shares, "terms": topics.terms}
made |= {"phrases": tk.phrases.mine(points), "alike": tk.reuse.pairs(points)}
for name, table in made.items():
    table.to_csv(out / f"{name}.csv")
"""
PEERED = 1_000, 10_000  # reports up to which the peer does all of its work, and some


def cost(*arguments: str) -> tuple[float, float, float]:
    """CPU seconds, seconds and peak megabytes of a Python process."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments], cwd=made.ROOT, env=os.environ | {"PYTHONPATH": str(made.ROOT)}
    )
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"failed: {' '.join(arguments)}")
    return usage.ru_utime + usage.ru_stime, time.perf_counter() - began, usage.ru_maxrss / 1024


def peer(corpus: Path, out: Path, reports: int) -> float:
    """CPU seconds of the script; without its n-grams beyond so many reports."""
    if reports > PEERED[1]:
        return math.nan
    took = cost("-W", "ignore", "-c", PEER, str(corpus), str(out), "1" if reports <= PEERED[0] else "16")[0]
    return took + float((out / "left out").read_text())


def same(corpus: Path, out: Path, reports: int) -> float:
    """CPU seconds of textkit for the questions of the script; up to where that does all of its work."""
    return cost("-W", "ignore", "-c", SAME, str(corpus), str(out))[0] if reports <= PEERED[0] else math.nan


def right(out: Path, truth: made.Truth) -> str:
    """How many planted phrases have their exact count, and how many planted copies a group with their source.

    The copy is the last point of its report, whatever its number, and the source any of its own: made prose may by
    chance begin a point.
    """
    import pandas as pd

    found = pd.read_csv(out / "tables" / "phrases.csv", index_col="phrase")[["count", "reports"]]
    every = [n for n in truth.phrases.values() if n[1] > 1]
    hits = [phrase in found.index and tuple(found.loc[phrase]) == n for phrase, n in truth.phrases.items() if n[1] > 1]
    passages, points = (
        pd.read_csv(out / "tables" / f"{name}.csv", usecols=columns)
        for name, columns in (("passages", ["group", "report", "point"]), ("points", ["report", "point"]))
    )
    last = points.groupby("report")["point"].max()
    ends = passages[passages["point"] == passages["report"].map(last)].groupby("report")["group"].agg(set)
    reports = passages[passages["group"].isin(set().union(*ends))].groupby("group")["report"].agg(set)
    grouped = sum(
        any(source in reports[group] for group in ends.get(copy, ())) for (copy, _), (source, _) in truth.copies
    )
    return f"{sum(hits)} of {len(every)} | {grouped} of {len(truth.copies)}"


def main(sizes: list[int], real: float) -> None:
    """Print the table."""
    print(
        "| reports | CPU s | seconds | ms/report | exponent | peak MB | again, CPU s "
        "| peer CPU s | asked the same, CPU s | phrases | copies |\n|---|---|---|---|---|---|---|---|---|---|---|"
    )
    before = None
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            corpus, out = Path(folder) / "corpus", Path(folder) / "out"
            truth = made.write(corpus, size, real=real)
            job = ["-m", "textkit", "run", str(corpus), "--out", str(out), "--jobs", "1", "--memory", "0.9", "--quiet"]
            took, seconds, peak = cost(*job)
            again, _, _ = cost(*job)
            script = f"{peer(corpus, out / 'peer', size):.0f} | {same(corpus, out / 'same', size):.0f}"
            slope = math.log(took / before[1]) / math.log(size / before[0]) if before else math.nan
            numbers = f"{took:.0f} | {seconds:.0f} | {1000 * took / size:.0f} | {slope:.2f} | {peak:.0f} | {again:.0f}"
            print(
                f"| {size:,} | {numbers} | {script} | {right(out, truth)} |".replace("nan", ""),
                flush=True,
            )
            before = size, took


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("reports", nargs="*", type=int, default=[250, 1_000, 4_000, 10_000])
    parser.add_argument("--real", type=float, default=0)
    given = parser.parse_args()
    main(given.reports, given.real)
