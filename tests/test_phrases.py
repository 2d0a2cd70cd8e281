import html
import math
import random
import re
import tracemalloc
import unicodedata
from collections import Counter, defaultdict
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from textkit import frames, hanzi, masks, phrases, wording
from textkit.errors import InputError
from textkit.phrases.repeats import UNICODE, join, suffix_array

from .conftest import ROOT, make_official, official_corpus, official_text

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
    sizes = sizes[sizes > 0]  # where nothing is written nothing can be missing
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
        ({"x": "一二三四甲一二三四乙", "y": "丙丁戊己庚辛壬癸子丑", "without letters": ""}, 1.0),
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
    assert mined["origin"]["宗旨意识"] == "shared"
    assert mined["origin"]["学深悟透"] == "idiom"
    assert mined["origin"]["理想信念"] == "official"
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


@pytest.mark.parametrize("wrong", [{"min_chars": 0}, {"min_reports": 0}, {"min_count": 1}, {"max_chars": 0}])
def test_thresholds_are_checked(wrong):
    with pytest.raises(InputError, match="start at 1"):
        phrases.mine(frame([("x", "党性")]), **wrong)


variants = st.lists(st.tuples(st.sampled_from("xyz"), st.text(alphabet="甲乙“”\n ，×", max_size=16)), max_size=6)


@given(variants, st.sampled_from(["", "，", "，\n"]))
def test_folding_makes_variants_one_phrase(pairs, barriers):
    """As if the texts had been folded before, line by line where line ends are barriers; places are original."""
    points = frame(pairs)
    mined = phrases.mine(points, min_chars=2, min_reports=1, barriers=barriers, fold=True)
    lines = [
        (report, hanzi.fold(line).text)
        for report, text in pairs
        for line in (text.split("\n") if "\n" in barriers else [text])
    ]
    plain = phrases.mine(frame(lines), min_chars=2, min_reports=1, barriers=barriers)
    columns = ["phrase", "count", "net_count", "reports"]
    if "\n" not in barriers:
        columns += ["left_variety", "right_variety"]
    pd.testing.assert_frame_equal(mined[columns], plain[columns])
    places = phrases.locate(mined, points, fold=True, barriers=barriers)
    assert Counter(places["phrase"]) == dict(zip(mined["phrase"], mined["count"], strict=True))
    texts = points.set_index("point")["text"]
    for row in places.itertuples():
        original = texts[row.point][row.start : row.end]
        assert hanzi.fold(original).text == row.phrase
        assert not set(original) & set(barriers)


def test_masks_that_can_be_read_make_one_phrase_with_what_they_stand_for():
    points = frame([("x", "扎实开展党史学习教育，有成效"), ("y", "认真开展“dangshi”学习教育。党史学习")])
    mined = phrases.mine(points, fold=True)
    assert mined[["phrase", "count", "origin"]].values.tolist() == [
        ["开展党史学习教育", 2, "official"], ["党史学习", 3, "shared"]
    ]  # fmt: skip
    places = phrases.locate(mined, points, fold=True).query("report == 'y'")
    assert [points["text"][1][row.start : row.end] for row in places.itertuples()] == [
        "开展“dangshi”学习教育", "dangshi”学习", "党史学习"
    ]  # fmt: skip
    assert phrases.concordance(points, "党史学习", fold=True)["match"].tolist() == [
        "党史学习", "dangshi”学习", "党史学习"
    ]  # fmt: skip
    shares = phrases.share(points.assign(role="work"), mined.tail(1), by=["report"], reference=mined.head(0))
    shares = shares.set_index(["report", "origin"])
    assert shares["chars"]["y"][["shared", "rest"]].tolist() == [8, 6]


def test_folded_phrases_of_the_samples_stand_in_their_text(points, texts):
    mined = phrases.mine(points, barriers=phrases.CLAUSE, fold=True)
    places = phrases.locate(mined, points, fold=True, barriers=phrases.CLAUSE)
    assert Counter(places["phrase"]) == dict(zip(mined["phrase"], mined["count"], strict=True))
    assert all(masks.read(texts[row.report][row.start : row.end]).text == row.phrase for row in places.itertuples())
    assert "四个意识" in set(mined["phrase"])


