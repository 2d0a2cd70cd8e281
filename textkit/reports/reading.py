"""The verb `read`: from paths to the *reports* table."""

import hashlib
import os
import re
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import PurePosixPath
from typing import Any, NamedTuple

import pandas as pd

from textkit import frames
from textkit.errors import InputError, InputWarning, TextkitError
from textkit.reports import files, inference, rows
from textkit.reports.encodings import CONTROL
from textkit.reports.extraction import extract

MAX_BYTES = 2**28
"""Largest file that is read, and largest size a packed one may unpack to."""

_SHOWN = 5


class _Options(NamedTuple):
    """How to read, as `read` was told; ``tolerated`` is the context that errors are raised or noted in."""

    encoding: str | None
    text_column: str
    max_bytes: int
    tolerated: Callable[[object], AbstractContextManager]


class Planned(NamedTuple):
    """A file that holds one report, the id that this has among all others, and its row of the sidecar.

    >>> Planned("a", files.Source(PurePosixPath("in/a.txt"), "a.txt", None), {}).report
    'a'
    """

    report: str
    source: files.Source
    given: rows.Row


class _Draft(NamedTuple):
    """A report before it has its id: names it may take, shortest first, and what was read."""

    names: tuple[str, ...]
    text: str
    source: str
    encoding: str
    sha256: str
    given: rows.Row


def read(
    path: str | os.PathLike | Iterable[str | os.PathLike],
    *,
    errors: str = "raise",
    encoding: str | None = None,
    text_column: str = "text",
    max_bytes: int = MAX_BYTES,
    apart: Iterable[str | os.PathLike] = (),
) -> pd.DataFrame:
    r"""Read reports from files, folders (with all below them), patterns or tables.

    Parameters
    ----------
    path
        A file, a folder, a pattern such as ``"reports/**/*.docx"``, or a list of these. Files are .txt and
        .md (UTF-8, UTF-16, GB18030/GBK, Big5), .docx, .doc, .wps, .rtf, .pdf, .html; or tables with a report
        in each row: .csv, .xlsx, .jsonl, .parquet. Tables are read where they are named, not inside folders; what
        a run wrote into them is passed over.
    errors
        ``"raise"`` stops at the first file that cannot be read; ``"skip"`` goes on, warns, and lists what was
        skipped and why in ``frame.attrs["skipped"]``.
    encoding
        Of plain text, where its bytes do not settle it.
    text_column
        Column of a table that holds the texts; its columns ``report, title, year, author, role, theme`` are
        taken as they are, others are added to the result.
    max_bytes
        Largest file, packed or unpacked.
    apart
        Files that are not read, and folders of such files.

    Returns
    -------
    DataFrame
        The *reports* table, sorted by report: ``report, title, year, author, role, theme, text, chars, source,
        encoding, sha256, duplicate_of``, and the extra columns of tables and sidecars. The id is the file name
        without its ending; where files share it, as much of the path as tells them apart. ``encoding`` of
        what is no plain text is its format. A *sidecar* ``metadata.csv`` in the folder, with a column
        ``report`` (id, or file name where only one report has it), overrules what the texts say; keys that fit
        nothing are warned of.

    Raises
    ------
    InputError
        Path missing, nothing readable found; a file that is damaged, empty, too large, undecodable (with the
        offset of the first wrong byte), or leads out of the folder.
    MissingExtraError
        The package or program that reads a format is not installed.

    >>> import tempfile, pathlib
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "a.txt").write_bytes("书记2022年度对照检查材料\n一、存在的问题".encode("gb18030"))
    >>> read(folder)[["report", "year", "role", "encoding"]].values.tolist()
    [['a', 2022, '书记', 'gb18030']]
    """
    if errors not in ("raise", "skip"):
        raise InputError(f"errors={errors!r}: choose 'raise' or 'skip'")
    sources = files.find([path] if isinstance(path, str | os.PathLike) else path, apart)
    skipped: list[str] = []
    options = _Options(encoding, text_column, max_bytes, _tolerance(errors, skipped))
    # A file that is skipped takes part: what can be read must not decide what the others are called.
    found = [
        (source, draft)
        for source in sources
        for draft in (*_drafts(source, options),) or (None,)
        if draft or source.file.suffix.lower() not in files.TABLES  # reports of a table have names of their own
    ]
    if not any(draft for _, draft in found):
        raise InputError(f"none of {len(sources)} files could be read; the first: {skipped[0]}")
    names = _identify([draft.names if draft else _names(source) for source, draft in found])
    places = [draft.source if draft else source.name for source, draft in found]
    sidecar = _keyed(_sidecar(sources, max_bytes), names, places)
    frame = _frame([(name, draft) for name, (_, draft) in zip(names, found, strict=True) if draft], sidecar)
    if errors == "skip":
        frame.attrs["skipped"] = skipped
        _warn(f"skipped {len(skipped)}", skipped)
    return frame


