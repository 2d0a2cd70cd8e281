import codecs
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textkit import frames, reports
from textkit.errors import InputError

from .conftest import ROOT

TEXT = "一、存在的问题\n（一）理论学习不够。\n"
# Codepoints that every encoding below can write, and that occur in reports.
prose = st.text(alphabet="一二三党性，。“”学习\nabc 1２％", min_size=1).filter(str.strip)


def test_samples_are_read_unaltered(samples):
    assert samples.columns.tolist() == frames.columns("reports")
    assert samples["report"].tolist() == [
        "city_leader",
        "office_deputy",
        "street_director",
        "street_secretary",
        "street_team",
    ]
    for row in samples.itertuples():
        data = (ROOT / "data" / "reports" / row.source).read_bytes()
        assert row.text.encode("utf-8") == data
        assert row.sha256 == hashlib.sha256(data).hexdigest()
        assert row.chars == len(row.text)


def test_samples_say_who_they_are(samples):
    found = samples.set_index("report")[["year", "author", "role", "theme"]].astype(object).fillna("")
    assert found.to_dict("index") == {
        "city_leader": {"year": "", "author": "个人", "role": "", "theme": "5个方面"},
        "office_deputy": {"year": "", "author": "个人", "role": "副主任", "theme": "五个带头"},
        "street_director": {"year": 2022, "author": "个人", "role": "书记", "theme": "六个带头"},
        "street_secretary": {"year": 2021, "author": "个人", "role": "一把手", "theme": "5个方面"},
        "street_team": {"year": "", "author": "班子", "role": "", "theme": "五个带头"},
    }


def test_general_secretary_is_no_role():
    assert reports.infer("作为书记员，学习习近平总书记讲话")["role"] == "书记"
    assert reports.infer("对照习近平总书记讲话精神")["role"] == ""


@pytest.mark.parametrize(
    ("opening", "role"),
    [
        ("县卫生健康局党组书记 王某某\n\n我认真学习。", "书记"),
        ("市第三中学\n副校长　李某\n我认真学习。", "副校长"),
        ("一、书记抓党建不够\n", ""),  # a heading
        ("书记带头学习，班子成员跟进。\n", ""),  # a sentence
        ("我认真学习。\n我有不足。\n党组书记 王某某\n", ""),  # too far down
    ],
)
def test_an_office_stands_under_the_title(opening, role):
    assert reports.infer(f"民主生活会个人对照检查材料\n{opening}")["role"] == role


@pytest.mark.parametrize(
    ("text", "author"),
    [
        ("我局党组班子认真学习，领导班子现汇报如下。", "班子"),
        ("会前班子成员开展谈心谈话，我作为副局长，对照检查如下。", "个人"),
        ("我们班子认真学习。我国发展很快。", "班子"),
        ("某某个人对照检查材料\n街道领导班子", "个人"),
        ("现汇报如下。", ""),
        ("党支部书记2023年度组织生活会个人检视剖析材料\n一、问题", "个人"),
        ("局党组2023年度民主生活会对照检查材料\n会前，局党组认为学习不够。", "班子"),
        ("对照检查材料\n我支部认真学习。", "班子"),
        ("局党组民主生活会上的发言\n按照局党组要求。", ""),
        ("党组书记2023年度对照检查材料\n按照局党委的要求。", ""),
    ],
)
def test_author(text, author):
    assert reports.infer(text)["author"] == author


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("自2012年党的十八大以来，2023年度民主生活会", 2023),
        ("关于2021年工作的报告\n自2012年以来", 2021),
        ("2022年，本人认真学习。", 2022),
        ("自2012年以来，成绩显著。", None),
        ("关于二〇二三年度民主生活会的报告\n一、问题", 2023),
        ("二○二三年度对照检查材料\n按照2023年度要求", 2023),
        ("一九九八年度总结\n２０２３年度", 1998),
        ("对照检查材料\n\n（二〇二三年十二月）\n一、问题", 2023),
        ("对照检查材料\n2023年12月\n一、问题", 2023),
        ("对照检查材料\n2024年1月\n按照2023年度民主生活会要求", 2023),
        ("对照检查材料\nx年x月\n一、问题", None),
    ],
)
def test_year(text, year):
    assert reports.infer(text)["year"] == year


@pytest.mark.parametrize(
    ("text", "theme"), [("对照“六个方面”查摆", "六个方面"), ("反馈的4个方面12个问题", ""), ("围绕六个带头", "六个带头")]
)
def test_theme(text, theme):
    assert reports.infer(text)["theme"] == theme


