"""Text → the markers that number its units: 一、 （一） 1. 一是 …, and none of their false friends.

One pattern proposes candidates at line starts and inside lines. A sure marker at a line start
stands; every other one must earn its place by its neighbours: the first of a list needs a second,
a later one an open list that it continues. What stands in quotation marks numbers nothing here.
"""

import bisect
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from textkit import hanzi, lines

CHINESE = "[〇零一二三四五六七八九十百两]{1,5}"
_GAP = "[ \u3000]?"
_MARKERS = {  # style, named by its first marker → pattern; from the largest unit to the smallest
    "第一章": rf"第{_GAP}(?:{CHINESE}|\d{{1,3}}){_GAP}(?:部分|[编篇章节条])",
    "一、": rf"{CHINESE}{_GAP}[、．.，,：:﹑](?!{CHINESE}[、．.，,]|是(?!否(?![认定决])))",
    "（一）": rf"(?:[（(]?{_GAP}{CHINESE}{_GAP}[）)]|[㈠-㈩])、?(?![（(]{CHINESE}[）)]|项(?!目)|款)",
    "1.1": r"\d{1,2}(?:[.．]\d{1,2}){1,3}(?![\d%％.．])",
    "1.": rf"\d{{1,3}}{_GAP}(?:[.．、:：，,。](?!\d)|[）)])|[⒈-⒛]",
    "（1）": rf"(?:[（(]{_GAP}\d{{1,3}}{_GAP}[）)]|[⑴-⒇])、?",
    "①": "[①-⑳❶-❿](?![号、])",
    "第一，": rf"(?:第(?:{CHINESE}|\d{{1,2}})|其[一二三四五六])(?:点?[，,、：:；](?!{CHINESE}[、，])|是)",
    "首先": "(?:首先|其次|再次|再者)[，,、：:]?|最后(?:[，,、：:]|(?=[是要]))",
    "一是": f"{CHINESE}[、，]?是(?!否(?![认定决]))[，,：:]?",
    "一要": f"{CHINESE}要(?![素件点闻])",
}
_BARE = {  # numerals alone, at line starts only
    "一、": rf"{CHINESE}(?=[ \u3000](?!是)|[\r\n]|\Z)",
    "1.": r"\d{1,3}(?=[\u3000 ]{1,3}(?!\d{1,3}[ \u3000])|\t[^\t\r\n]*(?:[\r\n]|\Z)|[\u4e00-\u9fff])",
}
_STYLES = list(_MARKERS)
LISTS = frozenset({"第一，", "首先", "一是", "一要"})  # lists inside running text: no headings of their own
_VARIED = frozenset({"一、", "1."})
HEADS = frozenset({"一、", "（一）"})  # inside a line only where a text has lost its line ends
_INLINE = ("一、", "（一）", "1.1", "1.", "（1）", "①", *LISTS)
_UNITS = ["编", "篇", "部分", "章", "节", "条"]
_RANKS = {level: i for i, level in enumerate([*_UNITS, *(s for s in _STYLES[1:] if s != "1.1")])}
_LARGEST = 199  # above, a numeral is a year
_LARGEST_ITEM = 30
_UNLED = 3  # 二是 may come first, its elder having no marker; 十要十不要 is a slogan
_STRONG = "。；;：:！!？?…"  # ends of sentences, after which an item of a list can begin
_WEAK = '，,、）).．”"'  # after these, only an item of what is sure to be a list
_BEGINNING = (
    r"[第首其再最（(〇零一二三四五六七八九十百两\d①-⒛㈠-㈩❶-❿]"  # of every marker; turns most places away at once
)
PATTERN = re.compile(
    rf"(?:^|(?<=\r)){lines.INDENT}(?:"
    + "|".join(f"(?P<line{i}>{'|'.join((_MARKERS[s], _BARE.get(s, '(?!)')))})" for i, s in enumerate(_STYLES))
    + rf")|(?<=[{_STRONG}{_WEAK} \u3000])(?=[ \u3000*_]{{0,3}}{_BEGINNING})[ \u3000*_]{{0,3}}(?:"
    + "|".join(f"(?P<text{_STYLES.index(style)}>{_MARKERS[style]})" for style in sorted(_INLINE, key=_STYLES.index))
    + ")|(?=[一（(①-⑳])(?:"  # after words, which the neighbours must excuse
    + rf"(?<=[在为有即])(?P<lead{_STYLES.index('一是')}>一是)"
    + rf"|(?<=[\u4e00-\u9fff])(?P<lead{_STYLES.index('（一）')}>[（(]一[）)])"
    + rf"|(?<=[\u4e00-\u9fff])(?P<lead{_STYLES.index('（1）')}>[（(]\d{{1,2}}[）)])"
    + rf"|(?<=[\u4e00-\u9fff])(?P<lead{_STYLES.index('①')}>[①-⑳](?![号、])))",
    re.MULTILINE,
)
"""Whatever may be a marker, in one pass over the text; the groups say where it stands and its style."""

