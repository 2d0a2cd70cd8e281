"""Letters of the points, and the runs of letters that two points of different reports share.

Letters alone are compared, without quotes, spaces and punctuation. Seeds are rare n-grams: one that
stands at many places is everybody's wording. The larger the corpus, the rarer a seed has to be, so
that the work grows with the text and not with its square.
"""

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from textkit import hanzi

SEED = 4  # letters; four codepoints pack into 64 bits without collision
_HALF = 32  # bits of a place, above which a key holds the diagonal
_COMMON = 200  # a seed at more places than this seeds nothing
_PAIRS = 10_000_000  # seed pairs that any machine bears; in large corpora, five for each letter
_SEEDED = 0.6
_LEAST, _SMALL = 5, 100_000  # letters that are worth a second look, in a corpus of so many letters


class Unit(NamedTuple):
    """The letters of a point, and where they stand in the report.

    >>> unit("a", 1, "“四个”，意识", 10).places.tolist()
    [11, 12, 15, 16]
    """

    report: Any
    point: Any
    text: str
    places: np.ndarray


class Run(NamedTuple):
    """``size`` letters that agree, from ``start`` of one unit and ``other`` of another.

    >>> Run(3, 7, 4).size
    4
    """

    start: int
    other: int
    size: int


def unit(report: Any, point: Any, text: str, start: int) -> Unit:
    """The letters of a text that begins at ``start`` of its report.

    >>> unit("a", 1, "“四个”，意识", 10).text
    '四个意识'
    """
    folded = hanzi.fold(text)
    kept = np.array([char.isalnum() for char in folded.text], dtype=bool)
    letters = "".join(char for char in folded.text if char.isalnum())
    return Unit(report, point, letters, folded.offsets[kept] + start)


def least(units: list[Unit], agreeing: float = 0) -> float:
    """Letters that two points must share in seeds before they are aligned.

    Three in five of the letters that have to agree in the end; and one more for each tenfold of
    text: chance grows with the text searched, and falls about as fast with each letter that has to
    agree (Karlin & Altschul 1990).

    >>> least([unit("a", 1, "学而时习之", 0)]), least([unit("a", 1, "学而时习之", 0)], 15)
    (5.0, 9.0)
    """
    letters = max(sum(len(one.text) for one in units), 1)
    return max(_LEAST, _SEEDED * agreeing) + max(math.log10(letters / _SMALL), 0.0)


def candidates(
    units: list[Unit], apart: np.ndarray, alike: np.ndarray, score: float = _LEAST, fresh: Sequence[np.ndarray] = ()
) -> Iterator[tuple[int, int, list[Run]]]:
    """Pairs of units that share enough seeds, with the runs these make, in order of the units.

    Parameters
    ----------
    apart, alike
        A number for each unit; units are compared that differ in the first and agree in the second.
    score
        Fewest letters in seeds.
    fresh
        For each unit, which letters may count; a pair of units that shares no seed with one of them is left out.

    >>> units = [unit("a", 1, "学而时习之不亦说乎", 0), unit("b", 1, "子曰学而时习", 0)]
    >>> list(candidates(units, np.array([0, 1]), np.array([0, 0])))
    []
    >>> units[1] = unit("b", 1, "子曰学而时习之不亦", 0)
    >>> list(candidates(units, np.array([0, 1]), np.array([0, 0])))
    [(0, 1, [Run(start=0, other=2, size=7)])]
    """
    sizes = np.array([len(one.text) for one in units], dtype=np.int64)
    first = np.cumsum(sizes) - sizes
    owner = np.repeat(np.arange(len(units), dtype=np.int32), sizes)
    one, other = _seed_pairs(units, sizes, owner, apart, alike)
    one, other, size = _join(one, other)
    a, b = owner[one], owner[other]
    order = np.lexsort((other, one, b, a))
    a, b, one, other, size = a[order], b[order], one[order], other[order], size[order]
    heads = np.flatnonzero((np.diff(a, prepend=-1) != 0) | (np.diff(b, prepend=-1) != 0))
    if not len(heads):
        return
    shared = np.add.reduceat(size, heads)
    ends = np.append(heads[1:], len(a))
    enough = shared >= score
    if len(fresh):
        before = np.append(0, np.cumsum(np.concatenate(fresh)))
        new = np.minimum(before[one + size] - before[one], before[other + size] - before[other])
        enough &= np.add.reduceat(new, heads) > 0
    rows = np.stack([one - first[a], other - first[b], size], axis=1)
    for low, high in zip(heads[enough].tolist(), ends[enough].tolist(), strict=True):
        i, j, found = int(a[low]), int(b[low]), rows[low:high]
        most = (sizes[i] + sizes[j]) // 2  # no prose has more runs; the longest say enough
        if len(found) > most:
            found = found[np.sort(np.argsort(-found[:, 2], kind="stable")[:most])]
        yield i, j, [Run(*row) for row in found.tolist()]


