"""The figures of the whole job: which tables each is drawn from, at what size, with what caption.

`draw` is a generator, so that one figure at a time is held in memory. A figure that would have
nothing to show is left out. What fits on a page is drawn; the tables have the rest.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from textkit import codes, phrases, plots

_REPORTS = 16  # that fit on the axis of a figure
_PANELS = 6  # reports that get a panel of their own
_PHRASES = 28
_TITLES = {  # figure → title; {book} is the title of the codebook
    "outline_map": {
        "zh": "各报告的篇幅分配（数字为条目数）",
        "en": "What each report spends its characters on (numbers: points)",
    },
    "by_report": {"zh": "{book}：各报告的条目数（按主要编码）", "en": "{book}: points per report, by primary code"},
    "spread": {"zh": "{book}：各报告的占比（点）与均值（竖线）", "en": "{book}: each report a dot, the mean a line"},
    "phrases_by_report": {
        "zh": "共用的固定说法及其次数（规定标题中的说法除外）",
        "en": "Stock phrases and their counts (dictated headings apart)",
    },
    "terms_by_report": {
        "zh": "各报告的高权重词（未见于全部报告、至少两次；数字为次数）",
        "en": "Heaviest terms found twice or more, but not in every report (numbers: counts)",
    },
    "word_clouds": {
        "zh": "各部分的常用词（颜色越深，使用的报告越多）",
        "en": "Frequent terms by part (darker: used by more reports)",
    },
    "topics_by_report": {
        "zh": "主题在各报告条目中的平均占比",
        "en": "Mean share of each topic in the points of a report",
    },
}
_CAPTIONS = {
    "zh": {
        "n": "n = {n} 份报告，{points} 个条目",
        "part": "（{part}）",
        "cut": "，图中为其中 {shown} 份",
        "table": "。数据：{table}.csv",
        "topic": "主题 {topic}",
        "steady": "稳定性",
    },
    "en": {
        "n": "n = {n} reports, {points} points",
        "part": " ({part})",
        "cut": ", {shown} of them drawn",
        "table": ". Data: {table}.csv",
        "topic": "Topic {topic}",
        "steady": "stability",
    },
}

Tables = Mapping[str, pd.DataFrame]


class _Page(NamedTuple):
    """What every figure needs to know of the corpus."""

    tables: Tables
    shown: Sequence[str]
    language: str
    seed: int

    def finish(
        self, figure: Any, name: str, table: str, book: codes.Codebook | None = None, drawn: int | None = None
    ) -> Any:
        """The figure with its title and its caption: n, what of it is drawn, the table."""
        role = book.roles[0] if book else ""
        points = self.tables["points"]
        points = points[points["role"] == role] if role else points
        words, total = _CAPTIONS[self.language], len(self.tables["reports"])
        text = words["n"].format(n=total, points=len(points))
        text += words["part"].format(part=plots.part(role, self.language)) if role else ""
        drawn = len(self.shown) if drawn is None else drawn
        text += words["cut"].format(shown=drawn) if drawn < total else ""
        title = _TITLES[name][self.language].format(book=book.title.get(self.language, book.name) if book else "")
        plots.label(figure, title, text + words["table"].format(table=table))
        return figure

    def rows(self, table: str) -> pd.DataFrame:
        """Rows of a table that belong to the reports shown."""
        frame = self.tables.get(table, pd.DataFrame(columns=["report"]))
        return frame[frame["report"].isin(self.shown)]

    def cross(self, book: codes.Codebook) -> pd.DataFrame:
        """Rows of the *cross* table of a codebook, for the part that it is first of all made for."""
        table = self.rows(f"{book.name}_by_report")
        return table[table["role"] == book.roles[0]] if len(table) else table


def draw(
    tables: Tables, codebooks: Sequence[codes.Codebook], *, language: str = "zh", seed: int = 0
) -> Iterator[tuple[str, Any]]:
    """File name and matplotlib figure, one after another.

    Parameters
    ----------
    tables
        Those of ``project.analyse``.
    codebooks
        The codebooks it used.
    language
        Of the labels: ``"zh"`` or ``"en"``.
    seed
        For the layout of the word clouds.

    >>> from textkit import frames
    >>> list(draw({name: frames.make(name) for name in ("reports", "overview", "points")}, []))
    []
    """
    names = sorted(set(tables["points"]["report"])) or sorted(tables["reports"]["report"])
    page = _Page(tables, names[:_REPORTS], language, seed)
    if len(page.rows("overview")):
        yield "outline_map", _outline_map(page)
    for book in codebooks:
        if len(page.cross(book)):
            yield f"{book.name}_by_report", _cross(page, book)
            yield f"{book.name}_spread", _spread(page, book)
    if len(page.rows("occurrences")):
        yield "phrases_by_report", _phrases(page)
    if len(page.rows("terms_by_report")):
        yield "terms_by_report", _terms(page)
        yield "word_clouds", _clouds(page)
    if len(page.rows("topics_by_report")):
        yield "topics_by_report", _topics(page)


def _outline_map(page: _Page) -> Any:
    figure, ax = plots.canvas(7, 1.4 + 0.42 * len(page.shown))
    plots.outline_map(page.rows("overview"), ax, language=page.language)
    return page.finish(figure, "outline_map", "overview")


def _cross(page: _Page, book: codes.Codebook) -> Any:
    table = f"{book.name}_by_report"
    wide = page.cross(book).pivot(index="code", columns="report", values="points")
    wide = wide.reindex(index=book.codes["code"])
    figure, ax = plots.canvas(2.2 + 0.75 * wide.shape[1], 1.2 + 0.34 * len(wide))
    plots.heatmap(wide, ax, labels=book.labels(page.language))
    return page.finish(figure, "by_report", table, book)


def _spread(page: _Page, book: codes.Codebook) -> Any:
    table = f"{book.name}_by_report"
    figure, ax = plots.canvas(7, 1.7 + 0.42 * len(book.codes))
    plots.spread(page.cross(book), ax, labels=book.labels(page.language), language=page.language)
    return page.finish(figure, "spread", table, book)


def _phrases(page: _Page) -> Any:
    stock = phrases.stock(page.tables["phrases"]).head(_PHRASES)[["phrase"]]
    places = stock.merge(page.rows("occurrences"))
    figure, ax = plots.canvas(2.6 + 0.72 * len(page.shown), 1.4 + 0.27 * len(stock))
    plots.phrase_dots(places, ax, reports=page.shown)
    return page.finish(figure, "phrases_by_report", "occurrences")


def _terms(page: _Page) -> Any:
    top, total = page.tables["terms_by_report"], len(page.tables["reports"])
    top = top[(top["reports"] < max(total, 2)) & (top["count"] > 1)]
    names = [name for name in page.shown if (top["report"] == name).any()][:_PANELS]
    rows = max(-(-len(names) // 3), 1)
    figure, axes = plots.canvas(8, 3.2 * rows, rows=rows, columns=3)
    for ax in axes.flat[len(names) :]:
        ax.set_axis_off()
    for name, ax in zip(names, axes.flat, strict=False):
        plots.bars(top[top["report"] == name].head(12), ax, title=name, language=page.language)
    return page.finish(figure, "terms_by_report", "terms_by_report", drawn=len(names))


def _clouds(page: _Page) -> Any:
    top = page.tables["terms_by_part"]
    roles = [role for role in plots.PARTS if (top["role"] == role).any()][:3]
    figure, axes = plots.canvas(8, 2.45, columns=len(roles))
    for role, ax in zip(roles, [axes] if len(roles) == 1 else axes, strict=True):
        own, title = top[top["role"] == role], plots.part(role, page.language)
        plots.word_cloud(own, ax, total=len(page.tables["reports"]), title=title, seed=page.seed)
    return page.finish(figure, "word_clouds", "terms_by_part", drawn=len(page.tables["reports"]))


def _topics(page: _Page) -> Any:
    words = _CAPTIONS[page.language]
    heads = page.tables["topic_terms"].groupby("topic")["term"].apply(lambda terms: "、".join(terms.head(4)))
    steady = page.tables["topic_stability"].set_index("topic")["stability"]
    labels = {
        t: f"{words['topic'].format(topic=t)}  {heads[t]}\n{words['steady']} {steady[t]:.2f}" for t in heads.index
    }
    wide = page.rows("topics_by_report").pivot(index="topic", columns="report", values="share")
    figure, ax = plots.canvas(4.2 + 0.75 * wide.shape[1], 1.2 + 0.5 * len(wide))
    plots.heatmap(wide, ax, labels=labels, decimals=2)
    return page.finish(figure, "topics_by_report", "topics_by_report")
