"""Text → the markers that number its units: 一、 （一） 1. 一是 …, and none of their false friends.

One pattern proposes candidates at line starts and inside lines. A sure marker at a line start
stands; every other one must earn its place by its neighbours: the first of a list needs a second,
a later one an open list that it continues. What stands in quotation marks numbers nothing here.
"""

import bisect
import re
import unicodedata
from dataclasses import dataclass
from typing import NamedTuple

from textkit import hanzi, lines

CHINESE = "[〇零一二三四五六七八九十百两]{1,5}"
_GAP = "[ \u3000]?"
_MARKERS = {  # style, named by its first marker → pattern; from the largest unit to the smallest
    "第一章": rf"第{_GAP}(?:{CHINESE}|\d{{1,3}}){_GAP}(?:部分|[编篇章节条])",
    "一、": rf"{CHINESE}(?:{_GAP}[、．.，,：:﹑](?!{CHINESE}[、．.，,])|(?=[ \u3000\r\n]|\Z))",
    "（一）": rf"[（(]?{_GAP}{CHINESE}{_GAP}[）)]|[㈠-㈩]",
    "1.1": r"\d{1,2}(?:[.．]\d{1,2}){1,3}(?![\d%％.．])",
    "1.": rf"\d{{1,3}}(?:{_GAP}[.．、）):：](?!\d)|(?=\u3000))|[⒈-⒛]",
    "（1）": rf"[（(]{_GAP}\d{{1,3}}{_GAP}[）)]|[⑴-⒇]",
    "①": "[①-⑳❶-❿]",
    "第一，": rf"第(?:{CHINESE}|\d{{1,2}})(?:点?[，,、：:；](?!{CHINESE}[、，])|是)",
    "首先": "(?:首先|其次|再次|再者|最后)[，,、：:]",
    "一是": f"{CHINESE}是",
    "一要": f"{CHINESE}要(?![素件点闻])",
}
_STYLES = list(_MARKERS)
LISTS = frozenset({"第一，", "首先", "一是", "一要"})  # lists inside running text: no headings of their own
_VARIED = frozenset({"一、", "1."})
_HEADS = frozenset({"一、", "（一）"})  # inside a line only where a text has lost its line ends
_INLINE = ("一、", "（一）", "1.", "（1）", "①", *LISTS)
_UNITS = ["编", "篇", "部分", "章", "节", "条"]
_RANKS = {level: i for i, level in enumerate([*_UNITS, *(s for s in _STYLES[1:] if s != "1.1")])}
_LARGEST = 199  # above, a numeral is a year
_LARGEST_ITEM = 30
_STRONG = "。；;：:！!？?…"  # ends of sentences, after which an item of a list can begin
_WEAK = '，,、）).．”"'  # after these, only an item of what is sure to be a list
_MARKER = re.compile(
    rf"(?:^|(?<=\r)){lines.INDENT}(?:"
    + "|".join(f"(?P<line{i}>{pattern})" for i, pattern in enumerate(_MARKERS.values()))
    + rf")|(?<=[{_STRONG}{_WEAK}])[ \u3000*_]{{0,3}}(?:"
    + "|".join(f"(?P<text{_STYLES.index(style)}>{_MARKERS[style]})" for style in sorted(_INLINE, key=_STYLES.index))
    + rf")|(?<=[在为有即是])(?P<lead{_STYLES.index('一是')}>一是)",
    re.MULTILINE,
)
_NUMERAL = re.compile(rf"{CHINESE}|\d+(?=\D*$)|[①-⒛㈠-㈩❶-❿]")
_ORDINALS = {"首先": 1, "其次": 2, "再次": 3}
_QUOTED = re.compile(r"“[^“”\r\n]{0,400}(?:[\r\n]+[^“”\r\n]{0,400}){0,2}”|《[^《》\r\n]{0,100}》|「[^「」\r\n]{0,400}」")
_QUANTITY = re.compile(r"[ ]?(?:[年月日号亿万%％个倍元吨米公岁平千百左至~～—\-厘毫克升度]|[\d.]|（[^）]{0,4}[)）])")
_RANGE = re.compile(r"[一二三四五六七八九十两](?=[年月日天线产次届代级期步号倍十百千万亿者层类名人标段楼])")
_SENTENCE = re.compile(r"[^。；;\r\n]{0,40}(?:[\r\n]|\Z)")


