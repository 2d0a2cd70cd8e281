"""Words where they stand in a folded text, as arrays: which are chosen, which are near one another."""

from typing import NamedTuple

import numpy as np


class Places(NamedTuple):
    """Parallel arrays; of those that start together the longest first, as `wording.Finder` gives them."""

    start: np.ndarray
    end: np.ndarray
    word: np.ndarray

    def at(self, chosen: np.ndarray | slice) -> "Places":
        """Those with these indices."""
        return Places(self.start[chosen], self.end[chosen], self.word[chosen])

    def of(self, flags: np.ndarray) -> "Places":
        """Those of flagged words."""
        return self.at(np.flatnonzero(flags[self.word]))

    def longest(self) -> "Places":
        """The longest at each place, from left to right, none inside another.

        >>> Places(np.array([0, 2, 0]), np.array([3, 4, 2]), np.array([7, 8, 9])).longest().word
        array([7])
        """
        order = np.argsort(self.start, kind="stable")
        order = order[np.diff(self.start[order], prepend=-1) > 0]  # the longest comes first
        start, end = self.start[order], self.end[order]
        kept = start >= np.maximum.accumulate(np.append(0, end))[:-1]  # certain: nothing before reaches so far
        following = np.append(np.searchsorted(start, end), len(start))
        kept, now = np.append(kept, True), np.flatnonzero(kept)
        while len(now):
            now = following[now]
            now = now[~kept[now]]
            kept[now] = True
        return self.at(order[kept[:-1]])

    def cover(self, size: int) -> np.ndarray:
        """For each character of a text, 1 + the word that covers it, else 0."""
        covered = np.zeros(size + 1, dtype=np.int32)
        widths = self.end - self.start
        for width in np.unique(widths):
            same = self.at(np.flatnonzero(widths == width))
            for shift in range(width):
                covered[same.start + shift] = same.word + 1
        return covered


class Listed:
    """For each word its rows of the codebook, in one array."""

    def __init__(self, rows: dict[int, list[int]], words: int) -> None:
        self.many = np.zeros(words, dtype=np.int64)
        self.many[list(rows)] = [len(found) for found in rows.values()]
        self.rows = np.array([row for word in sorted(rows) for row in rows[word]], dtype=np.int64)
        self.ends = np.cumsum(self.many)

    def of(self, words: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The rows of these words, and which of the words each is for."""
        index, which = ranges(self.ends[words] - self.many[words], self.ends[words])
        return self.rows[index], which


def ranges(low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """All of low[0]:high[0], low[1]:high[1], … and for each the number of its range."""
    which = np.repeat(np.arange(len(low)), high - low)
    ends = np.cumsum(high - low)
    return np.arange(len(which)) - np.repeat(ends - high, high - low), which


def joined(
    first: Places, others: list[Places], clause: np.ndarray, gap: int, ordered: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Which of the first have all others with them in a clause, at most ``gap`` characters apart; their spans."""
    index, start, end = np.arange(len(first.start)), first.start, first.end
    for other in others:
        starts, ends = np.append(other.start, -1), np.append(other.end, -1)
        after = np.searchsorted(other.start, end)
        right = (starts[after] >= 0) & (starts[after] - end <= gap) & (clause[end] == clause[starts[after]])
        low, high = start, np.where(right, ends[after], end)
        if not ordered:
            before = np.searchsorted(other.start, start) - 1
            apart = start - ends[before]
            left = ~right & (starts[before] >= 0) & (apart >= 0) & (apart <= gap)
            left &= clause[ends[before]] == clause[start]
            low, right = np.where(left, starts[before], start), right | left
        index, start, end = index[right], low[right], high[right]
    return index, start, end
