"""Segmentation of 1,000 reports, beside jieba and a bare loop over rjieba, which no cutting by it can beat.

    python tests/bench/segmentation.py [REPORTS]

CPU seconds, the least of three runs, dictionaries loaded before: of words with their places (`tokens.words`), of tokens
(`tokens.cut`), of both engines by themselves with the same lexicon and, as in textkit, without HMM; of jieba also with
it, as it cuts if nothing is said. Once for points of the samples, drawn again and again, as long as the reports; once
for made reports (see `made`).
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).parents[2]))

import pandas as pd

from tests.bench import made
from textkit import outline, reports, tokens


def seconds(work: Callable[[], object]) -> float:
    work()  # warm
    taken = []
    for _ in range(3):
        began = time.process_time()
        work()
        taken.append(time.process_time() - began)
    return min(taken)


def measure(prose: str, points: pd.DataFrame) -> None:
    """Print the rows of one kind of prose."""
    import jieba
    import rjieba

    bare, slow = rjieba.Jieba(), jieba.Tokenizer()
    for entry in tokens.read_lexicon():
        bare.add_word(*entry)
        slow.add_word(*entry)
    said = points["text"].tolist()
    found = {
        "bare rjieba": seconds(lambda: [bare.cut(text, False) for text in said]),
        "tokens.cut": seconds(lambda: [tokens.cut(text) for text in said]),
        "tokens.words": seconds(lambda: tokens.words(points)),
        "jieba": seconds(lambda: [slow.lcut(text, HMM=False) for text in said]),
        "jieba, by default": seconds(lambda: [slow.lcut(text) for text in said]),
    }
    letters = sum(map(len, said))
    for name, took in found.items():
        ratios = f"{found['jieba'] / took:.1f} | {found['bare rjieba'] / took:.2f}"
        print(f"| {prose}, {letters:,} | {name} | {took:.2f} | {letters / took / 1e6:.2f} | {ratios} |", flush=True)


def main(size: int) -> None:
    """Print the table."""
    print("| prose, characters | work | seconds | million characters/s | times jieba | of the bare loop |")
    print("|---|---|---|---|---|---|", flush=True)
    sample = reports.read(made.ROOT / "data" / "reports")
    points = outline.points(outline.parse(sample), sample)
    measure("samples", points.sample(size * len(points) // len(sample), replace=True, random_state=1))
    texts = pd.DataFrame({"report": [made.name(n) for n in range(size)], "text": list(map(made.report, range(size)))})
    measure("made", outline.points(outline.parse(texts), texts))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
