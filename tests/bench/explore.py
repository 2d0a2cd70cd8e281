"""How long the panel takes to follow a move: 5,000 points in 250 reports made of the samples' points.

python tests/bench/explore.py
"""

import random
import statistics
import time
from pathlib import Path

import pandas as pd

import textkit as tk

SAMPLES = Path(__file__).parents[2] / "data" / "reports"
HEADS = {"problems": "一、存在的问题", "causes": "二、原因分析", "measures": "三、整改措施"}


def made(points: pd.DataFrame, chance: random.Random) -> str:
    """A report of twenty points of the samples."""
    lines = []
    for (role, head), count in zip(HEADS.items(), (7, 6, 7), strict=True):
        texts = chance.sample(points.loc[points["role"] == role, "text"].tolist(), count)
        lines += [head, *(f"（{number}）{text.strip()}" for number, text in zip("一二三四五六七", texts, strict=False))]
    return "\n".join(lines)


def main() -> None:
    """Print seconds per move; limit 0.3."""
    reports = tk.reports.read(SAMPLES)
    points, chance = tk.outline.points(tk.outline.parse(reports), reports), random.Random(1)  # noqa: S311
    texts = [made(points, chance) for _ in range(250)]
    corpus = tk.explorer.gather(pd.DataFrame({"report": [f"r{i:03d}" for i in range(250)], "text": texts}))
    part, code, phrase, report = tk.explore(corpus).children[0].children
    moves = [
        (part, "problems"),
        (code, "problems:theory"),
        (phrase, "学习"),
        (report, "r001"),
        (report, ""),
        (code, ""),
    ]
    moves += [(phrase, "没有真正"), (part, "causes"), (phrase, ""), (part, "measures"), (part, "")]
    took = []
    for widget, value in moves:
        began = time.perf_counter()
        widget.value = value
        took.append(time.perf_counter() - began)
        print(f"{widget.description} = {value or 'all'}: {took[-1]:.3f}")
    print(f"{len(corpus.points)} points: median {statistics.median(took):.3f} s, most {max(took):.3f} s (limit 0.3)")


if __name__ == "__main__":
    main()
