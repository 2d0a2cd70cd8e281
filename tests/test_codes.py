from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textkit import codes, frames, hanzi
from textkit.codes.examples import Likeness
from textkit.codes.places import Places
from textkit.errors import CodebookError, FrameError

from .conftest import GOLDEN

DATA = Path(codes.__file__).parents[1] / "data"
X = '[[code]]\nid = "x"\nzh = "x"\n'


def point(text, headline="", role="problems", start=0):
    return frames.make("points", [("a", 1, role, "", 1, headline, text, start, start + len(text), 1)])


def book(**changes):
    """A small codebook as TOML text, with lines replaced."""
    lines = {
        "name": 'name = "mine"',
        "roles": 'roles = ["problems"]',
        "weights": "[weights]\nstrong = 4\nweak = 1",
        "one": '[[code]]\nid = "study"\nzh = "学习"\nindicators = { strong = ["理论学习"], weak = ["学习"] }',
        "two": '[[code]]\nid = "people"\nzh = "群众"\nindicators = { strong = ["群众"], weak = ["“走访”"] }',
    } | changes
    return "\n".join(lines.values())


@pytest.fixture
def mine(tmp_path):
    def read(**changes):
        path = tmp_path / "mine.toml"
        path.write_text(book(**changes), "utf-8")
        return codes.read_codebook(path)

    return read


@pytest.mark.parametrize("name", codes.BUILTIN)
def test_builtin_codebooks_hold_the_codes_of_the_scheme(name):
    schemes = {
        "problems": "theory conviction implementation responsibility service fieldwork formalism ideology governance "
        "organisation cadre discipline other",
        "causes": "belief party_spirit purpose discipline study drive system conduct other",
    }
    scheme = codes.read_codebook(name)
    assert scheme.codes["code"].tolist() == schemes[name].split()
    assert scheme.codes[["zh", "en"]].map(len).gt(0).all(axis=None)
    counts = scheme.indicators.groupby("code").size()
    assert set(counts.index) == set(schemes[name].split()) - {"other"}
    assert (counts >= 20).all()
    assert not scheme.indicators.duplicated(["code", "indicator"]).any()


@pytest.mark.parametrize("name", codes.BUILTIN)
def test_every_point_has_one_primary_and_real_evidence(name, points, texts):
    scheme = codes.read_codebook(name)
    coded = codes.apply(points, scheme)
    assert coded.columns.tolist() == frames.columns("codes")
    primaries = coded.groupby(["report", "point"])["primary"].sum()
    chosen = points[points["role"].isin(scheme.roles)]
    assert (primaries == 1).all()
    assert len(primaries) == len(chosen)
    assert not coded.duplicated(["report", "point", "code"]).any()
    spans = coded.merge(points, on=["report", "point"], suffixes=("", "_point"))
    assert (spans["start"] >= spans["start_point"]).all()
    assert (spans["end"] <= spans["end_point"]).all()
    assert all(texts[row.report][row.start : row.end] == row.evidence for row in coded.itertuples())
    assert coded.query("code != 'other'")["evidence"].str.len().gt(0).all()


def test_agreement_with_reading(points):
    """A reader coded these points without the lists. Floors: below them a change made the coding worse."""
    found = [codes.apply(points, codes.read_codebook(name)) for name in codes.BUILTIN]
    gold = codes.adopt(golden("codes.csv"), points)
    for role, (primary, f1) in {"problems": (0.96, 0.84), "causes": (1, 0.85), "measures": (0.94, 0.9)}.items():
        assert_agrees(gold[gold["role"] == role], pd.concat(found), primary, f1)


def test_agreement_on_points_in_other_words():
    """Each lot coded without its own examples, so by words alone that may have been written in sight of it."""
    for name, primary, f1 in (("problems", 0.96, 0.86), ("causes", 0.98, 0.91)):
        book = codes.read_codebook(name)
        table = examples()
        coded, chosen = [], table[(table["role"] == name) & (table["report"] != "definitions")]
        for lot, part in chosen.groupby("report"):
            known = book._replace(examples=book.examples[book.examples["report"] != lot])
            coded.append(codes.apply(part, known))
        assert_agrees(codes.adopt(long(chosen), chosen), pd.concat(coded), primary, f1)


