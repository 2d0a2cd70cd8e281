"""A corpus to look around in: choose a part, a category, a phrase, a report, and see what there is.

`gather` makes what is needed once, `select` answers one choice with tables, `explore` is the panel in a
notebook that shows these answers. A figure reaches the notebook as finished bytes, not through the output
of a cell, which ipykernel 7 may cut short while a widget is moved.
"""

import io
import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, NamedTuple

import pandas as pd

from textkit import codes, frames, hanzi, outline, phrases, plots, reader, reports
from textkit.errors import FrameError, InputError, MissingExtraError

_BOOKS = ("problems", "causes")
_ROWS = 50  # of a table or concordance shown at once
_REPORTS = 10  # that get a column of their own in the figure
_OFFERED = 300  # stock phrases offered
_WIDTH = 24  # characters of context
_EXCERPT = 90  # characters of a point in the table
_LANGUAGES = ("zh", "en")
_SAID = ("all", "part", "code", "phrase", "report", "page", "point", "table", "lines", "reader", "type")


class Corpus(NamedTuple):
    """What `select` looks into: tables, for each language ``BOOK:CODE`` → label, and the phrases to offer.

    >>> Corpus(pd.DataFrame(), pd.DataFrame(), pd.DataFrame(), pd.DataFrame(), {}, []).labels
    {}
    """

    reports: pd.DataFrame
    outline: pd.DataFrame
    points: pd.DataFrame
    codes: pd.DataFrame
    labels: dict[str, dict[str, str]]
    phrases: list[str]


class Selection(NamedTuple):
    """The points that were chosen, their codes, places in context (*concordance*), and code × report.

    >>> Selection._fields
    ('points', 'codes', 'lines', 'counts')
    """

    points: pd.DataFrame
    codes: pd.DataFrame
    lines: pd.DataFrame
    counts: pd.DataFrame


def gather(source: Any, codebooks: Sequence[str] = _BOOKS) -> Corpus:
    r"""Read, outline and code a corpus, or take the tables that ``project.analyse`` made.

    ``source`` is what ``reports.read`` takes, a *reports* table, or tables by name with *reports*, *outline*, *points*,
    and for each codebook (by name or file) ``NAME_codes``.

    >>> texts = pd.DataFrame({"report": ["a"], "text": ["一、存在的问题\n（一）理论学习不够。\n（二）走访群众少。"]})
    >>> gather(texts, ["problems"]).codes[["point", "code"]].values.tolist()
    [[1, 'problems:theory'], [2, 'problems:fieldwork']]
    """
    tables = source if isinstance(source, Mapping) else {}
    if tables and not {"reports", "outline", "points"} <= set(tables):
        raise FrameError(f"explore: expected the tables reports, outline and points; got {', '.join(tables)}")
    texts = tables["reports"] if tables else source if isinstance(source, pd.DataFrame) else reports.read(source)
    nodes = tables["outline"] if tables else outline.parse(texts)
    points = tables["points"] if tables else outline.points(nodes, texts)
    coded = [frames.make("codes")]
    labels: dict[str, dict[str, str]] = {language: {} for language in _LANGUAGES}
    for book in map(codes.read_codebook, codebooks):
        found = tables.get(f"{book.name}_codes")
        found = codes.apply(points, book) if found is None else found
        coded.append(found.assign(code=book.name + ":" + found["code"]))
        for language, own in labels.items():
            title = book.title.get(language, book.name)
            own |= {f"{book.name}:{code}": f"{title} · {label}" for code, label in book.labels(language).items()}
    mined = tables.get("phrases")
    mined = phrases.mine(points, barriers=phrases.CLAUSE, max_chars=40, fold=True) if mined is None else mined
    offered = phrases.stock(mined)["phrase"].head(_OFFERED).tolist()
    return Corpus(texts, nodes, points, pd.concat(coded, ignore_index=True), labels, offered)


def select(corpus: Corpus, *, part: str = "", code: str = "", phrase: str = "", report: str = "") -> Selection:
    r"""The points of a part and a report that have a code and in which a phrase stands; empty means any.

    ``lines`` are the places of the phrase, or if none is given the evidence of the codes.

    >>> text = "一、存在的问题\n（一）理论学习不够。\n（二）走访群众少。"
    >>> corpus = gather(pd.DataFrame({"report": ["a"], "text": [text]}), ["problems"])
    >>> chosen = select(corpus, code="problems:fieldwork")
    >>> chosen.lines[["left", "match", "right"]].values.tolist(), chosen.counts.to_dict()
    ([['', '走访群众少', '。']], {'a': {'problems:fieldwork': 1}})
    """
    points, key = corpus.points, ["report", "point"]
    for column, value in (("role", part), ("report", report)):
        points = points[points[column] == value] if value else points
    if phrase:
        points = points[points["text"].str.contains(phrase, regex=False)]
    if code:
        points = points.merge(corpus.codes.loc[corpus.codes["code"] == code, key].drop_duplicates())
    coded = corpus.codes.merge(points[key])
    main = points[key].merge(coded[coded["primary"]], how="left").fillna({"code": ""})
    counts = main.groupby(["code", "report"]).size().unstack(fill_value=0)
    order = [name for name in [*corpus.labels[_LANGUAGES[0]], ""] if name in counts.index]
    coded = coded[coded["code"] == code] if code else coded
    lines = phrases.concordance(points, phrase, width=_WIDTH) if phrase else _evidence(points, coded)
    return Selection(points, coded, lines, counts.reindex(index=order).rename_axis(index=None, columns=None))


