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
    if not text:
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
        if node.marker_start is not None:
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
        ("主要有：一是否认问题，二是回避矛盾。", ["一是", "二是"]),
        ("说不清：一是否到位，二是不新。", []),
        ("他说，一是不深。", []),
        ("他说“好”一是不深。", []),
        ("（一）一是不深。二是不新。\n（二）不够，三是不实。", ["（一）", "一是", "二是", "（二）"]),
        ("（一）不够，一是不深。\n（二）不足，二是不新。", ["（一）", "（二）"]),
        ("（一）一是不深。二是不新。二是不实。", ["（一）", "一是", "二是", "二是"]),
        ("一、一是不深，二是不新。\n1.一是不深；二是不新。", ["一、", "一是", "二是", "1.", "一是", "二是"]),
        ("（见附件）一是不深。", []),
        ("首先，感谢大家。", []),
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


def test_items_with_bullets_are_points():
    text = (
        "一、存在的问题\n\n- 学习不深。\n  - 浅尝辄止。\n- 走访不多。\n- 1 -\n"
        "二、原因\n（一）信念：\n•\t松懈。\n•\t动摇。\n"
        "（二）宗旨：\n• 只有一条。\n"
    )
    reports = pd.DataFrame({"report": ["a"], "text": [text]})
    found = outline.points(outline.parse(reports), reports)
    assert found[["role", "number", "text"]].values.tolist() == [
        ["problems", 1, "学习不深。\n  - 浅尝辄止。"],
        ["problems", 2, "走访不多。\n- 1 -"],
        ["causes", 1, "松懈。"],
        ["causes", 2, "动摇。"],
        ["causes", 2, "宗旨：\n• 只有一条。"],
    ]
    assert [text[start:end] for start, end in zip(found["start"], found["end"], strict=True)] == found["text"].tolist()


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
    "unit",
    [
        "（",
        "一是",
        "一、",
        "\n",
        " ",
        "#",
        "1.",
        "“",
        "。 ",
        "一",
        "，一是",
        "\n（一）",
        "*",
        "存在的问题\n（一）\n",
        "(一)(1)①",
    ],
)
def test_repetition_without_end_is_no_trap(unit):
    """A megabyte of anything passes; were the cost quadratic, this would not return."""
    text = unit * (1_000_000 // len(unit))
    assert max((node.end for node in outline.tree(text)), default=len(text)) == len(text)


@pytest.mark.parametrize("filling", [".", "…", "—", "_", " ", "\t", "目录\n", "x"])
def test_a_long_line_is_no_trap(filling):
    """A table of contents is looked for, page numbers and signatures too: none of it by trying from each place."""
    for text in (f"材料\na{filling * 100_000}b\n一、问题\n", f"一、a{filling * 100_000}b\n二、问题\n"):
        check_tiling(text)


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
    for verb in (outline.points, outline.show):
        with pytest.raises(frames.FrameError, match="no text of 'city_leader'"):
            verb(nodes, samples.iloc[1:])


def test_empty_reports_have_empty_tables():
    none = frames.make("reports")
    nodes = outline.parse(none)
    assert nodes.columns.tolist() == frames.columns("outline")
    assert len(outline.points(nodes, none)) == 0


@given(strategies.anything)
def test_lines_leave_out_only_white_space(text):
    kept = "".join(text[slice(*span)] for span in lines.walk(text))
    assert "".join(kept.split()) == "".join(text.split())


def depths(text):
    return [(node.marker, node.depth) for node in outline.tree(text) if node.kind == "section"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("一、甲\n1.子\n2.丑\n二、乙\n一是寅。二是卯。", [1, 2, 2, 1, 2, 2]),
        ("（一）甲\n一、子\n二、丑\n（二）乙\n一、寅\n二、卯", [1, 2, 2, 1, 2, 2]),
        ("1.甲\n（一）子\n（二）丑\n2.乙\n（一）寅", [1, 2, 2, 1, 2]),
        ("第一章 甲\n第一条 子。\n第二条 丑。\n第二章 乙\n第三条 寅。", [1, 2, 2, 1, 2]),
        ("1 甲\n1.1 子\n1.1.1 丑\n1.2 寅\n2 乙\n2.1 卯", [1, 2, 3, 2, 1, 2]),
        ("1.甲\n1）子\n2）丑\n2.乙", [1, 2, 2, 1]),
        ("1.甲\n2、乙\n3.丙", [1, 1, 1]),
        ("1\t甲\n1.1\t子\n1.1.1\t丑\n2\t乙\n2.1\t寅", [1, 2, 3, 1, 2]),
        ("一、甲\n1：子。2：丑。\n二、乙", [1, 2, 2, 1]),
        ("（一）甲\n首先学习不够，其次调研不够，再次落实不够。\n（二）乙", [1, 2, 2, 2, 1]),
        ("一、甲\n一是一个也不能少。二是全覆盖。", [1, 2, 2]),
        ("一、甲\n1.子（1）不深（2）不实\n2.丑", [1, 2, 3, 3, 2]),
        ("一、甲\n其一，子。其二，丑。", [1, 2, 2]),
        ("1.甲。1.1 子。1.2 丑。\n2.乙", [1, 2, 2, 1]),
        ("一、甲。版本为V1.1，V1.2。\n二、乙", [1, 1]),
        ("一、三年来的工作\n二、二十大精神学习\n三、两年打算", [1, 1, 1]),
        ("一、甲\n一是子。二是丑。\n要做到：一要寅；二要卯。", [1, 2, 2, 2, 2]),
        ("一、甲\n一是子。一要寅；二要卯。二是丑。", [1, 2, 3, 3, 2]),
        ("# 材料\n## 问题\n1.甲\n2.乙\n## 措施\n1.丙", [1, 2, 2, 1, 2]),
        ("# 一、问题\n## 甲\n学得少。\n## 乙\n# 二、原因\n## 丙\n1.丁", [1, 2, 2, 1, 2, 3]),
        ("材料\n存在的问题\n1.甲\n2.乙\n整改措施\n1.丙\n2.丁", [1, 2, 2, 1, 2, 2]),
        ("一、甲\n1.子\n整改措施\n2.丑", [1, 2, 2]),
        ("一、甲。（一）子。（二）丑。二、乙。", [1, 2, 2, 1]),
        ("一、甲\n另外，不新。\n一是子。二是丑。", [1, 2, 2]),
        ("前言。二是\n“好”", [1]),
    ],
)
def test_levels_are_those_of_the_document(text, expected):
    assert [depth for _, depth in depths(text)] == expected


