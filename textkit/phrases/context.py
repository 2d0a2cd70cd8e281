"""Concordance: every place of a phrase in its context (KWIC: Luhn 1960)."""

import re
from collections.abc import Iterator
from html import escape

import pandas as pd

from textkit import frames, hanzi, masks
from textkit.errors import InputError

_SORTS = {
    "place": lambda row: (),
    "left": lambda row: (row[4][::-1],),
    "right": lambda row: (row[6],),
    "match": lambda row: (row[5], row[6]),
}
_LINES = str.maketrans("\r\n\t", "   ")


def concordance(
    points: pd.DataFrame, pattern: str, *, regex: bool = False, width: int = 20, sort: str = "place", fold: bool = False
) -> pd.DataFrame:
    """Every place of a phrase or pattern, with ``width`` characters before and after it in its point: a *concordance*.

    Places of a phrase may overlap; with ``regex`` the pattern is a regular expression. Sorted by ``place``, ``left``
    (the characters before it, nearest first), ``right`` or ``match``. With ``fold`` it is looked for in the folded
    text, as phrases are mined with ``fold``; lines show the original. Points have ``report, point, text, start``;
    `show` prints the table. An `InputError` for an empty phrase, an expression that cannot be read, or an unknown
    sort.

    >>> points = pd.DataFrame({"report": ["a", "b"], "point": 1, "start": 0})
    >>> points["text"] = ["存在学用脱节的现象", "学用脱节"]
    >>> concordance(points, "脱节", width=2)[["left", "match", "right"]].values.tolist()
    [['学用', '脱节', '的现'], ['学用', '脱节', '']]
    """
    frames.require_known(points, "points", "report", "point", "text", "start")
    if not pattern or sort not in _SORTS or width < 0:
        raise InputError(f"concordance: give a phrase, a width from 0 and a sort of {', '.join(_SORTS)}")
    try:
        sought = re.compile(pattern if regex else f"(?=({re.escape(pattern)}))")
    except re.error as error:
        raise InputError(f"concordance: {pattern!r} is no regular expression ({error})") from None
    rows = list(_places(points, sought, 0 if regex else 1, width, fold))
    return frames.make("concordance", sorted(rows, key=_SORTS[sort]))


def _places(points: pd.DataFrame, sought: re.Pattern[str], group: int, width: int, fold: bool) -> Iterator[tuple]:
    for report, point, text, base in points[["report", "point", "text", "start"]].itertuples(index=False):
        view = masks.read(text) if fold else None
        for found in sought.finditer(view.text if view else text):
            start, end = found.span(group)
            if start < end:
                start, end = view.span(start, end) if view else (start, end)
                left, right = text[max(start - width, 0) : start], text[end : end + width]
                sides = left.translate(_LINES), text[start:end], right.translate(_LINES)
                yield report, point, base + start, base + end, *sides


def show(lines: pd.DataFrame, *, html: bool = False) -> str:
    """A concordance as text, aligned where a Chinese character is as wide as two Latin ones.

    With ``html`` a table for a notebook or a page, all text escaped. The last cell is the place:
    report and offset in its text.

    >>> rows = [("a", 4, "存在", "脱节", "的"), ("b", 9, "A", "脱节", "")]
    >>> lines = pd.DataFrame(rows, columns=["report", "start", "left", "match", "right"])
    >>> print(show(lines))
    存在  脱节  的  a:4
       A  脱节      b:9
    """
    frames.require(lines, "concordance", "report", "start", "left", "match", "right")
    lines = lines.assign(match=lines["match"].str.translate(_LINES))
    rows = list(lines[["left", "match", "right", "report", "start"]].itertuples(index=False))
    if html:
        cell = "<td style='text-align:{};white-space:pre'>{}</td>"
        sides = [("right", "{}"), ("left", "<b>{}</b>"), ("left", "{}"), ("left", "{}:{}")]
        line = "".join(cell.format(side, inside) for side, inside in sides)
        return f"<table>{''.join(f'<tr>{line.format(*map(escape, map(str, row)))}</tr>' for row in rows)}</table>"
    wide = [max((hanzi.width(row[side]) for row in rows), default=0) for side in range(3)]
    shown = []
    for left, match, right, report, start in rows:
        cells = [" " * (wide[0] - hanzi.width(left)) + left, match + " " * (wide[1] - hanzi.width(match))]
        cells += [right + " " * (wide[2] - hanzi.width(right)), f"{report}:{start}"]
        shown.append("  ".join(cells))
    return hanzi.printable("\n".join(shown))
