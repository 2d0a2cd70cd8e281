"""`analyse` composes the rooms and returns their tables; `run` also draws, and writes the files."""

import math
import os
import warnings
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

from tqdm import tqdm

from textkit import codes, frames, gallery, phrases, plots, reader, reports, tables, tokens
from textkit.errors import SEED, InputError, number
from textkit.project import across, batches, cutting, steps, store, workers, writing
from textkit.project.options import Analysis, Options, Result
from textkit.reports import files

LANGUAGES = ("zh", "en")
"""Languages of figure labels."""

_OWN = tuple(f"{name}_by_report" for name in ("phrases", "terms", "topics", "word_clouds"))  # tables and figures
_INDEX = "README.md"  # of the figures
_PARTS = "parts"  # folder of what a large job keeps between runs, beside its tables


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
        Folders, made if missing; files of the same names are replaced, but for a reader's metadata.csv or README.md.
    page
        HTML file for all of it, to be read in a browser; none is written if it is not given, or the corpus is
        worked on in parts.
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
    corpus = corpus if isinstance(corpus, str | os.PathLike) else list(corpus)
    folders = [_results(data, corpus, files.SIDECAR), _results(figures, corpus, _INDEX)]
    pages = _pages(page)
    apart = [*pages, folders[0] / _PARTS]  # what a run writes is no report
    planned = _large(corpus, options, apart)
    alone = store.Store(apart[-1]).locked() if planned or apart[-1].is_dir() else nullcontext()
    with alone, _bar(planned, books, progress) as bar:
        work = partial(_in_parts, planned) if planned else partial(_at_once, corpus, apart=apart)
        found, notes, written = work(books, options, folders[0], bar)
        writing.sweep(folders[0], written)
        if planned and page is not None:
            Path(page).unlink(missing_ok=True)  # an earlier page would show other tables
            page, notes = None, [*notes, f"the page: {len(found['reports'])} reports are too many for one"]
        bar.set_description_str("figures")
        wanted = gallery.Wanted(books, folders[1], options.figure_formats, options.language, page is not None)
        writing.claim(folders[1], wanted.files)
        saved = gallery.save(found, wanted) if planned else _figures(found, wanted, options, bar)
        drawn = [file for figure, _ in saved for file in figure]
        _index(wanted, drawn, written if folders[0].samefile(folders[1]) else [])
        if page is not None:
            bar.set_description_str("page", refresh=False)
            pictures = [picture for _, picture in saved if picture]
            html = reader.page(found, books, pictures, notes, language=options.language)
            writing.enter(pages[0].parent, pages)
            pages[0].write_text(html, "utf-8", errors="xmlcharrefreplace", newline="\n")
        bar.set_description_str("done", refresh=False)
        bar.update(bar.total - bar.n)
    return Result(written, drawn, len(found["reports"]), len(found["points"]), notes, Path(page) if page else None)


def _bar(planned: list[reports.Planned], books: list[codes.Codebook], progress: bool) -> tqdm:
    """Of reports with their rate and the time left, if they are worked on in parts; else of steps and figures."""
    layout = "{desc:<30.30} {bar:24} {n:.0f}/{total} {elapsed}"
    if planned:
        layout += "<{remaining} {rate_noinv_fmt}"
        return tqdm(total=len(planned), disable=not progress, bar_format=layout, unit=" reports")
    total = 14 + len(books) + len(gallery.names(books))
    return tqdm(total=total, disable=not progress, bar_format=layout)


def _figures(found: steps.Tables, wanted: gallery.Wanted, options: Options, bar: tqdm) -> list[gallery.Saved]:
    """Drawn by several processes, each of which holds what is looked at."""
    shown = writing.drawn(steps.Whole(found), found, wanted.books)
    given = ((shown, wanted, [name]) for name in gallery.names(wanted.books))
    saved = []
    for some in workers.each(gallery.save, given, options, here=True):
        saved += some
        bar.update()
    return saved


def _index(wanted: gallery.Wanted, drawn: Sequence[Path], beside: Sequence[Path]) -> None:
    """Write the index of the figures; other files of earlier runs go, but for those that this one wrote beside them."""
    index = wanted.folder / _INDEX
    writing.sweep(wanted.folder, [*beside, *drawn, index])  # first, so that no later run takes the index for a report
    index.write_text(gallery.index(wanted.books, [path.name for path in drawn]), "utf-8", newline="\n")


def _large(corpus: Any, options: Options, apart: Iterable[Path]) -> list[reports.Planned]:
    """What is to be read, if it is too much to be worked on at once."""
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        planned = reports.plan(corpus, apart=apart) or []
    if cutting.size(planned) * workers.EXPANSION <= options.memory * workers.GIGABYTE / 2:
        return []
    for one in seen:
        warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)
    return planned


def _at_once(
    corpus: Any, books: list[codes.Codebook], options: Options, folder: Path, bar: tqdm, *, apart: Iterable[Path]
) -> tuple:
    def step(name: str) -> None:
        bar.set_description_str(name, refresh=False)
        bar.update()
        if name == "outline":  # what can be wrong has been read
            loading.enter_context(workers.ready(gallery.save, options))

    with ExitStack() as loading:
        found, notes = analyse(corpus, books, options, step, apart=apart)
    step("tables")
    writing.claim(folder, tables.paths(found, folder, options.table_formats))
    return found, notes, tables.save(found, folder, options.table_formats)


