import re
from itertools import combinations

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from fontTools.ttLib import TTFont
from matplotlib.transforms import Bbox

from textkit import codes, frames, gallery, outline, plots, tokens
from textkit.errors import InputError

from .test_plots_gallery import ink


@pytest.fixture(scope="module")
def analysis(analysis):
    return analysis[0].tables, analysis[1]


@pytest.fixture(scope="module")
def drawn(analysis):
    with plots.styled():
        return dict(gallery.draw(*analysis))


def test_captions_say_which_part_is_counted_and_how_many_are_drawn(analysis, drawn):
    tables, books = analysis
    reports = pd.concat([tables["reports"].assign(report=[f"{n}-{i}" for i in range(5)]) for n in "abcdefgh"])
    points = pd.concat([tables["points"].assign(report=f"{n}-{i}") for n in "abcdefgh" for i in range(5)])
    overview = pd.concat([tables["overview"].head(1).assign(report=name) for name in reports["report"]])
    with plots.styled():
        (name, figure), *_ = gallery.draw({"reports": reports, "points": points, "overview": overview}, books)
        assert (name, figure.get_supxlabel()) == (
            "outline_map",
            f"数字：条目数\nn = 40 份报告，{len(points)} 个条目，图中为前 16 份。数据：overview.csv",
        )
    problems = (tables["points"]["role"] == "problems").sum()
    assert f"{problems} 个条目（存在的问题）" in drawn["problems_by_report"].get_supxlabel()


def test_a_report_without_points_enters_the_outline_map_only(analysis, drawn):
    tables, books = analysis
    alone = {name: tables[name].head(1).assign(report="0") for name in ("reports", "overview")}
    with plots.styled():
        beside = dict(gallery.draw(tables | {name: pd.concat([alone[name], tables[name]]) for name in alone}, books))
    assert beside["outline_map"].axes[0].get_yticklabels()[0].get_text() == "0"
    assert "n = 6 份报告，93 个条目。" in beside.pop("outline_map").get_supxlabel()
    for name, figure in beside.items():
        said = figure.get_supxlabel()
        assert "n = 5 份报告" in said, name
        assert "；另 1 份" in said, name
        one, other = ([text.get_text() for text in of[name].findobj(mpl.text.Text)] for of in (beside, drawn))
        assert [text for text in one if text != said] == [text for text in other if "n = 5" not in text], name


def test_heat_map_of_codes_counts_primary_codes(analysis, drawn):
    tables = analysis[0]
    figure = drawn["problems_by_report"]
    drawn = sum(int(text.get_text().strip("▲▼") or 0) for text in figure.axes[0].texts)
    assert drawn == (tables["points"]["role"] == "problems").sum()


def test_term_bars_leave_out_what_all_reports_use(analysis, drawn):
    tables = analysis[0]
    figure = drawn["terms_by_report"]
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
    assert cells == {(0, 0): "1", (1, 0): "3", (1, 1): "2"}
    assert [label.get_text() for label in ax.get_yticklabels()] == ["甲", "y"]
    assert ax.yaxis_inverted(), "the first row of the table stands on top"


def test_numbers_stand_out_from_their_cells():
    ax = plots.heatmap(pd.DataFrame({"a": range(1, 41)}), plots.canvas(3, 9)[1])
    cells = ax.collections[0]
    contrast = [
        sorted(_luminance(colour) + 0.05 for colour in (text.get_color(), cells.to_rgba(int(text.get_text()))))
        for text in ax.texts
    ]
    assert min(light / dark for dark, light in contrast) > 3.5  # of both colours neither has more halfway


def _luminance(colour):
    """Relative luminance (WCAG 2)."""
    part = np.array(mpl.colors.to_rgb(colour))
    return np.where(part <= 0.03928, part / 12.92, ((part + 0.055) / 1.055) ** 2.4) @ [0.2126, 0.7152, 0.0722]


def test_every_object_of_the_deficits_has_something_in_every_panel(drawn):
    for ax in drawn["deficits"].axes:
        rows = {int(text.get_position()[1]) for text in ax.texts}
        assert rows == set(range(ax.collections[0].get_array().shape[0])), ax.get_title()


def test_sums_are_not_shaded():
    table = pd.DataFrame({"a": [1, 2], "rest": [40, 3]})
    ax = plots.heatmap(table, plots.canvas(3, 2)[1], sums=["rest"])
    assert [text.get_text() for text in ax.texts] == ["1", "40", "2", "3"]
    cells = ax.collections[0]
    assert np.ma.getmaskarray(cells.get_array()).tolist() == [[False, True], [False, True]]
    assert cells.norm.vmax < 4


