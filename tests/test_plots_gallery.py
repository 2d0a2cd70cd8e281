"""Every figure of the job, from one report to dozens, in both languages: no texts meet, none is cut."""

import html
import os
import pickle
import random
import re
import subprocess
import sys

import matplotlib as mpl
import numpy as np
import pytest
from fontTools.ttLib import TTFont
from matplotlib.path import Path
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D

from textkit import codes, gallery, phrases, plots, project

from .conftest import ROOT

BOOKS = [codes.read_codebook(name) for name in ("problems", "causes")]
HEADINGS = {"problems": "一、存在的问题", "causes": "二、原因分析", "measures": "三、整改措施"}
ALL = [
    "outline_map", "problems_by_report", "causes_by_report", "problems_spread", "causes_spread", "links_flow",
    "links_cover", "deficits", "phrases_by_report", "phrase_shares", "phrases_along_reports", "phrase_frames",
    "terms_by_report", "word_clouds", "word_clouds_by_report", "keyness", "collocates", "likeness", "topic_terms",
    "topics_by_report", "topics_spread", "topic_stability", "topic_survey",
]  # fmt: skip
ALONE = {name for name in ALL if name.startswith(("phrase", "topic"))} - {"phrase_shares"} | {
    "likeness",
    "keyness",
    "problems_spread",
    "causes_spread",
}  # need two


SAMPLE = 20  # reports that topics, key terms and frames are learned from


def write_corpus(folder, points, n):
    """Reports of points drawn from the samples; fewer and shorter ones where there are many reports."""
    draw, most = random.Random(n), (2, 50) if n > 20 else (9, 400)  # noqa: S311
    for i in range(n):
        lines = ["对照检查材料"]
        for role, heading in HEADINGS.items():
            own = points.loc[points["role"] == role, "text"].tolist()
            lines.append(heading)
            for k, text in enumerate(draw.choices(own, k=draw.randint(1, most[0])), 1):
                lines.append(f"{k}.{text.strip()[: most[1]]}。")
        name = f"某某县委领导班子{i}年度民主生活会对照检查材料" if i % 2 else f"team_${i}$"
        (folder / f"{name}.txt").write_text("\n".join(lines), "utf-8")


@pytest.fixture(scope="module", params=["samples", 1, 2, 16, 44, "sampled"])  # more than are named one by one
def tables(request, points, tmp_path_factory):
    if request.param == "samples":
        return request.getfixturevalue("analysis")[0].tables
    folder, sampled = tmp_path_factory.mktemp("made"), request.param == "sampled"
    write_corpus(folder, points, 44 if sampled else request.param)
    return project.analyse(folder, BOOKS, project.Options(learned=SAMPLE) if sampled else None).tables


@pytest.fixture(scope="module", params=["zh", "en"])
def figures(request, tables):
    with plots.styled():
        found = dict(gallery.draw(tables, BOOKS, language=request.param))
        for figure in found.values():
            figure.draw_without_rendering()
        yield {name: (figure, list(texts(figure))) for name, figure in found.items()}


def texts(figure):
    """Texts that are seen, with the corners of the box around each."""
    hidden = {label for ax in figure.axes for label in _outside(ax)}
    for text in figure.findobj(mpl.text.Text):
        if text.get_text().strip() and text.get_visible() and text not in hidden:
            yield text, _corners(text)


def _outside(ax):
    """Labels of ticks that lie outside the view, or of an axis that is switched off."""
    for axis in (ax.xaxis, ax.yaxis):
        low, high = sorted(axis.get_view_interval())
        for tick in [*axis.get_major_ticks(), *axis.get_minor_ticks()]:
            if not ax.axison or not low <= tick.get_loc() <= high:
                yield from (tick.label1, tick.label2)


def ink(text):
    """Box around the letters alone."""
    scale = text.get_figure(root=True).dpi / 72
    drawn = TextPath((0, 0), text.get_text(), prop=text.get_fontproperties()).get_extents()
    return Affine2D().scale(scale).translate(*text.get_transform().transform(text.get_position())).transform_bbox(drawn)


def _corners(text):
    """Of the box around a text, turned as the text is: a turned box lies in the middle of the upright one around it."""
    around, angle = mpl.text.Text.get_window_extent(text), text.get_rotation()
    text.set_rotation(0)
    size = np.array(mpl.text.Text.get_window_extent(text).size)
    text.set_rotation(angle)
    middle = (around.min + around.max) / 2
    box = middle + size / 2 * 0.94 * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    return Affine2D().rotate_deg_around(*middle, angle).transform(box)


def meet(one, other):
    return Path(one, closed=False).intersects_path(Path(other, closed=False), filled=True)


def test_all_figures_are_drawn(figures, tables):
    n = len(tables["reports"])
    few = {name for name in ALL if name.startswith("topic")} | {"phrase_frames"}  # two reports: many points are copies
    assert set(ALL) - set(figures) <= (ALONE if n == 1 else few if n == 2 else set()), n
    assert [name for name in ALL if name in figures] == [name for name in figures if name in ALL]


def test_what_is_learned_from_a_sample_says_so(figures, tables):
    if "topics_by_report" in tables and tables["topics_by_report"]["report"].nunique() < len(tables["reports"]):
        learned = {name for name in ALL if name.startswith("topic")} | {"keyness", "phrase_frames"}
        said = {name: figures[name][0].get_supxlabel() for name in ALL}
        assert {name for name, text in said.items() if re.search(rf"n = {SAMPLE}\b", text)} == learned
        first = {name: re.search(r"(?:前|first) (\d+)", said[name]) for name in ("topics_by_report", "topics_spread")}
        assert {name: match[1] for name, match in first.items()} == dict.fromkeys(first, "16")