@dataclass(slots=True)
class Mark:
    """A marker that numbers a unit: ``text[at:after]`` numbers what begins at ``start``.

    >>> [mark.level for mark in find("第一章 总则\\n第一条 目的")]
    ['章', '条']
    """

    start: int
    at: int
    after: int
    style: str
    level: str  # the style, or within 第一章 and 1.1 the unit: 章, 条, 1.1.1
    variant: str  # closing punctuation, whatever its width: 1. and 1) can be two levels
    number: int
    inline: bool

    @property
    def rank(self) -> float:
        """Place in the customary order of styles, the largest unit first.

        >>> [mark.rank < 8 for mark in find("一、问题\\n一是不深。")]
        [True, False]
        """
        if self.style == "1.1":
            return _RANKS["1."] + len(self.level) / 10
        return _RANKS[self.level]


class _Candidate(NamedTuple):
    """What looks like a marker; 最后 has no number of its own."""

    start: int
    at: int
    after: int
    style: str
    level: str
    variant: str
    number: int | None
    parts: tuple[int, ...]  # all numbers of 2.3.1
    inline: bool
    weak: bool  # inside a sentence: after a comma or a quotation
    doubtful: bool  # at a line start, but of a form that running text has too
    follower: int | None  # number of the next one of its level; of a list, before a larger unit begins


def find(text: str, start: int = 0, end: int | None = None, continued: frozenset[int] = frozenset()) -> list[Mark]:
    """Markers between two places, in reading order.

    ``continued`` holds the starts of lines that go on with a sentence: none begins a unit there.

    >>> [text[mark.at:mark.after] for text in ["一、统一是关键。一是学。二是干。"] for mark in find(text)]
    ['一、', '一是', '二是']
    """
    marks: list[Mark] = []
    current: dict[str, int] = {}  # level → last number of a list open in this stretch
    latest: dict[str, _Candidate] = {}  # level → the last one anywhere
    for found in _candidates(text, start, len(text) if end is None else end, continued):
        last = current.get(found.level)
        if not (_is_item(found, last) if found.inline else not found.doubtful or _in_turn(found, latest.get(found.level), last)):
            continue
        if found.style not in LISTS and (not found.inline or found.style in _HEADS):
            current = {}
        number = (last or 0) + 1 if found.number is None else found.number
        current[found.level], latest[found.level] = number, found._replace(number=number)
        marks.append(
            Mark(found.start, found.at, found.after, found.style, found.level, found.variant, number, found.inline)
        )
    return _without_announcement(marks)


def _without_announcement(marks: list[Mark]) -> list[Mark]:
    """What an opening sentence enumerates ahead of the first numbered heading is no unit."""
    first = next((i for i, mark in enumerate(marks) if not mark.inline), 0)
    heads = first and marks[first].style not in LISTS and marks[first].number == 1
    return marks[first:] if heads else marks


def _is_item(found: _Candidate, last: int | None) -> bool:
    """Whether a marker inside a line belongs to a list, and is not a word that looks like one."""
    if last is not None and found.number in (None, last + 1):
        return True
    if found.number == 1 and found.follower == 2:
        return not (found.weak and found.style in _HEADS)
    if found.weak or found.number is None:
        return False
    if found.style == "一是":
        return True  # after the end of a sentence 三是 counts, whatever came before it
    return last is not None and found.style not in _HEADS and last <= found.number <= last + 2  # a slip in counting


