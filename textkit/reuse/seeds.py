"""Seeds that two points of different reports share, and the runs of letters they make.

Seeds are rare n-grams: one that stands at many places is everybody's wording. The larger the
corpus, the rarer a seed has to be, so that the work grows with the text and not with its square. Of one that is
not rare each place is paired with one of the next report alone: a passage that a thousand reports copy has the same
places for all its seeds, and so comes out as a chain of pairs, which are one group; everybody's wording falls apart.
Nothing here needs the whole at once: seeds are sorted by parts of themselves, pairs of places by parts of
the corpus.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

from textkit.reuse.bounds import Least, alignable
from textkit.reuse.letters import HALF, MOST, Letters, Pile

SEED = 4  # letters; four codepoints pack into 64 bits
_LOW = (1 << HALF) - 1
_COMMON = 200  # a seed at more places than this pairs neighbours only
_PAIRS = 10_000_000  # seed pairs that any machine bears; in large corpora, five for each letter
_AT_ONCE = 4_000_000  # seeds, or pairs of places, in memory at a time
_BLOCK = 12  # bits of a place within letters that mostly lie in one part
_MIX = np.uint64(0x9E3779B97F4A7C15)  # spreads neighbouring numbers (Knuth 1973)


class Run(NamedTuple):
    """``size`` letters that agree, from ``start`` of one unit and ``other`` of another.

    >>> Run(3, 7, 4).size
    4
    """

    start: int
    other: int
    size: int


def candidates(
    letters: Letters, apart: str, alike: str | None, least: Least, folder: Path | None = None
) -> Iterator[Iterator[tuple[int, int, list[Run]]]]:
    """Pairs of points that share enough seeds, with the runs these make, by parts of the corpus.

    A part holds all pairs whose first point is in it, and whole reports. Points are compared that differ in the column
    ``apart`` of the labels and agree in ``alike``. Seeds and pairs lie in the ``folder``, if they shall not be in
    memory.

    >>> import pandas as pd
    >>> from textkit.reuse.letters import gather
    >>> texts = ["学而时习之不亦说乎", "子曰学而时习之不亦"]
    >>> letters = gather([pd.DataFrame({"report": ["a", "b"], "point": 1, "text": texts, "start": 0})])
    >>> [list(part) for n in (7, 8) for part in candidates(letters, "report", None, Least(n, 5, 7))]
    [[(0, 1, [Run(start=0, other=2, size=7)])], []]
    """
    ours = letters.numbers(apart)
    theirs = letters.numbers(alike) if alike else np.zeros_like(ours)
    parts = _parts(letters, _repeated(letters, ours, theirs, folder), folder)
    for part in parts:
        pairs = part.whole()
        a, b = letters.owner[pairs >> HALF], letters.owner[pairs & _LOW]
        fit = np.flatnonzero(_often(a, b, len(letters.labels)) * SEED >= least.seeded)  # first, as it leaves few
        a, b = a[fit], b[fit]
        fit = fit[(ours[a] != ours[b]) & (theirs[a] == theirs[b])]
        yield _enough(letters, *_join(pairs[fit]), least)


def _repeated(letters: Letters, ours: np.ndarray, theirs: np.ndarray, folder: Path | None) -> list[Pile]:
    """By number of places, up to the most that may seed: the places of all seeds with so many, side by side."""
    count = len(letters.codes) // _AT_ONCE + 1
    what = [Pile("<u8", folder and folder / f"grams{n}") for n in range(count)]
    where = [Pile(np.int32, folder and folder / f"seeds{n}") for n in range(count)]
    for grams, places in _seeds(letters):
        _deal((grams * _MIX >> np.uint64(40)) % np.uint64(count), (grams, what), (places, where))
    found = [Pile(np.int32, folder and folder / f"places{size}") for size in range(_COMMON + 1)]
    while what:
        grams, places = what.pop().whole(), where.pop().whole()
        order = np.argsort(grams, kind="stable")
        grams, places = grams[order], places[order]
        heads = np.flatnonzero(np.diff(grams, prepend=~grams[:1]))
        sizes = np.diff(heads, append=len(grams))
        heads = heads[np.argsort(sizes, kind="stable")]
        ends = np.cumsum(np.bincount(sizes, minlength=_COMMON + 1))
        for size in range(2, _COMMON + 1):
            here = heads[ends[size - 1] : ends[size]]
            found[size].add(places[here[:, None] + np.arange(size)].ravel())
        common = np.repeat(sizes > _COMMON, sizes)
        grams, places = grams[common], places[common]
        owner = letters.owner[places]
        found[2].add(_neighbours(grams, places, ours[owner], theirs[owner]))
    return found


def _neighbours(grams: np.ndarray, places: np.ndarray, ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    """Each place of a seed beside one of the next report that it may be compared with; sorted by seed and place.

    The first beside the first, the second beside the second: what a report says twice makes two chains.
    """
    if theirs.any():
        order = np.lexsort((theirs, grams))
        grams, places, ours, theirs = grams[order], places[order], ours[order], theirs[order]
    new = (np.diff(grams, prepend=~grams[:1]) != 0) | (np.diff(theirs, prepend=theirs[:1]) != 0)
    heads = np.flatnonzero(new | (np.diff(ours, prepend=-1) != 0))  # of places of one report
    sizes = np.diff(heads, append=len(places))
    last = np.append(new[heads[1:]], True)[: len(heads)]
    most = np.append(sizes[1:], 1)[: len(heads)] - 1
    nth = np.arange(len(places)) - np.repeat(heads, sizes)
    there = np.repeat(heads + sizes, sizes) + np.minimum(nth, np.repeat(most, sizes))
    kept = ~np.repeat(last, sizes)
    return np.stack([places[kept], places[there[kept]]], axis=1).ravel()


def _seeds(letters: Letters) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Every seed as one number, and its place; none crosses a point."""
    size = len(letters.codes)
    edges = np.searchsorted(letters.first, np.minimum(np.arange(0, size + _AT_ONCE, _AT_ONCE), size))
    for low, high in pairwise(np.unique(letters.first[edges]).tolist()):
        codes = letters.codes[low:high]
        # Rare letters beyond 16 bits share a number with others: the alignment reads the letters themselves.
        small = (codes ^ codes >> 16).astype(np.uint16).astype(np.uint64)
        last = letters.first[letters.owner[low:high] + 1] - SEED - low
        place = np.flatnonzero(last >= np.arange(high - low))
        grams = np.zeros(len(place), dtype=np.uint64)
        for step in range(SEED):
            grams |= small[place + step] << np.uint64(16 * step)
        yield grams, place + low


