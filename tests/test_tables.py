import csv
import html
import re
import warnings
import zipfile

import mistune
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textkit import frames, tables
from textkit.errors import InputError, InputWarning, MissingExtraError
from textkit.tables import markup, workbook

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


CELLS = {
    "str": st.none() | st.sampled_from([*NASTY, "学习, 服务", 'a"b', "", " ", "NaN", "1"]) | st.text(),
    "object": st.none() | st.sampled_from([*NASTY, "\ud800"]),
    "float64": st.floats() | st.sampled_from([0.0, -0.0, 1 / 3, 1e20]),
    "int64": st.integers(-(2**63), 2**63 - 1),
    "Int64": st.none() | st.integers(-3, 3),
    "bool": st.booleans(),
}


@given(data=st.data(), size=st.integers(0, 6), kinds=st.lists(st.sampled_from([*CELLS]), min_size=2, max_size=6))
def test_rows_that_can_be_appended_are_those_of_a_file(data, size, kinds, tmp_path_factory):
    columns = [data.draw(st.lists(CELLS[kind], min_size=size, max_size=size)) for kind in kinds]
    made = enumerate(zip(columns, kinds, strict=True))
    frame = pd.DataFrame({f'=,"{n}': pd.Series(cells, dtype=kind) for n, (cells, kind) in made})
    path = tmp_path_factory.mktemp("rows") / "whole.csv"
    tables.files._by_pandas(frame, path)
    whole = path.read_bytes()
    assert whole == tables.csv_rows(frame[: size // 2], header=True) + tables.csv_rows(frame[size // 2 :])


def test_column_names_cannot_start_a_formula_either(tmp_path):
    (path,) = tables.save({"names": pd.DataFrame({"=cmd": [1]})}, tmp_path)
    assert path.read_text("utf-8-sig").startswith("'=cmd")


def test_a_workbook_bears_no_date_of_its_making(nasty, tmp_path):
    (path,) = tables.save(nasty, tmp_path, ["xlsx"])
    with zipfile.ZipFile(path) as book:
        assert "2000-01-01T00:00:00Z" in book.read("docProps/core.xml").decode()


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


TEXTS = (
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
    | st.text("*_`[]()<>&|\\~$#-!a ")
    | st.sampled_from(
        [
            *NASTY,
            "\n=x",
            "＝x",
            "<r><t>x</t></r>",
            "_x0041_",
            "a\0b",
            "\ufffe",
            "[x](javascript:y)",
            "**x**",
            "&lt;",
            "--",
            "\\input{x}",
        ]
    )
)


def book(path):
    """Sheets of a workbook as lists of rows, what Excel writes as _xHHHH_ read back."""
    sheets = {}
    for sheet in openpyxl.load_workbook(path, rich_text=False):
        rows = [[unescaped(cell.value) for cell in row] for row in sheet.iter_rows()]
        sheets[sheet.title] = rows
    return sheets


def unescaped(value):
    # openpyxl drops the escape of the escape by itself, which leaves _x0041_ as it was.
    return (
        re.sub("_x(00[01][0-9A-F]|FFF[EF])_", lambda m: chr(int(m[1], 16)), value) if isinstance(value, str) else value
    )


@given(st.lists(TEXTS, min_size=1, max_size=6))
def test_every_text_comes_back_from_a_workbook(tmp_path_factory, texts):
    (path,) = tables.save(
        {"t": pd.DataFrame({"n": range(len(texts)), "text": texts})}, tmp_path_factory.mktemp("x"), ["xlsx"]
    )
    # XML reads a bare carriage return as a line end, so it is escaped; an empty text is an empty cell.
    assert book(path)["t"][1:] == [[i, text or None] for i, text in enumerate(texts)]


@given(st.lists(TEXTS, min_size=1, max_size=6))
def test_every_text_comes_back_from_csv_and_none_is_a_formula(tmp_path_factory, texts):
    (path,) = tables.save({"t": pd.DataFrame({"n": 0, "text": texts})}, tmp_path_factory.mktemp("c"))
    with path.open(encoding="utf-8-sig", newline="") as file:
        cells = [row[1] for row in csv.reader(file)][1:]
    for cell, text in zip(cells, texts, strict=True):
        assert cell in (text, f"'{text}")
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))


