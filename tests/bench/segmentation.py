"""Segmentation of made reports, beside jieba and a bare loop over rjieba, which no cutting by it can beat.

    python tests/bench/segmentation.py [REPORTS]

CPU seconds, dictionaries loaded before: of words with their places (`tokens.words`), of tokens (`tokens.cut`), of both
engines by themselves with the same lexicon.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).parents[2]))

import pandas as pd

from tests.bench import made
from textkit import outline, tokens


def seconds(work: Callable[[], object]) -> float:
    work()  # warm
    began = time.process_time()
    work()
    return time.process_time() - began


def main(size: int) -> None:
    """Print the table."""
    import jieba
    import rjieba

    texts = pd.DataFrame({"report": [made.name(n) for n in range(size)], "text": list(map(made.report, range(size)))})
    points = outline.points(outline.parse(texts), texts)
    bare, slow = rjieba.Jieba(), jieba.Tokenizer()
    for entry in tokens.read_lexicon():
        bare.add_word(*entry)
        slow.add_word(*entry)
    said = points["text"].tolist()
    found = {
        "tokens.words": seconds(lambda: tokens.words(points)),
        "tokens.cut": seconds(lambda: [tokens.cut(text) for text in said]),
        "bare rjieba": seconds(lambda: [bare.cut(text, True) for text in said]),
        "jieba": seconds(lambda: [slow.lcut(text) for text in said]),
    }
    letters = sum(map(len, said))
    print(f"{size:,} reports, {letters:,} characters\n")
    print("| work | seconds | million characters/s | times jieba |\n|---|---|---|---|")
    for name, took in found.items():
        print(f"| {name} | {took:.2f} | {letters / took / 1e6:.2f} | {found['jieba'] / took:.1f} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
