"""Codes that go out to a spreadsheet, are corrected, and come back."""

import zipfile

import pandas as pd
import pytest

from textkit import codes, frames
from textkit.errors import FrameError, InputError

from .conftest import GOLDEN


@pytest.fixture
def scheme():
    return codes.read_codebook("problems")


@pytest.fixture
def coded(points, scheme):
    return codes.apply(points, scheme)


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_a_sheet_left_alone_comes_back_the_same(ending, points, coded, scheme, tmp_path):
    path = tmp_path / f"codes{ending}"
    codes.to_sheet(coded, points, path)
    back = codes.from_sheet(path, points, scheme)
    key = ["report", "point", "code", "primary"]
    pd.testing.assert_frame_equal(back[key], coded[key])


def test_what_a_person_changes_is_kept(points, coded, scheme, tmp_path):
    path = tmp_path / "codes.xlsx"
    codes.to_sheet(coded, points, path)
    sheet = pd.read_excel(path)
    sheet.loc[3, ["primary", "secondary"]] = ["cadre", "service、fieldwork"]
    sheet = sheet.iloc[::-1].drop(index=5)
    back = codes.from_sheet(sheet, points, scheme)
    row = coded.drop_duplicates(["report", "point"]).iloc[3]
    mine = back[(back["report"] == row["report"]) & (back["point"] == row["point"])]
    assert mine[["code", "primary"]].to_numpy().tolist() == [["cadre", True], ["service", False], ["fieldwork", False]]
    assert len(back.drop_duplicates(["report", "point"])) == len(sheet)


def test_the_same_bytes_twice(points, coded, tmp_path):
    for name in ("a.xlsx", "b.xlsx"):
        codes.to_sheet(coded, points, tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\r=1", "'=1", "=HYPERLINK('x')", "＝1", "＠A"]
)
def test_no_cell_starts_a_formula(text, tmp_path):
    points = frames.make("points", [(text, 1, "problems", "", 1, text, text, 0, len(text), 1)])
    table = frames.make("codes", [(text, 1, "problems", "=1", True, 1.0, text, 0, 1, "")])
    sheet = codes.to_sheet(table, points, tmp_path / "a.csv")
    codes.to_sheet(table, points, tmp_path / "a.xlsx")
    for found in (sheet, pd.read_csv(tmp_path / "a.csv"), pd.read_excel(tmp_path / "a.xlsx")):
        assert found[["report", "headline", "text", "primary", "evidence"]].iloc[0].str.startswith("'").all()
    assert codes.from_sheet(sheet, points)["code"].tolist() == ["=1"]


def test_long_text_is_cut_and_still_known(tmp_path):
    points = frames.make("points", [("a", 1, "problems", "", 1, "", "字" * 40_000, 0, 40_000, 1)])
    table = frames.make("codes", [("a", 1, "problems", "x", True, 1.0, "", 0, 0, "")])
    codes.to_sheet(table, points, tmp_path / "a.xlsx")
    assert codes.from_sheet(tmp_path / "a.xlsx", points)["code"].tolist() == ["x"]
    assert pd.read_excel(tmp_path / "a.xlsx")["text"].str.len().max() < 32_767


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"id": "abc"}, "row 2: id 'abc' fits no point; the text or its numbering has changed"),
        ({"primary": None}, "row 2: no primary code"),
        ({"primary": "theroy"}, "row 2: code 'theroy' is not in the codebook"),
        ({"secondary": "service nonsense"}, "row 2: code 'nonsense'"),
    ],
)
def test_conflicts_are_named_by_row(change, message, points, coded, scheme):
    sheet = codes.to_sheet(coded, points)
    for name, value in change.items():
        sheet.loc[0, name] = value
    with pytest.raises(FrameError, match=message):
        codes.from_sheet(sheet, points, scheme)


def test_a_spreadsheet_takes_no_id_for_a_number_and_any_comma_parts_codes(points, coded):
    sheet = codes.to_sheet(coded, points)
    assert sheet["id"].str.match("p[0-9a-f]{12}$").all()
    sheet["secondary"] = "service，theory； fieldwork、cadre"
    assert set(codes.from_sheet(sheet, points)["code"]) >= {"service", "theory", "fieldwork", "cadre"}


def test_rows_that_contradict_each_other_are_named(points, coded):
    sheet = codes.to_sheet(coded, points)
    twice = pd.concat([sheet, sheet.head(1).assign(primary="cadre")])
    with pytest.raises(FrameError, match=rf"row {len(twice) + 1}: id '\w+' stands twice with different codes"):
        codes.from_sheet(twice, points)
    assert len(codes.from_sheet(pd.concat([sheet, sheet]), points)) == len(coded)


def test_points_that_changed_since_are_refused(points, coded):
    sheet = codes.to_sheet(coded, points)
    with pytest.raises(FrameError, match="and 70 more"):
        codes.from_sheet(sheet, points.assign(text=points["text"] + "。"))