@pytest.mark.parametrize(
    ("line", "marker"),
    [
        ("一．问题", "一．"), ("(一)问题", "(一)"), ("（一)问题", "（一)"),
        ("一）问题", "一）"), ("１．问题", "１．"), ("1：问题", "1："),
        ("⑴问题", "⑴"), ("⒈问题", "⒈"), ("㈠问题", "㈠"),
        ("❶问题", "❶"), ("第一是学习", "第一是"), ("一\u200b、问题", "一\u200b、"),
        ("\u00a0\u3000一、问题", "一、"), ("第一部分 问题", "第一部分"), ("一，问题", "一，"),
        ("一　问题", "一"), ("1 问题", "1"),
    ],
)  # fmt: skip
def test_variants_of_markers(line, marker):
    second = line.translate(str.maketrans("一1１⑴⒈㈠❶", "二2２⑵⒉㈡❷"))
    nodes = [node for node in outline.tree(f"{line}\n不深。\n{second}\n不新。") if node.kind == "section"]
    assert [node.number for node in nodes] == [1, 2]
    assert nodes[0].marker == marker


@pytest.mark.parametrize(
    "text",
    [
        "一、二线城市很多。",
        "三、四年之后。",
        "1、2、3号楼。",
        "他强调“一是学习；二是实践”。",
        "第一书记、第一时间。",
        "2.5个百分点。\n2.6个百分点。",
        "第三章规定了措施，第四条也是，不可忘记这些规定所要求的内容，也不可忘记它的条件。",
        "一要素不足。",
        "一是一，二是二。",
        "首先感谢大家。",
        "其中一：是。",
        "2021年以来。\n2022年以来。",
        "1 9 9 7 年增长。\n2 0 0 0 年增长。",
        "5人参加。\n6人参加。",
        "一、二季度增速低。\n三、四季度回升。",
        "三、五年规划。\n十、二十年如一日。",
        "（三）（四）项整改完成。",
        "十要十不要落实不够。",
        '要求"一是学习；二是调研"，没有做到。',
        "要求“一是学习；二是调研；\n三是落实”，没有做到。",
        "1\t甲\t5\n2\t乙\t6",
    ],
)
def test_false_friends_stay_text(text):
    assert depths(f"为此：\n{text}") == []


def kinds(text):
    return [(node.kind, text[node.start : node.end].strip()) for node in outline.tree(text)]


def test_what_stands_before_and_after_the_body():
    text = (
        "当前位置：首页 > 公开\n【字体：大 中 小】\n"
        "关于作风建设的\n对照检查材料\n——在专题会上的发言\n（2024年1月9日）\n"
        "目　录\n一、问题……1\n二、措施……3\n"
        "各位领导、同志们：\n按照要求，现报告如下。\n一、问题\n不深。\n— 1 —\n二、措施\n去学。\n"
        "以上是我的发言，请批评指正。\n"
        "某某镇党委\n2024年1月10日\n附件：清单\n上一篇：新闻\n相关报道\n1. 会议"
    )
    found = kinds(text)
    assert [kind for kind, _ in found] == [
        "chrome", "title", "toc", "salutation", "preamble", "section", "paragraph", "chrome", "section", "paragraph",
        "closing", "signature", "date", "paragraph", "chrome",
    ]  # fmt: skip
    assert found[1][1].splitlines()[-1] == "（2024年1月9日）"
    assert found[-1][1].startswith("上一篇")


