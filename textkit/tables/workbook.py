"""All tables as one workbook.

Its first sheet explains every column and leads to every sheet; in the others a row leads to the point,
report or place that it speaks of. Where a spreadsheet cannot hold a table the sheet ``notes`` says so, and so
does a warning: long texts are cut openly, rows too many go on in a further sheet.
"""

import datetime
import io
import itertools
import math
import warnings
from collections.abc import Iterator, Mapping, Set
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from textkit import frames, hanzi
from textkit.errors import InputError, InputWarning
from textkit.tables.cells import map_text, plain

_CELL = 32_767  # UTF-16 units that fit into a cell
_ROWS = 1_048_575  # rows that fit into a sheet, below the header
_COLUMNS = 16_384
_NAME = 31  # UTF-16 units of a sheet's name
_LINKS = 65_000  # links that fit into a sheet, less those of its header
_EXACT = 10**15  # from here on a spreadsheet rounds whole numbers
_WIDEST = 60  # columns shown of a text
_LOOKED_AT = 500  # rows that decide on the width of a column
_CUT = "… [cut here; csv and parquet have all]"
_FORBIDDEN = str.maketrans(dict.fromkeys([*map(chr, range(32)), *"[]:*?/\\"], "_"))
# Columns that identify a place, and the table it stands in; the last of them becomes the link, by the latest that fits.
_PLACES: dict[tuple[str, ...], tuple[str, tuple[str, ...]]] = {
    **{("report", name): ("points", ("report", "point")) for name in ("point", "problem", "cause", "measure")},
    ("other", "other_point"): ("points", ("report", "point")),
    ("report",): ("reports", ("report",)),
    ("other",): ("reports", ("report",)),
    ("phrase",): ("occurrences", ("phrase",)),
    ("frame",): ("fillers", ("frame",)),
    ("topic",): ("topic_terms", ("topic",)),
    ("term",): ("words", ("term",)),
    **{(part, "term"): ("words", ("role", "term")) for part in ("role", "group")},
    ("report", "term"): ("words", ("report", "term")),
}


_TOP = ("", ("table",))  # where a sheet begins