def test_npmi_is_that_of_the_formula():
    texts = ["一二三四甲一二三四乙", "一二丙"]
    mined = phrases.mine(frame(list(zip("xy", texts, strict=True))), min_chars=2, min_reports=1).set_index("phrase")
    size = sum(map(len, texts)) + 2  # boundaries are symbols too
    counts = Counter("".join(texts))
    for phrase in ("一二三四", "一二"):
        p = mined["count"][phrase] / size
        apart = math.prod(counts[char] / size for char in phrase)
        assert mined["npmi"][phrase] == pytest.approx(math.log(p / apart) / -math.log(p) / (len(phrase) - 1))


def test_where_a_phrase_comes_from():
    reference = pd.DataFrame(
        {"phrase": ["甲乙丙丁戊己庚辛", "子丑寅卯"], "first_year": [1956, 1982], "documents": [9, 5]}
    )
    said = ["甲乙丙丁戊己", "子丑寅卯", "守正创新", "一二三四", "两个确立的意义", "甲乙丙丁"]
    points = frame([("x", "；".join(said)), ("y", "，".join(reversed(said)) + "五六七八五六七八")])
    mined = phrases.mine(
        points.assign(dimension="深刻领悟“两个确立”的意义方面"),
        min_reports=1,
        barriers=phrases.CLAUSE,
        reference=reference,
    ).set_index("phrase")
    expected = ["official", "official", "idiom", "shared", "dictated", "shared"]
    assert mined["origin"][said].tolist() == expected
    assert mined["origin"]["五六七八"] == "own"
    assert mined.loc[["甲乙丙丁戊己", "子丑寅卯"], ["first_year", "documents"]].to_numpy().tolist() == [
        [1956, 9],
        [1982, 5],
    ]
    assert mined["first_year"].isna().sum() == len(mined) - 2


def test_a_private_character_shifts_no_origin():
    mined = phrases.mine(frame([(name, f"一乙\ue000丙丁{name}实事求是{name}") for name in "xy"]))
    assert mined[["phrase", "origin"]].values.tolist() == [["一乙\ue000丙丁", "shared"], ["实事求是", "idiom"]]


def test_no_place_runs_over_two_points():
    points = frame([("x", "一乙\ue000丙丁一乙"), ("y", "丙丁，一乙\ue000丙丁")])
    mined = phrases.mine(points, min_chars=5)
    assert phrases.locate(mined, points)[["phrase", "point"]].values.tolist() == [["一乙\ue000丙丁", n] for n in (0, 1)]


def test_a_part_has_the_first_year_and_most_documents_of_what_holds_it():
    rows = [("甲乙丙丁戊己庚", 1982, 3), ("甲乙丙丁戊己", 1990, 9), ("子甲乙丙丁戊己", 1956, 4)]
    for order in (rows, rows[::-1]):
        listed = pd.DataFrame(order, columns=["phrase", "first_year", "documents"])
        assert wording.listed(["甲乙丙丁戊己", "乙丙丁戊己"], listed).values.tolist()[0] == [1956, 9]
        assert wording.listed(["乙丙丁戊己"], listed).isna().all(axis=None)


def test_the_reference_list_is_sound():
    listed = wording.official()
    assert listed["phrase"].is_unique
    assert listed["phrase"].is_monotonic_increasing
    assert listed["phrase"].str.fullmatch("[\u4e00-\u9fff]{4,20}").all()
    assert listed["first_year"].between(1921, 2025).all()
    assert (listed["documents"] >= 3).all()
    assert not listed["phrase"].str.contains("著作权|维基|本作品").any(), "notices of the library that published them"
    assert len((ROOT / "textkit" / "data" / "official.tsv").read_bytes()) < 1_000_000
    idioms = (ROOT / "textkit" / "data" / "idioms.txt").read_text("utf-8").split("\n")[:-1]
    assert idioms == sorted(set(idioms))


