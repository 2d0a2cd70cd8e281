"""The automatic numbers of a Word file, as the characters a reader sees.

They are not in the text: a paragraph names a list (numId) and a level, itself or through its style,
and numbering.xml says how that level counts and looks (ECMA-376 part 1, 17.9). `Numbering` resolves
the lists and keeps the counters; give it the paragraphs in reading order.
"""

import re
from typing import NamedTuple
from xml.etree.ElementTree import Element

from textkit.reports import numerals

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

_PLACE = re.compile(r"%([1-9])")
_PRIVATE = re.compile("[\ue000-\uf8ff]")  # bullets of symbol fonts
_SYMBOL_FONTS = ("Wingdings", "Webdings", "Symbol")
_AFTER = {"tab": "\t", "space": " ", "nothing": ""}


def value(element: Element | None, path: str) -> str | None:
    """The w:val of the element at a path of w: names, or None."""
    found = _find(element, path)
    return None if found is None else found.get(W + "val")


def is_on(element: Element | None, path: str) -> bool:
    """Whether there is an element at a path of w: names that switches something on."""
    found = _find(element, path)
    return found is not None and found.get(W + "val", "1") not in ("0", "false", "off")


def _find(element: Element | None, path: str) -> Element | None:
    return None if element is None else element.find("/".join(W + name for name in path.split("/")))


class Level(NamedTuple):
    """How one level of a list counts and looks."""

    start: int = 1
    style: str = "decimal"
    text: str = ""
    after: str = "\t"
    restart: int | None = None  # the level (from 1) that restarts this one; None: any above; 0: none
    legal: bool = False
    linked: str | None = None  # paragraph style that stands for this level


def _level(element: Element) -> Level:
    restart = value(element, "lvlRestart")
    fonts = _find(element, "rPr/rFonts")
    symbol = fonts is not None and (fonts.get(W + "ascii") or "").startswith(_SYMBOL_FONTS)
    bullet = value(element, "numFmt") == "bullet" and symbol
    return Level(
        start=numerals.read(value(element, "start"), 0),
        style=value(element, "numFmt") or "decimal",
        text="•" if bullet else (value(element, "lvlText") or "")[:255],  # as many as Word takes
        after=_AFTER.get(value(element, "suff") or "tab", "\t"),
        restart=None if restart is None else numerals.read(restart, 0),
        legal=is_on(element, "isLgl"),
        linked=value(element, "pStyle"),
    )


class _List(NamedTuple):
    """A w:num: whose counters it shares, its levels, and the levels it starts anew."""

    counters: str
    levels: dict[int, Level]
    anew: dict[int, int]


