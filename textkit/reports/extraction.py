"""The text of a file, whatever its format."""

import re

from textkit import masks
from textkit.reports import files, html, office, pdf, word
from textkit.reports.encodings import CONTROL, decode

_LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# Emphasis of markdown beside blanks or punctuation, so that the mask of **镇 stays; a line all in bold is a heading.
_EMPHASIS = re.compile(
    r"(?<![^\s，。；：、（）“*+\-])(\*\*|__|\*|_)(?=[^\s*_])([^*_\n]{1,200})(?<=[^\s*_])\1(?=[\s，。；：、！？（）”.,:;]|\Z)(?!\s*\Z)"
)
# And within words, which no mask is where no such place follows: 理论学习**不深入**, **理论学习**不深入.
_WITHIN = re.compile(
    r"(?P<word>(?<=[\u4e00-\u9fff]))?\*\*(?=[^\s*])([^*\s，。；：、！？]{1,40}[，。；：！？]?)\*\*"
    rf"(?(word)|(?=[\u4e00-\u9fff]))(?![*{masks.PLACES}])"
)


def extract(ending: str, data: bytes, encoding: str | None, max_bytes: int) -> tuple[str, str]:
    """Text, and the encoding or format it was in.

    >>> extract(".md", "理论学习**不深入**".encode(), None, 1000)
    ('理论学习不深入', 'utf-8')
    """
    if ending in files.PROSE:
        text, form = decode(data, encoding)
        for marks in (_EMPHASIS, _WITHIN) if ending == ".md" else ():
            text = "".join(marks.sub(r"\2", line) for line in text.splitlines(keepends=True))
        return text, form
    if ending in files.PAGES or (ending in files.WORD and html.BEGINNING.match(data)):  # many a .doc is a page
        text, form = html.extract(data), "html"
    elif ending == ".pdf":
        text, form = pdf.extract(data), "pdf"
    elif ending in files.WORD and data.startswith(b"PK"):  # many a .doc is a .docx
        text, form = word.extract(data, max_bytes), "docx"
    else:
        text, form = office.extract(data, max_bytes)
    return CONTROL.sub("", _LINE_ENDS.sub("\n", text)), form
