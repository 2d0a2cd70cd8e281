"""Figures of what reports say: their parts, problems and causes, what answers a problem, what is said to be lacking."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from textkit import codes, frames, plots
from textkit.gallery.page import PANELS, REPORTS, TALLEST, Page, panels

_OBJECTS, _PREDICATES = 16, 10  # rows of a figure, columns
_CLEAR = 2  # adjusted standardized residual from which a cell is marked, if of average reports
_CHANCE = 0.0455  # of a normal variable to lie beyond it
_EXPECTED = 1  # points were to be expected in it (Cochran 1954: below 1 no such measure holds)


def _outline_map(page: Page) -> Any:
    """Of all reports: one without points is seen to have none."""
    names = page.tables["overview"]["report"].unique()[:REPORTS]
    table = page.tables["overview"]
    figure, (ax,) = page.sheet("outline_map", 1.5 + 0.4 * len(names), drawn=len(names))
    plots.outline_map(table[table["report"].isin(names)], ax, language=page.language)
    return figure


def _cross(page: Page, book: codes.Codebook) -> pd.DataFrame:
    """Rows of the *cross* table of a codebook, for the part that it is first of all made for."""
    table = page.tables[f"{book.name}_by_report"].query("role == @book.roles[0]")
    of_code = table.groupby("code")["points"].sum()
    points = table["code"].map(of_code).astype(float)  # also where there are none
    return table.assign(expected=table["total"] * points / max(of_code.sum(), 1))


def _by_report(page: Page, book: codes.Codebook) -> Any:
    table = _cross(page, book)
    table = table[table["report"].isin(page.shown)]
    if not len(table):
        return None
    borne = table["residual"].where(table["expected"] >= _EXPECTED)
    table = table.assign(mark=np.select([borne >= _CLEAR, borne <= -_CLEAR], ["▲", "▼"], ""))
    wide = table.pivot(index="code", columns="report", values=["points", "mark"]).reindex(index=book.codes["code"])
    note, cells = "marked" if table["mark"].any() else "unmarked" if page.n > 1 else "numbers", borne.notna().sum()
    said = {"marks": page.word(note, least=_EXPECTED, cells=cells, chance=f"{_CHANCE * cells:.1f}")}
    figure, (ax,) = page.sheet("BOOK_by_report", 1.6 + 0.3 * len(wide), book=book, said=said)
    plots.heatmap(wide["points"], ax, labels=book.labels(page.language), marks=wide["mark"].fillna(""))
    return figure


def _spread(page: Page, book: codes.Codebook) -> Any:
    table = _cross(page, book)
    means, table = table.groupby("code")["share"].mean(), table[table["report"].isin(page.shown)]
    if table["report"].nunique() < 2:
        return None  # says no more than the counts
    figure, (ax,) = page.sheet("BOOK_spread", 1.8 + 0.42 * len(book.codes), book=book)
    plots.spread(table, ax, labels=book.labels(page.language), means=means, language=page.language)
    return figure


def _links_flow(page: Page) -> Any:
    """Of all reports: each problem with the cause and the measure of the highest score."""
    links, points = page.tables["links"], page.tables["points"]
    labels = points[["report", "point"]].assign(label=page.labels(points))
    problems = points.loc[points["role"] == "problems", ["report", "point"]]
    threads = {"problem": problems.merge(labels)["label"]}
    for stage in ("cause", "measure"):
        best = links.dropna(subset=stage).sort_values("score", ascending=False, kind="stable")
        best = best.drop_duplicates(["report", "problem"])[["report", "problem", stage]]
        ends = problems.rename(columns={"point": "problem"}).merge(best, how="left")[["report", stage]]
        threads[stage] = ends.merge(labels.rename(columns={"point": stage}), how="left")["label"]
    figure, (ax,) = page.sheet("links_flow", 6.2, drawn=page.n)
    plots.alluvial(pd.DataFrame(threads), ax, language=page.language)
    return figure


def _links_cover(page: Page) -> Any:
    """As many reports as fit the page, in panels wide enough for the report with most causes and measures."""
    points, links = page.rows("points"), page.rows("links")
    labels = page.labels(points)
    counts = pd.crosstab(points["report"], points["role"]).reindex(columns=list(frames.PARTS[:3]), fill_value=0)
    counts = counts[counts["problems"] > 0].clip(upper=plots.PANEL)
    names, widest = list(counts.index[:PANELS]), counts[["causes", "measures"]].sum(axis=1).max()
    beside = min(3 if widest <= 9 else 2 if widest <= 18 else 1, len(names))
    letters = 20 if beside * widest > 16 else 30  # where labels take no width that columns need
    heights, pairs = (_tallest(counts["problems"][names].tolist(), columns) for columns in (beside, 2))
    if beside > 2 and labels.str.len().max() > letters and _cover_height(pairs, 30) <= TALLEST:
        beside, letters, heights = 2, 30, pairs  # no label is cut, and no report left out
    while _cover_height(heights, letters) > TALLEST:
        heights.pop()
    names = names[: beside * len(heights)]
    figure, axes = page.sheet(
        "links_cover", _cover_height(heights, letters), len(heights), beside, drawn=len(names), height_ratios=heights
    )
    titles = plots.short(names, 26)
    for i, (name, ax) in enumerate(panels(names, axes)):
        linked, units = (table[table["report"] == name] for table in (links, points))
        own = dict(zip(units["point"], labels[units.index], strict=True))
        plots.coverage(linked, units, ax, labels=own, letters=letters, language=page.language)
        ax.set_ylim(heights[i // beside] + 1, 0)
        ax.set_title(titles[i], fontsize=9)
    return figure


def _tallest(rows: Sequence[int], beside: int) -> list[int]:
    """The most rows of panels that stand beside each other."""
    return [max(rows[i : i + beside]) for i in range(0, len(rows), beside)]


def _cover_height(problems: Sequence[int], letters: int) -> float:
    return 0.5 + sum(0.155 * (rows + 1) + 0.35 + 0.05 * letters for rows in problems)


def _deficits(page: Page) -> Any:
    """Commonest objects × commonest predicates, × parts, and × reports where there are few."""
    table = page.tables["deficits"]
    wide = table.groupby("object").agg(reports=("report", "nunique"), count=("report", "size")).reset_index()
    first = wide.sort_values(["reports", "count", "object"], ascending=[False, False, True]).head(_OBJECTS)
    table = table[table["object"].isin(first["object"])]
    common = table["predicate"].value_counts().sort_index().sort_values(ascending=False, kind="stable").index
    roles = [role for role in frames.PARTS if (table["role"] == role).any()]
    others = page.word("kinds", n=len(common) - _PREDICATES)  # every row has something in every panel
    table = table.assign(predicate=table["predicate"].where(table["predicate"].isin(common[:_PREDICATES]), others))
    columns = {"predicate": [*common[:_PREDICATES], *[others] * (len(common) > _PREDICATES)], "role": roles}
    columns |= {"report": list(page.shown)} if 1 < page.n <= PANELS else {}
    ratios = [len(names) for names in columns.values()]
    said = {"objects": len(wide), "o": len(first), "predicates": len(common), "p": len(common[:_PREDICATES])}
    figure, axes = page.sheet(
        "deficits", 1.7 + 0.24 * len(first), 1, len(ratios), width_ratios=ratios, drawn=page.n, said=said
    )
    for (column, names), ax in zip(columns.items(), axes, strict=True):
        counts = pd.crosstab(table["object"], table[column]).reindex(index=first["object"], columns=names, fill_value=0)
        plots.heatmap(counts.rename(columns=page.word) if column == "role" else counts, ax, sums=[others])
        ax.tick_params(axis="x", rotation=50)
        plots.heading(ax, page.word(column), fontsize=9)
        if ax is not axes[0]:
            ax.set_yticks([])
    return figure


CONTENTS: dict[str, Callable[..., Any]] = {
    "outline_map": _outline_map,
    "BOOK_by_report": _by_report,
    "BOOK_spread": _spread,
    "links_flow": _links_flow,
    "links_cover": _links_cover,
    "deficits": _deficits,
}
"""Name → what draws it."""
