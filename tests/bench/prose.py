"""Prose of any size for benchmarks: a chain of word pairs over real text, the same at every run."""

import random
from collections import defaultdict
from pathlib import Path

import pandas as pd

from textkit import tokens

ROOT = Path(__file__).parents[2]
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
            at = (at[1], draw.choice(follow[at])) if at in follow else draw.choice(starts)
            report.append(at[1])
            size += len(at[1])
        text = "".join(report)
        rows += [(f"r{number:05}", n, text[low : low + POINT], low) for n, low in enumerate(range(0, size, POINT), 1)]
    return pd.DataFrame(rows, columns=["report", "point", "text", "start"])


def _chain() -> dict[tuple[str, str], list[str]]:
    files = sorted((ROOT / "data" / "reports").glob("*.txt"))
    files += sorted((ROOT.parent / "shared" / "corpora" / "official").rglob("*.txt"))[::3]
    follow: dict[tuple[str, str], list[str]] = defaultdict(list)
    for file in files:
        words = [word for word in tokens.cut(file.read_text("utf-8")) if not word.isspace()]
        for one, two, three in zip(words, words[1:], words[2:], strict=False):
            follow[one, two].append(three)
    return dict(follow)
