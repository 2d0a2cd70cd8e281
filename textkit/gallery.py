"""The figures of the whole job: which tables each is drawn from, at what size, with what caption.

`draw` is a generator, so that one figure at a time is held in memory. A figure that would have
nothing to show is left out. What fits on a page is drawn; the tables have the rest.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from textkit import codes, phrases, plots, terms

_REPORTS = 16  # that fit on the axis of a figure
_PANELS = 6  # reports that get a panel of their own
_PHRASES = 28
_PARTS = 3  # parts set against the others
_COUNTED = 3  # times that a term is counted to stand in the figure of key terms
_CHOICES = {  # of `sensitivity`, where the figure is in Chinese
    "key terms": "关键词", "codes": "编码", "stock phrases": "固定说法", "topics": "主题", "likeness": "最相似的两份",
    "jieba": "jieba 分词", "HMM": "用 HMM", "no lexicon": "不用领域词表", "no stop list": "不用停用词表",
    "single characters": "保留单字词", "word pairs": "加上相邻词对", "prior 50": "先验 50", "prior 5000": "先验 5000",
    "terms of 3 points": "词至少见于 3 个条目", "plain counts": "不用 TF-IDF", "Jensen-Shannon": "JS 距离",
    "5 topics": "5 个主题", "8 topics": "8 个主题", "LDA": "用 LDA", "seed 1": "换随机种子",
    "phrases of 3 reports": "至少 3 份报告", "phrase variety 2": "邻字至少 2 种", "phrases across marks": "跨越标点",
    "secondary codes": "计入次要编码",
}  # fmt: skip
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
    "keyness": {
        "zh": "各部分与其余部分相比的关键词（深色：按整份报告重抽，区间不含 0）",
        "en": "Key terms of each part against the others (dark: interval over whole reports without 0)",
    },
    "likeness": {
        "zh": "各报告用词的相似度（余弦，TF-IDF）与聚类",
        "en": "How alike the reports' words are (cosine of TF-IDF), and their clusters",
    },
    "sensitivity": {
        "zh": "换一种做法，主要发现还剩多少",
        "en": "How much of the main findings survives other choices",
    },
    "survey": {
        "zh": "不同主题数的比较（点：主题，线：均值；不代为选择）",
        "en": "Numbers of topics side by side (dots: topics, line: mean; no choice is made)",
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
        "few": "；n < {few}，IDF 只是排序，说明不了罕见",
        "topic": "主题 {topic}",
        "steady": "稳定性",
    },
    "en": {
        "n": "n = {n} reports, {points} points",
        "part": " ({part})",
        "cut": ", {shown} of them drawn",
        "table": ". Data: {table}.csv",
        "few": "; n < {few}: IDF ranks, it does not tell what is rare",
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
        text += words["few"].format(few=terms.FEW) if name == "terms_by_report" and total < terms.FEW else ""
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
    if len(tables.get("keyness", ())):
        yield "keyness", _keyness(page)
    if len(page.shown) > 1 and len(tables.get("clusters", ())):
        yield "likeness", _likeness(page)
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
    survey = page.tables["topic_survey"]
    steady = survey[survey["k"] == len(heads)].set_index("topic")["reports"]
    labels = {
        t: f"{words['topic'].format(topic=t)}  {heads[t]}\n{words['steady']} {steady[t]:.2f}" for t in heads.index
    }
    wide = page.rows("topics_by_report").pivot(index="topic", columns="report", values="share")
    figure, ax = plots.canvas(4.2 + 0.75 * wide.shape[1], 1.2 + 0.5 * len(wide))
    plots.heatmap(wide, ax, labels=labels, decimals=2)
    return page.finish(figure, "topics_by_report", "topics_by_report")


def _keyness(page: _Page) -> Any:
    table = page.tables["keyness"]
    roles = [role for role in plots.PARTS if (table["group"] == role).any()][:_PARTS]
    figure, axes = plots.canvas(4 * len(roles), 4.6, columns=len(roles))
    # The caption comes first: labels are placed in the room that it leaves.
    page.finish(figure, "keyness", "keyness", drawn=len(page.tables["reports"]))
    panels = list(zip(roles, [axes] if len(roles) == 1 else axes, strict=True))
    for role, ax in panels:
        ax.set_title(plots.part(role, page.language))
        ax.set_xlabel(" ")
        ax.set_ylabel(" ")
    for role, ax in panels:
        own = table[(table["group"] == role) & (table["count"] + table["rest"] >= _COUNTED)]
        plots.keyness(own, ax, title=plots.part(role, page.language), language=page.language)
    return figure


def _likeness(page: _Page) -> Any:
    names = sorted(page.tables["reports"]["report"])
    table = page.tables["similarity"]
    figure, (tree, cells) = plots.canvas(3.6 + 0.9 * len(names), 1.6 + 0.42 * len(names), columns=2)
    order = [names[row] for row in plots.dendrogram(page.tables["clusters"], tree, names=names, language=page.language)]
    both = pd.concat([table, table.rename(columns={"report": "other_report", "other_report": "report"})])
    wide = both.pivot(index="report", columns="other_report", values="similarity")
    plots.heatmap(wide.reindex(index=order, columns=order), cells, decimals=2)
    cells.set_yticks([])
    return page.finish(figure, "likeness", "similarity")


def sensitivity(table: pd.DataFrame, *, reports: int, points: int, language: str = "zh") -> Any:
    """Figure of the *sensitivity* table.

    >>> table = pd.DataFrame({"finding": ["codes"], "item": ["a"], "choice": ["HMM"], "survives": [True]})
    >>> len(sensitivity(table, reports=5, points=93).axes)
    1
    """
    labels = dict(_CHOICES) if language == "zh" else {}
    without = [choice for choice in table["choice"].unique() if choice.startswith("without ")]
    names = plots.short([choice.removeprefix("without ") for choice in without])
    lead = "缺 " if language == "zh" else "without "
    labels |= {choice: lead + name for choice, name in zip(without, names, strict=True)}
    figure, ax = plots.canvas(2.4 + 1.1 * table["finding"].nunique(), 1.3 + 0.26 * table["choice"].nunique())
    plots.survival(table, ax, labels=labels)
    text = _CAPTIONS[language]["n"].format(n=reports, points=points)
    plots.label(
        figure, _TITLES["sensitivity"][language], text + _CAPTIONS[language]["table"].format(table="sensitivity")
    )
    return figure


def survey(table: pd.DataFrame, *, language: str = "zh") -> Any:
    """Figure of the *topic_survey* table: stability, exclusivity and coherence over numbers of topics.

    >>> table = pd.DataFrame({"k": [2, 2]} | dict.fromkeys(("seeds", "reports", "exclusivity", "npmi", "c_v"), 0.5))
    >>> len(survey(table).axes)
    5
    """
    figure, axes = plots.canvas(10, 2.7, columns=5)
    for measure, ax in zip(("seeds", "reports", "exclusivity", "npmi", "c_v"), axes, strict=True):
        plots.survey(table, ax, measure, language=language)
    plots.label(
        figure, _TITLES["survey"][language], _CAPTIONS[language]["table"].format(table="topic_survey").lstrip("。. ")
    )
    return figure
