"""Tables → the files that a run leaves, and what its figures are drawn from."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import pandas as pd

from textkit import codes, frames, gallery, plots, tables
from textkit.project import batches, steps, workers
from textkit.project.options import Options
from textkit.project.store import Parts
from textkit.reports import files

STREAMS = ("csv", "parquet")
"""Formats to which one can append."""


def save(found: batches.Found, folder: Path, books: Sequence[codes.Codebook], options: Options, bar: Any) -> list[Path]:
    """Write all tables: those of the corpus in any format, of reports as csv or parquet; the bar counts each once."""
    long = {name: next(found.parts.read(name)).head(0) for name in found.parts.tables()}
    forms = [form for form in dict.fromkeys(options.table_formats) if form in STREAMS]
    share = batches.share(bar, max(len(forms) * len(long) * len(found.parts.rows), 1))
    ordered = steps.arranged(found.tables | long, books)
    ordered["columns"] = frames.dictionary(ordered)
    short = {name: table for name, table in ordered.items() if name not in long}
    written = []
    for form in dict.fromkeys(options.table_formats):
        claim(folder, tables.paths(ordered if form in STREAMS else short, folder, [form]))
        written += tables.save(short, folder, [form])
        for name in long if form in STREAMS else ():
            written.append(folder / f"{name}.{form}")
            with _replaced(written[-1]) as file:
                for _ in (_csv if form == "csv" else _parquet)(found.parts, name, file, options):
                    bar.update(share)
    return written


def drawn(parts: steps.Parts, corpus: steps.Tables, books: Sequence[codes.Codebook]) -> steps.Tables:
    """Tables to draw from: whole ones of the corpus, of those in parts what figures look at, of some the first reports.

    >>> found = {name: frames.make(name) for name in ("reports", "overview", "points", "words", "outline")}
    >>> found |= {name: frames.make(name) for name in (*gallery.COLUMNS, *gallery.FIRST) if "BOOK" not in name}
    >>> sorted(set(found) - set(drawn(steps.Whole(found), found, [])))
    ['outline', 'words']
    """
    known = {table for figure in plots.texts()["figures"].values() for table in figure["tables"]}
    made, shown, first = {name: table for name, table in corpus.items() if name in known}, set[str](), 0
    for points in parts.read("points", "report"):
        first, shown = first + 1, shown | set(points["report"])
        if len(shown) >= gallery.REPORTS:
            break
    for table, columns in gallery.COLUMNS.items():
        for name in {table.replace("BOOK", book.name) for book in books} if "BOOK" in table else {table}:
            made[name] = pd.concat(parts.read(name, *columns), ignore_index=True)
    for name in gallery.FIRST:
        rows = pd.concat(islice(parts.read(name), first), ignore_index=True)
        made[name] = rows[rows["report"].isin(sorted(shown)[: gallery.REPORTS])]
    return made


def claim(folder: Path, made: Iterable[Path]) -> None:
    """Enter files that are to be made before they are: a run may be stopped in between. Others' files stay theirs."""
    enter(folder, [path for path in made if not path.exists()])


def enter(folder: Path, made: Iterable[Path]) -> None:
    """Enter files into the ledger of their folder, beside those that are in it."""
    names = sorted({path.name for path in (*files.results(folder), *made)})
    (folder / files.LEDGER).write_text("\n".join(names) + "\n", "utf-8", newline="\n")


def sweep(folder: Path, made: Iterable[Path]) -> None:
    """Remove what an earlier run wrote here and this one did not, so that results never mix."""
    made = list(made)
    for file in {*files.results(folder)} - {folder / path.name for path in made}:
        file.unlink()
    enter(folder, made)


@contextmanager
def _replaced(path: Path) -> Iterator[BinaryIO]:
    """A file that takes its place when all of it is written."""
    beside = path.with_name(f".{path.name}.part")
    with beside.open("wb") as file:
        yield file
    beside.replace(path)


def _csv(parts: Parts, name: str, file: BinaryIO, options: Options) -> Iterator[None]:
    file.write(tables.csv_rows(next(parts.read(name)).head(0), header=True))
    given = ((parts.part(row), name) for row in range(len(parts.rows)))
    for piece in workers.each(_piece, given, options, here=True):
        file.write(piece)
        yield


def _piece(part: Parts, name: str) -> bytes:
    return tables.csv_rows(next(part.read(name)))


def _parquet(parts: Parts, name: str, file: BinaryIO, _: Options) -> Iterator[None]:
    import pyarrow as pa
    from pyarrow import parquet

    schema = pa.Schema.from_pandas(next(parts.read(name)), preserve_index=False)
    with parquet.ParquetWriter(file, schema) as writer:
        for part in parts.read(name):
            writer.write_table(pa.Table.from_pandas(part, schema=schema, preserve_index=False))
            yield