def test_files_that_cannot_be_are_said(points, coded, tmp_path):
    with pytest.raises(InputError, match=r"written as \.xlsx or \.csv"):
        codes.to_sheet(coded, points, tmp_path / "a.txt")
    with pytest.raises(InputError, match="no sheet that can be read"):
        codes.from_sheet(tmp_path / "none.xlsx", points)
    with pytest.raises(FrameError, match="missing column 'id'"):
        codes.from_sheet(coded, points)


def test_what_spreadsheets_do_to_a_file_is_no_trouble(points, coded, tmp_path):
    """Saved as GB18030, named .CSV, with empty rows at the end, or with semicolons; a broken file is said."""
    codes.to_sheet(coded, points, tmp_path / "a.csv")
    text = (tmp_path / "a.csv").read_text("utf-8-sig")
    (tmp_path / "b.CSV").write_text(text + ",,,,,,,,,\n", "gb18030")
    pd.testing.assert_frame_equal(
        codes.from_sheet(tmp_path / "b.CSV", points), codes.from_sheet(tmp_path / "a.csv", points)
    )
    for mark in ";\t":
        codes.to_sheet(coded, points).to_csv(tmp_path / "e.csv", sep=mark, index=False)
        pd.testing.assert_frame_equal(
            codes.from_sheet(tmp_path / "e.csv", points), codes.from_sheet(tmp_path / "a.csv", points)
        )
    for name, data in (("c.csv", b"\xff\xff"), ("d.xlsx", b"PK\x03\x04")):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(InputError, match="no sheet that can be read"):
            codes.from_sheet(tmp_path / name, points)


def test_a_carriage_return_begins_no_row(tmp_path):
    text = "a\r=1+1"
    points = frames.make("points", [("a", 1, "problems", "", 1, "", text, 0, len(text), 1)])
    table = frames.make("codes", [("a", 1, "problems", "x", True, 1.0, "", 0, 0, "")])
    codes.to_sheet(table, points, tmp_path / "a.csv")
    assert '"a\r=1+1' in (tmp_path / "a.csv").read_bytes().decode()
    codes.to_sheet(table, points, tmp_path / "a.xlsx")
    for name in ("a.csv", "a.xlsx"):
        assert codes.from_sheet(tmp_path / name, points)["code"].tolist() == ["x"]


HARD = [
    "=1+1",
    "'=1",
    "＝1",
    "+1",
    "@SUM(A1)",
    "001",
    "1-2",
    "2024年1月2日",
    "TRUE",
    "a,b;c",
    '"',
    "''",
    "𠮷😀",
    "#N/A",
]
HARD += [
    "a\nb\r\nc\rd",
    "\tx\ty",
    " 前后空格 ",
    "\u3000缩进",
    '=HYPERLINK("http://x.cn")',
    "_x000D_",
    "\ufeffb",
    "nan",
    "",
]
NAMES = [
    "001",
    "1-2",
    "2024-01-02",
    "1e5",
    "5E-3",
    "0x1F",
    "TRUE",
    "false",
    "JAN1",
    "1月2日",
    "１２",
    "-1",
    "=1",
    "nan",
    "NA",
]


def hard():
    """Points and codes that a spreadsheet could take for something else."""
    rows = [("007", i, "problems", "", 1, text, text, 0, len(text), 1) for i, text in enumerate(HARD)]
    codings = [
        ("007", i, "problems", NAMES[(i + 4 * k) % len(NAMES)], not k, 1.0, text, 0, 1, "")
        for i, text in enumerate(HARD)
        for k in range(i % 3 + 1)
    ]
    return frames.make("points", rows), frames.make("codes", codings)


@pytest.mark.parametrize("name", ["libreoffice.xlsx", "libreoffice.csv"])
def test_what_libreoffice_saved_is_what_was_given_to_it(name):
    """Made from `hard` as .xlsx and .csv, opened by LibreOffice Calc 7.4 and saved from there."""
    points, table = hard()
    key = ["report", "point", "code", "primary"]
    pd.testing.assert_frame_equal(codes.from_sheet(GOLDEN / name, points)[key], table[key])


def test_no_code_is_taken_for_a_number_or_a_date(tmp_path):
    points, table = hard()
    sheet = codes.to_sheet(table, points)
    assert sheet["primary"].iloc[: len(NAMES)].tolist() == [f"'{name}" for name in NAMES[:-2]] + ["nan", "NA"]
    assert sheet["secondary"].str.match(r"'|[a-zA-Z ]*$").all()
    scheme = "name='m'\nroles=['problems']\nexamples='mine.csv'\nweights={a=1}\n"
    scheme += "".join(f"[[code]]\nid='{name}'\nzh='字'\nindicators={{}}\n" for name in NAMES if name != "=1")
    (tmp_path / "m.toml").write_text(scheme, "utf-8")
    sheet[sheet["primary"] != "'=1"].to_csv(tmp_path / "mine.csv")
    assert set(codes.read_codebook(tmp_path / "m.toml").examples["code"]) == set(NAMES) - {"=1"}


def test_a_file_of_another_kind_is_said(tmp_path):
    points, _ = hard()
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    with pytest.raises(InputError, match=r"give an \.xlsx or \.csv file"):
        codes.from_sheet(tmp_path / "a.ods", points)
