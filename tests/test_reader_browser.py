"""The page and the notebook view in a real Chromium, as a person uses them."""

import shutil
from itertools import pairwise

import pandas as pd
import pytest

from textkit import codes, gallery, plots, project, reader
from textkit.reader.sheets import ROWS

from .test_reader import PAYLOADS

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
SIZES = {"desktop": (1280, 900), "phone": (390, 844)}
PLACE = "[...CSS.highlights.get('place')][0]"

EVIL = """
name = "evil"
version = "1"
roles = ["problems"]
title = {zh = "<script>window.hacked=1</script>", en = "</h3><script>window.hacked=1</script>"}
weights = {strong = 3.0}
[[code]]
id = "bad"
zh = '<img src=x onerror=window.hacked=1>'
en = '"><script>window.hacked=1</script>'
definition = "d"
include = "i"
exclude = "e"
[code.indicators]
strong = ["学习"]
"""

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")]
playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")


@pytest.fixture(scope="module")
def browser():
    arguments = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory, analysis):
    """The page of the samples, with one figure."""
    found, books = analysis
    path = tmp_path_factory.mktemp("page") / "report.html"
    wanted = gallery.Wanted(books, path.parent, paged=True)
    pictures = [picture for _, picture in gallery.save(found.tables, wanted, ["outline_map"])]
    path.write_text(reader.page(found.tables, books, pictures), "utf-8")
    return path, found.tables


@pytest.fixture
def visit(browser):
    """Open a file; whatever the page complains of, or asks for beyond itself, fails the test."""
    pages, complaints = [], []

    def opened(path, size="desktop", fragment=""):
        width, height = SIZES[size]
        tab = browser.new_page(viewport={"width": width, "height": height})
        tab.on("console", lambda message: complaints.append(message.text))
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.on("dialog", lambda dialog: complaints.append(dialog.message))
        tab.on("request", lambda asked: asked.url.startswith(("file:", "data:")) or complaints.append(asked.url))
        tab.set_default_timeout(120_000)
        tab.goto(path.as_uri() + fragment)
        tab.evaluate(
            "addEventListener('hashchange', () => { window.arrived = location.hash; })"
        )  # after the page's own
        pages.append(tab)
        return tab

    yield opened
    for tab in pages:
        tab.close()
    assert complaints == []


def follow(tab, link):
    """Click a link within the page, and wait until the page has gone there."""
    target = link.get_attribute("href")
    link.click()
    tab.wait_for_function("(target) => window.arrived === target", arg=target)


def visible(tab, expression):
    """Whether the middle of what an expression gives lies in the window."""
    return tab.evaluate(f"(() => {{ const box = ({expression}).getBoundingClientRect(), y = (box.top + box.bottom) / 2;"
                        " return y > 0 && y < innerHeight && box.left < innerWidth; })()")  # fmt: skip


def column(tab, table, index):
    return tab.locator(f"#t-{table} tbody tr:not([hidden]) td:nth-child({index})").all_inner_texts()


@pytest.mark.parametrize("size", SIZES)
def test_the_page_fits_its_window_and_asks_for_nothing(visit, report, size):
    tab = visit(report[0], size)
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    tab.click("button[data-set=en]")
    follow(tab, tab.locator("#t-phrases tbody a").first)
    tab.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert tab.evaluate("[...document.images].every((image) => image.complete && image.naturalWidth > 300)")


