"""Pairs of places that share a passage: of a corpus in memory, or of one that is larger."""

import math
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from textkit import frames
from textkit.errors import InputError
from textkit.reuse.align import Passage, align, inside
from textkit.reuse.bounds import Least
from textkit.reuse.letters import Letters, gather
from textkit.reuse.seeds import SEED, candidates

_Link = tuple[int, int, Passage]
_SEEDED = 0.6
_ROUNDING = 1e-9
_LEAST, _SMALL = 5, 100_000  # letters that are worth a second look, in a corpus of so many letters


def pairs(
    points: pd.DataFrame,
    *,
    min_chars: int = 16,
    min_similarity: float = 0.5,
    within: str | None = None,
    between: str = "report",
    known: Iterable[str] = (),
) -> pd.DataFrame:
    """Every two places of different reports that share a passage, with changes or without.

    Between two reports a stretch belongs to one passage only, the longest: formulas inside a long
    copy are not listed again. Passages do not cross points.
    Of a passage that stands at more than 200 places, each is paired with one of the next report alone, which makes it
    one group all the same.

    Parameters
    ----------
    points
        Table with columns ``report, point, text, start``; with ``year``, that of the report, the
        earlier place is told apart.
    min_chars
        Fewest letters of a passage, quotes, spaces and punctuation not counted. Two thirds of them must be left when
        each letter that differs takes half of one that agrees: the more agrees, the more may differ.
    min_similarity
        Least share of agreeing letters (Dice), from 0 to 1.
    within
        Column of ``points``, such as ``role``: only points that agree in it are compared.
    between
        Column in which the points compared must differ, if not ``report``.
    known
        Wording to discount, such as dictated headings and official phrases: of letters outside it in both texts,
        ``min_chars * min_similarity`` must agree, and be as similar to those that stand against each other.

    Returns
    -------
    DataFrame
        The *pairs* table, in the order of the points.

    Raises
    ------
    InputError
        A threshold that makes no sense.

    >>> texts = ["忙于事务，对党的理论知识掌握不全面、不系统，学用脱节。"]
    >>> texts += ["有时对党的理论掌握得不全面不系统，存在学用脱节的现象。"]
    >>> points = pd.DataFrame({"report": ["a", "b"], "point": [1, 1], "text": texts, "start": 0})
    >>> found = pairs(points, min_chars=12)
    >>> found[["start", "end", "other_start", "other_end"]].values.tolist()
    [[5, 26, 2, 23]]
    """
    parts = _parts(
        [points], None,
        min_chars=min_chars, min_similarity=min_similarity, within=within, between=between, known=known,
    )  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def stream(batches: Iterable[pd.DataFrame], folder: str | os.PathLike, **options: Any) -> Iterator[pd.DataFrame]:
    """The `pairs` of a corpus that memory does not hold: letters, seeds and pairs of places lie in files.

    In memory are the labels of the points, and a part of the rest at a time.

    Parameters
    ----------
    batches
        Tables as `pairs` takes them, read once. Each report lies in one of them, and they follow each
        other in the order of the reports' names; then the result is that of `pairs`.
    folder
        An empty one, for files of about 80 bytes for each letter; remove it afterwards.
    options
        Those of `pairs`.

    Yields
    ------
    DataFrame
        *pairs* tables that make up the whole one, in order.

    >>> import tempfile
    >>> text = "对党的理论掌握不全面不系统，学用脱节"
    >>> batches = [pd.DataFrame({"report": [name], "point": 1, "text": text, "start": 0}) for name in "abc"]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [tuple(row) for found in stream(batches, folder) for row in found[["report", "other"]].values]
    [('a', 'b'), ('a', 'c'), ('b', 'c')]
    """
    if any(Path(folder).iterdir()):
        raise InputError(f"reuse.stream: {folder} is not empty; give a new folder")
    yield from _parts(batches, Path(folder), **options)


