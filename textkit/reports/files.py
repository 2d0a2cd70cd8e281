"""Which files are meant by a path, a folder or a pattern; and their bytes, opened with care."""

import glob
import os
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from textkit.errors import InputError

PROSE = (".txt", ".md")
WORD = (".docx", ".docm", ".doc", ".wps", ".rtf")
PAGES = (".html", ".htm")
TABLES = (".csv", ".jsonl", ".parquet", ".xlsx")
DOCUMENTS = (*PROSE, *WORD, ".pdf", *PAGES)
SIDECAR = "metadata.csv"
"""The file in a folder that says more about its reports."""
LEDGER = ".textkit"
"""The file in a folder that names what a run wrote there: results are no reports."""

_KINDS = ".txt, .md, .docx, .doc, .wps, .rtf, .pdf, .html"
_MAGIC = re.compile(r"[*?\[]")
_UNREAD = re.compile("[\ud800-\udfff]")  # bytes of a name, and other halves of letters
_LEFT_BEHIND = ("~$", ".")  # by Word while a file is open; what systems and editors hide


class Source(NamedTuple):
    """A file, its name below the folder that was asked for, and that folder (None for a file named itself)."""

    file: Path
    name: str
    root: Path | None


def find(paths: Iterable[str | os.PathLike], apart: Iterable[str | os.PathLike] = ()) -> list[Source]:
    """Each file once, in a stable order, but for those ``apart`` and what lies in folders that are."""
    left = tuple(os.path.join(os.path.abspath(one), "") for one in apart)
    found = {os.path.abspath(source.file): source for path in paths for source in _expand(os.fspath(path))}
    kept = [source for path, source in found.items() if not os.path.join(path, "").startswith(left)]
    if not kept:
        wanted = "no path given" if not found else "nothing but what is written here"
        raise InputError(f"{wanted}; name a file, a folder or a pattern such as 'reports/*.docx'")
    return kept


def _expand(name: str) -> Iterator[Source]:
    path = Path(name)
    if path.is_file():
        if path.suffix.lower() not in (*DOCUMENTS, *TABLES):
            kind = path.suffix or "files without ending"
            raise InputError(f"{path}: cannot read {kind}; save the report as one of {_KINDS}")
        yield Source(path, printable(path.name), None)
        return
    if path.is_dir():
        root, files, endings = path, _below(path), tuple(DOCUMENTS)
    elif _MAGIC.search(name):
        parts = path.parts
        root = Path(*parts[: next(i for i, part in enumerate(parts) if _MAGIC.search(part))])
        files, endings = (Path(one) for one in glob.iglob(name, recursive=True)), (*DOCUMENTS, *TABLES)
    else:
        raise InputError(f"{path}: no such file or folder; check the path")
    written = cache(results)
    meant = sorted(file for file in files if _meant(file, endings) and file not in written(file.parent))
    if not meant:
        raise InputError(f"{path}: no report here ({_KINDS}); put them there or name another place")
    yield from (Source(file, printable(Path(os.path.relpath(file, root)).as_posix()), root) for file in meant)


def results(folder: Path) -> list[Path]:
    """What a run wrote into a folder; a name out of its ledger is taken for nothing but a file in it.

    But for a sidecar that a reader put in the place of the table of its name.

    >>> results(Path("no/folder"))
    []
    """
    ledger = folder / LEDGER
    names = ledger.read_text("utf-8").split("\n") if ledger.is_file() else []
    found = [folder / name for name in names if Path(name).name == name and (folder / name).is_file()]
    return [file for file in found if file.name != SIDECAR or _is_table(file)]


def _is_table(sidecar: Path) -> bool:
    with sidecar.open("rb") as file:
        return file.readline().startswith("\ufeffreport,field,value,".encode())


def _below(folder: Path) -> Iterator[Path]:
    """Files below a folder; and folders that cannot be entered or are links, since reading them says why not."""
    closed: list[Path] = []
    for place, folders, names in os.walk(folder, onerror=lambda error: closed.append(Path(error.filename))):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(place) / name for name in names)
        yield from (Path(place) / name for name in folders if (Path(place) / name).is_symlink())
    yield from closed


def _meant(file: Path, endings: tuple[str, ...]) -> bool:
    if file.is_dir():
        return file.is_symlink() or not os.access(file, os.R_OK | os.X_OK)
    return file.suffix.lower() in endings and not file.name.startswith(_LEFT_BEHIND) and file.name != SIDECAR


def printable(name: str) -> str:
    r"""File names may be in another encoding than the system's: a mark for each byte that cannot be read.

    >>> printable("报告\udcb1\ud800.txt")
    '报告��.txt'
    """
    return _UNREAD.sub("\ufffd", name)


def content(source: Source, max_bytes: int) -> bytes:
    """The bytes of a regular file that lies where it was asked for and is not too large."""
    file, root = source.file, source.root
    if root is not None and not file.resolve().is_relative_to(root.resolve()):
        raise InputError(f"{file}: a link that leads out of {root}; copy the file there, or name it itself")
    if file.is_dir():
        what = "a link to another folder in it" if file.is_symlink() else "a folder that cannot be opened"
        raise InputError(f"{file}: {what}; name it itself, or check its permissions")
    if not file.is_file():
        raise InputError(f"{file}: not a regular file; remove it or name others")
    try:
        with open(file, "rb") as stream:
            data = stream.read(max_bytes + 1)
    except OSError as error:
        raise InputError(f"{file}: cannot be opened ({error.strerror}); check its permissions") from None
    if len(data) > max_bytes:
        raise InputError(f"{file}: larger than {max_bytes:,} bytes; split it or raise max_bytes")
    return data
