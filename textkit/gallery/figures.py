"""Each figure of the job: what of the tables is drawn, and how the page is laid out."""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from textkit import codes, frames, phrases, plots
from textkit.gallery.page import PANELS, REPORTS, Page, Tables

_PHRASES, _ALONG, _FRAMES, _TERMS = 28, 8, 14, 12  # rows of a figure
_OBJECTS, _PREDICATES, _TOPICS, _EDGES = 16, 10, 9, 50
_TIED = 0.3  # NPMI of a pair in the network
_FEWEST = 5  # pairs that make one
_PARTS = 3  # parts that get a panel of their own
_COUNTED, _LABELS = 3, 18  # times that a term is counted to stand in the figure of key terms; labels of a panel
_TALLEST = 9.5  # inches of a page
_CLEAR = 2  # adjusted standardized residual from which a cell is marked, if of average reports
_CHANCE = 0.0455  # of a normal variable to lie beyond it
_EXPECTED = 1  # points were to be expected in it (Cochran 1954: below 1 no such measure holds)
_NUMBERED, _NAMED = 12, 40  # reports up to which a matrix of all of them has numbers, and names


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
    if beside > 2 and labels.str.len().max() > letters and _cover_height(pairs, 30) <= _TALLEST:
        beside, letters, heights = 2, 30, pairs  # no label is cut, and no report left out
    while _cover_height(heights, letters) > _TALLEST:
        heights.pop()
    names = names[: beside * len(heights)]
    figure, axes = page.sheet(
        "links_cover", _cover_height(heights, letters), len(heights), beside, drawn=len(names), height_ratios=heights
    )
    titles = plots.short(names, 26)
    for i, (name, ax) in enumerate(_panels(names, axes)):
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


def _panels(names: Sequence[Any], axes: list) -> list[tuple[Any, Any]]:
    """Names with their axes; axes left over are cleared."""
    for ax in axes[len(names) :]:
        ax.set_axis_off()
    return list(zip(names, axes, strict=False))


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
    roles = [role for role in frames.PARTS if (means["role"] == role).any()][:_PARTS]
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
    for (name, title), ax in _panels(list(zip(names, plots.short(names, 24), strict=True)), axes):
        plots.bars(top[top["report"] == name].head(_TERMS), ax, title=title, language=page.language)
        ax.set_ylim(most - 0.5, -0.5)  # bars as thick in every panel
    return figure


def _clouds(page: Page, by: str, titles: Mapping[str, str], name: str) -> Any:
    """One cloud for each title, as high as its heaviest terms are frequent; the title tells how many are drawn."""
    top = page.tables["terms_by_part" if by == "role" else "terms_by_report"]
    words, kinds = (top.groupby(by)["count"].agg(what)[list(titles)] for what in ("sum", "size"))
    drawn = page.n if by == "role" else len(titles)
    height = min(1 + 1.9 * len(titles), _TALLEST)
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
    return _clouds(page, "role", dict(list(titles.items())[:_PARTS]), "word_clouds")


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
    roles = [role for role in frames.PARTS if (named["group"] == role).any()][:_PARTS]
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


def _topic_terms(page: Page) -> Any:
    table, steady = page.tables["topic_terms"], _steady(page).set_index("topic")["reports"]
    labels = page.books[0].labels(page.language) if page.books else {}
    code, numbers = page.tables["topic_names"].set_index("topic")["code"], list(steady.index[:_TOPICS])
    rows = -(-len(numbers) // 3)
    figure, axes = page.sheet("topic_terms", 0.6 + 2.3 * rows, rows, 3, drawn=page.n)
    for topic, ax in _panels(numbers, axes):
        own = table[table["topic"] == topic].head(_TERMS - 2).rename(columns={"weight": "topic_weight"})
        head = f"{page.word('topic', topic=topic)} · {page.word('steady', stability=steady[topic])}"
        like = f"≈{labels.get(code[topic], code[topic])}" if code[topic] else ""
        plots.bars(own, ax, value="topic_weight", language=page.language)
        plots.heading(ax, f"{head}\n{plots.fit(like, 26)}", fontsize=7)
    return figure


def _steady(page: Page) -> pd.DataFrame:
    """Of the survey the topics that are the job's own."""
    survey = page.tables["topic_survey"]
    return survey[survey["k"] == page.tables["topic_terms"]["topic"].nunique()]


def _topic_labels(page: Page) -> dict[int, str]:
    names = page.tables["topic_names"].set_index("topic")["name"]
    return {topic: f"{page.word('topic', topic=topic)}\n{plots.fit(name, 28)}" for topic, name in names.items()}


def _topics(page: Page) -> Any:
    wide = page.rows("topics_by_report").pivot(index="topic", columns="report", values="share")
    figure, (ax,) = page.sheet("topics_by_report", 1.7 + 0.42 * len(wide), drawn=wide.shape[1])
    plots.heatmap(wide, ax, labels=_topic_labels(page), decimals=2)
    return figure


def _topics_spread(page: Page) -> Any:
    table = page.rows("topics_by_report").sort_values("topic", kind="stable")
    drawn = table["report"].nunique()
    figure, (ax,) = page.sheet("topics_spread", 1.8 + 0.6 * table["topic"].nunique(), drawn=drawn)
    look: dict[str, Any] = {"labels": _topic_labels(page), "value": "topic_share", "language": page.language}
    means = page.tables["topics_by_report"].groupby("topic")["share"].mean()
    plots.spread(table, ax, row="topic", means=means, **look)
    return figure


def _stability(page: Page) -> Any:
    table = _steady(page)
    figure, (ax,) = page.sheet("topic_stability", 1.2 + 0.4 * len(table), drawn=page.n)
    labels = _topic_labels(page)
    plots.ranges(table, ax, row="topic", value="reports", labels=labels, xlabel=page.word("overlap")).set_xlim(0, 1)
    return figure


def _survey(page: Page) -> Any:
    figure, axes = page.sheet("topic_survey", 5, 2, 3, drawn=page.n)
    for measure, ax in _panels(["seeds", "reports", "exclusivity", "npmi", "c_v"], axes):
        plots.survey(page.tables["topic_survey"], ax, measure, language=page.language)
    return figure


_DRAWN: dict[str, Callable[..., Any]] = {  # as in ``data/figures.toml``
    "outline_map": _outline_map,
    "BOOK_by_report": _by_report,
    "BOOK_spread": _spread,
    "links_flow": _links_flow,
    "links_cover": _links_cover,
    "deficits": _deficits,
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
    "topic_terms": _topic_terms,
    "topics_by_report": _topics,
    "topics_spread": _topics_spread,
    "topic_stability": _stability,
    "topic_survey": _survey,
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
