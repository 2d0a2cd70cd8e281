"""The grammar of lacking: tables of clauses, the samples' headlines, and what makes a point concrete."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textkit import codes, frames


def point(text, headline=""):
    return frames.make("points", [("a", 1, "problems", "", 1, headline, text, 7, 7 + len(text), 1)])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("宗旨意识有所淡化", ("宗旨意识", "淡化", "weakened", "有所", "hedged")),
        ("理论学习不够扎实", ("理论学习", "不够扎实", "insufficient", "", "")),
        ("理论学习缺乏系统性", ("理论学习", "缺乏系统性", "absent", "", "")),
        ("工作缺乏主动性和创造性", ("主动性和创造性", "缺乏", "absent", "", "")),
        ("工作力度在一定程度上有所减弱", ("工作力度", "减弱", "weakened", "一定程度上有所", "hedged")),
        ("干部队伍素质参差不齐", ("干部队伍素质", "参差不齐", "behind", "", "")),
        ("缺乏担当精神", ("担当精神", "缺乏", "absent", "", "")),
        ("缺少一抓到底的决心", ("决心", "缺少", "absent", "", "")),
        ("党性锤炼还不到位", ("党性锤炼", "不到位", "insufficient", "还", "plain")),
        ("对“四风”的认识不到位", ("认识", "不到位", "insufficient", "", "")),
        ("为民意识树得不牢", ("为民意识", "不牢", "insufficient", "", "")),
        ("干部管理严重滞后", ("干部管理", "滞后", "behind", "严重", "sharp")),
        ("服务水平有待提高", ("服务水平", "有待提高", "behind", "", "")),
        ("走访群众偏少", ("走访群众", "偏少", "few", "", "")),
        ("督促检查流于形式", ("督促检查", "流于形式", "faulty", "", "")),
        ("理论学习存在一定的敷衍", ("理论学习", "敷衍", "faulty", "一定", "hedged")),
        ("没有理想信念", ("理想信念", "没有", "absent", "", "")),
        ("停车难问题长期没有根除", ("停车难问题", "没有根除", "insufficient", "长期", "sharp")),
        ("对政策没有完全掌握", ("政策", "没有完全掌握", "insufficient", "", "")),
        ("决策部署未完全落实", ("决策部署", "未完全落实", "insufficient", "", "")),
        ("保密工作责任制没有履行到位", ("保密工作责任制", "没有履行到位", "insufficient", "", "")),
        ("工作能力没有得到提升", ("工作能力", "没有得到提升", "absent", "", "")),
        ("弦绷得不紧", ("弦", "不紧", "insufficient", "", "")),
        ("思想弦绷得不紧", ("思想弦", "不紧", "insufficient", "", "")),
        ("篱笆扎得不牢", ("篱笆", "不牢", "insufficient", "", "")),
        ("下基层多是走马观花", ("下基层", "走马观花", "faulty", "", "")),
        ("对群众诉求敷衍应付", ("群众诉求", "敷衍应付", "faulty", "", "")),
        ("理论素养停留于表面", ("理论素养", "停留于表面", "faulty", "", "")),
        ("开展组织生活一定程度上不严肃", ("组织生活", "不严肃", "insufficient", "一定程度上", "hedged")),
    ],
)
def test_clauses_are_taken_apart(text, found):
    row = codes.deficits(point(text)).iloc[0]
    assert tuple(row[["object", "predicate", "kind", "degree", "degree_kind"]]) == found
    assert row["evidence"] == text
    assert (row["start"], row["end"]) == (7, 7 + len(text))


@pytest.mark.parametrize(
    "text",
    [
        "理论学习很扎实",
        "虽然走访不多，但有回访",
        "不存在理论学习不够的问题",
        "减少了会议",
        "没有形式主义",
        "克服了畏难情绪",
        "不少同志",
        "不足",
        "工作、不够",
        "做得还不够",
        "思想上逐渐产生了松懈情绪",
        "抓而不紧",
        "抓得不紧",
        "没有根除",
        "觉得没有大的事情",
        "学得不深",
        "有时候不到位",
        "没有清醒认识到党的力量来自人民群众",
    ],
)
def test_what_is_no_deficit_gives_none(text):
    assert len(codes.deficits(point(text))) == 0


def test_one_object_may_lack_in_two_ways_and_clauses_stand_apart():
    found = codes.deficits(point("理论学习不深，工作作风不实、效率偏低。"))
    assert found[["object", "predicate"]].to_numpy().tolist() == [
        ["理论学习", "不深"],
        ["工作作风", "不实"],
        ["效率", "偏低"],
    ]


def test_an_object_ends_where_the_next_predicate_begins():
    found = codes.deficits(point("缺少一追到底的精神、缺乏系统深入的思考"))
    assert found["object"].tolist() == ["精神", "思考"]
    assert found["evidence"].iloc[0] == "缺少一追到底的精神"


def test_a_heading_ends_where_its_line_does():
    found = codes.deficits(point("群众工作不扎实\n\n下基层走访偏少。", "群众工作不扎实"))
    assert found["evidence"].tolist() == ["群众工作不扎实", "下基层走访偏少"]
    assert found["object"].tolist() == ["群众工作", "下基层走访"]
    assert found["headline"].tolist() == [True, False]


def test_headline_is_told_from_body():
    found = codes.deficits(point("理论学习不深。工作作风不实。", "理论学习不深"))
    assert found["headline"].tolist() == [True, False]


def test_most_headlines_of_the_samples_are_understood(points, texts):
    """A floor: what is dropped is a headline without a deficit, or one of many clauses."""
    found = codes.deficits(points)
    headed = points[(points["headline"] != "") & points["role"].isin(["problems", "causes"])]
    understood = found[found["headline"]].drop_duplicates(["report", "point"])
    assert len(understood.merge(headed, on=["report", "point"])) >= 0.95 * len(headed)
    for row in found.itertuples():
        assert texts[row.report][row.start : row.end] == row.evidence
        assert row.predicate[:2].strip("“”") in row.evidence.replace("“", "").replace("”", "").replace(" ", "")


@given(st.text("宗旨意识不够缺乏少的，。有所还“ ", max_size=40))
def test_any_text_has_evidence_in_order(text):
    found = codes.deficits(point(text))
    assert all(text[row.start - 7 : row.end - 7] == row.evidence for row in found.itertuples())
    assert found["object"].str.len().between(2, 12).all()  # no 弦 here


def test_no_points_no_deficits():
    assert len(codes.deficits(point("一").head(0))) == 0


@pytest.mark.parametrize(
    ("text", "column", "count"),
    [
        ("比如走访少，例如调研少", "examples", 2),
        ("如何抓落实", "examples", 0),
        ("全年走访12次、座谈三十余次，占85.5%", "numbers", 3),
        ("一是学习，第一位，一个人", "numbers", 0),
        ("“四个意识”、'八项规定'，做到两个维护，谈话千篇一律", "numbers", 0),
        ("对两个确立领悟了两个月", "numbers", 1),
        ("落实“三个不留死角”的要求", "numbers", 0),
        ("开了三个“专题会”，办成“5件”", "numbers", 2),
        ("疫情防控和《条例》学习", "tasks", 2),
        ("有所放松，一定程度上有时", "hedges", 3),
        ("本人、自己", "self", 2),
        ("自我批评、我国、我们", "self", 0),
        ("班子和领导班子", "team", 2),
        ("我们党的班子", "team", 1),
        ("个别党员、部分干部、有的同志", "some", 3),
    ],
)
def test_concreteness_is_counted(text, column, count):
    row = codes.concreteness(point(text)).iloc[0]
    assert row[column] == count
    assert row["chars"] == len(text)
