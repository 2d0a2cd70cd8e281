import pytest
from hypothesis import given
from hypothesis import strategies as st

from textkit import hanzi


def chinese(n):
    """Numerals 1–999 as written in headings, made the other way round."""
    digits = "零一二三四五六七八九"
    hundreds, tens, ones = n // 100, n // 10 % 10, n % 10
    words = f"{digits[hundreds]}百" if hundreds else ""
    if tens:
        words += ("" if tens == 1 and not hundreds else digits[tens]) + "十"
    elif hundreds and ones:
        words += "零"
    return words + (digits[ones] if ones else "")


@given(st.integers(1, 999))
def test_number_reads_what_is_written(n):
    assert hanzi.number(chinese(n)) == n
    assert hanzi.number(str(n)) == n


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("〇", 0),
        ("两", 2),
        ("二〇二一", 2021),
        ("⑳", 20),
        ("１２", 12),
        ("", None),
        ("一是", None),
        ("第一", None),
        ("1.5", None),
    ],
)
def test_number_cases(numeral, value):
    assert hanzi.number(numeral) == value


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("“四个意识”", "四个意识"),
        ('"四个意识"', "四个意识"),
        ("四 个\u3000意\u200b识", "四个意识"),
        ("ＡＢ１２％", "AB12%"),
        ("（一），。；：！？", "（一），。；：！？"),
        ("『四』「个」〝意〞‘识’＂", "四个意识"),
        ("四\ufe0f个\u2060意\u00ad识\ufeff", "四个意识"),
        ("", ""),
    ],
)
def test_fold_cases(text, folded):
    assert hanzi.fold(text).text == folded


@given(st.text())
def test_fold_keeps_the_way_back(text):
    folded = hanzi.fold(text)
    assert len(folded.text) == len(folded.offsets)
    assert hanzi.fold(folded.text).text == folded.text
    for i, char in enumerate(folded.text):
        original = text[folded.offsets[i]]
        assert char in {hanzi.fold(original).text, original}  # an x among Latin letters is no mask
        start, end = folded.span(i, i + 1)
        assert start == folded.offsets[i]
        assert end == start + 1 or hanzi.fold(text[start:end]).text == "X"  # a mask leads back to all of it


@pytest.mark.parametrize(
    ("text", "folded", "offsets"),
    [
        ("成立xx周年", "成立X周年", [0, 1, 2, 4, 5]),
        ("十九届X中×会", "十九届X中X会", [0, 1, 2, 3, 4, 5, 6]),
        ("×× × 同志", "X同志", [0, 5, 6]),
        ("XXL与excel", "XXL与excel", list(range(9))),
    ],
)
def test_masks_are_one_however_long(text, folded, offsets):
    assert hanzi.fold(text).text == folded
    assert hanzi.fold(text).offsets.tolist() == offsets
