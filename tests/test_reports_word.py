"""Word files against what a reader of them sees, written down by hand."""

import io
import shutil
import subprocess
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textkit import hanzi, reports
from textkit.errors import InputError, MissingExtraError
from textkit.reports import numerals, office, word

from .word_files import W, abstract, docx, lvl, num, p, package, r

LIMIT = 10_000_000


def lines(body, **parts):
    return word.extract(docx(body, **parts), LIMIT).split("\n")


OFFICIAL = abstract(
    0,
    lvl(0, "chineseCounting", "%1、"),
    lvl(1, "chineseCountingThousand", "（%2）"),
    lvl(2, "decimal", "%3.", suffix="space"),
    lvl(3, "decimalEnclosedCircle", "%4"),
) + num(1, 0)


def test_numbers_of_an_official_document_come_back():
    body = "".join(
        p(text, num=1, level=level)
        for text, level in [
            ("存在的问题", 0), ("理论学习不够", 1), ("学习不深", 2), ("学习不新", 2), ("抄笔记", 3),
            ("走访群众少", 1), ("调研不实", 2), ("原因分析", 0), ("宗旨意识淡化", 1),
        ]
    )  # fmt: skip
    assert lines(p("书记对照检查材料") + body, numbering=OFFICIAL) == [
        "书记对照检查材料",
        "一、存在的问题",
        "（一）理论学习不够",
        "1. 学习不深",
        "2. 学习不新",
        "①抄笔记",
        "（二）走访群众少",
        "1. 调研不实",
        "二、原因分析",
        "（一）宗旨意识淡化",
    ]


@pytest.mark.parametrize(
    ("style", "first", "last"),
    [
        ("chineseCounting", "一 二 三", "十 十一 二十 二十一 九十九 一〇〇"),
        ("chineseCountingThousand", "一 二 三", "十 十一 二十 二十一 九十九 一百"),
        ("japaneseCounting", "一 二 三", "十 十一 二十 二十一 九十九 百"),
        ("ideographDigital", "一 二 三", "一〇 一一 二〇 二一 九九 一〇〇"),
        ("chineseLegalSimplified", "壹 贰 叁", "壹拾 壹拾壹 贰拾 贰拾壹 玖拾玖 壹佰"),
        ("decimal", "1 2 3", "10 11 20 21 99 100"),
        ("decimalZero", "01 02 03", "10 11 20 21 99 100"),
        ("decimalFullWidth", "１ ２ ３", "１０ １１ ２０ ２１ ９９ １００"),
        ("decimalEnclosedCircle", "① ② ③", "⑩ ⑪ ⑳ 21 99 100"),
        ("upperRoman", "I II III", "X XI XX XXI XCIX C"),
        ("lowerRoman", "i ii iii", "x xi xx xxi xcix c"),
        ("upperLetter", "A B C", "J K T U UUUU VVVV"),
        ("lowerLetter", "a b c", "j k t u uuuu vvvv"),
        ("ideographTraditional", "甲 乙 丙", "癸 11 20 21 99 100"),
    ],
)
def test_number_formats(style, first, last):
    expected = f"{first} {last}".split()
    assert [numerals.write(number, style) for number in (1, 2, 3, 10, 11, 20, 21, 99, 100)] == expected


@given(st.integers(1, 9999))
def test_what_is_written_can_be_read(number):
    assert hanzi.number(numerals.write(number, "chineseCountingThousand")) == number


@given(st.integers(-5, 10**7), st.sampled_from([*numerals._FORMS, "unknown"]))
def test_every_number_has_a_form(number, style):
    assert numerals.write(number, style)


def test_several_levels_in_one_number_and_legal_form():
    levels = (
        lvl(0, "chineseCounting", "第%1章", suffix="space"),
        lvl(1, "decimal", "%1.%2", more="<w:isLgl/>", suffix="tab"),
        lvl(2, "lowerLetter", "%1.%2.%3)"),
    )
    body = p("总则", num=1, level=0) + p("目的", num=1, level=1) + p("细目", num=1, level=2) + p("范围", num=1, level=1)
    assert lines(body, numbering=abstract(0, *levels) + num(1, 0)) == [
        "第一章 总则",
        "1.1\t目的",
        "一.1.a)细目",
        "1.2\t范围",
    ]