_OPENING = f"lead{_STYLES.index('（一）')}"  # （一） right after the words of a heading, in a text without line ends
_HEADED = re.compile(rf"{CHINESE}、[^。；：！？，、]{{1,30}}\Z")
_IN_PASSING = re.compile(r"[^一二三四五六七八九十百\d）)]、\Z")  # but after 一、 all can follow
_NUMERAL = re.compile(rf"{CHINESE}|\d+(?=\D*$)|[①-⒛㈠-㈩❶-❿]")
_ORDINALS = {"首先": 1, "其次": 2, "再次": 3}
_QUOTED = re.compile(
    r"“[^“”\r\n]{0,400}(?:[\r\n]+[^“”\r\n]{0,400}){0,2}”|《[^《》\r\n]{0,100}》|「[^「」\r\n]{0,400}」"
    r"|\"[^\"\r\n]{0,120}\"|'[^'\r\n]{0,120}'"
)
_QUANTITY = re.compile(r"[ ]?(?:[年月日号亿万%％个倍元吨米公岁平千百左至~～—\-厘毫克升度]|[\d.]|（[^）]{0,4}[)）])")
_COUNTED = "条座名处件项人次场户家部套台辆间所级期批份篇楼号栋只张"
_IDIOM = re.compile('([一二三])是\\1(?=[，,、。；！？”’"]|\\s|\\Z)')
_RANGE = re.compile(r"[一二三四五六七八九十两百]{1,3}(?=[年月日天季线产次届代级期步号倍千万亿者层类名人标段楼把])")
_SENTENCE = re.compile(r"[^。；;\r\n]{0,40}(?:[\r\n]|\Z)")


@dataclass(slots=True)
class Mark:
    r"""What begins a unit at ``start``: a marker ``text[at:after]``, or without ``style`` a heading in these words.

    >>> [mark.level for mark in find("第一章 总则\n第一条 目的")]
    ['章', '条']
    """

    start: int
    at: int
    after: int
    hashes: int = 0  # before a heading of markdown
    style: str = ""
    level: str = ""  # the style, or within 第一章 and 1.1 the unit: 章, 条, 1.1.1
    variant: str = ""  # closing punctuation, whatever its width: 1. and 1) can be two levels
    number: int = 0  # 最后 has none until its place is known
    inline: bool = False

    @property
    def rank(self) -> float:
        r"""Place in the customary order of styles, the largest unit first; a heading is larger than all.

        >>> [mark.rank < 8 for mark in find("一、问题\n一是不深。")]
        [True, False]
        """
        if self.style == "1.1":
            return _RANKS["1."] + len(self.level) / 10
        return _RANKS.get(self.level, -1)


@dataclass(slots=True)
class _Candidate(Mark):
    """What looks like a marker."""

    parts: tuple[int, ...] = ()  # all numbers of 2.3.1
    blank: bool = False  # what follows is set off by a blank
    ranged: bool = False  # 一、二 of 一、二季度, unless it numbers after all
    weak: bool = False  # inside a sentence: after a comma or a quotation
    doubtful: bool = False  # at a line start, but of a form that running text has too
    follower: int = 0  # number of the next of its level, 0 if there is none; of a list, before a larger unit begins


