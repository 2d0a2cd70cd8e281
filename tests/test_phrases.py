from collections import Counter, defaultdict

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from textkit import frames, phrases
from textkit.errors import InputError

corpora = st.lists(st.tuples(st.sampled_from("xyz"), st.text(alphabet="ab，", max_size=14)), max_size=6)


def frame(pairs):
    return pd.DataFrame(
        {
            "report": [report for report, _ in pairs],
            "point": range(len(pairs)),
            "text": [text for _, text in pairs],
            "start": 0,
        }
    ).astype({"report": "str", "text": "str"})


def brute_force(pairs, min_chars, min_reports, min_count, barriers):
    """Every substring, counted the plain way; a boundary or barrier differs from all others."""
    places = defaultdict(list)
    for row, (_, text) in enumerate(pairs):
        for start in range(len(text)):
            for end in range(start + min_chars, len(text) + 1):
                if not set(text[start:end]) & set(barriers):
                    places[text[start:end]].append((row, start, end))

    def neighbours(found, side):
        seen = []
        for row, start, end in found:
            at = start - 1 if side == "left" else end
            text = pairs[row][1]
            free = 0 <= at < len(text) and text[at] not in barriers
            seen.append(text[at] if free else (row, at))
        return len(set(seen))

    kept = {}
    for phrase, found in places.items():
        reports = {pairs[row][0] for row, _, _ in found}
        sides = [neighbours(found, side) for side in ("left", "right")]
        if len(found) >= min_count and len(reports) >= min_reports and min(sides) > 1:
            kept[phrase] = (len(found), len(reports), *sides, found)
    spans = [span for *_, found in kept.values() for span in found]
    net = {
        phrase: sum(
            not any(r == row and s <= start and end <= e and e - s > end - start for r, s, e in spans)
            for row, start, end in found
        )
        for phrase, (*_, found) in kept.items()
    }
    return {phrase: (n, net[phrase], k, left, right) for phrase, (n, k, left, right, _) in kept.items()}


@given(corpora, st.integers(1, 3), st.integers(1, 3), st.integers(2, 3), st.sampled_from(["", "，"]))
@example([("x", "aaaa"), ("y", "aaa")], 1, 1, 2, "")
@settings(max_examples=400)
def test_mining_equals_brute_force(pairs, min_chars, min_reports, min_count, barriers):
    mined = phrases.mine(
        frame(pairs), min_chars=min_chars, min_reports=min_reports, min_count=min_count, barriers=barriers
    )
    columns = ["count", "net_count", "reports", "left_variety", "right_variety"]
    found = {row["phrase"]: tuple(row[columns]) for row in mined.to_dict("records") for row in [pd.Series(row)]}
    assert found == brute_force(pairs, min_chars, min_reports, min_count, barriers)
    assert mined["chars"].tolist() == mined["phrase"].str.len().tolist()


@given(corpora)
def test_places_are_all_there(pairs):
    points = frame(pairs)
    mined = phrases.mine(points, min_chars=2, min_reports=1)
    places = phrases.locate(mined, points)
    counts = Counter(places["phrase"])
    assert counts == dict(zip(mined["phrase"], mined["count"], strict=True))
    texts = points.set_index("point")["text"]
    assert all(texts[row.point][row.start : row.end] == row.phrase for row in places.itertuples())
    assert not places.duplicated().any()


@given(corpora)
def test_dispersion_equals_the_formula(pairs):
    points = frame(pairs)
    mined = phrases.mine(points, min_chars=1, min_reports=1)
    sizes = points.groupby("report")["text"].apply(lambda texts: texts.str.len().sum())
    places = phrases.locate(mined, points)
    for row in mined.itertuples():
        counts = places[places["phrase"] == row.phrase].groupby("report").size().reindex(sizes.index, fill_value=0)
        expected = dp_norm(counts, sizes) if len(sizes) > 1 else 0
        assert row.dispersion == pytest.approx(expected)


