"""The physical lines of a text: where they lie, and which one is the title.

Both the reader of files and the outline need this; neither knows the other.
"""

import re
from typing import NamedTuple

INDENT = r"[ \t\f\v\u00a0\u1680\u2000-\u200d\u202f\u205f\u3000\u2060\ufeff\u00ad#>*_+\-•·●■◆▲]*"
"""Indentation, bullets and markdown before the words of a line (a regex that never crosses a line)."""

_FIRST = re.compile(rf"\s*(?P<indent>{INDENT})(?P<words>[^\r\n]*)")
_LINE = re.compile(r"[^\r\n]+")
_NUMBERED = re.compile(r"[（(]?[一二三四五六七八九十\d]+[、．.）)是要]|第[一二三四五六七八九十\d]+[章节部条，,、]")
_DATE = re.compile(r"[\d〇零一二三四五六七八九十]+年[\d一二三四五六七八九十]+月(?:[\d一二三四五六七八九十]+日)?")
_TITLE_CHARS = 60


class Span(NamedTuple):
    """A half-open range of codepoints.

    >>> "存在的问题"[slice(*Span(3, 5))]
    '问题'
    """

    start: int
    end: int


def lines(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    r"""Spans of the lines that hold more than white space, without their line ends.

    >>> lines("一、\r\n \n二、")
    [Span(start=0, end=2), Span(start=6, end=8)]
    """
    found = _LINE.finditer(text, start, len(text) if end is None else end)
    return [Span(*match.span()) for match in found if not match[0].isspace()]


def title(text: str) -> Span | None:
    r"""Span of the title's words: a short first line that is no sentence and bears no number.

    >>> text = "# 关于党性的报告\n\n一、存在的问题"
    >>> text[slice(*title(text))]
    '关于党性的报告'
    >>> title("一、存在的问题\n……") is None
    True
    """
    match = _FIRST.match(text)
    words = match["words"].rstrip(" \t*_#\u3000") if match else ""
    if not match or not words or _NUMBERED.match(words) or not text[match.end() :].strip():
        return None  # nothing said, a first section, or nothing to head
    if _DATE.fullmatch(words):
        return None
    if "#" not in match["indent"] and (len(words) > _TITLE_CHARS or re.search(r"[。！？：；:;，]", words)):
        return None
    return Span(match.start("words"), match.start("words") + len(words))
