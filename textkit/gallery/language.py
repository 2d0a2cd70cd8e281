"""Figures of how reports say it: stock phrases, words, what one part says more than others, who sounds alike."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from textkit import frames, phrases, plots
from textkit.gallery.page import PANELS, REPORTS, ROLES, TALLEST, Page, panels

_PHRASES, _ALONG, _FRAMES, _TERMS, _EDGES = 28, 8, 14, 12, 50  # rows of a figure, lines of a network
_TIED = 0.3  # NPMI of a pair in the network
_FEWEST = 5  # pairs that make one
_COUNTED, _LABELS = 3, 18  # times that a term is counted to stand in the figure of key terms; labels of a panel
_NUMBERED, _NAMED = 12, 40  # reports up to which a matrix of all of them has numbers, and names


def _stock(page: Page, most: int) -> tuple[pd.DataFrame, dict[str, int]]:
    """Places of the first stock phrases that stand in the reports shown, and how many of all these are."""
    stock = phrases.stock(page.tables["phrases"])[["phrase"]]
    places = stock.merge(page.rows("occurrences"))
    shown = places["phrase"].unique()[:most]
    return places[places["phrase"].isin(shown)], {"shown": len(shown), "all": len(stock)}


def _phrases(page: Page) -> Any:
    places, said = _stock(page, _PHRASES)
    if not len(places):
        return None
    figure, (ax,) = page.sheet("phrases_by_report", 1.7 + 0.25 * said["shown"], said=said)
    plots.phrase_dots(places, ax, reports=page.shown)
    return figure


def _shares(page: Page) -> Any:
    """One panel for each part; below, means over all reports with their intervals."""
    table, means = page.rows("phrase_shares"), page.tables["phrase_share_intervals"]
    roles = [role for role in frames.PARTS if (means["role"] == role).any()][:ROLES]
    kinds = {kind: page.word(kind) for kind in means["origin"]}
    table = table[table["role"].isin(roles)]
    names = sorted(table["report"].unique())
    rows = [max(len(names), 3), len(kinds)]
    said = {"below": page.word("means" if page.n > 1 else "values")}
    grid: dict[str, Any] = {"height_ratios": rows, "sharey": "row", "sharex": "row"}
    figure, axes = page.sheet("phrase_shares", 1.9 + 0.22 * sum(rows), 2, len(roles), said=said, **grid)
    for i, role in enumerate(roles):
        own = table[table["role"] == role]
        plots.heading(plots.origins(own, axes[i], reports=names, language=page.language), page.word(role))
        below = axes[len(roles) + i]
        plots.ranges(means[means["role"] == role], below, row="origin", value="share", labels=kinds)
        below.xaxis.set_major_formatter("{x:.0%}")
    plots.swatches(list(kinds), axes[len(roles)])
    axes[-1].set_xlabel(page.word("chars_share"))
    return figure


def _along(page: Page) -> Any:
    names, points = page.shown[:PANELS], page.rows("points")
    places, said = _stock(page, _ALONG)
    if not len(places):
        return None
    roles = [role for role in frames.PARTS if (points["role"] == role).any()]
    shown = list(dict.fromkeys(places["phrase"]))
    chars = page.tables["reports"].set_index("report")["chars"]
    height = 1 + (0.36 + 0.13 * len(shown)) * len(names)
    figure, axes = page.sheet("phrases_along_reports", height, len(names), drawn=len(names), said=said, sharex=True)
    for name, title, ax in zip(names, plots.short(names, 40 if len(roles) < 4 else 24), axes, strict=True):
        own, found = (table[table["report"] == name] for table in (points, places))
        plots.xray(found, ax, phrases=shown, points=own, chars=chars[name], language=page.language)
        plots.heading(ax, title, fontsize=9)
        ax.set_xlabel(ax.get_xlabel() if ax is axes[-1] else "")
    plots.grounds(roles, axes[0], language=page.language)
    return figure


def _frames(page: Page) -> Any:
    found = page.tables["phrase_frames"].head(_FRAMES)
    said = {"shown": len(found), "all": len(page.tables["phrase_frames"])}
    figure, (ax,) = page.sheet("phrase_frames", 1.2 + 0.24 * len(found), drawn=page.n, said=said)
    plots.slots(found, page.tables["fillers"], ax, language=page.language)
    return figure


def _terms(page: Page) -> Any:
    top, total = page.tables["terms_by_report"], page.n
    top = top[(top["reports"] < max(total, 2)) & (top["count"] > 1)]
    names = [name for name in page.shown if (top["report"] == name).any()][:PANELS]
    if not names:
        return None
    rows = -(-len(names) // 3)
    said = {"apart": page.word("apart_from_all") if total > 1 else ""}
    figure, axes = page.sheet(
        "terms_by_report", 0.6 + 2.6 * rows, rows, -(-len(names) // rows), drawn=len(names), said=said
    )
    most = min(top[top["report"].isin(names)].groupby("report").size().max(), _TERMS)
    for (name, title), ax in panels(list(zip(names, plots.short(names, 24), strict=True)), axes):
        plots.bars(top[top["report"] == name].head(_TERMS), ax, title=title, language=page.language)
        ax.set_ylim(most - 0.5, -0.5)  # bars as thick in every panel
    return figure


def _clouds(page: Page, by: str, titles: Mapping[str, str], name: str) -> Any:
    """One cloud for each title, as high as its heaviest terms are frequent; the title tells how many are drawn."""
    top = page.tables["terms_by_part" if by == "role" else "terms_by_report"]
    words, kinds = (top.groupby(by)["count"].agg(what)[list(titles)] for what in ("sum", "size"))
    drawn = page.n if by == "role" else len(titles)
    height = min(1 + 1.9 * len(titles), TALLEST)
    figure, axes = page.sheet(name, height, len(titles), drawn=drawn, height_ratios=words.tolist())
    for ax in axes:
        ax.set_axis_off()
        plots.heading(ax, " ", fontsize=9)  # takes its room before words are laid out in the rest
    for (key, title), ax in zip(titles.items(), axes, strict=True):
        plots.word_cloud(top[top[by] == key], ax, total=page.n)
        said = {"words": f"{words[key]:,}", "all": kinds[key], "shown": len(ax.texts)}
        plots.heading(ax, page.word("words", part=title, **said), fontsize=9)
    return figure


def _clouds_by_part(page: Page) -> Any:
    roles = page.tables["terms_by_part"]["role"]
    titles = {role: page.word(role) for role in frames.PARTS if (roles == role).any()}
    return _clouds(page, "role", dict(list(titles.items())[:ROLES]), "word_clouds")


def _clouds_by_report(page: Page) -> Any:
    known = set(page.tables["terms_by_report"]["report"])
    names = [name for name in page.shown if name in known][:PANELS]
    return _clouds(page, "report", dict(zip(names, plots.short(names, 24), strict=True)), "word_clouds_by_report")


def _keyness(page: Page) -> Any:
    table = page.tables["keyness"]
    if table["reports"].max() < 2:
        return None  # what is sure asks for intervals over reports
    table = table[table["count"] + table["rest"] >= _COUNTED]
    named = table[(table["count"] > 0) & table["sure"] | (table["count"] >= _COUNTED) & (table["log_odds"] > 0)]
    roles = [role for role in frames.PARTS if (named["group"] == role).any()][:ROLES]
    if not roles:
        return None
    figure, axes = page.sheet("keyness", 0.6 + 2.7 * len(roles), len(roles), drawn=page.n, said={"least": _COUNTED})
    for labels in (0, _LABELS):  # in the room that all panels leave, labels are placed
        for role, ax in zip(roles, axes, strict=True):
            ax.clear()
            own, title = table[table["group"] == role], page.word(role)
            plots.keyness(own, ax, labels=labels, least=_COUNTED, title=title, language=page.language)
        plots.settle(figure)
    return figure


def _collocates(page: Page) -> Any:
    tied = page.tables["collocates"].query("npmi > @_TIED")
    shown = tied.nlargest(_EDGES, ["count", "log_dice"])
    if len(shown) < _FEWEST:
        return None
    said = {"shown": len(shown), "all": len(tied)}
    figure, (ax,) = page.sheet("collocates", 5.2, drawn=len(page.tables["reports"]), said=said)
    plots.network(shown, ax)
    return figure


def _likeness(page: Page) -> Any:
    table = page.tables["similarity"]
    names = sorted({*table["report"], *table["other_report"]})
    figure, (tree, cells) = page.sheet(
        "likeness", min(1.8 + 0.3 * len(names), 8), 1, 2, drawn=len(names), width_ratios=[1, 2]
    )
    order = [names[row] for row in plots.dendrogram(page.tables["clusters"], tree, names=names, language=page.language)]
    both = pd.concat([table, table.rename(columns={"report": "other_report", "other_report": "report"})])
    wide = both.pivot(index="report", columns="other_report", values="similarity")
    plots.heatmap(wide.reindex(index=order, columns=order), cells, decimals=2 if len(names) <= _NUMBERED else None)
    cells.set_yticks([])
    if len(names) > REPORTS:
        cells.set_xticks([])
        tree.tick_params(axis="y", labelsize=7)
    if len(names) > _NAMED:
        tree.set_yticks([])
    return figure


LANGUAGE: dict[str, Callable[..., Any]] = {
    "phrases_by_report": _phrases,
    "phrase_shares": _shares,
    "phrases_along_reports": _along,
    "phrase_frames": _frames,
    "terms_by_report": _terms,
    "word_clouds": _clouds_by_part,
    "word_clouds_by_report": _clouds_by_report,
    "keyness": _keyness,
    "collocates": _collocates,
    "likeness": _likeness,
}
"""Name → what draws it."""
