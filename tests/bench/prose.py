"""Prose of any size for benchmarks: a chain of words over real text, the same at every run."""

import random
from collections import defaultdict
from itertools import pairwise

import pandas as pd

from tests.conftest import ROOT, official_corpus, official_text
from textkit import tokens

REPORT = 3_300  # characters
POINT = 165


def points(chars: int, *, seed: int = 1) -> pd.DataFrame:
    """Points of reports of 3,300 characters each: ``report, point, text, start``."""
    draw = random.Random(seed)  # noqa: S311
    follow = _chain()
    starts = sorted(follow)
    rows, report, at = [], [], draw.choice(starts)
    for number in range(max(chars // REPORT, 1)):
        report, size = [], 0
        while size < REPORT:
            at = draw.choice(follow.get(at, starts))
            report.append(at)
            size += len(at)
        text = "".join(report)
        rows += [(f"r{number:05}", n, text[low : low + POINT], low) for n, low in enumerate(range(0, size, POINT), 1)]
    return pd.DataFrame(rows, columns=["report", "point", "text", "start"])


def _chain() -> dict[str, list[str]]:
    files = sorted((ROOT / "data" / "reports").glob("*.txt"))
    files += official_corpus()[::3]
    follow: dict[str, list[str]] = defaultdict(list)
    for file in files:
        words = [word for word in tokens.cut(official_text(file)) if not word.isspace()]
        for word, after in pairwise(words):
            follow[word].append(after)
    return {word: after for word, after in follow.items() if set(after) != {word}}  # no way out
