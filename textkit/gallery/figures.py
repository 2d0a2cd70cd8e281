"""All figures of the job by their names, and those of other commands."""

from collections.abc import Container, Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from textkit import codes, plots
from textkit.gallery.contents import CONTENTS
from textkit.gallery.language import LANGUAGE
from textkit.gallery.page import REPORTS, Page, Tables
from textkit.gallery.themes import THEMES

_DRAWN = CONTENTS | LANGUAGE | THEMES  # as in ``data/figures.toml``


def draw(
    tables: Tables, codebooks: Sequence[codes.Codebook], *, language: str = "zh", only: Container[str] | None = None
) -> Iterator[tuple[str, Any]]:
    """Name and matplotlib figure, in turn, of the tables of ``project.analyse``: all `names`, or of ``only`` some.

    >>> from textkit import frames
    >>> list(draw({name: frames.make(name) for name in ("reports", "overview", "points")}, []))
    []
    """
    shown = sorted(set(tables["points"]["report"])) or sorted(tables["reports"]["report"])
    page = Page(tables, codebooks, shown[:REPORTS], language)
    for name, (kind, book) in names(codebooks).items():
        if (only is None or name in only) and all(len(page.rows(table)) for table in page.sources(kind, book)):
            figure = _DRAWN[kind](page, book) if book else _DRAWN[kind](page)
            if figure is not None:
                yield name, figure


def names(codebooks: Sequence[codes.Codebook]) -> dict[str, tuple[str, codes.Codebook | None]]:
    """All figures, with or without anything to show: name → kind, and the codebook that it is of.

    >>> list(names([]))[:3]
    ['outline_map', 'links_flow', 'links_cover']
    """
    return {
        kind.replace("BOOK", book.name if book else ""): (kind, book)
        for kind in _DRAWN
        for book in (codebooks if kind.startswith("BOOK") else [None])
    }


def sensitivity(table: pd.DataFrame, *, reports: int, points: int, language: str = "zh") -> Any:
    """Figure of the *sensitivity* table, choice × finding: the share of items that are found again.

    >>> table = pd.DataFrame({"finding": ["codes"], "item": ["a"], "choice": ["HMM"], "survives": [True]})
    >>> len(sensitivity(table, reports=5, points=93).axes)
    1
    """
    counted = {"report": np.arange(points) % reports}
    page = Page(dict.fromkeys(("reports", "points"), pd.DataFrame(counted)), [], [""] * reports, language)
    labels = dict(plots.texts()["choices"]) if language == "zh" else {}
    without = [choice for choice in table["choice"].unique() if choice.startswith("without ")]
    names = plots.short([choice.removeprefix("without ") for choice in without])
    labels |= {choice: page.word("without", report=name) for choice, name in zip(without, names, strict=True)}
    figure, (ax,) = page.sheet("sensitivity", 1.3 + 0.26 * table["choice"].nunique())
    wide = table.pivot_table(index="choice", columns="finding", values="survives", aggfunc="mean", sort=False)
    marks = wide.map(lambda share: "" if pd.isna(share) else "%")
    plots.heatmap(100 * wide, ax, labels=labels, marks=marks)
    ax.xaxis.tick_top()
    names = [labels.get(name, name) for name in wide.columns]
    ax.set_xticks(ax.get_xticks(), names, rotation=0, ha="center", rotation_mode="default")
    return figure