def test_the_reference_list_is_what_its_script_derives():
    documents = official_corpus()
    if not documents:
        pytest.skip("the official corpus is not on this machine")
    make = make_official()
    pd.testing.assert_frame_equal(make.table(make.documents(documents[0].parents[1])), wording.official())


def test_share_of_formula_by_hand():
    reference = pd.DataFrame({"phrase": ["甲乙丙丁"], "first_year": [1956], "documents": [9]})
    points = pd.DataFrame({"report": ["x", "x", "y"], "role": ["work", "causes", "work"], "point": [1, 2, 1]})
    points["text"] = ["“甲乙”丙丁，一二三四五", "守正创新，六", "一二三四！丁一二"]
    listed = pd.DataFrame({"phrase": ["一二三四", "丙丁一二"], "origin": ["shared", "dictated"]})
    found = phrases.share(points, listed, reference=reference)
    chars = found.pivot_table(index=["report", "point"], columns="origin", values="chars", sort=False)
    # In the first text 丙丁，一二 is the dictated 丙丁一二 once punctuation is out of sight.
    expected = [[4, 0, 2, 2, 0, 1], [0, 4, 0, 0, 0, 1], [0, 0, 0, 4, 0, 3]]
    assert chars[list(phrases.formula.ORIGINS)].to_numpy().tolist() == expected
    whole = phrases.share(points, listed, by=["report"], reference=reference)
    assert whole.columns.tolist() == ["report", "origin", "chars", "total", "share"]
    assert whole.groupby("report")["share"].sum().tolist() == pytest.approx([1, 1])
    assert whole.query("report == 'x'")["total"].unique().tolist() == [14]


def test_shares_of_the_samples_add_up(points):
    mined = phrases.mine(points, barriers=phrases.CLAUSE, fold=True)
    by_point, by_report = (phrases.share(points, mined, by=by) for by in (["report", "point"], ["report"]))
    pd.testing.assert_series_equal(
        by_point.groupby(["report", "origin"])["chars"].sum().sort_index(),
        by_report.set_index(["report", "origin"])["chars"].sort_index(),
    )
    assert by_point.groupby(["report", "point"])["share"].sum().to_numpy() == pytest.approx(1)


@pytest.mark.parametrize("by", [[], ["dimension"], ["report", "dimension"]])
def test_shares_are_added_up_over_what_there_is(by, points):
    with pytest.raises(InputError, match="report, role, point"):
        phrases.share(points, frames.make("phrases"), by=by)


def test_points_without_letters_have_no_share():
    points = pd.DataFrame({"report": ["x"], "role": ["work"], "point": [1], "text": ["……"]})
    assert phrases.share(points, frames.make("phrases"))["share"].isna().all()
    assert len(phrases.share(frames.make("points"), frames.make("phrases"))) == 0


def test_rare_characters_are_told_apart():
    """𤽜 (U+24F5C) and 作 (U+4F5C) share their last sixteen bits."""
    mined = phrases.mine(frame([("x", "作一二三四甲"), ("y", "𤽜一二三四乙")]))
    assert mined[["phrase", "left_variety"]].to_numpy().tolist() == [["一二三四", 2]]


def test_intervals_count_reports_not_points():
    shares = pd.DataFrame({"report": ["a", "a", "b"], "point": [1, 2, 1], "origin": "rest", "share": [0.1, 0.3, 0.6]})
    row = phrases.intervals(shares).iloc[0]
    assert (row["reports"], row["share"], row["smallest"]) == (2, pytest.approx(0.4), pytest.approx(0.2))


def test_names_of_reports_are_no_seed_of_intervals():
    shares = pd.DataFrame({"report": list("abcde"), "origin": "own", "share": [0.1, 0.5, 0.2, 0.9, 0.4]})
    renamed = shares.assign(report=list("edbca"))
    pd.testing.assert_frame_equal(phrases.intervals(shares), phrases.intervals(renamed))