def examples():
    """The examples that come with the package, as points with their codes."""
    table = pd.read_csv(DATA / "examples.csv", keep_default_na=False)
    return table.assign(start=0, dimension="", number=1)


def test_agreement_without_words_that_one_report_alone_uses(points):
    """Leave one report out: of its indicators only those count that fire in another report too."""
    gold = golden("codes.csv").drop_duplicates(["report", "point"])
    right = {}
    for name in codes.BUILTIN:
        scheme = codes.read_codebook(name)
        for report, part in points.groupby("report"):
            own, rest = (codes.coverage(some, scheme).indicators for some in (part, points[points["report"] != report]))
            known = scheme._replace(
                indicators=scheme.indicators[((own["count"] == 0) | (rest["count"] > 0)).to_numpy()]
            )
            both = codes.apply(part, known).query("primary").merge(gold, on=["report", "point"])
            for role, agreed in (both["code_x"] == both["code_y"]).groupby(both["role"]):
                right[role] = right.get(role, 0) + agreed.sum()
    readme = " ".join((GOLDEN.parents[1] / "README.md").read_text("utf-8").split())
    assert f"on {right['problems']}, {right['causes']} and {right['measures']}." in readme
    assert right["problems"] >= 0.8 * 58


def golden(name):
    return long(pd.read_csv(GOLDEN / name).fillna(""))


def long(table):
    """One row per code of a table with primary and secondary codes."""
    rows = [
        (row.report, row.point, code) for row in table.itertuples() for code in (row.primary, *row.secondary.split())
    ]
    return pd.DataFrame(rows, columns=["report", "point", "code"])


def assert_agrees(gold, coded, primary, f1):
    key = ["report", "point"]
    coded = coded.merge(gold[key].drop_duplicates())
    both = gold[gold["primary"]].merge(coded[coded["primary"]], on=key)
    assert len(both) == gold["primary"].sum()
    assert (both["code_x"] == both["code_y"]).mean() >= primary
    assert 2 * len(gold.merge(coded, on=[*key, "code"])) / (len(gold) + len(coded)) >= f1


def learned(tmp_path, lines, **changes):
    (tmp_path / "seen.csv").write_text("\n".join(["role,primary,text", *lines]), "utf-8")
    (tmp_path / "mine.toml").write_text(book(name='name = "mine"\nexamples = "seen.csv"', **changes), "utf-8")
    return codes.read_codebook(tmp_path / "mine.toml")


def test_examples_decide_where_no_indicator_stands(tmp_path):
    scheme = learned(
        tmp_path, ["problems,study,书本翻开就放下", "problems,people,乡亲的门很少敲开", "causes,x,另一部分"]
    )
    assert scheme.examples["code"].tolist() == ["study", "people"]
    row = codes.apply(point("他来了，乡亲的门少敲。好", start=10), scheme).iloc[0]
    assert (row["code"], row["evidence"], row["start"], row["end"]) == ("people", "乡亲的门少敲", 14, 20)
    assert row["indicators"] == ""
    assert codes.apply(point("设备旧了"), scheme)["code"].tolist() == ["other"]
    conceded = "虽然乡亲的门常敲开，但书本不翻"
    assert codes.apply(point(conceded), scheme)["code"].tolist() == ["study"]


def test_examples_add_no_second_code(tmp_path):
    scheme = learned(tmp_path, ["problems,study,书本翻开就放下"] * 9 + ["problems,people,乡亲的门很少敲开"] * 9)
    assert codes.apply(point("群众、群众，书本翻开就放下，乡亲的门"), scheme)["code"].tolist() == ["study", "people"]
    assert codes.apply(point("书本翻开就放下，乡亲的门敲开"), scheme)["primary"].tolist() == [True]


