"""The whole job: read a corpus, analyse it, save every table and figure.

`analyse` composes the rooms and returns their tables; `run` also draws and writes the files.
Nothing here computes a result of its own.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from tqdm import tqdm

from textkit import codes, frames, gallery, outline, phrases, plots, reports, tables, terms, tokens, topics
from textkit.errors import InputError, TooFewError

LANGUAGES = ("zh", "en")
"""Languages of figure labels."""

_TERMS = 60  # heaviest terms kept in the summary tables
_PHRASE_CHARS = 100  # what is longer is no phrase but a shared passage
_SEEDS = 10  # other fits that the topics are compared with


@dataclass(frozen=True)
class Options:
    """What the whole job can be told; the defaults are those of the command.

    >>> Options(language="en").topics
    6
    """

    codebooks: tuple[str, ...] = ("problems", "causes")
    language: str = "zh"
    seed: int = 0
    topics: int = 6
    table_formats: tuple[str, ...] = ("csv",)
    figure_formats: tuple[str, ...] = ("png",)


class Analysis(NamedTuple):
    """The tables of a corpus by name, and what was left out of them and why.

    >>> Analysis({}, ["no numbered points"]).notes
    ['no numbered points']
    """

    tables: dict[str, pd.DataFrame]
    notes: list[str]


class Result(NamedTuple):
    """What `run` did: files written, reports and points read, what was left out and why.

    >>> Result([], [], 5, 93, []).points
    93
    """

    tables: list[Path]
    figures: list[Path]
    reports: int
    points: int
    notes: list[str]


def run(
    corpus: Any, figures: str | Path, data: str | Path, options: Options | None = None, *, progress: bool = False
) -> Result:
    r"""Do the whole job: all tables to the folder ``data``, all figures to ``figures``.

    Parameters
    ----------
    corpus
        What ``reports.read`` takes.
    figures, data
        Folders, made if missing; files of the same names are replaced.
    progress
        Show a progress bar on standard error.

    Raises
    ------
    InputError, CodebookError
        Before anything is written.

    >>> import pathlib, tempfile
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "a.txt").write_text("一、存在的问题\n（一）理论学习不够。\n（二）走访群众少。", "utf-8")
    >>> result = run(folder / "a.txt", folder / "figures", folder / "tables")
    >>> result.points, (folder / "tables" / "points.csv").exists()
    (2, True)
    """
    options = options or Options()
    _check(options)
    books = [codes.read_codebook(name) for name in options.codebooks]
    layout = "{desc:<30.30} {bar:24} {n_fmt}/{total_fmt} {elapsed}"
    with tqdm(total=11 + 3 * len(books), disable=not progress, bar_format=layout) as bar:

        def step(name: str) -> None:
            bar.set_description_str(name, refresh=False)
            bar.update()

        found, notes = analyse(corpus, books, options, step)
        step("tables")
        written = tables.save(found, data, options.table_formats)
        drawn: list[Path] = []
        Path(figures).mkdir(parents=True, exist_ok=True)
        with plots.styled():
            for name, figure in gallery.draw(found, books, language=options.language, seed=options.seed):
                step(f"figure {name}")
                drawn += plots.save(figure, Path(figures) / name, options.figure_formats)
        bar.set_description_str("done", refresh=False)
        bar.update(bar.total - bar.n)
    return Result(written, drawn, len(found["reports"]), len(found["points"]), notes)


def _check(options: Options) -> None:
    """Refuse what would fail only after the work was done."""
    chosen = (
        ("language", (options.language,), LANGUAGES),
        ("table format", options.table_formats, tables.FORMATS),
        ("figure format", options.figure_formats, plots.FORMATS),
    )
    for what, values, known in chosen:
        for value in values:
            if value not in known:
                raise InputError(f"unknown {what} {value!r}; choose from {', '.join(known)}")
    if options.topics < 2:
        raise InputError(f"--topics {options.topics}: ask for 2 topics or more")


def analyse(
    corpus: Any,
    codebooks: Sequence[codes.Codebook],
    options: Options | None = None,
    step: Callable[[str], None] = lambda name: None,
) -> Analysis:
    r"""All tables of a corpus, in memory.

    Parameters
    ----------
    corpus
        What ``reports.read`` takes.
    codebooks
        Coding schemes; each gives the tables ``NAME_codes`` and ``NAME_by_report``, the latter for
        the first of the parts it is made for.
    step
        Called with the name of each step as it begins.

    >>> import pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "a.txt"
    >>> _ = file.write_text("一、存在的问题\n（一）理论学习不够。\n（二）走访群众少。", "utf-8")
    >>> analyse(file, [codes.read_codebook("problems")]).tables["problems_codes"].code.tolist()
    ['theory', 'fieldwork']
    """
    options = options or Options()
    step("reading")
    texts = reports.read(corpus)
    step("outline")
    nodes = outline.parse(texts)
    points = outline.points(nodes, texts)
    found = {
        "reports": texts.drop(columns="text"),
        "overview": outline.overview(nodes, points),
        "outline": nodes,
        "points": points,
    }
    for book in codebooks:
        step(f"codes: {book.name}")
        coded = codes.apply(points, book)
        found[f"{book.name}_codes"] = coded
        found[f"{book.name}_by_report"] = codes.cross(coded[coded["role"] == book.roles[0]], book)
    step("phrases")
    mined = phrases.mine(points, barriers=phrases.CLAUSE, max_chars=_PHRASE_CHARS)
    found["phrases"] = mined
    # What occurs only inside longer phrases of the list is found where these are.
    found["occurrences"] = phrases.locate(mined[mined["net_count"] > 0], points)
    step("words")
    words = terms.content(tokens.words(points), stop=tokens.read_stopwords()).merge(points[["report", "point", "role"]])
    found["terms_by_report"] = _heaviest(words, "report")
    found["terms_by_part"] = _heaviest(words, "role")
    step("topics")
    notes = [] if len(points) else ["everything below the outline: no numbered points found (一、 （一） 1. 一是 …)"]
    try:
        found |= _topics(words, options)
    except TooFewError as error:
        notes += [str(error)] if len(points) else []
    found["columns"] = frames.dictionary()
    return Analysis(found, notes)


def _heaviest(words: pd.DataFrame, by: str) -> pd.DataFrame:
    counts = terms.count(words, by=[by])
    reports_with = words.groupby("term")["report"].nunique()
    top = terms.top(counts, terms.weigh(counts), n=_TERMS)
    return top.assign(reports=top["term"].map(reports_with).astype("int64"))


def _topics(words: pd.DataFrame, options: Options) -> dict[str, pd.DataFrame]:
    weights = terms.weigh(terms.trim(terms.count(words, by=["report", "point"]), min_documents=2))
    fitted = topics.fit(weights, options.topics, seed=options.seed)
    return {
        "topic_terms": fitted.terms.groupby("topic").head(_TERMS).reset_index(drop=True),
        "topic_shares": fitted.shares,
        "topics_by_report": fitted.shares.groupby(["report", "topic"], as_index=False)["share"].mean(),
        "topic_stability": topics.stability(weights, options.topics, seed=options.seed, runs=_SEEDS),
    }