def test_intervals_resample_reports():
    values = [0.1, 0.2, 0.4, 0.5, 0.8]
    shares = pd.DataFrame({"report": list("abcde"), "origin": "rest", "share": values})
    row = phrases.intervals(shares).iloc[0]
    every = np.array(np.meshgrid(*[values] * 5)).reshape(5, -1).mean(axis=0)  # all 5⁵ resamples
    assert [row["low"], row["high"]] == pytest.approx(np.quantile(every, [0.025, 0.975]), abs=0.02)
    assert (row["share"], row["smallest"], row["largest"], row["reports"]) == (pytest.approx(0.4), 0.1, 0.8, 5)
    assert row["note"].startswith("5 reports")
    assert phrases.intervals(shares.head(1))["note"].tolist() == ["1 report: there is no interval"]
    many = pd.DataFrame({"report": range(30), "origin": "rest", "share": 0.3}).astype({"report": "str"})
    assert phrases.intervals(many)[["low", "high", "note"]].iloc[0].tolist() == pytest.approx([0.3, 0.3, ""])


def test_concordance_is_sorted_by_its_context():
    points = pd.DataFrame(
        {"report": ["x", "y"], "point": [1, 1], "text": ["乙不够丙，甲不够", "不够甲"], "start": [5, 0]}
    )
    found = phrases.concordance(points, "不够", width=1)
    assert found[["start", "end"]].to_numpy().tolist() == [[6, 8], [11, 13], [0, 2]]
    assert phrases.concordance(points, "不够", width=1, sort="left")["left"].tolist() == ["", "乙", "甲"]
    assert phrases.concordance(points, "够", width=2, sort="left")["left"].tolist() == ["不", "乙不", "甲不"]
    twice = points.assign(text=["丁乙不够丙，甲丙不够", ""])
    assert phrases.concordance(twice, "不够", width=2, sort="left")["left"].tolist() == ["甲丙", "丁乙"]
    assert phrases.concordance(points, "不够", width=1, sort="right")["right"].tolist() == ["", "丙", "甲"]
    assert phrases.concordance(points, "[甲乙]不", regex=True, sort="match")["match"].tolist() == ["乙不", "甲不"]


@pytest.mark.parametrize("pattern", ["不够", "学习"])
def test_concordance_lines_are_aligned(pattern, points):
    found = phrases.concordance(points, pattern, sort="right")
    lines = phrases.show(found).splitlines()
    before = [
        line[: line.index(f"{left}  {pattern}") + len(left)] for line, left in zip(lines, found["left"], strict=True)
    ]
    wide = [sum(1 + (unicodedata.east_asian_width(char) in "WF") for char in text) for text in before]
    assert len(set(wide)) == 1
    assert len(lines) == len(found) > 5


@given(st.text(alphabet="学<&>'\"{}\n党", min_size=1, max_size=9), st.text(alphabet="学<&>'\"{}\n", max_size=9))
def test_concordance_in_html_keeps_the_text_and_nothing_else(before, after):
    points = pd.DataFrame({"report": ["<b>{x}"], "point": 1, "start": 7, "text": [before + "脱节" + after]})
    made = phrases.show(phrases.concordance(points, "脱节"), html=True)
    assert set(re.findall("<(/?[a-z]+)", made)) == {"table", "tr", "td", "b", "/table", "/tr", "/td", "/b"}
    cells = [html.unescape(re.sub("</?b>", "", cell)) for cell in re.findall("<td[^>]*>(.*?)</td>", made, re.S)]
    assert cells == [before.replace("\n", " "), "脱节", after.replace("\n", " "), f"<b>{{x}}:{7 + len(before)}"]


def test_no_text_commands_the_terminal():
    points = frame([("x", "甲\x1b[31m脱节\x07乙")])
    assert phrases.show(phrases.concordance(points, "脱节")) == "甲 [31m  脱节   乙  x:6"


