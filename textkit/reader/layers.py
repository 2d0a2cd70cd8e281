"""The tables of a report → marks in its text, ids to link to, headings."""

from bisect import bisect_right
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd
from markupsafe import Markup

from textkit import frames, wording
from textkit.errors import InputError
from textkit.reader.marking import Mark, line_starts, render

ORIGINS = wording.ORIGINS[:-1]
"""Origins of phrases; where phrases overlap, the first in this order is shown."""

COLOURS = 8
"""Colours of codes, which are told apart by their names too."""

_NEEDED = {
    "reports": ("report", "text"),
    "outline": ("report", "node", "depth", "kind", "marker", "heading_start", "heading_end", "start", "end"),
    "points": ("report", "point", "start", "end"),
    "codes": ("report", "point", "code", "primary", "start", "end"),
    "occurrences": ("report", "start", "end"),
    "passages": ("group", "report", "start", "end"),
    "marks": ("report", "start", "end", "label"),
}
_BLANK = "\ufeff*# \u3000\t"  # may stand around a heading
_LEVEL = 3  # of the headings above those of the text

Tables = Mapping[str, pd.DataFrame]
Labels = Mapping[str, tuple[str, str]]


class Reading(NamedTuple):
    """A report made ready for a template; `outline` has ``depth, id, heading``.

    >>> Reading("r1", "a", Markup("<p>学习</p>"), []).name
    'a'
    """

    id: str
    name: str
    body: Markup
    outline: list[tuple[int, str, str]]


def prepare(report: str, tables: Tables, labels: Labels, prefix: str, *, linked: Container[int] = ()) -> Reading:
    """A report with the marks of its tables.

    These are any of *reports* (needed), *outline*, *points*, *codes*, *occurrences* (with ``origin``), *passages*,
    *marks*. ``labels`` has code → name (zh, en); ``prefix`` begins every id; places of the ``linked`` groups of
    passages lead to ``#g`` and the number of the group.

    >>> reports = pd.DataFrame({"report": ["a"], "text": ["学习。"]})
    >>> prepare("a", {"reports": reports}, {}, "r1").body
    Markup('<p>学习。</p>')
    """
    for name, frame in tables.items():
        frames.require(frame, name, *_NEEDED[name])
    found = tables["reports"].loc[tables["reports"]["report"] == report, "text"]
    if not len(found):
        raise InputError(f"no report {report!r}; there are {', '.join(map(repr, tables['reports']['report'][:5]))} …")
    text, own = found.iloc[0], {name: _rows(frame, report, _NEEDED[name]) for name, frame in tables.items()}
    sections = [row for row in own.get("outline", ()) if row.kind == "section"]
    marks, headings = _structure(sections, text)
    marks += [*_points(own, labels, tables.get("codes")), *_phrases(own)]
    marks += [
        Mark(r.start, r.end, "passage", label=("⇄", "⇄"), link=f"g{r.group}" * (r.group in linked), rank=r.group)
        for r in own.get("passages", ())
    ]
    marks += [Mark(r.start, r.end, "extra", label=(str(r.label), str(r.label))) for r in own.get("marks", ())]
    anchors: dict[int, list[str]] = {}
    for row in sections:
        anchors.setdefault(row.start, []).append(f"{prefix}-n{row.node}")
    listed = [(row.depth, f"{prefix}-n{row.node}", _title(row, text)) for row in sections if _title(row, text)]
    return Reading(prefix, report, render(text, marks, anchors, headings), listed)


def _rows(frame: pd.DataFrame, report: str, needed: Sequence[str]) -> list[Any]:
    columns = [name for name in (*needed, "origin") if name in frame]
    return list(frame.loc[frame["report"] == report, columns].itertuples(index=False))


def _title(row: Any, text: str) -> str:
    return row.marker + text[row.heading_start : row.heading_end] if pd.notna(row.heading_start) else ""


def _structure(sections: list[Any], text: str) -> tuple[list[Mark], dict[int, int]]:
    """Sections that begin within a line, headings that end within one, and headings that are a line."""
    marks, headings, edges = [], {}, line_starts(text)
    for row in sections:
        line = edges[bisect_right(edges, row.start) - 1]
        if text[line : row.start].strip(_BLANK):
            marks.append(Mark(row.start, row.end, "item", rank=-row.depth))
        if pd.isna(row.heading_start) or row.heading_start >= row.heading_end:
            continue
        rest = text[row.heading_end : row.heading_end + 80].splitlines()
        if text[line : row.start].strip(_BLANK) or (rest and rest[0].strip(_BLANK)):
            marks.append(Mark(row.heading_start, row.heading_end, "heading", rank=-row.depth))
        else:
            headings[line] = min(_LEVEL + row.depth, 6)
    return marks, headings


def _points(own: Mapping[str, list[Any]], labels: Labels, codes: pd.DataFrame | None) -> Iterator[Mark]:
    """Points in the colour of their primary code, and the words that speak for each code."""
    known = list(labels or dict.fromkeys(sorted(codes["code"].unique()) if codes is not None else ()))
    colours = {code: f"k{i % COLOURS}" for i, code in enumerate(known)}
    coded = own.get("codes", ())
    primary = {row.point: row.code for row in reversed(coded) if row.primary}
    for row in own.get("points", ()):
        code = primary.get(row.point, "")
        if code:
            yield Mark(row.start, row.end, "point", colours.get(code, "k7"), labels.get(code, (code, code)))
    for row in coded:
        if pd.notna(row.start) and row.start < row.end:
            yield Mark(row.start, row.end, "evidence", colours.get(row.code, "k7"), rank=-bool(row.primary))


def _phrases(own: Mapping[str, list[Any]]) -> Iterator[Mark]:
    for row in own.get("occurrences", ()):
        kind = row.origin if getattr(row, "origin", "") in ORIGINS else "shared"
        yield Mark(row.start, row.end, "phrase", kind, rank=ORIGINS.index(kind))
