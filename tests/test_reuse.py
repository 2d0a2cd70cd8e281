import html
import itertools
import math
import random
import re
import tracemalloc

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textkit import frames, hanzi, reuse, wording
from textkit.errors import InputError
from textkit.reuse import align, bounds, letters, seeds
from textkit.reuse.letters import gather
from textkit.reuse.seeds import Run

from .conftest import make_official, official_corpus, official_text
from .planted import Case, beyond, detections, plagdet, plant


def frame(**texts):
    """One point per report."""
    return pd.DataFrame({"report": list(texts), "point": 1, "text": list(texts.values()), "start": 0})


@pytest.fixture(scope="module")
def official():
    """Running text of official documents by the begin of their names: the year, or c and the number of the congress."""
    found = {path.stem: re.sub(r"\s", "", official_text(path)) for path in official_corpus()}
    if not found:
        pytest.skip("the official corpus is not on this machine")
    return found


def by_year(official, years):
    return [text for name, text in official.items() if name[:4] in years]


SOURCES, CONTEXTS = ("1956", "1979", "1999"), ("2012", "2015", "2018", "2019", "2021", "2023", "2025")
LEAST = {0.0: 0.95, 0.1: 0.95, 0.2: 0.95, 0.3: 0.85, 0.4: 0.7}


def measured(sources, official, rate, known, **how):
    points, cases = plant(sources, by_year(official, CONTEXTS), rate, **how)
    return plagdet(cases, detections(reuse.pairs(points, known=known)))


@pytest.mark.parametrize("rate", LEAST)
def test_planted_copies_are_found_in_official_prose(rate, official):
    found = measured(by_year(official, SOURCES), official, rate, wording.known(), copies=60, seed=5)
    assert found["plagdet"] >= LEAST[rate]
    assert found["granularity"] <= (1.02 if rate <= 0.3 else 1.2)


@pytest.mark.parametrize("rate", LEAST)
def test_planted_copies_are_found_in_prose_of_reports(rate, points, official):
    """Prose that the reference list was not made from; half of the copies are shorter than 90 characters."""
    sources = points.groupby("report")["text"].agg("".join).str.replace(r"\s", "", regex=True).tolist()
    found = measured(sources, official, rate, wording.known(points), copies=200, seed=1, short=True)
    assert found["plagdet"] >= LEAST[rate]
    assert found["precision"] >= 0.95


def test_short_copies_are_found_in_official_prose(official):
    """Half of them shorter than 90 characters; copies count that have a passage's letters beyond listed wording."""
    points, cases = plant(by_year(official, SOURCES), by_year(official, CONTEXTS), 0.2, copies=200, seed=1, short=True)
    find = wording.Finder(hanzi.letters(phrase).text for phrase in wording.known())
    text = points.set_index("report")["text"]
    copies = [(case, hanzi.codepoints(hanzi.letters(text[case.copy][slice(*case.copy_span)]).text)) for case in cases]
    formula = {(case.copy, case.source) for case, letters in copies if (~find.covered(letters)).sum() < 16}
    found = detections(reuse.pairs(points, known=wording.known()))
    assert len(formula) < 30
    rest = [[one for one in some if (one.copy, one.source) not in formula] for some in (cases, found)]
    assert plagdet(*rest)["plagdet"] >= 0.95


OTHER_SOURCES, OTHER_CONTEXTS = ("1964", "1983", "2003", "c14_"), ("1957", "1987", "2009", "2014", "2017", "2020")


@pytest.mark.parametrize("rate", [0.1, 0.2, 0.3])
def test_copies_are_found_in_documents_that_nothing_was_chosen_by(rate, official):
    """Nothing is discounted; what these documents share anyway is no false passage."""
    sources, contexts = by_year(official, OTHER_SOURCES), by_year(official, OTHER_CONTEXTS)
    points, cases = plant(sources, contexts, rate, copies=100, seed=9)
    every = detections(reuse.pairs(points))
    found = beyond(every, points, cases)
    assert plagdet(cases, found)["plagdet"] >= LEAST[rate]
    assert len(every) - len(found) < 60


def test_plagdet_of_a_worked_example():
    """Half of a case of 10 + 10 characters found in two pieces, and one false detection."""
    cases = [Case("c0", (0, 10), "s0", (0, 10))]
    found = [Case("c0", (0, 3), "s0", (0, 3)), Case("c0", (5, 7), "s0", (5, 7)), Case("c0", (0, 4), "s1", (0, 4))]
    measured = plagdet(cases, found)
    assert (measured["recall"], measured["granularity"]) == (0.5, 2)
    assert measured["precision"] == pytest.approx(2 / 3)
    assert measured["plagdet"] == pytest.approx(2 * 0.5 * 2 / 3 / (0.5 + 2 / 3) / math.log2(3))
    assert plagdet(cases, cases)["plagdet"] == 1
    assert plagdet(cases, [])["plagdet"] == 0


