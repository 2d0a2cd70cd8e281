"""One file, several reports: where a new title begins and its numbering begins anew."""

import re
from itertools import pairwise

import pandas as pd

from textkit import frames, lines
from textkit.outline import markers

_FORMS = lines.forms("split")
_GENRE = re.compile(rf"{_FORMS['genre']}(?:[（(][^（）()]{{1,20}}[）)]|[一二三四五六七八九十\d]{{1,2}})?$")
_LABEL = re.compile(rf"{_FORMS['label']}(?:[：: \u3000、]|$)")
_TITLE_CHARS = 60
_UNKNOWN = {"year": None, "author": "", "role": "", "theme": ""}


def split(reports: pd.DataFrame) -> pd.DataFrame:
    r"""Divide texts of the *reports* table that hold several reports; texts that hold one stay as they are.

    A new report begins at a title line (a short line that is no sentence and ends as the title of a report does: 材料,
    报告, 总结 …) after which the largest numbering begins anew. Parts of one text are named ``report#1``, ``report#2``
    …, each with its own ``title, text, chars``; ``year, author, role, theme`` are emptied for them, since they were
    read from the whole (``reports.describe`` reads them again). ``duplicate_of`` is then of parts.

    >>> text = "对照检查材料\n一、问题\n不深。\n张三述职报告\n一、工作\n很多。"
    >>> parts = split(frames.make("reports", [{"report": "a", "text": text, "chars": len(text)}]))
    >>> parts[["report", "title", "chars"]].values.tolist()
    [['a#1', '对照检查材料', 16], ['a#2', '张三述职报告', 15]]
    """
    frames.require(reports, "reports", "report", "text")
    frames.require_unique(reports, "reports", "report")
    rows: list[dict] = []
    for row in reports.to_dict("records"):
        starts = _starts(row["text"])
        rows.extend([row] if len(starts) == 1 else _parts(row, starts))
    types = dict(reports.dtypes)
    if types.get("year") == "int64":
        types["year"] = pd.Int64Dtype()  # the parts' years are not known
    parts = pd.DataFrame(rows, columns=reports.columns).astype(types).reset_index(drop=True)
    if "duplicate_of" in parts and len(parts) > len(reports):
        first = parts.groupby("text")["report"].transform("first")
        parts["duplicate_of"] = first.where(first != parts["report"], "")
    parts.attrs = dict(reports.attrs)
    return parts


def _parts(row: dict, starts: list[int]) -> list[dict]:
    parts = []
    for i, (start, end) in enumerate(pairwise([*starts, len(row["text"])]), 1):
        text = row["text"][start:end]
        title = text[slice(*(lines.title(text) or (0, 0)))]
        mine = {"report": f"{row['report']}#{i}", "text": text, "chars": len(text), "title": title}
        parts.append(row | {name: value for name, value in (_UNKNOWN | mine).items() if name in row})
    return parts


def _starts(text: str) -> list[int]:
    """Where each report begins; the first at 0."""
    found = (mark for mark in markers.find(text) if not mark.inline and mark.style not in markers.LISTS)
    marks = [mark for mark in found if mark.level != "篇"]
    starts = [0]
    for elder, mark in pairwise(marks):
        if mark.level == marks[0].level and mark.number == 1:
            titles = [line for line in lines.walk(text, elder.after, mark.start) if _is_title(text, line)]
            starts.extend(line.start for line in titles[:1])
    return starts


def _is_title(text: str, line: lines.Span) -> bool:
    at_line_start = line.start == 0 or text[line.start - 1] in "\r\n"
    if not at_line_start or _LABEL.match(text, *line):
        return at_line_start
    title = lines.title_in(text, line)
    return bool(title and title.end - title.start <= _TITLE_CHARS and _GENRE.search(text, *title))
