"""Result frames → files that people open.

Text in a table is untrusted: a cell that a spreadsheet would take for a formula is written so that
it stays text. The same frames give the same bytes: no clock, fixed number of digits.
"""

import datetime
import importlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pandas as pd

from textkit.errors import InputError, MissingExtraError

_DIGITS = 6  # significant; more would differ between processors
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_CELL = 32_767  # characters that fit into a spreadsheet cell
_SHEET = 1_048_576  # rows that fit into a sheet


def save(tables: Mapping[str, pd.DataFrame], folder: str | Path, formats: Iterable[str] = ("csv",)) -> list[Path]:
    """Write tables to a folder, which is made if missing.

    Parameters
    ----------
    tables
        Name → frame. The names become file names (or sheet names).
    folder
        Where to write; files of the same names are replaced.
    formats
        Any of `FORMATS`: one file per table, or for ``"xlsx"`` one workbook ``tables.xlsx``.

    Returns
    -------
    list of Path
        The files written, in order.

    Raises
    ------
    InputError
        Unknown format, or a name that would leave the folder.
    MissingExtraError
        The format needs a package that is not installed.

    >>> import tempfile
    >>> import pandas as pd
    >>> paths = save({"counts": pd.DataFrame({"term": ["=党性"], "share": [1 / 3]})}, tempfile.mkdtemp())
    >>> paths[0].read_text("utf-8-sig").splitlines()
    ['term,share', "'=党性,0.333333"]
    """
    folder = Path(folder)
    writers = {name: _writer(name) for name in dict.fromkeys(formats)}
    for name in tables:
        if not name or Path(name).name != name or name.startswith("."):
            raise InputError(f"{name!r} cannot be a table name: it would not be a file in {folder}")
    folder.mkdir(parents=True, exist_ok=True)
    return [path for write in writers.values() for path in write(tables, folder)]


def check(formats: Iterable[str]) -> None:
    """Raise what `save` would raise for these formats, before any work is done.

    >>> check(["csv", "ods"])
    Traceback (most recent call last):
    textkit.errors.InputError: unknown table format 'ods'; choose from csv, xlsx, parquet, md, tex
    """
    for name in formats:
        _writer(name)


def _writer(name: str) -> Callable[[Mapping[str, pd.DataFrame], Path], list[Path]]:
    if name not in FORMATS:
        raise InputError(f"unknown table format {name!r}; choose from {', '.join(FORMATS)}")
    write, package = _WRITERS[name]
    if package:
        try:
            importlib.import_module(package)
        except ImportError:
            raise MissingExtraError(f"tables as {name} need the package {package}: pip install {package}") from None
    return write


def _each(
    write: Callable[[pd.DataFrame, Path], None], suffix: str
) -> Callable[[Mapping[str, pd.DataFrame], Path], list[Path]]:
    """A writer of one file per table."""

    def write_all(tables: Mapping[str, pd.DataFrame], folder: Path) -> list[Path]:
        paths = [folder / f"{name}.{suffix}" for name in tables]
        for frame, path in zip(tables.values(), paths, strict=True):
            write(frame, path)
        return paths

    return write_all


def _csv(frame: pd.DataFrame, path: Path) -> None:
    # Excel takes a UTF-8 file for one only if it begins with a byte-order mark. With the line ends of
    # RFC 4180 a carriage return inside a cell is quoted too, and cannot begin a row of its own.
    safe = _map_text(frame, lambda cell: f"'{cell}" if cell.startswith(_FORMULA) else cell)
    safe.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\r\n", float_format=f"%.{_DIGITS}g")


def _parquet(frame: pd.DataFrame, path: Path) -> None:
    frame.to_parquet(path, index=False)


def _markdown(frame: pd.DataFrame, path: Path) -> None:
    safe = _map_text(
        frame, lambda cell: cell.replace("|", "\\|").replace("<", "&lt;").replace("\r", " ").replace("\n", " ")
    )
    path.write_text(safe.to_markdown(index=False, floatfmt=f".{_DIGITS}g") + "\n", "utf-8", newline="\n")


def _latex(frame: pd.DataFrame, path: Path) -> None:
    style = frame.style.format(escape="latex", precision=4, na_rep="").format_index(escape="latex", axis=1)
    path.write_text(style.hide(axis="index").to_latex(hrules=True), "utf-8", newline="\n")


def _workbook(tables: Mapping[str, pd.DataFrame], folder: Path) -> list[Path]:
    path = folder / "tables.xlsx"
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with pd.ExcelWriter(path, engine="xlsxwriter", engine_kwargs={"options": options}) as writer:
        writer.book.set_properties({"created": datetime.datetime(2000, 1, 1)})
        for name, frame in tables.items():
            if len(frame) >= _SHEET:
                raise InputError(f"{name}: {len(frame)} rows do not fit into a sheet; write csv or parquet")
            _fit(frame).to_excel(writer, sheet_name=name[:31], index=False, freeze_panes=(1, 0))
            writer.sheets[name[:31]].autofit(max_width=400)
    return [path]


def _fit(frame: pd.DataFrame) -> pd.DataFrame:
    """Cells within what a spreadsheet holds, saying so where they were cut."""
    note = "… [cut; the csv has all]"
    return _map_text(frame, lambda cell: cell if len(cell) <= _CELL else cell[: _CELL - len(note)] + note)


def _map_text(frame: pd.DataFrame, function: Callable[[str], str]) -> pd.DataFrame:
    """The frame with a function applied to every cell, and every column name, that is text."""
    mapped = frame.copy()
    for name in frame.select_dtypes(include=["str", "object"]):
        mapped[name] = [function(cell) if isinstance(cell, str) else cell for cell in frame[name]]
    return mapped.rename(columns=lambda name: function(name) if isinstance(name, str) else name)


_WRITERS: dict[str, tuple[Callable[[Mapping[str, pd.DataFrame], Path], list[Path]], str | None]] = {
    "csv": (_each(_csv, "csv"), None),
    "xlsx": (_workbook, "xlsxwriter"),
    "parquet": (_each(_parquet, "parquet"), "pyarrow"),
    "md": (_each(_markdown, "md"), "tabulate"),
    "tex": (_each(_latex, "tex"), "jinja2"),
}
FORMATS = tuple(_WRITERS)
"""Formats that `save` writes."""
