import re
import sys
from html import unescape

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import textkit as tk
from textkit import explorer
from textkit.errors import FrameError, InputError, MissingExtraError

from .conftest import ROOT

PARTS = ["", "problems", "causes", "measures"]
CODES = ["", "problems:theory", "problems:service", "causes:purpose", "causes:none"]
PHRASES = ["", "学习", "党性修养", "学用", "不存在的说法", "。"]


@pytest.fixture(scope="module")
def corpus():
    return explorer.gather(ROOT / "data" / "reports")


@given(st.sampled_from(PARTS), st.sampled_from(CODES), st.sampled_from(PHRASES), st.data())
def test_a_selection_is_what_reading_all_points_finds(corpus, part, code, phrase, data):
    report = data.draw(st.sampled_from(["", *corpus.reports["report"]]))
    chosen = explorer.select(corpus, part=part, code=code, phrase=phrase, report=report)
    coded = set(zip(corpus.codes["report"], corpus.codes["point"], corpus.codes["code"], strict=True))
    expected = []
    for point in corpus.points.itertuples():
        fits = part in ("", point.role) and report in ("", point.report) and phrase in point.text
        if fits and (not code or (point.report, point.point, code) in coded):
            expected.append((point.report, point.point))
    found = list(zip(chosen.points["report"], chosen.points["point"], strict=True))
    assert found == expected
    assert chosen.counts.to_numpy().sum() == len(expected)
    assert set(zip(chosen.codes["report"], chosen.codes["point"], strict=True)) <= set(expected)
    assert not code or set(chosen.codes["code"]) <= {code}
    texts = dict(zip(corpus.reports["report"], corpus.reports["text"], strict=True))
    assert all(texts[row.report][row.start : row.end] == row.match for row in chosen.lines.itertuples())
    if phrase:
        assert len(chosen.lines) == sum(text.count(phrase) for text in chosen.points["text"])
    else:
        assert set(zip(chosen.lines["report"], chosen.lines["point"], strict=True)) <= set(expected)


def test_evidence_stands_in_its_context(corpus):
    lines = explorer.select(corpus, code="causes:purpose").lines
    texts = dict(zip(corpus.reports["report"], corpus.reports["text"], strict=True))
    assert len(lines)
    for row in lines.itertuples():
        before, after = texts[row.report][: row.start], texts[row.report][row.end :]
        assert before.replace("\n", " ").endswith(row.left)
        assert after.replace("\n", " ").startswith(row.right)


def test_what_the_whole_job_found_is_taken_as_it_is():
    texts = pd.DataFrame({"report": ["a"], "text": ["一、存在的问题\n（一）理论学习不够。\n（二）走访群众少。"]})
    nodes = tk.outline.parse(texts)
    points = tk.outline.points(nodes, texts)
    coded = tk.codes.apply(points, tk.codes.read_codebook("problems")).assign(code="service")
    tables = {"reports": texts, "outline": nodes, "points": points, "problems_codes": coded}
    assert set(explorer.gather(tables, ["problems"]).codes["code"]) == {"problems:service"}
    with pytest.raises(FrameError, match="expected the tables reports, outline and points; got points"):
        explorer.gather({"points": points})
    with pytest.raises(InputError, match="unknown language 'de'; choose from zh, en"):
        explorer.explore(texts, language="de")


def test_many_reports_share_a_column():
    counts = pd.DataFrame({f"r{i:02d}": [i] for i in range(15)}, index=["b:x"])
    empty = pd.DataFrame(columns=["report"])
    corpus = explorer.Corpus(empty, empty, empty, empty, {"zh": {"b:x": "某类"}}, [])
    seen = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(explorer.plots, "heatmap", lambda wide, ax, **_: seen.append(wide))
        explorer.picture(corpus, explorer.Selection(empty, empty, empty, counts))
    assert seen[0].columns.tolist() == [*(f"r{i:02d}" for i in range(5, 15)), "其余 5 份"]
    assert seen[0].to_numpy().sum() == counts.to_numpy().sum()


def test_a_corpus_is_shown_in_either_language(corpus):
    shown = [dict(Panel(tk.explore(corpus, language=language)).code.options) for language in ("zh", "en")]
    assert "问题类别 · 理论学习" in shown[0]
    assert "Problem categories · Theory study" in shown[1]


class Panel:
    """The widgets of a panel by what they are."""

    def __init__(self, box):
        controls, self.found, self.image, steps, self.tabs = box.children
        self.part, self.code, self.phrase, self.report = controls.children
        self.page, self.point = steps.children

    def view(self, place):
        return self.tabs.children[place].children[0].value


def test_the_panel_shows_what_select_finds(corpus):
    panel = Panel(tk.explore(corpus))
    assert panel.found.value == "<b>93 / 93 个条目，见于 5 / 5 份报告</b>"
    first, picture = panel.view(0), bytes(panel.image.value)
    assert picture.startswith(b"\x89PNG")
    assert first.count("<tr>") == 50
    panel.page.value = 2
    assert panel.view(0).count("<tr>") == 43
    panel.part.value = "causes"
    assert panel.page.value == 1
    assert panel.page.max == 1
    assert bytes(panel.image.value) != picture
    assert "原因分析" in panel.view(0)
    assert "存在的问题" not in panel.view(0)
    panel.part.value, panel.phrase.value = "", "学用"
    assert panel.view(0).count("<tr>") == len(panel.point.options) > 3
    assert all(match == "学用" for match in re.findall("<mark>(.*?)</mark>", panel.view(1)))
    panel.point.index = len(panel.point.options) - 1
    assert panel.point.label.partition(":")[0] in panel.view(2)
    anchor = re.search('href="#(.*?)"', panel.view(2))[1]
    assert f'id="{anchor}"' in panel.view(2)
    panel.phrase.value = "不存在的说法"
    assert panel.view(0) == panel.view(1) == "<table></table>"
    assert panel.view(2) == ""
    panel.phrase.value = ""
    assert panel.view(0) == first
    assert bytes(panel.image.value) == picture


def test_each_choice_reads_once(corpus, monkeypatch):
    panel = Panel(tk.explore(corpus))
    read = []
    monkeypatch.setattr(explorer.reader, "show", lambda *a, **k: read.append(a[0]) or tk.reader.View("x"))
    panel.page.value = 2
    panel.part.value = "causes"
    panel.report.value = "street_team"
    assert len(read) == 3


def test_text_of_reports_does_not_act():
    evil = "<img src=x onerror=alert(1)>"
    text = f"一、存在的问题\n（一）{evil}理论学习不够。\n（二）走访群众少{evil}。"
    panel = Panel(tk.explore(pd.DataFrame({"report": [f"a{evil}"], "text": [text]})))
    for phrase in ("", "走访", "<img"):
        panel.phrase.value = phrase
        for place in range(3):
            assert "<img" not in panel.view(place)
        assert "<img" in unescape(panel.view(0))


@pytest.mark.parametrize("text", ["", "没有编号的一段话。", "一、存在的问题\n（一）理论学习不够。"])
def test_any_corpus_can_be_looked_at(text):
    panel = Panel(tk.explore(pd.DataFrame({"report": ["a"], "text": [text]}), language="en"))
    assert panel.found.value.endswith("of 1 reports</b>")
    assert bytes(panel.image.value).startswith(b"\x89PNG")


def test_without_widgets_it_says_what_to_install(corpus, monkeypatch):
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'textkit\[notebooks\]'"):
        tk.explore(corpus)
