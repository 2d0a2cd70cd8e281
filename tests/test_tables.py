import csv
import zipfile

import pandas as pd
import pytest

from textkit import frames, tables
from textkit.errors import InputError, MissingExtraError

NASTY = [
    "=1+1",
    "+cmd",
    "-2",
    "@SUM(A1)",
    "\t=x",
    "\r=x",
    "<script>alert(1)</script>",
    "a|b",
    "50% & _x_ {#}",
    "“四个意识”\n换行",
]


@pytest.fixture
def nasty():
    return {"nasty": pd.DataFrame({"term": NASTY, "count": range(len(NASTY)), "share": [1 / 3] * len(NASTY)})}


@pytest.mark.parametrize("name", tables.FORMATS)
def test_same_frames_same_bytes(name, nasty, tmp_path):
    one = tables.save(nasty, tmp_path / "one", [name])
    other = tables.save(nasty, tmp_path / "other", [name])
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in other]
    assert [path.name for path in one] == [path.name for path in other]


def test_csv_cells_cannot_start_a_formula(nasty, tmp_path):
    (path,) = tables.save(nasty, tmp_path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        cells = [row["term"] for row in csv.DictReader(file)]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert [cell.removeprefix("'") for cell in cells] == NASTY


def test_column_names_cannot_start_a_formula_either(tmp_path):
    (path,) = tables.save({"names": pd.DataFrame({"=cmd": [1]})}, tmp_path)
    assert path.read_text("utf-8-sig").startswith("'=cmd")


def test_a_workbook_bears_no_date_of_its_making(nasty, tmp_path):
    (path,) = tables.save(nasty, tmp_path, ["xlsx"])
    with zipfile.ZipFile(path) as book:
        assert "2000-01-01T00:00:00Z" in book.read("docProps/core.xml").decode()


def test_rows_beyond_a_sheet_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "_SHEET", 3)
    with pytest.raises(InputError, match="3 rows do not fit into a sheet"):
        tables.save({"many": pd.DataFrame({"n": [1, 2, 3]})}, tmp_path, ["xlsx"])


def test_numbers_are_not_taken_for_formulas(tmp_path):
    (path,) = tables.save({"numbers": pd.DataFrame({"z": [-1.5, -2e-9]})}, tmp_path)
    assert pd.read_csv(path)["z"].tolist() == [-1.5, -2e-9]


def test_xlsx_holds_text_and_explains_columns(nasty, tmp_path):
    (path,) = tables.save({**nasty, "columns": frames.dictionary()}, tmp_path, ["xlsx"])
    with zipfile.ZipFile(path) as book:
        sheets = [book.read(name).decode() for name in book.namelist() if "worksheets/sheet" in name]
        names = book.read("xl/workbook.xml").decode()
    assert not any("<f>" in sheet for sheet in sheets)
    assert all('state="frozen"' in sheet for sheet in sheets)
    assert 'name="nasty"' in names
    assert 'name="columns"' in names


def test_long_cells_are_cut_openly_in_xlsx(tmp_path):
    (path,) = tables.save({"long": pd.DataFrame({"text": ["学" * 40_000]})}, tmp_path, ["xlsx"])
    with zipfile.ZipFile(path) as book:
        assert "[cut; the csv has all]" in book.read("xl/sharedStrings.xml").decode()


def test_parquet_keeps_types(points, tmp_path):
    (path,) = tables.save({"points": points}, tmp_path, ["parquet"])
    pd.testing.assert_frame_equal(pd.read_parquet(path), points)


def test_markdown_and_latex_are_escaped(nasty, tmp_path):
    markdown, latex = (path.read_text("utf-8") for path in tables.save(nasty, tmp_path, ["md", "tex"]))
    assert "<script>" not in markdown
    assert r"a\|b" in markdown
    assert r"50\% \& \_x\_ \{\#\}" in latex
    assert r"\toprule" in latex


@pytest.mark.parametrize("name", ["../escape", "a/b", ".hidden", ""])
def test_names_cannot_leave_the_folder(name, tmp_path):
    with pytest.raises(InputError, match="cannot be a table name"):
        tables.save({name: pd.DataFrame()}, tmp_path / "out")


def test_unknown_format_is_said(tmp_path):
    with pytest.raises(InputError, match="unknown table format 'ods'; choose from csv, xlsx"):
        tables.save({}, tmp_path, ["ods"])


def test_missing_package_is_said(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "xlsxwriter", None)
    with pytest.raises(MissingExtraError, match="need the package xlsxwriter: pip install xlsxwriter"):
        tables.save({}, tmp_path, ["xlsx"])


def test_every_declared_column_has_a_meaning():
    dictionary = frames.dictionary()
    assert dictionary["meaning"].str.len().gt(3).all()
    assert not dictionary.duplicated(["table", "column"]).any()


def test_require_names_what_is_missing():
    with pytest.raises(frames.FrameError, match=r"points: missing columns 'text', 'start' \(the frame has: report\)"):
        frames.require(frames.make("points")[["report"]], "points", "report", "text", "start")
    with pytest.raises(frames.FrameError, match="expected a DataFrame, got list"):
        frames.require([], "points")
