"""Shared passages at scale: time, memory and how well planted copies are found, beside qhchina and difflib.

    python tests/bench/reuse.py [REPORTS ...]

Reports are drawn from a word chain (see `prose`); in each tenth one, a copy of 60 to 300 characters of another
report is planted, with a tenth of its words swapped, dropped or added. Of the first size given, qhchina (where it is
installed) compares 1,000 reports, the copies and their sources among them, as 3,000 take more memory than 23 GB, and
difflib 40 of them, each with each. Seconds are of the processor; each size has its own process.
"""

import difflib
import importlib.util
import itertools
import math
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).parents[2]))

import pandas as pd

from tests.bench.peer import theirs
from tests.bench.prose import REPORT, points
from tests.planted import Case, detections, edited, plagdet
from textkit import reuse, tokens

SAMPLE, FEW = 1_000, 40  # reports that qhchina compares, and difflib


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


def by_qhchina(points: pd.DataFrame) -> pd.DataFrame:
    """Whole reports, with the same least length."""
    return theirs(points.groupby("report", as_index=False)["text"].agg("".join), min_length=30)


def by_difflib(points: pd.DataFrame) -> pd.DataFrame:
    """Every two reports compared: blocks of 30 letters that match."""
    texts = points.groupby("report")["text"].agg("".join)
    return pd.DataFrame(
        [
            (a, b, i, i + size, j, j + size)
            for a, b in itertools.combinations(texts.index, 2)
            for i, j, size in difflib.SequenceMatcher(None, texts[a], texts[b], False).get_matching_blocks()
            if size >= 30
        ],
        columns=["report", "other", "start", "end", "other_start", "other_end"],
    )


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
    if not peer:
        return
    named = [*dict.fromkeys([*(name for case in cases for name in (case.copy, case.source)), *frame["report"]])]
    for size in (SAMPLE, FEW):
        compare("textkit, the sample", named[:size], frame, cases, lambda some: reuse.pairs(some, min_chars=30))
    if importlib.util.find_spec("qhchina"):
        compare("qhchina, the sample", named[:SAMPLE], frame, cases, by_qhchina)
    else:
        print("| qhchina is not installed | | | | | | |")
    compare("difflib, all pairs", named[:FEW], frame, cases, by_difflib)


def compare(
    tool: str, names: list[str], points: pd.DataFrame, cases: list[Case], find: Callable[[pd.DataFrame], pd.DataFrame]
) -> None:
    """Measure one tool on some of the reports."""
    some = points[points["report"].isin(names)].sort_values(["report", "start"])
    find(some[some["report"].isin(names[:3])])  # what is loaded once is no part of it
    began = time.process_time()
    found = find(some)
    took = time.process_time() - began
    line(tool, len(names), took, ([case for case in cases if {case.copy, case.source} <= {*names}], found), "")


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
