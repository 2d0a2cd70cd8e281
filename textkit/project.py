"""The whole job: read a corpus, analyse it, save every table and figure, and the page that shows them.

`analyse` composes the rooms and returns their tables; `run` also draws and writes the files.
Nothing here computes a result of its own.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from tqdm import tqdm

from textkit import (
    codes,
    frames,
    gallery,
    links,
    masks,
    outline,
    phrases,
    plots,
    reader,
    reports,
    reuse,
    tables,
    terms,
    tokens,
    topics,
    wording,
)
from textkit.errors import InputError, TooFewError

LANGUAGES = ("zh", "en")
"""Languages of figure labels."""

_TERMS = 60  # heaviest terms kept in the summary tables
_PLACES = 5_000_000  # of phrases, listed one by one
_PHRASE_CHARS = 100  # what is longer is no phrase but a shared passage
_COUNTED = 3  # occurrences from which a term is set against the rest
_ALIKE = 200  # reports of which every two are compared
_FITS = 5  # other fits that the topics are compared with, of each kind
_NUMBERS = (3, 4, 5, 6, 8)  # of topics, set side by side
_SURVEYED = 1000  # points on which that many fits take seconds
_TOGETHER = 3  # sentences that hold both words of a pair
_SEEDS = 2**32
_OWN_TABLES = ("terms_by_report", "topics_by_report")  # that no codebook may be named after
_LEDGER = ".textkit"  # names of the files a run wrote into its folder


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
    errors: str = "raise"
    encoding: str | None = None
    split: bool = False


class Analysis(NamedTuple):
    """The tables of a corpus by name, and what was left out of them and why.

    >>> Analysis({}, ["no numbered points"]).notes
    ['no numbered points']
    """

    tables: dict[str, pd.DataFrame]
    notes: list[str]


class Result(NamedTuple):
    """What `run` did: files written, reports and points read, what was left out and why, the page.

    >>> Result([], [], 5, 93, []).points
    93
    """

    tables: list[Path]
    figures: list[Path]
    reports: int
    points: int
    notes: list[str]
    page: Path | None = None


def run(
    corpus: Any,
    figures: str | Path,
    data: str | Path,
    options: Options | None = None,
    *,
    page: str | Path | None = None,
    progress: bool = False,
) -> Result:
    r"""Do the whole job: all tables to the folder ``data``, all figures to ``figures``.

    Parameters
    ----------
    corpus
        What ``reports.read`` takes.
    figures, data
        Folders, made if missing; files of the same names are replaced.
    page
        HTML file for all of it, to be read in a browser; none is written if it is not given.
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
    books = _codebooks(options.codebooks)
    folders = [_folder(data), _folder(figures)]
    if page is not None:
        _folder(Path(page).parent)
    layout = "{desc:<30.30} {bar:24} {n_fmt}/{total_fmt} {elapsed}"
    with tqdm(total=25 + 3 * len(books), disable=not progress, bar_format=layout) as bar:

        def step(name: str) -> None:
            bar.set_description_str(name, refresh=False)
            bar.update()

        found, notes = analyse(corpus, books, options, step)
        step("tables")
        written = tables.save(found, folders[0], options.table_formats)
        drawn: list[Path] = []
        pictures: list[reader.Picture] = []
        with plots.styled():
            for name, figure in gallery.draw(found, books, language=options.language):
                step(f"figure {name}")
                drawn += plots.save(figure, folders[1] / name, options.figure_formats)
                pictures += [_picture(name, figure, drawn)] if page is not None else []
        drawn.append(folders[1] / "README.md")
        drawn[-1].write_text(gallery.index(books, [path.name for path in drawn[:-1]]), "utf-8", newline="\n")
        for folder, files in zip(folders, (written, drawn), strict=True):
            _sweep(folder, files)
        if page is not None:
            step("page")
            html = reader.page(found, books, pictures, notes, language=options.language)
            Path(page).write_text(html, "utf-8", errors="xmlcharrefreplace", newline="\n")
        bar.set_description_str("done", refresh=False)
        bar.update(bar.total - bar.n)
    return Result(written, drawn, len(found["reports"]), len(found["points"]), notes, Path(page) if page else None)


def _picture(name: str, figure: Any, files: Sequence[Path]) -> reader.Picture:
    """A figure as the page holds it, at 100 pixels an inch."""
    png = next((path for path in files if path.name == f"{name}.png"), None)
    width, height = (round(100 * inches) for inches in figure.get_size_inches())
    return reader.Picture(name, figure.get_suptitle(), figure.get_supxlabel(), width, height, plots.webp(figure, png))


