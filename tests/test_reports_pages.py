"""PDF files and web pages against what a reader of them sees."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from textkit import reports
from textkit.errors import InputError, MissingExtraError
from textkit.reports import html, pdf

DATA = Path(__file__).parent / "data"
OFFICE = shutil.which("soffice")


def page(body, head="", charset="utf-8"):
    return f"<!DOCTYPE html><html><head><meta charset={charset}>{head}</head><body>{body}</body></html>".encode(charset)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p>甲<p>乙", "甲\n乙"),
        ("<div>甲<span>乙</span><b>丙</b></div>丁", "甲乙丙\n丁"),
        ("<h1>题</h1>一、问题<br>二、原因<hr>三", "题\n一、问题\n二、原因\n三"),
        ("<p>理论\n   学习 不够\n and  words\nhere</p>", "理论学习 不够 and words here"),
        ("<p>党&nbsp;性&amp;&lt;b&gt;</p>", "党\u00a0性&<b>"),
        ("<pre>甲\n  乙</pre>丙", "甲\n乙\n丙"),
        ("<nav>首页</nav><script>var x='<p>'</script><style>p{}</style><!-- 注 --><p hidden>藏</p>甲", "甲"),
        ("<p style='DISPLAY : none'>藏</p><noscript>无</noscript><template><p>模</p></template>甲", "甲"),
        ("<table><tr><td>项目<td>数量</tr><tr><td><p>甲</p>乙</td><td>丙</td></table>", "项目\t数量\n甲\n乙\t丙"),
        ("<ol><li>甲</li><li>乙<ol type=a><li>丙</ol><li>丁</ol>", "1. 甲\n2. 乙\na. 丙\n3. 丁"),
        ("<ol start=5><li>甲<li value=9>乙<li>丙</ol>", "5. 甲\n9. 乙\n10. 丙"),
        ("<ol reversed><li>甲</li><li>乙</li></ol><ul><li>丙</ul>", "2. 甲\n1. 乙\n• 丙"),
        ("<ul><li><p>甲</p><p>子</p></li><li>\n<div>乙</div><li></li><li>丙</ul>", "• 甲\n子\n• 乙\n•\n• 丙"),
        ("<ul style='list-style: none'><li>甲</ul><ol><li><p>乙</p></ol>", "甲\n1. 乙"),
        ("<ol style='list-style-type:cjk-ideographic'><li>甲<li>乙</ol>", "一、甲\n二、乙"),
        ("<ol style='list-style:none'><li>甲</ol><li>乙</li>", "甲\n乙"),
        ("<ruby>汉<rp>(</rp><rt>hàn</rt></ruby>字", "汉字"),
    ],
)
def test_web_pages(body, text):
    pytest.importorskip("bs4")
    assert html.extract(page(body)) == text


def test_pages_say_gb2312_and_mean_gb18030(tmp_path):
    pytest.importorskip("bs4")
    wide = page("<p>镕基同志：学习不够。</p>", charset="gb18030")
    (tmp_path / "a.html").write_bytes(wide.replace(b"gb18030", b"gb2312"))
    (tmp_path / "b.htm").write_bytes(page("<p>学习不够。</p>").replace(b"utf-8", b"gb2312"))
    (tmp_path / "c.html").write_bytes(b"<meta charset=big5>" + "牢".encode("cp950"))
    assert reports.read(tmp_path)["text"].tolist() == ["镕基同志：学习不够。", "学习不够。", "牢"]


def test_pages_nest_as_deeply_as_they_like():
    pytest.importorskip("bs4")
    assert html.extract(page("<div>" * 50_000 + "甲")) == "甲"


def test_page_text_has_no_control_characters(tmp_path):
    pytest.importorskip("bs4")
    (tmp_path / "a.html").write_bytes(page("<p>甲&#7;&#1;乙&#x1e;&#x1f;丙&#133;丁&#12;戊</p>"))
    text = reports.read(tmp_path)["text"].item()
    assert re.fullmatch("甲乙丙.?丁 ?戊", text)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", text)


@pytest.fixture
def font():
    from importlib.metadata import files

    return next(str(file.locate()) for file in files("zhplot") or () if file.suffix == ".ttf")


def printed(font, pages, *, size=16, header=None, footer=None):
    """Bytes of a PDF with these lines at these indents (in characters) on each page."""
    fpdf = pytest.importorskip("fpdf")
    pytest.importorskip("pypdfium2")
    document = fpdf.FPDF(unit="pt", format="A4")
    document.set_auto_page_break(auto=False)
    document.add_font("noto", fname=font)
    for number, lines in enumerate(pages, start=1):
        document.add_page()
        document.set_font("noto", size=size)
        if header:
            document.text(72, 40, header)
        for row, (indent, line) in enumerate(lines):
            document.text(72 + indent * size, 90 + row * 28, line)
        if footer:
            document.text(280, 820, footer(number))
    return bytes(document.output())


WIDE = "理论学习不够深入，联系实际不够紧密，对群众关心的问题研究不够"  # 30 characters
FIRST = WIDE[:26]
PARAGRAPH = [(2, FIRST), (0, WIDE[:28]), (0, "解决问题少。")]
JOINED = FIRST + WIDE[:28] + "解决问题少。"


def test_wrapped_lines_are_joined_and_paragraphs_stay(font):
    lines = [(8, "对照检查材料"), (2, "一、存在的问题"), *PARAGRAPH, *PARAGRAPH, (2, "二、原因分析")]
    text = pdf.extract(printed(font, [lines]))
    assert text.split("\n") == ["对照检查材料", "一、存在的问题", JOINED, JOINED, "二、原因分析"]


def test_a_line_written_font_by_font_is_read_from_left_to_right():
    """Office programs write the hanzi of a line at one go, with gaps, and then its quotes, if of another font."""
    written = [("对", 0, 10), (" ", 15, 15), ("五", 15, 25), ("个", 30, 40), ("“", 10, 15), ("”", 25, 30)]
    boxes = {i: (left, 0, right, 10) for i, (_, left, right) in enumerate(written)}
    inked = [0, 2, 3, 4, 5]
    assert "".join(written[i][0] for i in pdf._along(boxes, inked)) == "对“五”个"
    assert pdf._along(boxes | {4: (10, -20, 15, -10)}, inked) == list(boxes)  # of two lines


def test_gaps_between_hanzi_and_letters_are_no_spaces_but_written_ones_and_wide_ones_are():
    written = [("学", 0, 10), (" ", 10, 10), ("2", 12.5, 17.5), ("年", 24, 34), (" ", 34, 34), ("度", 37, 47)]
    boxes = {i: (left, 0, right, 10) for i, (_, left, right) in enumerate(written)}
    codes = [ord(char) for char, *_ in written]
    assert pdf._is_spacing(1, boxes, codes)
    assert not pdf._is_spacing(1, boxes | {2: (14, 0, 19, 10)}, codes)  # wide
    assert not pdf._is_spacing(4, boxes, codes)  # between hanzi: a column, a blank in a title


@pytest.mark.skipif(OFFICE is None, reason="no LibreOffice on this machine")
def test_a_file_of_an_office_program_holds_no_spaces_that_nobody_wrote(tmp_path):
    said = "学习2022年的精神，AI技术第3次。党员E家，GDP增长8%左右，写了 空格。"
    docx = pytest.importorskip("docx").Document()
    docx.add_paragraph(said)
    docx.save(tmp_path / "a.docx")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [OFFICE, "--headless", profile, "--convert-to", "pdf", "--outdir", tmp_path, tmp_path / "a.docx"]
    subprocess.run(command, check=True, capture_output=True)
    assert pdf.extract((tmp_path / "a.pdf").read_bytes()) == said


def test_a_paragraph_goes_on_over_the_page(font):
    pages = [[*PARAGRAPH, *PARAGRAPH[:2]], [PARAGRAPH[2], *PARAGRAPH]]
    text = pdf.extract(printed(font, pages, footer=lambda n: f"— {n} —"))
    assert text.split("\n") == [JOINED, JOINED, JOINED]


def test_page_furniture_goes_and_other_numbers_stay(font):
    pages = [[(0, f"{page}、{part}") for part in "甲乙丙"] for page in "一二三四"]
    lines = pages[0]
    text = pdf.extract(printed(font, pages, header="某某街道党工委", footer=lambda n: f"第 {n} 页 共 4 页"))
    assert text.split("\n") == [line for page in pages for _, line in page]
    one = pdf.extract(printed(font, [lines], footer=lambda n: "1"))
    assert one.split("\n")[-1] == "1"  # on a single page nobody can know
    years = pdf.extract(printed(font, pages[:3], footer=lambda n: f"{(2019, 2022, 2020)[n - 1]}"))
    assert years.count("2019") == years.count("2022") == 1
    twice = pdf.extract(printed(font, pages[:2], header="某某街道党工委"))
    assert twice.count("某某街道党工委") == 2


@pytest.mark.parametrize("number", ["— 1 —", "-1-", "第 1 页", "第1页 共1页"])
def test_a_dressed_number_is_one_on_a_single_page(font, number):
    lines = [(0, "甲"), (0, "（一）乙"), (0, "丙")]
    assert pdf.extract(printed(font, [lines], footer=lambda n: number)).split("\n") == ["甲", "（一）乙", "丙"]
    within = pdf.extract(printed(font, [[*lines, (0, number), *lines, *lines]]))
    assert number in within


@pytest.mark.parametrize("when", ["11/21/26, 1:13 PM Report", "2026/11/21 13:13 报告", "2026年11月21日 下午1:13 报告"])
def test_what_a_browser_prints_around_a_single_page(font, when):
    lines = [(0, "甲"), (0, "乙"), (0, "丙")]
    around = printed(font, [lines], header=when, footer=lambda n: "https://a.cn/1.html 1/1")
    assert pdf.extract(around).split("\n") == ["甲", "乙", "丙"]
    assert pdf.extract(printed(font, [lines], header=when)).split("\n")[0] == when  # may be the report's own


def test_type_that_does_not_say_its_characters_is_refused(font):
    for data in (printed(font, [PARAGRAPH]).replace(b"/ToUnicode", b"/ToNothing"), printed(font, [[(0, "abc 123")]])):
        with pytest.raises(InputError, match="does not come out"):
            pdf.extract(data)


@pytest.mark.parametrize(("lost", "refused"), [("\0", True), ("\ue123", True), ("\ufffd", True), ("习", False)])
def test_type_of_which_much_is_lost_is_refused(font, monkeypatch, lost, refused):
    line = pdf.Line("学" * 9 + lost, 0, 72, 300, 700, 16, 595)
    monkeypatch.setattr(pdf, "_lines", lambda document, number: iter([line]))
    data = printed(font, [PARAGRAPH])
    if not refused:
        assert pdf.extract(data) == line.text
        return
    with pytest.raises(InputError, match="does not come out"):
        pdf.extract(data)


def test_a_file_printed_by_a_browser():
    """Made as told in tests/data/README.md: the browser wrote a header and a footer."""
    pytest.importorskip("pypdfium2")
    expected = (DATA / "browser.txt").read_text("utf-8").splitlines()
    assert pdf.extract((DATA / "browser.pdf").read_bytes()).split("\n") == expected


def test_radicals_become_characters():
    assert "⼯⽅⻓⺠⻔".translate(pdf._LOOKALIKES) == "工方长民门"


def test_what_is_no_pdf_or_has_no_text_is_refused(font):
    pytest.importorskip("pypdfium2")
    with pytest.raises(InputError, match="cannot be opened as PDF"):
        pdf.extract(b"%PDF-1.7 nothing")
    with pytest.raises(InputError, match="only pictures"):
        pdf.extract(printed(font, [[]]))


@pytest.mark.parametrize(("room", "package"), [(html, "bs4"), (pdf, "pypdfium2")])
def test_what_is_missing_is_said(monkeypatch, room, package):
    monkeypatch.setitem(__import__("sys").modules, package, None)
    with pytest.raises(MissingExtraError, match="pip install"):
        room.extract(b"")
