"""What stands before and after the body: title, contents, salutation; closing, signature, date, residue."""

import re
from functools import cached_property
from typing import NamedTuple

from textkit import hanzi, lines
from textkit.lines import Span
from textkit.outline import roles

_BLANK = " \t\u3000*#_>"
_BEFORE_SALUTATION = ("", "title", "toc", "chrome")
_BACK_CHARS = 6_000
_BACK_LINES = 40
_FORMS = lines.forms("edges")
_SALUTATION = re.compile(
    rf"(?:尊敬的|敬爱的)?[^。；？\r\n]{{0,40}}{_FORMS['persons']}(?:们)?[^。；？，\r\n]{{0,8}}[：:！!]"
)
_ADDRESSEE, _ANNOUNCED = re.compile(_FORMS["addressee"]), re.compile(_FORMS["announced"])
_UNDER_TITLE, _SPEAKER = re.compile(_FORMS["under_title"]), re.compile(_FORMS["speaker"])
_GENRE = re.compile(rf"{_FORMS['genre']}[）)”》]?$")
_CONTENTS = re.compile(r"[【\[]?目[ \u3000]*[录次錄][】\]]?[：:]?")
_PAGE = re.compile(r"(?:[ \t\u3000]*[.…·．─\-—_]{2,}[ \t\u3000]*|[ \t\u3000]+)[（(]?\d{1,3}[）)]?$")
_LEADER = re.compile(r"[.…·．]{3,}[ \t\u3000]*[（(]?\d{1,3}[）)]?$")
_ENTRY_CHARS = 160
_ENTRIES = 3  # a shorter run of repeated lines is no table of contents
_RESIDUE, _CLOSING = re.compile(_FORMS["residue"]), re.compile(_FORMS["closing"])
_ATTACHED, _SIGNED = re.compile(_FORMS["attached"]), re.compile(_FORMS["signed"])
_BODIES = ("委员会", "支部", "班子", "党委", "党组", "政府")
_TITLE_CHARS = 30
_SIGNED_CHARS = 40
_CLOSING_CHARS = 120
_ATTACHED_CHARS = 80
_AT_DATE = re.compile(
    r"[\d〇○零一二三四五六七八九十xX×*]{1,4}年[\d一二三四五六七八九十xX×*]{1,3}月[\d一二三四五六七八九十xX×*]{1,3}日$"
)
_NUMBERED = re.compile(r"[（(]?[一二三四五六七八九十\d]+[、．.）)]|[一二三四五六七八九十]是|[①-⑳]")


class Edge(NamedTuple):
    r"""A node outside the body; a title has a heading.

    >>> [edge.kind for edge in front("关于作风的报告\n同志们：\n一、问题")[0]]
    ['title', 'salutation']
    """

    kind: str
    start: int
    heading: Span | None = None


class _Front:
    """The lines before the body, while they are read."""

    def __init__(self, text: str, spans: list[Span]) -> None:
        self.text = text
        self.spans = spans
        self.edges: list[Edge] = []
        self.titles: list[str] = []

    @cached_property
    def last(self) -> dict[str, int]:
        """Words of a line → where the last line of these words begins; looked for only if need be."""
        return {_entry(self.text, span): span.start for span in lines.walk(self.text)}

    def read(self) -> int:
        """Take line after line; returns where the first one is that is of the body."""
        i = 0
        while i < len(self.spans):
            kind, count, heading = self._kind(i)
            if not kind:
                return self.spans[i].start
            if not self.edges or self.edges[-1].kind != kind or (heading and i and self.titles):
                self.edges.append(Edge(kind, self.spans[i].start, heading))
            if heading:
                self.titles.append(self.text[slice(*heading)])
            i += count
        return len(self.text)

    def _kind(self, i: int) -> tuple[str, int, Span | None]:
        """Kind of line i, the number of lines it takes, and the title's words."""
        text, line, titles = self.text, self.spans[i], self.titles
        before = self.edges[-1].kind if self.edges else ""
        if lines.is_chrome(text, line) or lines.is_page_number(text, line):
            return "chrome", 1, None
        if count := self._contents(i):
            return "toc", count, None
        if titles and _is_more_title(text, self.spans[i : i + 2], before, titles):
            return "title", 1, None
        title = lines.title_in(text, line) if i + 1 < len(self.spans) else None
        if title and (not titles or (before != "title" and text[slice(*title)] in titles)):
            return "title", 1, title
        return "salutation" if before in _BEFORE_SALUTATION and _is_salutation(_words(text, line)) else "", 1, None

    def _contents(self, i: int) -> int:
        """Lines of a table of contents that begins at line i: entries that the body repeats, or with page numbers."""
        text, spans = self.text, self.spans
        head = bool(_CONTENTS.fullmatch(text[slice(*spans[i])].strip(_BLANK)))
        first = i + head
        if first >= len(spans):
            return 0
        opening = _entry(text, spans[first])
        if not (head or _is_paged(text, spans[first]) or _NUMBERED.match(opening)):
            return 0
        if not head and text.find(opening, spans[first].end) < 0:
            return 0
        count = 0
        for span in spans[first:]:
            entry = _entry(text, span)
            if (count and entry == opening) or not (self._recurs(entry, span) or _is_paged(text, span)):
                break
            count += 1
        enough = count >= (1 if head else _ENTRIES)
        return head + count if enough and (head or self._recurs(opening, spans[first])) else 0

    def _recurs(self, entry: str, span: Span) -> bool:
        return self.last.get(entry, -1) > span.start