def test_start_start_again_and_shared_counters():
    numbering = abstract(0, lvl(0, "decimal", "%1.", start=3), lvl(1, "decimal", "（%2）"))
    override = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="8"/></w:lvlOverride>'
    numbering += num(1, 0) + num(2, 0) + num(3, 0, override)
    body = "".join(p("", num=of, level=level) for of, level in [(1, 0), (2, 0), (3, 0), (3, 1), (3, 0), (1, 0), (1, 1)])
    assert lines(body, numbering=numbering) == ["3.", "4.", "8.", "（1）", "9.", "10.", "（1）"]


def test_what_restarts_a_level():
    never = lvl(2, "decimal", "%3.", more='<w:lvlRestart w:val="0"/>')
    by_first = lvl(3, "decimal", "%4)", more='<w:lvlRestart w:val="1"/>')
    numbering = abstract(0, lvl(0, "decimal", "一%1"), lvl(1, "decimal", "二%2"), never, by_first) + num(1, 0)
    body = "".join(p("", num=1, level=level) for level in (0, 1, 2, 3, 1, 2, 3, 0, 1, 2, 3))
    assert lines(body, numbering=numbering) == ["一1", "二1", "1.", "1)", "二2", "2.", "2)", "一2", "二1", "3.", "1)"]


def test_numbers_through_styles():
    styles = (
        '<w:style w:type="numbering" w:default="1" w:styleId="none"/>'
        '<w:style w:type="paragraph" w:default="1" w:styleId="a"/>'
        '<w:style w:type="paragraph" w:styleId="h1"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="h2"><w:basedOn w:val="h1"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="own"><w:basedOn w:val="h2"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="off"><w:basedOn w:val="h1"/>'
        '<w:pPr><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="loop"><w:basedOn w:val="loop"/></w:style>'
    )
    levels = (
        lvl(0, "chineseCounting", "%1、", more='<w:pStyle w:val="h1"/>'),
        lvl(1, "chineseCounting", "（%2）", more='<w:pStyle w:val="h2"/>'),
    )
    body = (
        p("甲", style="h1")
        + p("乙", style="h2")
        + p("丙", style="own")
        + p("丁", style="off")
        + p("无")
        + (p("戊", style="h1", num=0) + p("循环", style="loop") + p("己", style="h1", level=1) + p("庚", style="h1"))
    )
    assert lines(body, numbering=abstract(0, *levels) + num(1, 0), styles=styles) == [
        "一、甲", "（一）乙", "（二）丙", "丁", "无", "戊", "循环", "（三）己", "二、庚",
    ]  # fmt: skip


