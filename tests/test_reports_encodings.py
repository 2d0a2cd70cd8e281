"""Any Chinese text is read back exactly, or refused: never something else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textkit import reports
from textkit.errors import InputError

from .conftest import official_corpus

ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "gbk", "cp950", "utf-16", "utf-16-le", "utf-16-be")
SIMPLIFIED = "".join(map(chr, range(0x4E00, 0x9FA6))).encode("gb2312", "ignore").decode("gb2312")
TRADITIONAL = "".join(map(chr, range(0x4E00, 0x9FA6))).encode("cp950", "ignore").decode("cp950")
MARKS = "，。、；：？！（）《》“”　\n 1２a"


def encodable(text, encoding):
    return text.encode(encoding, "ignore").decode(encoding)


def exact_or_refused(text, encoding):
    try:
        return reports.decode(text.encode(encoding))[0] == text
    except InputError:
        return None


PROSE = [
    "一、存在的问题。理论学习不够深入，联系实际不够紧密。",
    "1. 為民服務的意識有所淡化，對群眾關心的問題研究不夠。",
    "政府办副主任２０２２年度民主生活会“六个带头”个人对照检查材料",
]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("text", PROSE)
def test_one_sentence_is_enough(text, encoding):
    text = encodable(text, encoding)
    assert exact_or_refused(text, encoding)


@given(st.lists(st.sampled_from(PROSE), min_size=1), st.text(SIMPLIFIED + MARKS), st.sampled_from(ENCODINGS))
def test_prose_with_anything_in_it_comes_back(prose, rare, encoding):
    text = encodable("".join(prose) + rare, encoding)
    assert exact_or_refused(text, encoding) is not False


def test_every_hanzi_and_every_pair_of_some_comes_back_or_is_refused():
    for encoding in ("gb18030", "cp950", "utf-16-le", "utf-8"):
        for char in encodable(SIMPLIFIED + TRADITIONAL, encoding):
            assert exact_or_refused(f"{char}，{char}不", encoding) is not False, char


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_official_corpus_comes_back(encoding):
    files = official_corpus()
    if not files:
        pytest.skip("the official documents are not on this machine")
    for file in files:
        whole = encodable(file.read_bytes().decode("utf-8"), encoding)
        paragraphs = [line for line in whole.split("\n") if len(line) >= 60][:20]
        for text in (whole, *paragraphs):
            assert exact_or_refused(text, encoding), (file.name, text[:40])


@pytest.mark.parametrize(
    ("data", "offset", "encoding"),
    [
        ("理论学习不够".encode("gbk") + b"\xff" + "学习".encode("gbk"), 12, "gb18030"),
        ("理论学习不够".encode() + b"\xff\xff\xff", 18, "utf-8"),
        (b"\xef\xbb\xbf" + "理论".encode() + b"\xff", 9, "utf-8-sig"),
        ("党性\x01".encode(), 6, "utf-8"),
        (b"\xff\xfe" + "党性".encode("utf-16-le") + b"\x00", 6, "utf-16"),
    ],
)
def test_the_first_wrong_byte_is_named(tmp_path, data, offset, encoding):
    (tmp_path / "a.txt").write_bytes(data)
    why = "the control character U\\+0001" if b"\x01" in data else "undecodable"
    with pytest.raises(InputError, match=rf"a\.txt: .*byte {offset} is {why} as {encoding}"):
        reports.read(tmp_path)


@pytest.mark.parametrize("text", ["党性修", *PROSE, PROSE[0] * 300])
def test_utf8_that_breaks_off_is_called_so(text):
    data, last = text.encode(), len(text[:-1].encode())
    for cut in range(last + 1, len(data)):
        with pytest.raises(InputError, match=f"UTF-8, broken at byte {last} "):
            reports.decode(data[:cut])
    for nuls in (1, 2, 512):
        with pytest.raises(InputError, match=rf"UTF-8, broken at byte {len(data)} \(a NUL byte\)"):
            reports.decode(data + bytes(nuls))


def test_utf8_that_breaks_within_is_called_so():
    data = PROSE[0].encode()
    for place in (b"\x00", b"\xff", b"\xe5a"):
        with pytest.raises(InputError, match=f"UTF-8, broken at byte {len(data)} "):
            reports.decode(data + place + data)


@pytest.mark.parametrize("char", ["\x00", "\x07", "\x1b", "\x7f", "\x80", "\x9f", "\ufffe", "\uffff"])
def test_no_control_characters_come_out(char):
    with pytest.raises(InputError):
        reports.decode(f"理论学习{char}不够".encode())


def test_white_space_is_text():
    text = "一、\t问题\r\n\f\v（一）\x85学习\u3000不够\u2028。"
    assert reports.decode(text.encode())[0] == text


def test_what_the_bytes_leave_open_can_be_said(tmp_path):
    (tmp_path / "a.txt").write_bytes("牢".encode("cp950"))
    with pytest.raises(InputError, match="too little text to tell"):
        reports.read(tmp_path)
    assert reports.read(tmp_path, encoding="big5")["text"].item() == "牢"
    for name in ("big6", "undefined", "base64"):
        with pytest.raises(InputError, match=f"unknown encoding '{name}'"):
            reports.read(tmp_path, encoding=name)


def test_other_languages_do_not_become_chinese():
    for text, encoding in [("Сегодня мы читаем отчёт", "cp1251"), ("学習が足りないという問題", "shift_jis")]:
        with pytest.raises(InputError):
            reports.decode((text * 20).encode(encoding))
    assert reports.decode(b"The report, read by all.\n")[0] == "The report, read by all.\n"