def front(text: str, opening: list[Span] | None = None) -> tuple[list[Edge], int]:
    r"""Nodes before the body, and where the body begins; ``opening`` is what `lines.first` gives, where that is known.

    >>> front("关于作风的报告\n同志们：\n一、问题")[1]
    13
    """
    found = _Front(text, lines.first(text) if opening is None else opening)
    body = found.read()
    return found.edges, body


def _words(text: str, span: Span) -> str:
    return hanzi.simple(text[slice(*span)].strip(_BLANK))


def _is_more_title(text: str, spans: list[Span], before: str, titles: list[str]) -> bool:
    """Whether a line belongs to the title above it: under it, or the half before a subtitle."""
    if text[slice(*spans[0])].lstrip().startswith("#"):
        return False
    words, *more = (text[slice(*span)].strip(_BLANK) for span in spans)
    if before == "title" and lines.title_in(text, spans[0]) and any(line.startswith(("——", "--")) for line in more):
        return True
    return before in ("title", "chrome") and _is_under_title(words, titles)


def _is_under_title(words: str, titles: list[str]) -> bool:
    """Subtitle, occasion, date or speaker; or the second half of a title broken in two."""
    if lines.is_date(words) or _UNDER_TITLE.match(words):
        return True
    if _SPEAKER.fullmatch(words):
        return not roles.of_heading(words) and words not in ("前言", "引言", "序言", "概述")
    broken = not any(map(_GENRE.search, titles)) and len(words) <= 40 and not _NUMBERED.match(words)
    return broken and bool(_GENRE.search(words)) and not re.search("[，。；：！？]", words)


def _is_salutation(words: str) -> bool:
    if len(words) <= 60 and _SALUTATION.fullmatch(words):
        return True
    return bool(_ADDRESSEE.fullmatch(words)) and not _ANNOUNCED.search(words) and not _NUMBERED.match(words)


def _is_paged(text: str, span: Span) -> bool:
    """Whether a line ends with dots and the number of a page."""
    return span.end - span.start <= _ENTRY_CHARS and bool(_LEADER.search(text[slice(*span)].rstrip()))


def _entry(text: str, span: Span) -> str:
    """Words of a line as contents and body both write them; long lines are no entries, each is its own."""
    if span.end - span.start > _ENTRY_CHARS:
        return f"{span.start}"
    return "".join(_PAGE.sub("", text[slice(*span)].strip(_BLANK)).split())


def back(text: str, start: int) -> tuple[list[Edge], int]:
    r"""Nodes after the body, and where the body ends.

    >>> [edge.kind for edge in back("一、问题\n不深。\n谢谢大家！\n某某支部委员会\n2024年1月9日", 0)[0]]
    ['closing', 'signature', 'date']
    """
    near = max(start, len(text) - _BACK_CHARS)
    spans = [*lines.walk(text, max(start, text.rfind("\n", 0, near) + 1))][-_BACK_LINES:]
    edges: list[Edge] = []
    end = _residue(text, spans)
    if end < len(spans):
        edges.append(Edge("chrome", spans[end].start))
    attached = _attached(text, spans)
    while end and (spans[end - 1].start > start or not start):
        words = _words(text, spans[end - 1])
        kind = "paragraph" if end - 1 in attached else _back_kind(words, [edge.kind for edge in edges])
        if not kind:
            break
        end -= 1
        if edges and edges[-1].kind == kind != "paragraph":
            edges.pop()
        edges.append(Edge(kind, spans[end].start))
    if {edge.kind for edge in edges}.isdisjoint(("closing", "signature", "date")):
        edges = [edge for edge in edges if edge.kind == "chrome"]
    return edges[::-1], edges[-1].start if edges else len(text)


def _attached(text: str, spans: list[Span]) -> set[int]:
    """Indexes of lines that name what is attached or how the document is handled."""
    found: set[int] = set()
    for i, span in enumerate(spans):
        words = text[slice(*span)].strip(_BLANK)
        if len(words) <= _ATTACHED_CHARS and (_ATTACHED.match(words) or (i - 1 in found and _NUMBERED.match(words))):
            found.add(i)
    return found


def _back_kind(words: str, after: list[str]) -> str:
    """Kind of the last line before what is known to stand after the body; empty for the body itself."""
    if lines.is_date(words):
        return "" if "date" in after else "date"
    if _CLOSING.match(words) and len(words) <= _CLOSING_CHARS:
        return "closing"
    return "signature" if "closing" not in after and _is_signed(words, dated="date" in after) else ""


def _residue(text: str, spans: list[Span]) -> int:
    """Index of the first line of what a web page has below its text; what begins with 相关报道 ends all."""
    links = (i for i, span in enumerate(spans) if _RESIDUE.match(text[slice(*span)].strip(" \t\u3000*#【[")))
    end = next(links, len(spans))
    while end and lines.is_chrome(text, spans[end - 1]):
        end -= 1
    return end


def _is_signed(words: str, *, dated: bool) -> bool:
    """Who signs stands above the date; without a date only where it says so or a body signs."""
    if not words or len(words) > _SIGNED_CHARS or _NUMBERED.match(words) or words[-1] in "。；！？，：:、":
        return False
    if _AT_DATE.search(words):
        return True
    if dated and len(words) <= _TITLE_CHARS and not re.search("[，。；：！？“”]", words):
        return True
    signed = _SIGNED.fullmatch(re.sub(r"[（(][^（）()]{1,10}[）)]$", "", words))
    return bool(signed) and ("：" in words or ":" in words or words.endswith(_BODIES))