class Numbering:
    """Counts through a document: `label` gives the number before a paragraph."""

    def __init__(self, numbering: Element | None, styles: Element | None) -> None:
        known = [] if styles is None else styles.iterfind(W + "style")
        self._styles = {s.get(W + "styleId", ""): s for s in known if s.get(W + "type") in ("paragraph", "numbering")}
        paragraphs = (name for name, style in self._styles.items() if style.get(W + "type") == "paragraph")
        self._default = next((name for name in paragraphs if self._styles[name].get(W + "default") == "1"), "")
        self._lists = _lists(numbering, self._styles)
        self._counters: dict[str, dict[int, int]] = {}
        self._begun: set[tuple[str, int]] = set()
        self._by_style: dict[str, tuple[str, int]] = {}

    def label(self, properties: Element | None) -> str:
        """What stands before a paragraph with these properties (w:pPr), with the space after it; counts on."""
        name, depth = self._place(properties)
        used = self._lists.get(name)  # numId 0 is in no list: switched off
        if used is None or (level := used.levels.get(depth)) is None:
            return ""
        counters = self._counters.setdefault(used.counters, {})
        start = used.anew.get(depth, level.start)
        if depth in used.anew and (name, depth) not in self._begun:
            counters.pop(depth, None)
        counters[depth] = counters.get(depth, start - 1) + 1
        self._begun.add((name, depth))
        for below, other in used.levels.items():
            if below > depth and (other.restart is None or depth < other.restart):
                counters.pop(below, None)
        text = _spell(level, depth, used, counters)
        return text + level.after if text else ""

    def heading(self, properties: Element | None) -> int:
        """Level of a heading from 1, by the paragraph or its style; 0 of other paragraphs."""
        level, style = value(properties, "outlineLvl"), value(properties, "pStyle") or ""
        chain: dict[str, None] = {}
        while level is None and style in self._styles and style not in chain:
            chain[style] = None
            level = value(self._styles[style], "pPr/outlineLvl")
            style = value(self._styles[style], "basedOn") or ""
        return (numerals.read(level, 9) + 1) % 10

    def _place(self, properties: Element | None) -> tuple[str, int]:
        """List and level of a paragraph: its own, else those of its style."""
        name, level = value(properties, "numPr/numId"), 0
        if name is None:
            style = value(properties, "pStyle") or self._default
            if style not in self._by_style:
                self._by_style[style] = self._of_style(style)
            name, level = self._by_style[style]
        return name, numerals.read(value(properties, "numPr/ilvl"), level)

    def _of_style(self, style: str) -> tuple[str, int]:
        """List and level of a style, or of the nearest style it is based on that has them."""
        name = depth = None
        chain: dict[str, None] = {}
        while style in self._styles and style not in chain and name is None:
            chain[style] = None
            name = value(self._styles[style], "pPr/numPr/numId")
            depth = depth or value(self._styles[style], "pPr/numPr/ilvl")
            style = value(self._styles[style], "basedOn") or ""
        levels = self._lists[name].levels if name in self._lists else {}
        linked = {level.linked: number for number, level in levels.items()}
        return name or "", next((linked[link] for link in chain if link in linked), numerals.read(depth, 0))


def _spell(level: Level, depth: int, used: _List, counters: dict[int, int]) -> str:
    """The text of a level with each %n replaced by the counter of level n."""
    if level.style == "bullet":
        return _PRIVATE.sub("•", level.text)

    def number(match: re.Match) -> str:
        wanted = int(match[1]) - 1
        of = used.levels.get(wanted)
        if of is None or wanted > depth:
            return ""
        count = counters.get(wanted, used.anew.get(wanted, of.start))
        return numerals.write(count, "decimal" if level.legal and of.style != "none" else of.style)

    return _PLACE.sub(number, level.text)


def _lists(numbering: Element | None, styles: dict[str, Element]) -> dict[str, _List]:
    if numbering is None:
        return {}
    abstracts = {a.get(W + "abstractNumId", ""): a for a in numbering.iterfind(W + "abstractNum")}
    nums = {n.get(W + "numId", ""): n for n in numbering.iterfind(W + "num")}
    found = {}
    for name, num in nums.items():
        shared = value(num, "abstractNumId") or ""
        link = value(abstracts.get(shared), "numStyleLink")
        if link:  # the list is that of a numbering style
            linked = nums.get(value(styles.get(link), "pPr/numPr/numId") or "")
            shared = value(linked, "abstractNumId") or shared
        abstract = abstracts.get(shared)
        if name != "0" and abstract is not None:
            found[name] = _overridden(shared, abstract, num)
    return found


def _overridden(shared: str, abstract: Element, num: Element) -> _List:
    """The levels of the abstract list, with what this w:num changes in them."""
    levels = {numerals.read(lvl.get(W + "ilvl"), 0): _level(lvl) for lvl in abstract.iterfind(W + "lvl")}
    anew = {}
    for override in num.iterfind(W + "lvlOverride"):
        depth = numerals.read(override.get(W + "ilvl"), 0)
        changed = override.find(W + "lvl")
        if changed is not None:
            levels[depth] = _level(changed)
        start = value(override, "startOverride")
        if start is not None:
            anew[depth] = numerals.read(start, 1)
    return _List(shared, levels, anew)
