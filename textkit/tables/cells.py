"""Cells as text: what every format does alike."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

DIGITS = 6
"""Significant digits written; more would differ between processors."""


def map_text(frame: pd.DataFrame, function: Callable[[str], str]) -> pd.DataFrame:
    """The frame with a function applied to every cell, and every column name, that is text.

    >>> map_text(pd.DataFrame({"a": ["学", 1]}), lambda text: text * 2)["aa"].tolist()
    ['学学', 1]
    """

    def mapped(cell: Any) -> Any:
        # Half of a surrogate pair cannot be written in UTF-8: it is shown by its number.
        return function(cell.encode("utf-8", "backslashreplace").decode()) if isinstance(cell, str) else cell

    def done(column: pd.Series) -> pd.Series:
        if column.dtype not in ("str", "object", "category"):
            return column
        if column.dtype == "object":  # where 1, 1.0 and True would pass for one
            return pd.Series([mapped(cell) for cell in column], frame.index, dtype="object")
        of, different = pd.factorize(column, use_na_sentinel=False)  # most names and words stand in many rows
        known = np.array([*map(mapped, different.tolist())], dtype="object")
        return pd.Series(known[of], frame.index, dtype="object")

    made = [done(frame.iloc[:, place]) for place in range(frame.shape[1])]
    whole = pd.concat(made, axis=1) if made else frame.copy()
    return whole.set_axis([mapped(name) for name in frame.columns], axis=1)


def plain(cell: Any) -> str:
    """A cell that is no text, as text; empty if missing.

    >>> plain(1 / 3), plain(None), plain(7)
    ('0.333333', '', '7')
    """
    if isinstance(cell, float):
        return "" if cell != cell else f"{cell:.{DIGITS}g}"  # noqa: PLR0124 (NaN)
    return "" if cell is None or cell is pd.NA or cell is pd.NaT else str(cell)
