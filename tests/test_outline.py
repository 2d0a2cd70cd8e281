import pandas as pd
import pytest
from hypothesis import given

from textkit import frames, lines, outline, reports

from . import strategies
from .conftest import GOLDEN, official_corpus

SAMPLES = ["city_leader", "office_deputy", "street_director", "street_secretary", "street_team"]


@pytest.mark.parametrize("name", SAMPLES)
def test_samples_equal_outlines_written_by_hand(name, nodes, texts):
    golden = pd.read_csv(GOLDEN / f"{name}.tsv", sep="\t", dtype=str, keep_default_na=False, quoting=3)
    text, found = texts[name], nodes[nodes["report"] == name]
    headings = [
        "" if pd.isna(row.heading_start) else text[row.heading_start : row.heading_end] for row in found.itertuples()
    ]
    as_written = found.assign(heading=headings, number=found["number"].astype("str").fillna(""))
    columns = ["depth", "kind", "style", "marker", "number", "role", "numbering", "heading"]
    mine = [tuple(row) for row in as_written[columns].astype(str).replace("<NA>", "").to_numpy()]
    assert mine == [tuple(row) for row in golden[columns].to_numpy()]
    place = 0
    for start, marker_start, opening in zip(found["start"], found["marker_start"], golden["opening"], strict=True):
        place = text.index(opening, place)
        assert not text[start:place].strip(" \n\u3000*#"), "a node begins before its words only by blanks and markup"
        assert pd.isna(marker_start) or marker_start == place


def check_tiling(text):
    tree = outline.tree(text)
    if not text.strip():
        return
    assert tree[0].start == 0
    assert max(node.end for node in tree) == len(text)
    owner = [0] * len(text)
    for i, node in enumerate(tree, 1):
        assert node.start < node.end
        assert node.parent is None or node.parent < i
        parent = tree[node.parent - 1] if node.parent else None
        assert node.depth == (parent.depth + 1 if parent else 1)
        assert parent is None or parent.start <= node.start < node.end <= parent.end
        owner[node.start : node.end] = [i] * (node.end - node.start)
        if node.kind == "section":
            assert text.startswith(node.marker, node.marker_start)
            assert node.start <= node.marker_start < node.end
        if node.heading_start is not None:
            assert node.start <= node.heading_start < node.heading_end <= node.end
    assert all(owner), "every character belongs to a node"
    siblings = {}
    for node in tree:  # nodes with one parent follow each other without overlap
        assert siblings.get(node.parent, 0) <= node.start
        siblings[node.parent] = node.end


@given(strategies.reports)
def test_nodes_tile_any_text(text):
    check_tiling(text)


@given(strategies.anything)
def test_nodes_tile_anything(text):
    check_tiling(text)


@given(strategies.reports)
def test_points_are_evidence(text):
    frame = pd.DataFrame({"report": ["a"], "text": [text]})
    points = outline.points(outline.parse(frame), frame)
    assert points.columns.tolist() == frames.columns("points")
    for row in points.itertuples():
        assert text[row.start : row.end] == row.text
        assert row.text == row.text.strip()
    assert (points["start"].to_numpy()[1:] >= points["end"].to_numpy()[:-1]).all()


@given(strategies.reports)
def test_overview_adds_up(text):
    frame = pd.DataFrame({"report": ["a"], "text": [text]})
    nodes = outline.parse(frame)
    points = outline.points(nodes, frame)
    overview = outline.overview(nodes, points)
    assert overview["chars"].sum() == (len(text) if len(nodes) else 0)
    assert overview["points"].sum() == len(points)


@pytest.mark.parametrize(
    ("text", "markers"),
    [
        ("一、问题\n统一是关键。之一是落实。第一书记。", ["一、"]),
        ("一、问题\n一是一，二是二，说得清楚。", ["一、"]),
        ("一、问题\n1.5亿元。2021年。", ["一、"]),
        ("一、二、三号楼", []),
        ("一、问题。一是不深。二是不新。", ["一、", "一是", "二是"]),
        ("主要有：一是不深，二是不新，三是不实。", ["一是", "二是", "三是"]),
        ("他说，一是不深。", []),
        ("他说“好”一是不深。", []),
        ("（一）一是不深。二是不新。\n（二）不够，三是不实。", ["（一）", "一是", "二是", "（二）"]),
        ("（一）不够，一是不深。\n（二）不足，二是不新。", ["（一）", "（二）"]),
        ("（一）一是不深。二是不新。二是不实。", ["（一）", "一是", "二是", "二是"]),
        ("一、一是不深，二是不新。\n1.一是不深；二是不新。", ["一、", "一是", "二是", "1.", "一是", "二是"]),
        ("（见附件）一是不深。", []),
        ("首先，感谢大家。", ["首先，"]),
        ("存在不足。首先，学得不深。其次，用得不够。最后，抓得不紧。", ["首先，", "其次，", "最后，"]),
        ("存在不足。首先，学得不深。", []),
        ("第一章 总则\n一、问题\n(一)不深\n１．不新", ["第一章", "一、", "(一)", "１．"]),
        ("1.1 背景\n1.2 目标", ["1.1", "1.2"]),
        ("一、成绩\n2.5 ）浓度下降\n5.8个百分点", ["一、"]),
        ("一九五八，将有更大的发展", []),
        ("一、措施\n1.抓学习。2.抓作风。3.抓落实。", ["一、", "1.", "2.", "3."]),
        ("一、成绩\n增长了。2.5亿元。", ["一、"]),
        ("- 一、问题\n• （一）不深", ["一、", "（一）"]),
        ("**一、问题**\n　　（一）不深", ["一、", "（一）"]),
    ],
)
def test_markers(text, markers):
    assert [node.marker for node in outline.tree(text) if node.kind == "section"] == markers