def test_no_text_meets_another_or_is_cut(figures):
    for name, (figure, found) in figures.items():
        whole = figure.bbox.padded(2)
        cut = [text.get_text() for text, _ in found if whole.count_contains(text.get_window_extent().corners()) < 4]
        assert cut == [], name
        boxes = np.array([[*box.min(axis=0), *box.max(axis=0)] for _, box in found])
        near = (boxes[:, None, :2] < boxes[None, :, 2:]).all(axis=2) & (boxes[:, None, 2:] > boxes[None, :, :2]).all(
            axis=2
        )
        if "cloud" in name:  # its words are set apart by the ink of their letters: one may stand in another's corner
            near &= np.array([text not in text.axes.texts if text.axes else True for text, _ in found])
        pairs = [(i, j) for i, j in zip(*np.nonzero(np.triu(near, 1)), strict=True) if meet(found[i][1], found[j][1])]
        assert [(found[i][0].get_text(), found[j][0].get_text()) for i, j in pairs] == [], name


def test_legends_lie_beside_the_data_and_inside_the_figure(figures):
    for name, (figure, found) in figures.items():
        for legend in figure.findobj(mpl.legend.Legend):
            box = legend.get_window_extent()
            assert not any(box.overlaps(ax.patch.get_window_extent()) for ax in figure.axes), name
            assert all(figure.bbox.padded(1).contains(*corner) for corner in (box.min, box.max)), name
            seen = [corners for text, corners in found if text not in legend.findobj(mpl.text.Text)]
            assert not any(box.contains(*corner) for corners in seen for corner in corners), name


def test_figures_fit_a_page_and_can_be_read_there(figures):
    for name, (figure, found) in figures.items():
        width, height = figure.get_size_inches()
        assert (width, height <= 9.6) == (plots.WIDTH, True), (name, height)
        assert min(text.get_fontsize() for text, _ in found) >= 6.5, name


def test_captions_say_how_many_of_how_many_and_explain_no_mark_that_is_not_there(figures, tables):
    stock = len(phrases.stock(tables["phrases"]))
    whole = {"phrases_by_report": stock, "phrases_along_reports": stock, "phrase_frames": len(tables["phrase_frames"])}
    whole["collocates"] = (tables["collocates"]["npmi"] > 0.3).sum()
    for name, (figure, found) in figures.items():
        ax, caption = figure.axes[0], figure.get_supxlabel()
        drawn = "".join(text.get_text() for text, _ in found if text.axes)
        if name in whole:
            shown = len(ax.lines if name == "collocates" else ax.get_yticks())
            assert {str(shown), str(whole[name])} <= set(re.findall(r"\d+", caption.splitlines()[0])), name
        if name.endswith(("problems_by_report", "causes_by_report")):
            assert ("▲ ▼" in caption) == bool(set("▲▼") & set(drawn)), name
        if name == "phrase_frames":
            assert not set('“”‘’"') & set(drawn)


def test_every_character_has_a_glyph(figures):
    glyphs = TTFont(plots.font()).getBestCmap()
    for _, found in figures.values():
        for text, _ in found:
            assert text.get_fontfamily()[0] == "Noto Sans SC"
            assert {char for char in text.get_text() if not char.isspace() and ord(char) not in glyphs} == set()


def write(tables, folder):
    """Figures of the samples; as PDF, which takes long, three with all that is drawn: hatches, letters, cells."""
    with plots.styled():
        for name, figure in gallery.draw(tables, BOOKS):
            pdf = ("pdf",) * (name in ("links_flow", "keyness", "deficits"))
            yield name, figure, plots.save(figure, folder / name, ("svg", *pdf))


def test_same_bytes_in_another_process_and_text_stays_text(tmp_path, analysis):
    """In a process with another hash seed, against this one; ``test_project`` compares the PNG files of the job."""
    (tmp_path / "tables").write_bytes(pickle.dumps(analysis[0].tables))
    (tmp_path / "other").mkdir()
    code = (
        "import pathlib, pickle, sys; from tests.test_plots_gallery import write; there = pathlib.Path(sys.argv[1]); "
    )
    code += "list(write(pickle.loads((there / 'tables').read_bytes()), there / 'other'))"
    environment = os.environ | {"PYTHONHASHSEED": "1", "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", code, tmp_path], check=True, capture_output=True, cwd=ROOT, env=environment)
    for name, figure, paths in write(analysis[0].tables, tmp_path):
        assert [path.name for path in paths if path.read_bytes() != (tmp_path / "other" / path.name).read_bytes()] == []
        svg = (tmp_path / f"{name}.svg").read_text("utf-8")
        lines = {line for text, _ in texts(figure) for line in text.get_text().split("\n")}
        assert [line for line in lines if html.escape(line, quote=False).strip() not in svg] == [], name


def test_the_index_lists_every_figure_of_the_folder():
    """Regenerate with ``python make.py results``."""
    files = sorted(path.name for path in (ROOT / "figures").glob("*.png"))
    text = (ROOT / "figures" / "README.md").read_text("utf-8")
    assert text == gallery.index(BOOKS, files)
    assert all(f"({file})" in text for file in files)
