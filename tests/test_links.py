"""Links between problems, causes and measures: planted truths, bases, and what stands alone."""

import numpy as np
import pandas as pd
import pytest

from textkit import codes, frames, links
from textkit.errors import FrameError

TEXTS = {
    "theory": "逐章研读原著不够，自学笔记不完整",
    "service": "帮助困难居民修缮房屋不及时，独居老人照料不足",
    "discipline": "公务接待用餐超出标准，节俭之风有所减退",
    "ideology": "网络舆情处置迟缓，宗教场所底数不清",
}


def planted(order, *, measures=tuple(TEXTS), report="a", headings=None):
    """A report with a problem of each code, and measures in an order of their own."""
    rows, coded = [], []
    for role, names in (("problems", list(TEXTS)), ("measures", [measures[i] for i in order])):
        for i, code in enumerate(names):
            text = TEXTS[code] if role == "problems" else "今后要做到" + TEXTS[code].replace("不", "更")
            heading = headings[i] if headings and role == "problems" else ""
            rows.append((report, len(rows) + 1, role, heading, i + 1, "", text, 0, len(text), 1))
            coded.append((report, len(rows), role, code, True, 4.0, "", 0, 0, ""))
    return frames.make("points", rows), frames.make("codes", coded)


def best(found):
    top = found.sort_values("score", ascending=False).drop_duplicates("problem").sort_values("problem")
    return top["measure"].tolist()


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 1, 0, 2), (1, 2, 3, 0)])
@pytest.mark.parametrize("basis", ["codes", "text", "both"])
def test_planted_answers_are_found_by_either_basis(order, basis):
    points, coded = planted(order)
    found = links.match(
        points if basis != "codes" else points.assign(text="一"), coded if basis != "text" else coded.head(0)
    )
    assert best(found) == [5 + order.index(i) for i in range(4)]
    assert found["inferred"].all()
    assert found["cause"].isna().all()
    assert found["score"].between(0.35, 1).all()


def test_the_basis_says_what_was_used():
    points, coded = planted((0, 1, 2, 3))
    diagonal = links.match(points, coded).query("problem + 4 == measure")
    assert len(diagonal) == 4
    assert all(set(basis.split("; ")) == {"text", "codes", "order"} for basis in diagonal["basis"])


def test_order_counts_only_between_lists_of_equal_length():
    points, coded = planted((0, 1, 2), measures=tuple(TEXTS))
    assert not links.match(points, coded)["basis"].str.contains("order").any()


def test_problems_under_headings_go_by_their_heading():
    points, coded = planted((0, 1), headings=["甲", "甲", "乙", "乙"])
    found = links.match(points.assign(text="一"), coded.head(0), least=0.1)
    assert found[["problem", "measure", "basis"]].to_numpy().tolist() == [
        [1, 5, "order"],
        [2, 5, "order"],
        [3, 6, "order"],
        [4, 6, "order"],
    ]


def test_a_shared_heading_is_no_inference():
    points, coded = planted((0, 1, 2, 3))
    points.loc[[0, 7], "dimension"] = ["带头“学习”方面", "带头学习方面"]
    found = links.match(points, coded.head(0)).query("problem == 1 and measure == 8").iloc[0]
    assert ("heading" in found["basis"], found["inferred"]) == (True, False)


def test_causes_explain_by_the_codes_of_their_own_book():
    points, coded = planted((0, 1, 2, 3))
    causes = points["role"].eq("measures")
    points.loc[causes, "role"] = "causes"
    points["text"] = "一"
    coded.loc[causes, "code"] = ["study", "purpose", "discipline", "system"]
    found = links.match(points, coded)
    assert found[["problem", "cause"]].to_numpy().tolist() == [[1, 5], [2, 6], [3, 7], [4, 5]]
    assert found["measure"].isna().all()
    assert links.match(points, coded, explains={"study": frozenset(["ideology"])})["problem"].tolist() == [3, 4]
    assert set(codes.read_codebook("problems").codes["code"]) - {"other"} == set().union(*links.explanations().values())


