from itertools import combinations, pairwise

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from fontTools.ttLib import TTFont

from textkit import codes, frames, gallery, outline, plots, project, tokens
from textkit.errors import InputError


@pytest.fixture(scope="module")
def analysis():
    from .conftest import ROOT

    books = [codes.read_codebook(name) for name in ("problems", "causes")]
    return project.analyse(ROOT / "data" / "reports", books).tables, books


@pytest.fixture(scope="module")
def renamed(analysis):
    """The same tables of reports with long Chinese names, as files have them."""
    names = {"city_leader": "某某市委领导班子2021年度党史学习教育专题民主生活会个人对照检查材料"}
    names["office_deputy"] = names["city_leader"] + "（二）"
    tables = {
        name: frame.assign(report=frame["report"].replace(names)) if "report" in frame else frame
        for name, frame in analysis[0].items()
    }
    return tables, analysis[1]


@pytest.fixture(scope="module", params=["zh", "en", "long names"])
def figures(request, analysis, renamed):
    with plots.styled():
        if request.param == "long names":
            found = dict(gallery.draw(*renamed))
        else:
            found = dict(gallery.draw(*analysis, language=request.param))
        for figure in found.values():
            figure.canvas.draw()
        yield found


def test_all_figures_are_drawn(figures):
    assert list(figures) == [
        "outline_map", "problems_by_report", "problems_spread", "causes_by_report", "causes_spread",
        "phrases_by_report", "terms_by_report", "word_clouds", "keyness", "likeness", "topics_by_report",
    ]  # fmt: skip


def shown_texts(figure):
    found = figure.findobj(mpl.text.Text)
    return [text for text in found if text.get_text().strip() and text.get_visible()]


def test_every_character_has_a_glyph(figures):
    glyphs = TTFont(plots.font()).getBestCmap()
    for figure in figures.values():
        for text in shown_texts(figure):
            assert text.get_fontfamily()[0] == "Noto Sans SC"
            assert {char for char in text.get_text() if not char.isspace() and ord(char) not in glyphs} == set()


def test_labels_lie_inside_the_figure_and_apart(figures):
    for name, figure in figures.items():
        renderer = figure.canvas.get_renderer()
        whole = figure.bbox.padded(1)
        for ax in figure.axes:
            for axis in (ax.xaxis, ax.yaxis):
                low, high = sorted(axis.get_view_interval())
                at = zip(axis.get_ticklocs(), axis.get_ticklabels(), strict=True)
                labels = [label for place, label in at if low <= place <= high and label.get_text() and ax.axison]
                boxes = [label.get_window_extent(renderer) for label in labels]
                assert all(whole.contains(*box.min) and whole.contains(*box.max) for box in boxes), name
                if axis is ax.yaxis:
                    assert not any(one.overlaps(other) for one, other in pairwise(boxes)), name
        legends = [ax.get_legend().get_window_extent(renderer) for ax in figure.axes if ax.get_legend()]
        assert not any(box.overlaps(ax.patch.get_window_extent(renderer)) for box in legends for ax in figure.axes), (
            name
        )
        assert all(whole.contains(*box.min) and whole.contains(*box.max) for box in legends), name
        titles = [ax.title.get_window_extent(renderer) for ax in figure.axes if ax.get_title()]
        assert not any(one.overlaps(other) for one, other in combinations(titles, 2)), name


def test_captions_tell_n(figures):
    for name, figure in figures.items():
        assert "5" in figure.get_supxlabel(), name
        assert figure.get_suptitle(), name


def test_captions_say_which_part_is_counted_and_how_many_are_drawn(analysis):
    tables, books = analysis
    reports = pd.concat([tables["reports"].assign(report=[f"{n}-{i}" for i in range(5)]) for n in "abcdefgh"])
    points = pd.concat([tables["points"].assign(report=f"{n}-{i}") for n in "abcdefgh" for i in range(5)])
    many = {"reports": reports, "points": points, "overview": tables["overview"].assign(report="a-0").head(1)}
    with plots.styled():
        (name, figure), *_ = gallery.draw(many, books)
        assert (name, figure.get_supxlabel()) == (
            "outline_map",
            f"n = 40 份报告，{len(points)} 个条目，图中为其中 16 份。数据：overview.csv",
        )
        found = dict(gallery.draw(tables, books))
    problems = (tables["points"]["role"] == "problems").sum()
    assert f"{problems} 个条目（存在的问题）" in found["problems_by_report"].get_supxlabel()