def _in_turn(found: _Candidate, elder: _Candidate | None, last: int | None) -> bool:
    """Whether a marker of doubtful form begins a list that has a second item, or goes on with one."""
    if found.style in LISTS:
        return last is not None and found.number in (None, last + 1) or found.number == 1 and found.follower == 2
    if found.number is None:
        return False
    if elder is None or found.number == 1:
        return found.number == 1 and found.follower in ((1, 2) if found.style == "1.1" else (2,))
    if found.parts[:-1] != elder.parts[:-1] or found.variant != elder.variant:
        return found.number == (elder.number or 0) + 1
    return 0 <= found.number - (elder.number or 0) <= 2  # a slip in counting


def _candidates(text: str, start: int, end: int, continued: frozenset[int]) -> list[_Candidate]:
    quoted = [match.span() for match in _QUOTED.finditer(text, start, end)]
    next_any: dict[str, int | None] = {}
    next_here: dict[str, int | None] = {}  # before a larger unit begins
    candidates = []
    for match in reversed(list(_MARKER.finditer(text, start, end))):
        found = _candidate(text, match, continued)
        if found is None or (found.inline and _inside(quoted, found.at)):
            continue
        following = next_here if found.inline or found.style in LISTS else next_any
        candidates.append(found._replace(follower=following.get(found.level)))
        if not found.inline and found.style not in LISTS and not found.doubtful:
            next_here = {}
        next_any[found.level] = next_here[found.level] = found.number
    return candidates[::-1]


def _candidate(text: str, match: re.Match, continued: frozenset[int]) -> _Candidate | None:
    group = match.lastgroup or ""
    style, marker, (at, after) = _STYLES[int(group[4:])], match[group], match.span(group)
    number = _number(marker)
    if _is_false_friend(text, style, marker, number, after):
        return None
    inline, before = not group.startswith("line"), text[match.start() - 1 : match.start()]
    if not inline and match.start() in continued:  # a line in the middle of a paragraph
        inline, before = True, text[max(0, match.start() - 200) : match.start()].rstrip()[-1:]
        if style not in _INLINE:
            return None
    level = _level(style, marker)
    doubtful = not inline and _is_doubtful(text, style, marker, after)
    first = match.start() if not inline else at
    weak = inline and (before not in _STRONG or group.startswith("lead"))
    variant = unicodedata.normalize("NFKC", marker)[-1] if style in _VARIED else ""
    parts = tuple(map(int, re.findall(r"\d+", marker))) if style == "1.1" else (number or 0,)
    return _Candidate(first, at, after, style, level, variant, number, parts, inline, weak, doubtful, None)


def _number(marker: str) -> int | None:
    numeral = _NUMERAL.search(marker)
    return hanzi.number(numeral[0]) if numeral else _ORDINALS.get(marker[:2])


def _level(style: str, marker: str) -> str:
    if style == "第一章":
        return "部分" if marker.endswith("部分") else marker[-1]
    return "1" + ".1" * len(re.findall("[.．]", marker)) if style == "1.1" else style


def _is_false_friend(text: str, style: str, marker: str, number: int | None, after: int) -> bool:
    """一是一 counts nothing; 一、二线城市 and 三、四年 are ranges; 2.5个 is a quantity."""
    if number is None:
        return style != "首先"
    if number > (_LARGEST_ITEM if style in LISTS else _LARGEST) or number == 0:
        return True
    if style == "一是" and text.startswith(marker[:-1], after):
        return True
    if style == "1.1":
        return bool(_QUANTITY.match(text, after))
    if style == "一、" and (word := _RANGE.match(text, after)):
        return hanzi.number(word[0]) == number + 1
    return False


def _is_doubtful(text: str, style: str, marker: str, after: int) -> bool:
    """Forms that need a neighbour: 一，… 一 … 1：… 1.1 首先，… 第三章规定…"""
    if style == "第一章":
        return text[after : after + 1].strip(" \u3000\t\r\n：:") != "" and not _SENTENCE.match(text, after)
    if style in ("一、", "1."):
        return marker[-1] not in "、．.﹑）)⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑"
    return style in ("1.1", "第一，", "首先")


def _inside(spans: list[tuple[int, int]], at: int) -> bool:
    i = bisect.bisect_right(spans, (at, at)) - 1
    return i >= 0 and spans[i][0] < at < spans[i][1]
