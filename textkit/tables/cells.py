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
        return function(encodable(cell)) if isinstance(cell, str) else cell

    def done(column: pd.Series) -> pd.Series:
        if column.dtype not in ("str", "object", "category"):
            return column + 0.0 if column.dtype.kind == "f" else column  # no minus zero
        if column.dtype == "object":  # where 1, 1.0 and True would pass for one
            return pd.Series([mapped(cell) for cell in column], frame.index, dtype="object")
        of, different = pd.factorize(column, use_na_sentinel=False)  # most names and words stand in many rows
        known = np.array([*map(mapped, different.tolist())], dtype="object")
        return pd.Series(known[of], frame.index, dtype="object")

    made = [done(frame.iloc[:, place]) for place in range(frame.shape[1])]
    table = pd.concat(made, axis=1) if made else frame.copy()
    return table.set_axis([mapped(name) for name in frame.columns], axis=1)


def encodable(text: str) -> str:
    r"""Text that can be written in UTF-8: half of a surrogate pair is shown by its number.

    >>> print(encodable(chr(0xD800) + "学"))
    \ud800学
    """
    return text.encode("utf-8", "backslashreplace").decode()


def plain(cell: Any) -> str:
    """A cell that is no text, as text; empty if missing.

    >>> plain(1 / 3), plain(None), plain(7)
    ('0.333333', '', '7')
    """
    if isinstance(cell, float):
        return "" if cell != cell else f"{cell + 0.0:.{DIGITS}g}"  # noqa: PLR0124 (NaN; and no minus zero)
    return "" if cell is None or cell is pd.NA or cell is pd.NaT else str(cell)