def _seed_pairs(
    units: list[Unit], sizes: np.ndarray, owner: np.ndarray, apart: np.ndarray, alike: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Places in the joined units, the first before the second, that begin with the same rare seed."""
    grams, places = _grams("".join(one.text for one in units), sizes)
    sames = np.diff(np.flatnonzero(np.diff(grams, prepend=grams[:1] + 1, append=grams[-1:] + 1)))
    often = np.bincount(sames, minlength=_COMMON + 1)[: _COMMON + 1]
    work = np.cumsum(often * np.arange(_COMMON + 1) * (np.arange(_COMMON + 1) - 1) // 2)
    common = int(np.searchsorted(work, max(_PAIRS, 5 * len(grams)), side="right")) - 1
    size = np.repeat(sames, sames)
    rare = (size > 1) & (size <= common)
    grams, places = grams[rare], places[rare]
    firsts, seconds = [places[:0]], [places[:0]]
    for step in range(1, min(common, len(grams))):
        same = np.flatnonzero(grams[step:] == grams[:-step])
        if not len(same):
            break
        one, other = places[same], places[same + step]
        fit = (apart[owner[one]] != apart[owner[other]]) & (alike[owner[one]] == alike[owner[other]])
        firsts.append(one[fit])
        seconds.append(other[fit])
    return np.concatenate(firsts), np.concatenate(seconds)


def _grams(joined: str, sizes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Every seed as one number, sorted, and its place in the joined text; none crosses a unit."""
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    _, ranks = np.unique(codes, return_inverse=True)  # below 2**16, as there are fewer letters in use
    left = np.repeat(np.cumsum(sizes), sizes) - np.arange(len(codes))
    whole = np.flatnonzero(left >= SEED)
    grams = np.zeros(len(whole), dtype=np.uint64)
    for step in range(SEED):
        grams = (grams << np.uint64(16)) | ranks[whole + step].astype(np.uint64)
    order = np.argsort(grams, kind="stable")
    return grams[order], whole[order].astype(np.int32)


def _join(one: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Seeds that overlap on one diagonal, joined to runs: starts, starts in the other, sizes."""
    keys = (other - one).astype(np.int64) << _HALF | one
    keys.sort()
    # Seeds of two units lie at least one seed apart, so that no run crosses a unit.
    heads = np.flatnonzero(np.diff(keys, prepend=keys[:1] - SEED) >= SEED)
    last = np.append(heads[1:], len(keys)) - 1 if len(heads) else heads
    start = keys[heads] & ((1 << _HALF) - 1)
    return start, start + (keys[heads] >> _HALF), keys[last] - keys[heads] + SEED


def numbered(values: pd.Series) -> np.ndarray:
    """A number for each different value.

    >>> numbered(pd.Series(["b", "a", "b"])).tolist()
    [0, 1, 0]
    """
    return pd.factorize(values.astype("object"), use_na_sentinel=False)[0]