def _check(options: Options) -> None:
    """Refuse what would fail only after the work was done."""
    chosen = (
        ("language", (options.language,), LANGUAGES),
        ("table format", options.table_formats, tables.FORMATS),
        ("figure format", options.figure_formats, plots.FORMATS),
    )
    for what, values, known in chosen:
        for value in values or ("",):
            if value not in known:
                raise InputError(f"unknown {what} {value!r}; choose from {', '.join(known)}")
    tables.check(options.table_formats)
    if options.topics < 2:
        raise InputError(f"{options.topics} topics: ask for 2 or more")
    if not 0 <= options.seed < _SEEDS:
        raise InputError(f"seed {options.seed}: give a whole number from 0 to {_SEEDS - 1}")


def _codebooks(sources: Sequence[str]) -> list[codes.Codebook]:
    """The codebooks, whose names must make tables of their own."""
    books = [codes.read_codebook(source) for source in sources]
    names = [book.name for book in books]
    for name, source in zip(names, sources, strict=True):
        if names.count(name) > 1 or f"{name}_by_report" in _OWN_TABLES:
            raise InputError(f"{source}: the name {name!r} is taken by another table; give the codebook another name")
    return books


def _folder(path: str | Path) -> Path:
    try:
        Path(path).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{path}: cannot be made a folder ({error.strerror}); name another") from None
    return Path(path)


def _sweep(folder: Path, files: Sequence[Path]) -> None:
    """Remove what an earlier run wrote here and this one did not, so that results never mix."""
    ledger = folder / _LEDGER
    earlier = ledger.read_text("utf-8").split("\n") if ledger.is_file() else []
    names = sorted(path.name for path in files)
    for name in set(earlier) - set(names):
        # A name out of the ledger is taken for nothing but a file in this folder.
        if name and Path(name).name == name and (folder / name).is_file():
            (folder / name).unlink()
    ledger.write_text("\n".join(names) + "\n", "utf-8", newline="\n")


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
        Coding schemes; each gives the tables ``NAME_codes`` and ``NAME_by_report``.
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
    texts = reports.read(corpus, errors=options.errors, encoding=options.encoding)
    texts = reports.describe(outline.split(texts)) if options.split else texts
    step("outline")
    nodes = outline.parse(texts)
    points = outline.points(nodes, texts)
    notes = [f"not read: {file}" for file in texts.attrs.get("skipped", [])] + _missing_points(texts, points)
    found = {
        "reports": texts,
        "metadata": reports.metadata(texts),
        "overview": outline.overview(nodes, points),
        "outline": nodes,
        "masks": masks.table(texts),
        "points": points,
    }
    found |= _codings(points, texts, codebooks, step)
    step("phrases")
    found |= _phrases(points, notes)
    step("passages")
    found |= _passages(points, texts)
    step("words")
    found |= _words(points, notes)
    step("contrasts")
    found |= _contrasts(found["words"], notes)
    step("topics")
    try:
        coded = found[f"{codebooks[0].name}_codes"] if codebooks else None
        found |= _topics(found["words"], options, coded, notes)
    except TooFewError as error:
        notes.append(str(error))
    found["columns"] = frames.dictionary(found)
    return Analysis(found, notes)


def _codings(
    points: pd.DataFrame, texts: pd.DataFrame, codebooks: Sequence[codes.Codebook], step: Callable[[str], None]
) -> dict[str, pd.DataFrame]:
    """Codes by every codebook, the links they make, and how faults are put into words."""
    found = {"deficits": codes.deficits(points), "concreteness": codes.concreteness(points)}
    coded = [frames.make("codes")]
    for book in codebooks:
        step(f"codes: {book.name}")
        coded.append(codes.apply(points, book))
        found[f"{book.name}_codes"] = coded[-1]
        found[f"{book.name}_by_report"] = codes.cross(coded[-1], book, texts, points)
    step("links")
    found["links"] = links.match(points, pd.concat(coded[1:] or coded))
    found["gaps"] = links.gaps(found["links"], points)
    return found


