"""The reader and the page: the text is the text, marks lie where they are, nothing of a report runs."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textkit import codes, frames, hanzi, phrases, project, reader, reuse, terms, wording
from textkit.errors import FrameError, InputError, InputWarning
from textkit.plots import charts
from textkit.project import across, steps
from textkit.reader import document
from textkit.reader.layers import ORIGINS
from textkit.reader.marking import LAYERS, Mark, render
from textkit.reader.view import asset, words

from . import strategies

PAYLOADS = [
    "<script>window.hacked = 1</script>",
    "<img src=x onerror='window.hacked=1'>",
    "</textarea></title></style></script><svg onload=window.hacked=1>",
    '"><a href="javascript:window.hacked=1">点</a>',
    "'onmouseover='window.hacked=1' autofocus onfocus='window.hacked=1",
    "javascript:window.hacked=1",
    "{{ 7 * 7 }}{% raw %}",
    "]]><!--<script>window.hacked=1</script>-->",
    "\u202e<script>\u2066",
]
VOID = {"img", "input", "meta", "br"}


class Parsed(HTMLParser):
    """Elements with their attributes, and each character of text with the elements it stands in."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.elements, self.stack, self.chars, self.inside = [], [], [], {}
        self.feed(html.replace("\r\n", "\n").replace("\r", "\n"))  # as browsers begin
        self.close()

    def handle_starttag(self, tag, attrs):
        element = (tag, dict(attrs))
        self.elements.append(element)
        if tag not in VOID:
            self.stack.append(element)

    def handle_endtag(self, tag):
        assert self.stack.pop()[0] == tag

    def handle_data(self, data):
        self.chars += [(char, tuple(self.stack)) for char in data]

    def text(self, cls=None):
        return "".join(c for c, stack in self.chars if cls is None or any(a.get("class") == cls for _, a in stack))

    def content(self, tag):
        return "".join(char for char, stack in self.chars if stack and stack[-1][0] == tag)


texts = st.one_of(strategies.reports, st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=60))
layers = st.sampled_from(LAYERS)


@st.composite
def marked(draw):
    """A text, and marks anywhere in it."""
    text = draw(texts.filter(lambda text: text and "\0" not in text))
    spans = st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).filter(lambda pair: pair[0] != pair[1])
    found = draw(st.lists(st.tuples(spans, layers, st.integers(0, 2), st.sampled_from(["", "g1"])), max_size=12))
    marks = [Mark(min(p), max(p), layer, f"m{i}", link=link * (layer == "passage"), rank=rank)
             for i, (p, layer, rank, link) in enumerate(found)]  # fmt: skip
    anchors = {at: [f"a{at}"] for at in draw(st.sets(st.integers(0, len(text) - 1), max_size=3))}
    return text, marks, anchors


@given(marked())
def test_the_text_is_the_text_and_every_character_has_its_marks(drawn):
    text, marks, anchors = drawn
    parsed = Parsed(render(text, marks, anchors, {}))
    assert parsed.text() == text
    for at, (_, stack) in enumerate(parsed.chars):
        expected = []
        for layer in LAYERS:
            here = [mark for mark in marks if mark.layer == layer and mark.start <= at < mark.end]
            if here:
                expected.append(min(here, key=lambda mark: (mark.rank, sorted(marks).index(mark))).kind)
        assert [
            a["class"].split()[1] for _, a in stack if a.get("class", "").split()[0:1] and a["class"] != "odd"
        ] == expected
    assert {a["id"] for _, a in parsed.elements if "id" in a} == {f"a{at}" for at in anchors}


@given(marked())
def test_a_label_is_said_once(drawn):
    text, marks, _ = drawn
    named = [mark._replace(label=(f"n{i}", f"n{i}")) for i, mark in enumerate(marks)]
    said = [a["data-zh"] for _, a in Parsed(render(text, named, {}, {})).elements if a.get("data-zh")]
    assert len(said) == len(set(said))
    assert named == [] or said


