"""Segmentation of 1,000 reports, beside jieba and a bare loop over rjieba, which no cutting by it can beat.

    python tests/bench/segmentation.py [REPORTS]

CPU seconds, the least of two runs by turns: of words with their places (`tokens.words`), of tokens (`tokens.cut`), of
both engines by themselves with the same lexicon and, as in textkit, without HMM; of jieba also with it, as it cuts if
nothing is said. Of whole reports (the samples, and made ones: see `made`), of the official documents where they
are, and of the points of both kinds of reports, which is what the job cuts.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).parents[2]))

import pandas as pd

from tests.bench import made
from tests.conftest import official_corpus, official_text
from textkit import outline, reports, tokens


def seconds(works: dict[str, Callable[[], object]]) -> dict[str, float]:
    """The least of two runs of each, by turns: a machine that slows down slows all of them."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(3):
        for name, work in works.items():
            began = time.process_time()
            work()
            taken[name].append(time.process_time() - began)
    return {name: min(runs[1:]) for name, runs in taken.items()}  # the first loads dictionaries


def measure(prose: str, points: pd.DataFrame) -> None:
    """Print the rows of one kind of prose."""
    import jieba
    import rjieba

    bare, slow = rjieba.Jieba(), jieba.Tokenizer()
    for entry in tokens.read_lexicon():
        bare.add_word(*entry)
        slow.add_word(*entry)
    said = points["text"].tolist()
    found = seconds(
        {
            "bare rjieba": lambda: [bare.cut(text, False) for text in said],
            "tokens.cut": lambda: [tokens.cut(text) for text in said],
            "tokens.words": lambda: tokens.words(points),
            "jieba": lambda: [slow.lcut(text, HMM=False) for text in said],
            "jieba, by default": lambda: [slow.lcut(text) for text in said],
        }
    )
    letters = sum(map(len, said))
    for name, took in found.items():
        ratios = f"{found['jieba'] / took:.1f} | {found['bare rjieba'] / took:.2f}"
        print(f"| {prose}, {letters:,} | {name} | {took:.2f} | {letters / took / 1e6:.2f} | {ratios} |", flush=True)


def main(size: int) -> None:
    """Print the table."""
    print("| prose, characters | work | seconds | million characters/s | times jieba | of the bare loop |")
    print("|---|---|---|---|---|---|", flush=True)
    sample = reports.read(made.ROOT / "data" / "reports")
    texts = pd.DataFrame({"report": [made.name(n) for n in range(size)], "text": list(map(made.report, range(size)))})
    measure("samples", whole(sample.sample(size, replace=True, random_state=1)))
    measure("made reports", whole(texts))
    if documents := list(map(official_text, official_corpus())):
        measure("official documents", whole(pd.DataFrame({"report": "", "text": documents})))
    points = outline.points(outline.parse(sample), sample)
    measure("points of samples", points.sample(size * len(points) // len(sample), replace=True, random_state=1))
    measure("points of made reports", outline.points(outline.parse(texts), texts))


def whole(texts: pd.DataFrame) -> pd.DataFrame:
    """Reports as if each were a point."""
    return texts[["report", "text"]].assign(point=1, start=0)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
