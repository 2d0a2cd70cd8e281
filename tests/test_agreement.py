"""Agreement, prevalence and comparison, against published worked examples and planted truths."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textkit import codes, frames
from textkit.errors import FrameError, TooFewError

KRIPPENDORFF = """1 2 3 3 2 1 4 1 2 . . .
1 2 3 3 2 2 4 1 2 5 . 3
. 3 3 3 2 3 4 2 2 5 1 .
1 2 3 3 2 4 4 1 2 5 1 ."""


def coded(codings, report=lambda i: f"r{i % 4}"):
    rows = [
        (report(i), i, "problems", code, rank == 0, 1.0, "", 0, 0, "")
        for i, found in enumerate(codings)
        for rank, code in enumerate(found)
    ]
    return frames.make("codes", rows)


def test_alpha_of_krippendorffs_reliability_data():
    """Krippendorff 2011, Computing Krippendorff's Alpha-Reliability, data C and D: nominal α = .743, interval .849."""
    units = [
        [v for v in unit if v != "."] for unit in zip(*(row.split() for row in KRIPPENDORFF.split("\n")), strict=True)
    ]
    assert round(codes.alpha(units), 3) == 0.743
    assert round(codes.alpha(units, lambda a, b: (int(a) - int(b)) ** 2), 3) == 0.849


def test_alpha_of_two_observers_and_binary_data():
    """Krippendorff 2011, data A: α = .095."""
    one, other = "0100000010", "1110010000"
    assert round(codes.alpha(list(zip(one, other, strict=True))), 3) == 0.095


def test_kappa_of_cohens_example():
    """Cohen 1960, table 1: observed .70, by chance .41."""
    table = np.array([[0.44, 0.07, 0.09], [0.05, 0.20, 0.05], [0.01, 0.03, 0.06]])
    assert round(codes.kappa(table), 3) == 0.492


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [
        ("ab", "ab", 0),
        ("ab", "a", 1 - 1 / 2 * 2 / 3),
        ("ab", "bc", 1 - 1 / 3 / 3),
        ("a", "b", 1),
        ("", "a", 1),
        ("", "", 0),
    ],
)
def test_masi_distance(one, other, distance):
    """Passonneau 2006: Jaccard times monotonicity."""
    assert codes.masi(frozenset(one), frozenset(other)) == pytest.approx(distance)


@given(st.lists(st.lists(st.sampled_from("abc"), max_size=3), min_size=1, max_size=6))
def test_alpha_equals_its_definition(units):
    """Over all pairs of values, within units and at large."""
    kept = [unit for unit in units if len(unit) > 1]
    values = [value for unit in kept for value in unit]
    pairs = [a != b for a, b in itertools.permutations(values, 2)]
    if not any(pairs):
        assert np.isnan(codes.alpha(units))
        return
    observed = sum(sum(a != b for a, b in itertools.permutations(unit, 2)) / (len(unit) - 1) for unit in kept)
    assert codes.alpha(units) == pytest.approx(1 - observed / len(values) / (sum(pairs) / len(pairs)))


def test_the_tables_of_an_agreement():
    first = coded([["x", "y"], ["x"], ["y"], ["z"]])
    second = coded([["x"], ["y", "x"], ["y"], ["z"]])
    found = codes.agreement(first, second)
    values = found.measures.set_index("measure")["value"]
    assert values["raw"] == 0.75
    assert values["micro_f1"] == pytest.approx(2 * 4 / 10)
    by_code = found.by_code.set_index("code")
    assert by_code.loc["y", ["both", "first", "second", "precision", "recall", "f1"]].tolist() == [
        1,
        2,
        2,
        0.5,
        0.5,
        0.5,
    ]
    assert found.confusion.to_numpy().tolist() == [["x", "x", 1], ["x", "y", 1], ["y", "y", 1], ["z", "z", 1]]
    assert (found.measures["low"] <= found.measures["value"]).all()
    assert (found.measures["high"] >= found.measures["value"]).all()


def test_uncoded_points_count_when_given():
    """Raw agreement flatters when most is uncoded; α and F1 do not."""
    first, second = coded([["x"], [], []]), coded([[], ["x"], []])
    points = pd.DataFrame({"report": [f"r{i % 4}" for i in range(100)], "point": range(100)})
    values = codes.agreement(first, second, points).measures.set_index("measure")["value"]
    assert values["raw"] == 0.98
    assert values["alpha"] < 0
    assert values["micro_f1"] == 0


def test_intervals_are_the_same_twice_and_wider_over_reports():
    chance = np.random.default_rng(5)
    truth = [["x"] if i % 2 else ["y"] for i in range(80)]
    bad = {0, 3}  # reports in which the coder is wrong half of the time
    said = [["x"] if i % 8 in bad and chance.random() < 0.6 else code for i, code in enumerate(truth)]
    tables = [coded(found, lambda i: f"r{i % 8}") for found in (said, truth)]
    by_report = codes.agreement(*tables).measures
    pd.testing.assert_frame_equal(by_report, codes.agreement(*tables).measures)
    by_point = codes.agreement(*tables, resample="point").measures
    assert by_report.loc[0, "high"] - by_report.loc[0, "low"] > by_point.loc[0, "high"] - by_point.loc[0, "low"]
    one = codes.agreement(*(table.assign(report="r") for table in tables)).measures
    assert one["low"].isna().all()


def test_nothing_to_compare_is_refused():
    with pytest.raises(TooFewError, match="no point to compare"):
        codes.agreement(coded([]), coded([]))


