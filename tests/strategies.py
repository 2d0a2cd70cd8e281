"""Hypothesis strategies for texts of this genre, and for anything else that may come."""

from hypothesis import strategies as st

MARKERS = [
    "一、", "二、", "三、", "（一）", "（二）", "(三)", "1.", "2、", "（1）", "①", "1.1", "第一章", "第一，", "首先，",
    "其次，", "一是", "二是", "三是", "一要", "另外，", "以上就是", "**一、", "# ",
    "首先", "最后，", "1.1.1", "第一条", "⑴", "一\u3000", "1\t", "其一，",
]  # fmt: skip
WORDS = [
    "学习",
    "群众",
    "党性",
    "不够",
    "统一是",
    "之一是",
    "一是一",
    "第一书记",
    "2021年",
    "1.5亿元",
    "“四个意识”",
    "dangshi",
    "存在的问题",
    "各位领导：",
    "谢谢大家。",
    "某某党支部",
    "2024年1月9日",
    "附件：清单",
    "目录",
    "问题……3",
    "— 1 —",
    "浏览量：3",
]
MARKS = ["。", "，", "；", "：", "\n", "\r\n", "\r", " ", "\u3000", "\u200b", "**", "\t", "“", "”", '"', "、"]

anything = st.text(max_size=60)
pieces = st.sampled_from([*MARKERS, *WORDS, *MARKS])
reports = st.lists(st.one_of(pieces, anything), max_size=40).map("".join)
tiny = st.text(alphabet="ab，", max_size=12)