def find(text: str, start: int = 0, end: int | None = None, continued: frozenset[int] = frozenset()) -> list[Mark]:
    """Markers between two places, in reading order.

    ``continued`` holds the starts of lines that go on with a sentence: none begins a unit there.

    >>> [text[mark.at:mark.after] for text in ["一、统一是关键。一是学。二是干。"] for mark in find(text)]
    ['一、', '一是', '二是']
    """
    marks: list[Mark] = []
    here: dict[str, _Candidate] = {}  # level → the last one since a line began a unit
    under: dict[str, _Candidate] = {}  # level → the last one since a line began a 一、 or （一）
    latest: dict[str, _Candidate] = {}  # level → the last one anywhere
    for found in _candidates(text, start, len(text) if end is None else end, continued):
        if found.inline:
            elder = (latest if found.style in HEADS else here).get(found.level)
            stands = _is_item(found, elder.number if elder else 0)
        else:
            elder = (under if found.style in LISTS else latest).get(found.level)
            stands = not found.doubtful or _in_turn(found, elder) or _in_parent(found, latest)
        if not stands:
            continue
        here = {} if _begins(found) else here
        under = {} if _heads(found) else under
        found.number = found.number or (elder.number if elder else 0) + 1
        here[found.level] = under[found.level] = latest[found.level] = found
        marks.append(found)
    return _without_announcement(marks)


def _begins(found: _Candidate) -> bool:
    """Whether what is enumerated inside the lines before cannot go on after this one."""
    return found.style in HEADS or not (found.inline or found.style in LISTS)


def _heads(found: _Candidate) -> bool:
    return found.style in HEADS or found.style == "第一章"


def _without_announcement(marks: list[Mark]) -> list[Mark]:
    """What an opening sentence enumerates ahead of the first numbered heading is no unit."""
    first = next((i for i, mark in enumerate(marks) if not mark.inline), 0)
    heads = first and marks[first].style not in LISTS and marks[first].number == 1
    return marks[first:] if heads else marks


def _is_item(found: _Candidate, last: int) -> bool:
    """Whether a marker inside a line belongs to a list, and is not a word that looks like one."""
    if (last and found.number in (0, last + 1)) or (found.number == 1 and found.follower == 2):
        return not (found.weak and found.style in HEADS)
    if found.weak or not found.number:
        return False
    if found.style == "一是":  # after the end of a sentence 三是 counts, whatever came before it
        return found.number > 1 or found.follower > 1
    return found.style != "一、" and 0 < last <= found.number <= last + 2  # a slip in counting


def _in_turn(found: _Candidate, elder: _Candidate | None) -> bool:
    """Whether a marker of doubtful form begins a list that has a second item, or goes on with one."""
    last = elder.number if elder else 0
    if not found.number:
        return last > 0
    opens = found.number == 1 and found.follower in ((1, 2) if found.style == "1.1" else (2,))
    goes_on = last > 0 and 0 <= found.number - last <= 2  # also with a slip in counting
    if found.style in LISTS:
        return goes_on or opens
    if found.style == "1." and not found.variant and not found.blank:  # 2全面推行 only between 1. and 3.
        return found.number == last + 1 > 1 and found.follower == found.number + 1
    if found.ranged:
        return found.number == last + 1 and (elder is not None or opens)
    alike = elder is not None and found.parts[:-1] == elder.parts[:-1] and found.variant == elder.variant
    return opens or (found.number > 1 and (goes_on if alike else found.number == last + 1))


def _in_parent(found: _Candidate, latest: dict[str, _Candidate]) -> bool:
    """Whether 2.1 follows 2., or 2.1.1 follows 2.1."""
    above = latest.get("1." if found.level == "1.1" else found.level[:-2]) if found.style == "1.1" else None
    return found.number == 1 and above is not None and above.parts == found.parts[:-1]


def _candidates(text: str, start: int, end: int, continued: frozenset[int]) -> list[_Candidate]:
    quoted = [match.span() for match in _QUOTED.finditer(text, start, end)]
    after_here: dict[str, int] = {}  # level → number of the next one before a line begins a unit …
    after_under: dict[str, int] = {}
    after_all: dict[str, int] = {}
    candidates = []
    for match in reversed(list(PATTERN.finditer(text, start, end))):
        found = _candidate(text, match, continued)
        if found is None:
            continue
        sure = not (found.inline or found.doubtful or found.style in LISTS)
        if not sure and _inside(quoted, found.at):
            continue
        following = after_here if found.inline else after_under if found.style in LISTS else after_all
        found.follower = following.get(found.level, 0)
        if found.doubtful and after_here.get(found.level) == found.number + 1:
            found.follower = found.number + 1  # 1：… 2：… in one line
        candidates.append(found)
        if not found.inline and not found.doubtful:
            after_here = {} if _begins(found) else after_here
            after_under = {} if _heads(found) else after_under
        after_here[found.level] = after_under[found.level] = found.number
        if not found.inline:
            after_all[found.level] = found.number
    return candidates[::-1]


