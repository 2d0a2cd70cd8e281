"""Figures of topics."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from textkit import plots
from textkit.gallery.page import Page, panels

_TOPICS, _TERMS = 9, 10  # topics of a figure, terms of each


def _topic_terms(page: Page) -> Any:
    table, steady = page.tables["topic_terms"], _steady(page).set_index("topic")["reports"]
    labels = page.books[0].labels(page.language) if page.books else {}
    code, numbers = page.tables["topic_names"].set_index("topic")["code"], list(steady.index[:_TOPICS])
    rows = -(-len(numbers) // 3)
    figure, axes = page.sheet("topic_terms", 0.6 + 2.3 * rows, rows, 3, drawn=page.n)
    for topic, ax in panels(numbers, axes):
        own = table[table["topic"] == topic].head(_TERMS).rename(columns={"weight": "topic_weight"})
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
    for measure, ax in panels(["seeds", "reports", "exclusivity", "npmi", "c_v"], axes):
        plots.survey(page.tables["topic_survey"], ax, measure, language=page.language)
    return figure


THEMES: dict[str, Callable[..., Any]] = {
    "topic_terms": _topic_terms,
    "topics_by_report": _topics,
    "topics_spread": _topics_spread,
    "topic_stability": _stability,
    "topic_survey": _survey,
}
"""Name → what draws it."""
