"""What coded examples teach: which pairs of neighbouring characters speak for a code, and how much.

Naive Bayes (Maron 1961; McCallum & Nigam 1998) over a codebook's examples and its own indicators: a pair's weight for a
code is the log of its share in that code, less the mean over codes. Word lists know what their authors thought of;
this knows a little of everything, so it decides between codes and never adds a second one.
"""

import numpy as np
from scipy import sparse

from textkit import hanzi
from textkit.codes.codebook import OTHER, Codebook

_PRIOR = 0.5  # how often each pair is taken to have been seen with each code before any example


class Likeness:
    """The weights, one row per pair of characters, one column per code."""

    def __init__(self, book: Codebook) -> None:
        names = [code for code in book.codes["code"] if code != OTHER]
        known = book.examples[book.examples["code"].isin(names)]
        texts = [hanzi.fold(text).text for text in known["text"]] + book.indicators["indicator"].tolist()
        whose = [names.index(code) for code in [*known["code"], *book.indicators["code"]]]
        chars, owner = hanzi.codepoints("\0".join(texts)), np.repeat(whose, [len(text) + 1 for text in texts])[:-1]
        self.letter = np.zeros(0x110000, dtype=np.int32)
        letters = np.unique(chars)
        letters = letters[[chr(char).isalnum() for char in letters]]
        self.letter[letters] = np.arange(1, len(letters) + 1)
        self.size = len(letters) + 1
        keys, at = self._keys(chars)
        pairs, row = np.unique(keys, return_inverse=True)
        counts = np.full((len(pairs), len(names)), _PRIOR)
        np.add.at(counts, (row, owner[at]), 1)
        share = np.log(counts / counts.sum(axis=0))
        self.weights = share - share.mean(axis=1, keepdims=True)
        self.row = np.full(self.size**2, -1, dtype=np.int32)
        self.row[pairs] = np.arange(len(pairs))

    def _keys(self, chars: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Every pair of known characters as one number, and where it begins."""
        letters = self.letter[chars]
        at = np.flatnonzero((letters[:-1] > 0) & (letters[1:] > 0))
        return letters[at] * self.size + letters[at + 1], at

    def pairs(self, chars: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Rows of `weights` found in a text, and where each pair begins."""
        keys, at = self._keys(chars)
        rows = self.row[keys]
        known = np.flatnonzero(rows >= 0)
        return rows[known], at[known]

    def sums(self, rows: np.ndarray, times: np.ndarray, groups: np.ndarray, size: int) -> np.ndarray:
        """Weights added up by group, each so many times; groups are ordered."""
        starts = np.searchsorted(groups, np.arange(size + 1))
        return sparse.csr_array((times, rows, starts), (size, len(self.weights))) @ self.weights