def test_codes_count_by_how_strongly_both_have_them():
    points, coded = planted((0, 1))
    points["text"] = "一"
    second = coded.iloc[[4]].assign(code="service", primary=False, score=3.0)  # beside a primary code of 4
    found = links.match(points, pd.concat([coded, second]), least=0.01).set_index(["problem", "measure"])["score"]
    assert found.loc[(1, 5)] == pytest.approx(0.6)
    assert found.loc[(2, 5)] == pytest.approx(0.6 * 0.75)
    unscored = pd.concat([coded, second]).assign(score=float("nan"))
    assert links.match(points, unscored, least=0.01).set_index(["problem", "measure"])["score"].loc[
        (2, 5)
    ] == pytest.approx(0.3)


def test_no_link_hangs_on_the_threshold(points):
    """On the samples a twentieth up or down moves few links; the docstring names the counts."""
    coded = pd.concat([codes.apply(points, codes.read_codebook(name)) for name in codes.BUILTIN])
    counts = [len(links.match(points, coded, least=least)) for least in (0.3, 0.35, 0.4)]
    assert counts == [114, 107, 102]
    assert "114, 107 and 102" in links.match.__doc__
    bases = links.match(points, coded)["basis"]
    assert (bases.str.contains("codes") & bases.str.contains("text")).mean() > 0.8


def test_explanations_name_codes_of_the_two_codebooks():
    books = {name: set(codes.read_codebook(name).codes["code"]) for name in codes.BUILTIN}
    assert set(links.explanations()) | {"other"} == books["causes"]
    assert set().union(*links.explanations().values()) <= books["problems"]


def test_what_has_no_code_is_not_linked_by_it():
    points, coded = planted((0, 1, 2))
    assert len(links.match(points.assign(text="一"), coded.assign(code="other"))) == 0


def test_reports_are_matched_by_themselves():
    (one, coded), (two, more) = planted((0, 1, 2, 3)), planted((3, 2, 1, 0), report="b")
    both = links.match(pd.concat([one, two]), pd.concat([coded, more]))
    assert best(both[both["report"] == "a"]) == [5, 6, 7, 8]
    assert best(both[both["report"] == "b"]) == [8, 7, 6, 5]


def test_own_terms_and_names_of_points_are_taken():
    points, coded = planted((0, 1, 2, 3))
    points["point"] = [f"p{i}" for i in points["point"]]
    terms = pd.DataFrame({"report": "a", "point": ["p1", "p7"], "term": "x", "weight": 2.0})
    found = links.match(points, coded.head(0).assign(point=""), terms)
    assert found[["problem", "measure", "basis"]].to_numpy().tolist() == [["p1", "p7", "text"]]


def test_matrix_and_gaps_show_what_stands_alone():
    points, coded = planted((0, 1), measures=("theory", "theory"))
    found = links.match(points, coded)
    wide = links.matrix(found, points, "a")
    assert wide.shape == (4, 2)
    assert (wide.loc[1] > 0.5).all()
    assert (wide.loc[[2, 3, 4]] == 0).all(axis=None)
    assert links.gaps(found, points)[["point", "gap"]].to_numpy().tolist() == [
        [2, "no measure"],
        [3, "no measure"],
        [4, "no measure"],
    ]
    found = found[found["measure"] != 6]
    assert links.gaps(found, points).iloc[-1][["point", "gap"]].tolist() == [6, "answers nothing"]


def test_every_problem_of_the_samples_is_accounted_for(points):
    coded = pd.concat([codes.apply(points, codes.read_codebook(name)) for name in codes.BUILTIN])
    found = links.match(points, coded)
    alone = links.gaps(found, points)
    assert (found["cause"].isna() ^ found["measure"].isna()).all()
    assert not found.duplicated(["report", "problem", "cause", "measure"]).any()
    problems = points[points["role"] == "problems"]
    linked = found[found["measure"].notna()][["report", "problem"]].drop_duplicates()
    assert len(linked) + (alone["gap"] == "no measure").sum() == len(problems)
    assert np.isfinite(found["score"]).all()
    pd.testing.assert_frame_equal(found, links.match(points, coded))


def test_missing_columns_are_said():
    with pytest.raises(FrameError, match="missing column 'dimension'"):
        links.match(planted((0,))[0].drop(columns="dimension"), frames.make("codes"))


def test_points_that_share_a_number_are_said():
    points, coded = planted((0,))
    with pytest.raises(FrameError, match="'a', 1 stands twice in report, point"):
        links.match(points.assign(point=1), coded)
