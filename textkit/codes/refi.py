"""Codebooks and coded reports in the exchange format of QualCoder, MAXQDA, NVivo, ATLAS.ti.

REFI-QDA 1.0 (www.qdasoftware.org, 2019): a ``.qdc`` is a codebook as XML, a ``.qdpx`` a zip of ``project.qde``
and the plain texts. Written are codes, texts, and spans with their codes, nothing else; identifiers are made from
names, so that the same tables give the same bytes. Read are the same things, with nothing unpacked to disk, sizes
limited, and no XML that declares a document type (entities).
"""

import colorsys
import re
import uuid
import xml.etree.ElementTree as ET
import zipfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from textkit import frames
from textkit.codes.codebook import Codebook
from textkit.codes.coding import adopt
from textkit.errors import FrameError, InputError

_CODEBOOK, _PROJECT = "urn:QDA-XML:codebook:1.0", "urn:QDA-XML:project:1.0"
_SPACE = uuid.UUID("6b0f7a52-3d64-5d0e-9a53-5f0d2c1c7a11")  # identifiers of textkit live here
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # what XML 1.0 cannot hold
_WHEN = "2000-01-01T00:00:00Z"  # no clock; QualCoder failed (2025) where no date stood
_OURS = re.compile(r"^textkit: [^/\n]*/(\S+)$", re.MULTILINE)  # a code's id, last in its memo, which others keep
_LIMIT = 200_000_000  # bytes read of one project


def to_refi(
    path: str | Path,
    codebooks: Sequence[Codebook],
    codes: pd.DataFrame | None = None,
    reports: pd.DataFrame | None = None,
    points: pd.DataFrame | None = None,
) -> Path:
    """Write codebooks (``path`` ends in .qdc), or reports with their codes (.qdpx); returns the path.

    For .qdpx, ``codes`` are what was coded, told apart by codebook through their ``role``, and ``reports`` the texts.
    Given ``points``, whole points are marked; else the evidence, and points without evidence not at all. Raises
    `InputError` for another ending, or .qdpx without codes and reports; `FrameError` for a code that none of the
    codebooks has for its part.

    >>> import tempfile
    >>> from textkit.codes import read_codebook
    >>> to_refi(Path(tempfile.mkdtemp()) / "causes.qdc", [read_codebook("causes")]).suffix
    '.qdc'
    """
    path = Path(path)
    if path.suffix == ".qdc":
        book = ET.Element("CodeBook", {"xmlns": _CODEBOOK, "origin": "textkit"})
        _codes(book, codebooks)
        path.write_bytes(_xml(book))
    elif path.suffix == ".qdpx" and codes is not None and reports is not None:
        _write_project(path, codebooks, _spans(codes, points), reports)
    else:
        raise InputError(f"{path}: give .qdc for codebooks, or .qdpx with codes and reports")
    return path


def _guid(*parts: object) -> str:
    return str(uuid.uuid5(_SPACE, "\0".join(map(str, parts)))).upper()


def _clean(text: str) -> str:
    return _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text)


def _codes(parent: ET.Element, codebooks: Sequence[Codebook]) -> None:
    top = ET.SubElement(parent, "Codes")
    labels = Counter(label for book in codebooks for label in book.codes["code"] + " " + book.codes["zh"])
    shades = [colorsys.hls_to_rgb(i / len(labels), 0.8 - i % 2 * 0.15, 0.7) for i in range(len(labels))]
    tints = {label: bytes(int(255 * part) for part in shade).hex() for label, shade in zip(labels, shades, strict=True)}
    for book in codebooks:
        name = _clean(book.title.get("zh", book.name))
        whole = ET.SubElement(top, "Code", guid=_guid("book", book.name), name=name, isCodable="false")
        ET.SubElement(whole, "Description").text = f"{book.name} {book.version}"
        for row in book.codes.itertuples(index=False):
            label = f"{row.code} {row.zh}"
            # QualCoder keeps one code of a name, in whatever category; and every codebook has an *other*.
            name = _clean(label if labels[label] == 1 else f"{label} {book.name}")
            about = {"guid": _guid("code", book.name, row.code), "name": name, "isCodable": "true"}
            code = ET.SubElement(whole, "Code", about, color="#" + tints[label])
            said = (row.en, row.definition, row.include, row.exclude, f"textkit: {book.name}/{row.code}")
            ET.SubElement(code, "Description").text = _clean("\n".join(filter(None, said)))


def _xml(root: ET.Element) -> bytes:
    ET.indent(root)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="utf-8") + b"\n"


