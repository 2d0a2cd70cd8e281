"""All maximal repeats of a corpus, with their counts, spread and neighbours, by arithmetic on arrays.

A suffix array with its LCP array (Manber & Myers 1993; Kasai et al. 2001) puts all suffixes that
share a beginning side by side; each stretch that shares more than its neighbours is a repeat that
cannot be longer to the right (Abouelhoda, Kurtz & Ohlebusch 2004), and it is maximal if what
stands before its places differs. Everything after that is arithmetic on these stretches.

The texts are joined by separators that each occur once, so no phrase crosses a point.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

UNICODE = 0x110000  # separators are numbered from here on
_CHUNK = 4_000_000  # places held in memory at a time


class Corpus(NamedTuple):
    """All points in one array of codepoints; every separator is a number of its own.

    >>> join(["甲乙", "丙"], "").unit.tolist()
    [0, 0, 0, 1, 1]
    """

    codes: np.ndarray  # int32
    unit: np.ndarray  # row of the points frame each place belongs to
    first: np.ndarray  # place of the first character of each row


class Repeats(NamedTuple):
    """Stretches ``left:right`` of the suffix array that share exactly ``chars`` characters.

    >>> corpus = join(["学而时习", "而时有"], "")
    >>> _, found = repeats(corpus, np.array([0, 1]), 2)
    >>> found.counts.tolist(), found.chars.tolist(), found.reports.tolist()
    ([2], [2], [2])
    """

    left: np.ndarray
    right: np.ndarray
    chars: np.ndarray
    reports: np.ndarray
    left_variety: np.ndarray
    right_variety: np.ndarray

    @property
    def counts(self) -> np.ndarray:
        """Places of each repeat, overlapping ones included."""
        return self.right - self.left

    def pick(self, rows: np.ndarray) -> "Repeats":
        """Some of the repeats."""
        return Repeats(*(column[rows] for column in self))


def join(texts: list[str], barriers: str) -> Corpus:
    """Texts as one array, each followed by a separator; barriers become separators too."""
    joined = "\n".join([*texts, ""])
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype="<i4").astype(np.int32)
    sizes = np.array([len(text) + 1 for text in texts], dtype=np.int64)
    first = np.cumsum(sizes) - sizes
    cut = np.isin(codes, [ord(char) for char in barriers]) if barriers else np.zeros(len(codes), dtype=bool)
    cut[first + sizes - 1] = True
    codes[cut] = UNICODE + np.arange(cut.sum(), dtype=np.int32)
    return Corpus(codes, np.repeat(np.arange(len(texts), dtype=np.int32), sizes), first)


def repeats(
    corpus: Corpus, groups: np.ndarray, min_chars: int, owned: np.ndarray | None = None
) -> tuple[np.ndarray, Repeats]:
    """Those suffixes, in order, that share ``min_chars`` characters with another, and their maximal stretches.

    ``owned`` says of each place whether it counts; places with the same first ``min_chars`` characters agree in it.
    """
    suffixes, shared = suffix_array(corpus.codes)
    kept = np.maximum(shared[:-1], shared[1:]) >= min_chars
    if owned is not None:
        kept &= owned[suffixes]
    suffixes, shared = suffixes[kept], np.append(shared[:-1][kept], 0)
    high = np.flatnonzero(shared >= min_chars)
    left = _nearest_below(shared, high, step=-1)
    right = _nearest_below(shared, high, step=+1)
    # Where a stretch divides, the next character changes: once less than it has continuations.
    _, one_each, divisions = np.unique(left * len(shared) + right, return_index=True, return_counts=True)
    left, right, chars = left[one_each], right[one_each], shared[high[one_each]].astype(np.int64)
    del high
    before = _distinct(corpus.codes[suffixes - 1], shared, left, right, min_chars)
    reports = _distinct(groups.astype(np.int32)[corpus.unit[suffixes]], shared, left, right, min_chars)
    found = Repeats(left, right, chars, reports, before, divisions + 1)
    return suffixes, found.pick(np.flatnonzero(before > 1))


def suffix_array(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """All suffixes in order, and how many characters each shares with the one before it; one 0 more at the end.

    No two separators are alike, so nothing is shared beyond one.

    >>> [column.tolist() for column in suffix_array(np.array([7, 8, 7], dtype=np.int32))]
    [[2, 0, 1], [0, 1, 0, 0]]
    """
    from pydivsufsort import divsufsort, kasai

    narrow = _narrow(codes)
    suffixes = divsufsort(codes) if narrow is None else _halved(divsufsort(narrow.astype(">u2").view(np.uint8)))
    shared = np.zeros(len(suffixes) + 1, dtype=np.int32)
    shared[1:-1] = kasai(codes if narrow is None else narrow, suffixes)[:-1]
    ahead = _ahead(codes)
    for at in range(1, len(suffixes), _CHUNK):
        some = shared[at : min(at + _CHUNK, len(suffixes))]
        np.minimum(some, ahead[suffixes[at : at + _CHUNK]], out=some)
    return suffixes, shared


def _narrow(codes: np.ndarray) -> np.ndarray | None:
    """Two bytes for each place, which sort as fast again: separators take turns with the numbers that are left over.

    None where the text has as many different characters as two bytes have values.
    """
    known = np.zeros(max(codes.max(initial=0) + 1, UNICODE), dtype=bool)
    for at in range(0, len(codes), _CHUNK):
        known[codes[at : at + _CHUNK]] = True
    chars = np.flatnonzero(known[:UNICODE])
    if len(chars) >= 1 << 16:
        return None
    numbers = np.zeros(len(known), dtype=np.uint16)
    numbers[chars] = np.arange(len(chars))
    numbers[UNICODE:] = len(chars) + np.arange(len(known) - UNICODE) % ((1 << 16) - len(chars))
    return np.concatenate([numbers[codes[at : at + _CHUNK]] for at in range(0, len(codes), _CHUNK)] or [numbers[:0]])


def _halved(suffixes: np.ndarray) -> np.ndarray:
    """Of the suffixes of bytes those that begin with a character of two."""
    found, end = np.empty(len(suffixes) // 2, dtype=np.int32), 0
    for at in range(0, len(suffixes), _CHUNK):
        even = suffixes[at : at + _CHUNK]
        even = even[even & 1 == 0]
        found[end : end + len(even)] = even >> 1
        end += len(even)
    return found


def _ahead(codes: np.ndarray) -> np.ndarray:
    """Characters from each place to the next separator."""
    ends = np.append(np.flatnonzero(codes >= UNICODE), len(codes)).astype(np.int32)
    ahead = np.repeat(ends, np.diff(ends, prepend=-1))[: len(codes)]
    ahead -= np.arange(len(codes), dtype=np.int32)
    return ahead


def _nearest_below(values: np.ndarray, places: np.ndarray, step: int) -> np.ndarray:
    """For each place, the nearest one to that side with a smaller value.

    All places jump at once over what their neighbour already knows to be no smaller, so the
    distance covered grows from round to round.
    """
    nearest = np.arange(len(values), dtype=np.int32)
    nearest[places] += step
    waiting = places
    while len(waiting):
        waiting = waiting[values[nearest[waiting]] >= values[waiting]]
        nearest[waiting] = nearest[nearest[waiting]]
    return nearest[places].astype(np.int64)


def _distinct(values: np.ndarray, shared: np.ndarray, left: np.ndarray, right: np.ndarray, floor: int) -> np.ndarray:
    """Number of different values in each stretch (colour set size: Hui 1992).

    Each value is paired with its previous appearance; a stretch holds as many different values as
    places less the pairs inside it. A pair lies inside if and only if the smallest ``shared``
    between its two places does, so one running sum over these minima serves all stretches.
    """
    order = np.flatnonzero(values < UNICODE).astype(np.int32)  # each separator is like no other
    values = values[order]
    if values.max(initial=0) < 1 << 16:
        values = values.astype(np.uint16)  # sorted by counting
    by_value = np.argsort(values, kind="stable")
    values, order = values[by_value], order[by_value]
    again = np.flatnonzero(values[1:] == values[:-1])
    previous = np.full(len(shared), -1, dtype=np.int32)
    previous[order[again + 1]] = order[again]
    second = np.flatnonzero(previous >= 0).astype(np.int32)  # in order of place, as memory is read best
    first = previous[second]
    del order, values, by_value, again, previous
    lows = np.cumsum(shared < floor, dtype=np.int32)
    inside = lows[second] == lows[first]  # no stretch reaches over a low
    minima = _argmin_between(shared, first[inside] + 1, second[inside])
    pairs = np.cumsum(np.bincount(minima, minlength=len(shared)))
    return right - left - (pairs[right - 1] - pairs[left])


def _argmin_between(values: np.ndarray, start: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Place of a smallest value in each ``start..last``, by windows of doubled width."""
    found = np.empty(len(start), dtype=np.int32)
    best = np.arange(len(values), dtype=np.int32)  # of the window of this width that starts here
    level = (np.frexp(last - start + 1)[1] - 1).astype(np.int8)
    for k in range(level.max(initial=-1) + 1):
        now = np.flatnonzero(level == k)
        one, other = best[start[now]], best[last[now] - (1 << k) + 1]
        found[now] = np.where(values[one] <= values[other], one, other)
        one, other = best[: -(1 << k)], best[1 << k :]
        best = np.where(values[one] <= values[other], one, other)
    return found