@given(
    st.lists(st.tuples(st.text("甲乙丙，", min_size=1, max_size=6), st.sampled_from("xy")), min_size=2),
    st.text("甲乙丁，"),
)
def test_likeness_is_naive_bayes(seen, text):
    """By counting: how much oftener than on average each pair of the text stands in the examples of a code."""
    table = pd.DataFrame({"report": "a", "code": [code for _, code in seen], "text": [said for said, _ in seen]})
    names = pd.DataFrame({"code": ["x", "y", "other"]})
    empty = pd.DataFrame({"code": [], "indicator": [], "weight": []})
    learned = Likeness(codes.Codebook("n", "", (), {}, names, empty, examples=table))
    rows, _ = learned.pairs(hanzi.codepoints(text))
    found = learned.sums(rows, np.ones(len(rows)), np.zeros(len(rows), dtype=int), 1)[0]

    def pairs(said):
        return [said[i : i + 2] for i in range(len(said) - 1) if said[i : i + 2].isalnum()]

    counts = {code: Counter(pair for said, whose in seen if whose == code for pair in pairs(said)) for code in "xy"}
    known = set(counts["x"]) | set(counts["y"])
    total = {code: counts[code].total() + 0.5 * len(known) for code in "xy"}
    expected = [0.0, 0.0]
    for pair in pairs(text):
        if pair in known:
            x, y = (np.log((counts[code][pair] + 0.5) / total[code]) for code in "xy")
            expected = [expected[0] + (x - y) / 2, expected[1] + (y - x) / 2]
    assert found == pytest.approx(expected)


def test_the_headline_counts_more(mine):
    coded = codes.apply(point("理论学习不够。群众、群众观念、走访。", headline="理论学习不够"), mine())
    assert coded[["code", "primary"]].to_numpy().tolist() == [["study", True], ["people", False]]
    assert codes.apply(point("学习不够。群众、群众观念。"), mine())["code"].tolist() == ["people"]


def test_the_headline_alone_gives_no_second_code(mine):
    """What else a point says is what its words are worth anywhere, not four times that because they head it."""
    scheme = mine(weights="[weights]\nstrong = 4\nweak = 1\n[scoring]\nheadline = 4")
    said = codes.apply(point("理论学习、走访不够。好", headline="理论学习、走访不够"), scheme)
    assert said["code"].tolist() == ["study"]
    assert codes.apply(point("理论学习、群众不够。好", headline="理论学习、群众不够"), scheme)["code"].nunique() == 2


def test_an_indicator_across_the_end_of_the_headline_is_none_of_it(mine):
    coded = codes.apply(point("学习群众，理论", headline="学习群"), mine())
    assert coded.set_index("code")["score"].to_dict() == {"people": 4.0}


def test_longest_indicator_wins_its_place(mine):
    coded = codes.apply(point("理论学习不够"), mine())
    assert coded["indicators"].tolist() == ["理论学习"]
    assert coded["score"].tolist() == [4.0]


@given(st.lists(st.text("abc", min_size=1, max_size=4), min_size=1, unique=True), st.text("abc", max_size=12))
def test_indicators_equal_a_plain_scan(words, text):
    words = sorted(words, key=len, reverse=True)
    spans = [(i, i + len(word)) for word in words for i in range(len(text)) if text.startswith(word, i)]
    start, end = np.array(spans, dtype=np.int64).reshape(-1, 2).T
    kept = Places(start, end, start).longest()
    found = [(i, text[i:end]) for i, end in zip(kept.start.tolist(), kept.end.tolist(), strict=True)]
    expected, at = [], 0
    while at < len(text):
        longest = max((word for word in words if text.startswith(word, at)), key=len, default="")
        if longest:
            expected.append((at, longest))
        at += max(len(longest), 1)
    assert found == expected