def test_concordance_has_a_line_for_every_place_of_a_mined_phrase(points, texts):
    """Folded phrases too, which stand nowhere as they are listed, and places that overlap."""
    mined = phrases.mine(points, barriers=phrases.CLAUSE, fold=True).query("phrase.str.contains('四个|两个')")
    for phrase, count in zip(mined["phrase"], mined["count"], strict=True):
        found = phrases.concordance(points, phrase, fold=True)
        assert len(found) == count
        assert all(texts[row.report][row.start : row.end] == row.match for row in found.itertuples())
    assert phrases.concordance(frame([("x", "“学”习学 习学习")]), "学习学习", fold=True)["match"].tolist() == [
        "学”习学 习", "学 习学习"
    ]  # fmt: skip
    assert phrases.concordance(frame([("x", "不不够够")]), r"(.)\1", regex=True)["match"].tolist() == ["不不", "够够"]


def test_each_place_is_one_line_though_it_runs_over_two():
    points = frame([("x", "甲不够\n具体乙"), ("y", "丙✔\ufe0f不够深入")])
    lines = phrases.show(phrases.concordance(points, "不够\\s?..", regex=True)).splitlines()
    assert lines == [" 甲  不够 具体  乙  x:1", "丙✔\ufe0f  不够深入       y:3"]


@pytest.mark.parametrize("wrong", [{"pattern": ""}, {"pattern": "(", "regex": True}, {"pattern": "a", "sort": "up"}])
def test_concordance_says_what_is_wrong(wrong):
    with pytest.raises(InputError, match="concordance: "):
        phrases.concordance(frame([("x", "a")]), **wrong)


def brute_borders(text):
    """Whether a word may begin at each place, by the formula of Sun, Shen & Tsou (1998) with plain counts."""
    text = ["。" if char in "，\n" else char for char in text]
    ones, twos = Counter(text), Counter(pairwise(text))

    def score(v, x, y):
        stays, goes = twos[v, x] / ones[v], twos[x, y] / ones[x]
        return (goes - stays) / math.sqrt(stays / ones[v] + goes / ones[x])

    free = [True] * (len(text) + 1)
    for at in range(1, len(text)):
        left = score(*text[at - 2 : at + 1]) if at > 1 else 0
        right = score(*text[at - 1 : at + 2]) if at + 1 < len(text) else 0
        free[at] = left <= right or "。" in text[at - 1 : at + 1]
    return free


@given(st.text(alphabet="abcd，", min_size=3, max_size=40))
def test_borders_equal_the_formula(text):
    numbers = np.array([0 if char == "，" else ord(char) for char in text])
    assert phrases.borders.borders(numbers).tolist() == brute_borders(text)


def brute_frames(pairs, min_fillers, max_filler):
    """Every frame found the plain way, without a threshold of lift."""
    whole = "\n" + "".join(text + "\n" for _, text in pairs)
    free, reports = brute_borders(whole), [None, *(report for report, text in pairs for _ in text + "\n")]
    words = defaultdict(list)  # of each filler, whether its places are whole words
    for start in range(len(whole)):
        for end in range(start + 1, start + max_filler + 1):
            if not set(whole[start:end]) & set("，\n") and end < len(whole):
                words[whole[start:end]].append(free[start] and free[end])
    found = defaultdict(dict)
    breaks = [at for at, char in enumerate(whole) if char in "，\n"]
    for low, high in pairwise(breaks):
        for start in range(low + 1, high):
            for end in range(start + 1, min(start + max_filler, high) + 1):
                if sum(words[whole[start:end]]) < 0.2 * len(words[whole[start:end]]):
                    continue
                lefts = [whole[at:start] for at in range(max(start - 4, low + 1), start) if free[at]]
                rights = [whole[end:at] for at in range(end + 1, min(end + 3, high) + 1) if free[at]]
                for left in lefts + ["^"] * (start == low + 1):
                    for right in rights + ["$"] * (end == high):
                        sizes = len(left.strip("^")), len(right.strip("$"))
                        if sum(sizes) > 2 or (sum(sizes) == 2 and 0 in sizes):
                            found[left, right].setdefault(start, (reports[start], whole[start:end]))
    return {
        parts: (len(hits), len({r for r, _ in hits.values()}), len({f for _, f in hits.values()}))
        for parts, hits in found.items()
        if len({f for _, f in hits.values()}) >= min_fillers
        and (parts[1] == "$" or len(re.findall(f"(?={parts[1]})", whole)) >= min_fillers)
    }