def test_a_text_broken_at_a_margin():
    prose = (
        "一、问题。理论学习不够深入系统，主要表现在：一是学习的自觉性不强，满足于参加集体学习；二是联系实际不紧，"
        "学用脱节的问题统一是主要问题之一是关键，第一书记很忙，他们说的一是不真。三是运用理论指导实践的能力不强，办法不多。"
    )
    broken = "\n".join(prose[i : i + 12] for i in range(0, len(prose), 12))
    assert [marker for marker, _ in depths(broken)] == ["一、", "一是", "二是", "三是"]
    assert [kind for kind, _ in kinds(broken)] == ["section"] * 4


def test_parts_that_no_heading_names():
    tree = outline.tree(
        "一、思想上\n理论学习不够深入，宗旨意识不强，担当精神欠缺，作风不实。\n二、今后\n下一步，务必每周学习，健全制度，确保落实，进一步改进。"
    )
    assert [(node.role, node.role_basis) for node in tree if node.depth == 1] == [
        ("problems", "content"), ("measures", "heading"),
    ]  # fmt: skip


def test_joined_headings_leave_it_to_those_below():
    tree = outline.tree("一、存在的问题及原因\n（一）主要问题\n1.不深\n（二）原因分析\n1.不学")
    assert [node.role for node in tree] == ["problems", "problems", "problems", "causes", "causes"]


def test_several_reports_in_one_file(samples):
    three = samples.iloc[[0, 1, 3]]
    text = "\n".join(f"{row.report}对照检查材料\n{row.text}" for row in three.itertuples())
    whole = frames.make("reports", [{"report": "all", "text": text, "chars": len(text), "source": "all.txt"}])
    parts = outline.split(whole)
    assert parts["report"].tolist() == ["all#1", "all#2", "all#3"]
    assert "".join(parts["text"]) == text
    assert parts["title"].tolist() == [f"{name}对照检查材料" for name in three["report"]]
    assert (parts["source"] == "all.txt").all()
    pd.testing.assert_frame_equal(outline.split(samples), samples)
    years = outline.split(pd.DataFrame({"report": ["a", "b"], "text": [text, "一、问题"], "year": [2022, 2023]}))[
        "year"
    ]
    assert years.astype(object).where(years.notna(), None).tolist() == [None, None, None, 2023]


def test_copies_among_parts_are_named_by_parts(tmp_path):
    one, other = (f"{name}同志对照检查材料\n一、存在的问题\n（一）学习不够。\n" for name in "甲乙")
    for name, text in {"a": one + other, "b": one + other, "c": other, "d": one + one}.items():
        (tmp_path / f"{name}.txt").write_text(text, "utf-8")
    firsts = {"a#1": "", "a#2": "", "b#1": "a#1", "b#2": "a#2", "c": "a#2", "d#1": "a#1", "d#2": "a#1"}
    parts = outline.split(reports.read(tmp_path))
    assert dict(zip(parts["report"], parts["duplicate_of"], strict=True)) == firsts


def test_headings_of_like_length_are_no_text_broken_at_a_margin():
    text = "\n".join(f"（{numeral}）理论学习方面存在的差距和不足" for numeral in "一二三四五六七八九十")
    assert lines.continued(text) == frozenset()
    assert [node.number for node in outline.tree(text)] == list(range(1, 11))


def test_collections_are_split_at_their_labels():
    text = (
        "第一篇 个人发言\n一、问题\n多。\n第二篇 个人发言\n一、问题\n少。\n范文三：\n李某对照检查材料\n一、问题\n无。"
    )
    parts = outline.split(pd.DataFrame({"report": ["a"], "text": [text]}))
    assert "".join(parts["text"]) == text
    assert [part[:3] for part in parts["text"]] == ["第一篇", "第二篇", "范文三"]


def test_traditional_headings_are_understood():
    text = "各位領導：\n一、存在問題\n不深。\n二、原因分析\n三、整改措施\n去學。\n以上匯報，請批評指正。\n匯報人：張三"
    tree = outline.tree(text)
    kinds = [node.kind for node in tree if node.kind != "paragraph"]
    assert kinds == ["salutation", "section", "section", "section", "closing", "signature"]
    assert [node.role for node in tree if node.kind == "section"] == ["problems", "causes", "measures"]