class _Sheet(NamedTuple):
    """A sheet to be written: some rows of a table, and which of its columns lead where."""

    name: str
    table: str
    frame: pd.DataFrame
    links: Mapping[tuple[str, ...], tuple[str, tuple[str, ...]]]

    @property
    def linked(self) -> int:
        """Rows with links: a sheet holds only so many."""
        return min(len(self.frame), _LINKS // max(len(self.links), 1))


def save(tables: Mapping[str, pd.DataFrame], path: Path) -> None:
    """Write all to one file."""
    import xlsxwriter

    sheets = _sheets(tables)
    memory = io.BytesIO()  # so that a workbook that is open elsewhere is not left half written
    with xlsxwriter.Workbook(memory, {"in_memory": True}) as book:
        book.set_properties({"created": datetime.datetime(2000, 1, 1)})
        head = book.add_format({"bold": True, "bg_color": "#EEF2F6", "bottom": 1})
        link = book.add_format({"font_color": "#0563C1", "underline": 1})
        targets = _targets(sheets)
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            _fill(page, sheet.frame, book.add_format())
            _explain(page, sheet, sheets[0].frame, head)
            _link(page, sheet, targets, link)
    path.write_bytes(memory.getvalue())


def _sheets(tables: Mapping[str, pd.DataFrame]) -> list[_Sheet]:
    """The sheets of the workbook: what explains the columns, notes if there are any, the tables."""
    given = tables.get("columns")
    ready = given is not None and {"table", "column", "meaning"} <= set(given)
    first = {"columns": given if ready else frames.dictionary(tables)}
    rest = [(name, frame) for name, frame in tables.items() if name != "columns" or not ready]
    notes: list[str] = []
    sheets: list[_Sheet] = []
    for table, frame in [*first.items(), *rest]:
        sheets += _divide(table, frame, tables, {sheet.name for sheet in sheets}, notes)
    if notes:
        name = _name("notes", {sheet.name for sheet in sheets})
        sheets.insert(1, _Sheet(name, "notes", pd.DataFrame({"note": notes}), {}))
    for note in notes:
        warnings.warn(f"tables.xlsx: {note}", InputWarning, stacklevel=5)
    sheets[0] = sheets[0]._replace(links={("table",): _TOP})
    return sheets


def _divide(
    table: str, frame: pd.DataFrame, tables: Mapping[str, pd.DataFrame], taken: Set[str], notes: list[str]
) -> Iterator[_Sheet]:
    """A table as sheets that a spreadsheet can hold, with notes on what had to be changed."""
    if frame.shape[1] > _COLUMNS:
        raise InputError(f"{table}: {frame.shape[1]} columns do not fit into a sheet; write csv or parquet")
    long: list[str] = []
    fitting = map_text(frame, lambda cell: _fit(cell, long))
    if long:
        notes.append(f"{table}: {len(long)} texts longer than a cell holds ({_CELL} characters) are cut, and say so")
    known = _PLACES
    if table.endswith("_by_report"):
        known = _PLACES | {("report", "code"): (f"{table.removesuffix('_by_report')}_codes", ("report", "code"))}
    fits = {
        source[-1]: source
        for source, (target, key) in known.items()
        if target in tables and target != table and set(source) <= set(frame) and set(key) <= set(tables[target])
    }
    links = {source: known[source] for source in fits.values()}
    if any("point" in key for _, key in links.values()):  # which leads on to the report
        links.pop(("report",), None)
    for number, start in enumerate(range(0, max(len(frame), 1), _ROWS), 1):
        name = _name(table, taken, number)
        taken |= {name}
        sheet = _Sheet(name, table, fitting.iloc[start : start + _ROWS], links)
        if name != table:
            notes.append(f"{table}: rows {start + 1} to {start + len(sheet.frame)} are in the sheet {name}")
        if links and sheet.linked < len(sheet.frame):
            notes.append(f"{name}: only the first {sheet.linked} rows have links")
        yield sheet


def _fit(cell: str, long: list[str]) -> str:
    """A text as a cell can hold it; those that had to be cut are kept in `long`."""
    units = cell.encode("utf-16-le")
    if len(units) <= 2 * _CELL:
        return cell
    long.append(cell)
    return units[: 2 * (_CELL - len(_CUT))].decode("utf-16-le", "ignore") + _CUT


def _name(table: str, taken: Set[str], number: int = 1) -> str:
    """A name that a sheet may have and no other has."""
    used = {name.lower() for name in taken} | {"history"}  # which Excel keeps for itself
    units = table.translate(_FORBIDDEN).encode("utf-16-le")
    for n in itertools.count(number):
        tail = f" ({n})" if n > 1 else ""
        name = (units[: 2 * (_NAME - len(tail))].decode("utf-16-le", "ignore") + tail).strip("'") or "_"
        if name.lower() not in used:
            break
    return name


def _fill(page: Any, frame: pd.DataFrame, style: Any) -> None:
    """Cells of their own types, columns as wide as what stands in them."""
    for place in range(frame.shape[1]):
        cells = frame.iloc[:, place].tolist()
        for row, cell in enumerate(cells, 1):
            _put(page, row, place, cell, style)
        lines = [plain(cell).partition("\n")[0][:_WIDEST] for cell in cells[:_LOOKED_AT]]
        width = max(map(hanzi.width, [f"{frame.columns[place]}    ", *lines]))
        page.set_column(place, place, min(width + 1, _WIDEST))


def _put(page: Any, row: int, place: int, cell: Any, style: Any) -> None:
    if isinstance(cell, bool):
        page.write_boolean(row, place, cell, style)
    elif isinstance(cell, int | float) and math.isfinite(cell) and abs(cell) < _EXACT:
        page.write_number(row, place, float(plain(cell)) if isinstance(cell, float) else cell, style)
    elif isinstance(cell, str) and cell.startswith("<r>"):  # xlsxwriter would take it for markup of its own
        page.write_rich_string(row, place, cell[:1], style, cell[1:], style)
    elif plain(cell):
        page.write_string(row, place, plain(cell), style)


def _explain(page: Any, sheet: _Sheet, explained: pd.DataFrame, style: Any) -> None:
    """A header that stays in sight, filters, and tells the meaning of a column where the mouse rests on it."""
    page.freeze_panes(1, 0)
    if sheet.frame.shape[1]:
        page.autofilter(0, 0, len(sheet.frame), sheet.frame.shape[1] - 1)
    names = zip(explained["table"], explained["column"], explained["meaning"], strict=True)
    meanings = {(table, column): (row, meaning) for row, (table, column, meaning) in enumerate(names, 2)}
    for place, name in enumerate(map(str, sheet.frame.columns)):
        if (sheet.table, name) in meanings:
            row, meaning = meanings[sheet.table, name]
            page.write_url(0, place, f"internal:'columns'!A{row}", style, tip=str(meaning)[:250])
        _put(page, 0, place, name, style)


def _targets(sheets: list[_Sheet]) -> dict[tuple[str, tuple[str, ...]], dict[tuple, str]]:
    """Table and key → first place of each key in the workbook."""
    wanted = dict.fromkeys(target for sheet in sheets for target in sheet.links.values())
    places: dict[tuple[str, tuple[str, ...]], dict[tuple, str]] = {target: {} for target in wanted}
    for sheet in sheets:
        where = f"internal:'{sheet.name.replace(chr(39), chr(39) * 2)}'!A"
        places[_TOP].setdefault((sheet.table,), f"{where}1")
        for table, key in wanted:
            if table == sheet.table:
                for row, values in enumerate(zip(*(sheet.frame[name] for name in key), strict=True), 2):
                    places[table, key].setdefault(values, f"{where}{row}")
    return places


def _link(page: Any, sheet: _Sheet, targets: Mapping[Any, Mapping[tuple, str]], style: Any) -> None:
    """Links from what identifies a place to the place; a number stays a number."""
    for source, target in sheet.links.items():
        column = sheet.frame.columns.get_loc(source[-1])
        values = zip(*(sheet.frame[name].tolist() for name in source), strict=True)
        for row, key in enumerate(itertools.islice(values, sheet.linked), 1):
            if key in targets[target]:
                page.write_url(row, column, targets[target][key], style)
                _put(page, row, column, key[-1], style)