def test_quotes_and_spaces_do_not_hide_an_indicator(mine):
    text = "理 论“学习”不够，走访少。"
    coded = codes.apply(point(text, start=100), mine())
    assert coded["evidence"].tolist() == ["理 论“学习"]
    assert coded[["start", "end"]].to_numpy().tolist() == [[100, 106]]
    assert codes.apply(point("走访少"), mine())["code"].tolist() == ["people"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("虽然理论学习抓得紧，但走访少。", "people"),
        ("能够坚持理论学习。但是走访少。", "people"),
        ("理论学习不够，但走访多。", "study"),
        ("能够坚持理论学习。", "other"),
        ("能够走访群众，坚持理论学习。", "other"),  # praise goes on
        ("能够走访群众，坚持理论学习，群众少。", "people"),  # to the clause that falls short
        ("虽然理论学习抓得紧，但不够。", "other"),
        ("不能坚持理论学习，形式多，却不自知。", "study"),
        ("业务能力欠缺，理论学习抓得不紧，但有改进。", "study"),
        ("可能存在理论学习不够，不过问实情。", "study"),
        ("能坚持理论学习，但走访少。", "people"),
    ],
)
def test_what_is_conceded_before_but_does_not_count(text, code, mine):
    assert codes.apply(point(text), mine())["code"].tolist() == [code]


@pytest.mark.parametrize(
    ("indicator", "text", "found"),
    [
        ("重…轻", "重部署、轻检查", True),
        ("重…轻", "轻部署、重检查", False),
        ("重…轻", "重部署，轻检查", False),
        ("重…轻", "重" + "一" * 12 + "轻", True),
        ("重…轻", "重" + "一" * 13 + "轻", False),
        ("会议&多", "多开会议", True),
        ("会议&多", "会议过多", True),
        ("会议&多", "会议。多", False),
        ("党建!党建引领", "党建薄弱，要紧", True),
        ("党建!党建引领", "党建薄弱、党建引领", False),
        ("走访…{lack}", "走访得不够深入", True),
        ("走访…{lack}", "走访多", False),
        ("走访…{rare}", "走访稀罕", True),
        ("会…多…久", "会开得多、开得久", True),
        ("会…多…久", "会开得久、开得多", False),
        ("^四风", "四风。", True),
        ("$四风", "四风。", False),
        ("^四风", "无。四风", False),
        ("$四风", "无。四风", True),
    ],
)
def test_words_put_together(indicator, text, found, mine):
    scheme = mine(
        weights='[weights]\nstrong = 4\n[sets]\nrare = ["稀罕"]',
        one=f'[[code]]\nid = "x"\nzh = "x"\nindicators = {{ strong = ["{indicator}"] }}',
        two="",
    )
    coded = codes.apply(point(text, headline=text.split("。")[0] if "。" in text else ""), scheme)
    assert coded["code"].tolist() == (["x"] if found else ["other"])


@given(st.text("ab，c", max_size=30), st.sampled_from("ab"), st.sampled_from(["b", "c", "bc"]), st.booleans())
def test_combinations_equal_a_plain_scan(text, one, other, ordered):
    """Every place of the first part with the nearest of the second near enough, in its clause."""
    indicator = f"{one}{'…' if ordered else '&'}{other}"
    scheme = codes.Codebook(
        "x",
        "",
        ("problems",),
        {},
        pd.DataFrame({"code": ["x", "other"]}),
        pd.DataFrame({"code": ["x"], "indicator": [indicator], "weight": [4.0]}),
    )

    def near(piece, i):
        """Whether the other part stands after, or in any order before, the part at i."""
        after = (i + len(one) + gap for gap in range(13))
        before = (i - gap - len(other) for gap in range(13) if not ordered and i - gap - len(other) >= 0)
        return any(piece.startswith(other, place) for place in (*after, *before))

    pieces = text.split("，")
    found = any(piece.startswith(one, i) and near(piece, i) for piece in pieces for i in range(len(piece)))
    assert codes.apply(point(text), scheme)["code"].tolist() == (["x"] if found else ["other"])