def test_heat_map_of_codes_counts_primary_codes(analysis):
    tables, books = analysis
    with plots.styled():
        figure = dict(gallery.draw(tables, books))["problems_by_report"]
    drawn = sum(int(text.get_text()) for text in figure.axes[0].texts if text.get_text())
    assert drawn == (tables["points"]["role"] == "problems").sum()


def test_term_bars_leave_out_what_all_reports_use(analysis):
    tables, books = analysis
    with plots.styled():
        figure = dict(gallery.draw(tables, books))["terms_by_report"]
    shown = {label.get_text() for ax in figure.axes for label in ax.get_yticklabels()}
    everywhere = set(tables["terms_by_report"].query("reports == 5")["term"])
    assert shown
    assert everywhere
    assert not shown & everywhere


def test_every_lexicon_and_codebook_character_has_a_glyph(analysis):
    glyphs = TTFont(plots.font()).getBestCmap()
    words = "".join(word for word, _, _ in tokens.read_lexicon())
    words += "".join("".join(book.codes["zh"]) + "".join(book.indicators["indicator"]) for book in analysis[1])
    assert {char for char in words if ord(char) not in glyphs} == set()


def test_outline_map_bars_are_the_characters(nodes, points, samples):
    overview = outline.overview(nodes, points)
    with plots.styled():
        ax = plots.outline_map(overview, plots.canvas(7, 3)[1])
    widths = pd.Series([bar.get_width() for bar in ax.patches])
    assert widths.sum() == samples["chars"].sum()
    assert [text.get_text() for text in ax.get_legend().get_texts()] == [
        "存在的问题",
        "原因分析",
        "整改措施",
        "标题、引言、结语等",
    ]


def test_heatmap_numbers_stand_in_their_cells():
    table = pd.DataFrame({"a": [1, 0], "b": [3, 2]}, index=["x", "y"])
    ax = plots.heatmap(table, plots.canvas(3, 2)[1], labels={"x": "甲"})
    cells = {tuple(np.floor(text.get_position()).astype(int)): text.get_text() for text in ax.texts}
    assert cells == {(0, 0): "1", (1, 0): "3", (0, 1): "", (1, 1): "2"}
    assert [label.get_text() for label in ax.get_yticklabels()] == ["甲", "y"]
    assert ax.yaxis_inverted(), "the first row of the table stands on top"


def test_spread_draws_every_report_of_every_code():
    rows = {"report": ["a", "b"], "role": "causes", "code": "study", "points": [1, 0], "any": [1, 0], "total": 2}
    empty = dict.fromkeys(set(frames.columns("cross")) - rows.keys() - {"share"}, 0)
    cross = frames.make("cross", pd.DataFrame(rows | empty | {"share": [0.5, 0.0]}))
    ax = plots.spread(cross, plots.canvas(4, 2)[1])
    dots = [collection.get_offsets()[:, 0].tolist() for collection in ax.collections[1:]]
    assert dots == [[0.5], [0.0]]
    assert ax.collections[0].get_segments()[0][0][0] == 0.25
    assert [collection.get_label() for collection in ax.collections[1:]] == ["a", "b"]


def test_word_clouds_darken_with_reports():
    counts = pd.DataFrame({"term": ["群众", "学习"], "count": [9, 9], "reports": [5, 1]})
    dark = plots.word_cloud(counts.head(1), plots.canvas(3, 2)[1], total=5).images[0].get_array()
    light = plots.word_cloud(counts.tail(1), plots.canvas(3, 2)[1], total=5).images[0].get_array()
    assert dark.min() < light.min()


@pytest.mark.parametrize("suffix", plots.FORMATS)
def test_same_figure_same_bytes(suffix, tmp_path):
    for name in ("one", "other"):
        with plots.styled():
            figure, ax = plots.canvas(3, 2)
            plots.bars(pd.DataFrame({"term": ["党性"], "weight": [0.5], "count": [3]}), ax, title="甲")
            plots.save(figure, tmp_path / name, [suffix])
    assert (tmp_path / f"one.{suffix}").read_bytes() == (tmp_path / f"other.{suffix}").read_bytes()


def test_svg_keeps_text_as_text(tmp_path):
    with plots.styled():
        figure, ax = plots.canvas(3, 2)
        ax.set_title("党性修养")
        (path,) = plots.save(figure, tmp_path / "a", ["svg"])
    assert "党性修养" in path.read_text("utf-8")


def test_style_leaves_global_settings_alone():
    before = dict(mpl.rcParams)
    with plots.styled():
        plots.canvas(2, 2)
    assert dict(mpl.rcParams) == before


def test_unknown_format_is_said(tmp_path):
    with pytest.raises(InputError, match="choose from png, svg, pdf"):
        plots.save(plots.canvas(2, 1)[0], tmp_path / "a", ["gif"])
