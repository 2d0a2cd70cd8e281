from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from fontTools.ttLib import TTFont
from matplotlib.text import Text
from scipy import sparse
from scipy.cluster import hierarchy

from textkit import codes, gallery, outline, plots, sensitivity, terms, tokens, topics
from textkit.errors import TooFewError
from textkit.matrix import Matrix


@pytest.fixture(scope="module")
def words(points):
    return terms.content(tokens.words(points), stop=tokens.read_stopwords()).merge(points[["report", "point", "role"]])


@pytest.fixture(scope="module")
def tables(samples, points, words):
    weights = terms.weigh(terms.count(words))
    return {
        "reports": samples,
        "points": points,
        "overview": outline.overview(outline.parse(samples), points),
        "keyness": terms.keyness(terms.count(words, by=["report", "role"]), "role", min_count=3),
        "similarity": terms.similarity(weights),
        "clusters": terms.cluster(weights),
    }


@pytest.mark.parametrize("language", ["zh", "en"])
def test_labels_of_key_terms_meet_nothing(tables, language):
    with plots.styled():
        figure = dict(gallery.draw(tables, [], language=language))["keyness"]
        figure.canvas.draw()
        for ax in figure.axes:
            inside = ax.get_window_extent()
            boxes = [Text.get_window_extent(text) for text in ax.texts]
            assert len(boxes) > 8
            assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
            assert all(inside.contains(*corner) for box in boxes for corner in (box.min, box.max))
            dots = np.concatenate([ax.transData.transform(kind.get_offsets()) for kind in ax.collections])
            assert not any(box.contains(*dot) for box in boxes for dot in dots)
            for text, own in zip(ax.texts, boxes, strict=True):  # no line strikes another label
                line = np.linspace(ax.transData.transform(text.xy), (own.min + own.max) / 2, 50)
                assert not any(box.contains(*at) for box in boxes if box is not own for at in line)


def test_dark_terms_are_the_sure_ones_and_labelled_first(tables):
    own = tables["keyness"].query("group == 'causes' and count > 0")
    with plots.styled():
        ax = plots.keyness(own, plots.canvas(5, 5)[1], labels=8)
    sure = own[own["sure"]]
    dots = ax.collections[1].get_offsets()
    assert sorted(map(tuple, dots)) == sorted(zip(sure["count"], sure["log_odds"], strict=True))
    grey = {text.get_text() for text in ax.texts if text.get_color() == "#666666"}
    named = {text.get_text() for text in ax.texts}
    assert named - grey == set(sure.loc[sure["log_odds"] > 0, "term"])
    assert len(named) <= 8
    assert grey <= set(own.loc[(own["log_odds"] > 0) & ~own["sure"], "term"])


def test_a_panel_of_few_terms_is_whole_and_names_none_that_stand_there_once():
    points = pd.DataFrame({"report": ["a", "b"], "role": ["problems", "causes"]})
    rows = [
        ("不够", "problems", 6, 0, 0.25, 0.9),
        ("群众", "problems", 1, 3, 0.03, 0.2),
        ("存在", "problems", 1, 2, 9, 4),
    ]
    rows += [("要求", "causes", 2, 1, 0.3, 0.8)]
    table = pd.DataFrame(rows, columns=["term", "group", "count", "rest", "log_odds", "z"])
    table = table.assign(reports=2, sure=table["term"] == "存在")
    with plots.styled():
        (figure,) = dict(gallery.draw({"keyness": table, "reports": points, "points": points}, [])).values()
        figure.draw_without_rendering()
        (ax,) = figure.axes
    assert {text.get_text() for text in ax.texts} == {"不够", "存在"}
    assert figure.bbox.count_contains(ax.yaxis.label.get_window_extent().corners()) == 4
    assert ax.get_xlim()[0] > 0.5
    seen = [label.get_text() for at, label in zip(ax.get_xticks(), ax.get_xticklabels(), strict=True) if 1 <= at <= 6]
    assert seen == ["1", "2", "5"]


def test_a_crowd_of_terms_gets_as_many_labels_as_fit():
    n = 200
    crowd = pd.DataFrame({"term": [f"词语{i}" for i in range(n)], "count": 10, "log_odds": 2.0, "z": 5.0, "sure": True})
    with plots.styled():
        figure, ax = plots.canvas(3, 3)
        plots.keyness(crowd, ax, labels=n)
        figure.canvas.draw()
        boxes = [Text.get_window_extent(text) for text in ax.texts]
    assert 2 < len(boxes) < n
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))


def test_the_tree_is_that_of_scipy():
    values = np.random.default_rng(1).integers(0, 9, (7, 12))
    names = pd.DataFrame({"report": list("abcdefg")})
    matrix = Matrix(sparse.csr_array(values), names, pd.Index([f"t{i:02}" for i in range(12)]))
    clusters = terms.cluster(matrix)
    _, ax = plots.canvas(4, 3)
    order = plots.dendrogram(clusters, ax, names=list("abcdefg"))
    expected = hierarchy.dendrogram(clusters[["left", "right", "height", "size"]].to_numpy(float), no_plot=True)
    assert order == expected["leaves"]
    assert sorted(max(line.get_xdata()) for line in ax.lines) == pytest.approx(sorted(clusters["height"]))
    assert [label.get_text() for label in ax.get_yticklabels()] == ["abcdefg"[leaf] for leaf in order]
    with pytest.raises(TooFewError, match="two documents"):
        plots.dendrogram(clusters.head(0), ax, names=[])


def test_tree_and_cells_are_in_the_same_order(tables):
    with plots.styled():
        tree, cells = dict(gallery.draw(tables, []))["likeness"].axes
    assert [label.get_text() for label in tree.get_yticklabels()] == [
        label.get_text() for label in cells.get_xticklabels()
    ]
    assert tree.get_ylim() == cells.get_ylim()