def test_traditional_characters_are_understood():
    text = "街道書記2023年度民主生活會“六個帶頭”對照檢查材料\n作為黨工委書記，我學習不夠。"
    assert reports.infer(text) == {
        "title": text.split("\n", maxsplit=1)[0], "year": 2023, "author": "个人", "role": "书记", "theme": "六个带头",
    }  # fmt: skip


def test_a_date_is_no_title():
    assert reports.infer("2024年1月10日\n一、问题")["title"] == ""


@given(prose, st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"]))
def test_decode_gives_back_what_was_encoded(text, encoding):
    assert reports.decode((text + TEXT).encode(encoding))[0] == text + TEXT


@pytest.mark.parametrize("mark", [codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE])
def test_utf16_with_either_mark(mark):
    encoding = "utf-16-le" if mark == codecs.BOM_UTF16_LE else "utf-16-be"
    assert reports.decode(mark + TEXT.encode(encoding))[0] == TEXT


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark(encoding):
    assert reports.decode(TEXT.encode(encoding)) == (TEXT, encoding)


@pytest.mark.parametrize(
    "data",
    [
        "党性\x01".encode(),
        "党性\x1b[31m".encode(),
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        bytes(range(256)),
        b"\xff\xfe\x00",
    ],
)
def test_what_is_no_text_is_refused(tmp_path, data):
    (tmp_path / "picture.txt").write_bytes(data)
    with pytest.raises(InputError, match=r"picture\.txt: not a text file"):
        reports.read(tmp_path)


def test_ids_are_stems_unless_they_clash(tmp_path):
    for name in ("a.txt", "b.md", "sub/a.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(TEXT, "utf-8")
    assert reports.read(tmp_path / "b.md")["report"].tolist() == ["b"]
    assert reports.read(tmp_path)["report"].tolist() == ["a", "b", "sub/a"]
    (tmp_path / "a.md").write_text(TEXT, "utf-8")
    assert reports.read(tmp_path)["report"].tolist() == ["a.md", "a.txt", "b", "sub/a"]


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("- **学习方面**：理论学习不够。", "- 学习方面：理论学习不够。"),
        ("（一）**信念松懈**。学得*少*，", "（一）信念松懈。学得*少*，"),  # not beside a blank or a mark
        ("在**镇和**村，走访**街道、**县", "在**镇和**村，走访**街道、**县"),  # masks
        ("**一、存在的问题**", "**一、存在的问题**"),  # a heading
        ("## 一、存在的**突出**问题", "## 一、存在的突出问题"),
        ("### （一）**理论学习**不够深入", "### （一）理论学习不够深入"),
        ("（二）群众工作**不扎实**", "（二）群众工作不扎实"),
        ("1. **加强学习。**每周**个人**自学", "1. 加强学习。每周个人自学"),
        ("在**镇开展**市调研", "在**镇开展**市调研"),
        ("## 二、原因", "## 二、原因"),
        ("__甲__，乙_丙_丁", "甲，乙_丙_丁"),
    ],
)
def test_emphasis_of_markdown_is_not_read(line, read, tmp_path):
    for ending, expected in ((".md", read), (".txt", line)):
        (tmp_path / f"a{ending}").write_text(f"对照检查\r\n{line}\n", "utf-8")
        assert reports.read(tmp_path / f"a{ending}")["text"].item() == f"对照检查\r\n{expected}\n"


def test_same_name_below_two_folders(tmp_path):
    for folder in ("x", "y"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.txt").write_text(TEXT + folder, "utf-8")
    names = reports.read([tmp_path / "x", tmp_path / "y"])["report"].tolist()
    assert len(set(names)) == 2


def test_rows_are_sorted_whatever_the_order_asked(tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.txt").write_text(TEXT, "utf-8")
    assert reports.read([tmp_path / "b.txt", tmp_path / "a.txt"])["report"].tolist() == ["a", "b"]


def test_a_file_named_twice_is_read_once(tmp_path):
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    assert len(reports.read([tmp_path, tmp_path / "a.txt"])) == 1


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda folder: folder, "no report here"),
        (lambda folder: folder / "missing", "no such file or folder"),
        (lambda folder: [], "no path given"),
    ],
)
def test_nothing_to_read_is_said(tmp_path, make, message):
    with pytest.raises(InputError, match=message):
        reports.read(make(tmp_path))


def test_other_endings_and_empty_files_are_said(tmp_path):
    (tmp_path / "a.odt").write_bytes(b"PK")
    with pytest.raises(InputError, match=r"cannot read \.odt"):
        reports.read(tmp_path / "a.odt")
    (tmp_path / "empty.txt").write_text(" \n", "utf-8")
    with pytest.raises(InputError, match=r"empty\.txt: the file holds no text"):
        reports.read(tmp_path / "empty.txt")