def test_a_list_by_a_numbering_style():
    styles = (
        '<w:style w:type="numbering" w:styleId="公文"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    )
    numbering = abstract(0, lvl(0, "chineseCounting", "%1、"), more='<w:styleLink w:val="公文"/>')
    numbering += abstract(1, more='<w:numStyleLink w:val="公文"/>') + num(1, 0) + num(2, 1)
    assert lines(p("甲", num=2, level=0), numbering=numbering, styles=styles) == ["一、甲"]


def test_bullets_and_numbers_without_text():
    numbering = abstract(0, lvl(0, "bullet", "\uf0b7", suffix="space"), lvl(1, "none", ""), lvl(2, "decimal", ""))
    body = "".join(p("甲", num=1, level=level) for level in (0, 1, 2, 7)) + p("乙", num=9, level=0)
    assert lines(body, numbering=numbering + num(1, 0)) == ["• 甲", "甲", "甲", "甲", "乙"]


def test_revisions():
    deleted = "<w:del><w:r><w:delText>删</w:delText></w:r></w:del>"
    moved = "<w:moveFrom><w:r><w:t>移</w:t></w:r></w:moveFrom>"
    body = (
        p(r("甲") + f"<w:ins>{r('插')}{deleted}</w:ins>" + deleted + moved + f"<w:moveTo>{r('来')}</w:moveTo>", num=1)
        + p(deleted, num=1, mark="<w:del/>")
        + p("乙", num=1, mark="<w:ins/>")
        + p("前半", num=1, mark="<w:del/>")
        + p("后半", num=1)
    )
    assert lines(body, numbering=OFFICIAL) == ["一、甲插来", "二、乙", "三、前半后半"]


def test_a_text_box_is_read_once():
    box = f"<w:txbxContent>{p('框内一')}{p('框内二')}</w:txbxContent>"
    both = (
        "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wp:anchor><a:graphic><a:graphicData><wps:wsp>"
        f"<wps:txbx>{box}</wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:shape><v:textbox>{box}</v:textbox></v:shape></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )
    old = f"<w:r><w:pict><v:shape><v:textbox>{box}</v:textbox></v:shape></w:pict></w:r>"
    assert lines(p(r("前") + both + r("后")) + p("下段")) == ["前后", "框内一", "框内二", "下段"]
    assert lines(p(old)) == ["", "框内一", "框内二"]


def test_tables_controls_and_wrappers():
    def cell(*paragraphs):
        return f"<w:tc><w:tcPr/>{''.join(paragraphs)}</w:tc>"

    gone = "<w:tr><w:trPr><w:del/></w:trPr>" + cell(p("删行")) + "</w:tr>"
    table = (
        "<w:tbl><w:tblPr/>"
        f"<w:tr>{cell(p('项目'))}{cell(p('数量'))}{cell(p(''))}</w:tr>{gone}"
        f"<w:sdt><w:sdtContent><w:tr>{cell(p('一、问题'), p('（一）不够'))}{cell(p('右'))}</w:tr>"
        "</w:sdtContent></w:sdt>"
        "</w:tbl>"
    )
    control = f"<w:sdt><w:sdtPr><w:alias w:val='x'/></w:sdtPr><w:sdtContent>{p('控件')}</w:sdtContent></w:sdt>"
    inline = p(f"<w:sdt><w:sdtContent>{r('里')}</w:sdtContent></w:sdt><w:hyperlink>{r('链')}</w:hyperlink>")
    nested = p(f"<w:smartTag>{r('标')}</w:smartTag><w:customXml>{r('签')}</w:customXml>")
    assert lines(table + control + inline + nested) == [
        "项目\t数量", "一、问题", "（一）不够", "右", "控件", "里链", "标签",
    ]  # fmt: skip


def field(*kinds_and_runs):
    marks = {"begin", "separate", "end"}
    return "".join(f'<w:r><w:fldChar w:fldCharType="{one}"/></w:r>' if one in marks else one for one in kinds_and_runs)


def test_field_codes_stay_hidden_and_results_stay():
    code = "<w:r><w:instrText>PAGE</w:instrText></w:r>"
    inner = field("begin", code, "separate", r("内"), "end")
    body = p(r("第") + field("begin", code, inner, r("码"), "separate", r("3"), "end") + r("页"))
    assert lines(body + p(f"<w:fldSimple w:instr='DATE'>{r('今日')}</w:fldSimple>")) == ["第3页", "今日"]


def test_a_field_left_open_swallows_nothing():
    assert lines(p(r("前") + field("begin")) + p("正文")) == ["前", "正文"]


def test_signs_and_hidden_text():
    body = p(
        r("甲") + "<w:r><w:tab/><w:t>乙</w:t><w:br/><w:t>丙</w:t><w:noBreakHyphen/><w:sym w:char='2460'/></w:r>"
        + r("隐", "<w:vanish/>") + r("显", "<w:vanish w:val='0'/>")
        + "<w:r><w:ruby><w:rt>" + r("pin") + "</w:rt><w:rubyBase>" + r("拼") + "</w:rubyBase></w:ruby></w:r>"
    )  # fmt: skip
    assert lines(body) == ["甲\t乙", "丙-①显拼"]


def test_footnotes_stand_at_the_end():
    notes = f'<w:footnote w:id="7">{p("见文件。")}</w:footnote><w:footnote w:id="8">{p("另注。")}</w:footnote>'
    body = p(r("甲") + '<w:r><w:footnoteReference w:id="8"/></w:r>') + p('<w:r><w:footnoteReference w:id="7"/></w:r>')
    assert lines(body, footnotes=notes) == ["甲[1]", "[2]", "[1] 另注。", "[2] 见文件。"]


def test_a_file_of_python_docx(tmp_path):
    docx_package = pytest.importorskip("docx")
    document = docx_package.Document()
    document.add_paragraph("书记对照检查材料")
    document.add_paragraph("学习不够", style="List Number")
    document.add_paragraph("走访不多", style="List Number")
    document.add_table(1, 2).cell(0, 1).text = "右"
    document.save(tmp_path / "a.docx")
    (row,) = reports.read(tmp_path).itertuples()
    assert row.text.rstrip() == "书记对照检查材料\n1.\t学习不够\n2.\t走访不多\n\t右"
    assert (row.encoding, row.role, row.title) == ("docx", "书记", "书记对照检查材料")


def refused(data, message, limit=LIMIT):
    with pytest.raises(InputError, match=message):
        word.extract(data, limit)


def test_what_is_no_word_file_is_refused():
    refused(b"PK", "no zip archive")
    refused(package({"a.txt": "x"}), "word/document.xml is missing")
    refused(package({"word/document.xml": "<w:document"}), "damaged")
    refused(package({"word/document.xml": f'<w:document xmlns:w="{W}"/>'}), "no body")
    refused(docx("<w:altChunk/>"), "altChunk")
    whole = docx(p("甲" * 5000))
    for cut in range(0, len(whole), 37):
        with pytest.raises(InputError):
            word.extract(whole[:cut], LIMIT)


def test_bombs_are_refused():
    refused(docx(p("甲" * 1000)), "zip bomb", limit=1000)
    many = docx(p("a" * 11_000_000))
    refused(many, "zip bomb", limit=10**9)
    entity = '<!DOCTYPE x [<!ENTITY a "ha">]><w:document>&a;</w:document>'
    refused(package({"word/document.xml": entity}), "document type")
    outside = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><w:document>&a;</w:document>'
    refused(package({"word/document.xml": outside}), "document type")
    deep = "<w:ins>" * 100_000 + "</w:ins>" * 100_000
    refused(docx(f"<w:p>{deep}</w:p>"), "nested too deeply|damaged")


def test_a_part_is_unpacked_once_however_often_it_is_referred_to(monkeypatch):
    with zipfile.ZipFile(io.BytesIO(docx(p("甲", num=1, level=0), numbering=OFFICIAL))) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    links = files["word/_rels/document.xml.rels"]
    files["word/_rels/document.xml.rels"] = (
        links.replace("</Relationships>", "") + links[links.index("<Relationship ") :]
    )
    read = []
    whole = word.Archive.xml
    monkeypatch.setattr(word.Archive, "xml", lambda self, name: [read.append(name), whole(self, name)][1])
    assert word.extract(package(files), LIMIT) == "一、甲"
    assert sorted(set(read)) == sorted(read)


def test_a_size_that_lies_is_refused():
    """The directory of the archive says 10 bytes; the part holds more."""
    data = bytearray(docx(p("甲" * 3000)))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = archive.getinfo("word/document.xml").file_size.to_bytes(4, "little")
    while (place := data.find(size)) >= 0:
        data[place : place + 4] = (10).to_bytes(4, "little")
    refused(bytes(data), "damaged")


def test_old_word_files(tmp_path):
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice is not installed")
    body = p("街道书记对照检查材料") + p("存在的问题", num=1, level=0) + p("学习不够。", num=1, level=1)
    (tmp_path / "a.docx").write_bytes(docx(body, numbering=OFFICIAL))
    command = ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to"]
    subprocess.run([*command, "doc:MS Word 97", "--outdir", tmp_path, tmp_path / "a.docx"], check=True, timeout=120)
    text = "街道书记对照检查材料\n一、存在的问题\n（一）学习不够。"
    (row,) = reports.read(tmp_path / "a.doc").itertuples()
    assert (row.text, row.encoding) == (text, "doc")
    (tmp_path / "a.doc").rename(tmp_path / "b.wps")
    assert reports.read(tmp_path / "b.wps")["text"].item() == text


def test_a_doc_that_is_a_docx_is_read_as_such(tmp_path):
    (tmp_path / "a.doc").write_bytes(docx(p("甲")))
    assert reports.read(tmp_path)[["text", "encoding"]].values.tolist() == [["甲", "docx"]]


def test_a_doc_that_is_rtf_or_a_page_is_read_as_such(tmp_path):
    words = "".join(f"\\u{ord(char)}?" for char in "学习不够")
    page = "<html xmlns:o='urn:x'><meta charset=utf-8><p>学习不够</p></html>"
    (tmp_path / "a.doc").write_text(page, "utf-8-sig")
    assert reports.read(tmp_path)[["text", "encoding"]].values.tolist() == [["学习不够", "html"]]
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice is not installed")
    for name in ("a.doc", "b.rtf"):
        (tmp_path / name).write_text(rf"{{\rtf1\ansi {words}\par}}", "ascii")
        (row,) = reports.read(tmp_path / name).itertuples()
        assert (row.text.strip(), row.encoding) == ("学习不够", "rtf")


def test_rtf_wants_libreoffice(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: name if name == "antiword" else None)
    with pytest.raises(MissingExtraError, match=r"rtf.* need LibreOffice .soffice.;"):
        office.extract(b"{\\rtf1 a}", LIMIT)


def test_without_a_program_for_old_word_files(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(MissingExtraError, match="LibreOffice"):
        office.extract(office.MAGIC + b"\0" * 600, LIMIT)
    with pytest.raises(InputError, match="not a Word or WPS file"):
        office.extract("党性".encode("gbk"), LIMIT)


def test_a_program_that_hangs_is_stopped(monkeypatch):
    monkeypatch.setattr(office, "_SECONDS", 0.2)
    with pytest.raises(InputError, match="took more than"):
        office._run(["sleep", "60"])


@pytest.mark.parametrize(
    ("headings", "marked"),
    [
        ([("存在的问题", 1), ("理论学习不够", 2)], ["# 存在的问题", "## 理论学习不够"]),
        ([("一、存在的问题", 1), ("理论学习不够", 2)], ["# 一、存在的问题", "## 理论学习不够"]),
        ([("存在的问题", 1), ("1.理论学习不够", 2)], ["# 存在的问题", "## 1.理论学习不够"]),
        ([("一、存在的问题", 1), ("1.理论学习不够", 2)], ["一、存在的问题", "1.理论学习不够"]),
        ([("理论学习不够", 2), ("一、存在的问题", "none")], ["理论学习不够", "一、存在的问题"]),
    ],
)
def test_headings_without_numbers_tell_their_level_by_their_style(headings, marked):
    style = '<w:style w:type="paragraph" w:styleId="{0}"><w:basedOn w:val="{1}"/>{2}</w:style>'
    level = '<w:pPr><w:outlineLvl w:val="{}"/></w:pPr>'
    styles = style.format("h1", "", level.format(0)) + style.format("h2", "h3", "")
    styles += style.format("h3", "h2", level.format(1))  # based on one another in a circle
    body = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="h{level}"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>'
        for text, level in headings
    )
    assert lines(body + p("学得少。"), styles=styles) == [*marked, "学得少。"]