def test_a_figure_keeps_the_size_of_its_letters_and_moves_on_a_phone(visit, report):
    tab = visit(report[0], "phone")
    figure = tab.locator("figure").first
    inside, around = figure.evaluate("(one) => [one.querySelector('img').offsetWidth, one.offsetWidth]")
    assert inside == 100 * plots.WIDTH > around
    assert figure.evaluate("(one) => { one.scrollLeft = 999; return one.scrollLeft; }") == inside - around
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_table_sorts_and_searches(visit, report):
    tab, held = visit(report[0]), report[1]["phrases"].head(ROWS)
    count = tab.locator("#t-phrases th").nth(2)
    count.locator("button").click()
    tab.wait_for_timeout(100)  # rows are moved a moment later
    assert count.get_attribute("aria-sort") == "descending"
    numbers = [int(text) for text in column(tab, "phrases", 3)]
    assert numbers == sorted(held["count"], reverse=True)[: len(numbers)]
    count.locator("button").click()
    tab.wait_for_timeout(100)
    assert count.get_attribute("aria-sort") == "ascending"
    numbers = [int(text) for text in column(tab, "phrases", 3)]
    assert numbers == sorted(held["count"])[: len(numbers)]
    phrase = tab.locator("#t-phrases th").nth(0)
    phrase.locator("button").click()
    tab.wait_for_timeout(100)
    assert phrase.get_attribute("aria-sort") == "ascending"  # words begin with the first
    words = column(tab, "phrases", 1)
    assert words == tab.evaluate("(words) => [...words].sort((a, b) => a.localeCompare(b))", words)
    tab.get_by_label("搜索").nth([*report_tables(tab)].index("t-phrases")).fill("群众")
    found = column(tab, "phrases", 1)
    assert found
    assert all("群众" in phrase for phrase in found)
    tab.locator("#t-phrases .more").click()
    assert len(column(tab, "phrases", 1)) == held["phrase"].str.contains("群众").sum()


def report_tables(tab):
    return tab.evaluate("[...document.querySelectorAll('.sheet')].map((sheet) => sheet.id)")


@pytest.mark.parametrize("size", SIZES)
def test_a_number_leads_to_its_sentence(visit, report, size):
    tab = visit(report[0], size)
    tab.locator("#t-phrases input").fill("事务性工作")
    row = tab.locator("#t-phrases tbody tr:not([hidden])").first
    phrase, count = row.locator("td").nth(0).inner_text(), row.locator("td").nth(2)
    follow(tab, count.locator("a"))
    lines = tab.locator("#evidence li")
    assert lines.count() == int(count.inner_text())
    assert set(lines.locator("mark").all_inner_texts()) == {phrase}
    assert phrase in tab.locator("#evidence .of").inner_text()
    name = lines.last.locator("b").inner_text()
    follow(tab, lines.last.locator("a"))
    assert tab.evaluate(f"{PLACE}.toString()") == phrase
    assert visible(tab, PLACE)
    where = f"{PLACE}.startContainer.parentElement.closest('details.one').querySelector('h3').textContent"
    assert tab.evaluate(where) == name
    assert not tab.evaluate(f"(() => {{ const a = {PLACE}.getBoundingClientRect();"
                            " const b = document.querySelector('#evidence').getBoundingClientRect();"
                            " return a.right > b.left && a.bottom > b.top; })()")  # fmt: skip


def test_the_evidence_names_its_number_on_the_way_back_and_in_either_language(visit, report):
    tab = visit(report[0])
    first, second = tab.locator("#t-phrases tbody tr:not([hidden]) td:nth-child(3) a").all()[:2]
    follow(tab, first)
    of = tab.locator("#evidence .of").inner_text()
    follow(tab, second)
    tab.go_back()
    tab.wait_for_function("(target) => window.arrived === target", arg=first.get_attribute("href"))
    assert tab.locator("#evidence .of").inner_text() == of
    tab.get_by_role("button", name="English").click()
    assert tab.locator("#evidence .of").inner_text().endswith(" · Count")


def test_every_place_is_where_the_tables_say(visit, report):
    path, tables = report
    tab = visit(path)
    places = tab.evaluate("data.lists.flatMap(([, places]) => places).filter((_, i) => i % 25 === 0)")
    texts = tables["reports"]["text"].tolist()
    said = tab.evaluate("(places) => places.map(([r, s, e]) => range(r, s, e).toString())", places)
    assert len(places) > 100
    assert said == [texts[report][start:end] for report, start, end in places]
    assert tab.evaluate("[...document.querySelectorAll('.text')].map((one) => one.textContent)") == texts