def _evidence(points: pd.DataFrame, coded: pd.DataFrame) -> pd.DataFrame:
    """The words that speak for the codes, in context; where one place speaks for two, it stands there once."""
    places = coded.loc[coded["end"] > coded["start"], ["report", "point", "start", "end"]].drop_duplicates()
    found = places.merge(
        points[["report", "point", "text", "start"]], on=["report", "point"], suffixes=("", "_of_point")
    )
    rows = []
    for report, point, start, end, text, base in found.itertuples(index=False):
        left, right = text[max(start - base - _WIDTH, 0) : start - base], text[end - base : end - base + _WIDTH]
        sides = [side.replace("\n", " ") for side in (left, right)]
        rows.append((report, point, start, end, sides[0], text[start - base : end - base], sides[1]))
    return frames.make("concordance", rows)


def picture(corpus: Corpus, chosen: Selection, *, language: str = "zh") -> bytes:
    r"""Code × report of the points chosen, as a PNG; of many reports those with the most points.

    >>> empty = Corpus(*[pd.DataFrame(columns=["report"])] * 4, {"zh": {}}, [])
    >>> picture(empty, Selection(*[pd.DataFrame(columns=["report"])] * 3, pd.DataFrame()))[:4]
    b'\x89PNG'
    """
    counts = chosen.counts
    books = {name.partition(":")[0] for name in counts.index}
    labels = corpus.labels[language] | {"": plots.word("uncoded", language)}
    rows = [name for name in labels if name and name.partition(":")[0] in books] + [""] * ("" in counts.index)
    wide = counts.reindex(rows, fill_value=0)
    most = wide.sum().sort_values(ascending=False, kind="stable").index
    rest = wide[most[_REPORTS:]].sum(axis=1)
    wide = wide[sorted(most[:_REPORTS])]
    if len(most) > _REPORTS:
        wide[plots.word("others", language, n=len(most) - _REPORTS)] = rest
    height = 1.5 + 0.24 * max(len(wide), 1)
    longest = max((hanzi.width(labels[name]) for name in wide.index), default=0)
    with plots.styled():
        figure, ax = plots.canvas(8, height)
        figure.set_layout_engine("none")  # to measure every label would take as long as to draw
        left, low = 0.02 + 0.008 * longest, 1 / height
        ax.set_position((left, low, 0.99 - left, 1 - low - 0.35 / height))
        if wide.size:
            plots.heatmap(wide, ax, labels=labels)
        else:
            ax.set_axis_off()
        plots.label(figure, plots.word("chosen", language), _found(corpus, chosen, language))
        memory = io.BytesIO()
        plots.draw(figure, 90).save(memory, "png", compress_level=1)  # in half the time
    return memory.getvalue()


def _found(corpus: Corpus, chosen: Selection, language: str) -> str:
    reports, total = chosen.points["report"].nunique(), len(corpus.points)
    return plots.word(
        "found", language, points=len(chosen.points), total=total, reports=reports, corpus=len(corpus.reports)
    )


def explore(source: Any, codebooks: Sequence[str] = _BOOKS, *, language: str = "zh") -> Any:
    r"""A panel for JupyterLab: choose, and see figure, table, concordance and reader change together.

    ``source`` and ``codebooks`` are what `gather` takes, or what it made; ``language``, of labels, is ``"zh"`` or
    ``"en"``. The panel (an ``ipywidgets.VBox``) is shown by a notebook if it is the last line of a cell. A
    `MissingExtraError` if ipywidgets is not installed.

    >>> texts = pd.DataFrame({"report": ["a"], "text": ["一、存在的问题\n（一）理论学习不够。"]})
    >>> type(explore(texts, ["problems"])).__name__
    'VBox'
    """
    try:
        import ipywidgets
    except ImportError:
        raise MissingExtraError("explore needs the package ipywidgets: pip install 'textkit[notebooks]'") from None
    if language not in _LANGUAGES:
        raise InputError(f"unknown language {language!r}; choose from {', '.join(_LANGUAGES)}")
    corpus = source if isinstance(source, Corpus) else gather(source, codebooks)
    return _Panel(ipywidgets, corpus, language).box


