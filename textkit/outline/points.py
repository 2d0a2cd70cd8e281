"""Outline → points, the units of analysis; what each report spends its characters on; trees to print."""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pandas as pd

from textkit import frames
from textkit.errors import FrameError
from textkit.outline.markers import LISTS

_DICTATED = re.compile(r"(?:在|对照)?带头|.*方面$", re.DOTALL)
_BLANK = "".join(filter(str.isspace, map(chr, range(0x3001)))) + "\u200b\u200c\u200d\u2060\ufeff\u00ad*_"
_SHOWN_CHARS = 36
_BULLET = re.compile(r"^([ \t\u3000]*)[-*+•●■◆▲·][ \t\u3000]+(?=[^\n]*[\u4e00-\u9fff])", re.MULTILINE)


def points(outline: pd.DataFrame, reports: pd.DataFrame) -> pd.DataFrame:
    r"""Units of analysis, the smallest numbered unit of each part: the *points* table, in reading order.

    Each 一是… where there are such, else the （一） or 1. paragraph itself; of that, each item of a list with bullets.
    Marker and dictated heading (带头……方面) are not in the text; the latter stands in ``dimension``.
    ``reports.text[start:end]`` is ``text``.

    >>> import pandas as pd
    >>> from textkit.outline import parse
    >>> text = "一、问题\n（一）带头学习方面。一是学习不深。浅尝辄止。二是用得不够。\n（二）担当不足。怕难。"
    >>> reports = pd.DataFrame({"report": ["a"], "text": [text]})
    >>> points(parse(reports), reports)[["number", "dimension", "headline", "text"]]
       number dimension headline        text
    0       1    带头学习方面     学习不深  学习不深。浅尝辄止。
    1       2    带头学习方面     用得不够       用得不够。
    2       2               担当不足    担当不足。怕难。
    """
    rows: list[tuple] = []
    for report, text, sections in _by_report(outline, reports, "section"):
        rows.extend((report, i, *row) for i, row in enumerate(_units(sections, text), 1))
    return frames.make("points", rows)


def overview(outline: pd.DataFrame, points: pd.DataFrame) -> pd.DataFrame:
    r"""What each report spends its characters on: the *overview* table, one row per report and part.

    The characters of a report's parts add up to its length.

    >>> import pandas as pd
    >>> from textkit.outline import parse
    >>> reports = pd.DataFrame({"report": ["a"], "text": ["前言\n一、问题\n（一）学习不够。"]})
    >>> nodes = parse(reports)
    >>> overview(nodes, points(nodes, reports))[["role", "chars", "points"]].values.tolist()
    [['problems', 13, 1], ['other', 3, 0]]
    """
    frames.require(outline, "outline", "report", "role", "start", "end")
    last = outline.groupby("report")["end"].transform("max")
    own = outline.groupby("report")["start"].shift(-1).fillna(last) - outline["start"]  # nodes tile the text
    chars = own.groupby([outline["report"], outline["role"]]).sum().rename("chars").reset_index()
    counted = points.groupby(["report", "role"]).size().rename("points").reset_index()
    table = chars.merge(counted, how="left").fillna({"points": 0})
    table["share"] = table["chars"] / table.groupby("report")["chars"].transform("sum")
    return frames.make("overview", frames.by_part(table, "report"))


def show(outline: pd.DataFrame, reports: pd.DataFrame) -> str:
    r"""The outlines as trees to print: markers, headings, parts; odd numbering marked with !.

    >>> import pandas as pd
    >>> from textkit.outline import parse
    >>> reports = pd.DataFrame({"report": ["a"], "text": ["一、问题\n（一）学习不够。\n（三）担当不足。"]})
    >>> print(show(parse(reports), reports))
    a
      一、问题  [problems]
        （一）学习不够
        （三）担当不足  ! skipped
    """
    shown = []
    for report, text, nodes in _by_report(outline, reports):
        shown.append(report)
        for row in nodes:
            start, end = (row.start, row.end) if row.heading_start is None else (row.heading_start, row.heading_end)
            words = " ".join(text[start:end].split())
            words = words.removeprefix(row.marker) if row.heading_start is None else words
            words = words if len(words) <= _SHOWN_CHARS else words[:_SHOWN_CHARS] + "…"
            label = row.marker or f"({row.kind}) "
            sure = "?" if row.role_basis == "content" else ""
            notes = f"  [{row.role}{sure}]" if row.depth == 1 and row.role != "other" else ""
            notes += f"  ! {row.numbering}" if row.numbering else ""
            shown.append("  " * row.depth + label + words + notes)
    return "\n".join(shown)


def _by_report(outline: pd.DataFrame, reports: pd.DataFrame, kind: str = "") -> Iterator[tuple[str, str, list[Any]]]:
    """Id, text and nodes (of a kind) of each report in the outline, what is missing as None."""
    frames.require(outline, "outline")
    frames.require(reports, "reports", "report", "text")
    frames.require_unique(reports, "reports", "report")
    unknown = set(outline["report"]) - set(reports["report"])
    if unknown:
        raise FrameError(f"reports: no text of {min(unknown)!r}; pass the reports that the outline was made from")
    texts = dict(zip(reports["report"], reports["text"], strict=True))
    nodes = outline[outline["kind"] == kind] if kind else outline
    found = defaultdict(list)
    for row in nodes.astype(object).where(nodes.notna(), None).itertuples(index=False):
        found[row.report].append(row)
    yield from ((str(report), texts[report], mine) for report, mine in found.items())


def _units(sections: list[Any], text: str) -> Iterator[tuple]:
    """Rows of the points table, without report and number, for the sections of one report."""
    parents = {row.parent for row in sections}
    dimensions: dict[int, str] = {}
    for row in sections:
        heading = "" if row.heading_start is None else text[row.heading_start : row.heading_end]
        dictated = bool(heading and row.style not in LISTS and _DICTATED.match(heading))
        inherited = dimensions[row.parent] if row.parent else ""
        dimensions[row.node] = dimension = heading if dictated else inherited
        if row.node in parents:
            continue
        start, end = _body(text, row, dictated=dictated)
        own = (row.number, "" if dictated else heading, start, end)
        for number, headline, at, to in _items(text, start, end) or [own]:
            yield row.role, dimension, number, headline, text[at:to], at, to, row.node


def _items(text: str, start: int, end: int) -> list[tuple[int, str, int, int]]:
    """Number, headline (none) and span of each item of a list with bullets, if it has two or more."""
    every = list(_BULLET.finditer(text, start, end))
    least = min((len(bullet[1]) for bullet in every), default=0)
    bullets = [bullet for bullet in every if len(bullet[1]) == least]  # what is further in belongs to the item
    ends = [*(bullet.start() for bullet in bullets[1:]), end]
    found = [
        (one.end(), one.end() + len(text[one.end() : to].rstrip(_BLANK)))
        for one, to in zip(bullets, ends, strict=False)
    ]
    return [(number, "", *span) for number, span in enumerate(found, 1)] if len(found) > 1 else []


def _body(text: str, row: Any, *, dictated: bool) -> tuple[int, int]:
    """Span of the words after the marker, or after a dictated heading where words follow it."""
    end = row.start + len(text[row.start : row.end].rstrip(_BLANK))
    words = row.heading_start if row.marker_start is None else row.marker_start + len(row.marker)
    after = text[row.heading_end : end].lstrip(_BLANK + "。：:；;，,") if dictated else ""
    return end - len(after or text[words:end].lstrip(_BLANK)), end