def test_a_layer_can_be_switched_off(visit, report):
    tab = visit(report[0])
    style = """(name) => { const style = getComputedStyle(document.querySelector(name));
        return [style.textDecorationLine, style.backgroundColor]; }"""
    for layer, selector in (("official", ".phrase.official"), ("codes", ".point"), ("shared", ".phrase.shared")):
        before = tab.evaluate(style, selector)
        tab.locator(f"#reader .show-{layer}").uncheck()
        assert tab.evaluate(style, selector) != before
        tab.locator(f"#reader .show-{layer}").check()
        assert tab.evaluate(style, selector) == before
    chip = "getComputedStyle(document.querySelector('.point[data-zh]'), '::before').content"
    code = tab.locator(".point[data-zh]").first.get_attribute("data-zh")
    assert tab.evaluate(chip) == f'"{code}" / "【" "{code}" "】"'  # shown / said


def test_the_language_can_be_changed(visit, report):
    tab = visit(report[0])
    assert tab.locator("h2").all_inner_texts()[:2] == ["概要", "图"]
    tab.get_by_role("button", name="English").click()
    assert tab.locator("h2").all_inner_texts()[:2] == ["Summary", "Figures"]
    assert tab.evaluate("document.documentElement.lang") == "en"
    assert "Theory study" in column(tab, "codes-problems", 1)
    chip = "getComputedStyle(document.querySelector('.point[data-en]'), '::before').content"
    assert tab.evaluate(chip).startswith(f'"{tab.locator(".point[data-en]").first.get_attribute("data-en")}" / ')


def test_a_passage_leads_to_its_twin(visit, report):
    path, tables = report
    first, twin, *_ = tables["passages"].query("group == group.min()").itertuples(index=False)
    texts = tables["reports"].set_index("report")["text"]
    at, group = texts.index.get_loc(first.report), f"#g{first.group}"
    tab = visit(path, fragment=f"#at-{at}-{first.start}-{first.end}")
    assert tab.evaluate(f"{PLACE}.toString()") == texts[first.report][first.start : first.end]
    follow(tab, tab.locator(f'#r{at} a.passage[href="{group}"]').first)
    assert visible(tab, f"document.querySelector('{group}')")
    boxes = [quote.bounding_box() for quote in tab.locator(f"{group} blockquote").all()]
    assert boxes[0]["y"] == boxes[1]["y"]  # side by side
    follow(tab, tab.locator(group).get_by_role("link", name=twin.report))
    assert tab.evaluate(f"{PLACE}.toString()") == texts[twin.report][twin.start : twin.end]
    assert visible(tab, PLACE)
    tab.go_back()
    tab.wait_for_function("(target) => window.arrived === target", arg=group)
    assert visible(tab, f"document.querySelector('{group}')")


def test_the_keyboard_is_enough(visit, report):
    tab = visit(report[0])
    focused = "document.activeElement"
    tab.keyboard.press("Tab")
    assert tab.evaluate(f"{focused}.className") == "skip"
    tab.keyboard.press("Enter")
    for _ in range(60):
        tab.keyboard.press("Tab")
        if (tab.evaluate(f"{focused}.getAttribute('href')") or "").startswith("#e"):
            break
    number = tab.evaluate(f"{focused}.getAttribute('href')")
    assert number.startswith("#e")
    tab.keyboard.press("Enter")
    tab.wait_for_function(f"() => {focused}.id === 'evidence'")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Tab")
    assert tab.evaluate(f"{focused}.hash").startswith("#at-")
    tab.keyboard.press("Enter")
    tab.wait_for_function(f"() => {focused}.closest('.text') !== null")
    assert visible(tab, PLACE)
    tab.keyboard.press("Escape")
    assert tab.locator("#evidence").is_hidden()
    assert tab.evaluate(f"{focused}.getAttribute('href')") == number