def test_zero_has_its_number_where_it_has_a_mark_and_shades_without_numbers_have_a_scale():
    table = pd.DataFrame({"a": [0.0, 0.0, np.nan]})
    ax = plots.heatmap(table, plots.canvas(3, 2)[1], marks=pd.DataFrame({"a": ["▼", "", ""]}))
    assert [text.get_text() for text in ax.texts] == ["0▼"]
    assert len(ax.figure.axes) == 1
    shades = plots.heatmap(table, plots.canvas(3, 2)[1], decimals=None)
    assert len(shades.figure.axes) == 2
    assert not shades.texts


def test_means_are_of_all_reports_also_where_some_are_drawn():
    names = [f"r{n:02}" for n in range(40)]
    points = pd.DataFrame({"report": names, "point": 1, "role": "problems"})
    share = np.linspace(0, 1, 40)
    cross = pd.DataFrame({"report": names, "role": "problems", "code": "theory", "points": 1, "total": 1})
    tables = {"reports": points, "points": points, "problems_by_report": cross.assign(share=share, residual=0.0)}
    with plots.styled():
        ax = dict(gallery.draw(tables, [codes.read_codebook("problems")]))["problems_spread"].axes[0]
    mean, *dots = ax.collections
    assert len(dots) == 16
    assert mean.get_segments()[0][:, 0].tolist() == pytest.approx([share.mean()] * 2)


def test_one_report_has_no_marks_no_means_and_no_plural(analysis):
    tables, books = analysis
    alone = {
        name: table[table["report"] == "street_team"] if "report" in table else table for name, table in tables.items()
    }
    with plots.styled():
        drawn = dict(gallery.draw(alone, books, language="en"))
    assert "problems_spread" not in drawn
    assert (
        drawn["problems_by_report"].get_supxlabel().startswith("Numbers: points\nReports: n = 1; points: 14 (Problems)")
    )
    assert "mean" not in drawn["phrase_shares"].get_supxlabel()
    assert "every report" not in drawn["terms_by_report"].get_supxlabel()
    assert len(drawn["terms_by_report"].axes) == len(drawn["links_cover"].axes) == 1
    labels = [label.get_text() for label in drawn["links_cover"].axes[0].get_yticklabels()]
    assert labels
    assert not any(label.endswith("…") for label in labels), "a panel alone has room"


def test_bars_are_as_thick_in_every_panel(drawn):
    shown = [ax for ax in drawn["terms_by_report"].axes if ax.axison]
    assert {ax.get_ylim() for ax in shown} == {(max(len(ax.patches) for ax in shown) - 0.5, -0.5)}


def test_dots_at_the_edge_are_whole(drawn):
    for ax in drawn["topic_survey"].axes[:5]:
        dots, (left, right) = ax.collections[0].get_offsets()[:, 0], ax.get_xlim()
        assert left < dots.min() - 0.05 * (right - left)
    table = pd.DataFrame({"kind": ["a"], "share": [0.0], "low": [0.0]})
    ax = plots.ranges(table, plots.canvas(3, 1)[1], row="kind", value="share")
    assert not ax.collections[-1].get_clip_on()


def test_captions_tell_how_many_marks_chance_alone_would_set(drawn):
    assert re.search(r"\d+ 格中约 \d\.\d 格出于偶然", drawn["problems_by_report"].get_supxlabel())
    assert "偶然" not in drawn["causes_by_report"].get_supxlabel()


def test_spread_draws_every_report_of_every_code():
    rows = {"report": ["a", "b"], "role": "causes", "code": "study", "points": [1, 0], "any": [1, 0], "total": 2}
    empty = dict.fromkeys(set(frames.columns("cross")) - rows.keys() - {"share"}, 0)
    cross = frames.make("cross", pd.DataFrame(rows | empty | {"share": [0.5, 0.0]}))
    ax = plots.spread(cross, plots.canvas(4, 2)[1])
    dots = [collection.get_offsets()[:, 0].tolist() for collection in ax.collections[1:]]
    assert dots == [[0.5], [0.0]]
    assert ax.collections[0].get_segments()[0][0][0] == 0.25
    assert [collection.get_label() for collection in ax.collections[1:]] == ["a", "b"]


def test_word_clouds_darken_with_reports_and_grow_with_counts():
    counts = pd.DataFrame({"term": ["群众", "学习", "工作"], "count": [16, 16, 4], "reports": [5, 1, 5]})
    with plots.styled():
        one = plots.word_cloud(counts, plots.canvas(3, 2)[1], total=5)
    size = {text.get_text(): text.get_fontsize() for text in one.texts}
    assert size["学习"] == size["群众"] == 2 * size["工作"]
    light = {text.get_text(): sum(text.get_color()[:3]) for text in one.texts}
    assert light["群众"] == light["工作"] < light["学习"]


