"""The physical lines of a text: where they lie, which one is the title, which are residue of a page.

Both the reader of files and the outline need this; neither knows the other.
"""

import re
import tomllib
from collections.abc import Iterator
from importlib import resources
from itertools import islice, pairwise
from statistics import quantiles
from typing import NamedTuple

INDENT = r"[ \t\f\v\u00a0\u1680\u2000-\u200d\u202f\u205f\u3000\u2060\ufeff\u00ad#>*_+\-•·●■◆▲]*"
"""Indentation, bullets and markdown before the words of a line (a regex that never crosses a line)."""

_INDENT = re.compile(INDENT)
_LINE, _ANY_LINE = re.compile(".+"), re.compile(r"[^\r\n]+")  # the first is thrice as fast, and knows no \r
_CHROME_CHARS = 120
_TITLE_CHARS = 60
_FIRST_LINES, _JUDGED = 500, 400
_WRAP_CHARS = 80  # longer lines are paragraphs, however even
_WRAP_LINES = 6  # fewer lines show no margin
_ENDED = "。；;：:！!？?…"
_PAUSED = "”）)、"  # may end a sentence or not


def forms(section: str) -> dict[str, str]:
    """Words and forms of ``data/structure.toml`` as regular expressions, alternatives in a group.

    >>> forms("edges")["announced"]
    '(?:如下|现将|报告|汇报|要求|根据|按照)'
    """
    data = tomllib.loads((resources.files("textkit") / "data" / "structure.toml").read_text("utf-8"))
    return {name: f"(?:{'|'.join(found)})" for name, found in data[section].items()}


_FORMS = forms("lines")
_NUMBERED, _DATE = re.compile(_FORMS["numbered"]), re.compile(_FORMS["date"])
_CHROME = re.compile(rf"[\[【（(]?{_FORMS['chrome']}")
_PAGE = re.compile(rf"[ \t\u3000]*{_FORMS['page']}[ \t\u3000]*")


class Span(NamedTuple):
    """A half-open range of codepoints.

    >>> "存在的问题"[slice(*Span(3, 5))]
    '问题'
    """

    start: int
    end: int


def walk(text: str, start: int = 0, end: int | None = None) -> Iterator[Span]:
    r"""Spans of the lines that hold more than white space, without their line ends.

    >>> list(walk("一、\r\n \n二、"))
    [Span(start=0, end=2), Span(start=6, end=8)]
    """
    end = len(text) if end is None else end
    line = _LINE if text.find("\r", start, end) < 0 else _ANY_LINE
    for found in line.finditer(text, start, end):
        if not found[0].isspace():
            yield Span._make(found.span())


def is_chrome(text: str, line: Span) -> bool:
    """Whether a line is residue of the web page or archive a text was copied from.

    >>> [is_chrome(line, Span(0, len(line))) for line in ("【字体：大 中 小】", "来源：本网", "一、来源与依据")]
    [True, True, False]
    """
    short = line.end - line.start <= _CHROME_CHARS
    return short and bool(_CHROME.match(text, _first_word(text, line), line.end))


def is_page_number(text: str, line: Span) -> bool:
    """Whether a line holds the number of a page and nothing else.

    >>> [is_page_number(line, Span(0, len(line))) for line in ("— 12 —", "第3页 共9页", "第三页")]
    [True, True, False]
    """
    return bool(_PAGE.fullmatch(text, *line))


def is_date(words: str) -> bool:
    """Whether the words are a date and nothing else; masked and missing digits count.

    >>> is_date("2024年1月9日"), is_date("（二〇二四年一月）"), is_date("x年x月x日"), is_date("2024年工作总结")
    (True, True, True, False)
    """
    return bool(_DATE.fullmatch("".join(words.split())))


def title(text: str) -> Span | None:
    r"""Span of the title's words: a short first line that is no sentence and bears no number.

    Residue of a web page before it is passed over.

    >>> text = "# 关于党性的报告\n\n一、存在的问题"
    >>> text[slice(*title(text))]
    '关于党性的报告'
    >>> title("一、存在的问题\n……") is None
    True
    """
    line = next((line for line in walk(text) if not is_chrome(text, line)), None)
    if line is None or not text[line.end :].strip():
        return None  # nothing said, or nothing to head
    return title_in(text, line)


def title_in(text: str, line: Span) -> Span | None:
    """Span of the words of a line if they can be a title.

    >>> title_in("　　对照检查材料", Span(0, 8))
    Span(start=2, end=8)
    """
    start = _first_word(text, line)
    words = text[start : line.end].rstrip(" \t*_#\u3000")
    if not words or _NUMBERED.match(words) or is_date(words):
        return None
    marked = "#" in text[line.start : start]
    if not marked and (len(words) > _TITLE_CHARS or re.search(r"[。！？：；:;，]", words)):
        return None
    return Span(start, start + len(words))


def _first_word(text: str, line: Span) -> int:
    """Where the words of a line begin."""
    return line.end - len(_INDENT.sub("", text[slice(*line)], count=1))


def first(text: str) -> list[Span]:
    """The lines by which the whole is judged: up to 500.

    >>> first("一、问题")
    [Span(start=0, end=4)]
    """
    return list(islice(walk(text), _FIRST_LINES))


def continued(text: str, opening: list[Span] | None = None) -> frozenset[int]:
    r"""Starts of lines that go on with the sentence of the line before, in a text broken at a margin.

    A text is taken as broken at a margin where at least two lines in five are about as long as the
    long ones, these are short enough for a page, and half end within a sentence. ``opening``: what `first` gives.

    >>> text = "学习不深入，满足于一知半解，没有真正做到学懂弄通，\n" * 8
    >>> len(continued(text)), len(continued("学习不深。\n用得不够。\n" * 8))
    (7, 0)
    """
    seen = (first(text) if opening is None else opening)[:_JUDGED]
    lengths = sorted([end - start for start, end in seen])
    if len(seen) < _WRAP_LINES or lengths[len(seen) * 3 // 4] > 2 * _WRAP_CHARS:
        return frozenset()
    margin = quantiles([_width(text, line) for line in seen], n=10)[7]
    full = [line for line in seen if abs(_width(text, line) - margin) <= 2.5]
    within = [line for line in full if _last(text, line) not in _ENDED + _PAUSED]
    if margin > _WRAP_CHARS or margin < 12 or len(full) * 5 < len(seen) * 2 or len(within) * 2 < len(full):
        return frozenset()
    spans = [line for line in walk(text) if not is_page_number(text, line)]
    after = [
        after
        for line, after in pairwise(spans)
        if _width(text, line) >= margin - 2.5 and _last(text, line) not in _ENDED
    ]
    if sum(bool(_NUMBERED.match(text, _first_word(text, line))) for line in after) * 3 > len(after):
        return frozenset()  # a list of headings of like length
    return frozenset(line.start for line in after)


def _width(text: str, line: Span) -> float:
    """Width in Chinese characters, two Latin letters to one."""
    words = text[slice(*line)].rstrip()
    return len(words) - sum(map(str.isascii, words)) / 2


def _last(text: str, line: Span) -> str:
    return text[slice(*line)].rstrip()[-1]
