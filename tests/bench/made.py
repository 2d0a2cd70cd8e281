"""Made reports of any number, with planted truths: each has the skeleton of a sample and prose of its own.

    python tests/bench/made.py FOLDER REPORTS [REAL]

Headings, markers and headlines are those of the samples; the prose is a chain of words over the samples and (where
it is) the official corpus. A share REAL of the points (0 if not said) are real ones instead, of the samples and the
official corpus, one in two without a clause: the more of them and of the reports, the oftener each is met again.
Report n is the same whatever the number of reports. What is planted is known: phrases with their counts, and copies of
a point of an earlier report.
"""

import random
import re
import sys
from functools import cache
from pathlib import Path
from typing import NamedTuple

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.bench.prose import ROOT, chain
from tests.conftest import official_corpus, official_text
from textkit import outline, reports

PHRASES = ("鹓鶵翙羽之约", "犀照牛渚之问", "鲲鹏徙溟之志", "蠡测管窥之弊")  # in no text that the chain is made of
EVERY = (2, 7, 40, 300)  # reports to one with the phrase
COPIED = 10  # reports to one with a copy
_FOLDER = 1_000  # reports in a folder


class Truth(NamedTuple):
    """Phrase → (occurrences, reports); and pairs of a copy and its source, as (report, point) each."""

    phrases: dict[str, tuple[int, int]]
    copies: list[tuple[tuple[str, int], tuple[str, int]]]


def name(n: int) -> str:
    return f"r{n:06}"


def report(n: int, *, seed: int = 0, real: float = 0) -> str:
    """Text of report n."""
    text, points = _skeletons()[n % 5]
    bodies = [_body(n, point, seed, real) for point in range(len(points))]
    for phrase, times in _phrases(n, seed).items():
        bodies[0] += f"{phrase}，" * times
    if (source := _source(n, seed)) is not None:
        bodies[-1] = _body(*source, seed, real)
    pieces, at = [], 0
    for (start, end, headline), body in zip(points, bodies, strict=True):
        pieces += [text[at:start], f"{headline}。" if headline else "", body.rstrip("，") + "。"]
        at = end
    return "".join([*pieces, text[at:]])


def write(folder: Path, count: int, *, seed: int = 0, real: float = 0) -> Truth:
    """Write reports 0 … count - 1 as .txt files, and say what was planted in them."""
    truth = Truth({}, [])
    for n in range(count):
        place = folder / f"{n // _FOLDER:03}" / f"{name(n)}.txt"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(report(n, seed=seed, real=real), "utf-8")
        for phrase, times in _phrases(n, seed).items():
            so_far, having = truth.phrases.get(phrase, (0, 0))
            truth.phrases[phrase] = (so_far + times, having + 1)
        if (source := _source(n, seed)) is not None:
            copy = (name(n), len(_skeletons()[n % 5][1]))
            truth.copies.append((copy, (name(source[0]), source[1] + 1)))
    return truth


@cache
def _skeletons() -> list[tuple[str, list[tuple[int, int, str]]]]:
    """Text of each sample and its points as (start, end, headline)."""
    texts = reports.read(ROOT / "data" / "reports")
    points = outline.points(outline.parse(texts), texts)
    return [
        (text, [*points.loc[points["report"] == one, ["start", "end", "headline"]].itertuples(index=False, name=None)])
        for one, text in texts[["report", "text"]].itertuples(index=False)
    ]


@cache
def _follow() -> tuple[dict[str, list[str]], list[str]]:
    """What follows each word, a full stop being a comma: no sentence ends a headline by chance."""
    follow = {word: after for word, after in chain().items() if word.isalpha() or word in "，、"}
    kept = {word: [one for one in after if one in follow] for word, after in follow.items()}
    kept = {word: after for word, after in kept.items() if after}
    return kept, sorted(word for word in kept if word.isalpha())


@cache
def _paragraphs() -> list[str]:
    """Points of the samples, and paragraphs of the official corpus that are about as long."""
    found = {text[start + len(head) : end] for text, points in _skeletons() for start, end, head in points}
    found |= {line for file in official_corpus() for line in official_text(file).split("\n") if 60 <= len(line) <= 500}
    return sorted(filter(None, (re.sub(r"\s", "", text).strip("，。；") for text in found)))


def _body(n: int, point: int, seed: int, real: float) -> str:
    """A real point, or prose about as long as what the sample has there."""
    draw = random.Random(f"{seed} {n} {point} real")  # noqa: S311
    if draw.random() < real:
        clauses = re.split("(?<=[，。；])", draw.choice(_paragraphs()))
        if len(clauses) > 2 and draw.random() < 0.5:
            clauses.pop(draw.randrange(len(clauses)))
        return "".join(clauses).strip("，。；") + "，"
    start, end, _ = _skeletons()[n % 5][1][point]
    draw = random.Random(f"{seed} {n} {point}")  # noqa: S311
    follow, starts = _follow()
    words, size, at = [], 0, draw.choice(starts)
    while size < end - start:
        words.append(at)
        size += len(at)
        at = draw.choice(follow.get(at, starts))
    return "".join(words).strip("，、") + "，"


def _phrases(n: int, seed: int) -> dict[str, int]:
    draw = random.Random(f"{seed} {n} phrases")  # noqa: S311
    planted = {
        phrase: draw.randint(1, 3) for phrase, every in zip(PHRASES, EVERY, strict=True) if not draw.randrange(every)
    }
    return planted


def _source(n: int, seed: int) -> tuple[int, int] | None:
    """Report and point that report n copies one from; sources hold no copy themselves."""
    if n % COPIED or not n:
        return None
    draw = random.Random(f"{seed} {n} source")  # noqa: S311
    source = draw.choice([one for one in range(max(n - 500, 0), n) if one % COPIED])
    return source, draw.randrange(1, len(_skeletons()[source % 5][1]) - 1)


if __name__ == "__main__":
    planted = write(Path(sys.argv[1]), int(sys.argv[2]), real=float([*sys.argv, "0"][3])).phrases
    print(f"{planted}; prose of the samples and {len(official_corpus())} official documents")
