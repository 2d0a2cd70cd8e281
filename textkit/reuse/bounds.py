"""What cannot come to a passage, told of many pairs of points at once: most are never aligned.

Nearly all points that share enough seeds share them too far apart for a chain, or in one run around which too little
agrees. Both bounds are exact: what they leave out would not be found.
"""

from typing import NamedTuple

import numpy as np

from textkit.reuse.letters import HALF, Letters

GAP_COST = 0.5  # agreement lost for each letter between two runs of a passage
LONGEST_GAP = 30  # such letters
MARGIN = 24  # letters beyond a coarse passage in which finer seeds may extend it
DRIFT = 8  # by how much finer seeds may leave the diagonals of the coarse ones
_AT_ONCE = 8_192  # runs


class Least(NamedTuple):
    """Fewest letters in the seeds that two points share, of these outside known wording in both, and of a passage.

    >>> Least(5, 4.8, 14).agreeing
    14
    """

    seeded: float
    fresh: float
    agreeing: float


def alignable(
    letters: Letters, pair: np.ndarray, starts: tuple[np.ndarray, np.ndarray], size: np.ndarray, least: Least
) -> np.ndarray:
    """Rows of the runs that may be in a passage; a run is of a numbered pair of points, and starts in both."""
    kept = np.flatnonzero(near(pair, starts, size, least.seeded))
    alone = kept[(np.bincount(pair[kept])[pair[kept]] == 1) & (size[kept] < least.agreeing)]
    short = reach(letters, starts[0][alone], starts[1][alone], size[alone]) < least.agreeing
    return np.setdiff1d(kept, alone[short], assume_unique=True)


def near(pair: np.ndarray, starts: tuple[np.ndarray, np.ndarray], size: np.ndarray, least: float) -> np.ndarray:
    """Which runs have enough letters together with all that a chain may reach from them, gap by gap, in either text.

    No other run is in a chain of that score, and no gap in one that costs more than its letters are above it: most
    points that share enough letters share them far apart.
    """
    together = pair
    for start in starts:
        begins = (together.astype(np.int64) << HALF) + start
        order = np.argsort(begins)
        ends = np.maximum.accumulate((begins + size)[order])
        most = np.minimum((np.bincount(together, size)[together] - least) / GAP_COST, LONGEST_GAP)
        apart = begins[order[1:]] - ends[:-1] > most[order[1:]]
        together = np.zeros_like(pair)
        together[order] = np.append(0, np.cumsum(apart))[: len(order)]
    return np.bincount(together, size)[together] >= least


def reach(letters: Letters, one: np.ndarray, other: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Letters of the first text in runs of two and more near a run: so many may agree in what is found from it alone.

    Runs begin with the letters ``one`` and ``other``. An upper bound, to which chance may add some letters.

    >>> import pandas as pd
    >>> from textkit.reuse.letters import gather
    >>> texts = ["子曰：学而时习之，不亦说乎", "学而时时习之，不亦说乎。"]
    >>> letters = gather([pd.DataFrame({"report": ["a", "b"], "point": 1, "text": texts, "start": 0})])
    >>> reach(letters, np.array([4]), np.array([13]), np.array([7])).tolist()
    [9]
    """
    found = [np.zeros(0, dtype=np.int64)]
    for low in range(0, len(one), _AT_ONCE):
        some = slice(low, low + _AT_ONCE)
        here = _around(letters, one[some], size[some], 0)
        there = _around(letters, other[some], size[some], DRIFT)
        covered = np.zeros(here.shape, dtype=bool)
        for shift in range(2 * DRIFT + 1):
            same = here == there[:, shift : shift + here.shape[1]]
            both = same[:, 1:] & same[:, :-1]
            covered[:, 1:] |= both
            covered[:, :-1] |= both
        found.append(covered.sum(axis=1))
    return np.concatenate(found)


def _around(letters: Letters, start: np.ndarray, size: np.ndarray, drift: int) -> np.ndarray:
    """Letters around runs, a row for each: those of its point alone, in place of others what is in no other text."""
    at = start[:, None] + np.arange(-MARGIN - drift, size.max() + MARGIN + 1 + drift)
    point = letters.owner[start]
    first = np.maximum(letters.first[point], start - MARGIN)
    last = np.minimum(letters.first[point + 1], start + size + MARGIN + 1)
    inside = (at >= first[:, None]) & (at < last[:, None])
    nothing = 0xFFFFFFFF - (drift > 0)  # another in either text
    return np.where(inside, letters.codes[np.clip(at, 0, len(letters.codes) - 1)], np.uint32(nothing))
