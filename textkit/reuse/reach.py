"""What may agree around a run of letters, of many pairs of texts at once: too little is never aligned."""

import numpy as np

from textkit.reuse.letters import Letters

MARGIN = 24  # letters beyond a coarse passage in which finer seeds may extend it
DRIFT = 8  # by how much finer seeds may leave the diagonals of the coarse ones
_AT_ONCE = 8_192  # runs


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