def plan(
    path: str | os.PathLike | Iterable[str | os.PathLike], *, apart: Iterable[str | os.PathLike] = ()
) -> list[Planned] | None:
    r"""What `read` would read, without reading it, sorted by report; None if a table of reports is among the files.

    >>> import tempfile, pathlib
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> for name in ("a", "b"):
    ...     _ = (folder / f"{name}.txt").write_text(f"{name}：一、存在的问题", "utf-8")
    >>> [one.report for one in plan(folder)], read_planned(plan(folder)[1:]).text.tolist()
    (['a', 'b'], ['b：一、存在的问题'])
    """
    sources = files.find([path] if isinstance(path, str | os.PathLike) else path, apart)
    if any(source.file.suffix.lower() in files.TABLES for source in sources):
        return None
    names = _identify([_names(source) for source in sources])
    given = _keyed(_sidecar(sources, MAX_BYTES), names, [source.name for source in sources])
    blank = dict.fromkeys((column for row in given.values() for column in row), "")
    found = (Planned(name, source, blank | given.get(name, {})) for name, source in zip(names, sources, strict=True))
    return sorted(found, key=lambda one: one.report)


def read_planned(
    planned: Iterable[Planned], *, errors: str = "raise", encoding: str | None = None, max_bytes: int = MAX_BYTES
) -> pd.DataFrame:
    """`read` for some of what was planned; may be no report at all, and ``duplicate_of`` knows only these.

    >>> len(read_planned([]))
    0
    """
    skipped: list[str] = []
    options = _Options(encoding, "text", max_bytes, _tolerance(errors, skipped))
    planned = list(planned)
    given = {one.report: one.given for one in planned}  # also of those not read: all parts have the same columns
    frame = _frame([(one.report, draft) for one in planned for draft in _drafts(one.source, options)], given)
    frame.attrs["skipped"] = skipped
    return frame


def _drafts(source: files.Source, options: _Options) -> list[_Draft]:
    with options.tolerated(source.file):
        data, ending = files.content(source, options.max_bytes), source.file.suffix.lower()
        if ending in files.TABLES:
            return _rows(source, data, options)
        text, form = extract(ending, data, options.encoding, options.max_bytes)
        if not text.strip():
            raise InputError("the file holds no text; remove it or fill it")
        return [_Draft(_names(source), text, source.name, form, hashlib.sha256(data).hexdigest(), {})]
    return []


def _tolerance(errors: str, skipped: list[str]) -> Callable[[object], AbstractContextManager]:
    """Contexts that put the place before an error, then raise it or note it."""

    @contextmanager
    def tolerated(place: object) -> Iterator[None]:
        try:
            yield
        except TextkitError as error:
            message = files.printable(str(error) if str(error).startswith(str(place)) else f"{place}: {error}")
            if errors == "raise":
                raise type(error)(message) from None
            skipped.append(message)

    return tolerated


def _warn(what: str, items: list[str]) -> None:
    if not items:
        return
    more = f" … and {len(items) - _SHOWN} more" if len(items) > _SHOWN else ""
    warnings.warn(f"{what}: {'; '.join(items[:_SHOWN])}{more}", InputWarning, stacklevel=4)


def _names(source: files.Source) -> tuple[str, ...]:
    name = PurePosixPath(source.name)
    return name.stem, name.with_suffix("").as_posix(), source.name