def _spans(codes: pd.DataFrame, points: pd.DataFrame | None) -> pd.DataFrame:
    frames.require(codes, "codes", "report", "point", "role", "code", "start", "end")
    if points is None:
        return codes[codes["end"] > codes["start"]]
    spans = points.assign(end=points["start"] + points["text"].str.len())[["report", "point", "start", "end"]]
    return codes.drop(columns=["start", "end"]).merge(spans, on=["report", "point"])


def _write_project(path: Path, codebooks: Sequence[Codebook], spans: pd.DataFrame, reports: pd.DataFrame) -> None:
    frames.require(reports, "reports", "report", "text")
    by = {"creatingUser": (user := _guid("user")), "creationDateTime": _WHEN}
    about = {"xmlns": _PROJECT, "name": _clean(path.stem), "origin": "textkit", "creationDateTime": _WHEN}
    project = ET.Element("Project", about, creatingUserGUID=user)
    ET.SubElement(ET.SubElement(project, "Users"), "User", guid=user, name="textkit")
    _codes(ET.SubElement(project, "CodeBook"), codebooks)
    sources = ET.SubElement(project, "Sources")
    named = ((book.name, role, code) for book in codebooks[::-1] for role in book.roles for code in book.codes["code"])
    guids = {(role, code): _guid("code", book, code) for book, role, code in named}
    for role, code in sorted(set(zip(spans["role"], spans["code"], strict=True)) - set(guids), key=str):
        raise FrameError(f"codes: no codebook given has the code {code!r} for the part {role!r}; add it to one")
    texts, marked = {}, dict(list(spans.groupby("report")))
    for report, text in reports[["report", "text"]].itertuples(index=False, name=None):
        guid = _guid("source", report)
        # Programs differ in how they count a line's end of two characters, and U+FEFF that comes first; half a pair
        # has no UTF-8; and some find the folder only by its small name.
        plain = re.sub("^\ufeff", "\u2060", text.replace("\r\n", " \n").replace("\r", "\n"))
        texts[f"sources/{guid}.txt"] = plain.encode("utf-8", "replace")
        about = {"guid": guid, "name": _clean(report), "plainTextPath": f"internal://{guid}.txt"}
        source = ET.SubElement(sources, "TextSource", about | by)
        for row in marked.get(report, spans.head(0)).itertuples(index=False):
            key = row.report, row.point, row.code
            about = {"guid": _guid("selection", *key, row.start), "name": _clean(text[row.start : row.end][:40])}
            where = {"startPosition": str(row.start), "endPosition": str(row.end)}
            selection = ET.SubElement(source, "PlainTextSelection", about | by | where)
            coding = ET.SubElement(selection, "Coding", by, guid=_guid("coding", *key))
            ET.SubElement(coding, "CodeRef", targetGUID=guids[row.role, row.code])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {"project.qde": _xml(project), **texts}.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)


