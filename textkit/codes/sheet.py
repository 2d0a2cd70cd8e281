"""Codes as a sheet that people correct in a spreadsheet program, and the way back.

One row per point; what a person may change is ``primary`` and ``secondary``. The id of a row is made of
report, point and text, so that a sheet cannot be read back onto points that have changed since.
"""

import hashlib
import io
import re
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pandas as pd

from textkit import frames, hanzi
from textkit.codes.codebook import Codebook
from textkit.codes.coding import adopt
from textkit.errors import FrameError, InputError, MissingExtraError

COLUMNS = ("id", "report", "point", "role", "headline", "text", "primary", "secondary", "evidence", "note")
"""Columns of a sheet; ``secondary`` holds codes parted by spaces, ``note`` is for the person."""

_KEY = ["report", "point"]
_FORMULA = f"[{re.escape(''.join(hanzi.FORMULA))}']"  # ' so that it can be undone
_VALUE = rf"{_FORMULA}|.*\d|(true|false)$"  # 001, 1e5, 1-2, MAR1: as codes they are no numbers and no dates
_CELL = 32_767  # characters an Excel cell holds


def to_sheet(codes: pd.DataFrame, points: pd.DataFrame, path: str | Path | None = None) -> pd.DataFrame:
    """Lay out codes for correction by hand, one row per point that has codes; given a path, write it (.xlsx, or .csv).

    Cells that a spreadsheet could take for a formula, and codes that it could take for a number or a date, begin with
    an apostrophe, which `from_sheet` takes off; text longer than a cell is cut with …. Raises `InputError` for another
    ending, `MissingExtraError` for .xlsx without xlsxwriter.

    >>> from textkit import frames
    >>> points = frames.make("points", [("a", 1, "problems", "", 1, "", "=1+1", 0, 4, 1)])
    >>> codes = frames.make("codes", [("a", 1, "problems", "theory", True, 4, "", 0, 0, "")])
    >>> to_sheet(codes, points)[["text", "primary"]].values.tolist()
    [["'=1+1", 'theory']]
    """
    frames.require(codes, "codes", *_KEY, "code", "primary", "evidence")
    frames.require(points, "points", *_KEY, "role", "headline", "text")
    first = codes[codes["primary"]].set_index(_KEY)
    rest = codes[~codes["primary"]].groupby(_KEY)["code"].agg(" ".join)
    sheet = points.merge(first[["code", "evidence"]], left_on=_KEY, right_index=True)
    sheet["id"] = [_identity(*row) for row in sheet[[*_KEY, "text"]].itertuples(index=False, name=None)]
    sheet["primary"] = sheet["code"]
    places = pd.MultiIndex.from_frame(sheet[_KEY])
    sheet["secondary"] = rest.reindex(places).fillna("").to_numpy() if len(rest) else ""
    sheet = sheet.assign(note="")[list(COLUMNS)].reset_index(drop=True)
    for name in sheet.columns.drop("point"):
        mark = re.compile(_VALUE if name in {"primary", "secondary"} else _FORMULA, re.IGNORECASE | re.DOTALL)
        sheet[name] = [_harmless(cell, mark) for cell in sheet[name]]
    if path is not None:
        _write(sheet, Path(path))
    return sheet