def test_a_screen_reader_finds_its_way(visit, report):
    """Landmarks, headings in order, names for everything that can be used."""
    tab = visit(report[0])
    for role in ("banner", "main", "contentinfo"):
        assert tab.get_by_role(role).count() == 1
    assert tab.get_by_role("navigation", name="页面各部分").count() == 1
    levels = tab.evaluate("[...document.querySelectorAll('h1, h2, h3')].map((h) => +h.tagName[1])")
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    unnamed = """[...document.querySelectorAll('a, button, input, summary, [role=region]')].filter((one) =>
        one.checkVisibility() && !(one.innerText || (one.labels && one.labels[0].innerText)
        || document.getElementById(one.getAttribute('aria-labelledby'))?.innerText).trim())
        .map((one) => one.outerHTML)"""
    assert tab.evaluate(unnamed) == []
    assert tab.evaluate("[...document.images].every((image) => image.alt.length > 5)")


def test_what_a_screen_reader_is_told(visit, report):
    """The tree that Chromium hands to it, as Orca reads it: one language, named tables, headings of rows, no signs."""
    tab = visit(report[0])
    nodes = tab.context.new_cdp_session(tab).send("Accessibility.getFullAXTree")["nodes"]
    told = [(node["role"]["value"], node.get("name", {}).get("value", "")) for node in nodes if not node["ignored"]]
    named = {role: [name for one, name in told if one == role] for role, _ in told}
    assert named["navigation"][0] == "页面各部分"
    assert named["group"][0] == "界面语言"
    assert [name for name in named["table"] if not name or " " in name.strip()] == []
    assert [name for name in named["columnheader"] if not name or set("↕↑↓") & set(name)] == []
    assert len(named["rowheader"]) >= len(named["table"]) == len(report_tables(tab))
    assert f"【{tab.locator('.point[data-zh]').first.get_attribute('data-zh')}】" in {name for _, name in told}
    assert len(set(named["searchbox"])) == len(named["table"])  # each says what it searches


def test_each_language_is_marked_as_what_it_is(visit, report):
    tab = visit(report[0])
    tab.click("button[data-set=en]")
    tab.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    follow(tab, tab.locator("#t-phrases tbody a").first)
    wrong = """(() => { const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
      for (let node; (node = walker.nextNode());)
        if (/[\u4e00-\u9fff]/.test(node.data) && node.parentElement.checkVisibility()
          && !/^zh/.test(node.parentElement.closest('[lang]').lang)) found.push(node.data.slice(0, 60));
      return found; })()"""
    assert [said for said in tab.evaluate(wrong) if "（" not in said and "(" not in said] == []


def test_below_a_table_stands_how_much_it_holds_and_where_the_rest_is(visit, report):
    tab, total = visit(report[0]), len(report[1]["phrases"])
    assert (
        tab.locator("#t-phrases > .note").last.inner_text()
        == f"{ROWS} / {total} 行；其余行见表文件。 数据：tables/phrases.csv"
    )
    assert tab.locator("#t-topics > .note").last.inner_text() == "数据：tables/topics_by_report.csv"
    files = tab.locator(".sheet > .note:last-child").all_inner_texts()
    assert {file.split("tables/")[1].removesuffix(".csv") for file in files} <= set(report[1])


def test_text_stands_out_from_its_ground(visit, report):
    """WCAG AA: 4.5 to 1, measured where text stands on a plain ground."""
    tab = visit(report[0])
    follow(tab, tab.locator("#t-phrases tbody a").first)
    poor = """(() => {
      const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
      const light = (rgb) => rgb.slice(0, 3).map((c) => (c /= 255) <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
        .reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
      const ground = (e) => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor;
        if (c.startsWith('rgb(')) return numbers(c); if (c.startsWith('color(')) return null; }
        return [255, 255, 255]; };
      return [...document.querySelectorAll('body *')].filter((e) => e.checkVisibility() && e.innerText
        && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())).filter((e) => {
          const below = ground(e); if (!below) return false;
          const [a, b] = [light(numbers(getComputedStyle(e).color)), light(below)].sort((x, y) => y - x);
          return (a + .05) / (b + .05) < 4.5; }).map((e) => e.outerHTML.slice(0, 80)); })()"""
    assert tab.evaluate(poor) == []


