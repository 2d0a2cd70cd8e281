"""Shared passages beside the nearest tool in the field, qhchina's `find_shared_sequences` (MIT).

    python tests/bench/peer.py [COPIES]

The same planted copies (see `planted`) in prose of the sample reports, by share of words edited: plagdet, recall of
characters, and microseconds for each pair of documents. Needs ``pip install qhchina`` and, for the
contexts, the official corpus; without it the contexts are drawn from a word chain.
"""

import re
import sys
import time
from collections.abc import Iterable
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).parents[2]))

import pandas as pd

from tests.bench.prose import points as prose
from tests.conftest import ROOT, official_corpus, official_text
from tests.planted import detections, plagdet, plant
from textkit import outline, reports, reuse, wording

RATES = (0.0, 0.1, 0.2, 0.3, 0.4)


def ours(points: pd.DataFrame, known: Iterable[str] = (), min_length: int = 16) -> pd.DataFrame:
    return reuse.pairs(points, known=known)


def theirs(points: pd.DataFrame, known: Iterable[str] = (), min_length: int = 16) -> pd.DataFrame:
    """Character by character, with its own defaults but for the least length."""
    from qhchina.analytics import find_shared_sequences

    found = find_shared_sequences([list(text) for text in points["text"]], min_length=min_length)
    name = points["report"].to_numpy()
    return pd.DataFrame(
        {
            "report": name[found["doc_a"].astype(int)],
            "other": name[found["doc_b"].astype(int)],
            "start": found["pos_a"],
            "end": found["pos_a"] + found["passage_a"].str.len(),
            "other_start": found["pos_b"],
            "other_end": found["pos_b"] + found["passage_b"].str.len(),
        }
    )


def main(copies: int) -> None:
    """Print the table."""
    texts = reports.read(ROOT / "data" / "reports")
    points = outline.points(outline.parse(texts), texts)
    sources = [re.sub(r"\s", "", text) for text in points.groupby("report")["text"].agg("".join)]
    contexts = [re.sub(r"\s", "", official_text(path)) for path in official_corpus() if path.stem[:3] in ("201", "202")]
    contexts = contexts or prose(60_000).groupby("report")["text"].agg("".join).tolist()
    known = wording.known(points)
    print("| edited | tool | plagdet | recall | precision | µs/pair |\n|---|---|---|---|---|---|")
    for rate in RATES:
        frame, cases = plant(sources, contexts, rate, copies=copies, seed=1)
        pairs = len(frame) * (len(frame) - 1) / 2
        for name, find in (("textkit", ours), ("qhchina", theirs)):
            find(frame.head(2), known)  # what is loaded once is no part of it
            began = time.perf_counter()
            found = find(frame, known)
            each = (time.perf_counter() - began) / pairs * 1e6
            got = plagdet(cases, detections(found))
            scores = " | ".join(f"{got[key]:.3f}" for key in ("plagdet", "recall", "precision"))
            print(f"| {rate:.0%} | {name} | {scores} | {each:.0f} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
