"""Local alignment of two texts along the runs of letters they share.

Runs are chained where they agree more than the gaps between them cost, so that a longer passage may
hold more changes (chaining as a local alignment: Smith & Waterman 1981). Each coarse chain is drawn
again with finer seeds, and passages whose neighbours continue them, in the same order or another,
are one passage: a long copy is reported once, not in pieces.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from textkit.reuse.bounds import DRIFT, GAP_COST, LONGEST_GAP, MARGIN
from textkit.reuse.seeds import Run

_FINE = 2  # letters of the runs in and around what the coarse seeds found
_BRIDGE = 0.25  # gap that two passages may bridge, as a share of the letters that agree in them
_NONE = np.uint32(0xFFFFFFFF)  # no letter
_AT_ONCE = 4_000_000  # pairs of letters in memory at a time
_Spans = tuple[int, int, int, int]  # start and end in both texts


class Passage(NamedTuple):
    """Half-open spans of two texts that belong together, and the runs that agree in them.

    >>> Passage(0, 10, 5, 15, (Run(0, 5, 4), Run(6, 11, 4))).similarity
    0.8
    """

    start: int
    end: int
    other_start: int
    other_end: int
    runs: tuple[Run, ...]

    @property
    def agreeing(self) -> int:
        """Letters that agree."""
        return sum(run.size for run in self.runs)

    @property
    def similarity(self) -> float:
        """Dice (1945): agreeing letters counted twice, over both lengths."""
        return 2 * self.agreeing / (self.end - self.start + self.other_end - self.other_start)

    @property
    def net(self) -> float:
        """Agreeing letters, less half of those that do not agree."""
        return 2 * self.agreeing - (self.end - self.start + self.other_end - self.other_start) / 2


def align(one: np.ndarray, other: np.ndarray, runs: list[Run], least: float) -> list[Passage]:
    """Passages that two texts share, in the order of the first; no two lie in one another.

    Texts are given by their codepoints. Chains of runs are drawn again from a score of ``least`` on.

    >>> from textkit.hanzi import codepoints
    >>> one, other = map(codepoints, ("甲乙学而时习之不亦说乎", "学而时时习之不亦说乎丙"))
    >>> [(p.start, p.end, p.agreeing) for p in align(one, other, [Run(4, 3, 7)], 5)]
    [(2, 11, 9)]
    """
    taken: list[Passage] = []
    for coarse in _chains(runs, least):
        if _score(coarse) < least:
            continue
        spans = _around(one, other, coarse)
        if any(_covers(passage, spans) for passage in taken):
            continue  # whatever is found there lies in that passage
        fine = _refine(one, other, coarse, spans)
        if fine and not any(inside(fine, passage) for passage in taken):
            taken.append(fine)
    return _merge(taken)


def inside(a: Passage, b: Passage) -> bool:
    """Whether half of a passage or more lies within another, in either text.

    >>> inside(Passage(0, 4, 0, 4, ()), Passage(2, 20, 30, 48, ()))
    True
    """
    shared = min(a.end, b.end) - max(a.start, b.start)
    other = min(a.other_end, b.other_end) - max(a.other_start, b.other_start)
    return 2 * shared >= a.end - a.start or 2 * other >= a.other_end - a.other_start


def _score(chain: Sequence[Run]) -> float:
    cost = sum(max(b.start - a.start, b.other - a.other) - a.size for a, b in pairwise(chain))
    return sum(run.size for run in chain) - GAP_COST * cost


def _around(one: np.ndarray, other: np.ndarray, coarse: list[Run]) -> _Spans:
    """Spans of both texts in which a chain may be drawn again."""
    first, last = coarse[0], coarse[-1]
    low, from_ = max(first.start - MARGIN, 0), max(first.other - MARGIN, 0)
    high, to = last.start + last.size + MARGIN + 1, last.other + last.size + MARGIN + 1
    return low, min(high, len(one)), from_, min(to, len(other))


def _covers(passage: Passage, spans: _Spans) -> bool:
    low, high, from_, to = spans
    within = passage.start <= low and high <= passage.end
    return within or (passage.other_start <= from_ and to <= passage.other_end)


def _refine(one: np.ndarray, other: np.ndarray, coarse: list[Run], spans: _Spans) -> Passage | None:
    """The chain found again with runs of two letters and more, near its diagonals and within these spans.

    None if its letters only have the same numbers (see `seeds`).
    """
    low, high, from_, to = spans
    drifts = [run.other - run.start + low - from_ for run in coarse]
    met = _runs(one[low:high], other[from_:to], min(drifts) - DRIFT, max(drifts) + DRIFT)
    chain = next(_chains([Run(low + start, from_ + there, size) for start, there, size in met]), None)
    if chain is None:
        return None
    last = chain[-1]
    return Passage(chain[0].start, last.start + last.size, chain[0].other, last.other + last.size, tuple(chain))


def _runs(one: np.ndarray, other: np.ndarray, least: int, most: int) -> Iterator[Run]:
    """Runs of two letters and more on the diagonals from ``least`` to ``most``, all compared at once."""
    wide = len(one) + 1  # before the letters of each diagonal, one that is not the same
    step = _AT_ONCE // wide + 1
    for low in range(least, most + 1, step):
        rows = min(step, most + 1 - low)
        there = np.full(len(one) + rows - 1, _NONE)  # a diagonal meets what the last did, one letter on
        begin = max(low, 0)
        part = other[begin : max(low + len(there), begin)]
        there[begin - low :][: len(part)] = part
        met = np.ndarray((rows, len(one)), there.dtype, there, strides=2 * there.strides)
        same = np.zeros(rows * wide + 1, dtype=bool)
        np.equal(met, one, out=same[:-1].reshape(rows, wide)[:, 1:])
        turns = np.flatnonzero(same[1:] != same[:-1])
        starts, sizes = turns[::2], turns[1::2] - turns[::2]
        for at, size in zip(starts[sizes >= _FINE].tolist(), sizes[sizes >= _FINE].tolist(), strict=True):
            yield Run(at % wide, at % wide + at // wide + low, size)


def _chains(runs: list[Run], least: float = 0) -> Iterator[list[Run]]:
    """Chains of runs that score so much, best first, no run in two of them.

    A chain gains the letters that agree and loses for the letters between its runs, so what it may
    bridge grows with what it holds.
    """
    runs = sorted(runs)
    scores: list[float] = []
    before: list[int] = []
    near: list[int] = []  # runs that end late enough to be continued
    for n, run in enumerate(runs):
        best, previous = 0.0, -1
        near = [m for m in near if runs[m].start + runs[m].size + LONGEST_GAP >= run.start]
        for m in reversed(near):
            if scores[m] <= best:
                continue  # no gap gains
            start, other, size = runs[m]
            if not 0 < run.other - other <= size + LONGEST_GAP:
                continue
            gaps = (run.start - start - size, run.other - other - size)
            double = max(-min(gaps), 0)  # letters that both runs claim
            gain = scores[m] - double - GAP_COST * (max(gaps) + double)
            if double < min(size, run.size) and max(gaps) <= LONGEST_GAP and gain > best:
                best, previous = gain, m
        scores.append(best + run.size)
        before.append(previous)
        near.append(n)
    ranked = sorted((n for n, score in enumerate(scores) if score >= least), key=lambda n: -scores[n])
    return _unwind(runs, ranked, before)


def _unwind(runs: list[Run], ranked: list[int], before: list[int]) -> Iterator[list[Run]]:
    used: set[int] = set()
    for last in ranked:
        at, chain = last, []
        while at >= 0 and at not in used:
            used.add(at)
            chain.append(runs[at])
            at = before[at]
        if chain:
            yield _trim(chain[::-1])


def _trim(chain: list[Run]) -> list[Run]:
    """The chain without letters that two runs claim; the later run loses them."""
    trimmed = chain[:1]
    for run in chain[1:]:
        last = trimmed[-1]
        double = max(last.start + last.size - run.start, last.other + last.size - run.other, 0)
        if double < run.size:
            trimmed.append(Run(run.start + double, run.other + double, run.size - double))
    return trimmed


def _merge(passages: list[Passage]) -> list[Passage]:
    """Neighbours in both texts joined, in whichever order they stand in the second."""
    merged: list[Passage] = []
    for passage in sorted(passages):
        while merged and _continues(merged[-1], passage):
            passage = _union(merged.pop(), passage)  # noqa: PLW2901
        merged.append(passage)
    return merged


def _continues(a: Passage, b: Passage) -> bool:
    gaps = (b.start - a.end, max(b.other_start - a.other_end, a.other_start - b.other_end))
    return max(gaps) <= _BRIDGE * (a.agreeing + b.agreeing)


def _union(a: Passage, b: Passage) -> Passage:
    """Both as one; runs of the second that the first covers in either text are left out."""
    runs = tuple(
        run
        for run in b.runs
        if run.start >= a.end and (run.other >= a.other_end or run.other + run.size <= a.other_start)
    )
    starts, ends = (a.other_start, b.other_start), (a.other_end, b.other_end)
    return Passage(a.start, max(a.end, b.end), min(starts), max(ends), (*a.runs, *runs))