def _candidate(text: str, match: re.Match, continued: frozenset[int]) -> _Candidate | None:
    group = match.lastgroup or ""
    style, marker, (at, after) = _STYLES[int(group[4:])], match[group], match.span(group)
    level, variant, number, parts = _said(style, marker)
    if _is_false_friend(text, style, marker, number, after) or _is_in_passing(text, group, at):
        return None
    inline, before = not group.startswith("line"), text[match.start() - 1 : match.start()]
    if not inline and match.start() in continued:  # a line in the middle of a paragraph
        inline, before = True, text[max(0, match.start() - 200) : match.start()].rstrip()[-1:]
    weak = inline and group != _OPENING and (before not in _STRONG + " \u3000" or group.startswith("lead"))
    span = _RANGE.match(text, after) if style == "一、" else None
    ranged = bool(span and (hanzi.number(span[0]) or 0) > number)
    if inline and (
        style not in _INLINE or ranged or (weak and style == "1.1") or (style == "1." and marker[-1] in "，,。")
    ):
        return None
    return _Candidate(
        start=at if inline else match.start(),
        at=at,
        after=after,
        style=style,
        level=level,
        variant=variant,
        number=number,
        parts=parts,
        inline=inline,
        blank=text[after : after + 1] in (" ", "\u3000", "\t"),
        ranged=ranged,
        weak=weak,
        doubtful=not inline and (ranged or _is_doubtful(text, style, marker, number, after)),
    )


def _is_in_passing(text: str, group: str, at: int) -> bool:
    """一是路、二是水 numbers nothing; （一） after a word does only right after the words of a heading."""
    if group == _OPENING:
        return not _HEADED.search(text, max(0, at - 40), at)
    return _STYLES[int(group[4:])] in LISTS and bool(_IN_PASSING.search(text, max(0, at - 2), at))


@lru_cache(4096)  # a few hundred are all that ever occur
def _said(style: str, marker: str) -> tuple[str, str, int, tuple[int, ...]]:
    """What a marker says by itself: level, variant, number and parts."""
    if style == "1.1":
        parts = tuple(map(int, re.findall(r"\d+", marker)))
        return ".".join("1" * len(parts)), "", parts[-1], parts
    numeral = _NUMERAL.search(marker)
    number = (hanzi.number(numeral[0]) if numeral else _ORDINALS.get(marker[:2])) or 0
    varied = style in _VARIED and not marker[-1].isdecimal()
    variant = unicodedata.normalize("NFKC", marker)[-1] if varied else ""
    level = style if style != "第一章" else "部分" if marker.endswith("部分") else marker[-1]
    return level, variant, number, (number,)


def _is_false_friend(text: str, style: str, marker: str, number: int, after: int) -> bool:
    """一是一 counts nothing; 一、二线城市 and 三、四年 are ranges; 2.5个 is a quantity."""
    if not 0 < number <= (_LARGEST_ITEM if style in LISTS else _LARGEST):
        return style != "首先"
    if style == "一是":
        return bool(_IDIOM.match(text, after - len(marker)))
    bare = marker.isdecimal() and text[after : after + 1] not in " \u3000\t"
    return (style == "1.1" or bare) and bool(_QUANTITY.match(text, after) or (bare and text[after] in _COUNTED))


def _is_doubtful(text: str, style: str, marker: str, number: int, after: int) -> bool:
    """Forms that need a neighbour: 一，… 一 … 1：… 1.1 首先，… 第三章规定…"""
    if style == "第一章":
        return text[after : after + 1].strip(" \u3000\t\r\n：:") != "" and not _SENTENCE.match(text, after)
    if style in ("一、", "1."):
        return marker[-1] not in "、．.﹑）)⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑"
    return style in ("1.1", "第一，", "首先") or (style in LISTS and number > _UNLED)


def _inside(spans: list[tuple[int, int]], at: int) -> bool:
    i = bisect.bisect_right(spans, (at, at)) - 1
    return i >= 0 and spans[i][0] < at < spans[i][1]