@given(
    st.lists(st.tuples(st.sampled_from("xy"), st.text(alphabet="abc，", max_size=14)), max_size=5), st.integers(1, 3)
)
@settings(max_examples=100)
def test_frames_equal_brute_force(pairs, max_filler):
    every = brute_frames(pairs, 2, max_filler)
    covered = {
        shorter
        for (left, right), (count, *_) in every.items()
        for n in range(1, 5)
        for shorter in [
            (left[n:] or "^", right), (left[:-n] or "^", right), (left, right[n:] or "$"), (left, right[:-n] or "$")
        ]
        if shorter != (left, right) and shorter in every and count >= 0.8 * every[shorter][0]
    }  # fmt: skip
    found = phrases.slots(frame(pairs), min_fillers=2, min_reports=1, min_lift=0, max_filler=max_filler)
    listed = {tuple(row[:2]): tuple(row[2:]) for row in found[
        ["left", "right", "count", "reports", "fillers"]].to_numpy().tolist()}  # fmt: skip
    assert listed == {parts: row for parts, row in every.items() if parts not in covered}


def test_sensible_frames_come_first(points):
    found = phrases.slots(points)["frame"].tolist()
    assert {"发挥…作用", "把…作为", "解决…问题", "存在…主义", "方面…不够"} <= set(found[:10])
    assert "缺乏…性" in found
    assert not {"没有…实", "群众…难", "理论…实", "得…不够"} & set(found), "torn words"


def test_frames_of_whole_sentences():
    """Clauses drawn at random around 虽然…但 and 一是…二是: only the conjunctions come again and again."""
    draw = random.Random(2)  # noqa: S311

    def clause():
        return "".join(draw.sample(["学习", "群众", "工作", "调研", "纪律", "不够", "有时", "认真", "落实", "基层"], 3))

    texts = [f"虽然{clause()}，但{clause()}。一是{clause()}；二是{clause()}。" for _ in range(40)]
    found = phrases.slots(frame([("xyz"[n % 3], text) for n, text in enumerate(texts)]), across=True, max_filler=8)
    assert set(found["frame"].head(2)) == {"虽然…但", "一是…二是"}
    assert "^…二是" not in set(found["frame"])


def test_frames_over_a_comma_are_found(samples):
    """研究的多，落实的少 planted twenty times in the prose of three reports."""
    draw = random.Random(2)  # noqa: S311
    words = ["学习", "群众", "工作", "调研", "纪律", "理论", "作风", "落实", "基层", "服务", "检查", "部署"]
    planted = [f"{draw.choice(words)}的多，{draw.choice(words)}的少。" for _ in range(20)]
    rows = [
        (name, text + "".join(planted[n::3]))
        for n, (name, text) in enumerate(zip("xyz", samples["text"][:3], strict=True))
    ]
    found = phrases.slots(frame(rows), across=True, max_filler=8)
    assert "的多…的少" in set(found["frame"].head(3))


def test_frames_with_two_slots_are_found(samples):
    """Planted in the prose of the samples, whose words stand around them."""
    draw = random.Random(3)  # noqa: S311
    words = ["学习", "群众", "工作", "调研", "纪律", "理论", "作风", "落实", "基层", "服务"]
    much = ["不小", "一定", "较大", "明显", "很多"]
    planted = [f"在{''.join(draw.sample(words, 2))}方面还存在{draw.choice(much)}差距" for _ in range(40)]
    rows = [
        (report, text + "。".join(planted[n::3]))
        for n, (report, text) in enumerate(zip("xyz", samples["text"][:3], strict=True))
    ]
    points = frame(rows)
    found = phrases.slots(points)
    chained = phrases.chains(found, phrases.fillers(found, points))
    row = chained.iloc[0]
    assert (row["frame"], row["reports"]) == ("在…方面还存在…差距", 3)
    torn = sum("定差距" in text for text in planted)  # 定差 seems bound where nothing else follows 定
    assert row["count"] >= 40 - torn
    assert row["other_fillers"] >= len(much) - 1
    assert len(phrases.chains(found.head(0), frames.make("fillers"))) == 0