def _in_parts(
    planned: list[reports.Planned], books: list[codes.Codebook], options: Options, folder: Path, bar: tqdm
) -> tuple:
    found = batches.run(planned, books, options, folder / _PARTS, bar)
    bar.set_description_str("tables")
    written = writing.save(found, folder, books, options, bar)
    workers.dismiss()  # 0.9 GB of 4 for 100,000 reports
    shown = writing.drawn(found.parts, found.tables, books)
    other = [form for form in options.table_formats if form not in writing.STREAMS]
    notes = [f"tables of reports as {', '.join(other)}: too long; csv and parquet hold them"] if other else []
    return shown, [*found.notes, *notes], written


def _check(options: Options) -> None:
    """Refuse what would fail only after the work was done."""
    chosen = (
        ("language", (options.language,), LANGUAGES),
        ("table format", options.table_formats, tables.FORMATS),
        ("engine", (options.engine,), workers.ENGINES),
        ("figure format", options.figure_formats, plots.FORMATS),
        ("way with errors", (options.errors,), ("raise", "skip")),
    )
    for what, values, known in chosen:
        for value in values or ("",):
            if value not in known:
                raise InputError(f"unknown {what} {value!r}; choose from {', '.join(known)}")
    tables.check(options.table_formats)
    tokens.read_lexicon(options.lexicon)
    tokens.read_stopwords(options.stopwords)
    number("topics", options.topics, 2)
    number("fits", options.fits, 1)
    number("learned", options.learned, 1)
    number("jobs", 1 if options.jobs is None else options.jobs, 1)
    if not 0 < options.memory < math.inf:
        raise InputError(f"memory is {options.memory:g} GB; give more than 0")
    if options.scheduler and options.engine != "dask":
        raise InputError("a scheduler is one of dask: add the engine dask")
    number("seed", options.seed, 0, SEED)


def _codebooks(sources: Sequence[str]) -> list[codes.Codebook]:
    """The codebooks, whose names must make tables of their own."""
    books = [codes.read_codebook(source) for source in sources]
    names = [book.name for book in books]
    for name, source in zip(names, sources, strict=True):
        if names.count(name) > 1 or f"{name}_by_report" in _OWN:
            raise InputError(f"{source}: the name {name!r} is taken by another table or figure; give another name")
    return books


def _results(path: str | Path, corpus: Any, name: str) -> Path:
    """A folder for results, which is not that of the reports, and holds no file of the reader's of that name."""
    folder = _folder(path)
    for one in (corpus,) if isinstance(corpus, str | os.PathLike) else corpus:
        if Path(one).is_dir() and folder.samefile(one):
            raise InputError(f"{folder}: here are the reports, and what is known of them; name another for results")
    mine = folder / name
    if mine.is_file() and mine not in files.results(folder):
        raise InputError(f"{mine}: of no run that the ledger here names, and would be replaced; name another folder "
                         "for results, or delete it")  # fmt: skip
    return folder


def _pages(page: str | Path | None) -> list[Path]:
    """The file of the page, if there shall be one, in a folder that is there."""
    if page is None:
        return []
    if Path(page).is_dir():
        raise InputError(f"{page}: a folder; name the file that shall be the page")
    return [_folder(Path(page).parent) / Path(page).name]


def _folder(path: str | Path) -> Path:
    try:
        Path(path).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{path}: cannot be made a folder ({error.strerror}); name another") from None
    return Path(path)


def analyse(
    corpus: Any,
    codebooks: Sequence[codes.Codebook],
    options: Options | None = None,
    step: Callable[[str], None] = lambda name: None,
    *,
    apart: Iterable[str | os.PathLike] = (),
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
    apart
        Files that are not read, and folders of such files.

    >>> import pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "a.txt"
    >>> _ = file.write_text("一、存在的问题\n（一）理论学习不够。\n（二）走访群众少。", "utf-8")
    >>> analyse(file, [codes.read_codebook("problems")]).tables["problems_codes"].code.tolist()
    ['theory', 'fieldwork']
    """
    options = options or Options()
    step("reading")
    texts = reports.read(corpus, errors=options.errors, encoding=options.encoding, apart=apart)
    found = steps.of_reports(texts, codebooks, options, step)
    parts = steps.Whole(found)
    notes = [f"not read: {file}" for file in texts.attrs.get("skipped", [])] + steps.missing_points(parts)
    step("phrases")
    common = steps.Common(steps.tally(found, codebooks), frames.make("phrases"))
    mined = phrases.mine(found["points"], barriers=phrases.CLAUSE, fold=True, **steps.thresholds(common)._asdict())
    common, notes = steps.Common(common.totals, mined), notes + steps.rare(mined, common)
    found |= {"phrases": mined} | steps.of_shares(found, common, codebooks, step)
    for name, make in across.of_corpus(parts, common, codebooks, options).items():
        step(name)
        found |= make(notes)
    del found["_texts"]
    found = steps.arranged(found, codebooks)
    found["columns"] = frames.dictionary(found)
    return Analysis(found, notes)
