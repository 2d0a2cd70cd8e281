"""`save`: which formats there are, and those that take no more than a function each."""

import importlib.util
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from textkit import hanzi
from textkit.errors import InputError, MissingExtraError
from textkit.tables import markup, workbook
from textkit.tables.cells import DIGITS, encodable, map_text, plain

_QUICK = {"str", "float64", "int64", "Int64", "bool"}  # types of columns that `csv_rows` writes
_ENDS = re.compile('[,"\r\n]')  # a cell, unless it is quoted


def save(tables: Mapping[str, pd.DataFrame], folder: str | Path, formats: Iterable[str] = ("csv",)) -> list[Path]:
    """Write tables to a folder, which is made if missing; returns the paths written, in order.

    ``tables`` maps names, which become file names (or sheet names), to frames; files of the same names are replaced.
    ``formats`` are any of `FORMATS`: one file per table, or for ``"xlsx"`` one workbook ``tables.xlsx``, which also
    explains every column and leads from each row to the point, report or place that it speaks of.

    Raises `InputError` for an unknown format or a name that would leave the folder, `MissingExtraError` for a format
    whose package is not installed. Warns if a text too long for a cell of a spreadsheet was cut there, or rows too many
    for a sheet go on in another.

    >>> import tempfile
    >>> import pandas as pd
    >>> paths = save({"counts": pd.DataFrame({"term": ["=党性"], "share": [1 / 3]})}, tempfile.mkdtemp())
    >>> paths[0].read_text("utf-8-sig").splitlines()
    ['term,share', "'=党性,0.333333"]
    """
    forms = list(dict.fromkeys(formats))
    check(forms)
    for name in tables:
        if not name or Path(name).name != name or name.startswith("."):
            raise InputError(f"{name!r} cannot be a table name: it would not be a file in {folder}")
    Path(folder).mkdir(parents=True, exist_ok=True)
    written = []
    for form in forms:
        written += (made := paths(tables, folder, [form]))
        if form == "xlsx":
            workbook.save(tables, made[0])
        else:
            for frame, path in zip(tables.values(), made, strict=True):
                _WRITERS[form](frame, path)
    return written


def paths(names: Iterable[str], folder: str | Path, formats: Iterable[str]) -> list[Path]:
    """What `save` writes tables of these names to.

    >>> [path.name for path in paths(["points", "words"], "tables", ["csv", "xlsx"])]
    ['points.csv', 'words.csv', 'tables.xlsx']
    """
    names = list(names)
    stems = ((stem, form) for form in formats for stem in (["tables"] if form == "xlsx" else names))
    return [Path(folder) / f"{stem}.{form}" for stem, form in stems]


def check(formats: Iterable[str]) -> None:
    """Raise what `save` would raise for these formats, before any work is done.

    >>> check(["csv", "ods"])
    Traceback (most recent call last):
    textkit.errors.InputError: unknown table format 'ods'; choose from csv, xlsx, parquet, md, tex
    """
    for name in formats:
        if name not in FORMATS:
            raise InputError(f"unknown table format {name!r}; choose from {', '.join(FORMATS)}")
        try:
            importlib.import_module(package := _NEEDED.get(name, "pandas"))
        except ImportError:
            raise MissingExtraError(f"tables as {name} need the package {package}: pip install {package}") from None


def csv_rows(frame: pd.DataFrame, *, header: bool = False) -> bytes:
    """The rows of a csv file as `save` writes them, after its header or to be appended. Needs pyarrow.

    Columns hold text, numbers or truth values. Each different cell is made once and rows are put together by arrays,
    which takes a quarter of the time.

    >>> csv_rows(pd.DataFrame({"term": ["=党性", "学习, 服务"], "share": [1 / 3, None]})).decode().splitlines()
    ["'=党性,0.333333", '"学习, 服务",']
    """
    import pyarrow as pa
    from pyarrow import compute

    text = pa.large_string()

    def cells(column: pd.Series) -> pa.Array:
        if column.dtype == "int64":
            return compute.cast(pa.array(column), text)
        of, different = pd.factorize(column, use_na_sentinel=False)
        return pa.array(map(_cell, different.tolist()), text).take(pa.array(of))

    comma, end, nothing = (pa.scalar(mark, text) for mark in (",", "\r\n", ""))
    rows = compute.binary_join_element_wise(*(cells(frame[name]) for name in frame), comma)
    rows = compute.binary_join_element_wise(rows, end, nothing)
    whole = compute.binary_join(pa.LargeListArray.from_arrays([0, len(rows)], rows), nothing)
    head = f"\ufeff{','.join(map(_cell, frame))}\r\n".encode() if header else b""
    return head + whole[0].as_buffer().to_pybytes()


def _cell(value: Any) -> str:
    """A cell as it stands in a csv file: what would end it is quoted."""
    shown = _safe(encodable(value)) if isinstance(value, str) else plain(value)
    return '"{}"'.format(shown.replace('"', '""')) if _ENDS.search(shown) else shown


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(hanzi.FORMULA) else text


def _csv(frame: pd.DataFrame, path: Path) -> None:
    kinds = {str(kind) for kind in frame.dtypes}
    if kinds <= _QUICK and frame.columns.is_unique and frame.shape[1] > 1 and importlib.util.find_spec("pyarrow"):
        path.write_bytes(csv_rows(frame, header=True))
    else:
        _by_pandas(frame, path)


def _by_pandas(frame: pd.DataFrame, path: Path) -> None:
    # Excel takes a UTF-8 file for one only if it begins with a byte-order mark. With the line ends of
    # RFC 4180 a carriage return inside a cell is quoted too, and cannot begin a row of its own.
    safe = map_text(frame, _safe)
    safe.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\r\n", float_format=f"%.{DIGITS}g")


def _parquet(frame: pd.DataFrame, path: Path) -> None:
    map_text(frame, str).to_parquet(path, index=False)


_WRITERS: dict[str, Callable[[pd.DataFrame, Path], None]] = {
    "csv": _csv,
    "parquet": _parquet,
    "md": markup.markdown,
    "tex": markup.latex,
}  # of one file for each table
_NEEDED = {"xlsx": "xlsxwriter", "parquet": "pyarrow"}
FORMATS = ("csv", "xlsx", "parquet", "md", "tex")
"""Formats that `save` writes."""