def test_frames_of_official_prose():
    """Frames of whole sentences, and frames with two slots, as they stand in real documents."""
    if not official_corpus():
        pytest.skip("the official corpus is not on this machine")
    rows = [(path.stem, line) for path in official_corpus() for line in official_text(path).splitlines()]
    points = frame(rows)
    wide = phrases.slots(points, across=True, max_filler=16, min_fillers=3).set_index("frame")
    assert (wide.loc[["一是…二是", "虽然…但是"], "reports"] >= [5, 10]).all()
    found = phrases.slots(points).head(500)
    chained = phrases.chains(found, phrases.fillers(found, points)).set_index("frame")
    assert chained.loc["以…同志为核心的…中央", "reports"] >= 20


def test_lift_is_count_over_chance(points):
    found = phrases.slots(points)
    assert found["lift"].ge(3).all()
    row = found.set_index("frame").loc["缺乏…性"]
    folded = points["text"].str.replace("\r", "、").str.replace("\n", "、").map(masks.plain)
    size = folded.str.len().sum() + len(points) + 1  # with what parts the points
    left, right = (folded.str.count(part).sum() for part in ("缺乏", "性"))
    assert row["lift"] == pytest.approx(row["count"] * size / (left * right * 6))


@pytest.mark.parametrize("across", [False, True])
def test_fillers_are_those_that_were_counted(across, points, texts):
    found = phrases.slots(points, max_filler=8, across=across)
    places = phrases.fillers(found, points, max_filler=8, across=across)
    counts = places.groupby("frame").agg(count=("filler", "size"), fillers=("filler", "nunique"))
    pd.testing.assert_frame_equal(
        found.set_index("frame")[["count", "fillers"]].sort_index(), counts.sort_index(), check_names=False
    )
    assert all(masks.plain(texts[row.report][row.start : row.end]) == row.filler for row in places.itertuples())
    assert len(phrases.slots(frames.make("points"))) == 0


def test_fillers_in_quotes_or_without_are_one():
    texts = ["存在“好人”主义。存在好人主义。", "存在官僚主义。存在 官僚主义。存在形式主义。"]
    points = pd.DataFrame({"report": ["a", "b"], "point": 1, "text": texts, "start": 5})
    found = phrases.slots(points, min_lift=1, min_fillers=3)
    assert found.set_index("frame").loc["存在…主义", ["count", "fillers"]].tolist() == [5, 3]
    places = phrases.fillers(found.query("frame == '存在…主义'"), points)
    assert places["filler"].tolist() == ["好人", "好人", "官僚", "官僚", "形式"]
    spans = [texts[row.report == "b"][row.start - 5 : row.end - 5] for row in places.itertuples()]
    assert spans[:3] == ["好人", "好人", "官僚"]


def test_fillers_of_a_frame_made_by_hand():
    """Its fixed parts may be longer than those that are found."""
    points = pd.DataFrame({"report": ["a"], "point": 1, "text": "没有做到位学习的，没有做到位工作的", "start": 0})
    made = pd.DataFrame({"frame": ["没有做到位…的"], "left": ["没有做到位"], "right": ["的"]})
    assert phrases.fillers(made, points)["filler"].tolist() == ["学习", "工作"]
    with pytest.raises(InputError, match=r"max_filler = 0; give a whole number, 1 or more"):
        phrases.fillers(made, points, max_filler=0)