def _parts(letters: Letters, repeated: list[Pile], folder: Path | None) -> list[Pile]:
    """Every two places with the same seed as one number, the first in its upper half, by parts of the corpus.

    Parts begin with a report; as the first place has the more partners the earlier it stands, early ones are shorter.
    """
    each = np.arange(_COMMON + 1) * (np.arange(_COMMON + 1) - 1) // 2  # pairs of so many places
    work = np.cumsum([len(pile) // max(size, 1) * each[size] for size, pile in enumerate(repeated)])
    most = int(np.searchsorted(work, max(_PAIRS, 5 * len(letters.codes)), side="right"))
    count = int(work[most - 1] + sum(map(len, repeated[most:]))) // _AT_ONCE + 1
    edges = _edges(letters, count)
    coarse = np.searchsorted(edges, np.arange(0, len(letters.codes), 1 << _BLOCK), side="right")
    parts = [Pile(np.int64, folder and folder / f"pairs{n}") for n in range(count)]
    for size in range(2, _COMMON + 1):
        if not len(repeated[size]):
            continue
        one, other = np.triu_indices(size, 1) if size < most else (np.arange(size - 1), np.arange(1, size))
        whole, rows = repeated[size].whole().reshape(-1, size), _AT_ONCE // len(one) + 1
        for low in range(0, len(whole), rows):
            a, b = whole[low : low + rows, one].ravel(), whole[low : low + rows, other].ravel()
            a, b = np.minimum(a, b), np.maximum(a, b)
            part = coarse[a >> _BLOCK]  # of its block: a table that a cache holds
            while (later := a >= edges[part]).any():  # behind an edge in the block
                part += later
            _deal(part, (a.astype(np.int64) << HALF | b, parts))
    return parts


def _edges(letters: Letters, count: int) -> np.ndarray:
    """The letter behind each of so many parts, which begins a report."""
    reports = letters.first[:-1][np.diff(letters.numbers("report"), prepend=-1) != 0]
    edges = len(letters.codes) * (1 - np.sqrt(1 - np.arange(1, count) / count))
    edges = reports[np.minimum(np.searchsorted(reports, edges), len(reports) - 1)]
    return np.append(edges, MOST).astype(np.int32)


def _deal(numbers: np.ndarray, *dealt: tuple[np.ndarray, Sequence[Pile]]) -> None:
    """Lay each value upon the pile of its number."""
    count = len(dealt[0][1])
    small = numbers.astype(np.min_scalar_type(count))  # numbers of two bytes are sorted by their digits
    order, ends = np.argsort(small, kind="stable"), np.cumsum(np.bincount(small, minlength=count))
    for values, piles in dealt:
        for pile, some in zip(piles, np.split(values[order], ends[:-1]), strict=True):
            pile.add(some)


def _join(pairs: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Seeds that overlap on one diagonal, joined to runs: starts, starts in the other, sizes."""
    one = pairs >> HALF
    keys = (pairs & _LOW) - one << HALF | one
    keys.sort()
    # Seeds of two points lie at least one seed apart, so that no run crosses a point.
    heads = np.flatnonzero(np.diff(keys, prepend=keys[:1] - SEED) >= SEED)
    last = np.append(heads[1:], len(keys)) - 1 if len(heads) else heads
    start = keys[heads] & _LOW
    return start, start + (keys[heads] >> HALF), keys[last] - keys[heads] + SEED


def _often(a: np.ndarray, b: np.ndarray, points: int) -> np.ndarray:
    """How often two points meet, or more, as pairs of points may share a number: what is too rare is left unsorted."""
    bucket = (a.astype(np.int64) * points + b) & ((2 << len(a).bit_length()) - 1)
    return np.bincount(bucket)[bucket]


def _enough(
    letters: Letters, one: np.ndarray, other: np.ndarray, size: np.ndarray, least: Least
) -> Iterator[tuple[int, int, list[Run]]]:
    """Pairs of points, in order, whose runs have enough letters."""
    a, b, sizes = letters.owner[one], letters.owner[other], np.diff(letters.first)
    # Sorted as one number, since arrays of numbers are sorted far faster than anything else.
    bits = len(one).bit_length()
    keys = ((a - a.min(initial=0)).astype(np.int64) * len(letters.labels) + b) << bits | np.arange(len(one))
    keys.sort()
    rows = keys & ((1 << bits) - 1)
    heads = np.flatnonzero(np.diff(keys >> bits, prepend=-1))
    if not len(heads):
        return
    runs = np.diff(heads, append=len(rows))
    fit = np.add.reduceat(size[rows], heads) >= least.seeded
    if len(letters.fresh):
        some = rows[np.repeat(fit, runs)]
        fresh = _fresh(letters, one[some], other[some], size[some])
        fit[fit] = np.add.reduceat(fresh, np.cumsum(runs[fit]) - runs[fit]) >= least.fresh
    rows, pair = rows[np.repeat(fit, runs)], np.repeat(np.cumsum(fit)[fit], runs[fit])
    kept = _longest(pair, (one[rows], other[rows]), size[rows], (sizes[a[rows]] + sizes[b[rows]]) // 2)
    rows, pair = rows[kept], pair[kept]
    rows = rows[alignable(letters, pair, (one[rows], other[rows]), size[rows], least)]
    a, b = a[rows], b[rows]
    heads = np.flatnonzero((np.diff(a, prepend=-1) != 0) | (np.diff(b, prepend=-1) != 0))
    columns = one[rows] - letters.first[a], other[rows] - letters.first[b], size[rows]
    made = list(map(Run, *(column.tolist() for column in columns)))
    ends = pairwise([*heads.tolist(), len(rows)])
    for i, j, (low, high) in zip(a[heads].tolist(), b[heads].tolist(), ends, strict=True):
        yield i, j, made[low:high]


def _longest(pair: np.ndarray, starts: tuple[np.ndarray, np.ndarray], size: np.ndarray, most: np.ndarray) -> np.ndarray:
    """Which runs are among the longest of their pair of points, of so many as prose has at most: these say enough."""
    crowded = np.flatnonzero(np.bincount(pair)[pair] > most)
    order = crowded[np.lexsort((starts[1][crowded], starts[0][crowded], -size[crowded], pair[crowded]))]
    begins = np.flatnonzero(np.diff(pair[order], prepend=-1))
    nth = np.arange(len(order)) - np.repeat(begins, np.diff(begins, append=len(order)))
    kept = np.ones(len(pair), dtype=bool)
    kept[order[nth >= most[order]]] = False
    return kept


def _fresh(letters: Letters, one: np.ndarray, other: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Letters of each run outside known wording in both points."""
    begins = np.cumsum(size) - size
    within = np.arange(size.sum()) - np.repeat(begins, size)
    fresh = letters.fresh[np.repeat(one, size) + within] & letters.fresh[np.repeat(other, size) + within]
    return np.add.reduceat(fresh, begins, dtype=np.int64)