def test_every_choice_and_finding_has_a_label_with_glyphs(points):
    table = sensitivity.rerun(points, [codes.read_codebook("causes")])
    with plots.styled():
        ax = gallery.sensitivity(table, reports=5, points=93).axes[0]
    labels = [label.get_text() for label in (*ax.get_xticklabels(), *ax.get_yticklabels())]
    assert set(labels).isdisjoint(set(sensitivity.OTHER) - {"LDA"})
    assert len(labels) == len(set(labels)) == table["choice"].nunique() + table["finding"].nunique()
    glyphs = TTFont(plots.font()).getBestCmap()
    assert {char for label in labels for char in label if ord(char) not in glyphs} == set()
    shares = table.groupby(["choice", "finding"])["survives"].mean()
    assert sorted(text.get_text() for text in ax.texts if text.get_text()) == sorted(f"{x:.0%}" for x in shares)


def test_the_survey_draws_topics_and_their_means(words):
    matrix = terms.weigh(terms.trim(terms.count(words, by=["report", "point"]), min_documents=3))
    table = topics.survey(matrix, [2, 3], words, runs=2)
    reports = pd.DataFrame({"report": ["a"]})
    points = pd.DataFrame({"report": ["a"], "role": "work"})
    with plots.styled():
        axes = dict(gallery.draw({"topic_survey": table, "reports": reports, "points": points}, []))[
            "topic_survey"
        ].axes
    for measure, ax in zip(("seeds", "reports", "exclusivity", "npmi", "c_v"), axes, strict=False):
        assert ax.collections[0].get_offsets().shape == (5, 2)
        assert ax.lines[0].get_ydata().tolist() == pytest.approx(table.groupby("k")[measure].mean().tolist())


def test_intervals_are_drawn_as_they_are():
    shares = pd.DataFrame({"report": ["a", "a", "b"], "point": [1, 2, 1], "topic": 1, "share": [0.2, 0.6, 0.9]})
    table = topics.by_report(shares)
    with plots.styled():
        ax = plots.ranges(table, plots.canvas(4, 2)[1], row="report", value="share")
    assert ax.collections[-1].get_offsets()[:, 0].tolist() == table["share"].tolist() == [0.4, 0.9]
    assert ax.collections[0].get_segments()[0][:, 0].tolist() == [0.2, 0.6]  # b has one point and no interval
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b"]
    assert ax.yaxis_inverted()


@pytest.mark.parametrize(("shown", "inches"), [(60, 7), (60, 4), (150, 5), (1, 2)])
def test_the_network_shows_every_word_and_edge_once_and_again_the_same(points, words, shown, inches):
    edges = terms.collocates(tokens.words(points), set(words["term"]), min_count=3).head(shown)
    drawn = []
    for _ in range(2):
        with plots.styled():
            figure, ax = plots.canvas(inches, inches)
            plots.network(edges, ax)
            figure.canvas.draw()
            boxes = [Text.get_window_extent(text) for text in ax.texts]
            inside = ax.get_window_extent().padded(1)
        drawn.append([text.get_position() for text in ax.texts])
    assert drawn[0] == drawn[1]
    words = [text.get_text().replace("\n", "") for text in ax.texts]
    assert sorted(words) == sorted({*edges["term"], *edges["other"]})
    assert len(ax.lines) == len(edges)
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
    assert all(inside.contains(*corner) for box in boxes for corner in (box.min, box.max))
    places = dict(zip(words, drawn[0], strict=True))
    for line, row in zip(ax.lines, edges.itertuples(), strict=True):
        np.testing.assert_allclose(line.get_xydata(), [places[row.term], places[row.other]])


def test_on_a_page_no_word_of_the_network_lies_on_a_line_of_others_and_none_of_its_parts_is_empty(analysis):
    edges = analysis[0].tables["collocates"].query("npmi > 0.3").nlargest(50, ["count", "log_dice"])
    with plots.styled():
        ax = plots.network(edges, plots.canvas(6.7, 4.7)[1])
        ax.get_figure().draw_without_rendering()
        boxes = [Text.get_window_extent(text).padded(-1) for text in ax.texts]
        lines = ax.transData.transform(np.array([line.get_xydata() for line in ax.lines]).reshape(-1, 2))
    met = np.array(
        [[bool(box.count_contains(np.linspace(*line, 500))) for box in boxes] for line in lines.reshape(-1, 2, 2)]
    )
    assert (met.sum(axis=1) == 2).all()
    places = np.array([text.get_position() for text in ax.texts])
    assert np.histogram2d(*places.T, bins=3, range=[(0, 1), (0, 1)])[0].all()


def test_where_words_cannot_lie_apart_none_is_lost():
    edges = pd.DataFrame([("甲", f"词语{i:03}", 0.5) for i in range(150)], columns=["term", "other", "npmi"])
    with plots.styled():
        ax = plots.network(edges, plots.canvas(1, 1)[1])
        assert len({text.get_text() for text in ax.texts}) == 151
        assert not plots.network(edges.head(0), plots.canvas(2, 2)[1]).texts


def test_linked_words_lie_closer_than_others():
    edges = pd.DataFrame([(a, b) for group in ("甲乙丙", "丁戊己") for a, b in combinations(group, 2)])
    with plots.styled():
        ax = plots.network(edges.set_axis(["term", "other"], axis=1).assign(npmi=0.5), plots.canvas(4, 4)[1])
    linked = [np.hypot(*np.diff(line.get_xydata(), axis=0)[0]) for line in ax.lines]
    places = np.array([text.get_position() for text in ax.texts])
    every = [np.hypot(*(one - other)) for one, other in combinations(places, 2)]
    assert max(linked) < sorted(every)[6] + 1e-9