def _rows(source: files.Source, data: bytes, options: _Options) -> list[_Draft]:
    ending = source.file.suffix.lower()
    table = rows.read(data, ending, limit=options.max_bytes, encoding=options.encoding)
    rows.column(table, options.text_column)
    stem = PurePosixPath(source.name).stem
    again = [key for key, times in Counter(row.get("report", "") for row in table).items() if key and times > 1]
    if again:
        raise InputError(f"report {again[0]!r} stands twice in the column 'report'; make it unique")
    drafts = []
    for number, row in enumerate(table, start=1):
        with options.tolerated(f"{source.file}, row {number}"):
            text = row.get(options.text_column, "")
            wrong = CONTROL.search(text)
            if wrong or not text.strip():
                raise InputError(f"character {wrong.start()} is no text" if wrong else "no text in this row")
            given = {name: CONTROL.sub("", cell) for name, cell in row.items() if name != options.text_column}
            key = given.pop("report", "") or f"{stem}-{number:04}"
            place = f"{source.name}#{number}"
            digest = hashlib.sha256(text.encode()).hexdigest()
            drafts.append(_Draft((key, f"{stem}/{key}", place), text, place, ending[1:], digest, given))
    return drafts


def _identify(choices: list[tuple[str, ...]]) -> list[str]:
    """The shortest names that tell the reports apart; only those that clash become longer."""
    names = [shortest for shortest, *_ in choices]
    for longer in range(1, 3):
        times = Counter(names)
        names = [choice[longer] if times[name] > 1 else name for choice, name in zip(choices, names, strict=True)]
    taken: dict[str, None] = {}
    for name in names:  # the same relative path may stand below two folders
        others = (f"{name}~{number}" for number in count(2))
        taken[name if name not in taken else next(other for other in others if other not in taken)] = None
    return list(taken)


def _sidecar(sources: list[files.Source], max_bytes: int) -> dict[str, rows.Row]:
    """Rows of all sidecars by report."""
    found: dict[str, rows.Row] = {}
    for root in sorted({source.root for source in sources if source.root is not None}):
        file = root / files.SIDECAR
        if not file.exists() or file in files.results(root):
            continue
        with _tolerance("raise", [])(file):
            table = rows.read(files.content(files.Source(file, file.name, root), max_bytes), ".csv", limit=max_bytes)
            table = [row for row in table if any(row.values())]  # a spreadsheet leaves rows of nothing
            if table:
                rows.column(table, "report")
            for row in table:
                if row["report"] in found:
                    raise InputError(f"report {row['report']!r} stands twice; make it unique")
                _year(row.get("year", ""), row["report"])
                found[row["report"]] = row
    return found


def _frame(read: list[tuple[str, _Draft]], sidecar: dict[str, rows.Row]) -> pd.DataFrame:
    firsts: dict[str, str] = {}
    own = frames.columns("reports")
    made: list[dict[str, Any]] = []
    for name, draft in sorted(read):
        row: dict[str, Any] = dict(inference.infer(draft.text))
        for given in (draft.given, sidecar.get(name, {})):
            row |= {key: cell for key, cell in given.items() if cell and (key in row or key not in own)}
        row |= {key: value for key, value in draft._asdict().items() if key in own}
        first = firsts.setdefault(draft.text, name)
        row |= {"report": name, "chars": len(draft.text), "duplicate_of": "" if first == name else first}
        made.append(row | {"year": _year(str(row["year"] or ""), name)})
    frame = frames.make("reports", pd.DataFrame(made, columns=own))
    said = [*(draft.given for _, draft in read), *sidecar.values()]
    for extra in dict.fromkeys(key for row in said for key in row if key and key not in own):
        frame[extra] = pd.array([row.get(extra, "") for row in made], dtype="str")
    return frame


def _keyed(sidecar: dict[str, rows.Row], names: list[str], sources: list[str]) -> dict[str, rows.Row]:
    """Rows by report, where a key may also be the name of a file that only one report has; what fits none is said."""
    if not sidecar:
        return {}
    files_of: dict[str, list[str]] = {}
    for name, source in zip(names, sources, strict=True):
        for file in {source, PurePosixPath(source).name}:
            files_of.setdefault(file, []).append(name)
    found: dict[str, rows.Row] = {}
    known = set(names)
    for key, row in sidecar.items():
        owners = files_of.get(key, [])
        free = key not in known and len(owners) == 1 and owners[0] not in sidecar and owners[0] not in found
        found[owners[0] if free else key] = row
    _warn(f"{files.SIDECAR} names reports that are not here", sorted(found.keys() - known))
    _warn(f"{files.SIDECAR} lacks reports", sorted(known - found.keys()))
    return found


def _year(year: str, name: str) -> int | None:
    if not year:
        return None
    match = re.fullmatch(r"\s*(\d{4})\s*(?:\.0+|年度?)?\s*", year)
    if match is None:
        raise InputError(f"report {name!r}: the year {year!r} is none; write it as 2022")
    return int(match[1])