class _Panel:
    """The widgets, and what follows when one of them is moved."""

    def __init__(self, widgets: Any, corpus: Corpus, language: str) -> None:
        self.corpus, self.language = corpus, language
        self.pictures: dict[tuple, bytes] = {}
        words = {name: plots.word(name, language) for name in _SAID}
        every = (words["all"], "")
        parts = [(plots.word(role, language), role) for role in plots.PARTS if (corpus.points["role"] == role).any()]
        used = set(corpus.codes["code"])
        offered = [(label, code) for code, label in corpus.labels[language].items() if code in used]
        names = [(name, name) for name in corpus.reports["report"]]
        menu = {"part": parts, "code": offered, "report": names}
        self.menus = {
            what: widgets.Dropdown(description=words[what], options=[every, *options]) for what, options in menu.items()
        }
        self.menus["phrase"] = widgets.Combobox(
            description=words["phrase"], placeholder=words["type"], options=corpus.phrases, continuous_update=False
        )
        self.page = widgets.BoundedIntText(description=words["page"], min=1, max=1)
        self.point = widgets.Dropdown(description=words["point"], layout=widgets.Layout(width="480px"))
        self.found, self.image = widgets.HTML(), widgets.Image(format="png")
        self.views = {name: widgets.HTML() for name in ("table", "lines", "reader")}
        self.image.layout = widgets.Layout(width="auto", max_width="760px", object_fit="contain")
        scrolled = widgets.Layout(max_height="460px", overflow="auto")
        tabs = widgets.Tab([widgets.VBox([view], layout=scrolled) for view in self.views.values()])
        tabs.titles = [words[name] for name in self.views]
        controls = [self.menus[what] for what in ("part", "code", "phrase", "report")]
        top = widgets.HBox(controls, layout=widgets.Layout(flex_flow="row wrap"))
        self.box = widgets.VBox([top, self.found, self.image, widgets.HBox([self.page, self.point]), tabs])
        for menu in self.menus.values():
            menu.observe(self.choose, "value")
        self.page.observe(self.turn, "value")
        self.point.observe(self.read, "value")
        self.choose()

    def choose(self, _: Any = None) -> None:
        """Another choice: everything changes."""
        self.chosen = select(self.corpus, **{what: menu.value for what, menu in self.menus.items()})
        self.found.value = f"<b>{escape(_found(self.corpus, self.chosen, self.language))}</b>"
        key = tuple(menu.value for menu in self.menus.values())
        if key not in self.pictures:
            self.pictures[key] = picture(self.corpus, self.chosen, language=self.language)
        self.image.value = self.pictures[key]
        pages = max(-(-max(len(self.chosen.points), len(self.chosen.lines)) // _ROWS), 1)
        self.page.max = max(pages, self.page.value)
        if self.page.value == 1:
            self.turn()
        self.page.value = 1  # which turns the page, if it is another
        self.page.max = pages

    def turn(self, _: Any = None) -> None:
        """Another page of the table and the concordance."""
        shown = slice((self.page.value - 1) * _ROWS, self.page.value * _ROWS)
        self.rows = self.chosen.points.iloc[shown]
        self.views["table"].value = self._table()
        self.views["lines"].value = phrases.show(self.chosen.lines.iloc[shown], html=True)
        labels = [f"{row.report}:{row.point} {(row.headline or row.text)[:24]}" for row in self.rows.itertuples()]
        self.point.options = ()  # so that the choice of the first is always a change, and read once
        self.point.options = [(label, place) for place, label in enumerate(labels)]
        self.point.index = 0 if labels else None

    def _table(self) -> str:
        coded = self.chosen.codes.merge(self.rows[["report", "point"]])
        labels = (
            coded["code"]
            .map(self.corpus.labels[self.language])
            .fillna(coded["code"])
            .groupby([coded["report"], coded["point"]])
        )
        named = {key: "、".join(names) for key, names in labels}
        lines = []
        for row in self.rows.itertuples():
            text = row.text if len(row.text) <= _EXCERPT else row.text[:_EXCERPT] + "…"
            codes = named.get((row.report, row.point), "")
            cells = (f"{row.report}:{row.point}", plots.word(row.role, self.language), codes, text)
            lines.append("".join(f'<td style="text-align:left;padding:2px 8px">{escape(cell)}</td>' for cell in cells))
        return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"

    def read(self, _: Any = None) -> None:
        """The report of another point, with a link down to it."""
        if self.point.value is None:
            self.views["reader"].value = ""
            return
        row = self.rows.iloc[self.point.value]
        phrase, (points, codes, lines, _) = self.menus["phrase"].value, self.chosen
        view = reader.show(
            row["report"], self.corpus.reports, outline=self.corpus.outline, points=points, codes=codes,
            marks=lines.assign(label=phrase) if phrase else None,
            labels=self.corpus.labels[self.language], language=self.language,
        ).html  # fmt: skip
        anchor = re.search(rf'id="(tk\w+-n{row["node"]})"', view)
        link = f'<a href="#{anchor[1]}">→ {escape(self.point.label)}</a>' if anchor else ""
        self.views["reader"].value = link + view
