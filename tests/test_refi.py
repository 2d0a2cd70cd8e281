"""Exchange with other programs: what is written validates, comes back the same, and nothing hostile gets in."""

import xml.etree.ElementTree as ET
import zipfile

import pandas as pd
import pytest

from textkit import codes, frames
from textkit.errors import FrameError, InputError

from .conftest import GOLDEN

BOOKS = [codes.read_codebook(name) for name in codes.BUILTIN]


@pytest.fixture(scope="module")
def coded(points):
    return pd.concat([codes.apply(points, book) for book in BOOKS], ignore_index=True)


@pytest.fixture
def project(coded, samples, tmp_path):
    return codes.to_refi(tmp_path / "samples.qdpx", BOOKS, coded, samples)


def valid(data, namespace):
    etree = pytest.importorskip("lxml.etree")
    text = (GOLDEN / "refi.xsd").read_text("utf-8").replace("urn:QDA-XML:project:1.0", namespace)
    if "codebook" in namespace:
        text = text.replace("</xsd:schema>", '<xsd:element name="CodeBook" type="Book"/>' + BOOK + "</xsd:schema>")
    etree.XMLSchema(etree.fromstring(text.encode())).assertValid(etree.fromstring(data))


BOOK = """<xsd:complexType name="Book"><xsd:complexContent><xsd:extension base="CodeBook">
<xsd:attribute name="origin" type="xsd:string"/></xsd:extension></xsd:complexContent></xsd:complexType>"""


def test_what_is_written_validates(project, tmp_path):
    with zipfile.ZipFile(project) as archive:
        valid(archive.read("project.qde"), "urn:QDA-XML:project:1.0")
    valid(codes.to_refi(tmp_path / "a.qdc", BOOKS).read_bytes(), "urn:QDA-XML:codebook:1.0")


def test_identifiers_are_unique_and_references_hold(project):
    with zipfile.ZipFile(project) as archive:
        root = ET.fromstring(archive.read("project.qde"))  # noqa: S314 - our own
        names = set(archive.namelist())
    guids = [element.get("guid") for element in root.iter() if element.get("guid")]
    assert len(guids) == len(set(guids))
    for element in root.iter():
        target = element.get("targetGUID")
        assert target is None or target in guids
        path = element.get("plainTextPath")
        assert path is None or path.replace("internal://", "Sources/") in names


def test_another_program_finds_what_it_needs(project, samples, coded):
    """QualCoder fails on a source or selection without a date, and cuts the text from Sources by position."""
    space, texts = "{urn:QDA-XML:project:1.0}", samples.set_index("report")["text"]
    with zipfile.ZipFile(project) as archive:
        root = ET.fromstring(archive.read("project.qde"))  # noqa: S314 - our own
        said = set()
        for source in root.iter(f"{space}TextSource"):
            text = archive.read(source.get("plainTextPath").replace("internal://", "Sources/")).decode()
            assert len(text) == len(texts[source.get("name")])
            for selection in source.iter(f"{space}PlainTextSelection"):
                said.add(text[int(selection.get("startPosition")) : int(selection.get("endPosition"))])
    for name in ("TextSource", "PlainTextSelection", "Coding"):
        assert {element.get("creationDateTime") for element in root.iter(space + name)} == {"2000-01-01T00:00:00Z"}
    assert said == set(coded.query("end > start")["evidence"])


def test_the_same_bytes_twice(project, coded, samples, tmp_path):
    first = project.read_bytes()
    assert codes.to_refi(tmp_path / "samples.qdpx", BOOKS, coded, samples).read_bytes() == first


def test_spans_and_codes_come_back(project, coded, points):
    found = codes.from_refi(project)
    sent = coded[coded["end"] > coded["start"]]
    key = ["report", "code", "start", "end", "evidence"]
    assert sorted(map(tuple, found[key].to_numpy())) == sorted(map(tuple, sent[key].to_numpy()))
    back = codes.place(found, points)
    pairs = ["report", "point", "code", "evidence"]
    assert sorted(map(tuple, back[pairs].to_numpy())) == sorted(map(tuple, sent[pairs].to_numpy()))
    assert (back.groupby(["report", "point"])["primary"].sum() == 1).all()


def test_whole_points_can_be_marked(coded, samples, points, tmp_path):
    found = codes.from_refi(codes.to_refi(tmp_path / "a.qdpx", BOOKS, coded, samples, points))
    assert len(found) == len(coded)
    assert set(found["evidence"]) <= set(points["text"])


def test_line_ends_of_two_characters_move_nothing(tmp_path):
    text = "一、问题\r\n学习不够\r走访少"
    rows = [
        ("a", 1, "problems", "theory", True, 4.0, "学习", 6, 8, ""),
        ("a", 1, "problems", "x", False, 4.0, "走", 11, 12, ""),
    ]
    reports = pd.DataFrame({"report": ["a"], "text": [text]})
    found = codes.from_refi(
        codes.to_refi(tmp_path / "a.qdpx", [BOOKS[1]._replace(codes=more())], frames.make("codes", rows), reports)
    )
    assert found["evidence"].tolist() == ["学习", "走"]