PARALLELS = [("1955", "1987"), ("1957", "1978"), ("1960", "1981")]
QUOTED = {"些盗窃犯、诈骗犯、杀人", "国家的统一，人民的团结，", "我们的总任务是：团结全国"}
"""How what Mao Zedong said in 1954 and 1957 begins; later documents repeat it word for word."""


def test_unrelated_official_documents_share_only_official_wording(official):
    """Government work reports and congress reports a generation apart: nothing but three quotations."""
    make = make_official()
    years = make.documents(official_corpus()[0].parents[1]).groupby("report")["year"].first()
    rows = [
        (name, n, piece, 400 * n, name[0] == "c")
        for name, text in official.items()
        if not name.startswith("cN")
        for n, piece in enumerate(re.findall(".{1,400}", text))
    ]
    points = pd.DataFrame(rows, columns=["report", "point", "text", "start", "congress"])
    found = reuse.pairs(points, between="congress", known=wording.known())
    long = (found["end"] - found["start"]).clip(upper=found["other_end"] - found["other_start"]) > 25
    apart = (years[found["report"]].to_numpy() - years[found["other"]].to_numpy()).__abs__() >= 20
    begins = [official[row.report][row.start : row.start + 12] for row in found[long & apart].itertuples()]
    assert {text[: len(quote)] for text in begins for quote in QUOTED if text.startswith(quote)} == QUOTED
    assert len(begins) == len(QUOTED)


def test_work_reports_a_generation_apart_share_three_parallels(official):
    """All read: living standards that may not outrun output, a list of criminals, what guides the country."""
    rows = [(name, 1, text, 0) for name, text in official.items() if name[:4].isdigit()]
    points = pd.DataFrame(rows, columns=["report", "point", "text", "start"])
    points["age"] = pd.cut(points["report"].str[:4].astype(int), [0, 1964, 1988, 2005, 2025], labels=False)
    found = reuse.pairs(points, between="age", known=wording.known())  # no two of one age are so far apart
    sizes = (found["end"] - found["start"]).clip(upper=found["other_end"] - found["other_start"])
    far = found[(sizes > 25) & (found["other"].str[:4].astype(int) - found["report"].str[:4].astype(int) >= 20)]
    assert [*zip(far["report"].str[:4], far["other"].str[:4], strict=True)] == PARALLELS


@pytest.mark.parametrize("side", ["between", "within"])
def test_years_may_be_what_is_compared(side):
    text = "对党的理论掌握得不全面不系统，存在学用脱节的现象"
    points = pd.DataFrame({"report": [*"abc"], "point": 1, "text": text, "start": 0, "year": [2019, 2019, 2020]})
    found = reuse.pairs(points, **{side: "year"})
    expected = {"between": [("a", "c", "this"), ("b", "c", "this")], "within": [("a", "b", "")]}[side]
    assert [*zip(found["report"], found["other"], found["earlier"], strict=True)] == expected


@pytest.mark.parametrize(("times", "found"), [(2, 0), (8, 1)])
def test_the_more_agrees_the_more_may_differ(times, found):
    """Six letters that agree, four that do not, and so on: the same similarity, short and long."""
    one, other = (
        "".join(chr(0x4E00 + 20 * n + (i if i < 6 else i + shift)) for n in range(times) for i in range(10))[:-4]
        for shift in (0, 4)
    )
    assert len(reuse.pairs(frame(a=one, b=other))) == found


def test_a_long_copy_is_one_pair_though_formulas_in_it_stand_elsewhere(samples):
    formula = "坚持全心全意为人民服务的根本宗旨不动摇"
    text = samples["text"][0].replace("\n", "")[200:500]
    copy = text[:150] + formula + text[150:]
    points = pd.DataFrame(
        {"report": ["a", "a", "b"], "point": [1, 2, 1], "text": [copy, "另有一处：" + formula, copy], "start": 0}
    )
    found = reuse.pairs(points)
    assert found[["point", "other_point"]].to_numpy().tolist() == [[1, 1]]
    assert found["similarity"].item() == 1


def test_reordered_clauses_are_one_passage():
    one, other = "没有真正站在群众角度考虑和分析问题", "对党员干部教育监督疏于管理失之于宽"
    found = reuse.pairs(frame(a=f"{one}，{other}。", b=f"{other}，{one}。"))
    assert found[["start", "end"]].to_numpy().tolist() == [[0, 35]]
    assert found["similarity"].item() == 1


