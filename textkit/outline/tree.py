"""Report text → tree of numbered nodes.

The tree is found in four steps, each a function of the text alone:

1. *edges*: title, contents, salutation before the body; closing, signature, date, residue after it;
2. *markers*: 一、 （一） 1. 一是 … in the body; false friends (统一是, 一是一, 1.5) stay text;
3. *levels*: the depth of each, as this document uses its styles;
4. *tiles*: what lies between becomes preamble and paragraphs, so that every character belongs to
   exactly one deepest node.

Nothing is corrected: what is odd about the writer's numbering is named in ``numbering``.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter

import pandas as pd

from textkit import frames, hanzi, lines
from textkit.outline import edges, markers, roles
from textkit.outline.levels import Levels, oddity
from textkit.outline.markers import LISTS, Mark

_LINE_END = re.compile(r"[\r\n]")
_WORDS = re.compile(r"[ \t\u3000*_]*([^。：:；;！!？?\r\n]*)")
_HEADING_CHARS = 40
_BLANK = " \t\u3000*_#"
_ASIDE = re.compile(rf"{lines.INDENT}(?:另外|此外|总之)[，,]")
_LOOK_BACK = re.compile(
    rf"{lines.INDENT}(?:(?:各位代表|同志们)[！!，,]|在?(?:充分)?肯定(?:工作)?成绩|[^，。]{{0,8}}清醒地?(?:看到|认识)|由此可见|综上|总的[看来])"
)
_MARKDOWN = re.compile(r"^[ ]{0,3}(#{1,6})[ \t]+([^\r\n]*)", re.MULTILINE)
_PART = re.compile(rf"^{lines.INDENT}([^。：:；;！!？?，,、\r\n*]{{2,16}})\**[：:]?\**[ \t\u3000]*$", re.MULTILINE)


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
    role_basis: str = ""
    heading_start: int | None = None
    heading_end: int | None = None
    end: int = 0
    numbering: str = ""


def parse(reports: pd.DataFrame) -> pd.DataFrame:
    r"""Outline of every report (``report, text``): the *outline* table, one row per node in reading order.

    Nodes of one report tile its text: every character belongs to exactly one deepest node. ``numbering`` says
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
    fields = attrgetter(*frames.columns("outline")[2:])
    rows = [
        (report, i, *fields(node))
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
    seen = hanzi.visible(text)
    if seen is None or not seen.text.strip():
        return _tree(text)
    nodes = _tree(seen.text)
    for node in nodes:
        _move(node, seen, text)
    return nodes


def _tree(text: str) -> list[Node]:
    first = lines.first(text)
    before, body = edges.front(text, first)
    after, end = edges.back(text, body)
    broken = lines.continued(text, first)
    marks = _units(text, body, end, broken)
    nodes = list(map(_edge_node, before))
    limits = [*(mark.start for mark in marks), end]
    opening = (line for line in lines.walk(text, body, limits[0]) if line.start not in broken or line.start == body)
    nodes += [Node("preamble" if marks else "paragraph", line.start) for line in opening][: 1 if marks else None]
    levels, owners = Levels(marks), {}
    for mark, limit in zip(marks, limits[1:], strict=True):
        owners[len(nodes)] = mark
        nodes.append(_section(text, mark, levels.enter(mark), limit, broken))
        if line_end := _LINE_END.search(text, mark.at, limit):
            below = (line for line in lines.walk(text, line_end.end(), limit) if line.start not in broken)
            nodes.extend(_paragraphs(text, below, levels))
    nodes += map(_edge_node, after)
    if text and not nodes:
        nodes.append(Node("paragraph", 0))
    if nodes:
        nodes[0].start = 0  # blank lines before the first word
    _set_ends(nodes, len(text))
    _set_parents(nodes)
    _set_numbering(text, nodes, owners)
    _set_roles(text, nodes)
    return nodes


def _edge_node(edge: edges.Edge) -> Node:
    start, end = edge.heading or (None, None)
    return Node(edge.kind, edge.start, heading_start=start, heading_end=end)


def _units(text: str, start: int, end: int, broken: frozenset[int]) -> list[Mark]:
    """Numbered units, and the headings without number between them, in reading order."""
    numbered = markers.find(text, start, end, broken)
    marks = {mark.start: mark for mark in numbered}
    for match in _MARKDOWN.finditer(text, start, end) if "#" in text else ():
        if match[2].strip(_BLANK):
            marks.setdefault(match.start(), Mark(match.start(), *match.span(2))).hashes = len(match[1])
    head = next((mark.start for mark in numbered if not mark.inline), end)
    for match in _PART.finditer(text, start, end):
        if match.start() > head and match[0].rstrip().rstrip("*").endswith(("：", ":")):
            continue  # 整改措施： under a number is a label in its text
        if match.start() not in marks and match.start() not in broken and roles.of_heading(match[1]):
            marks[match.start()] = Mark(match.start(), *match.span(1))
    kept, number = [], 1  # a line that names a part heads what follows only if numbering then begins anew
    for mark in sorted(marks.values(), key=attrgetter("start"), reverse=True):
        if mark.style and not mark.inline and mark.style not in LISTS:
            number = mark.number
        if mark.style or mark.hashes or number == 1:
            kept.append(mark)
    return kept[::-1]


def _section(text: str, mark: Mark, depth: int, limit: int, broken: frozenset[int]) -> Node:
    if not mark.style:
        words = text[mark.at : mark.after].rstrip(_BLANK)
        return Node("section", mark.start, depth, heading_start=mark.at, heading_end=mark.at + len(words))
    node = Node("section", mark.start, depth, style=mark.style, marker=text[mark.at : mark.after])
    node.marker_start, node.number = mark.at, mark.number
    node.heading_start, node.heading_end = _heading(text, mark.after, limit, broken) or (None, None)
    return node


def _heading(text: str, after: int, limit: int, broken: frozenset[int]) -> tuple[int, int] | None:
    """The words after the marker, up to the end of the sentence, if they can be a heading."""
    match = _WORDS.match(text, after, limit)
    if match and not match[1] and (line := next(lines.walk(text, match.end(), limit), None)):
        match = _WORDS.match(text, line.start, limit)  # the marker has a line of its own
    if not match:
        return None
    start, end = match.start(1), match.end()
    while end < limit and text[end] in "\r\n" and (line := next(lines.walk(text, end, limit), None)):
        if line.start not in broken or not (more := _WORDS.match(text, line.start, limit)):
            break
        end = more.end()
    words = text[start:end].rstrip(" \t\u3000*_，,、#")
    ends_line = end == len(text) or text[end] in "\r\n"
    if words and (ends_line or words.endswith("方面") or len(words) <= _HEADING_CHARS):
        return start, start + len(words)
    return None


def _paragraphs(text: str, spans: Iterable[lines.Span], levels: Levels) -> Iterator[Node]:
    """Lines without a marker, each below the unit it continues."""
    for line in spans:
        if lines.is_page_number(text, line):
            yield Node("chrome", line.start, depth=levels.depth)
            continue
        levels.leave_lines()
        if _ASIDE.match(text, *line):
            levels.keep_largest()  # 另外 speaks of the part, not of the point before it
        elif _LOOK_BACK.match(text, *line):
            levels.end_list()
        yield Node("paragraph", line.start, depth=levels.depth)


def _set_ends(nodes: list[Node], end: int) -> None:
    """A node ends where the next one begins that is not below it."""
    bounds = [end] * (max((node.depth for node in nodes), default=0) + 1)
    for node in reversed(nodes):
        node.end = bounds[node.depth]
        if node.heading_end is not None and node.heading_end > node.end:
            node.heading_start = node.heading_end = None  # the next line turned out to be another node's
        bounds[node.depth :] = [node.start] * (len(bounds) - node.depth)


def _set_parents(nodes: list[Node]) -> None:
    path: list[int] = []
    for i, node in enumerate(nodes, 1):
        del path[node.depth - 1 :]
        node.parent = path[-1] if path else None
        if node.kind == "section":
            path.append(i)


def _set_numbering(text: str, nodes: list[Node], owners: dict[int, Mark]) -> None:
    """What is odd about each number; a list inside running text may begin anew with each paragraph."""
    latest: dict[tuple[int | None, str], Mark] = {}  # (parent, level) → the elder in this list
    overall: dict[str, int] = {}  # level → last number anywhere: numbering may run on
    for i, mark in owners.items():
        if not mark.style:
            continue
        key = (nodes[i].parent, mark.level)
        elder = latest.get(key)
        anew = mark.number == 1 and (mark.inline or mark.style in LISTS)
        if not (anew and elder and _LINE_END.search(text, elder.at, mark.at)):
            nodes[i].numbering = oddity(mark.number, elder.number if elder else None, overall.get(mark.level))
        latest[key], overall[mark.level] = mark, mark.number


def _set_roles(text: str, nodes: list[Node]) -> None:
    """Parts as headings say them, handed down; where no heading of a top section says, its content does."""
    joined = set()  # 存在的问题及原因: the sections below say which
    tops: list[list[Node]] = []  # each node of depth 1 and all below it
    for i, node in enumerate(nodes, 1):
        if node.parent is None:
            tops.append([])
        else:
            parent = nodes[node.parent - 1]
            node.role, node.role_basis = parent.role, parent.role_basis
        tops[-1].append(node)
        if node.kind != "section" or node.style in LISTS:
            continue
        said = roles.of_heading(text[node.heading_start or 0 : node.heading_end or 0], top=node.depth == 1)
        if said and (node.role == "other" or node.parent in joined):
            node.role, node.role_basis = said[0], "heading"
        if len(said) > 1 or (node.parent in joined and not said):
            joined.add(i)
    silent = [top for top in tops if top[0].kind == "section" and all(node.role == "other" for node in top)]
    inferred = [roles.of_content(text[top[0].start : top[0].end]) for top in silent]
    said_any = {node.role for node in nodes} | set(inferred)
    if said_any & {"problems", "causes"}:  # a report of this kind, not a law or a plan
        for top, role in zip(silent, inferred, strict=True):
            for node in top if role != "other" else ():
                node.role, node.role_basis = role, "content"


def _move(node: Node, seen: hanzi.Folded, text: str) -> None:
    """From offsets in the text without invisible characters to those in the text."""
    node.end = int(seen.offsets[node.end]) if node.end < len(seen.text) else len(text)
    node.start = int(seen.offsets[node.start]) if node.start else 0
    if node.marker_start is not None:
        node.marker_start, end = seen.span(node.marker_start, node.marker_start + len(node.marker))
        node.marker = text[node.marker_start : end]
    if node.heading_start is not None and node.heading_end is not None:
        node.heading_start, node.heading_end = seen.span(node.heading_start, node.heading_end)
