"""How fast a codebook reads: characters per second over the samples, many times over.

    python tests/bench/coding.py

The samples are as dense in indicators as text can be. Yardsticks in the same run: a bare Aho–Corasick automaton
(pyahocorasick, to be installed for it: every place of every word as a list, nothing else done), and what a user of
pandas would write: one `str.count` of the joined words for each code, as KH Coder's coding rules do.
"""

import re
import sys
import time
from pathlib import Path

import pandas as pd

from textkit import codes, hanzi, outline, reports
from textkit.codes.codebook import GAP, parse
from textkit.codes.reading import Reader

CORPUS = Path(__file__).parents[2] / "data" / "reports"
COPIES = 750  # ten million characters of problems


def best(work, *arguments) -> float:
    """Seconds of this process, best of three; other work on the machine does not count."""
    took = []
    for _ in range(3):
        began = time.process_time()
        work(*arguments)
        took.append(time.process_time() - began)
    return min(took)


def by_pandas(points: pd.DataFrame, book: codes.Codebook) -> pd.DataFrame:
    """Points × codes: how often the words of a code stand in a point, words of a combination in either order."""
    found = {}
    for code, group in book.indicators.groupby("code"):
        patterns = [parse(indicator, book.sets) for indicator in group["indicator"]]
        words = {word for pattern in patterns if pattern.word for word in pattern.parts[0]}
        found[code] = points["text"].str.count("|".join(map(re.escape, sorted(words, key=len, reverse=True))) or "(?!)")
        for pattern in patterns:
            if not pattern.word:
                parts = ["|".join(map(re.escape, sorted(part, key=len, reverse=True))) for part in pattern.parts]
                found[code] += points["text"].str.count(f"[^，。；]{{0,{GAP}}}".join(f"(?:{part})" for part in parts))
    return pd.DataFrame(found)


def main() -> int:
    """Print the table."""
    import ahocorasick

    texts = reports.read(CORPUS)
    points = outline.points(outline.parse(texts), texts)
    many = pd.concat([points.assign(report=points["report"] + str(i)) for i in range(COPIES)], ignore_index=True)
    print(
        "| codebook | million characters | per second | bare automaton | time / automaton | pandas loop | time / loop |"
    )
    print("|---|---|---|---|---|---|---|")
    for name in codes.BUILTIN:
        book = codes.read_codebook(name)
        chosen = many[many["role"].isin(book.roles)]
        text, words = hanzi.plain("".join(chosen["text"])), Reader(book).ids
        automaton = ahocorasick.Automaton()
        for word, i in words.items():
            automaton.add_word(word, i)
        automaton.make_automaton()
        whole, bare = best(codes.apply, chosen, book), best(lambda: list(automaton.iter(text)))  # noqa: B023
        some = chosen.head(len(points) * 20)
        loop = best(by_pandas, some, book) * len(chosen) / len(some)
        size = chosen["text"].str.len().sum() / 1e6
        print(
            f"| {name} | {size:.1f} | {size / whole:.1f} | {size / bare:.1f} | {whole / bare:.2f} "
            f"| {size / loop:.2f} | 1/{loop / whole:.0f} |"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
