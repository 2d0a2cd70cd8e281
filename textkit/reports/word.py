"""Word files (.docx) → the text a reader sees, one line for each paragraph.

Automatic numbers come back, as do tracked insertions, text boxes (after the paragraph they hang on),
tables (a row of one-line cells is one line with tabs, other cells follow each other) and content
controls. Left out are deleted revisions, field codes, hidden text, comments, headers and footers.
Where a heading (by its style) has no number, headings begin with ``#`` as in markdown, to tell the outline their level.
Footnotes and endnotes stand at the end as ``[1] …``, with ``[1]`` where they are referred to.
"""

import re
from collections.abc import Iterator
from posixpath import dirname, join
from typing import Any
from xml.etree.ElementTree import Element

from textkit.errors import InputError
from textkit.reports.archive import Archive
from textkit.reports.numbering import Numbering, W, is_on

_CHOICE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_UNSEEN = {
    W + name
    for name in ("pPr", "rPr", "sdtPr", "tblPr", "trPr", "tcPr", "del", "moveFrom", "instrText", "delText", "rt")
}
_SIGNS = {W + "tab": "\t", W + "ptab": "\t", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-"}
_HEADING = "\0"  # for each level; no file holds it
_UNNUMBERED = re.compile(r"^\0++(?![（(第一二三四五六七八九十\d①-⑳])", re.MULTILINE)
_TYPED = re.compile(r"^[ \t\u3000]*[一二]、", re.MULTILINE)  # headings that are none by their style
_NOTES = {W + "footnoteReference": "footnotes", W + "endnoteReference": "endnotes"}


def extract(data: bytes, limit: int) -> str:
    """Text of a .docx file that may unpack to ``limit`` bytes; larger ones could exhaust the memory."""
    parts = _parts(Archive(data, limit))
    body = parts["officeDocument"].find(W + "body")
    if body is None:
        raise InputError("no Word document (no body inside); is the ending right?")
    try:
        text = "\n".join(_Story(parts).lines(body))
    except RecursionError:
        raise InputError("nested too deeply for a Word file; refused") from None
    told = _UNNUMBERED.search(text) and not _TYPED.search(text)
    return re.sub("\0+", lambda found: "#" * len(found[0]) + " " if told else "", text)


def _parts(archive: Archive) -> dict[str, Element]:
    """The main part and what it refers to, by the last word of the relation's type."""
    main = next((path for kind, path in _related(archive, "") if kind == "officeDocument"), "word/document.xml")
    root = archive.xml(main)
    if root is None:
        raise InputError(f"no Word document ({main} is missing inside); is the ending right?")
    parts = {"officeDocument": root}
    for kind, path in _related(archive, main):
        wanted = kind in ("numbering", "styles", "footnotes", "endnotes") and kind not in parts
        if wanted and (part := archive.xml(path)) is not None:
            parts[kind] = part
    return parts


def _related(archive: Archive, part: str) -> Iterator[tuple[str, str]]:
    folder, name = dirname(part), part.rpartition("/")[2]
    relations = archive.xml(join(folder, "_rels", f"{name}.rels"))
    for relation in [] if relations is None else relations:
        target = relation.get("Target", "")
        yield relation.get("Type", "").rpartition("/")[2], target[1:] if target[:1] == "/" else join(folder, target)


def _within(parent: Element, *tags: str) -> Iterator[Element]:
    """The nearest elements of these tags below, through whatever wraps them, as a reader sees them."""
    for child in parent:
        if child.tag in tags:
            yield child
        elif child.tag == _CHOICE + "AlternateContent":
            yield from _within(_branch(child), *tags)
        elif child.tag not in _UNSEEN:
            yield from _within(child, *tags)


def _branch(alternatives: Element) -> Element:
    """The same thing said in several ways: the first way that has text, so that it is read once."""
    for way in alternatives:
        if next(way.iter(W + "t"), None) is not None:
            return way
    return Element("nothing")


class _Story:
    """Walks a document once; keeps what reaches over paragraphs: numbers, open fields, notes."""

    def __init__(self, parts: dict[str, Element]) -> None:
        self._numbering = Numbering(parts.get("numbering"), parts.get("styles"))
        self._notes = {
            (kind, note.get(W + "id")): note for kind in ("footnotes", "endnotes") for note in parts.get(kind, ())
        }
        self._referred: list[Any] = []
        self._codes: list[bool] = []  # of each open field: whether its code is being read, not its result
        kinds = [mark.get(W + "fldCharType") for mark in parts["officeDocument"].iter(W + "fldChar")]
        self._sound = kinds.count("begin") == kinds.count("end")  # else an open field would swallow the rest

    def lines(self, body: Element) -> Iterator[str]:
        yield from self._blocks(body)
        for number, key in enumerate(self._referred, start=1):
            if key in self._notes:
                yield f"[{number}] " + "\n".join(self._blocks(self._notes[key])).strip()

    def _blocks(self, parent: Element) -> Iterator[str]:
        held = ""  # a paragraph whose end was deleted goes on in the next
        for block in _within(parent, W + "p", W + "tbl", W + "altChunk"):
            if block.tag == W + "tbl":
                yield from self._table(block)
            elif block.tag == W + "altChunk":
                raise InputError("holds an embedded document (altChunk); open it in Word, save it anew")
            else:
                properties = block.find(W + "pPr")
                ended = properties is None or not _deleted(properties.find(W + "rPr"))
                label = self._numbering.label(properties) if ended else ""
                boxes: list[Element] = []
                held += "".join(self._inline(block, boxes))
                if ended:
                    yield _HEADING * (self._numbering.heading(properties) if held.strip() else 0) + label + held
                    held = ""
                for box in boxes:
                    yield from self._blocks(box)
        if held:
            yield held

    def _table(self, table: Element) -> Iterator[str]:
        for row in _within(table, W + "tr"):
            if _deleted(row.find(W + "trPr")):
                continue
            cells = [[line for line in self._blocks(cell) if line.strip()] for cell in _within(row, W + "tc")]
            if all(len(cell) < 2 and "\n" not in "".join(cell) for cell in cells):
                yield "\t".join("".join(cell) for cell in cells).rstrip("\t")
            else:
                yield from (line for cell in cells for line in cell)

    def _inline(self, parent: Element, boxes: list[Element]) -> Iterator[str]:
        """Pieces of text in a paragraph; its text boxes are put aside."""
        for child in parent:
            tag = child.tag
            if tag == W + "txbxContent":
                boxes.append(child)
            elif tag == _CHOICE + "AlternateContent":
                yield from self._inline(_branch(child), boxes)
            elif tag == W + "fldChar":
                self._field(child.get(W + "fldCharType"))
            elif tag in _NOTES:
                self._referred.append((_NOTES[tag], child.get(W + "id")))
                yield f"[{len(self._referred)}]"
            elif is_on(child, "rPr/vanish"):
                for mark in child.iter(W + "fldChar"):
                    self._field(mark.get(W + "fldCharType"))
            elif tag not in _UNSEEN:
                if not any(self._codes):
                    yield _characters(child)
                yield from self._inline(child, boxes)

    def _field(self, kind: str | None) -> None:
        if not self._sound:
            return
        if kind == "begin":
            self._codes.append(True)
        elif self._codes and kind == "separate":
            self._codes[-1] = False
        elif self._codes and kind == "end":
            self._codes.pop()


def _characters(element: Element) -> str:
    """What one element itself puts into the text."""
    if element.tag in (W + "t", _MATH_TEXT):
        return element.text or ""
    if element.tag == W + "sym":
        code = element.get(W + "char", "")
        return chr(int(code, 16)) if len(code) == 4 and not set(code) - set("0123456789abcdefABCDEF") else ""
    return _SIGNS.get(element.tag, "")


def _deleted(properties: Element | None) -> bool:
    return properties is not None and any(properties.find(W + name) is not None for name in ("del", "moveFrom"))