def test_a_combination_is_hidden_by_a_longer_word_of_another_code(mine):
    scheme = mine(
        one='[[code]]\nid = "faith"\nzh = "x"\nindicators = {}\nlacks = { strong = ["信仰"] }',
        two='[[code]]\nid = "religion"\nzh = "x"\nindicators = { strong = ["宗教信仰"] }',
    )
    assert codes.apply(point("宗教信仰管得不够"), scheme)["code"].tolist() == ["religion"]
    row = codes.apply(point("信仰还不够坚定"), scheme).iloc[0]
    assert (row["code"], row["evidence"], row["indicators"]) == ("faith", "信仰还不够坚定", "信仰&{lack}")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("始终坚持理论学习，走访少。", "people"),
        ("虽然理论学习抓得紧，走访少。", "people"),
        ("始终坚持理论学习不够，走访。", "study"),
        ("未能始终坚持理论学习，走访。", "study"),
        ("克服了理论学习中的畏难情绪，走访少。", "people"),
        ("未能克服理论学习中的畏难情绪，走访。", "study"),
        ("坚决反对群众身边的形式主义，学习", "study"),
        ("没有搞形式主义的理论学习，走访", "people"),
    ],
)
def test_what_is_praised_or_gone_does_not_count(text, code, mine):
    assert codes.apply(point(text), mine())["code"].iloc[0] == code


def test_praise_counts_in_a_headline_and_where_no_failing_is_told(mine):
    assert codes.apply(point("始终坚持理论学习。走访", headline="始终坚持理论学习"), mine())["code"].iloc[0] == "study"
    scheme = mine(roles='roles = ["problems", "measures"]')
    assert codes.apply(point("始终坚持理论学习。", role="measures"), scheme)["code"].tolist() == ["study"]


def test_the_telling_clause_is_one_that_counts(tmp_path):
    """Examples decide for *people*; of its clauses the conceded one, most like them, is no evidence."""
    scheme = learned(tmp_path, ["problems,study,书本翻开就放下", "problems,people,乡亲的门很少敲开"])
    row = codes.apply(point("虽然乡亲的门很少敲开，但乡亲的门敲", start=3), scheme).iloc[0]
    assert (row["code"], row["evidence"]) == ("people", "但乡亲的门敲")


def test_an_object_that_lacks_may_exclude_a_word(mine):
    scheme = mine(one='[[code]]\nid = "do"\nzh = "x"\nindicators = {}\nlacks = { strong = ["落实!责任制"] }')
    assert codes.apply(point("政策落实不够"), scheme)["code"].tolist() == ["do"]
    assert codes.apply(point("落实责任制不够"), scheme)["code"].tolist() == ["other"]


@pytest.mark.parametrize(
    "text",
    [
        "没有出现理论学习走形式的现象，走访少。",
        "解决了理论学习走形式的问题，走访少。",
        "不存在理论学习不够的问题，走访少。",
        "从不放松理论学习等情况，走访少。",
    ],
)
def test_what_is_denied_does_not_count(text, mine):
    assert codes.apply(point(text), mine())["code"].tolist() == ["people"]


def test_one_stretch_counts_once_for_a_code(mine):
    scheme = mine(
        one='[[code]]\nid = "x"\nzh = "x"\nindicators = { strong = ["学习…不"], weak = ["学习", "够"] }', two=""
    )
    assert codes.apply(point("学习还不够"), scheme)["score"].tolist() == [5.0]


def test_points_are_coded_alike_in_any_company(points):
    """Batches, order and neighbours change nothing."""
    scheme = codes.read_codebook("problems")
    chosen = points.iloc[::7]
    together = codes.apply(chosen, scheme)
    alone = pd.concat([codes.apply(chosen.iloc[[i]], scheme) for i in range(len(chosen))], ignore_index=True)
    pd.testing.assert_frame_equal(together, alone)