def test_formulas_of_other_points_are_kept_beside_a_long_copy():
    """What lies at the same offsets of another point is another place."""
    copy, other = "面对复杂问题习惯于等上级拿主意缺少主动研究的闯劲和韧劲", "对党员干部教育监督疏于管理失之于宽"
    points = pd.DataFrame(
        {"report": list("aabb"), "point": [1, 2, 1, 2], "text": [copy, other] * 2, "start": [0, 50] * 2}
    )
    assert reuse.pairs(points)[["point", "other_point"]].to_numpy().tolist() == [[1, 1], [2, 2]]


@pytest.mark.parametrize(
    ("one", "other", "shown"),
    [
        ("学习甲的乙笔记", "学习丙的丁笔记", "学习[-甲的乙-]{+丙的丁+}笔记"),
        ("就业1000万人以上", "就业1200万人以上", "就业[-1000-]{+1200+}万人以上"),
        ("甲乙丙学习丁戊己", "子丑寅学习卯辰巳", "[-甲乙丙学习丁戊己-]{+子丑寅学习卯辰巳+}"),
        ("甲乙丙学习己", "子丑寅学习巳", "[-甲乙丙-]{+子丑寅+}学习[-己-]{+巳+}"),
        ("甲乙丙丁戊学习笔记啊子丑寅卯辰", "学习笔记啊", "[-甲乙丙丁戊-]学习笔记啊[-子丑寅卯辰-]"),
        ("共同学习的人", "共同的人", "共同[-学习-]的人"),
        ("", "学", "{+学+}"),
    ],
)
def test_a_diff_reads_well(one, other, shown):
    assert reuse.diff(one, other) == shown


def test_letters_are_not_counted_twice():
    """Two passages that overlap are joined to one whose similarity stays a share."""
    one = "没有真正站在群众角度考虑和分析问题"
    found = reuse.pairs(frame(a=one + one[-6:] + "以及别的", b=one + "还有" + one[-6:] + "不足"), min_similarity=0.3)
    assert found["similarity"].between(0, 1).all()


def test_only_points_of_the_same_part_are_compared_if_asked():
    shared = "落实中央八项规定精神不够严格执行打了折扣"
    points = frame(a=shared, b=shared, c=shared).assign(role=["problems", "causes", "problems"])
    found = reuse.pairs(points, within="role")
    assert found[["report", "other"]].to_numpy().tolist() == [["a", "c"]]


def test_known_wording_is_discounted():
    dictated = "深刻感悟两个确立的决定性意义增强四个意识"
    assert len(reuse.find(frame(a=dictated, b=dictated))) == 2
    assert len(reuse.find(frame(a=dictated, b=dictated), known=["深刻感悟“两个确立”的决定性意义", "增强四个意识"])) == 0
    more = dictated + "结合个人思想实际谈体会不够深入"
    found = reuse.pairs(frame(a=more, b=more), known=[dictated])
    assert (found["end"] - found["start"]).tolist() == [len(more)]


def strange(of, letters):
    """So many letters that stand nowhere else."""
    return "".join(chr(0x4E00 + 9 * n + of) for n in range(letters))


KNOWN, COPIED, ONE, OTHER = strange(0, 80), strange(1, 12), strange(2, 20), strange(3, 20)
EDITED = "".join(strange(4, 80)[n] if n % 10 < 3 else letter for n, letter in enumerate(KNOWN))  # in one text only


@pytest.mark.parametrize(
    ("one", "other", "held"),
    [
        (COPIED + KNOWN, COPIED + EDITED, True),
        (KNOWN, EDITED, False),  # nothing else agrees
        (COPIED + ONE + KNOWN, COPIED + OTHER + KNOWN, False),  # more differs than agrees
    ],
    ids=["edited", "nothing else", "differing"],
)
def test_letters_outside_known_wording_decide(one, other, held):
    assert len(reuse.pairs(frame(a=one, b=other))) == 1
    assert len(reuse.pairs(frame(a=one, b=other), known=[KNOWN])) == held


def test_a_copy_is_not_lost_beside_a_longer_passage_of_known_wording():
    """Both hold; the longer one has fewer letters outside known wording."""
    begin, end, copied = KNOWN[:20], KNOWN[20:40], OTHER[:18]
    rows = [("a", 1, begin + COPIED[:8] + end, 0), ("a", 2, f"甲{copied}乙", 60)]
    rows += [("b", 1, begin + COPIED[:8] + copied + end, 0)]
    found = reuse.pairs(pd.DataFrame(rows, columns=["report", "point", "text", "start"]), known=[begin, end])
    assert (61, 79) in [*zip(found["start"], found["end"], strict=True)]


