"""How fast a codebook reads: characters per second over the samples, many times over.

    python tests/bench/coding.py

The samples are as dense in indicators as text can be. Yardsticks: the automaton alone, a plain `re` of the same words.
"""

import re
import sys
import time
from pathlib import Path

import pandas as pd

from textkit import codes, outline, reports
from textkit.codes.reading import Reader, Text

CORPUS = Path(__file__).parents[2] / "data" / "reports"
COPIES = 500


def best(work, *arguments) -> float:
    """Seconds of this process, best of three; other work on the machine does not count."""
    took = []
    for _ in range(3):
        began = time.process_time()
        work(*arguments)
        took.append(time.process_time() - began)
    return min(took)


def main() -> int:
    """Print the table."""
    texts = reports.read(CORPUS)
    points = outline.points(outline.parse(texts), texts)
    many = pd.concat([points.assign(report=points["report"] + str(i)) for i in range(COPIES)], ignore_index=True)
    print("| codebook | million characters per second | automaton alone | plain re |\n|---|---|---|---|")
    for name in codes.BUILTIN:
        book = codes.read_codebook(name)
        chosen = many[many["role"].isin(book.roles)]
        size = chosen["text"].str.len().sum() / 1e6
        text = Text(chosen["text"].tolist(), chosen["headline"].tolist())
        reader = Reader(book)
        plain = re.compile("|".join(map(re.escape, sorted(reader.ids, key=len, reverse=True))))
        whole, scan = best(codes.apply, chosen, book), best(reader.scan, text)
        print(
            f"| {name} | {size / whole:.1f} | {size / scan:.1f} | {size / best(plain.findall, text.folded.text):.1f} |"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