def test_marks_that_do_not_lie_in_the_text_are_refused():
    for mark in (Mark(0, 9, "extra"), Mark(-1, 1, "extra"), Mark(1, 1, "extra"), Mark(0, 1, "nonsense")):
        with pytest.raises(FrameError, match="do text and marks belong together"):
            render("学习", [mark], {}, {})


def test_an_empty_report_shows_as_nothing():
    assert render("", [], {}, {}) == ""


@pytest.fixture(scope="module")
def tables(samples, nodes, points):
    mined = phrases.mine(points, barriers=phrases.CLAUSE, max_chars=100, fold=True)
    books = [codes.read_codebook(name) for name in codes.BUILTIN]
    return {
        "outline": nodes,
        "points": points,
        "codes": pd.concat([codes.apply(points, book) for book in books]),
        "phrases": mined,
        "occurrences": phrases.locate(mined, points, fold=True, barriers=phrases.CLAUSE),
        "passages": reuse.find(points),
    }


def test_a_report_in_a_notebook(samples, tables, texts):
    for report, text in texts.items():
        view = reader.show(report, samples, **tables)
        parsed = Parsed(view._repr_html_())
        assert parsed.text("text").strip("\n") == text.strip("\n")
        assert not {tag for tag, _ in parsed.elements} & {"script", "iframe", "link", "object", "form"}
        shown = {a["class"].split()[1] for tag, a in parsed.elements if a.get("class", "").startswith("phrase ")}
        assert shown <= set(ORIGINS)
        assert {"dictated", "shared"} <= shown
        targets = {a["id"] for _, a in parsed.elements if "id" in a}
        assert {a["href"][1:] for _, a in parsed.elements if "href" in a} <= targets


def test_overlapping_phrases_show_the_first_origin(tables, samples, texts):
    """As characters are shared out in the table of shares: each to the first origin that covers it."""
    report = "city_leader"
    parsed = Parsed(reader.show(report, samples, phrases=tables["phrases"], occurrences=tables["occurrences"]).html)
    chars = [stack for _, stack in parsed.chars if any(a.get("class") == "text" for _, a in stack)]
    origin = tables["phrases"].set_index("phrase")["origin"]
    wanted = [len(ORIGINS)] * len(texts[report])
    for row in tables["occurrences"].query("report == @report").itertuples():
        for at in range(row.start, row.end):
            wanted[at] = min(wanted[at], ORIGINS.index(origin[row.phrase]))
    for stack, at in zip(chars, wanted, strict=False):
        kinds = [a["class"].split()[1] for _, a in stack if a.get("class", "").startswith("phrase ")]
        assert kinds == ([ORIGINS[at]] if at < len(ORIGINS) else [])


def test_what_a_view_cannot_show_it_says(samples):
    with pytest.raises(InputError, match="no report 'nobody'; there are 'city_leader'"):
        reader.show("nobody", samples)
    with pytest.raises(InputError, match="choose from zh, en"):
        reader.show("city_leader", samples, language="fr")
    with pytest.raises(FrameError, match="missing columns 'start', 'end'"):
        reader.show("city_leader", samples, marks=pd.DataFrame({"report": [], "label": []}))


def test_text_and_names_never_become_markup():
    text = "\n".join(PAYLOADS)
    reports = pd.DataFrame({"report": PAYLOADS, "text": text})
    marks = pd.DataFrame({"report": PAYLOADS, "start": 0, "end": 9, "label": PAYLOADS})
    tags = {tag for tag, _ in Parsed(reader.show(PAYLOADS[0], reports.assign(text="学习")).html).elements}
    for name in PAYLOADS:
        parsed = Parsed(reader.show(name, reports, marks=marks).html)
        assert parsed.text("text").strip("\n") == text.strip("\n")
        assert {tag for tag, _ in parsed.elements} <= tags | {"p", "mark", "bdi"}
        assert not [a for _, a in parsed.elements if any(key.startswith("on") or key == "style" for key in a)]


@pytest.fixture(scope="module")
def html(analysis):
    found, books = analysis
    return reader.page(found.tables, books, notes=["not read: <b>x</b>.pdf"])