def net_counts(suffixes: np.ndarray, found: Repeats) -> np.ndarray:
    """Occurrences that do not lie inside an occurrence of a longer phrase in the list.

    Of the phrases that start at one place only the longest can be free, and it is if no phrase
    that starts earlier reaches as far.
    """
    longest = _innermost(len(suffixes), found)
    ranks = np.flatnonzero(longest >= 0)
    reach = np.zeros(suffixes.max(initial=-1) + 1, dtype=np.int64)
    reach[suffixes[ranks]] = suffixes[ranks] + found.chars[longest[ranks]]
    earlier = np.concatenate([[0], np.maximum.accumulate(reach)[:-1]])
    free = earlier[suffixes[ranks]] < reach[suffixes[ranks]]
    return np.bincount(longest[ranks[free]], minlength=len(found.left))


def _innermost(n: int, found: Repeats) -> np.ndarray:
    """For each place of the suffix array, the innermost stretch that holds it, or -1: painted from the outermost."""
    order = np.lexsort((-found.right, found.left))
    closed = np.searchsorted(np.sort(found.right), found.left[order], side="right")
    around = np.arange(len(order)) - closed  # stretches lie in one another or apart
    innermost = np.full(n, -1, dtype=np.int64)
    for depth in range(around.max(initial=-1) + 1):
        rows = order[around == depth]
        counts = found.counts[rows]
        starts = found.left[rows] - np.cumsum(counts) + counts
        innermost[np.repeat(starts, counts) + np.arange(counts.sum())] = np.repeat(rows, counts)
    return innermost