def test_wording_known_in_one_place_is_known_in_its_copy():
    """The listed phrase stands whole in one report only; what agrees with it in the other is no copying either."""
    listed, other = "深刻感悟两个确立的决定性意义", "深刻感悟两个确立的重大性意义"
    for texts in ({"a": listed, "b": other}, {"a": other, "b": listed}):
        assert len(reuse.pairs(frame(**texts), min_chars=12)) == 1
        assert len(reuse.pairs(frame(**texts), min_chars=12, known=[listed])) == 0


def test_years_tell_which_place_is_earlier():
    shared = "落实中央八项规定精神不够严格执行打了折扣"
    points = frame(a=shared, b=shared, c=shared).assign(year=pd.array([2022, 2021, 2022], dtype="Int64"))
    assert reuse.pairs(points)["earlier"].tolist() == ["other", "", "this"]
    assert reuse.find(points)["direction"].tolist() == ["later", "earliest", "later"]
    points.loc[0, "year"] = pd.NA
    assert reuse.pairs(points)["earlier"].tolist() == ["", "", "this"]
    assert reuse.find(points)["direction"].tolist() == ["", "", ""]


@given(st.text(alphabet="学而时习之<&", max_size=30), st.text(alphabet="学而时习之<&", max_size=30))
def test_both_texts_can_be_read_from_a_diff(one, other):
    shown = reuse.diff(one, other)
    assert re.sub(r"\[-(.*?)-\]|\{\+.*?\+\}", r"\1", shown) == one
    assert re.sub(r"\[-.*?-\]|\{\+(.*?)\+\}", r"\1", shown) == other
    safe = reuse.diff(one, other, html=True)
    assert set(re.findall("<.*?>", safe)) <= {"<del>", "</del>", "<ins>", "</ins>"}
    assert html.unescape(re.sub("<del>(.*?)</del>|<ins>.*?</ins>", r"\1", safe)) == one


def test_a_diff_of_too_much_is_refused():
    with pytest.raises(InputError, match="at most 20000"):
        reuse.diff("学" * 20_001, "学")


def test_duplicates_of_batches_are_those_of_the_whole(samples, monkeypatch):
    """Also where the sample grows thinner from one batch to the next."""
    edited = samples["text"].str.replace("学习|工作|问题", "〇〇", regex=True)
    points = pd.concat([samples, samples.assign(report=samples["report"] + " edited", text=edited)])
    names = sorted(set(points["report"]))
    batches = [points[points["report"].isin(some)] for some in (names[:1], names[1:4], names[4:])]
    every = reuse.duplicates(points)
    monkeypatch.setattr("textkit.reuse.compare._SAMPLE", 5_000)
    whole = reuse.duplicates(points)
    assert len(whole)
    assert (every.attrs["every"], whole.attrs["every"]) == (1, 4)
    assert not whole["containment"].equals(every["containment"])
    pd.testing.assert_frame_equal(reuse.duplicates(iter(batches)), whole)


def test_more_letters_than_places_have_numbers_are_refused(monkeypatch):
    points = pd.DataFrame({"report": ["a", "b"], "point": 1, "text": "学而时习之", "start": 0})
    monkeypatch.setattr("textkit.reuse.letters.MOST", 9)
    with pytest.raises(InputError, match="more than 9 letters"):
        reuse.pairs(points)
    assert not len(reuse.pairs(points.head(1)))