def test_the_page_is_the_same_twice_and_small(html, analysis):
    found, books = analysis
    assert reader.page(found.tables, books, notes=["not read: <b>x</b>.pdf"]) == html
    assert len(html.encode()) < 1_000_000


def test_every_way_in_the_page_leads_somewhere(html, tmp_path):
    every_way_leads(html)
    (tmp_path / "a.txt").write_text("没有标题的一段话。", "utf-8")
    every_way_leads(reader.page(project.analyse(tmp_path, []).tables))


def every_way_leads(html):
    parsed = Parsed(html)
    ids = [a["id"] for _, a in parsed.elements if "id" in a]
    assert len(ids) == len(set(ids))
    lists = json.loads(parsed.content("script").split('"use strict"')[0])["lists"]
    for href in [a["href"] for _, a in parsed.elements if "href" in a]:
        assert href[1:] in ids or re.fullmatch(r"#at-\d+-\d+-\d+", href) or int(href[2:]) < len(lists)
    for _, attributes in parsed.elements:
        assert set(attributes.get("aria-labelledby", "").split()) <= set(ids)


def test_a_place_of_a_passage_says_its_own_likeness_year_and_direction(analysis):
    found, books = analysis
    said = [("street_director", 1.0, "later"), ("street_secretary", 1.0, "earliest"), ("street_team", 0.6, "")]
    rows = [(1, report, 1, 400, 440, similarity, direction) for report, similarity, direction in said]
    html = reader.page({**found.tables, "passages": frames.make("passages", rows)}, books, language="en")
    section = html[html.index('<section id="passages"') : html.index('<section id="reader"')]
    said = [
        " ".join(Parsed(footer).text().split()) for footer in re.findall("<footer>(.*?)</footer>", section, re.DOTALL)
    ]
    assert said == [
        "street_director · 2022 · 较晚later · 相似度similarity 1.00",
        "street_secretary · 2021 · 最早earliest · 相似度similarity 1.00",
        "street_team · 相似度similarity 0.60",
    ]
    assert "similarity" not in Parsed(re.search("<h3 id=.g1-name.>.*?</h3>", section)[0]).text()


