"""Where reports come from: folders, patterns, tables, sidecars; and what must not come in."""

import json
import os
import warnings

import pandas as pd
import pytest

from textkit import frames, reports
from textkit.errors import FrameError, InputError, InputWarning, MissingExtraError

from .word_files import docx, p, package

TEXT = "一、存在的问题\n（一）理论学习不够。\n"


def write(folder, **texts):
    for name, text in texts.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def test_a_pattern(tmp_path):
    write(tmp_path, a_txt=TEXT, b_md=TEXT + "甲", sub__c_txt=TEXT + "乙", sub__d_jpg="x")
    assert reports.read(f"{tmp_path}/*.txt")["report"].tolist() == ["a"]
    assert reports.read(f"{tmp_path}/**/*.txt")["source"].tolist() == ["a.txt", "sub/c.txt"]
    assert reports.read([f"{tmp_path}/su?/*", tmp_path / "b.md"])["report"].tolist() == ["b", "c"]
    with pytest.raises(InputError, match="no report here"):
        reports.read(f"{tmp_path}/*.pdf")


def test_a_name_with_magic_in_it_is_a_file_first(tmp_path):
    (tmp_path / "报告[1].txt").write_text(TEXT, "utf-8")
    assert reports.read(tmp_path / "报告[1].txt")["report"].tolist() == ["报告[1]"]


def test_what_programs_leave_behind_is_no_report(tmp_path):
    write(tmp_path, a_txt=TEXT)
    for name in ("~$a.docx", "._a.docx", ".a.docx", ".git/a.docx"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"\0" * 100)
    assert reports.read(tmp_path)["report"].tolist() == ["a"]


def test_ids_of_others_stay_when_a_file_comes(tmp_path):
    write(tmp_path, a_txt=TEXT, b_txt=TEXT, sub__c_txt=TEXT)
    before = set(reports.read(tmp_path)["report"])
    write(tmp_path, sub__b_txt=TEXT)
    assert before == {"a", "b", "c"}
    assert set(reports.read(tmp_path)["report"]) == {"a", "b", "c", "sub/b"}


def test_exact_duplicates_are_flagged(tmp_path):
    write(tmp_path, a_txt=TEXT, b_txt=TEXT + " ", c_md=TEXT)
    (tmp_path / "d.txt").write_bytes(TEXT.encode("gb18030"))
    found = reports.read(tmp_path)
    assert dict(zip(found["report"], found["duplicate_of"], strict=True)) == {"a": "", "b": "", "c": "a", "d": "a"}


def test_what_cannot_be_read_takes_part_in_naming(tmp_path):
    write(tmp_path, one__a_txt=TEXT, two__a_txt="", b_txt=TEXT)
    with pytest.warns(InputWarning, match="skipped 1"):
        found = reports.read(tmp_path, errors="skip")
    assert found["report"].tolist() == ["b", "one/a"]
    assert [one.report for one in reports.plan(tmp_path)] == ["b", "one/a", "two/a"]
    write(tmp_path, metadata_csv="report,author\na.txt,李四\n")  # of either: none is meant
    with pytest.warns(InputWarning) as seen:
        assert reports.read(tmp_path, errors="skip")["author"].tolist() == ["", ""]
    assert "metadata.csv names reports that are not here: a.txt" in {str(one.message) for one in seen}


def test_a_table_that_is_skipped_lends_its_name_to_none(tmp_path):
    write(tmp_path, a_txt=TEXT, a_csv="something\nelse\n")
    with pytest.warns(InputWarning, match="skipped 1"):
        assert reports.read([tmp_path / "a.txt", tmp_path / "a.csv"], errors="skip")["report"].tolist() == ["a"]