def _identity(report: str, point: Any, text: str) -> str:
    # A letter first: a spreadsheet would take 123456e78901 for a number.
    return "p" + hashlib.sha256(f"{report}\0{point}\0{text}".encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _harmless(cell: Any, mark: re.Pattern) -> Any:
    if not isinstance(cell, str):
        return cell
    cell = cell if len(cell) < _CELL else cell[: _CELL - 2] + "…"
    return "'" + cell if mark.match(cell) else cell


def _write(sheet: pd.DataFrame, path: Path) -> None:
    if path.suffix == ".csv":  # with these line ends a carriage return in a cell is quoted, and begins no row
        sheet.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\r\n")
        return
    if path.suffix != ".xlsx":
        raise InputError(f"{path}: a sheet is written as .xlsx or .csv; give such a name")
    try:
        options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        with pd.ExcelWriter(path, engine="xlsxwriter", engine_kwargs={"options": options}) as writer:
            writer.book.set_properties({"created": pd.Timestamp("2000-01-01")})
            sheet.to_excel(writer, index=False, sheet_name="codes")
            writer.sheets["codes"].freeze_panes(1, 0)
    except ModuleNotFoundError:
        raise MissingExtraError("xlsx needs 'xlsxwriter': pip install 'textkit[formats]'") from None


def from_sheet(
    source: pd.DataFrame | str | Path, points: pd.DataFrame, codebook: Codebook | None = None
) -> pd.DataFrame:
    """Read a corrected sheet, as a frame or its .xlsx or .csv file, back as a *codes* table.

    ``points`` are those that the sheet was made from; of its columns only ``id, primary, secondary`` are read. Evidence
    is the whole point, since a person's reason is not in the sheet. A `FrameError` names up to five conflicts by sheet
    row: an id that fits no point (text or numbering changed), a point that stands twice with different codes, no
    primary code, or a code that the codebook, if given, does not have.

    >>> from textkit import frames
    >>> points = frames.make("points", [("a", 1, "problems", "", 1, "", "学习不够", 0, 4, 1)])
    >>> codes = frames.make("codes", [("a", 1, "problems", "service", True, 4, "", 0, 0, "")])
    >>> from_sheet(to_sheet(codes, points).assign(primary="theory"), points)["code"].tolist()
    ['theory']
    """
    sheet = source if isinstance(source, pd.DataFrame) else _read(Path(source))
    frames.require(points, "points", *_KEY, "text")
    missing = [name for name in ("id", "primary", "secondary") if name not in sheet.columns]
    if missing:
        raise FrameError(f"sheet: missing column {missing[0]!r}; keep the columns id, primary and secondary")
    given = points[[*_KEY, "text"]].itertuples(index=False, name=None)
    known = {_identity(report, point, text): (report, point) for report, point, text in given}
    allowed = None if codebook is None else set(codebook.codes["code"])
    conflicts: list[str] = []
    said: dict[str, list[str]] = {}
    cells = sheet[["id", "primary", "secondary"]].astype(object).where(sheet.notna(), "")
    for row, (name, primary, secondary) in enumerate(cells.itertuples(index=False, name=None), 2):
        if not f"{name}{primary}{secondary}".strip():
            continue  # a spreadsheet may leave empty rows
        codes = list(dict.fromkeys([_plain(primary), *filter(None, re.split(r"[\s、,，;；]+", _plain(secondary)))]))
        unknown = sorted(set(codes) - allowed) if allowed else []
        if name not in known:
            conflicts.append(f"row {row}: id {name!r} fits no point; the text or its numbering has changed")
        elif not codes[0]:
            conflicts.append(f"row {row}: no primary code")
        elif unknown:
            conflicts.append(f"row {row}: code {unknown[0]!r} is not in the codebook")
        elif said.setdefault(name, codes) != codes:
            conflicts.append(f"row {row}: id {name!r} stands twice with different codes")
    if conflicts:
        more = f"; and {len(conflicts) - 5} more" if len(conflicts) > 5 else ""
        raise FrameError(f"sheet: {'; '.join(conflicts[:5])}{more}")
    rows = [(*known[name], code) for name, codes in said.items() for code in codes]
    return adopt(pd.DataFrame(rows, columns=[*_KEY, "code"]), points)


def _plain(cell: Any) -> str:
    return str(cell).strip().removeprefix("'")


def _read(path: Path) -> pd.DataFrame:
    try:
        if path.suffix.lower() != ".csv":
            return pd.read_excel(path, dtype=str, keep_default_na=False, engine="openpyxl")
        data = path.read_bytes()
        for encoding in ("utf-8-sig", "gb18030"):  # Excel may save the latter where Chinese is spoken
            with suppress(UnicodeDecodeError):
                text = data.decode(encoding)
                mark = max(",;\t", key=text.partition("\n")[0].count)  # Excel goes by the country
                return pd.read_csv(io.StringIO(text), sep=mark, dtype=str, keep_default_na=False)
        raise ValueError("neither UTF-8 nor GB18030")
    except ImportError:
        raise MissingExtraError("reading xlsx needs 'openpyxl': pip install 'textkit[formats]'") from None
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise InputError(f"{path}: no sheet that can be read ({error}); give an .xlsx or .csv file") from None