def more():
    extra = BOOKS[1].codes.iloc[[0]].assign(code="x", zh='<&\x01"')
    return pd.concat([BOOKS[1].codes, extra], ignore_index=True)


def archive(path, qde, **files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in {"project.qde": qde, **files}.items():
            target.writestr(name, data)
    return path


QDE = """<?xml version="1.0" encoding="utf-8"?>
<Project xmlns="urn:QDA-XML:project:1.0" name="p" origin="QualCoder"><Users><User guid="U" name="Li"/></Users>
<CodeBook><Codes><Code guid="a" name="群众 观念" isCodable="true"/></Codes></CodeBook><Sources>
<TextSource guid="s" name="r" plainTextPath="{path}" creatingUser="u">
<PlainTextSelection guid="p" startPosition="{start}" endPosition="3" creatingUser="u">
<Coding guid="c" creatingUser="u"><CodeRef targetGUID="{code}"/></Coding>
</PlainTextSelection></TextSource></Sources></Project>"""


def qde(path="internal://s.txt", start="1", code="A"):
    return QDE.format(path=path, start=start, code=code)


@pytest.mark.parametrize("folder", ["sources/s.txt", "Sources/s.txt", "sources\\s.txt"])
def test_projects_of_other_programs_are_read(folder, tmp_path):
    path = archive(tmp_path / "a.qdpx", qde(), **{folder: "\ufeff群众少。".encode()})
    assert codes.from_refi(path).to_numpy().tolist() == [["r", "群众 观念", 1, 3, "众少", "Li"]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (qde(path="internal://../../etc/passwd"), "is not in it"),
        (qde(path="absolute:///etc/passwd"), "is outside the project"),
        (qde(path="relative://s.txt"), "is outside the project"),
        (qde(start="-1"), "startPosition '-1' is no place"),
        (qde(start="9" * 5000), "is no place"),
        (qde(start="9"), "startPosition '9' is no place"),
        (qde(code="B"), "code B, which the codebook lacks"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "declares a document type"),
        ('<!DocType a SYSTEM "file:///etc/passwd"><a/>', "declares a document type"),
        ('<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a><a/>'.encode("utf-16"), "is not UTF-8"),
        ("<a>", "is no XML"),
    ],
)
def test_hostile_projects_are_refused(text, message, tmp_path):
    with pytest.raises(InputError, match=message):
        codes.from_refi(archive(tmp_path / "a.qdpx", text, **{"sources/s.txt": "群众少。"}))


def test_a_zip_bomb_is_not_unpacked(tmp_path):
    path = archive(tmp_path / "a.qdpx", qde(), **{"sources/s.txt": bytes(210_000_000)})
    assert path.stat().st_size < 1_000_000
    with pytest.raises(InputError, match="more than 200 MB when unpacked"):
        codes.from_refi(path)


def test_what_is_no_project_is_said(tmp_path, points):
    (tmp_path / "a.qdpx").write_text("no zip")
    for name in ("a.qdpx", "none.qdpx"):
        with pytest.raises(InputError, match=r"no \.qdpx that can be read"):
            codes.from_refi(tmp_path / name)
    with pytest.raises(InputError, match=r"give \.qdc for codebooks"):
        codes.to_refi(tmp_path / "a.qdpx", BOOKS)
    elsewhere = frames.make("codings", [(points["report"].iloc[0], "x", 0, 2, "没有", "")])
    with pytest.raises(FrameError, match="is not in a point"):
        codes.place(elsewhere, points)


def test_a_code_that_no_codebook_has_is_said(tmp_path):
    """It would be a reference to nothing, and other programs refuse the project."""
    reports = pd.DataFrame({"report": ["a"], "text": ["学习不够"]})
    for role, code in (("problems", "mine"), ("causes", "theory"), ("work", "theory")):
        coded = frames.make("codes", [("a", 1, role, code, True, 1.0, "学习", 0, 2, "")])
        with pytest.raises(FrameError, match=f"no codebook given has the code '{code}' for the part '{role}'"):
            codes.to_refi(tmp_path / "a.qdpx", BOOKS, coded, reports)


def test_two_codebooks_may_code_the_same_part(tmp_path):
    own = BOOKS[0]._replace(name="own", roles=("problems",), codes=BOOKS[0].codes.head(1).assign(code="mine"))
    coded = frames.make("codes", [("a", 1, "problems", "mine", True, 1.0, "学习", 0, 2, "")])
    path = codes.to_refi(tmp_path / "a.qdpx", [*BOOKS, own], coded, pd.DataFrame({"report": ["a"], "text": ["学习"]}))
    assert codes.from_refi(path)["code"].tolist() == ["mine"]