def test_links_do_not_lead_out(tmp_path):
    inside = write(tmp_path / "in", a_txt=TEXT)
    outside = write(tmp_path / "out", other_txt="机密", deep__e_txt="机密")
    (inside / "b.txt").symlink_to(outside / "other.txt")
    for path in (inside, f"{inside}/*.txt", f"{inside}/**/*.txt"):
        with pytest.raises(InputError, match=r"b\.txt: a link that leads out"):
            reports.read(path)
    with pytest.warns(InputWarning, match=r"b\.txt: a link"):
        assert reports.read(inside, errors="skip")["report"].tolist() == ["a"]
    assert reports.read(inside / "b.txt")["text"].item() == "机密"  # who names it wants it
    (inside / "b.txt").unlink()
    (inside / "folder").symlink_to(outside / "deep")
    with pytest.raises(InputError, match="folder: a link that leads out"):
        reports.read(inside)
    (inside / "folder").unlink()
    (inside / "c.txt").symlink_to(inside / "a.txt")
    assert reports.read(inside)["duplicate_of"].tolist() == ["", "a"]
    (inside / "metadata.csv").symlink_to(outside / "other.txt")
    with pytest.raises(InputError, match=r"metadata\.csv: a link"):
        reports.read(inside)


def test_pipes_and_large_files_are_refused(tmp_path):
    os.mkfifo(tmp_path / "a.txt")
    with pytest.raises(InputError, match="not a regular file"):
        reports.read(tmp_path)
    write(tmp_path / "b", b_txt=TEXT)
    with pytest.raises(InputError, match="larger than 10 bytes"):
        reports.read(tmp_path / "b", max_bytes=10)


def test_what_cannot_be_read_is_skipped_and_listed(tmp_path):
    write(tmp_path, a_txt=TEXT, b_txt=" ", c_txt=TEXT)
    (tmp_path / "c.txt").write_bytes(TEXT.encode("gbk") + b"\xff")
    (tmp_path / "d.docx").write_bytes(b"PK")
    with pytest.raises(InputError, match=r"b\.txt: the file holds no text"):
        reports.read(tmp_path)
    with pytest.warns(InputWarning, match="skipped 3: "):
        found = reports.read(tmp_path, errors="skip")
    assert found["report"].tolist() == ["a"]
    told = [message.removeprefix(f"{tmp_path}/").split(":")[0] for message in found.attrs["skipped"]]
    assert told == ["b.txt", "c.txt", "d.docx"]
    assert f"byte {len(TEXT.encode('gbk'))} " in found.attrs["skipped"][1]
    (tmp_path / "a.txt").unlink()
    with pytest.raises(InputError, match="none of 3 files could be read"):
        reports.read(tmp_path, errors="skip")
    with pytest.raises(InputError, match="choose 'raise' or 'skip'"):
        reports.read(tmp_path, errors="ignore")


ROWS = [
    {"report": "甲", "text": TEXT, "year": 2022, "区": "东"},
    {"report": "乙", "text": "书记对照检查材料\n" + TEXT, "year": None, "区": "西"},
]


def table(path, rows=ROWS):
    frame = pd.DataFrame(rows).astype(object)
    if path.suffix == ".csv":
        frame.to_csv(path, index=False)
    elif path.suffix == ".xlsx":
        pytest.importorskip("openpyxl")
        frame.to_excel(path, index=False)
    elif path.suffix == ".parquet":
        pytest.importorskip("pyarrow")
        frame.convert_dtypes().to_parquet(path)
    else:
        path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    return path


@pytest.mark.parametrize("ending", ["csv", "xlsx", "jsonl", "parquet"])
def test_tables(tmp_path, ending):
    found = reports.read(table(tmp_path / f"t.{ending}")).set_index("report")
    assert found["text"].to_dict() == {row["report"]: row["text"] for row in ROWS}
    assert found["year"].fillna(0).to_dict() == {"甲": 2022, "乙": 0}
    assert found["区"].to_dict() == {"甲": "东", "乙": "西"}
    assert found["source"].to_dict() == {"甲": f"t.{ending}#1", "乙": f"t.{ending}#2"}
    assert (set(found["encoding"]), found.at["乙", "role"]) == ({ending}, "书记")
    plain = table(tmp_path / f"p.{ending}", [{"正文": row["text"]} for row in ROWS])
    assert reports.read(plain, text_column="正文")["report"].tolist() == ["p-0001", "p-0002"]
    with pytest.raises(InputError, match=rf"p\.{ending}: no column 'text' \(the table has: 正文\)"):
        reports.read(plain)


