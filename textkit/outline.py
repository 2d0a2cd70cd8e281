"""Report text → tree of numbered nodes, and the points (units of analysis) in it.

The tree is found in three steps, each a function of the text alone:

1. *markers*: one pattern finds 一、 （一） 1. 一是 … at line starts and after sentence ends;
   false friends (统一是, 一是一, 1.5) stay text;
2. *levels*: a marker whose style is open continues that list; a new style opens a list inside
   the unit before it, or beside it where by custom its style is the larger one;
3. *tiles*: what lies between markers becomes title, preamble, paragraphs and closing, so that
   every character belongs to exactly one deepest node.

Nothing is corrected: what is odd about the writer's numbering is named in ``numbering``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

from textkit import frames, hanzi, lines
from textkit.errors import FrameError

_CHINESE = "[〇零一二三四五六七八九十百两]{1,5}"
_MARKERS = {  # style, named by its first marker → pattern; from the largest unit to the smallest
    "第一章": rf"第(?:{_CHINESE}|\d{{1,3}})(?:[章节编篇条]|部分)",
    "一、": rf"{_CHINESE}[、．.，,](?!{_CHINESE}[、．.，,])",
    "（一）": rf"[（(]?{_CHINESE}[）)]",
    "1.1": r"\d{1,2}(?:\.\d{1,2}){1,3}(?=[^\d.年月日亿万%％])",
    "1.": r"\d{1,3}[.．、）):：](?!\d)",
    "（1）": r"[（(]\d{1,3}[）)]",
    "①": f"[{hanzi.CIRCLED}]",
    "第一，": rf"第{_CHINESE}[，,、：:]",
    "首先": "(?:首先|其次|再次|最后)[，,、：:]",
    "一是": f"{_CHINESE}是",
    "一要": f"{_CHINESE}要",
}
_STYLES = list(_MARKERS)
_LISTS = ("第一，", "首先", "一是", "一要")  # lists inside running text: no headings of their own
_INLINE = ("1.", "（1）", "①", *_LISTS)
_LARGEST = 199  # above, a numeral is a year
_STRONG = "。；;：:！!？?…"  # ends of sentences, after which an item of a list can begin
_WEAK = '，,、）).．”"'  # after these, only an item of what is sure to be a list
_MARKER = re.compile(
    rf"(?:^|(?<=\r)){lines.INDENT}(?:"
    + "|".join(f"(?P<line{i}>{pattern})" for i, pattern in enumerate(_MARKERS.values()))
    + rf")|(?<=[{_STRONG}{_WEAK}]) ?(?:"
    + "|".join(f"(?P<text{_STYLES.index(style)}>{_MARKERS[style]})" for style in _INLINE)
    + ")",
    re.MULTILINE,
)
_NUMERAL = re.compile(rf"{_CHINESE}|\d+(?=\D*$)|[{hanzi.CIRCLED}]")
_ORDINALS = {"首先": 1, "其次": 2, "再次": 3}

_LINE_END = re.compile(r"[\r\n]")
_HEADING = re.compile(r"[ \t\u3000*_]*([^。：:；;！!？?\r\n]*)")
_HEADING_CHARS = 40
_BLANK = "".join(filter(str.isspace, map(chr, range(0x3001)))) + "\u200b\u200c\u200d\u2060\ufeff\u00ad*_"
_SHOWN_CHARS = 36
_ASIDE = re.compile(rf"{lines.INDENT}(?:另外|此外|总之)[，,]")
_CLOSING = re.compile(
    rf"{lines.INDENT}(?:以上(?:就)?(?:是|发言|汇报)|特此(?:报告|说明)|[^。]{{0,30}}批评指正|我的(?:发言|汇报)完|谢谢)"
)
_DICTATED = re.compile(r"(?:在|对照)?带头|.*方面$", re.DOTALL)
_ROLES = {  # tried in this order at each place: 整改情况 looks back, 整改 ahead
    "work": "工作(?:回顾|总结|情况|开展)|主要工作|成效|做法|履职|(?:整改|落实|完成)情况",
    "problems": "问题|差距|不足|短板|弱项|查摆|检视|对照检查|党性分析",
    "causes": "原因|根源|成因|症结",
    "measures": "整改|措施|努力方向|下一步|下步|下一阶段|今后|打算|改进|工作(?:安排|计划|思路|目标)",
}
_ROLE = re.compile("|".join(f"(?P<{role}>{words})" for role, words in _ROLES.items()))
_SOLVED = re.compile("(?:解决|化解|处理)[^，、]{0,40}问题")  # a plan that names problems lists none


@dataclass(slots=True)
class Node:
    """One node of the tree; the fields are those of the *outline* table.

    >>> [node.kind for node in tree("一、问题")]
    ['section']
    """

    kind: str
    start: int
    depth: int = 1
    parent: int | None = None
    style: str = ""
    marker: str = ""
    marker_start: int | None = None
    number: int | None = None
    role: str = "other"
    heading_start: int | None = None
    heading_end: int | None = None
    end: int = 0
    numbering: str = ""


def parse(reports: pd.DataFrame) -> pd.DataFrame:
    r"""Outline of every report.

    Parameters
    ----------
    reports
        Table with columns ``report, text``.

    Returns
    -------
    DataFrame
        The *outline* table: one row per node in reading order. Nodes of one report tile its
        text: every character belongs to exactly one deepest node. ``numbering`` says
        *skipped*, *repeated* or *restarted* where a number does not follow its elder.

    >>> import pandas as pd
    >>> reports = pd.DataFrame({"report": ["a"], "text": ["一、问题\n（一）学习不够。一是不深。三是不新。"]})
    >>> parse(reports)[["depth", "marker", "number", "role", "numbering"]]
       depth marker  number      role numbering
    0      1     一、       1  problems
    1      2    （一）       1  problems
    2      3     一是       1  problems
    3      3     三是       3  problems   skipped
    """
    frames.require(reports, "reports", "report", "text")
    frames.require_unique(reports, "reports", "report")
    names = frames.columns("outline")[2:]
    rows = [
        (report, i, *(getattr(node, name) for name in names))
        for report, text in zip(reports["report"], reports["text"], strict=True)
        for i, node in enumerate(tree(text), 1)
    ]
    return frames.make("outline", rows)


def tree(text: str) -> list[Node]:
    r"""Nodes of one text in reading order; ``parent`` counts from 1.

    >>> text = "前言。\n一、问题\n多。"
    >>> [(node.kind, node.marker, text[node.start : node.end]) for node in tree(text)]
    [('preamble', '', '前言。\n'), ('section', '一、', '一、问题\n多。'), ('paragraph', '', '多。')]
    """
    marks = _marks(text)
    limits = [mark.start for mark in marks[1:]] + [len(text)] * bool(marks)
    nodes = _front(text, marks)
    open_sections: list[Node] = []
    for mark, limit in zip(marks, limits, strict=True):
        _place(mark, open_sections)
        _set_heading(mark, text, limit)
        nodes.append(mark)
        if line_end := _LINE_END.search(text, mark.marker_start or 0, limit):
            nodes.extend(_paragraphs(text, line_end.end(), limit, open_sections))
    if nodes:
        nodes[0].start = 0  # blank lines before the first word
    _set_ends(nodes, len(text))
    _set_lineage(nodes, text)
    return nodes


# --- markers ---------------------------------------------------------------------------------


class _Mark(NamedTuple):
    """What looks like a marker; 最后 has no number of its own."""

    start: int
    marker_start: int
    marker: str
    style: str
    number: int | None
    inline: bool
    weak: bool  # inside a sentence: after a comma or a quotation
    follower: int | None  # number of the next one of its style before a line begins a section


def _marks(text: str) -> list[Node]:
    """Markers that number something, as section nodes without a place in the tree yet."""
    nodes = []
    current: dict[str, int] = {}  # style → last number of the list open in this stretch
    decimal = 0
    for mark in _candidates(text):
        if mark.inline and not _enumerates(mark, current.get(mark.style)):
            continue
        if mark.style == "1.1":  # 2.5 at a line start is a quantity, unless it is the next in turn
            if mark.number not in (1, decimal + 1):
                continue
            decimal = mark.number
        if not mark.inline and mark.style not in _LISTS:
            current = {}
        number = current.get(mark.style, 0) + 1 if mark.number is None else mark.number
        current[mark.style] = number
        node = Node("section", mark.start, style=mark.style, marker=mark.marker)
        node.marker_start, node.number = mark.marker_start, number
        nodes.append(node)
    return nodes


def _candidates(text: str) -> list[_Mark]:
    following: dict[str, int | None] = {}
    candidates = []
    for match in reversed(list(_MARKER.finditer(text))):
        group = match.lastgroup or ""
        style, inline, marker = _STYLES[int(group[4:])], group.startswith("text"), match[group]
        numeral = _NUMERAL.search(marker)
        if numeral and (hanzi.number(numeral[0]) or 0) > _LARGEST:
            continue
        if numeral and style == "一是" and text.startswith(numeral[0], match.end()):
            continue  # 一是一，二是二 counts nothing
        number = hanzi.number(numeral[0]) if numeral else _ORDINALS.get(marker[:2])
        start = match.start(group) if inline else match.start()
        weak = inline and text[match.start() - 1] in _WEAK
        candidates.append(_Mark(start, match.start(group), marker, style, number, inline, weak, following.get(style)))
        if not inline and style not in _LISTS:
            following = {}
        following[style] = number
    return candidates[::-1]


def _enumerates(mark: _Mark, last: int | None) -> bool:
    """Whether a marker inside a line belongs to a list, and is not a word that looks like one."""
    if last is not None and mark.number in (None, last + 1):
        return True
    if mark.weak or mark.style != "一是":
        return mark.number == 1 and mark.follower == 2
    return True  # after the end of a sentence 三是 counts, whatever came before it


# --- levels ----------------------------------------------------------------------------------


def _place(mark: Node, open_sections: list[Node]) -> None:
    """Close what the mark ends, give the mark its depth, and open it."""
    styles = [section.style for section in open_sections]
    if mark.style in styles:
        del open_sections[styles.index(mark.style) :]
    else:
        while open_sections and _STYLES.index(open_sections[-1].style) > _STYLES.index(mark.style):
            open_sections.pop()
    mark.depth = len(open_sections) + 1
    open_sections.append(mark)


def _set_heading(mark: Node, text: str, limit: int) -> None:
    """The words after the marker, up to the end of the sentence, if they can be a heading."""
    after = (mark.marker_start or 0) + len(mark.marker)
    if match := _HEADING.match(text, after, limit):
        words = match[1].rstrip(" \t\u3000*_，,、")
        ends_line = match.end() == len(text) or text[match.end()] in "\r\n"
        if words and (ends_line or words.endswith("方面") or len(words) <= _HEADING_CHARS):
            mark.heading_start, mark.heading_end = match.start(1), match.start(1) + len(words)


def _set_ends(nodes: list[Node], end: int) -> None:
    """A node ends where the next one begins that is not below it."""
    bounds = [end] * (max((node.depth for node in nodes), default=0) + 1)
    for node in reversed(nodes):
        node.end = bounds[node.depth]
        bounds[node.depth :] = [node.start] * (len(bounds) - node.depth)


def _set_lineage(nodes: list[Node], text: str) -> None:
    """Parents, the roles they hand down, and what is odd about the numbering."""
    path: list[int] = []
    latest: dict[tuple[int | None, str], int] = {}  # (parent, style) → last number in this list
    overall: dict[str, int] = {}  # style → last number anywhere: numbering may run on
    for i, node in enumerate(nodes, 1):
        del path[node.depth - 1 :]
        node.parent = path[-1] if path else None
        node.role = nodes[node.parent - 1].role if node.parent else "other"
        if node.kind != "section":
            continue
        path.append(i)
        if node.role == "other" and node.style not in _LISTS:
            node.role = _role(text[node.heading_start or 0 : node.heading_end or 0])
        number = node.number or 0
        node.numbering = _oddity(number, latest.get((node.parent, node.style)), overall.get(node.style))
        latest[node.parent, node.style] = overall[node.style] = number


def _oddity(number: int, elder: int | None, before: int | None) -> str:
    if elder is None:
        return "" if number == 1 or number == (before or 0) + 1 else "skipped"
    if number == elder + 1:
        return ""
    return "repeated" if number == elder else "restarted" if number < elder else "skipped"


def _role(heading: str) -> str:
    """Part that a heading announces: by its last word that tells, since Chinese puts the head last.

    Of parts that are joined (存在的问题及原因) the first decides.
    """
    for words in re.split("[及和与、]", _SOLVED.sub("", heading)):
        found = [match.lastgroup or "" for match in _ROLE.finditer(words)]
        if found:
            return found[-1]
    return "other"


# --- tiles -----------------------------------------------------------------------------------


def _front(text: str, marks: list[Node]) -> list[Node]:
    """What stands before the first marker: title and preamble (paragraphs if no marker follows)."""
    limit = marks[0].start if marks else len(text)
    nodes, after = [], 0
    span = lines.title(text)
    if span and span.end <= limit:
        nodes.append(Node("title", 0, heading_start=span.start, heading_end=span.end))
        after = next((line.end for line in lines.lines(text, span.start, limit)), limit)
    if not marks:
        return nodes + _paragraphs(text, after, limit, [])
    return nodes + [Node("preamble", line.start) for line in lines.lines(text, after, limit)[:1]]


def _paragraphs(text: str, start: int, limit: int, open_sections: list[Node]) -> list[Node]:
    """Lines without a marker, each below the section it continues; from 以上是… on, the closing."""
    nodes: list[Node] = []
    for span in lines.lines(text, start, limit):
        if limit == len(text) and _CLOSING.match(text, *span):
            return [*nodes, Node("closing", span.start)]
        if _ASIDE.match(text, *span):
            del open_sections[1:]  # 另外 speaks of the part, not of the point before it
        nodes.append(Node("paragraph", span.start, depth=len(open_sections) + 1))
    return nodes


# --- points ----------------------------------------------------------------------------------


def points(outline: pd.DataFrame, reports: pd.DataFrame) -> pd.DataFrame:
    r"""Units of analysis: the smallest numbered unit of each part.

    Each 一是… where there are such, else the （一） or 1. paragraph itself. Marker and dictated
    heading (带头……方面) are not in the text; the latter stands in ``dimension``.

    Parameters
    ----------
    outline, reports
        The tables of `parse` and of ``reports.read``.

    Returns
    -------
    DataFrame
        The *points* table, in reading order; ``reports.text[start:end]`` is ``text``.

    >>> import pandas as pd
    >>> text = "一、问题\n（一）带头学习方面。一是学习不深。浅尝辄止。二是用得不够。\n（二）担当不足。怕难。"
    >>> reports = pd.DataFrame({"report": ["a"], "text": [text]})
    >>> points(parse(reports), reports)[["number", "dimension", "headline", "text"]]
       number dimension headline        text
    0       1    带头学习方面     学习不深  学习不深。浅尝辄止。
    1       2    带头学习方面     用得不够       用得不够。
    2       2               担当不足    担当不足。怕难。
    """
    frames.require(outline, "outline")
    frames.require(reports, "reports", "report", "text")
    frames.require_unique(reports, "reports", "report")
    unknown = set(outline["report"]) - set(reports["report"])
    if unknown:
        raise FrameError(
            f"reports: no text of {min(unknown)!r}, which the outline is of; pass the reports it was made from"
        )
    texts = dict(zip(reports["report"], reports["text"], strict=True))
    rows: list[tuple] = []
    sections = outline[outline["kind"] == "section"]
    sections = sections.astype(object).where(sections.notna(), None)
    for report, nodes in sections.groupby("report", sort=False):
        rows.extend((report, i, *row) for i, row in enumerate(_units(nodes, texts[report]), 1))
    return frames.make("points", rows)


def overview(outline: pd.DataFrame, points: pd.DataFrame) -> pd.DataFrame:
    r"""What each report spends its characters on: one row per report and part.

    Returns
    -------
    DataFrame
        The *overview* table: ``report, role, chars, points, share``; the characters of a report's
        parts add up to its length.

    >>> import pandas as pd
    >>> reports = pd.DataFrame({"report": ["a"], "text": ["前言\n一、问题\n（一）学习不够。"]})
    >>> nodes = parse(reports)
    >>> overview(nodes, points(nodes, reports))[["role", "chars", "points"]].values.tolist()
    [['other', 3, 0], ['problems', 13, 1]]
    """
    frames.require(outline, "outline", "report", "role", "start", "end")
    last = outline.groupby("report")["end"].transform("max")
    own = outline.groupby("report")["start"].shift(-1).fillna(last) - outline["start"]  # nodes tile the text
    chars = own.groupby([outline["report"], outline["role"]]).sum().rename("chars").reset_index()
    counted = points.groupby(["report", "role"]).size().rename("points").reset_index()
    table = chars.merge(counted, how="left").fillna({"points": 0})
    table["share"] = table["chars"] / table.groupby("report")["chars"].transform("sum")
    return frames.make("overview", table)


def show(outline: pd.DataFrame, reports: pd.DataFrame) -> str:
    r"""The outlines as trees to print: markers, headings, parts; odd numbering marked with !.

    >>> import pandas as pd
    >>> reports = pd.DataFrame({"report": ["a"], "text": ["一、问题\n（一）学习不够。\n（三）担当不足。"]})
    >>> print(show(parse(reports), reports))
    a
      一、问题  [problems]
        （一）学习不够
        （三）担当不足  ! skipped
    """
    frames.require(outline, "outline")
    texts = dict(zip(reports["report"], reports["text"], strict=True))
    shown = []
    for report, nodes in outline.groupby("report", sort=False):
        shown.append(str(report))
        for row in nodes.astype(object).where(nodes.notna(), None).itertuples(index=False):
            start, end = (row.start, row.end) if row.heading_start is None else (row.heading_start, row.heading_end)
            words = " ".join(texts[report][start:end].split())
            words = words.removeprefix(row.marker) if row.heading_start is None else words
            words = words if len(words) <= _SHOWN_CHARS else words[:_SHOWN_CHARS] + "…"
            label = row.marker or f"({row.kind}) "
            notes = f"  [{row.role}]" if row.depth == 1 and row.role != "other" else ""
            notes += f"  ! {row.numbering}" if row.numbering else ""
            shown.append("  " * row.depth + label + words + notes)
    return "\n".join(shown)


def _units(sections: pd.DataFrame, text: str) -> Iterator[tuple]:
    """Rows of the points table, without report and number, for the sections of one report."""
    parents = set(sections["parent"].dropna())
    dimensions: dict[int, str] = {}
    for row in sections.itertuples(index=False):
        heading = "" if row.heading_start is None else text[row.heading_start : row.heading_end]
        dictated = bool(heading and row.style not in _LISTS and _DICTATED.match(heading))
        inherited = dimensions[row.parent] if row.parent else ""
        dimensions[row.node] = dimension = heading if dictated else inherited
        if row.node in parents:
            continue
        start, end = _body(text, row, after_heading=dictated)
        headline = "" if dictated else heading
        yield row.role, dimension, row.number, headline, text[start:end], start, end, row.node


def _body(text: str, row: Any, *, after_heading: bool) -> tuple[int, int]:
    """Span of the words after the marker, or after the heading where words follow it."""
    end = row.start + len(text[row.start : row.end].rstrip(_BLANK))
    starts = [row.marker_start + len(row.marker), *([row.heading_end] if after_heading else [])]
    for start in reversed(starts):
        skipped = _BLANK + "。：:；;，," if start == row.heading_end else _BLANK
        body = text[start:end].lstrip(skipped)
        if body:
            return end - len(body), end
    return end, end