def dispersion(sizes: np.ndarray, report: np.ndarray, found: Repeats) -> np.ndarray:
    """DPnorm of each phrase over reports: half the sum of |observed - expected share|, scaled to 1.

    ``report`` numbers the report of each place of the suffix array; ``sizes`` are the letters of each report.
    """
    expected = sizes / max(int(sizes.sum()), 1)
    counts = found.counts
    gap = np.zeros(len(counts))
    for row, one, times in _report_counts(report, len(sizes), found):
        there = np.abs(times / counts[row] - expected[one]) - expected[one]
        gap += np.bincount(row, weights=there, minlength=len(gap))
    # Reports without the phrase add their expected share: all of them together 1, less the others.
    norm = 2 * (1 - float(np.min(expected[expected > 0], initial=1)))
    return np.clip((1 + gap) / norm, 0, 1) if norm else np.zeros(len(gap))


def _report_counts(report: np.ndarray, reports: int, found: Repeats) -> Iterator[tuple[np.ndarray, ...]]:
    """Phrase, report and count where it is not zero, by whichever way is shorter; reports in order for each phrase."""
    counts = found.counts
    if counts.sum() > 8 * reports * len(counts):  # few reports, many places: ask each report
        for name in range(reports):
            places = np.flatnonzero(report == name)
            times = np.searchsorted(places, found.right) - np.searchsorted(places, found.left)
            row = np.flatnonzero(times)
            yield row, np.full(len(row), name), times[row]
        return
    for rows in np.split(np.arange(len(counts)), np.flatnonzero(np.diff(np.cumsum(counts) // _CHUNK)) + 1):
        row = np.repeat(rows, counts[rows])
        within = np.arange(len(row)) - np.repeat(np.cumsum(counts[rows]) - counts[rows], counts[rows])
        keys, times = np.unique(row * reports + report[found.left[row] + within], return_counts=True)
        yield keys // reports, keys % reports, times


def texts(sources: list[str], corpus: Corpus, suffixes: np.ndarray, found: Repeats) -> list[str]:
    """The repeats as they stand in the texts that were joined."""
    at = suffixes[found.left].astype(np.int64)
    unit = corpus.unit[at]
    start = at - corpus.first[unit]
    return [sources[u][s : s + n] for u, s, n in zip(unit, start, found.chars, strict=True)]