def test_words_of_a_cloud_lie_apart_and_those_without_room_are_left_out():
    counts = pd.DataFrame({"term": [f"词语{i}" for i in range(300)], "count": 9, "reports": 1})
    with plots.styled():
        ax = plots.word_cloud(counts, plots.canvas(3, 2)[1], total=1)
        boxes = [ink(text) for text in ax.texts]
    assert 2 < len(boxes) < 300
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
    assert all(ax.get_window_extent().contains(*corner) for box in boxes for corner in (box.min, box.max))


def test_no_word_of_a_cloud_stands_between_the_strokes_of_another(drawn):
    for ax in drawn["word_clouds_by_report"].axes:
        for one, other in combinations([ink(text) for text in ax.texts], 2):
            if met := Bbox.intersection(one, other):
                smaller = min(one.width * one.height, other.width * other.height)
                assert met.width * met.height < smaller / 2, ax.get_title()


def test_marks_tell_residuals(analysis, drawn):
    """A cell is marked where its residual is high and a point or more was to be expected: single points never are."""
    for book, clear in (("causes", []), ("problems", ["5▲"])):
        table = analysis[0][f"{book}_by_report"].query("residual >= 2 and role == @book")
        expected = [
            row.total * table_of.query("code == @row.code")["points"].sum() / table_of["points"].sum()
            for table_of in [analysis[0][f"{book}_by_report"].query("role == @book")]
            for row in table.itertuples()
        ]
        assert len(table) > len(clear) or book == "problems"
        assert [f"{n}▲" for n, e in zip(table["points"], expected, strict=True) if e >= 1] == clear
        assert [text.get_text() for text in drawn[f"{book}_by_report"].axes[0].texts if "▲" in text.get_text()] == clear


def test_threads_keep_their_numbers():
    threads = pd.DataFrame({"problem": list("aaab"), "cause": ["x", "x", None, "y"], "measure": ["m", None, "m", "m"]})
    ax = plots.alluvial(threads, plots.canvas(5, 3)[1])
    said = [text.get_text() for text in ax.texts]
    assert said == ["a 3", "b 1", "问题", "x 2", "y 1", "（无） 1", "原因", "m 3", "（无） 1", "措施"]
    heights = [abs(bar.get_height()) for bar in ax.patches]
    unit = heights[1]
    assert heights == pytest.approx([3 * unit, unit, 2 * unit, unit, unit, 3 * unit, unit])
    assert max(bar.get_y() for bar in ax.patches) == pytest.approx(1)
    assert min(bar.get_y() + bar.get_height() for bar in ax.patches) == pytest.approx(0)
    hatched = [band.get_hatch() is not None for band in ax.collections]
    assert all((band.get_hatchcolor()[:, :3] == 1).all() for band in ax.collections if band.get_hatch())  # seen in grey
    assert (hatched.count(True), hatched.count(False)) == (4, 4), "two broken threads, two whole ones, two bands each"


def test_each_problem_flows_to_its_strongest_link(analysis, drawn):
    tables = analysis[0]
    links = tables["links"]
    ax = drawn["links_flow"].axes[0]
    said = [text.get_text() for text in ax.texts]
    problems = tables["points"]["role"].eq("problems").sum()
    without = [
        problems - len(links.dropna(subset=end)[["report", "problem"]].drop_duplicates())
        for end in ("cause", "measure")
    ]
    assert [int(text.split()[-1]) for text in said if text.startswith("（无）")] == without
    numbers = [int(text.split()[-1]) for text in said if text[-1].isdigit()]
    assert sum(numbers) == 3 * problems


def test_coverage_hatches_exactly_the_gaps(analysis, drawn):
    tables = analysis[0]
    gaps = tables["gaps"].query("role == 'problems'").groupby("report").size()
    figure = drawn["links_cover"]
    assert [len(ax.patches) for ax in figure.axes[:5]] == gaps.tolist()


def test_numbers_stay_in_their_bars_where_reports_lack_a_part():
    """Panels share their rows: what is no part of a report leaves its row free, also if no report has it."""
    shares = pd.DataFrame({"report": ["b", "b", "c", "c"], "origin": ["official", "rest"] * 2, "share": [0.4, 0.6] * 2})
    _, axes = plots.canvas(4, 2, 1, 3, sharey="row")
    for ax, own in zip(axes, (shares.query("report == 'c'"), shares, shares.head(0)), strict=True):
        plots.origins(own, ax, reports=["a", "b", "c"])
        bars = {round(bar.get_y() + bar.get_height() / 2) for bar in ax.patches if bar.get_width()}
        assert bars == {round(text.get_position()[1]) for text in ax.texts} == {"abc".index(r) for r in own["report"]}
    assert [label.get_text() for label in axes[0].get_yticklabels()] == ["a", "b", "c"]


