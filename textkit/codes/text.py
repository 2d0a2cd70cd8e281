"""The text of many points as one, folded, with its points, clauses and sentences as numbers for each character."""

import numpy as np
import pandas as pd

from textkit import hanzi, wording

_CLAUSE = "，。；！？：,;!?:\0"
_SENTENCE = "。；！？;!?\0"
_UNJUDGED = ("measures", "work")  # parts that tell what is done, not what falls short


class Text:
    """The folded text of the rows of a *points* table; offsets are those of the folded text until the end.

    ``joined`` is the text as it was, ``first`` where each point begins in it; ``starts`` and ``headline`` are where
    each point begins and where its headline ends in the folded text, ``owner`` is the point of each character.
    """

    def __init__(self, points: pd.DataFrame) -> None:
        texts = points["text"].tolist()
        self.joined = "\0".join(texts)
        self.folded = hanzi.fold(self.joined)
        lengths = np.array([len(text) + 1 for text in texts], dtype=np.int64)
        self.first = np.cumsum(lengths) - lengths
        heads = [len(h) if t.startswith(h) else 0 for t, h in zip(texts, points["headline"].tolist(), strict=True)]
        self.headline = np.searchsorted(self.folded.offsets, self.first + np.array(heads, dtype=np.int64))
        self.starts = np.searchsorted(self.folded.offsets, self.first)
        self.chars = wording.characters(self.folded.text)
        self.owner = np.repeat(np.arange(len(texts)), np.diff(self.starts, append=len(self.chars)))
        self.unjudged = points["role"].isin(_UNJUDGED).to_numpy()
        self.clause, self.sentence = (_counted(self.chars, marks) for marks in (_CLAUSE, _SENTENCE))

    def meet(self, at: np.ndarray, others: np.ndarray) -> np.ndarray:
        """Whether each of these places has one of the others in its clause."""
        clauses = np.zeros(self.clause[-1] + 1, dtype=bool)
        clauses[self.clause[others]] = True
        return clauses[self.clause[at]]


def _counted(chars: np.ndarray, marks: str) -> np.ndarray:
    """For each place in the text, the marks before it."""
    is_mark = np.zeros(0x110000, dtype=bool)
    is_mark[[ord(mark) for mark in marks]] = True
    before = np.zeros(len(chars) + 1, dtype=np.int32)
    np.cumsum(is_mark[chars], out=before[1:])
    return before