def test_a_table_that_read_made_can_be_read(tmp_path):
    write(tmp_path, a_txt=TEXT, b_txt="书记2022年度对照检查材料\n" + TEXT)
    first = reports.read(tmp_path)
    first.to_csv(tmp_path / "t.csv", index=False)
    again = reports.read(tmp_path / "t.csv")
    kept = ["report", "title", "year", "author", "role", "theme", "text", "chars"]
    pd.testing.assert_frame_equal(again[kept], first[kept])
    assert again.columns.tolist() == frames.columns("reports")


@pytest.mark.parametrize("ending", ["csv", "xlsx", "jsonl", "parquet"])
def test_tables_that_are_none_are_said(tmp_path, ending):
    file = tmp_path / f"t.{ending}"
    for data in (b"", b"\xff\xfe\x00", b"PK\x03\x04", b"PAR1PAR1", b"nothing"):
        file.write_bytes(data)
        with pytest.raises(InputError, match=rf"t\.{ending}: "):
            reports.read(file)
    whole = table(file).read_bytes()
    for cut in range(0, len(whole) if ending in ("xlsx", "parquet") else 0, len(whole) // 40):
        file.write_bytes(whole[:cut])
        with pytest.raises(InputError):
            reports.read(file)
    table(file, [ROWS[0], ROWS[0]])
    with pytest.raises(InputError, match="report '甲' stands twice"):
        reports.read(file)
    table(file, [ROWS[0], {"report": "丙", "text": "", "year": 1, "区": ""}])
    with pytest.raises(InputError, match="row 2: no text in this row"):
        reports.read(file)
    with pytest.warns(InputWarning, match="row 2"):
        assert len(reports.read(file, errors="skip")) == 1


def test_control_characters_in_tables_are_refused(tmp_path):
    for bad in ("\\u0007", "\\ud800", "\\u0000", "\\ufffe"):
        (tmp_path / "t.jsonl").write_text(f'{{"text": "党性{bad}修养"}}', "utf-8")
        with pytest.raises(InputError, match="row 1: character 2 is no text"):
            reports.read(tmp_path / "t.jsonl")


def test_a_far_cell_costs_nothing(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active["A1"], book.active["A2"], book.active["XFD3"], book.active["A1048576"] = "text", TEXT, "x", TEXT
    book.save(tmp_path / "t.xlsx")
    assert len(reports.read(tmp_path / "t.xlsx")) == 2


def test_packed_tables_are_bounded(tmp_path):
    (tmp_path / "t.xlsx").write_bytes(package({"a": "0" * 11_000_000}))
    with pytest.raises(InputError, match="zip bomb"):
        reports.read(tmp_path / "t.xlsx")
    pytest.importorskip("pyarrow")
    pd.DataFrame({"text": ["甲" * 100_000] * 1000}).to_parquet(tmp_path / "t.parquet")
    with pytest.raises(InputError, match="unpacks to more than"):
        reports.read(tmp_path / "t.parquet", max_bytes=2_000_000)


@pytest.mark.parametrize(("ending", "package"), [("xlsx", "openpyxl"), ("parquet", "pyarrow")])
def test_what_is_missing_is_said(tmp_path, monkeypatch, ending, package):
    (tmp_path / f"t.{ending}").write_bytes(b"x")
    monkeypatch.setitem(__import__("sys").modules, package, None)
    with pytest.raises(MissingExtraError, match=rf"t\.{ending}: .*pip install"):
        reports.read(tmp_path / f"t.{ending}")


def test_a_sidecar_overrules_and_adds(tmp_path):
    write(tmp_path, a_txt="书记2022年度对照检查材料\n" + TEXT, b_txt=TEXT)
    (tmp_path / "metadata.csv").write_text("report,role,year,区\na,主任,,东\nb,,2021,西\n", "utf-8")
    found = reports.read(tmp_path)
    assert found[["report", "role", "year", "区"]].values.tolist() == [["a", "主任", 2022, "东"], ["b", "", 2021, "西"]]
    assert found.columns.tolist() == [*frames.columns("reports"), "区"]
    told = reports.metadata(found)
    rows = told[["report", "field", "value", "basis", "used", "conflict"]].values.tolist()
    assert [row for row in rows if row[1] in ("role", "year")] == [
        ["a", "year", "2022", "title", True, False],
        ["a", "role", "主任", "given", True, True],
        ["a", "role", "书记", "title", False, True],
        ["b", "year", "2021", "given", True, False],
    ]
    assert told.loc[told["basis"] == "given", "start"].isna().all()


def test_keys_that_fit_nothing_are_reported(tmp_path):
    write(tmp_path, a_txt=TEXT, b_txt=TEXT)
    (tmp_path / "metadata.csv").write_bytes("report,区\na,东城区\nx,西城区，不在这里\n".encode("gb18030"))
    with pytest.warns(InputWarning) as told:
        found = reports.read(tmp_path)
    assert [str(one.message) for one in told] == [
        "metadata.csv names reports that are not here: x",
        "metadata.csv lacks reports: b",
    ]
    assert found["区"].tolist() == ["东城区", ""]


def test_keys_may_be_names_of_files(tmp_path):
    write(tmp_path, a_txt=TEXT, b_txt=TEXT, b_md=TEXT, sub__c_txt=TEXT, other__c_txt=TEXT)
    (tmp_path / "metadata.csv").write_text("report,区\na.txt,东\nb.txt,西\nsub/c.txt,南\nc.txt,北\n", "utf-8")
    with pytest.warns(InputWarning) as told:
        found = reports.read(tmp_path).set_index("report")["区"].to_dict()
    assert found == {"a": "东", "b.txt": "西", "b.md": "", "sub/c": "南", "other/c": ""}
    assert "not here: c.txt" in str(told[0].message)


@pytest.mark.parametrize(("sign", "name"), [("\t", "tabs"), (";", "semicolons")])
def test_other_separators_are_named(tmp_path, sign, name):
    write(tmp_path, a_txt=TEXT)
    for file in ("t.csv", "metadata.csv"):
        (tmp_path / file).write_text(f"report{sign}text\na{sign}学习，不够\n", "utf-8")
        with pytest.raises(InputError, match=f"{file}: columns separated by {name}, where commas are expected"):
            reports.read(tmp_path / file if file == "t.csv" else tmp_path)


@pytest.mark.filterwarnings("default")  # as users have it: pandas cuts such rows off with a mere warning
@pytest.mark.parametrize("header", ["report,text", "report,text,区"])
def test_a_row_with_more_cells_than_the_header_is_not_cut_off(tmp_path, header):
    (tmp_path / "t.csv").write_text(f"{header}\na,学习,不够,不深\nb,调研\n", "utf-8")
    with pytest.raises(InputError, match=r"t\.csv: .*needs quotation marks"):
        reports.read(tmp_path / "t.csv")
    (tmp_path / "t.csv").write_text('report,text\na,"学习,不够",\nb,调研,\n', "utf-8")
    assert reports.read(tmp_path / "t.csv")["text"].tolist() == ["学习,不够", "调研"]


def test_half_characters_never_come_out(tmp_path):
    """A half surrogate cannot be written to any file, nor be kept in a frame."""
    (tmp_path / "a.docx").write_bytes(docx(p("<w:r><w:t>学习</w:t><w:sym w:char='D800'/></w:r>")))
    (tmp_path / "t.jsonl").write_text(r'{"report": "乙\ud800", "text": "调研", "区\ud800": "东\ud800"}', "utf-8")
    found = reports.read([tmp_path / "a.docx", tmp_path / "t.jsonl"])
    assert found[["report", "text", "区"]].values.tolist() == [["a", "学习", ""], ["乙", "调研", "东"]]


@pytest.mark.parametrize(
    ("sidecar", "message"),
    [
        ("name\na\n", "no column 'report'"),
        ("report\na\na\n", "'a' stands twice"),
        ("report,year\na,去年\n", "the year '去年' is none"),
        ("", "not a table"),
    ],
)
def test_sidecars_that_are_wrong_are_said(tmp_path, sidecar, message):
    write(tmp_path, a_txt=TEXT, metadata_csv=sidecar)
    for look in (reports.read, reports.plan):  # before hours of work, too
        with pytest.raises(InputError, match=f"metadata.csv: .*{message}"):
            look(tmp_path)


def test_rows_of_nothing_in_a_sidecar_say_nothing(tmp_path):
    for rows, year in ((",\na,2001\n,\n", 2001), (",\n", None), ("", None)):
        write(tmp_path, a_txt=TEXT, metadata_csv=f"report,year\n{rows}")
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert reports.read(tmp_path)["year"].dropna().tolist() == ([year] if year else [])


def test_what_lies_apart_is_not_read(tmp_path):
    write(tmp_path, a_txt=TEXT, report_html=TEXT)
    (tmp_path / "out").mkdir()
    write(tmp_path / "out", b_md=TEXT)
    write(tmp_path, out_txt=TEXT)
    apart = [tmp_path / "out", f"{tmp_path}/./report.html"]
    assert reports.read(tmp_path, apart=apart)["report"].tolist() == ["a", "out"]
    assert [one.report for one in reports.plan(tmp_path, apart=apart)] == ["a", "out"]
    with pytest.raises(InputError, match="nothing but what is written here"):
        reports.read(tmp_path, apart=[tmp_path])


@pytest.mark.parametrize(
    ("text", "field", "values"),
    [
        ("街道书记对照检查材料\n作为街道办事处主任，我学习不够。", "role", ["书记", "主任"]),
        ("街道书记对照检查材料\n作为党工委副书记、办事处主任，我学习不够。", "role", ["书记", "副书记"]),
        ("2022年度对照检查材料\n按照2023年度民主生活会要求。", "year", ["2022", "2023"]),
        ("“六个带头”对照检查材料\n围绕“五个带头”查摆。", "theme", ["六个带头", "五个带头"]),
        ("领导班子对照检查材料\n会前，本人认真学习。", "author", ["个人", "班子"]),
    ],
)
def test_contradictions_are_flagged(text, field, values):
    told = reports.metadata(pd.DataFrame({"report": ["a"], "text": [text]})).query("conflict")
    assert (told["field"].tolist(), told["value"].tolist()) == ([field] * 2, values)
    assert told["used"].tolist() == [True, False]


@pytest.mark.parametrize(
    "text",
    [
        "街道书记对照检查材料\n作为街道党工委书记、办事处主任，我学习不够。",
        "单位一把手剖析发言\n作为局长，我学习不够。",
        "办公室副主任2022年度对照检查材料\n作为副主任，本人2022年度学习不够，围绕“六个带头”。",
        "一、问题\n学习习近平总书记讲话不够。",
    ],
)
def test_what_agrees_is_not_flagged(text):
    told = reports.metadata(pd.DataFrame({"report": ["a"], "text": [text]}))
    assert not told["conflict"].any()
    for row in told.itertuples():
        assert row.field in ("author", "title") or text[row.start : row.end] == row.value


def test_years_in_different_writing_agree():
    told = reports.metadata(pd.DataFrame({"report": ["a"], "text": ["二〇二三年度材料\n按照2023年度要求"]}))
    assert told.query("field == 'year'")[["value", "start", "end", "conflict"]].values.tolist() == [
        ["2023", 0, 4, False]
    ]


def test_a_second_office_is_on_record():
    text = "局党组书记、局长2023年度对照检查材料\n作为党组书记、局长兼工会主席，我学习不够。"
    told = reports.metadata(pd.DataFrame({"report": ["a"], "text": [text]})).query("field == 'role'")
    assert told[["value", "basis", "used", "conflict"]].values.tolist() == [
        ["书记", "title", True, False],
        ["局长", "title", False, False],
        ["主席", "text", False, False],
    ]


def test_metadata_of_the_samples(samples):
    told = reports.metadata(samples)
    assert told.loc[told["conflict"], ["report", "field", "value", "used"]].values.tolist() == [
        ["street_director", "role", "书记", True],
        ["street_director", "role", "主任", False],
    ]
    with pytest.raises(FrameError):
        reports.metadata(pd.DataFrame({"report": ["a"]}))
    assert reports.metadata(frames.make("reports")).empty


def test_extracted_text_is_text_in_lines(tmp_path):
    (tmp_path / "a.docx").write_bytes(docx(p("甲\u2028乙\u0085丙\u009f丁")))
    assert reports.read(tmp_path)["text"].item() == "甲\n乙\n丙丁"
