"""Web pages → the text a reader sees, one line for each block.

Scripts, styles, navigation and hidden elements are left out; the numbers and bullets of lists come
back; table cells of a row are parted by tabs. Style sheets are not read.
"""

import re
from typing import Any

from textkit.errors import InputError, MissingExtraError
from textkit.reports import numerals
from textkit.reports.encodings import decode

BEGINNING = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,99}(?:<!doctype\s+html|<html)\b", re.IGNORECASE)
"""What bytes begin with that are a web page, whatever the file is called."""

_DECLARED = re.compile(rb"""charset\s{0,9}=\s{0,9}["']?([\w-]{1,40})""", re.IGNORECASE)
_CODECS = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "cp950"}
_LEFT_OUT = {"script", "style", "nav", "title", "template", "noscript", "button", "select", "rt", "rp"}
_BLOCK = re.compile(
    "address|article|aside|blockquote|body|br|caption|center|d[dlt]|details|dialog|div|fieldset|figcaption|figure|"
    "footer|form|h[1-6r]|header|html|legend|li|main|menu|ol|p|pre|section|summary|table|t(?:body|foot|head|r)|ul"
)
_LABEL, _BREAK, _CELL = "\x1d\x1e\x1f"  # after a label, end of a line, of a cell, until white space is settled
_MARKS = re.compile("[\x1d\x1e\x1f]")  # no text holds them
_OWN_LINE = re.compile(rf"{_LABEL}[ \t\r\n\f]*{_BREAK}?[ \t\r\n\f]*")
_HIDDEN = re.compile(r"display\s{0,9}:\s{0,9}none", re.IGNORECASE)
_LIST_STYLE = re.compile(r"list-style(?:-type)?\s{0,9}:\s{0,9}([\w-]+)", re.IGNORECASE)
_STYLES = {
    "1": ("decimal", ". "), "decimal": ("decimal", ". "), "none": ("none", ""),
    "a": ("lowerLetter", ". "), "lower-alpha": ("lowerLetter", ". "), "lower-latin": ("lowerLetter", ". "),
    "A": ("upperLetter", ". "), "upper-alpha": ("upperLetter", ". "), "upper-latin": ("upperLetter", ". "),
    "i": ("lowerRoman", ". "), "lower-roman": ("lowerRoman", ". "),
    "I": ("upperRoman", ". "), "upper-roman": ("upperRoman", ". "),
    "cjk-ideographic": ("chineseCountingThousand", "、"), "simp-chinese-informal": ("chineseCountingThousand", "、"),
    "trad-chinese-informal": ("chineseCountingThousand", "、"), "cjk-decimal": ("ideographDigital", "、"),
    "simp-chinese-formal": ("chineseLegalSimplified", "、"),
}  # fmt: skip
_WIDE = "[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]"
_SOURCE_BREAK = re.compile(rf"(?<={_WIDE})[ \t\f]*[\r\n][ \t\r\n\f]*(?={_WIDE})")
_SPACE = re.compile(r"[ \t\r\n\f]+")


def extract(data: bytes) -> str:
    """Text of a web page; the declared encoding counts only where the bytes leave a doubt."""
    try:
        from bs4 import BeautifulSoup
    except ImportError:
        raise MissingExtraError("web pages need 'beautifulsoup4': pip install 'textkit[formats]'") from None
    return _text(BeautifulSoup(_decode(data), "html.parser"))


def _decode(data: bytes) -> str:
    try:
        return decode(data)[0]
    except InputError:
        declared = _DECLARED.search(data[:4096])
        if declared is None:
            raise
        name = declared[1].decode("ascii", "replace").lower()
        return decode(data, _CODECS.get(name, name))[0]


def _text(soup: Any) -> str:
    """Walk the tree without recursion, since pages nest as deeply as they like."""
    from bs4 import NavigableString, Tag

    pieces: list[str] = []
    preformatted = 0
    lists: list[Any] = []  # those open here, as asking each item for its parents would take long
    todo: list[Any] = [soup]  # nodes, marks to write down (str), changes of ``preformatted`` (int), a list's end (None)
    while todo:
        node = todo.pop()
        if node is None:
            lists.pop()
        elif isinstance(node, int):
            preformatted += node
        elif type(node) is NavigableString:
            pieces.append(_MARKS.sub("", node) if not preformatted else _BREAK.join(_MARKS.sub("", node).splitlines()))
        elif type(node) is str:
            pieces.append(node)
        elif isinstance(node, Tag) and not _unseen(node):
            after = _BREAK if _BLOCK.fullmatch(node.name) else ""
            before = after or (_CELL if node.name in ("td", "th") else "")
            pre = int(node.name == "pre")
            nested = node.name in ("ol", "ul", "menu")
            todo += [after, -pre, *[None][:nested], *reversed(node.contents), pre, _label(node, lists), before]
            lists += [node][:nested]
    return "\n".join(filter(None, map(_line, _OWN_LINE.sub("", "".join(pieces)).split(_BREAK))))


def _line(raw: str) -> str:
    """White space as a browser shows it; a line end in the source between two hanzi is none."""
    line = _SPACE.sub(" ", _SOURCE_BREAK.sub("", raw))
    return re.sub(rf" ?{_CELL} ?", "\t", line.strip(" " + _CELL))


def _unseen(tag: Any) -> bool:
    return tag.name in _LEFT_OUT or tag.has_attr("hidden") or bool(_HIDDEN.search(tag.get("style") or ""))


def _label(tag: Any, lists: list[Any]) -> str:
    """The number or bullet a browser shows before an item of the innermost list."""
    if tag.name == "ol":
        items = len(tag.find_all("li", recursive=False)) if tag.has_attr("reversed") else 1
        tag.attrs["data-next"] = numerals.read(tag.get("start"), items)
    if tag.name != "li" or not lists:
        return ""
    owner = lists[-1]
    style = _STYLES.get(_style(tag) or _style(owner), _STYLES["1"])
    if owner.name != "ol":
        return "" if style == _STYLES["none"] else f"• {_LABEL}"
    number = numerals.read(tag.get("value"), owner.attrs["data-next"])
    owner.attrs["data-next"] = number + (-1 if owner.has_attr("reversed") else 1)
    label = numerals.write(number, style[0])
    return f"{label}{style[1]}{_LABEL}" if label else ""


def _style(tag: Any) -> str:
    found = _LIST_STYLE.search(tag.get("style") or "")
    return found[1].lower() if found else tag.get("type") or ""
