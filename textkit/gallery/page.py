"""What every figure needs to know of the corpus, its title and caption."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from textkit import codes, frames, plots, terms

REPORTS = 16  # that fit on the axis of a figure
PANELS = 6  # reports that get a panel of their own
ROLES = 3  # parts that do
TALLEST = 9.5  # inches of a page

COLUMNS = {
    "reports": ("report", "chars"),
    "overview": ("report", "role", "chars", "points"),
    "points": ("report", "point", "role", "start", "end"),
    "deficits": ("report", "role", "object", "predicate"),
    "links": ("report", "problem", "cause", "measure", "score"),
    "BOOK_codes": ("report", "point", "code", "primary"),
    "BOOK_by_report": ("report", "role", "code", "points", "total", "share", "residual"),
}
"""What figures of all reports look at, of tables that grow with the corpus; BOOK is any codebook."""
FIRST = ("occurrences", "phrase_shares", "terms_by_report")
"""Of these they look at the first reports alone."""
_SAMPLED = ("fillers", "topics_by_report")  # of which a large corpus has no more than a sample of reports

Tables = Mapping[str, pd.DataFrame]


class Page(NamedTuple):
    """The tables, the codebooks, the reports that are shown, the language.

    >>> Page({}, [], [], "en").word("causes")
    'Causes'
    """

    tables: Tables
    books: Sequence[codes.Codebook]
    shown: Sequence[str]
    language: str

    @property
    def n(self) -> int:
        """Reports in which points were found: what figures speak of."""
        return self.tables["points"]["report"].nunique()

    def rows(self, table: str) -> pd.DataFrame:
        """Rows of a table of the reports shown, or of the first in a sample; all, if it is not by report."""
        frame = self.tables.get(table, pd.DataFrame(columns=["report"]))
        if "report" not in frame:
            return frame
        names = sorted(frame["report"].unique())[:REPORTS] if table in _SAMPLED else self.shown
        return frame[frame["report"].isin(names)]

    def word(self, name: str, **values: Any) -> str:
        """A word in the language of the page."""
        return plots.word(name, self.language, **values)

    def labels(self, points: pd.DataFrame) -> pd.Series:
        """Label of the primary code of each of these points, by the first codebook that codes it."""
        units, found = points[["report", "point"]], pd.Series(None, index=points.index, dtype=object)
        for book in self.books:
            table = self.tables.get(f"{book.name}_codes", frames.make("codes"))
            first = table.loc[table["primary"], ["report", "point", "code"]].drop_duplicates(["report", "point"])
            coded = units.merge(first, how="left")["code"].set_axis(units.index)
            found = found.fillna(coded.map(book.labels(self.language)).fillna(coded))
        return found.fillna(self.word("uncoded"))

    def sources(self, name: str, book: codes.Codebook | None = None) -> list[str]:
        """Names of the tables that a figure is drawn from."""
        return [table.replace("BOOK", book.name if book else "") for table in plots.texts()["figures"][name]["tables"]]

    def sheet(
        self,
        name: str,
        height: float,
        rows: int = 1,
        columns: int = 1,
        *,
        book: codes.Codebook | None = None,
        drawn: int | None = None,
        said: Mapping[str, Any] | None = None,
        **grid: Any,
    ) -> tuple[Any, list]:
        """A figure as wide as the page with title and caption, and its axes.

        ``drawn`` says how many reports are drawn, if not those shown; ``said`` is what its note has to be told.
        """
        figure, axes = plots.canvas(plots.WIDTH, height, rows, columns, **grid)
        texts = plots.texts()["figures"][name]
        heading = plots.fit(book.title.get(self.language, book.name), 40) if book else ""
        note = texts.get("note", {}).get(self.language, "").format(**said or {})
        text = self._counts(texts.get("n", "points"), book.roles[0] if book else "", drawn)
        text += self.word("few", few=terms.FEW) if name == "terms_by_report" and self.n < terms.FEW else ""
        text += self.word("source", table=", ".join(f"{table}.csv" for table in self.sources(name, book)))
        plots.label(figure, texts[self.language].format(book=heading), f"{note}\n{text}".lstrip("\n"))
        return figure, list(np.ravel(axes))

    def _counts(self, table: str, role: str, drawn: int | None) -> str:
        """How many reports and points entered a figure: those in this table, and of this part; how many did not."""
        points = self.tables["points"]
        if role:
            points = points[points["role"] == role]
        entered = points if role else self.tables.get(table, points)
        points = points[points["report"].isin(entered["report"].unique())]
        n, total = entered["report"].nunique(), self.tables["reports"]["report"].nunique()
        drawn = len(self.shown) if drawn is None else drawn
        return (
            self.word("n", n=n, points=len(points))
            + (self.word("of_part", part=self.word(role)) if role else "")
            + (self.word("drawn", shown=drawn) if drawn < n else "")
            + (self.word("sampled" if table == "topics_by_report" else "apart", out=total - n) if n < total else "")
        )


def panels(names: Sequence[Any], axes: list) -> list[tuple[Any, Any]]:
    """Names with their axes; axes left over are cleared."""
    for ax in axes[len(names) :]:
        ax.set_axis_off()
    return list(zip(names, axes, strict=False))
