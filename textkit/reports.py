"""Files → reports frame: the only reader of corpus files.

`read` takes a file, a folder or a list of them and returns one row per report, its text decoded
and never altered. `decode` and `metadata` are the pure functions behind it. What a text does not
say of itself stays empty: nothing is guessed from file names.
"""

import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd

from textkit import frames, lines
from textkit.errors import InputError

SUFFIXES = (".txt", ".md")
"""Endings of the files that are read, in lower case."""

_OPENING_CHARS = 600
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\ufffe\uffff]")
_CHINESE = re.compile(r"[\u4e00-\u9fff\u3000-\u3002\uff01-\uff1f\n -~]")
_YEAR = re.compile(r"(?<!\d)(?:20|19)\d\d(?=\s*年度)|^\s*(?:20|19)\d\d(?=\s*年[，度])", re.MULTILINE)
_YEAR_IN_TITLE = re.compile(r"(?<!\d)(?:20|19)\d\d(?=\s*年)")
_THEME = re.compile(r"[一二三四五六七八九十\d]+个带头|(?<=对照)[“”\"]?[一二三四五六七八九十\d]+个(?:方面|对照)")
_OFFICE = "(?P<role>副?(?:书记|主任|局长|县长|市长|镇长|乡长|区长|部长|校长|院长|主席)|一把手)"
_ROLE_IN_TITLE = re.compile(rf"(?<!总){_OFFICE}")
_ROLE_IN_TEXT = re.compile(rf"(?:作为|身为|担任)[^，。；、]{{0,12}}?(?<!总){_OFFICE}")
_PERSON = re.compile(
    r"本人|(?<![^\s，。；、：“])我(?![们国局市县区镇乡省党校院委办街单部所站处])|个人(?=对照检查|剖析发言|发言)"
)
_TEAM = re.compile("领导班子|班子成员|我们?班子")


def read(path: str | os.PathLike | Iterable[str | os.PathLike]) -> pd.DataFrame:
    r"""Read reports from a file, a folder (with all below it) or a list of these.

    Parameters
    ----------
    path
        Files ending in .txt or .md, in UTF-8, UTF-16 or GB18030/GBK; folders are searched for
        them. A file named twice is read once.

    Returns
    -------
    DataFrame
        The *reports* table, sorted by report: ``report, title, year, author, role, theme, text,
        chars, source, encoding, sha256``. The id is the file name without its ending; where two
        files share it, the path below the folder.

    Raises
    ------
    InputError
        Path missing, nothing readable found, a file that is not text or is empty.

    >>> import tempfile, pathlib
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "a.txt").write_bytes("书记2022年度对照检查材料\n一、存在的问题".encode("gb18030"))
    >>> read(folder)[["report", "year", "role", "encoding"]].values.tolist()
    [['a', 2022, '书记', 'gb18030']]
    """
    found = list(dict.fromkeys(_files([path] if isinstance(path, str | os.PathLike) else path)))
    if not found:
        raise InputError("no path given; name a file or a folder with .txt or .md reports")
    rows = [_read_one(file, source) for file, source in found]
    names = _identify([source for _, source in found])
    frame = frames.make("reports", [(name, *row) for name, row in zip(names, rows, strict=True)])
    return frame.sort_values("report", ignore_index=True)


def _files(paths: Iterable[str | os.PathLike]) -> Iterator[tuple[Path, str]]:
    """Each file with its name below the folder that was asked for."""
    for path in map(Path, paths):
        if path.is_file():
            if path.suffix.lower() not in SUFFIXES:
                kind = path.suffix or "files without ending"
                raise InputError(f"{path}: cannot read {kind}; save the report as .txt (UTF-8) or .md")
            yield path.resolve(), path.name
        elif path.is_dir():
            below = sorted(_below(path))
            if not below:
                raise InputError(f"{path}: no .txt or .md file in this folder; put the reports there or name another")
            for file in below:
                yield file.resolve(), file.relative_to(path).as_posix()
        else:
            raise InputError(f"{path}: no such file or folder; check the path")


def _below(folder: Path) -> Iterator[Path]:
    def refuse(error: OSError) -> None:
        raise InputError(f"{error.filename}: cannot be opened ({error.strerror}); check its permissions") from None

    for place, _, names in os.walk(folder, onerror=refuse):
        yield from (Path(place) / name for name in names if Path(name).suffix.lower() in SUFFIXES)


def _identify(sources: list[str]) -> list[str]:
    """Stems where they are unique; else paths without ending; else whole paths."""
    for shorten in (lambda s: Path(s).stem, lambda s: str(Path(s).with_suffix("").as_posix()), str):
        names = [shorten(source) for source in sources]
        if len(set(names)) == len(names):
            return names
    seen: Counter[str] = Counter()
    unique = []
    for source in sources:  # the same relative path below two folders
        seen[source] += 1
        unique.append(source if seen[source] == 1 else f"{source}~{seen[source]}")
    return unique


def _read_one(file: Path, source: str) -> tuple:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise InputError(f"{file}: cannot be opened ({error.strerror}); check its permissions") from None
    try:
        text, encoding = decode(data)
    except InputError as error:
        raise InputError(f"{file}: {error}") from None
    if not text.strip():
        raise InputError(f"{file}: the file holds no text; remove it or fill it")
    digest = hashlib.sha256(data).hexdigest()
    return *metadata(text).values(), text, len(text), source, encoding, digest


def decode(data: bytes) -> tuple[str, str]:
    """Decode bytes strictly: byte-order mark, then UTF-16 by its zero bytes, UTF-8, GB18030.

    Returns the text and the name of the encoding.

    Raises
    ------
    InputError
        No encoding fits, or what comes out holds control characters: not a text.

    >>> decode("党性".encode("utf-16")), decode("党性".encode("gbk"))
    (('党性', 'utf-16'), ('党性', 'gb18030'))
    """
    for encoding in _candidates(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _CONTROL.search(text):
            return text, encoding
    raise InputError("not a text file in UTF-8, UTF-16 or GB18030; save it as UTF-8 text")


def _candidates(data: bytes) -> list[str]:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return [encoding]
    if b"\x00" in data:  # read in the wrong order, Chinese becomes a scatter over all planes
        orders = ("utf-16-le", "utf-16-be")
        return [max(orders, key=lambda order: len(_CHINESE.findall(data.decode(order, "ignore"))))]
    return ["utf-8", "gb18030"]


def metadata(text: str) -> dict:
    r"""What a report says of itself in its title and opening: title, year, author, role, theme.

    >>> metadata("党委副书记2023年“六个带头”发言\n我认真学习，现汇报如下。")
    {'title': '党委副书记2023年“六个带头”发言', 'year': 2023, 'author': '个人', 'role': '副书记', 'theme': '六个带头'}
    """
    span = lines.title(text)
    title = text[slice(*span)] if span else ""
    opening = text[:_OPENING_CHARS]
    year = _YEAR_IN_TITLE.search(title) or _YEAR.search(opening)
    theme = _THEME.search(opening)
    role = _ROLE_IN_TITLE.search(title) or _ROLE_IN_TEXT.search(text)
    return {
        "title": title,
        "year": int(year[0]) if year else None,
        "author": "个人" if _PERSON.search(opening) else "班子" if _TEAM.search(opening) else "",
        "role": role["role"] if role else "",
        "theme": theme[0].strip('“”"') if theme else "",
    }
