"""A large corpus: the same tables, made in batches of files by several processes.

First every batch by itself (`steps.of_reports`), then what all have in common (totals, and phrases in partitions),
then every batch beside it (`steps.of_shares`), then what needs all reports, each step by a process. Each part is
kept as soon as it is made, so that a run that was stopped, by whatever, goes on where it was; unchanged batches are
not made again.
"""

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from textkit import codes, frames, phrases, reports, tables, tokens
from textkit.errors import InputError
from textkit.project import across, cutting, steps, workers
from textkit.project.options import Options
from textkit.project.store import Parts, Sliced, Store, versions
from textkit.reports.reading import MAX_BYTES

STAGES = 5
"""First pass, phrases, second pass, steps of the whole corpus, tables: a report is done after so many."""

_CHOSEN = ("seed", "topics", "fits", "learned")  # what steps of the whole corpus depend on


class Job(NamedTuple):
    """What every process has to know: where the parts are, what is asked for, the recipe named in each manifest,
    and in how many partitions phrases are mined.
    """

    store: Store
    books: list[codes.Codebook]
    options: Options
    recipe: dict[str, Any]
    partitions: int = 1


class Found(NamedTuple):
    """Tables of reports in parts, tables of the corpus, and what was left out of them."""

    parts: Parts
    tables: steps.Tables
    notes: list[str]


def run(
    planned: Sequence[reports.Planned], books: Sequence[codes.Codebook], options: Options, folder: Path, bar: Any
) -> Found:
    r"""All tables of a corpus, made in batches; parts are kept in ``folder``, and found there again.

    The bar (of ``tqdm``) counts reports, by a fifth in each of `STAGES`, which take about as long as each other.

    >>> import tempfile
    >>> from tqdm import tqdm
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "a.txt").write_text("一、存在的问题\n（一）理论学习不够。", "utf-8")
    >>> found = run(reports.plan(folder), [], Options(jobs=1), folder / "parts", tqdm(disable=True))
    >>> [part.tolist() for part in found.parts.read("words", "term").__next__().to_numpy()]
    [['理论'], ['学习'], ['不够']]
    """
    tables.check(["parquet"])
    made = [[book.name, Store.name(book._asdict())] for book in books]  # their order decides what names topics
    recipe: dict[str, Any] = {"versions": versions(), "codebooks": made}
    recipe["options"] = {name: getattr(options, name) for name in ("encoding", "split")}
    if options.lexicon or options.stopwords:  # by what they hold: a file may be changed between two runs
        recipe["options"]["words"] = repr(
            (tokens.read_lexicon(options.lexicon), sorted(tokens.read_stopwords(options.stopwords)))
        )
    planned, options = _placed(planned, options)
    sizes = cutting.settle(planned, workers.room(options), folder)
    job = Job(Store(folder.absolute()), list(books), options, recipe, sizes.partitions)
    batches = cutting.cut(planned, sizes.limit, sizes.every)
    with workers.engine(options):
        one = _each(_first, job, batches, bar, step="first pass")
        read = Parts(job.store, [(name,) for name in one])
        skipped = [file for part in read.read("_skipped") for file in part["file"]]
        if len(skipped) == len(planned):
            raise InputError(f"none of {len(planned)} files could be read; the first: {skipped[0]}")
        frames.require_unique(pd.concat(read.read("reports", "report")), "reports", "report")  # some may be split
        notes = [f"not read: {file}" for file in skipped] + steps.missing_points(read)
        bar.set_description_str("sums")
        sums = _once(job, "sums", one, lambda notes: _sums(read))
        tasks = [(number, sums, one) for number in range(job.partitions)]
        mined = _each(_mined, job, tasks, bar, step="phrases")
        common = _once(job, "common", [sums, *mined], lambda notes: _joined(job.store, sums, mined, notes))
        two = _each(_second, job, [(name, sums, common) for name in one], bar, step="second pass")
        parts = Parts(job.store, list(zip(two, one, strict=True)))
        given = [(step, parts.rows, sums, common) for step in (*across.CORPUS, "net counts")]
        last = _each(_third, job, given, bar, step="whole corpus")
    kept = [sums, common, *last]
    job.store.sweep([*one, *mined, *two, *kept])
    found = {table: job.store.get(name, table) for name in kept for table in job.store.tables(name) if table[0] != "_"}
    notes += [note for name in kept for note in job.store.get(name, "_notes")["note"]]
    return Found(parts, found, notes)


def share(bar: Any, tasks: int) -> float:
    """What the bar counts for one of so many tasks of a stage.

    >>> from tqdm import tqdm
    >>> share(tqdm(disable=True, total=100), 4)
    5.0
    """
    return (bar.total or 0) / STAGES / tasks


def _each(work: Callable, job: Job, given: Sequence, bar: Any, *, step: str) -> list[str]:
    made: list[str] = []
    bar.set_description_str(f"{step} 0/{len(given)}")
    for name in workers.each(_checked, ((work, job, one) for one in given), job.options):
        made.append(name)
        bar.update(share(bar, len(given)))
        bar.set_description_str(f"{step} {len(made)}/{len(given)}")
    return made


def _checked(work: Callable, job: Job, given: Any) -> str:
    """The work, unless versions are others than those that the parts are named by."""
    if job.recipe["versions"] != versions():
        raise InputError("a worker has other versions of textkit or its packages; install the same everywhere")
    return work(job, given)