def test_the_page_allows_only_its_own_style_and_script(html):
    parsed = Parsed(html)
    policy = next(a["content"] for _, a in parsed.elements if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'; img-src data:;")
    script = re.findall(r"<script>(.*?)</script>", html, flags=re.DOTALL)
    style = re.findall(r"<style>(.*?)</style>", html, flags=re.DOTALL)
    assert len(script) == len(style) == 1
    for content in (*script, *style):
        assert base64.b64encode(hashlib.sha256(content.encode()).digest()).decode() in policy
    assert not re.search(r"""(src|href)=["'](https?:|//|javascript:)|url\(|@import""", html)
    assert not [a for _, a in parsed.elements if any(key.startswith("on") or key == "style" for key in a)]


def sheets_of(tables, books, texts):
    """The tables of a page by name, and their evidence."""
    evidence, labels = document.Evidence(texts, list(texts)), words()["values"] | document._labels(books)
    tables = tables | {"stretches": wording.stretches(tables["points"], tables["phrases"])}
    return {sheet.name: sheet for sheet in document.sheets(tables, books, evidence, labels)}, evidence


def test_every_number_has_the_sentences_behind_it(analysis, texts):
    """Shown counts are the counts of places; the words at the places are the words of the row."""
    found, books = analysis
    made, evidence = sheets_of(found.tables, books, texts)
    lists, names = json.loads(evidence.json())["lists"], list(texts)
    unlinked = [
        (sheet.name, sheet.columns[i], row)
        for sheet in made.values()
        for row in sheet.rows
        for i, cell in enumerate(row)
        if re.fullmatch(r"-?[\d.]+%?", cell.zh) and not re.fullmatch(r"0%?", cell.zh) and cell.evidence < 0
    ]
    assert unlinked == []
    for name in ("reports", "overview"):  # the stretches behind characters are as long
        for row in made[name].rows:
            cell = row[made[name].columns.index("chars")]
            assert int(cell.zh) == sum(end - start for _, start, end in lists[cell.evidence][1])
    exact = {
        "phrases": ("count", "net_count"),
        "terms_by_report": ("count",),
        "keyness": ("count",),
        "deficits": ("count",),
        "overview": ("points",),
        "reports": ("points",),
        **{f"codes-{book.name}": ("all", *(f"={name}" for name in texts)) for book in books},
    }
    for name, columns in exact.items():
        sheet = made[name]
        for row in sheet.rows:
            for column in columns:
                cell = row[sheet.columns.index(column)]
                assert int(cell.zh) == (lists[cell.evidence][0] if cell.evidence >= 0 else 0), (name, column, row)
    for name, column, fold in (("phrases", "phrase", True), ("terms_by_report", "term", False)):
        for row in made[name].rows:
            word = row[made[name].columns.index(column)].zh
            for report, start, end in lists[row[made[name].columns.index("count")].evidence][1]:
                place = texts[names[report]][start:end]
                assert word == (hanzi.fold(place).text if fold else place)


def test_a_share_has_the_stretches_that_it_counts(analysis, texts):
    """Their letters are those counted, of that report, part and origin; the smallest share leads to its report."""
    found, books = analysis
    made, evidence = sheets_of(found.tables, books, texts)
    sheet, names = made["phrase_shares"], list(texts)
    lists = json.loads(evidence.json())["lists"]
    counted = found.tables["phrase_shares"].set_index(["report", "role", "origin"])
    points = found.tables["points"]
    place = {(r, at): role for r, role, *span in points[["report", "role", "start", "end"]].itertuples(index=False)
             for at in range(*span)}  # fmt: skip
    assert {row[1].zh for row in sheet.rows} == {words()["values"][origin][0] for origin in wording.ORIGINS}
    for row in sheet.rows:
        role, origin = (
            next(key for key, pair in words()["values"].items() if pair[1] == cell.en) for cell in (row[0], row[1])
        )
        cells = dict(zip(sheet.columns, row, strict=True))
        shares = {name: counted.loc[(name, role, origin)] for name in texts}
        for name, share in shares.items():
            places = lists[cells[f"={name}"].evidence][1] if share["chars"] else []
            assert all(names[report] == name and place[name, start] == role for report, start, end in places)
            assert sum(len(hanzi.letters(texts[name][s:e]).text) for _, s, e in places) == share["chars"]
        for end, of in (("smallest", min), ("largest", max)):
            name = of(shares, key=lambda name: shares[name]["share"])
            assert cells[end].zh == cells[f"={name}"].zh
            assert cells[end].evidence == cells[f"={name}"].evidence
        every = lists[cells["mean"].evidence]
        assert (
            every[0]
            == len(every[1])
            == sum(lists[cells[f"={name}"].evidence][0] for name in texts if cells[f"={name}"].evidence >= 0)
        )


def test_parts_and_codes_come_in_the_order_of_a_report_and_of_the_codebook(analysis, texts):
    found, books = analysis
    made, _ = sheets_of(found.tables, books, texts)
    order = [words()["values"][part][1] for part in frames.PARTS]
    for name, column in (("overview", "role"), ("phrase_shares", "role"), ("keyness", "group"), ("points", "role")):
        at = made[name].columns.index(column)
        seen = [order.index(row[at].en) for row in made[name].rows]
        assert len(set(seen)) > 2, name
        if "report" not in made[name].columns:
            assert seen == sorted(seen), name
    overview = [(row[0].zh, order.index(row[1].en)) for row in made["overview"].rows]
    assert overview == sorted(overview)  # the samples come by name
    for book in books:
        listed = list(book.labels("en").values())
        seen = [listed.index(row[0].en) for row in made[f"codes-{book.name}"].rows if row[0].en in listed]
        assert seen == sorted(seen)


def test_a_page_of_a_large_corpus_holds_a_part_and_says_so(analysis, monkeypatch):
    found, books = analysis
    monkeypatch.setattr(document, "_REPORTS", 2)
    html = reader.page(found.tables, books)
    parsed = Parsed(html)
    assert "收前 2 份报告（共 5 份）" in html
    assert "The reader holds the first 2 of 5 reports" in html
    assert sum(a.get("class") == "text" for _, a in parsed.elements) == 2
    kept = json.loads(parsed.content("script").split('"use strict"')[0])
    assert kept["reports"] == ["city_leader", "office_deputy"]
    for total, places, excerpts in kept["lists"]:
        assert total >= len(places) + len(excerpts) > 0
        assert all(len(excerpt) == 4 and excerpt[0].startswith("street") for excerpt in excerpts)


def test_what_the_job_leaves_out_is_said_in_both_languages(tmp_path, monkeypatch):
    """Every note that the job makes is known to the page."""
    for module, limit, small in (
        (across, "_ALIKE", 1),
        (across, "_FILLED", -1),
        (steps, "_PLACES", -1),
        (steps, "_SPREAD", 1),
    ):
        monkeypatch.setattr(module, limit, small)
    monkeypatch.setattr(terms, "PAIRWISE", 1)
    for name in "abcd":
        (tmp_path / f"{name}.txt").write_text(
            "一、存在的问题\n（一）学用脱节，理论学习不够。\n（二）缺乏系统性，缺乏主动性。", "utf-8"
        )
    (tmp_path / "e.txt").write_text("没有标题的一段话。", "utf-8")
    (tmp_path / "f.txt").write_bytes(b"\xff" * 9)
    with pytest.warns(InputWarning, match="skipped"):
        notes = project.analyse(tmp_path, [], project.Options(errors="skip", learned=3)).notes
    known = [document._said(note) for note in notes]
    assert [pair for pair in known if len(set(pair)) < 2] == []
    assert len(notes) == len(words()["notes"].keys() - {"survey", "sampled", "passages"}), notes
    assert any("f.txt" in zh and "not read" not in zh for zh, _ in known)


def test_every_note_in_the_steps_is_known_to_the_page():
    """Also those of corpora too large for a test."""
    source = Path(across.__file__).read_text("utf-8")
    notes = re.findall(r'notes\.append\(f?"(.+?)"\)', source)
    assert len(notes) == source.count("notes.append(") - source.count("notes.append(str(error))") > 8
    notes = [re.sub(r"\{.+?\}", "7", note.replace("{what}", "topics")) for note in notes]
    assert [note for note in notes if document._said(note)[0] == note] == []


def test_what_the_page_says_is_said_in_both_languages():
    for group in words().values():
        for pair in group.values():
            assert len(pair) in (2, 4)
            assert all(zh and en for zh, en in [pair[:2]])
            filled = [sorted(re.findall(r"{(\w+)", text)) for text in pair[:2]]
            assert filled[0] == filled[1]


def test_colours_are_those_of_the_figures():
    style = asset("reader.css").lower()
    assert all(colour.lower() in style for role, colour in charts._COLOURS.items() if role != "other")


def test_too_few_reports_are_told_apart(analysis):
    found, _ = analysis
    said = document._limits(found.tables, 5)
    assert "0.0625" in said[1][0]
    assert "45%" in said[2][1]
    one = {
        name: rows[rows["report"] == "city_leader"] if "report" in rows else rows for name, rows in found.tables.items()
    }
    assert "nothing can be compared" in document._limits(one, 1)[1][1]


def test_rows_of_results_unfold_into_their_text_and_run_nothing():
    texts = pd.DataFrame({"report": ["a"], "text": ["学习<script>alert(1)</script>不够"]})
    found = pd.DataFrame({"report": ["a"] * 3, "code": ["<b>", None, "x"], "start": [0, 2, 0], "end": [2, 10, 1]})
    view = reader.rows(found, texts, most=2)
    assert "<script" not in view.html
    assert "<b>" not in view.html
    assert view.html.count("<details>") == 2
    assert "+ 1" in view.html
    assert "<mark>学习</mark>&lt;script&gt;" in view.html
    with pytest.raises(FrameError, match="does not lie"):
        reader.rows(found.assign(end=99), texts)