def from_refi(path: str | Path) -> pd.DataFrame:
    """Read the codings of plain texts from a .qdpx, made by textkit or by another program.

    Returns the *codings* table, one row per span and code. ``code`` is the id where textkit made the code, also after
    it went through another program, else its name; with points in hand, `place` makes a *codes* table of it. An
    `InputError` says if there is no such project, or it is too large, declares a document type, or refers to what it
    lacks.

    >>> from textkit.codes import read_codebook
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "a.qdpx"
    >>> codes = frames.make("codes", [("a", 1, "causes", "study", True, 4, "学习", 2, 4, "")])
    >>> _ = to_refi(path, [read_codebook("causes")], codes, pd.DataFrame({"report": ["a"], "text": ["一、学习"]}))
    >>> from_refi(path).values.tolist()
    [['a', 'study', 2, 4, '学习', 'textkit']]
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return _codings(_Archive(archive, str(path)))
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError) as error:
        raise InputError(f"{path}: no .qdpx that can be read ({error})") from None


class _Archive:
    """Members of a zip, read in memory, up to a limit in all."""

    def __init__(self, archive: zipfile.ZipFile, source: str) -> None:
        self.archive, self.source, self.left = archive, source, _LIMIT
        self.names = {name.replace("\\", "/").lower(): name for name in archive.namelist()}

    def read(self, name: str) -> str:
        if name.lower() not in self.names:
            raise InputError(f"{self.source}: {name} is not in it")
        with self.archive.open(self.names[name.lower()]) as member:
            data = member.read(self.left + 1)
        self.left -= len(data)
        if self.left < 0:
            raise InputError(f"{self.source}: more than {_LIMIT // 1_000_000} MB when unpacked; not read")
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise InputError(f"{self.source}: {name} is not UTF-8") from None


def _parsed(text: str, source: str) -> ET.Element:
    if "<!doctype" in text.lower():
        raise InputError(f"{source}: declares a document type, which REFI-QDA does not; not read")
    try:
        return ET.fromstring(text)  # noqa: S314 - without a document type there are no entities to expand
    except ET.ParseError as error:
        raise InputError(f"{source}: project.qde is no XML ({error})") from None


def _codings(archive: _Archive) -> pd.DataFrame:
    qde = next((name for name in archive.names if re.fullmatch(r"[^/]+\.qde", name)), "project.qde")
    root = _parsed(archive.read(qde), source := archive.source)
    one = re.search("qualcoder|atlas", root.get("origin", ""), re.IGNORECASE)
    ours = ((code, _OURS.search(code.findtext("{*}Description", ""))) for code in root.iterfind(".//{*}Code"))
    names = {code.get("guid", "").upper(): found[1] if found else code.get("name", "") for code, found in ours}
    users = {user.get("guid", "").upper(): user.get("name", "") for user in root.iterfind(".//{*}User")}
    rows = []
    for text_source in root.iterfind("{*}Sources/{*}TextSource"):
        text = _text(text_source, archive)
        text = re.sub(r"(?<!\r)\r+\n", "\n", text) if one else text  # to them it is one character, to others two
        for selection in text_source.iterfind("{*}PlainTextSelection"):
            start, end = (_position(selection, name, len(text), source) for name in ("startPosition", "endPosition"))
            for coding in selection.iterfind("{*}Coding"):
                target = next((ref.get("targetGUID", "").upper() for ref in coding.iterfind("{*}CodeRef")), "")
                if target not in names:
                    raise InputError(f"{source}: a coding refers to code {target}, which the codebook lacks")
                user = users.get((coding.get("creatingUser") or selection.get("creatingUser") or "").upper(), "")
                rows.append((text_source.get("name", ""), names[target], start, end, text[start:end], user))
    return frames.make("codings", rows)


def _text(source: ET.Element, archive: _Archive) -> str:
    content = source.find("{*}PlainTextContent")
    if content is not None:
        return content.text or ""
    path = source.get("plainTextPath", "")
    if not path.startswith("internal://"):
        raise InputError(f"{archive.source}: text {path!r} is outside the project; export it with its texts")
    return archive.read("sources/" + path.removeprefix("internal://"))


def _position(selection: ET.Element, name: str, size: int, source: str) -> int:
    value = selection.get(name, "")
    if not value.isdecimal() or len(value) > 12 or int(value) > size:
        raise InputError(f"{source}: {name} {value!r} is no place in the text")
    return int(value)


def place(codings: pd.DataFrame, points: pd.DataFrame) -> pd.DataFrame:
    """Codings of text spans → the points that they are in, as a *codes* table.

    A span counts for the point in which it begins; each point's longest span, then its first, is primary. A
    `FrameError` names a span that is in no point, or whose text is another than the point's.

    >>> points = frames.make("points", [("a", 1, "causes", "", 1, "", "学习不够", 2, 6, 1)])
    >>> codings = frames.make("codings", [("a", "study", 2, 4, "学习", "me")])
    >>> place(codings, points)[["point", "code", "primary", "evidence"]].values.tolist()
    [[1, 'study', True, '学习']]
    """
    frames.require(codings, "codings", "report", "code", "start", "end", "evidence")
    frames.require(points, "points", "report", "point", "role", "text", "start")
    rows = []
    for report, found in codings.groupby("report", sort=False):
        of = points[points["report"] == report].sort_values("start")
        at = of["start"].searchsorted(found["start"], side="right") - 1
        for span, i in zip(found.itertuples(index=False), at, strict=True):
            inside = 0 <= i < len(of) and span.start < of["start"].iloc[i] + len(of["text"].iloc[i])
            point = of.iloc[i] if inside else None
            said = "" if point is None else point["text"][span.start - point["start"] : span.end - point["start"]]
            if point is None or not "".join(span.evidence.split()).startswith("".join(said.split())):
                raise FrameError(f"codings: {report} {span.start}:{span.end} {span.evidence[:20]!r} is not in a point")
            rows.append((report, point["point"], span.code, span.start, span.start + len(said), -len(said)))
    key = ["report", "point"]
    table = pd.DataFrame(rows, columns=[*key, "code", "start", "end", "shortness"])
    table = table.sort_values([*key, "shortness", "start"], kind="stable").drop_duplicates([*key, "code"])
    return adopt(table.assign(primary=~table.duplicated(key)), points)