def test_any_callable_is_a_coder(points):
    coded = codes.apply(points.head(2), lambda text: ["theory", "theory", "service"] if "学习" in text else [])
    assert set(coded["code"]) <= {"theory", "service", "other"}
    assert coded.groupby("point")["primary"].sum().tolist() == [1, 1]
    for coder in (lambda text: "theory", lambda text: None, lambda text: [1]):
        with pytest.raises(FrameError, match="it must give a list of codes"):
            codes.apply(points, coder)
    with pytest.raises(FrameError, match="expected a codebook, from read_codebook, or a function, got 'problems'"):
        codes.apply(points, "problems")


def test_a_point_without_text_is_said(mine):
    """A cell left empty in a spreadsheet; it must not be lost without a word."""
    two = pd.concat([point("理论学习不够"), point("走访少").assign(point=2, text=None)])
    for coder in (mine(), lambda text: ["x"]):
        with pytest.raises(FrameError, match="point 2 of report a has no text"):
            codes.apply(two, coder)
    with pytest.raises(FrameError, match="'a', 1 stands twice in report, point"):
        codes.apply(pd.concat([two.head(1)] * 2), mine())


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"point": 99}, "point 99, code x: there is no such point"),
        ({"start": 0, "end": 3}, "the span is not in the point"),
        ({"primary": False}, "exactly one primary"),
    ],
)
def test_codes_from_elsewhere_are_checked(changes, message):
    table = pd.DataFrame([{"report": "a", "point": 1, "code": "x"} | changes])
    with pytest.raises(FrameError, match=message):
        codes.adopt(table, point("学习不够", start=10))