def test_duplicates_are_flagged(samples):
    copies = samples.assign(text=samples["text"].str.replace("，", " , "), report=samples["report"] + "_copy")
    half = samples.head(1).assign(report="half", text=samples["text"][0][: len(samples["text"][0]) // 2])
    found = reuse.duplicates(pd.concat([samples, copies, half]))
    exact = found[found["exact"]]
    assert (exact["report"] + "_copy").tolist() == exact["other"].tolist() == sorted(copies["report"])
    assert (exact["resemblance"] == 1).all()
    halves = found[~found["exact"]]
    texts = ["学而时习之不亦说乎", "有朋自远方来不亦乐乎"] * 2
    points = pd.DataFrame({"report": ["a", "a", "b", "b"], "text": texts, "start": [0, 9, 0, 9]})
    assert reuse.duplicates(points.iloc[[1, 0, 2, 3]])["exact"].tolist() == [True], "in whatever order rows are"
    assert set(halves["report"]) | set(halves["other"]) == {"half", "city_leader", "city_leader_copy"}
    assert halves["containment"].min() > 0.99
    assert halves["resemblance"].between(0.4, 0.6).all()


@pytest.mark.parametrize("verb", [reuse.find, reuse.duplicates])
def test_a_missing_text_is_named(verb):
    points = pd.DataFrame({"report": ["a", "b"], "point": 1, "text": ["学而时习之", None], "start": 0})
    with pytest.raises(InputError, match="row 1 has no 'text'"):
        verb(points)


def test_dictated_headings_make_no_copies(samples, points):
    assert len(reuse.duplicates(samples, min_containment=0.1)) == 3
    assert len(reuse.duplicates(points, min_containment=0.1)) == 0


@given(
    st.lists(st.text("abc", max_size=60), min_size=2, max_size=6),
    st.sampled_from([0.1, 0.3, 0.5, 0.8, 1]),
    st.sampled_from([1, 3, 8]),
)
def test_duplicates_equal_brute_force(texts, least, rare):
    sets = {str(n): {text[i : i + 5] for i in range(len(text) - 4)} for n, text in enumerate(texts)}
    expected = {
        (one, other, len(a & b) / len(a | b), len(a & b) / min(len(a), len(b)))
        for (one, a), (other, b) in itertools.combinations(sets.items(), 2)
        if a and b and len(a & b) / min(len(a), len(b)) >= least
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("textkit.reuse.compare._RARE", rare)
        found = reuse.duplicates(pd.DataFrame({"report": [*sets], "text": texts}), min_containment=least)
    columns = ["report", "other", "resemblance", "containment"]
    assert {*found[columns].itertuples(index=False, name=None)} == expected


def test_a_short_copy_with_two_swapped_words_is_found():
    one = "缺乏全面系统的学习领会，结合个人思想实际、结合全市工作学习不够，存在学用脱节的现象，转化不到位"
    other = "缺乏全面深入的学习领会，结合个人思想实际、结合单位工作学习不够，存在学用脱节的现象，转化不到位"
    found = reuse.find(frame(a="前面是别的话题。" + one + "。", b="开头说的是另一件事情。" + other + "。后面还有。"))
    assert found["group"].tolist() == [1, 1]
    assert [row.end - row.start for row in found.itertuples()] == [len(one), len(other)]
    assert found["similarity"].between(0.85, 0.99).all()


def test_reordered_points_are_found_each_by_itself():
    first, second = "没有真正站在群众角度考虑和分析问题", "对党员干部教育监督疏于管理失之于宽"
    found = reuse.find(
        frame(a=f"{first}，以及其他。{second}。", b=f"{second}。中间隔着很长很长的一些别的话，{first}。")
    )
    assert found["group"].value_counts().to_dict() == {1: 2, 2: 2}


def test_reports_may_be_numbers():
    texts = [
        "忙于事务，对党的理论知识掌握不全面、不系统，学用脱节。",
        "有时对党的理论掌握得不全面不系统，存在学用脱节的现象。",
    ]
    points = pd.DataFrame({"report": [1, 2], "point": 1, "text": texts, "start": 0, "year": [2023, 2022]})
    found = reuse.pairs(points, min_chars=12).astype({"report": int, "other": int})
    assert reuse.group(found, points)["direction"].tolist() == ["later", "earliest"]


def test_one_passage_in_three_reports_is_one_group():
    shared = "落实中央八项规定精神不够严格执行打了折扣"
    found = reuse.find(frame(a=f"甲{shared}子", b=f"乙“{shared}”丑", c=f"丙{shared[:9]}，{shared[9:]}寅"))
    assert found["group"].tolist() == [1, 1, 1]
    assert found["report"].tolist() == ["a", "b", "c"]
    assert (found["similarity"] == 1).all()
    assert found[["start", "end"]].to_numpy().tolist() == [[1, 21], [2, 22], [1, 22]]


def test_reports_are_not_compared_with_themselves():
    shared = "落实中央八项规定精神不够严格执行打了折扣"
    points = pd.DataFrame({"report": "a", "point": [1, 2], "text": shared, "start": [0, 30]})
    assert len(reuse.find(points)) == 0


def test_unrelated_text_shares_nothing():
    found = reuse.find(frame(a="今天天气很好，适合去公园散步和读书。", b="该算法的时间复杂度与输入规模成正比关系。"))
    assert found.columns.tolist() == frames.columns("passages")
    assert len(found) == 0


def test_samples_keep_their_evidence(points, texts):
    found = reuse.find(points)
    assert found["group"].is_monotonic_increasing
    assert found.groupby("group")["report"].nunique().ge(2).all()
    whole = points.set_index(["report", "point"])
    for row in found.itertuples():
        point = whole.loc[(row.report, row.point)]
        assert point["start"] <= row.start < row.end <= point["end"]
        edges = texts[row.report][row.start] + texts[row.report][row.end - 1]
        assert edges.isalnum()
    assert found["similarity"].between(0.5, 1).all()


@pytest.mark.parametrize("at_once", [700, 50_000])
def test_a_corpus_in_files_gives_what_memory_gives(points, tmp_path, monkeypatch, at_once):
    """However finely seeds and pairs are divided, and in whichever batches they come."""
    copies = points.assign(report=points["report"] + "_copy", text=points["text"].str[5:-5], year=2023)
    both = pd.concat([points.assign(year=2024), copies])
    known = wording.known(points)
    whole = reuse.pairs(both, within="role", known=known)
    batches = [group for _, group in both.groupby("report")]
    monkeypatch.setattr("textkit.reuse.seeds._AT_ONCE", at_once)
    monkeypatch.setattr("textkit.reuse.letters._POINTS", 3)
    parts = list(reuse.stream(iter(batches), tmp_path, within="role", known=known))
    assert any(tmp_path.iterdir())
    assert (len(parts) > 4) == (at_once == 700)
    assert sum(part["report"].nunique() for part in parts) == whole["report"].nunique()  # none lies in two parts
    pd.testing.assert_frame_equal(pd.concat(parts, ignore_index=True), whole)
    pd.testing.assert_frame_equal(reuse.group(whole, both), reuse.find(both, within="role", known=known))
    pd.testing.assert_frame_equal(reuse.group(iter(parts), both), reuse.group(whole, both))


@pytest.mark.parametrize("count", [1, 255, 256, 257, 65_535, 65_536, 65_537])
def test_values_are_dealt_to_the_piles_of_their_numbers(count):
    numbers = np.append(np.random.default_rng(1).integers(0, count, 9_999), count - 1)
    piles = [letters.Pile(np.int64) for _ in range(count)]
    seeds._deal(numbers, (np.arange(10_000), piles))
    assert np.concatenate([pile.whole() for pile in piles]).tolist() == np.argsort(numbers, kind="stable").tolist()
    assert [len(pile) for pile in piles] == np.bincount(numbers, minlength=count).tolist()


def test_order_of_points_does_not_matter(points):
    pd.testing.assert_frame_equal(reuse.find(points), reuse.find(points.sample(frac=1, random_state=3)))


@given(st.lists(st.text(alphabet="学习群众，“”\n ab", max_size=30), max_size=4))
def test_any_text_passes(texts):
    points = pd.DataFrame({"report": [str(i) for i in range(len(texts))], "point": 1, "text": texts, "start": 0})
    found = reuse.find(points.astype({"text": "str", "report": "str"}), min_chars=4)
    for row in found.itertuples():
        assert 0 <= row.start < row.end <= len(texts[int(row.report)])


@pytest.mark.parametrize("unit", ["a", "学习", "一是不深二是不新"])
def test_repetition_without_end_is_no_trap(unit):
    text = unit * (20_000 // len(unit))
    reuse.find(frame(a=text, b=text))


def test_seeds_scattered_to_make_work_are_no_trap():
    """Each of many seeds stands at as many places as may seed, so that all pair with all."""
    draw = random.Random(5)  # noqa: S311
    words = ["".join(chr(0x4E00 + draw.randrange(3000)) for _ in range(4)) for _ in range(30)] * 99
    texts = []
    for _ in "ab":
        draw.shuffle(words)
        texts.append("".join(word + chr(0x6000 + draw.randrange(9000)) for word in words))
    reuse.find(frame(a=texts[0], b=texts[1]))


@pytest.mark.parametrize("wrong", [{"min_chars": 3}, {"min_similarity": 0}, {"min_similarity": 1.5}])
def test_thresholds_are_checked(wrong):
    with pytest.raises(InputError, match="min_chars starts at 4"):
        reuse.find(frame(a="学习"), **wrong)


@pytest.mark.parametrize("folder", [False, True])
def test_a_passage_that_hundreds_share_is_one_group(folder, tmp_path):
    """Its seeds are not rare, but they have the same places."""
    copied = "面对面听取群众诉求少于电话询问情况多满足于层层听汇报"
    draw = random.Random(0)  # noqa: S311
    texts = {f"r{n:03}": "".join(chr(draw.randrange(0x4E00, 0x9000)) for _ in range(60)) for n in range(300)}
    points = frame(**{name: text[:30] + copied + text[30:] for name, text in texts.items()})
    options = {"min_chars": 16}
    found = pd.concat(reuse.stream([points], tmp_path, **options)) if folder else reuse.pairs(points, **options)
    passages = reuse.group(found, points)
    assert passages["group"].tolist() == [1] * 300
    assert (passages["start"] == 30).all()
    assert (passages["end"] == 30 + len(copied)).all()


def test_what_hundreds_say_twice_is_found_in_each_part():
    """Neighbours are sought among the places that may be compared, not among all."""
    copied = "面对面听取群众诉求少于电话询问情况多满足于层层听汇报"
    draw = random.Random(1)  # noqa: S311
    noise = ["".join(chr(draw.randrange(0x4E00, 0x9000)) for _ in range(30)) for _ in range(202)]
    rows = [(f"r{n // 2:03}", n % 2 + 1, text + copied, 1_000 * (n % 2)) for n, text in enumerate(noise)]
    points = pd.DataFrame(rows, columns=["report", "point", "text", "start"])
    points["role"] = points["point"].map({1: "problems", 2: "causes"})
    for within in (None, "role"):
        found = reuse.group(reuse.pairs(points, within=within), points)
        assert len(found) == 202
        assert found.groupby("group")["report"].nunique().tolist() == [101, 101]


def test_one_letter_over_and_over_is_a_copy_too():
    found = reuse.pairs(frame(a="党" * 400, b="党" * 400))
    assert found[["start", "end", "other_start", "other_end"]].to_numpy().tolist() == [[0, 400, 0, 400]]


def test_letters_that_share_a_number_are_not_the_same():
    """Beyond 16 bits a letter has the number of another as a seed."""
    text = "".join(chr(0x4E00 + 7 * n) for n in range(40))
    assert reuse.pairs(frame(a=text, b="".join(chr(0x20000 + (ord(one) ^ 2)) for one in text))).empty


def test_a_folder_that_was_used_is_refused(tmp_path):
    (tmp_path / "seeds0").write_bytes(b"")
    with pytest.raises(InputError, match="not empty"):
        list(reuse.stream([frame(a="学习")], tmp_path))


def test_letters_in_files_take_no_memory(tmp_path):
    batch = {"point": 1, "text": "学用脱节" * 12_500, "start": 0}
    tracemalloc.start()
    letters = gather((pd.DataFrame(batch | {"report": [f"{n:02}"]}) for n in range(40)), folder=tmp_path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert letters.first.tolist() == [50_000 * n for n in range(41)]
    assert peak < 6 * len(letters.codes)  # a batch; a number of four bytes for each letter would already be more


@given(st.text("甲乙", max_size=9), st.text("甲乙", max_size=9), st.integers(-12, 12), st.integers(0, 9))
def test_runs_of_letters_are_those_of_brute_force(one, other, least, more):
    """On every diagonal, the longest stretches of two letters and more that agree."""

    def same(i, j):
        return 0 <= i < len(one) and 0 <= j < len(other) and one[i] == other[j]

    runs = [
        Run(i, i + drift, size)
        for drift in range(least, least + more + 1)
        for i in range(len(one))
        for size in range(2, len(one) - i + 1)
        if all(same(i + n, i + n + drift) for n in range(size))
        and not same(i - 1, i - 1 + drift)
        and not same(i + size, i + size + drift)
    ]
    codes = [*map(hanzi.codepoints, (one, other))]
    for at_once in (1, 40, 4_000_000):  # diagonal by diagonal, some together, all
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(align, "_AT_ONCE", at_once)
            assert list(align._runs(*codes, least, least + more)) == runs


@st.composite
def chains(draw):
    """Runs, most of them where the last one may be continued, or just not."""
    runs, gap = [], st.integers(-2, 34)
    for size in draw(st.lists(st.integers(4, 20), max_size=8)):
        last = runs[-1] if runs and draw(st.integers(0, 4)) else Run(draw(gap) + 40, draw(gap) + 40, 0)
        runs.append(Run(*(max(at + last.size + draw(gap), 0) for at in last[:2]), size))
    return list(dict.fromkeys(runs))


def near(texts, least):
    """Of the runs of several pairs of points, those that are near enough to others."""
    one, other, size = np.array([run for runs in texts for run in runs], dtype=np.int64).reshape(-1, 3).T
    pair = np.repeat(np.arange(len(texts)), [len(runs) for runs in texts])
    kept = bounds.near(pair, (one, other), size, least)
    return [list(itertools.compress(runs, kept[pair == n])) for n, runs in enumerate(texts)]


@given(st.lists(chains(), max_size=3), st.sampled_from([5, 8, 12, 16.5]))
@settings(max_examples=400, deadline=None)
def test_runs_left_out_before_alignment_are_in_no_chain(texts, least):
    for runs, left in zip(texts, near(texts, least), strict=True):
        every, some = ([one for one in align._chains(of, least) if align._score(one) >= least] for of in (runs, left))
        assert every == some


def test_letters_far_apart_in_either_text_are_not_aligned():
    far = [[Run(0, 0, 19), Run(50, 24, 19)], [Run(0, 0, 19), Run(24, 50, 19)], [Run(0, 0, 4), Run(11, 11, 4)]]
    close = [[Run(0, 0, 19), Run(49, 49, 19)], [Run(0, 0, 4), Run(10, 10, 4)]]
    assert near([*far, *close], 5) == [far[0], far[1], [], *close]
    assert near(far[:2], 20) == [[], []]


@given(st.lists(st.text("学而时习之不", min_size=8, max_size=70), min_size=2, max_size=4), st.integers(8, 20))
@settings(max_examples=150, deadline=None)
def test_what_is_never_aligned_would_not_be_found(texts, least):
    """Few different letters, so that most pairs share runs, and some of them passages."""
    points = pd.DataFrame({"report": [*"abcd"[: len(texts)]], "point": 1, "text": texts, "start": 0})
    found, every = with_and_without_bounds(points, min_chars=least)
    pd.testing.assert_frame_equal(found, every)


def with_and_without_bounds(points, **options):
    found = reuse.pairs(points, **options)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(bounds, "reach", lambda letters, one, *rest: np.full(len(one), 1_000))
        patched.setattr(bounds, "near", lambda pair, *rest: np.ones(len(pair), dtype=bool))
        return found, reuse.pairs(points, **options)


def test_what_is_left_out_of_texts_with_too_many_runs_stays_the_same():
    """Of these the longest runs are aligned: the far ones, too, take their place among them."""
    texts = [
        "尋伊媗帖堘剭弙巑庱勡只库偘坫嗋喖廞啵帵司忭介吧崯峪仟崛冕娌僚想弾嚒峛夋嬜悡嵈唓你区厨壍嶎佩怐侕弲塻嵦噅嬝埌奁崶佪宆填佋侫崜唒囼喜姰儇媃彅圙匽啡巛圛咾剆全忌廖姄従恥庵圉塁倀嬜峂妥呺入偺券奍仄円咝夕囬启凡"
        "圜哎仧佽庩婟啳塯嫆刏仍俢堮嶐宼哃关卲悘兤亘奸媑兠嚟勶卙佻嵯塀悹律咊剁徏慯僰侎侼增塴帷圩伬亓孋傞你堜悵弬兡孜傎墷廽一一一丁一丁一丁一一一一一一丁丁一一丁一一一一丁丁丁丁丁一一一一丁一丁丁丁一丁一一丁一一"
        "一一丁丁一丁丁一丁丁丁一一一一一丁丁一一丁一丁一一一丁丁一丁一丁丁丁一嚻一丁一丁丁丁一一师一丁丁丁丁一丁丁丁一丁一丁丁一丁丁一丁一一丁一丁一丁丁丁丁丁一一一一一丁一丁丁一丁丁丁一丁丁一一丁一丁一丁一一"
        "丁丁丁",
        "尋伊媗帖堘剭弙巑冢勧嫶屐垱呜姼傣凾律寯志嫰峭怣惞喉吐愳坠奃恡埞嫔勝垧塰微圏俕夑姄従恥庵圉塁倀嬜娥妽仉市双剓孒塟忇崶嶶倢嫂剱峕噗哔勏双屮侂勈峆咓慑嵋岉姗亿墊层卲悘兤亘奸媑兠嚟徎怫啮唥勸啢層刌佑尢剼倉匸堓"
        "恀孚坝剔呩匄帳悠崼俣噿呛彍埴俶僆堨你区厨壍嶎佩怐侕布咆噺忬唂嫼亃佑圹崰嗁嘇性嘷嚞印妈回喯夞喿哟印姄妀允俭吶宱徫婚丁一一丁丁一丁丁丁一丁一一一丁丁丁一一丁一丁一丁丁丁一丁丁一一丁丁一一一一丁丁一一一丁丁"
        "一丁丁丁一丁一一丁丁丁一丁一一丁丁丁丁丁一一一一一丁丁一一丁一丁一一一丁丁一丁一丁丁丁一一一丁一丁丁丁一一丁一丁丁丁丁一丁一一一",
    ]
    points = pd.DataFrame({"report": ["a", "b"], "point": 1, "text": texts, "start": 0})
    found, every = with_and_without_bounds(points, min_chars=30, min_similarity=0.7)
    pd.testing.assert_frame_equal(found, every)
    assert len(found) == 1


def test_what_may_agree_around_a_run_ends_with_its_point():
    texts = ["学而时习之不亦说乎有朋", "自远方来不亦乐乎人不知", "甲学而时习之不亦乙说乎", "自远方来丙亦乐乎丁戊己"]
    points = pd.DataFrame({"report": [*"aabb"], "point": [1, 2, 1, 2], "text": texts, "start": [0, 50, 0, 50]})
    letters = gather([points])
    runs = np.array([(0, 23, 7), (11, 33, 4)]).T
    assert bounds.reach(letters, *runs).tolist() == [9, 7]  # with 说乎, with 亦乐乎; not beyond
