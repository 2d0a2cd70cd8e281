"""Exchange with other programs: what is written validates, comes back the same, and nothing hostile gets in."""

import io
import re
import tempfile
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

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
        assert path is None or path.replace("internal://", "sources/") in names


def test_another_program_finds_what_it_needs(project, samples, coded):
    """QualCoder fails on a source or selection without a date, and cuts the text from its file by position."""
    space, texts = "{urn:QDA-XML:project:1.0}", samples.set_index("report")["text"]
    with zipfile.ZipFile(project) as archive:
        root = ET.fromstring(archive.read("project.qde"))  # noqa: S314 - our own
        said = set()
        for source in root.iter(f"{space}TextSource"):
            text = archive.read(source.get("plainTextPath").replace("internal://", "sources/")).decode()
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


@given(st.text(st.sampled_from("学习不够，😀𠮷\r\n\ufeff\t\x0b\x0c\x00\x85\u2028\ud800 <&]>"), min_size=1), st.data())
def test_whatever_is_in_a_text_moves_nothing(text, data):
    """Neither here nor in a program that takes U+FEFF for a mark of byte order, or makes one line's end of two."""
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    reports = pd.DataFrame({"report": ["a"], "text": pd.Series([text], dtype=object)})
    coded = frames.make("codes", [("a", 1, "problems", "theory", True, 4.0, "", start, end, "")])
    with tempfile.TemporaryDirectory() as folder:
        path = codes.to_refi(Path(folder) / "a.qdpx", BOOKS, coded, reports)
        found = codes.from_refi(path).iloc[0]
        with zipfile.ZipFile(path) as archive:
            name = next(name for name in archive.namelist() if name != "project.qde")
            there = io.TextIOWrapper(archive.open(name), "utf-8-sig").read()
    assert (found["start"], found["end"], len(there)) == (start, end, len(text))
    assert found["evidence"] == there[start:end]
    changed = {"\r": " \n", "\ufeff": "\u2060", "\ud800": "?"}
    assert all(one == other or other in changed[one] for one, other in zip(text, there, strict=True))


def test_programs_that_keep_one_code_of_a_name_keep_all(tmp_path):
    """QualCoder's table of codes has unique names, whatever the category: codings of the second code were lost."""
    book = BOOKS[0]._replace(codes=BOOKS[0].codes.assign(zh='<&\x01"'))
    for books in (BOOKS, [book, BOOKS[1]], BOOKS[:1]):
        root = ET.fromstring(codes.to_refi(tmp_path / "a.qdc", books).read_bytes())  # noqa: S314 - our own
        leaves = [code for code in root.iterfind(".//{*}Code") if code.get("isCodable") == "true"]
        assert len({code.get("name") for code in leaves}) == len(leaves) == sum(len(book.codes) for book in books)
        colours = {code.get("color") for code in leaves}
        assert len(colours) >= len(leaves) - 1  # what is left over has one in all codebooks
        assert all(re.fullmatch("#[0-9a-f]{6}", colour) for colour in colours)
    assert "other 其他 causes" not in {code.get("name") for code in leaves}


def test_codes_keep_their_ids_through_another_program(project, tmp_path):
    """It keeps names and memos, and makes its own identifiers; and people give codes other names."""
    sent = codes.from_refi(project)
    with zipfile.ZipFile(project) as source:
        files = {name: source.read(name) for name in source.namelist()}
    other = files.pop("project.qde").decode().replace('origin="textkit"', 'origin="QualCoder 4.0"')
    other = other.replace('name="theory ', 'name="Theorie ')
    guids = dict.fromkeys(re.findall('guid="(.{36})"', other))
    for i, guid in enumerate(guid for guid in guids if f"internal://{guid}.txt" not in other):
        other = other.replace(guid, f"{i:08d}-0000-4000-8000-000000000000")
    pd.testing.assert_frame_equal(codes.from_refi(archive(tmp_path / "b.qdpx", other, **files)), sent)
    unsaid = re.sub("\ntextkit: [^<]*", "", other)
    assert set(codes.from_refi(archive(tmp_path / "c.qdpx", unsaid, **files))["code"]) >= {"Theorie 理论学习"}


@pytest.mark.parametrize(("origin", "said"), [("QualCoder 3.6", "众少"), ("ATLAS.ti 24", "众少"), ("NVivo", "群众")])
def test_a_line_end_counts_as_the_program_counts(origin, said, tmp_path):
    """QualCoder writes two characters on Windows, ATLAS.ti always, and both count one; its .qde has another name."""
    text = qde(start="2").replace("QualCoder", origin).replace('"3"', '"4"')
    ends = (
        ("\r\n",) if origin == "NVivo" else ("\r\n", "\n", "\r\r\n")
    )  # the last is QualCoder's on Windows, for MAXQDA
    for end in ends:
        path = archive(tmp_path / "a.qdpx", None, **{"sources/s.txt": end + "群众少", "My project.qde": text})
        assert codes.from_refi(path)["evidence"].tolist() == [said]


ODD = {
    "astral": "一、😀𠮷问题\n学习𠮷不够😀走访少👨‍👩‍👧很少",
    "ends": "一、问题\r\n学习不够\r走访少\r\n\r\n再学习",
    "mark": "\ufeff一、问题\n学习不够\ufeff走访少",
    "blank": "\t一、问题\t\n\u3000\u3000学习不够\x0b\x0c走访少\x85\u2028学习\u2029学",
    "a/b.c 名:？*": "一、问题<b>&amp;\n学习\x00不够走访少",
}


def odd():
    """Texts that move what is behind them in other programs, and codings of two words and of both ends."""
    rows = []
    for report, text in ODD.items():
        spans = {(text.find(word), text.find(word) + len(word)) for word in ("学习", "走访少", text[:3], text[-2:])}
        for point, (start, end) in enumerate(sorted(spans)):
            said = text[start:end]
            rows.append((report, point, "problems", "theory", True, 1.0, said, start, end, ""))
            rows.append((report, point, "causes", "other", False, 1.0, said, start, end, ""))
            rows.append((report, point, "problems", "other", False, 1.0, said, start, end, ""))
    return frames.make("codes", rows), pd.DataFrame({"report": list(ODD), "text": list(ODD.values())})


def test_what_qualcoder_made_of_a_project_is_what_was_in_it():
    """Written from `odd`, read into its database by QualCoder's own code, changed there, and exported by it.

    A second coder, 李四, coded 1:3 of each text by a code of his own and wrote memos; *theory* had a new name; line
    ends were exported as for MAXQDA.
    """
    sent, reports = odd()
    found = codes.from_refi(GOLDEN / "qualcoder.qdpx")
    key = ["report", "start", "end", "code"]
    kept = found[found["coder"] == "textkit"]
    assert sorted(map(tuple, kept[key].to_numpy())) == sorted(map(tuple, sent[key].to_numpy()))
    texts = reports.set_index("report")["text"].str.replace("^\ufeff", "\u2060", regex=True)
    for row in found.itertuples():
        assert row.evidence.split() == texts[row.report][row.start : row.end].split()
    own = found[found["coder"] == "李四"]
    assert own[key].to_numpy().tolist() == [[report, 1, 3, '群众 <观念> & "我"'] for report in ODD]


def archive(path, qde, **files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in (({"project.qde": qde} if qde else {}) | files).items():
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