def test_points_that_only_one_has_coded_are_left_out_unless_all_points_are_given():
    rows = [("a", i, "problems", "x", True, 4, "", 0, 0, "") for i in range(3)]
    first, second = frames.make("codes", rows[:2]), frames.make("codes", rows[1:])
    assert codes.agreement(first, second).measures["points"].unique().tolist() == [1]
    points = frames.make("points", [("a", i, "problems", "", 1, "", "t", 0, 1, 1) for i in range(3)])
    assert codes.agreement(first, second, points).measures["value"].iloc[0] == pytest.approx(1 / 3)
    with pytest.raises(TooFewError, match="no point to compare"):
        codes.agreement(first.head(1), second)


def test_prevalence_finds_the_planted_share():
    """A coder with known errors; the true share is 0.3, the one it finds about 0.31."""
    chance = np.random.default_rng(1)
    true = chance.random(20_000) < 0.3
    said = np.where(true, chance.random(20_000) < 0.8, chance.random(20_000) < 0.1)
    tables = [coded([["x"] if found else ["y"] for found in flags]) for flags in (said, true)]
    row = codes.prevalence(tables[0], tables[1].head(4000)).set_index("code").loc["x"]
    assert row["share"] == said.mean()
    assert row["corrected"] == pytest.approx(0.3, abs=0.02)
    assert row["low"] < 0.3 < row["high"]
    assert row["high"] - row["low"] < 0.06
    assert (row["points"], row["checked"]) == (20_000, 4000)


def test_prevalence_by_hand_and_without_power():
    """Rogan & Gladen 1978: (share + specificity − 1) / (sensitivity + specificity − 1)."""
    said = coded([["x"]] * 9 + [["y"]] * 1 + [["x"]] * 2 + [["y"]] * 8)
    right = coded([["x"]] * 10 + [["y"]] * 10)
    row = codes.prevalence(said, right).set_index("code").loc["x"]
    assert row["corrected"] == pytest.approx((0.55 + 0.8 - 1) / (0.9 + 0.8 - 1))
    assert np.isnan(codes.prevalence(right, said.assign(code="x")).set_index("code").loc["x", "corrected"])
    with pytest.raises(FrameError, match="not among the coded points"):
        codes.prevalence(said.head(3), right)


def shares(values, reports="abcdefgh"):
    return pd.DataFrame({"report": list(reports[: len(values)]), "role": "problems", "code": "x", "share": values})


def test_comparison_equals_all_divisions_by_brute_force():
    values = [0.1, 0.5, 0.2, 0.9, 0.4, 0.6]
    groups = dict(zip("abcdef", "xxyyyy", strict=True))
    found = codes.compare(shares(values), groups).query("code == 'x'").iloc[0]
    seen = abs(np.mean(values[:2]) - np.mean(values[2:]))
    gaps = [
        abs(np.mean(np.take(values, pair)) - np.mean(np.delete(values, pair)))
        for pair in itertools.combinations(range(6), 2)
    ]
    assert found["p"] == pytest.approx(np.mean([gap >= seen - 1e-12 for gap in gaps]))
    assert (found["method"], found["smallest_p"]) == ("exact", 1 / 15)
    assert (found["more"], found["less"], found["difference"]) == ("y", "x", pytest.approx(0.225))


@pytest.mark.parametrize(("sizes", "least"), [("xxyyy", 0.1), ("xxxyyy", 0.1), ("xyz", 1), ("xxyyzz", 6 / 90)])
def test_no_data_give_less_than_the_smallest_p(sizes, least):
    """Shares as far apart as can be reach it exactly."""
    values = [{"x": 0.0, "y": 1.0, "z": 10.0}[name] for name in sizes]
    found = codes.compare(shares(values), dict(zip("abcdefgh", sizes, strict=False))).iloc[-1]
    assert found["smallest_p"] == pytest.approx(least)
    assert found["p"] == pytest.approx(least)


def test_many_reports_are_sampled():
    names = [f"r{i}" for i in range(40)]
    table = pd.DataFrame({"report": names, "role": "problems", "code": "x", "share": np.linspace(0, 1, 40)})
    found = codes.compare(table, {name: "ab"[i < 20] for i, name in enumerate(names)}, draws=999).iloc[-1]
    assert (found["method"], found["p"], found["smallest_p"]) == ("sampled", 0.001, 0.001)


def test_one_group_is_refused():
    with pytest.raises(TooFewError, match="1 group with reports"):
        codes.compare(shares([0.1, 0.2]), {"a": "x", "b": "x"})


def test_cross_counts_characters_and_residuals():
    """Residuals by hand: (3 − 2) / √(2 × ½ × ½) for a table [[3, 1], [1, 3]]."""
    points = [("r", i, "problems", "", 1, "", "字" * (i + 1), 0, i + 1, 1) for i in range(4)]
    points = frames.make("points", points + [("s", *point[1:]) for point in points])
    rows = list("xxxyxyyy")
    table = pd.DataFrame({"report": points["report"], "point": points["point"], "code": rows})
    book = codes.read_codebook("problems")
    book = book._replace(codes=pd.DataFrame({"code": ["x", "y"]}))
    found = codes.cross(codes.adopt(table, points), book, points=points).set_index(["report", "code"])
    assert found["points"].tolist() == [3, 1, 1, 3]
    assert found["chars"].tolist() == [6, 4, 1, 9]
    assert found["chars_share"].tolist() == [0.6, 0.4, 0.1, 0.9]
    assert found["residual"].tolist() == pytest.approx([2**0.5, -(2**0.5), -(2**0.5), 2**0.5])
