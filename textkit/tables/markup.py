r"""Tables as Markdown and LaTeX, in which nothing that a cell says can act.

LaTeX needs ``\usepackage{booktabs}`` and, for Chinese, the package ctex; tables longer than a page
are a longtable.
"""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from textkit import hanzi
from textkit.tables.cells import map_text, plain

_PAGE = 40  # rows that stand on a page
_WIDE = 40  # columns of text from which a LaTeX column breaks its lines
_CONTROLS = dict.fromkeys([*range(32), *range(127, 160)], " ")
_BREAKS = dict.fromkeys(map(ord, "\n\x0b\x0c\x85\u2028\u2029"), "<br>")
_MARKDOWN = str.maketrans(
    _CONTROLS | _BREAKS | {char: f"\\{char}" for char in r"\`*_[]|~$"} | {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
)
# Braces keep [ and * from being read as options of the line end before them, and -- `` '' from becoming one sign.
_LATEX = str.maketrans(
    _CONTROLS
    | dict.fromkeys([0x2028, 0x2029], " ")
    | {char: f"\\{char}" for char in "#$%&_{}"}
    | {char: f"{{{char}}}" for char in "[]*-`'\",?!"}
    | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    | {"<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}"}
)


def markdown(frame: pd.DataFrame, path: Path) -> None:
    """Write a table in GitHub's Markdown."""
    header, rows = _cells(frame, _MARKDOWN)
    rule = ["-:" if numeric else ":-" for numeric in _numeric(frame)]
    lines = [f"| {' | '.join(cells)} |" for cells in (header, rule, *rows)]
    path.write_text("\n".join(lines) + "\n", "utf-8", newline="\n")


def latex(frame: pd.DataFrame, path: Path) -> None:
    """Write a table in LaTeX."""
    header, rows = _cells(frame, _LATEX)
    wide = [max(map(hanzi.width, map(str, frame.iloc[:, i])), default=0) > _WIDE for i in range(frame.shape[1])]
    kinds = ["r" if numeric else "p{6cm}" if long else "l" for numeric, long in zip(_numeric(frame), wide, strict=True)]
    paged = len(frame) > _PAGE
    name = "longtable" if paged else "tabular"
    lines = [
        rf"% \usepackage{{booktabs{',longtable' * paged}}} \usepackage{{ctex}}",
        rf"\begin{{{name}}}{{{''.join(kinds)}}}",
        r"\toprule",
        f"{' & '.join(header)} \\\\",
        r"\midrule" + r" \endhead" * paged,
        *(f"{' & '.join(cells)} \\\\" for cells in rows),
        r"\bottomrule",
        rf"\end{{{name}}}",
    ]
    path.write_text("\n".join(lines) + "\n", "utf-8", newline="\n")


def _cells(frame: pd.DataFrame, escapes: Mapping[int, str]) -> tuple[list[str], list[list[str]]]:
    """Column names and rows, every text escaped."""
    safe = map_text(frame, lambda cell: cell.replace("\r\n", "\n").replace("\r", "\n").translate(escapes))
    columns = [
        [cell if isinstance(cell, str) else plain(cell) for cell in safe.iloc[:, i]] for i in range(safe.shape[1])
    ]
    return list(map(str, safe.columns)), [list(row) for row in zip(*columns, strict=True)]


def _numeric(frame: pd.DataFrame) -> list[bool]:
    return [pd.api.types.is_numeric_dtype(dtype) and dtype != "bool" for dtype in frame.dtypes]