@pytest.mark.parametrize(
    ("numerals", "oddities"),
    [
        ("一二三", ["", "", ""]),
        ("一三三", ["", "skipped", "repeated"]),
        ("一二一", ["", "", "restarted"]),
        ("二三", ["skipped", ""]),
    ],
)
def test_numbering(numerals, oddities):
    text = "".join(f"（{numeral}）不够。\n" for numeral in numerals)
    assert [node.numbering for node in outline.tree(text)] == oddities


def test_numbering_may_run_on_across_parts():
    text = "一、问题\n（一）不深。\n（二）不新。\n二、措施\n（三）学。\n（四）干。"
    assert {node.numbering for node in outline.tree(text)} == {""}


@pytest.mark.parametrize(
    ("heading", "role"),
    [
        ("存在的突出问题", "problems"),
        ("差距和不足", "problems"),
        ("产生问题的原因分析", "causes"),
        ("存在问题的根源", "causes"),
        ("整改措施和努力方向", "measures"),
        ("下一步打算", "measures"),
        ("工作回顾", "work"),
        ("加强领导", "other"),
        ("上年度民主生活会整改措施落实情况", "work"),
        ("巡察反馈问题整改情况", "work"),
        ("存在的问题及原因", "problems"),
        ("存在问题及整改措施", "problems"),
        ("改进作风方面存在的不足", "problems"),
        ("问题整改措施", "measures"),
        ("问题产生的根源和原因分析", "causes"),
        ("个人对照检查情况", "problems"),
        ("党性分析情况", "problems"),
        ("下一阶段工作安排", "measures"),
        ("主要工作", "work"),
        ("解决好涉及群众切身利益的问题", "other"),
    ],
)
def test_roles_of_headings(heading, role):
    tree = outline.tree(f"一、{heading}\n（一）要点。")
    assert [node.role for node in tree] == [role, role]


def test_dimension_is_the_dictated_heading(points):
    problems = points[points["role"] == "problems"]
    assert problems["dimension"].str.contains("带头|方面$").all()
    assert not points["text"].str.contains("^(?:在)?带头.*方面").any()
    assert points.groupby("report").size().to_dict() == {
        "city_leader": 22, "office_deputy": 17, "street_director": 12, "street_secretary": 20, "street_team": 22,
    }  # fmt: skip


def test_a_point_is_a_paragraph_where_it_has_no_items(points):
    rows = points[(points["report"] == "street_director") & (points["role"] == "problems")]
    assert rows["headline"].eq("").all()
    assert rows["number"].tolist() == [1, 2, 3, 4, 5, 6]
    assert rows["text"].iloc[0].startswith("对习近平新时代中国特色社会主义思想")


def test_official_documents_parse():
    files = official_corpus()
    if not files:
        pytest.skip("the official corpus is not beside the project")
    texts = reports.read(files)
    assert len(texts) == len(files)
    for text in texts["text"]:
        check_tiling(text)


@pytest.mark.parametrize(
    "unit", ["（", "一是", "一、", "\n", " ", "#", "1.", "“", "。 ", "一", "，一是", "\n（一）", "*"]
)
def test_repetition_without_end_is_no_trap(unit):
    """A megabyte of anything passes; were the cost quadratic, this would not return."""
    text = unit * (1_000_000 // len(unit))
    assert max((node.end for node in outline.tree(text)), default=len(text)) == len(text)


@pytest.mark.parametrize("unit", ["解决", "方面", "问题及", "**"])
def test_an_endless_heading_is_no_trap(unit):
    tree = outline.tree("一、" + unit * 200_000)
    assert [node.kind for node in tree] == ["section"]


def test_lists_give_no_roles_and_closing_comes_last():
    tree = outline.tree("一、总体情况\n一是存在问题。\n以上是第一点。\n二、结尾\n以上就是我的汇报。")
    assert [(node.kind, node.role) for node in tree] == [
        ("section", "other"), ("section", "other"), ("paragraph", "other"), ("section", "other"), ("closing", "other"),
    ]  # fmt: skip


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_all_systems(end):
    tree = outline.tree(end.join(["前言。", "一、问题", "（一）不深", "很不深。", "（二）不新", ""]))
    kinds = ["preamble", "section", "section", "paragraph", "section"]
    assert [(node.kind, node.depth) for node in tree] == list(zip(kinds, [1, 1, 2, 3, 2], strict=True))


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("对照检查材料\n一、问题", "对照检查材料"),
        ("**对照检查材料**\n正文。", "对照检查材料"),
        ("对照检查材料", None),
        ("一、问题\n二、原因", None),
        ("按照要求，现汇报如下\n一、问题", None),
        ("对照" * 31 + "\n一、问题", None),
        ("# " + "对照" * 31 + "\n一、问题", "对照" * 31),
        ("2024年1月10日\n一、问题", None),
    ],
)
def test_titles(text, title):
    span = lines.title(text)
    assert (text[slice(*span)] if span else None) == title


def test_reports_that_do_not_fit_are_said(samples, nodes):
    with pytest.raises(frames.FrameError, match="'city_leader' stands twice in report"):
        outline.parse(pd.concat([samples, samples]))
    with pytest.raises(frames.FrameError, match="no text of 'city_leader'"):
        outline.points(nodes, samples.iloc[1:])


def test_empty_reports_have_empty_tables():
    none = frames.make("reports")
    nodes = outline.parse(none)
    assert nodes.columns.tolist() == frames.columns("outline")
    assert len(outline.points(nodes, none)) == 0


@given(strategies.anything)
def test_lines_leave_out_only_white_space(text):
    kept = "".join(text[slice(*span)] for span in lines.lines(text))
    assert "".join(kept.split()) == "".join(text.split())