def test_it_prints(visit, report, tmp_path):
    import pypdfium2

    tab = visit(report[0])
    follow(tab, tab.locator("#t-phrases tbody a").first)
    tab.locator("#t-links .more").click()
    tab.pdf(path=tmp_path / "page.pdf", format="A4")
    tab.emulate_media(media="print")
    tab.set_viewport_size({"width": 688, "height": 1000})  # what an A4 page leaves
    assert tab.evaluate("[...document.querySelectorAll('figure')].every((one) => one.scrollWidth <= one.clientWidth)")
    document = pypdfium2.PdfDocument(tmp_path / "page.pdf")
    pages = ["".join(document[i].get_textpage().get_text_range().split()) for i in range(len(document))]
    document.close()
    said = "".join(pages)
    assert 5 < len(pages) < 40
    assert sum("因条目" in one and "施条目" in one for one in pages) > 2  # a table that breaks says its columns again
    assert "会前，我聚焦主题深化学习" in said  # the report that is open
    assert "跳到正文" not in said
    assert "显示全部" not in said


def test_without_its_script_the_page_can_be_read(browser, report):
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(report[0].as_uri())
    assert "其余内容不受影响" in tab.locator("noscript").inner_text()
    assert tab.locator("#t-phrases tbody tr").last.is_visible()
    context.close()


def test_nothing_in_a_report_runs(visit, tmp_path):
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    name = "<img src=x onerror=window.hacked=1>\"'"
    for i, payload in enumerate(PAYLOADS):
        text = (
            f"{payload}\n一、存在的问题{payload}\n（一）理论学习不够{payload}。学用脱节。\n（二）走访群众少。{payload}"
        )
        (corpus / f"{i} {name}.txt").write_text(text, "utf-8")
    (tmp_path / "evil.toml").write_text(EVIL, "utf-8")
    books = [codes.read_codebook(tmp_path / "evil.toml")]
    found = project.analyse(corpus, books)
    pictures = [reader.Picture(name, name, name, 10, 10, b"")]
    path = tmp_path / "page.html"
    path.write_text(reader.page(found.tables, books, pictures, PAYLOADS), "utf-8")
    tab = visit(path)
    assert tab.evaluate("[...document.querySelectorAll('.text')].map((one) => one.textContent)") == (
        found.tables["reports"]["text"].tolist()
    )
    for link in tab.locator("#t-codes-evil tbody a, #t-phrases tbody a").all()[:6]:
        follow(tab, link)
        assert tab.locator("#evidence li").count()
    assert tab.evaluate("window.hacked") is None
    assert (
        tab.evaluate("document.querySelectorAll('img:not([src^=\"data:\"]), svg, body script').length") == 2
    )  # our own


def test_the_notebook_view(visit, tmp_path):
    """Text exactly as it is, also where characters are odd; layers switch without a script."""
    text = "一、存在的问题\r\n😀（一）学习\u202e不够\u2066。\x0b\x0c\u2028\r𠀀二\t三  四\n\n<b>&amp;</b>"
    reports = pd.DataFrame({"report": ["甲"], "text": [text]})
    points = pd.DataFrame({"report": ["甲"], "point": [1], "start": [13], "end": [18]})
    coded = points.assign(code="theory", primary=True, start=13, end=15)
    view = reader.show("甲", reports, points=points, codes=coded, labels={"theory": "理论学习"}, language="en")
    path = tmp_path / "view.html"
    path.write_text(f"<!doctype html><meta charset=utf-8><p id=mine>ours</p>{view.html}", "utf-8", newline="")
    tab = visit(path)
    assert tab.evaluate("document.querySelector('.text').textContent") == text
    assert tab.locator(".switches label:visible").all_inner_texts() == ["Codes"]  # there is nothing else to switch
    before = tab.evaluate("getComputedStyle(document.querySelector('.point')).backgroundColor")
    tab.get_by_label("Codes").uncheck()
    assert tab.evaluate("getComputedStyle(document.querySelector('.point')).backgroundColor") != before
    assert tab.evaluate("getComputedStyle(document.querySelector('#mine')).fontFamily") != (
        tab.evaluate("getComputedStyle(document.querySelector('.textkit-reader')).fontFamily")
    )