@given(st.lists(TEXTS, min_size=1, max_size=6))
def test_every_text_comes_back_from_markdown_and_acts_in_no_way(tmp_path_factory, texts):
    (path,) = tables.save({"t": pd.DataFrame({"n": 1, "text": texts})}, tmp_path_factory.mktemp("m"), ["md"])
    read = mistune.create_markdown(renderer=None, plugins=["table", "strikethrough", "url"])
    (table,) = [token for token in read(path.read_text("utf-8")) if token["type"] != "blank_line"]
    rows = table["children"][1]["children"]
    for row, text in zip(rows, texts, strict=True):
        parts = row["children"][1]["children"]
        assert {part["type"] for part in parts} <= {"text", "inline_html"}
        assert {part["raw"] for part in parts if part["type"] == "inline_html"} <= {"<br>"}
        shown = "".join("" if part["type"] == "inline_html" else html.unescape(part["raw"]) for part in parts)
        assert squeezed(shown) == squeezed(text)


def squeezed(text):
    return re.sub(r"[\s\x00-\x20\x7f-\x9f\u2028\u2029\ufffd]+", "", text)


TOKEN = re.compile(r"\\text(\w+)\{\}|\\([#$%&_{}])|\{([^{}\\])\}|([^\\{}#$%&_~^\[\]*])")
NAMED = {"backslash": "\\", "asciitilde": "~", "asciicircum": "^", "less": "<", "greater": ">", "bar": "|"}


@given(TEXTS)
def test_latex_reads_every_text_as_it_is(text):
    """A cell is nothing but named signs, escaped signs, signs in braces and plain ones; read so, it is the text."""
    escaped = text.translate(markup._LATEX)
    tokens = list(TOKEN.finditer(escaped))
    assert "".join(token[0] for token in tokens) == escaped
    assert squeezed("".join(NAMED.get(m[1]) or m[2] or m[3] or m[4] for m in tokens)) == squeezed(text)
    assert not re.search("[\x00-\x1f]|--|``|''", escaped)


def test_latex_tables_longer_than_a_page_go_on(tmp_path):
    short, long = pd.DataFrame({"n": [1], "t": ["学" * 30]}), pd.DataFrame({"n": range(41)})
    paths = tables.save({"short": short, "long": long, "none": long[:0]}, tmp_path, ["tex"])
    texts = [path.read_text("utf-8") for path in paths]
    assert r"\begin{tabular}{rp{6cm}}" in texts[0]
    assert texts[1].count("\\\\") == 42
    assert r"\endhead" in texts[1]
    assert r"\begin{longtable}{r}" in texts[1]
    assert texts[2].count("\\\\") == 1


def test_long_cells_are_cut_openly(tmp_path):
    texts = ["学" * 32_767, "学" * 32_768, "𠮷" * 20_000]
    with pytest.warns(InputWarning, match="long: 2 texts longer than a cell holds"):
        (path,) = tables.save({"long": pd.DataFrame({"text": texts})}, tmp_path, ["xlsx"])
    sheets = book(path)
    assert sheets["long"][1] == texts[:1]
    for (cell,), text in zip(sheets["long"][2:], texts[1:], strict=True):
        kept = cell.removesuffix("… [cut here; csv and parquet have all]")
        assert kept != cell
        assert text.startswith(kept)
        assert 32_700 < len(cell.encode("utf-16-le")) // 2 <= 32_767
    assert sheets["notes"][1][0].startswith("long: 2 texts")


def test_rows_beyond_a_sheet_go_on_in_another(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "_ROWS", 3)
    with pytest.warns(InputWarning, match=r"many: rows (4 to 6|7 to 7) are in the sheet many \((2|3)\)"):
        (path,) = tables.save({"many": pd.DataFrame({"n": range(7)})}, tmp_path, ["xlsx"])
    sheets = book(path)
    rows = [row for name in ("many", "many (2)", "many (3)") for row in sheets[name][1:]]
    assert rows == [[n] for n in range(7)]


@given(st.lists(st.text(st.sampled_from("ab'[]:*?学𠮷 \x01"), min_size=1, max_size=40), unique=True, max_size=6))
def test_sheets_have_names_that_excel_takes(names):
    taken = {"History"}
    for name in names:
        made = workbook._name(name, taken)
        assert made.lower() not in {other.lower() for other in taken}
        assert 1 <= len(made.encode("utf-16-le")) // 2 <= 31
        assert not set(made) & set("[]:*?/\\\x01")
        assert not made.startswith("'")
        assert not made.endswith("'")
        taken.add(made)