def _placed(planned: Sequence[reports.Planned], options: Options) -> tuple[list[reports.Planned], Options]:
    """Both with files named so that processes in other folders find them."""
    sources = (one.source._replace(file=one.source.file.absolute()) for one in planned)
    sources = (one._replace(root=one.root and one.root.absolute()) for one in sources)
    lexicon, stopwords = (name and os.path.abspath(name) for name in (options.lexicon, options.stopwords))
    moved = [one._replace(source=source) for one, source in zip(planned, sources, strict=True)]
    return moved, replace(options, lexicon=lexicon, stopwords=stopwords)


def _once(
    job: Job, step: str, of: list[str], make: Callable[[list[str]], steps.Tables], chosen: Sequence[str] = ()
) -> str:
    """Name of a part made of whole passes, and of these options; what it leaves out is kept with it."""
    notes: list[str] = []
    manifest = {"step": step, "of": of} | {name: getattr(job.options, name) for name in chosen}
    return job.store.made(manifest, lambda: make(notes) | {"_notes": pd.DataFrame({"note": notes}, dtype="str")})


def _first(job: Job, batch: list[reports.Planned]) -> str:
    """Read a batch and make the tables of its reports."""
    inputs = [(one.report, one.source.name, one.given, _sha256(one.source.file)) for one in batch]
    manifest = {"step": "reports", "inputs": inputs, "partitions": job.partitions} | job.recipe
    if job.store.has(name := job.store.name(manifest)):
        return name
    texts = reports.read_planned(batch, errors=job.options.errors, encoding=job.options.encoding)
    changed = {*texts["sha256"]} - {digest for *_, digest in inputs}
    if changed:
        names = ", ".join(texts.loc[texts["sha256"].isin(changed), "source"])
        raise InputError(f"{names}: changed while it was read; start again, what was done is kept")
    made = steps.of_reports(texts, job.books, job.options)
    pieces, sums = phrases.scatter(made["points"], job.partitions, barriers=phrases.CLAUSE)
    made["_totals"] = pd.concat([steps.tally(made, job.books), steps.numbers(sums._asdict())])
    made["_skipped"] = pd.DataFrame({"file": texts.attrs["skipped"]}, dtype="str")
    borders = pieces["partition"].searchsorted(range(job.partitions + 1)).tolist()
    if texts.attrs["skipped"]:  # what was in the way may be gone the next time
        manifest["skipped"] = texts.attrs["skipped"]
    return job.store.put(manifest, {**made, "_pieces": Sliced(pieces[["report", "text"]], borders)})


def _sha256(file: Path) -> str:
    try:
        if not file.is_file() or file.stat().st_size > MAX_BYTES:
            return ""  # reading it says why
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError:
        return ""


def _sums(parts: Parts) -> steps.Tables:
    """What adds up, and for each report whose text is that of an earlier one, the first of them."""
    texts = pd.concat(parts.read("_texts"))
    texts["first"] = texts.groupby("digest")["report"].transform("first")
    return {"_totals": steps.add(parts.read("_totals")), "_copies": texts[texts["report"] != texts["first"]]}


def _mined(job: Job, given: tuple[int, str, list[str]]) -> str:
    """The phrases of a partition."""
    number, sums, one = given

    def make() -> steps.Tables:
        common = _common(job.store, sums)
        against = phrases.Totals(*map(common.of, phrases.Totals._fields))
        pieces = job.store.slices(one, "_pieces", number)
        return {"_phrases": phrases.gather(pieces, number, job.partitions, against, steps.thresholds(common))}

    return job.store.made({"step": "phrases", "partition": number, "of": [sums, *one]}, make)


def _joined(store: Store, sums: str, mined: list[str], notes: list[str]) -> steps.Tables:
    found = phrases.ordered(pd.concat([store.get(name, "_phrases") for name in mined]))
    notes += steps.rare(found, _common(store, sums))
    return {"_phrases": found}


def _third(job: Job, given: tuple[str, list[tuple[str, str]], str, str]) -> str:
    """What one step makes from all reports together."""
    step, rows, sums, common = given
    parts, shared = Parts(job.store, rows), _common(job.store, sums, common)
    made = {"net counts": lambda notes: _net(parts, shared.phrases)}
    made |= across.of_corpus(parts, shared, job.books, job.options)
    return _once(job, step, [name for row in rows for name in row], made[step], _CHOSEN)


def _net(parts: Parts, found: pd.DataFrame) -> steps.Tables:
    net = steps.add(parts.read("_net")).set_index("item")["number"]
    return {"phrases": found.assign(net_count=found["phrase"].map(net).fillna(0).astype("int64"))}


def _second(job: Job, names: tuple[str, str, str]) -> str:
    """What the reports of a batch are beside all others."""
    first, sums, common = names

    def make() -> steps.Tables:
        used = ("reports", "points", "words", *(f"{book.name}_codes" for book in job.books))
        held = {name: job.store.get(first, name) for name in used}
        made = steps.of_shares(held, _common(job.store, sums, common), job.books)
        places = made["occurrences"]
        made["_net"] = steps.numbers({"net": places.loc[phrases.outside(places), "phrase"].value_counts()})
        copies = job.store.get(sums, "_copies").set_index("report")["first"].to_dict()
        first_of = pd.Series([copies.get(name, "") for name in held["reports"]["report"]], dtype="str")
        return made | {"reports": held["reports"].assign(duplicate_of=first_of)}

    return job.store.made({"step": "shares", "of": names}, make)


@lru_cache(1)
def _common(store: Store, sums: str, common: str = "") -> steps.Common:
    return steps.Common(store.get(sums, "_totals"), store.get(common, "_phrases") if common else pd.DataFrame())