@pytest.mark.parametrize("unit", ["虽", "能够", "虽学习，但", "学习群众", "，能", "a", "“"])
def test_repetition_without_end_is_no_trap(unit, mine):
    """Were the cost quadratic, this would not return."""
    assert codes.apply(point(unit * (400_000 // len(unit))), mine())["primary"].sum() == 1


def test_nothing_found_is_other_with_an_empty_span(mine):
    row = codes.apply(point("设备陈旧。", start=5), mine()).iloc[0]
    assert (row.code, row.primary, row.evidence, row.start, row.end) == ("other", True, "", 5, 5)


def test_other_parts_are_left_out(mine):
    assert len(codes.apply(point("理论学习不够", role="causes"), mine())) == 0


def test_cross_has_every_cell_and_adds_up(points):
    scheme = codes.read_codebook("causes")
    cross = codes.cross(codes.apply(points, scheme), scheme)
    assert len(cross) == 5 * len(scheme.codes)
    assert (cross.groupby("report")["points"].sum() == cross.groupby("report")["total"].first()).all()
    assert (cross["role"] == "causes").all()
    assert cross.groupby("report")["share"].sum().sub(1).abs().lt(1e-12).all()
    assert (cross["any"] >= cross["points"]).all()


def test_cross_has_reports_with_nothing_to_code(samples, points, mine):
    scheme = mine()
    coded = codes.apply(points[points["report"] == "city_leader"], scheme)
    cross = codes.cross(coded, scheme, samples)
    assert len(cross) == 5 * len(scheme.codes)
    empty = cross[cross["report"] != "city_leader"]
    assert (empty["total"] == 0).all()
    assert empty["share"].isna().all()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": 'nam = "mine"'}, r"mine\.toml:1: unknown key 'nam'"),
        (
            {"one": '[[code]]\nid = "study"\nzh = "学习"\nindicator = []'},
            r"mine\.toml:9: code 1 \('study'\): unknown key 'indicator'",
        ),
        ({"one": '[[code]]\nzh = "学习"\nindicators = {}'}, r"code 1 \('without id'\): key 'id' is missing"),
        ({"one": X.replace('"x"', '"other"') + "indicators = {}"}, "stands twice or is reserved"),
        ({"one": X + 'indicators = { big = ["学习"] }'}, "toml:9: .*unknown key 'big' in indicators"),
        ({"one": X + 'indicators = { weak = ["“”"] }'}, "is not a word"),
        ({"weights": ""}, "key 'weights' is missing"),
        ({"weights": "[weights]\nstrong = 'four'"}, "toml:4: weights: 'strong' must be a number above 0, not 'four'"),
        ({"one": X + 'indicators = { weak = "畏难" }'}, "toml:9: .*weak must be a list of words, not '畏难'"),
        ({"roles": 'roles = "problems"'}, "key 'roles' must be a list"),
        ({"roles": 'roles = ["problem"]'}, r"roles \['problem'\] must be a list of parts"),
        ({"roles": "roles = []"}, "must be a list of parts: problems, causes"),
        ({"roles": 'roles = ["problems"]\ntitle = "情绪"'}, "toml:3: key 'title' must be a table, not '情绪'"),
        ({"name": 'name = "a/b"'}, "name 'a/b' must be up to 20 letters"),
        ({"name": 'name = "a-name-that-is-far-too-long"'}, "must be up to 20 letters"),
        ({"one": X + 'indicators = { weak = ["学…&"] }'}, "toml:9: .*… and & in one"),
        ({"one": X + 'indicators = { weak = ["学…{few}"] }'}, "no set {few}; there are lack"),
        ({"one": X + 'indicators = { weak = ["{lack}&学"] }'}, "{lack} cannot come first"),
        ({"one": X + 'indicators = {}\nlacks = ["学"]'}, "toml:10: .*'lacks' must be a table"),
        ({"weights": "[weights]\nweak = 1\n[sets]\nfew = 1"}, "toml:6: set 'few' must be a list of words"),
        ({"weights": "[weights]\nweak = 1\n[scoring]\nhead = 1"}, "toml:6: unknown key 'head'; known are headline"),
        ({"two": '[[code]]\nid = "x"\nzh = "x"\nindicators = {}\n[scoring]\nleast = -1'}, "toml:15: scoring: 'least'"),
        ({"weights": "[weights]\nstrong = inf"}, "toml:4: weights: 'strong' must be a number above 0, not inf"),
        ({"name": 'name = "mine"\ncode = ["x"]', "one": "", "two": ""}, "toml:2: code 'x' must be a table"),
        ({"one": '[[code]]\nid = "a b"\nzh = "x"\nindicators = {}'}, "toml:7: .*id 'a b' must be letters"),
        ({"one": X + "en = 3\nindicators = {}"}, "toml:9: .*key 'en' must be a text, not 3"),
        ({"one": X + 'indicators = { weak = ["学", "^学$"] }'}, r"toml:9: .*'学\$' is not a word"),
        ({"one": X + 'indicators = { weak = ["“学”", "学"] }'}, "toml:9: .*'学': stands twice"),
        ({"one": X + "indicators = { weak = [3] }"}, "toml:9: .* 3: '' is not a word"),
        ({"weights": "[weights"}, "not a TOML file in UTF-8: .*line 3"),
        (
            {"roles": 'roles = ["problems"]\nexamples = "../a.csv"'},
            r"toml:3: examples '../a.csv' must name a \.csv file",
        ),
        ({"roles": 'roles = ["problems"]\nexamples = 1'}, "toml:3: key 'examples' must be a text"),
    ],
)
def test_a_broken_codebook_is_said(changes, message, mine):
    with pytest.raises(CodebookError, match=message):
        mine(**changes)


def test_broken_examples_are_said(tmp_path):
    with pytest.raises(CodebookError, match=r"mine\.toml:2: seen\.csv, line 3: no code 'studdy'"):
        learned(tmp_path, ["problems,study,书", "problems,studdy,书"])
    (tmp_path / "seen.csv").write_text("text,code\n书,study\n", "utf-8")
    with pytest.raises(CodebookError, match=r"seen\.csv lacks the column 'primary'; it needs text and primary"):
        codes.read_codebook(tmp_path / "mine.toml")


def test_unknown_codebook_is_said():
    with pytest.raises(CodebookError, match=r"no such codebook; give a \.toml file or one of causes, problems"):
        codes.read_codebook("problem")


def test_missing_columns_are_said(mine):
    with pytest.raises(FrameError, match="missing column 'headline'"):
        codes.apply(point("学习").drop(columns="headline"), mine())
