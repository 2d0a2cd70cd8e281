"""Shared passages at scale: time, memory and how many planted copies are found.

    python tests/bench/reuse.py [REPORTS]

Reports are drawn from a word chain (see `prose`); in each tenth one, a copy of 60 to 300 characters of another
report is planted, with a tenth of its words swapped, dropped or added.
"""

import random
import resource
import sys
import time
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.bench.prose import REPORT, points
from tests.planted import edited
from textkit import reuse, tokens


def main(reports: int) -> None:
    """Print the table."""
    frame = points(reports * REPORT)
    draw = random.Random(3)  # noqa: S311
    rows = frame.set_index("report", append=True).groupby("report").head(1).index.get_level_values(0)
    texts = frame["text"].tolist()
    vocabulary = [word for word in tokens.cut("".join(texts[:200])) if word.isalnum()]
    whole = frame.groupby("report")["text"].agg("".join).tolist()
    planted = {}
    for copy in range(0, reports, 10):
        source = draw.choice([n for n in range(reports) if n % 10])
        size = draw.randint(60, 300)
        start = draw.randrange(len(whole[source]) - size)
        texts[rows[copy]] += edited(whole[source][start : start + size], 0.1, draw, vocabulary)
        planted[f"r{copy:05}"] = f"r{source:05}"
    frame["text"] = texts
    chars = sum(map(len, texts))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    found = reuse.pairs(frame, min_chars=30)
    took = time.perf_counter() - began
    peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    links = {frozenset(link) for link in zip(found["report"], found["other"], strict=True)}
    hits = sum(frozenset(link) in links for link in planted.items())
    print("| reports | characters | seconds | µs/pair of reports | peak bytes/character | pairs | planted found |")
    print("|---|---|---|---|---|---|---|")
    each = took / (reports * (reports - 1) / 2) * 1e6
    cells = [reports, f"{chars:,}", f"{took:.0f}", f"{each:.1f}", f"{peak / chars:.0f}", f"{len(found):,}"]
    print("|", *(f"{cell} |" for cell in cells), f"{hits} of {len(planted)} |")
    began = time.perf_counter()
    copies = reuse.duplicates(frame)
    print(f"duplicates: {time.perf_counter() - began:.1f} s, {len(copies)} pairs")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3_000)