def test_links_lead_to_the_row_that_is_meant(points, samples, tmp_path):
    coded = points.sample(frac=1, random_state=1)[["report", "point"]].assign(code="x")
    phrases = pd.DataFrame({"phrase": ["乙", "甲", "无"]})
    places = pd.DataFrame({"phrase": ["甲", "甲", "乙"], "report": "none", "point": 1})
    found = {"reports": samples, "points": points, "x_codes": coded, "phrases": phrases, "occurrences": places}
    links = pd.DataFrame({"report": "street_team", "problem": [1, 2], "cause": pd.array([pd.NA, 3], "Int64")})
    (path,) = tables.save({**found, "links": links}, tmp_path, ["xlsx"])
    sheets = openpyxl.load_workbook(path)

    def target(cell):
        sheet, place = re.fullmatch(r"'(.+)'!A(\d+)", cell.hyperlink.location).groups()
        return sheet, [cell.value for cell in sheets[sheet][int(place)]]

    for row in list(sheets["x_codes"])[1:]:
        sheet, values = target(row[1])
        assert (sheet, values[:2]) == ("points", [row[0].value, row[1].value])
        assert row[0].hyperlink is None
    assert target(sheets["points"]["A2"]) == ("reports", [cell.value for cell in sheets["reports"][2]])
    assert sheets["phrases"]["A2"].hyperlink.location == "'occurrences'!A4"
    assert sheets["phrases"]["A3"].hyperlink.location == "'occurrences'!A2"
    assert sheets["phrases"]["A4"].hyperlink is None
    assert target(sheets["links"]["C3"])[1][:2] == ["street_team", 3]
    assert sheets["links"]["C2"].value is None
    meant = [target(cell)[1][1] for cell in sheets["points"][1]]
    assert meant == list(points.columns)
    assert "the meeting notice dictates" in sheets["points"]["D1"].hyperlink.tooltip


def test_every_row_that_speaks_of_a_text_leads_to_it(analysis, tmp_path):
    held = analysis[0].tables
    tables.save(held | {"keyness": held["keyness"].query("count > 0")}, tmp_path, ["xlsx"])
    for sheet in openpyxl.load_workbook(tmp_path / "tables.xlsx"):
        linked = [any(cell.hyperlink for cell in row) for row in sheet.iter_rows(min_row=2)]
        spoken = {cell.value for cell in sheet[1]} & {"report", "term", "phrase", "frame"} and sheet.title != "reports"
        assert not spoken or all(linked), sheet.title


def test_links_beyond_what_a_sheet_holds_are_left_out_openly(points, tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "_LINKS", 5)
    with pytest.warns(InputWarning, match="gaps: only the first 5 rows have links"):
        (path,) = tables.save({"points": points, "gaps": points[["report", "point"]]}, tmp_path, ["xlsx"])
    sheet = openpyxl.load_workbook(path)["gaps"]
    assert [bool(row[1].hyperlink) for row in list(sheet)[1:8]] == [True] * 5 + [False] * 2


def test_cells_keep_their_types(tmp_path):
    frame = pd.DataFrame(
        {
            "whole": pd.array([1, pd.NA], "Int64"),
            "real": [1 / 3, float("inf")],
            "yes": [True, False],
            "big": [10**17] * 2,
        }
    )
    frame["mixed"] = [1, "=1"]
    (path,) = tables.save({"t": frame}, tmp_path, ["xlsx"])
    assert book(path)["t"][1:] == [[1, 0.333333, True, str(10**17), 1], [None, "inf", False, str(10**17), "=1"]]
    sheet = openpyxl.load_workbook(path)["t"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:E3"
    assert sheet.column_dimensions["B"].width < 15


def test_columns_are_as_wide_as_chinese_text(tmp_path):
    (path,) = tables.save(
        {"t": pd.DataFrame({"a": ["学" * 12], "b": ["a" * 12], "c": ["学" * 500]})}, tmp_path, ["xlsx"]
    )
    widths = [openpyxl.load_workbook(path)["t"].column_dimensions[name].width for name in "ABC"]
    assert widths[0] > 24
    assert 12 < widths[1] < 16
    assert widths[2] < 62


def test_a_table_of_the_callers_own_called_columns_is_kept(tmp_path):
    with pytest.warns(InputWarning, match=r"columns: rows 1 to 1 are in the sheet columns \(2\)"):
        (path,) = tables.save({"columns": pd.DataFrame({"x": [1]})}, tmp_path, ["xlsx"])
    sheets = book(path)
    assert sheets["columns"][1][:2] == ["columns", "x"]
    assert sheets["columns (2)"] == [["x"], [1]]


def test_empty_tables_are_tables(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        paths = tables.save({"none": pd.DataFrame(), "points": frames.make("points")}, tmp_path, tables.FORMATS)
    assert len(paths) == 9
    assert [path.read_text("utf-8-sig").strip() for path in paths[:2]] == ["", ",".join(frames.columns("points"))]


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
