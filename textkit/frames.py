"""The tables of textkit: their columns, types and meanings, declared in one place, ``data/columns.tsv``.

Every step takes and returns plain pandas DataFrames. `make` builds one with the declared columns
(also from no rows at all), `require` checks what a caller hands in, and `dictionary` lists every
column with its meaning, as it is exported beside the data. Columns may be added by users; steps
look only at those they declare. Offsets are codepoints into ``reports.text``.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import pandas as pd

from textkit.errors import FrameError

PARTS = ("problems", "causes", "measures", "work", "other")
"""The parts of a report (``role``), in their order in tables."""

_ADDED = "added by the sidecar or the table that was read"


@cache
def _declared() -> dict[str, list[tuple[str, str, str]]]:
    """Table → columns as (name, dtype, meaning)."""
    lines = (resources.files("textkit") / "data" / "columns.tsv").read_text("utf-8").splitlines()[1:]
    tables: dict[str, list[tuple[str, str, str]]] = {}
    for table, name, dtype, meaning in (line.split("\t") for line in lines):
        tables.setdefault(table, []).append((name, dtype, meaning))
    return tables


def columns(table: str) -> list[str]:
    """Names of the declared columns of a table.

    >>> columns("occurrences")
    ['phrase', 'report', 'point', 'start', 'end']
    """
    return [name for name, _, _ in _declared()[table]]


def make(table: str, rows: Iterable[Any] | Mapping[str, Any] | pd.DataFrame = ()) -> pd.DataFrame:
    """Frame with the declared columns and types, from rows, a mapping of columns, or a frame.

    >>> make("occurrences", [("四个意识", "a", 1, 10, 14)]).dtypes["start"]
    dtype('int64')
    >>> len(make("codes"))
    0
    """
    data = rows if isinstance(rows, Mapping | pd.DataFrame) else list(rows)
    frame = pd.DataFrame(data, columns=columns(table))
    types = {name: dtype for name, dtype, _ in _declared()[table]}
    for name in {"point", "other_point", "problem", "cause", "measure"} & set(types):
        if not pd.api.types.is_numeric_dtype(frame[name]) and any(isinstance(value, str) for value in frame[name]):
            del types[name]  # a points frame made by hand may name its points as it likes
    return frame.astype(types)


def require(frame: pd.DataFrame, table: str, *needed: str) -> None:
    """Check that a frame has columns of a declared table (all, or those named).

    Raises
    ------
    FrameError
        Names the missing columns and what the frame has.

    >>> require(make("points"), "points", "text")
    >>> require(make("points")[["report"]], "points", "text")
    Traceback (most recent call last):
    textkit.errors.FrameError: points: missing column 'text' (the frame has: report)
    """
    if not isinstance(frame, pd.DataFrame):
        raise FrameError(f"{table}: expected a DataFrame, got {type(frame).__name__}")
    missing = [name for name in needed or columns(table) if name not in frame.columns]
    if missing:
        names = ", ".join(repr(name) for name in missing)
        have = ", ".join(map(str, frame.columns)) or "nothing"
        plural = "s" if len(missing) > 1 else ""
        raise FrameError(f"{table}: missing column{plural} {names} (the frame has: {have})")


def require_known(frame: pd.DataFrame, table: str, *needed: str) -> None:
    """Check that a frame has these columns, and no missing value in them.

    >>> require_known(pd.DataFrame({"report": ["a", None]}), "words", "report")
    Traceback (most recent call last):
    textkit.errors.FrameError: words: row 1 has no 'report'; fill it or leave the row out
    """
    require(frame, table, *needed)
    for name in needed:
        missing = frame[name].isna().to_numpy()
        if missing.any():
            raise FrameError(f"{table}: row {missing.argmax()} has no {name!r}; fill it or leave the row out")


def in_order(words: pd.DataFrame) -> pd.DataFrame:
    """Words in reading order, point by point, by their ``start``; as they come within a point, if they have none.

    >>> in_order(pd.DataFrame({"report": "a", "point": [2, 1, 2], "start": [9, 0, 7]})).start.tolist()
    [0, 7, 9]
    """
    keys = [pd.factorize(words[name], sort=True)[0] for name in ("point", "report")]
    keys = [words["start"].to_numpy(), *keys] if "start" in words else keys
    return words.iloc[np.lexsort(keys)].reset_index(drop=True)


def by_part(frame: pd.DataFrame, *first: str, part: str = "role") -> pd.DataFrame:
    """Rows in the order of `PARTS`, within each value of the columns that come first; any other part comes last.

    >>> by_part(pd.DataFrame({"role": ["causes", "work", "problems"]}))["role"].tolist()
    ['problems', 'causes', 'work']
    """
    place = pd.Index(PARTS).get_indexer(frame[part]).astype("uint8")  # what is none of them, -1, becomes the largest
    keys = [place, *(pd.factorize(frame[name])[0] for name in reversed(first))]
    return frame.iloc[np.lexsort(keys)].reset_index(drop=True)


def require_unique(frame: pd.DataFrame, table: str, *key: str) -> None:
    """Check that the key stands once in each row.

    >>> require_unique(pd.DataFrame({"report": ["a", "b", "a"]}), "reports", "report")
    Traceback (most recent call last):
    textkit.errors.FrameError: reports: 'a' stands twice in report; make it unique
    """
    again = frame.loc[frame.duplicated(list(key)), list(key)]
    if len(again):
        shown = ", ".join(map(repr, next(again.itertuples(index=False))))
        raise FrameError(f"{table}: {shown} stands twice in {', '.join(key)}; make it unique")


def dictionary(tables: Mapping[str, pd.DataFrame] | None = None) -> pd.DataFrame:
    """Columns with their meaning: of all declared tables, or of the tables given by name.

    ``NAME_codes`` and ``NAME_by_report`` of a codebook have the columns of *codes* and *cross*.

    Returns
    -------
    DataFrame
        ``table, column, type, meaning``.

    >>> dictionary().query("table == 'phrases' and column == 'chars'").meaning.item()
    'length in codepoints'
    """
    if tables is None:
        rows = [(table, *column) for table, declared in _declared().items() for column in declared]
    else:
        rows = [row for table, frame in tables.items() for row in _explained(table, frame)]
    return pd.DataFrame(rows, columns=["table", "column", "type", "meaning"])


def _explained(table: str, frame: pd.DataFrame) -> Iterable[tuple[str, str, str, str]]:
    endings = [kind for ending, kind in {"_codes": "codes", "_by_report": "cross"}.items() if table.endswith(ending)]
    kind = table if table in _declared() else next(iter(endings), "")
    meanings = {name: meaning for name, _, meaning in [*_declared()["points"][:3], *_declared().get(kind, ())]}
    return ((table, name, str(dtype), meanings.get(name, _ADDED)) for name, dtype in frame.dtypes.items())
