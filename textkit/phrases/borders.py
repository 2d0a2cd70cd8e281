"""Where words probably end, told from the text alone."""

import numpy as np


def borders(symbols: np.ndarray) -> np.ndarray:
    """For each place and one more, whether a word may begin there: what stands before does not bind what follows.

    By the difference of t-scores (Sun, Shen & Tsou 1998): in *v x y w*, x and y are bound if x leans
    more to the right, to y rather than v, than y does, to w rather than x, by how surely one follows the
    other. No lexicon is asked, so that a hundred reports tell better than one.

    Parameters
    ----------
    symbols
        A number for each character, 0 for every break; breaks are borders on both sides.

    >>> text = "学习不够。学习扎实。不够扎实。学习不"
    >>> numbers = np.array([0 if char == "。" else ord(char) for char in text])
    >>> "".join("|" * bool(free) + char for char, free in zip(text, borders(numbers), strict=False))
    '|学习|不够|。|学习|扎实|。|不够|扎实|。|学习|不'
    """
    _, ranks, counts = np.unique(symbols, return_inverse=True, return_counts=True)
    free = np.ones(len(symbols) + 1, dtype=bool)
    if len(symbols) < 3:
        return free
    size = counts[ranks[:-1]].astype(np.float64)
    _, pair, both = np.unique(ranks[:-1] * len(counts) + ranks[1:], return_inverse=True, return_counts=True)
    follows = both[pair] / size
    variance = follows / size
    leaning = np.zeros(len(symbols))  # to what follows rather than to what stands before
    leaning[1:-1] = np.diff(follows) / np.sqrt(variance[1:] + variance[:-1])
    free[1:-1] = (leaning[:-1] <= leaning[1:]) | (symbols[:-1] == 0) | (symbols[1:] == 0)
    return free