def test_shares_of_origins_fill_each_bar(analysis):
    shares = analysis[0]["phrase_shares"].query("role == 'measures'")
    ax = plots.origins(shares, plots.canvas(4, 3)[1])
    width = pd.Series([bar.get_width() for bar in ax.patches]).groupby([bar.get_y() for bar in ax.patches]).sum()
    assert width.tolist() == pytest.approx([1] * shares["report"].nunique())
    wide = shares.pivot(index="origin", columns="report", values="share").loc[shares["origin"].unique()]
    assert [bar.get_width() for bar in ax.patches] == pytest.approx(wide.to_numpy().ravel().tolist())


def test_xray_has_a_stroke_for_each_place(analysis):
    tables = analysis[0]
    places = tables["occurrences"].query("report == 'street_team' and phrase in ['理论学习', '党性锤炼']")
    ax = plots.xray(
        places, plots.canvas(6, 1)[1], phrases=["党性锤炼", "理论学习"], points=tables["points"], chars=6000
    )
    strokes = sorted((int(x), round(low + 0.36)) for (x, low), _ in ax.collections[0].get_segments())
    row = {"党性锤炼": 0, "理论学习": 1}
    assert strokes == sorted(zip(places["start"], places["phrase"].map(row), strict=True))
    empty = plots.xray(places.head(0), plots.canvas(3, 1)[1], phrases=list(places["phrase"].unique()), chars=9)
    assert not empty.collections[0].get_segments()


def test_texts_are_as_wide_at_every_resolution():
    """Figures are laid out once, at 100 dots per inch, and drawn at 300: what is longer then is cut at the edge."""
    inches = []
    with plots.styled():
        for dpi in (72, 100, 150, 300):
            figure = plots.canvas(4, 2)[0]
            figure.set_dpi(dpi)
            inches.append(figure.text(0, 0, "Formalism and bureaucratism").get_window_extent().width / dpi)
    assert inches == pytest.approx([inches[0]] * 4, rel=0.005)


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


def test_the_font_is_registered_once():
    plots.style()
    known = len(mpl.font_manager.fontManager.ttflist)
    plots.style()
    assert len(mpl.font_manager.fontManager.ttflist) == known


def test_the_font_is_found_again_where_the_list_of_fonts_is_a_new_one(monkeypatch):
    plots.style()
    known = mpl.font_manager.fontManager
    monkeypatch.setattr(mpl.font_manager, "fontManager", mpl.font_manager.FontManager.__new__(type(known)))
    vars(mpl.font_manager.fontManager).update(vars(known), ttflist=[])
    plots.style()
    assert [entry.name for entry in mpl.font_manager.fontManager.ttflist] == ["Noto Sans SC"]


def test_limits_that_nobody_asked_to_change_stay():
    for for_good in (True, False):
        figure, ax = plots.canvas(3, 2)
        ax.text(0.5, 0.5, "n = 0")
        plots.settle(figure, for_good=for_good)
        assert (*ax.get_xlim(), *ax.get_ylim()) == (0, 1, 0, 1)
    assert np.asarray(plots.draw(figure).convert("L")).min() < 128


def test_limits_that_wait_are_set():
    figure, ax = plots.canvas(3, 2)
    ax.plot([2, 4], [10, 30])
    plots.settle(figure, for_good=False)
    assert ax.transData.inverted().transform(ax.transAxes.transform((1, 1))) == pytest.approx([4.1, 31])


def test_style_leaves_global_settings_alone():
    before = dict(mpl.rcParams)
    with plots.styled():
        plots.canvas(2, 2)
    assert dict(mpl.rcParams) == before


def test_figures_do_not_depend_on_settings_around_them():
    """Processes that draw would not know them."""
    with mpl.rc_context({"axes.grid": True, "figure.facecolor": "black"}), plots.styled():
        assert (mpl.rcParams["axes.grid"], mpl.rcParams["figure.facecolor"]) == (False, "white")


def test_unknown_format_is_said(tmp_path):
    with pytest.raises(InputError, match="choose from png, svg, pdf"):
        plots.save(plots.canvas(2, 1)[0], tmp_path / "a", ["gif"])


def test_ranges_that_share_an_axis_all_lie_in_it():
    with plots.styled():
        axes = plots.canvas(4, 2)[0].subplots(1, 2, sharex=True)
        for ax, most in zip(axes, (0.2, 0.7), strict=True):
            table = pd.DataFrame({"row": ["a"], "share": [most - 0.1], "low": 0.05, "high": most, "largest": most})
            plots.ranges(table.assign(smallest=0.0), ax, row="row", value="share")
    assert axes[0].get_xlim() == axes[1].get_xlim()
    assert axes[0].get_xlim()[0] == 0
    assert axes[0].get_xlim()[1] > 0.7
