"""The letters of all points, one after the other: in memory, or in files where memory is short.

Letters alone are compared, without quotes, spaces and punctuation; each knows where it stands in its report.
"""

from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from textkit import frames, hanzi, wording
from textkit.errors import InputError

MOST = 2**31 - 1
"""Letters that can be compared at once: a place is a number of four bytes."""
HALF = 32
"""Bits of a place in a number that holds two."""

_POINTS = 4_096  # read at a time


class Pile:
    """Arrays laid one upon the other, in memory or, if there is a file, in it.

    >>> pile = Pile(np.int32)
    >>> pile.add(np.array([1, 2]))
    >>> pile.add(np.array([3]))
    >>> pile.whole().tolist(), len(pile)
    ([1, 2, 3], 3)
    """

    def __init__(self, dtype: Any, file: Path | None = None) -> None:
        self._dtype, self._file, self._size = np.dtype(dtype), file, 0
        self._arrays: list[np.ndarray] = []

    def __len__(self) -> int:
        return self._size

    def add(self, values: np.ndarray) -> None:
        """Lay an array upon the others."""
        self._size += len(values)
        values = values.astype(self._dtype, copy=False)
        if self._file is None:
            self._arrays.append(values)
        elif len(values):
            with self._file.open("ab") as file:
                values.tofile(file)

    def whole(self) -> np.ndarray:
        """All arrays as one, for reading; a file is read where it is looked at."""
        if self._file is not None and self._size:
            return np.asarray(np.memmap(self._file, dtype=self._dtype, mode="r"))  # plain: slices cost less
        self._arrays = [np.concatenate([np.zeros(0, dtype=self._dtype), *self._arrays])]
        return self._arrays[0]


class Letters(NamedTuple):
    """The points as one row of letters.

    >>> points = pd.DataFrame({"report": ["a"], "point": [1], "text": ["“四个”，意识"], "start": [10]})
    >>> letters = gather([points])
    >>> hanzi.string(letters.of(0)), letters.places.tolist()
    ('四个意识', [11, 12, 15, 16])
    """

    labels: pd.DataFrame  # report, point and what else was asked for, by point
    first: np.ndarray  # letter with which each point begins, and one more
    codes: np.ndarray  # codepoint of each letter
    places: np.ndarray  # offset in the report
    owner: np.ndarray  # row of its point
    fresh: np.ndarray  # whether it lies outside known wording; empty if none is known

    def of(self, row: int) -> np.ndarray:
        """Codepoints of the letters of a point."""
        return self.codes[self.first[row] : self.first[row + 1]]

    def new(self, row: int, start: int, end: int) -> np.ndarray:
        """For some letters of a point, whether they lie outside known wording."""
        return self.fresh[self.first[row] + start : self.first[row] + end]

    def numbers(self, column: str) -> np.ndarray:
        """For each point, the number of its value in a column."""
        return pd.factorize(self.labels[column].astype("object"), use_na_sentinel=False)[0]


def gather(
    batches: Iterable[pd.DataFrame], extra: Iterable[str] = (), known: Iterable[str] = (), folder: Path | None = None
) -> Letters:
    """The letters of all points, which have the columns ``report, point, text, start`` and the extra ones.

    An `InputError` for more than `MOST`.
    """
    names = list(dict.fromkeys(["report", "point", *extra]))
    kinds: dict[str, Any] = {"codes": "<u4", "places": np.int32, "owner": np.int32, "fresh": np.bool_}
    piles = {name: Pile(kind, folder and folder / name) for name, kind in kinds.items()}
    find = _finder(list(known))
    labels, rows = [pd.DataFrame(columns=names)], 0
    for batch in batches:
        frames.require(batch, "points", *names)
        frames.require_known(batch, "points", "text", "start")
        # Sorted, so that neither the order of the rows nor that of two reports decides anything.
        points = batch.iloc[np.lexsort((batch["start"], batch["report"].astype(str)))]
        labels.append(points[[*names, *({"year"} & {*points} - {*names})]])
        for low in range(0, len(points), _POINTS):
            codes, places, owner = _letters(points.iloc[low : low + _POINTS])
            for name, values in (("codes", codes), ("places", places), ("owner", owner + rows + low)):
                piles[name].add(values)
            if find is not None:
                piles["fresh"].add(~find.covered(codes, owner))
        rows += len(points)
        if len(piles["codes"]) > MOST:
            raise InputError(f"reuse: more than {MOST:,} letters; compare years or regions apart")
    whole = {name: pile.whole() for name, pile in piles.items()}
    first = np.searchsorted(whole["owner"], np.arange(rows + 1, dtype=np.int32))  # of another kind all would be copied
    return Letters(pd.concat(labels[rows > 0 :], ignore_index=True), first, **whole)


def _finder(known: list[str]) -> wording.Finder | None:
    codes, _, owner = _letters(pd.DataFrame({"text": known, "start": 0}))
    text, borders = hanzi.string(codes), np.searchsorted(owner, np.arange(len(known) + 1))
    return wording.Finder(text[start:end] for start, end in pairwise(borders)) if known else None


def _letters(points: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Codepoint, place and row of each letter; the texts are folded together."""
    whole, begins = hanzi.together(points["text"])
    folded = hanzi.letters(whole)
    owner = hanzi.owners(folded.offsets, begins)
    shift = points["start"].to_numpy(dtype=np.int64) - begins[:-1]
    return hanzi.codepoints(folded.text), folded.offsets + shift[owner], owner