@pytest.mark.parametrize("missing", ["report", "text"])
@pytest.mark.parametrize(
    "verb",
    [
        phrases.mine, phrases.slots, lambda points: phrases.share(points, frames.make("phrases")),
        lambda points: phrases.locate(frames.make("phrases"), points),
        lambda points: phrases.fillers(frames.make("phrase_frames"), points),
        lambda points: phrases.concordance(points, "一定"),
    ],
)  # fmt: skip
def test_a_missing_value_is_named(verb, missing):
    points = frame([("a", "一定程度上"), ("b", "一定程度上"), ("c", "一定程度上")]).assign(role="work")
    points.loc[1, missing] = None
    with pytest.raises(InputError, match=f"points: row 1 has no '{missing}'"):
        verb(points)


def test_one_column_is_named_without_a_list():
    points = frame([("a", "为人民服务")]).assign(role="work")
    none = frames.make("phrases")
    pd.testing.assert_frame_equal(phrases.share(points, none, by="report"), phrases.share(points, none, by=["report"]))


def test_rows_of_chains_are_numbered():
    filled = [
        (name, "学习", "a", n, start, start + 2) for n in (1, 2) for name, start in (("在…中", 1), ("中有…差", 5))
    ]
    filled += [(name, "学习", "a", 3, start, start + 2) for name, start in (("从…上", 1), ("上有…差", 5))]
    filled = pd.DataFrame(filled, columns=["frame", "filler", "report", "point", "start", "end"])
    parts = {"left": ["在", "中有", "从", "上有"], "right": ["中", "差", "上", "差"], "count": [2, 2, 1, 1]}
    found = pd.DataFrame({"frame": ["在…中", "中有…差", "从…上", "上有…差"]} | parts)
    assert phrases.chains(found, filled, min_reports=1).index.tolist() == [0, 1]


def test_a_heading_without_end_takes_no_memory():
    """All parts of a heading of 4,000 characters would be 8 million texts."""
    heading = "带头" + "".join(chr(0x4E00 + n) for n in range(4000))
    texts = ["学习不够深入", "学习不够，" + heading[5:9]]
    points = pd.DataFrame({"report": ["a", "b"], "point": 1, "dimension": heading, "text": texts})
    reference = pd.DataFrame({"phrase": [heading], "first_year": 2020, "documents": 1})
    tracemalloc.start()
    found = phrases.mine(points, min_reports=1, barriers=phrases.CLAUSE, reference=reference)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found["phrase"].tolist() == ["学习不够"]
    assert peak < 300e6


def until_separator(codes, place):
    end = next((at for at in range(place, len(codes)) if codes[at] >= UNICODE), len(codes))
    return codes[place:end], codes[place:end] + [UNICODE] * (end < len(codes))


@given(st.lists(st.text("甲乙", max_size=6), max_size=8), st.booleans())
def test_the_suffix_array_equals_brute_force(texts, ended):
    codes = join(texts, "").codes[: None if ended else -1] if texts else np.zeros(0, dtype=np.int32)
    suffixes, shared = suffix_array(codes)
    assert sorted(suffixes.tolist()) == list(range(len(codes)))
    seen = [until_separator(codes.tolist(), place) for place in suffixes]
    words, ends = ([one[side] for one in seen] for side in (0, 1))
    assert ends == sorted(ends)
    for (one, other), length in zip(pairwise(words), shared[1:], strict=False):
        assert one[:length] == other[:length]
        assert one[length : length + 1] != other[length : length + 1] or length == len(one)
    assert shared[0] == shared[-1] == 0


def test_more_separators_or_characters_than_two_bytes_have_numbers():
    suffixes, shared = suffix_array(join(["甲乙"] * 70_000, "").codes)
    assert shared[:210_000].tolist() == [0, *[1] * 69_999, 0, *[2] * 69_999, *[0] * 70_000]  # 乙 before 甲乙
    suffixes, shared = suffix_array(np.arange(70_000, dtype=np.int32))
    assert suffixes.tolist() == list(range(70_000))
    assert not shared.any()
