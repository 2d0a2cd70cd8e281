"""Shared passages at scale: time, memory and how well planted copies are found, beside qhchina where it is installed.

    python tests/bench/reuse.py [REPORTS ...]

Reports are drawn from a word chain (see `prose`); in each tenth one, a copy of 60 to 300 characters of another
report is planted, with a tenth of its words swapped, dropped or added. Of the first size given, qhchina compares
1,000 reports, the copies and their sources among them, as it would need hours for all. Seconds are of the processor;
each size has its own process.
"""

import importlib.util
import math
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).parents[2]))

import pandas as pd

from tests.bench.peer import theirs
from tests.bench.prose import REPORT, points
from tests.planted import Case, detections, edited, plagdet
from textkit import reuse, tokens

SAMPLE = 1_000  # reports that qhchina compares


def planted(reports: int) -> tuple[pd.DataFrame, list[Case]]:
    """Points of reports, named c… if a copy begins with their first point's end, else s…, and the copies."""
    frame = points(reports * REPORT)
    frame["report"] = frame["report"].map(lambda name: ("s" if int(name[1:]) % 10 else "c") + name[1:])
    draw = random.Random(3)  # noqa: S311
    texts, cases = frame["text"].tolist(), []
    vocabulary = [word for word in tokens.cut("".join(texts[:200])) if word.isalnum()]
    rows = frame.index[frame["point"] == 1]
    for copy in range(0, reports, 10):
        source = draw.choice([n for n in range(reports) if n % 10])
        whole = "".join(texts[rows[source] : rows[source + 1] if source + 1 < reports else None])
        size = draw.randint(60, 300)
        start, at = draw.randrange(len(whole) - size), len(texts[rows[copy]])
        texts[rows[copy]] += edited(whole[start : start + size], 0.1, draw, vocabulary)
        spans = (at, len(texts[rows[copy]])), (start, start + size)
        cases.append(Case(f"c{copy:05}", spans[0], f"s{source:05}", spans[1]))
    frame["text"], sizes = texts, pd.Series(map(len, texts))
    frame["start"] = sizes.groupby(frame["report"]).cumsum() - sizes
    return frame, cases


def line(tool: str, reports: int, took: float, found: tuple[list[Case], pd.DataFrame], memory: str) -> None:
    """One row of the table; only detections in the reports of the cases count."""
    cases, pairs = found
    named = {name for case in cases for name in (case.copy, case.source)}
    got = plagdet(cases, detections(pairs[pairs["report"].isin(named) & pairs["other"].isin(named)]))
    each = took / math.comb(reports, 2) * 1e6
    scores = " | ".join(f"{got[key]:.3f}" for key in ("recall", "precision"))
    print(f"| {tool} | {reports:,} | {took:.1f} | {each:,.2f} | {memory} | {scores} |", flush=True)


def one(reports: int, peer: bool, files: bool) -> None:
    """Measure one size."""
    frame, cases = planted(reports)
    reuse.pairs(frame.head(50))  # what is loaded once is no part of it
    reset = Path("/proc/self/clear_refs")
    if reset.exists():
        reset.write_text("5")  # the peak of making the reports is forgotten
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    if files:
        with tempfile.TemporaryDirectory() as folder:
            batches = (frame.iloc[low : low + 20_000] for low in range(0, len(frame), 20_000))
            found = pd.concat(reuse.stream([frame] if len(frame) < 20_000 else batches, folder, min_chars=30))
    else:
        found = reuse.pairs(frame, min_chars=30)
    took = time.process_time() - began
    peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 / frame["text"].str.len().sum()
    line("textkit, in files" if files else "textkit", reports, took, (cases, found), f"{peak:.0f}")
    if not peer or importlib.util.find_spec("qhchina") is None:
        return
    named = dict.fromkeys([*(name for case in cases for name in (case.copy, case.source)), *frame["report"]])
    sample = frame[frame["report"].isin(list(named)[:SAMPLE])].sort_values(["report", "start"])
    whole = sample.groupby("report", as_index=False)["text"].agg("".join)
    for tool, find in (
        ("textkit, the sample", lambda _: reuse.pairs(sample, min_chars=30)),
        ("qhchina, the sample", lambda whole: theirs(whole, min_length=30)),
    ):
        find(whole.head(3))
        began = time.process_time()
        found = find(whole)
        line(tool, len(whole), time.process_time() - began, (cases, found), "")


def main(sizes: list[str]) -> None:
    """Print the table."""
    print("| tool | reports | seconds | µs/pair of reports | peak bytes/character | recall | precision |")
    print("|---|---|---|---|---|---|---|", flush=True)
    for n, size in enumerate(sizes):
        subprocess.run([sys.executable, __file__, "one", size, "" if n else "peer"], check=True)
        subprocess.run([sys.executable, __file__, "one", size, "", "files"], check=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["one"]:
        one(int(sys.argv[2]), sys.argv[3] == "peer", "files" in sys.argv)
    else:
        main(sys.argv[1:] or ["3000"])