def _phrases(points: pd.DataFrame, notes: list[str]) -> dict[str, pd.DataFrame]:
    mined = phrases.mine(points, barriers=phrases.CLAUSE, max_chars=_PHRASE_CHARS, fold=True, min_reports=1)
    listed = mined
    if mined["count"].sum() > _PLACES:
        notes.append("occurrences of phrases found only inside longer phrases: too many to list")
        listed = mined[mined["net_count"] > 0]
    shares = phrases.share(points, mined, by=["report", "role"])
    slots = phrases.slots(points)
    return {
        "phrases": mined,
        "occurrences": phrases.locate(listed, points, fold=True, barriers=phrases.CLAUSE),
        "phrase_shares": shares,
        "phrase_share_intervals": phrases.intervals(shares),
        "phrase_frames": slots,
        "fillers": phrases.fillers(slots, points),
    }


def _passages(points: pd.DataFrame, texts: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """What is shared beyond what the notice dictates and official documents say."""
    dated = points.merge(texts[["report", "year"]], on="report")
    alone = texts[~texts["report"].isin(points["report"])]  # no headings are told apart: the whole text
    prose = pd.concat([points[["report", "text"]], alone[["report", "text"]]])
    return {"passages": reuse.find(dated, known=wording.known(points)), "duplicates": reuse.duplicates(prose)}


def _missing_points(texts: pd.DataFrame, points: pd.DataFrame) -> list[str]:
    """A note on reports that nothing below the outline can speak of."""
    without = sorted(set(texts["report"]) - set(points["report"]))
    if not without:
        return []
    names = ", ".join(without[:5]) + (", …" if len(without) > 5 else "")
    return [f"{len(without)} of {len(texts)} reports, as no numbered points (一、 （一） 1. …) are in them: {names}"]


def _words(points: pd.DataFrame, notes: list[str]) -> dict[str, pd.DataFrame]:
    cut = tokens.words(points)
    words = terms.content(cut, stop=tokens.read_stopwords()).merge(points[["report", "point", "role"]])
    made = {"words": words, "terms_by_report": _heaviest(words, "report"), "terms_by_part": _heaviest(words, "role")}
    if len(points) <= terms.PAIRWISE:
        made["collocates"] = terms.collocates(cut, set(words["term"]), min_count=_TOGETHER)
    else:
        notes.append(f"collocates: {len(points)} points hold too many pairs; compare {terms.PAIRWISE} or fewer")
    return made


def _heaviest(words: pd.DataFrame, by: str) -> pd.DataFrame:
    counts = terms.count(words, by=[by])
    reports_with = words.groupby("term")["report"].nunique()
    top = terms.top(counts, terms.weigh(counts), n=_TERMS)
    return top.assign(reports=top["term"].map(reports_with).astype("int64"))


def _contrasts(words: pd.DataFrame, notes: list[str]) -> dict[str, pd.DataFrame]:
    """What each part says more than the others, and which reports are alike."""
    made = {}
    if words["role"].nunique() > 1 and words["term"].nunique() > 1:
        made["keyness"] = terms.keyness(terms.count(words, by=["report", "role"]), "role", min_count=_COUNTED)
    counts = terms.count(words)
    if 1 < counts.shape[0] <= _ALIKE:
        weights = terms.weigh(counts)
        made |= {"similarity": terms.similarity(weights), "clusters": terms.cluster(weights)}
    elif counts.shape[0] > _ALIKE:
        notes.append(
            f"similarity and clusters: {counts.shape[0]} reports make too many pairs; compare {_ALIKE} or fewer"
        )
    return made


def _topics(
    words: pd.DataFrame, options: Options, coded: pd.DataFrame | None, notes: list[str]
) -> dict[str, pd.DataFrame]:
    counts = terms.trim(terms.count(words, by=["report", "point"]), min_documents=2)
    weights = terms.weigh(counts)
    if weights.shape[0] <= terms.PAIRWISE:
        weights = terms.downweigh(weights)
    else:
        notes.append(
            f"near-copies among {weights.shape[0]} points: too many to compare, each counts in full for topics"
        )
    fitted = topics.fit(weights, options.topics, seed=options.seed)
    numbers = {*_NUMBERS, options.topics} if weights.shape[0] <= _SURVEYED else {options.topics}
    fitting = [k for k in sorted(numbers) if k * topics.UNITS_PER_TOPIC <= weights.shape[0]]
    return {
        "topic_terms": fitted.terms.groupby("topic").head(_TERMS).reset_index(drop=True),
        "topic_names": topics.names(fitted, coded),
        "topic_survey": topics.survey(weights, fitting, words, seed=options.seed, runs=_FITS),
        "topic_shares": fitted.shares,
        "topics_by_report": topics.by_report(fitted.shares, seed=options.seed),
    }