def _parts(
    batches: Iterable[pd.DataFrame],
    folder: Path | None,
    *,
    min_chars: int = 16,
    min_similarity: float = 0.5,
    within: str | None = None,
    between: str = "report",
    known: Iterable[str] = (),
) -> Iterator[pd.DataFrame]:
    if min_chars < SEED or not 0 < min_similarity <= 1:
        raise InputError(f"reuse: min_chars starts at {SEED}, min_similarity lies between 0 and 1")
    letters = gather(batches, [between, *([within] if within else [])], known, folder)
    own = _SEEDED * min_chars * min_similarity  # three in five of the letters that have to agree in the end
    score = _least(len(letters.codes), own)
    # `_own` asks for two lengths of min_chars, and that twice what agrees, less half of both, be two thirds of that.
    agreeing = max(min_chars * 5 / 6, min_chars * min_similarity) - _ROUNDING
    reports = letters.numbers("report")
    for part in candidates(letters, between, within, Least(score, own, agreeing), folder):
        links = ((a, b, found) for a, b, runs in part for found in align(letters.of(a), letters.of(b), runs, score))
        found = [(new, link) for link in links if (new := _own(letters, link, min_chars, min_similarity))]
        yield _table(letters, _longest(found, reports))


def _least(letters: int, own: float) -> float:
    """Letters that two points must share in seeds before they are aligned, whatever wording they are.

    One more for each tenfold of text: chance grows with the text searched, and falls about as fast with each letter
    that has to agree (Karlin & Altschul 1990).
    """
    return max(_LEAST, own) + max(math.log10(max(letters, 1) / _SMALL), 0.0)


def _own(letters: Letters, link: _Link, chars: int, similarity: float) -> float:
    """Agreeing letters outside known wording, if the passage meets the thresholds, also by these alone; else none."""
    p = link[2]
    if min(p.end - p.start, p.other_end - p.other_start) < chars or 3 * p.net < 2 * chars or p.similarity < similarity:
        return 0
    agreeing, differing = _new(letters, link) if len(letters.fresh) else (p.agreeing, 0)
    return agreeing if agreeing >= similarity * max(chars, agreeing + differing) else 0


def _new(letters: Letters, link: _Link) -> tuple[float, float]:
    """Letters outside known wording in both texts: that agree, and that stand against each other between these.

    Who edits known wording breaks it: its letters look new, but where the other text has it whole nothing new stands
    against them. Where the order differs nothing stands against anything: half of all that differ count.
    """
    a, b, p = link
    one, other, turned = letters.new(a, 0, p.end), letters.new(b, 0, p.other_end), sorted(p.runs, key=lambda r: r.other)
    here = [one[i.start + i.size : k.start].sum() for i, k in pairwise(p.runs)]
    there = [other[i.other + i.size : k.other].sum() for i, k in pairwise(turned)]
    agreeing = sum((one[i : i + size] & other[j : j + size]).sum() for i, j, size in p.runs)
    return agreeing, sum(map(min, here, there)) if turned == [*p.runs] else (sum(here) + sum(there)) / 2


def _longest(found: list[tuple[float, _Link]], reports: np.ndarray) -> list[_Link]:
    """Without what lies inside a passage of the same two reports with more letters of its own."""
    taken: dict[tuple[int, int], list[_Link]] = defaultdict(list)
    for _, link in sorted(found, key=lambda one: (-one[0], -one[1][2].agreeing, one[1][:2], one[1][2][:4])):
        better = taken[int(reports[link[0]]), int(reports[link[1]])]
        if not any(_within(link, other) for other in better):
            better.append(link)
    return sorted((link for links in taken.values() for link in links), key=lambda link: (link[:2], link[2][:4]))


def _within(link: _Link, other: _Link) -> bool:
    (a, b, p), (c, d, q) = link, other
    if a != c:
        q = q._replace(start=-1, end=-1)
    if b != d:
        q = q._replace(other_start=-1, other_end=-1)
    return inside(p, q)


def _table(letters: Letters, links: list[_Link]) -> pd.DataFrame:
    """The *pairs* table of what was found."""
    one, other = (letters.labels.iloc[[link[side] for link in links]].reset_index(drop=True) for side in (0, 1))
    spans = np.array([(*link[:2], *link[2][:4]) for link in links], dtype=np.int64).reshape(-1, 6).T
    here, there = letters.first[spans[0]], letters.first[spans[1]]
    columns = {
        **one[["report", "point"]],
        "start": letters.places[here + spans[2]],
        "end": letters.places[here + spans[3] - 1] + 1,
        "other": other["report"],
        "other_point": other["point"],
        "other_start": letters.places[there + spans[4]],
        "other_end": letters.places[there + spans[5] - 1] + 1,
        "similarity": [passage.similarity for *_, passage in links],
        "earlier": "",
    }
    table = frames.make("pairs", columns)
    if "year" in one:
        for name, side in (("this", one["year"] < other["year"]), ("other", one["year"] > other["year"])):
            table.loc[side.fillna(False).to_numpy(dtype=bool), "earlier"] = name
    return table