def dp_norm(observed, expected):
    observed, expected = np.array(observed, dtype=float), np.array(expected, dtype=float)
    observed, expected = observed / observed.sum(), expected / expected.sum()
    return abs(observed - expected).sum() / 2 / (1 - expected.min())


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ({"x": "一二三四甲一二三四乙", "y": "一二三四丙一二三四丁"}, 0.0),
        ({"x": "一二三四甲一二三四乙", "y": "丙丁戊己庚辛壬癸子丑"}, 1.0),
        ({"x": "一二三四甲一二三四乙一二三四", "y": "丙一二三四丁", "z": "寅卯"}, dp_norm([3, 1, 0], [14, 6, 2])),
    ],
)
def test_dispersion_is_dpnorm(texts, expected):
    mined = phrases.mine(frame(list(texts.items())), min_reports=1)
    assert mined.set_index("phrase")["dispersion"]["一二三四"] == pytest.approx(expected)


def test_samples_keep_their_evidence(points, texts):
    mined = phrases.mine(points, barriers=phrases.CLAUSE)
    places = phrases.locate(mined, points)
    assert all(texts[row.report][row.start : row.end] == row.phrase for row in places.itertuples())
    spread = places.groupby("phrase")["report"].nunique()
    assert (mined.set_index("phrase")["reports"] == spread.reindex(mined["phrase"])).all()
    assert not mined["phrase"].str.contains(f"[{phrases.CLAUSE}]").any()
    assert (mined["net_count"] <= mined["count"]).all()
    assert mined["dispersion"].between(0, 1).all()


def test_dictated_wording_is_told_apart(points):
    mined = phrases.mine(points, barriers=phrases.CLAUSE).set_index("phrase")
    assert mined["origin"]["以人民为中心的发展思想"] == "dictated"
    assert mined["origin"]["没有真正"] == "shared"
    assert (phrases.mine(points, min_reports=1).query("reports == 1")["origin"] != "shared").all()


def test_stock_phrases_leave_fragments_out(points):
    stock = phrases.stock(phrases.mine(points, barriers=phrases.CLAUSE))["phrase"].tolist()
    assert "党性锤炼" in stock
    assert "民服务的" not in stock


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        ({}, True),
        ({"origin": "dictated"}, False),
        ({"origin": "own"}, False),
        ({"left_variety": 2}, False),
        ({"right_variety": 2}, False),
        ({"net_count": 1}, False),
        ({"phrase": "为民服务的"}, False),
        ({"phrase": "对为民服务"}, False),
    ],
)
def test_stock_judges_by_each_criterion(change, kept):
    row = {"phrase": "为民服务", "chars": 4, "net_count": 2, "reports": 3, "left_variety": 3, "right_variety": 3}
    mined = pd.DataFrame([row | {"origin": "shared"} | change])
    assert len(phrases.stock(mined)) == kept


def test_order_of_points_does_not_matter(points):
    one = phrases.mine(points, barriers=phrases.CLAUSE)
    other = phrases.mine(points.iloc[::-1], barriers=phrases.CLAUSE)
    pd.testing.assert_frame_equal(one, other)


@pytest.mark.parametrize("unit", ["a", "ab", "。", "一是"])
def test_repetition_without_end_is_no_trap(unit):
    text = unit * (400_000 // len(unit))
    mined = phrases.mine(frame([("x", text), ("y", text)]), min_chars=4, max_chars=100)
    assert len(mined) >= 97 // len(unit)
    assert mined["chars"].max() in (99, 100)


@given(corpora, st.integers(1, 4))
def test_long_phrases_can_be_left_out(pairs, most):
    every = phrases.mine(frame(pairs), min_chars=1, min_reports=1)
    short = phrases.mine(frame(pairs), min_chars=1, min_reports=1, max_chars=most)
    unaffected = ["phrase", "count", "reports", "left_variety", "right_variety"]
    pd.testing.assert_frame_equal(every[every["chars"] <= most][unaffected].reset_index(drop=True), short[unaffected])


def test_nothing_to_mine():
    assert phrases.mine(frames.make("points")).columns.tolist() == frames.columns("phrases")
    assert len(phrases.mine(frame([("x", ""), ("y", "")]))) == 0
    assert len(phrases.locate(frames.make("phrases"), frame([("x", "党性")]))) == 0


@pytest.mark.parametrize("wrong", [{"min_chars": 0}, {"min_reports": 0}, {"min_count": 1}])
def test_thresholds_are_checked(wrong):
    with pytest.raises(InputError, match="start at 1"):
        phrases.mine(frame([("x", "党性")]), **wrong)
