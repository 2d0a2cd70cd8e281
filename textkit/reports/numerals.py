"""Whole numbers as Word writes them before a paragraph: ECMA-376 part 1, 17.18.59 (ST_NumberFormat)."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"),
    (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip
_FULL_WIDTH = {ord("0") + i: 0xFF10 + i for i in range(10)}


def write(number: int, style: str) -> str:
    """The number in one of Word's formats; in decimal where the format is unknown or ends before it.

    >>> [write(25, style) for style in ("chineseCounting", "lowerRoman", "upperLetter", "decimalFullWidth")]
    ['二十五', 'xxv', 'Y', '２５']
    >>> write(3, "decimalEnclosedCircle"), write(60, "decimalEnclosedCircle"), write(3, "none")
    ('③', '60', '')
    """
    form = _FORMS.get(style)
    return (form(number) if form and number >= 0 else "") or ("" if style == "none" else str(number))


def read(text: Any, default: int) -> int:
    """A whole number as attributes of pages and Word files hold it, or the default.

    >>> read("-3", 1), read("3.5", 1), read(None, 1)
    (-3, 1, 1)
    """
    return int(text) if re.fullmatch(r"[+-]?[0-9]{1,9}", str(text)) else default


def _counting(number: int, digits: str = "零一二三四五六七八九", units: str = "千百十") -> str:
    """Numeral with units, as one says it: 一百零五, and 十 for 一十."""
    if not 0 < number < 10_000:
        return ""
    said = [digits[int(d)] + unit * (d != "0") for d, unit in zip(f"{number:04}", [*units, ""], strict=True)]
    return re.sub("^一十", "十", re.sub("零+", "零", "".join(said)).strip("零"))


def _digital(number: int) -> str:
    return "".join("〇一二三四五六七八九"[int(digit)] for digit in str(number))


def _up_to_ninety_nine(number: int) -> str:
    return _counting(number) if number < 100 else _digital(number)


def _japanese(number: int) -> str:
    """Like Chinese, without 零, and with bare units: 百五."""
    return re.sub("零|一(?=[十百千])", "", _counting(number))


def _roman(number: int) -> str:
    text = ""
    for value, letters in _ROMAN if number < 10_000 else ():
        text += letters * (number // value)
        number %= value
    return text


def _letter(number: int) -> str:
    """A … Z, AA, BB …: the letter repeats."""
    return chr(ord("A") + (number - 1) % 26) * ((number - 1) // 26 + 1) if 0 < number <= 780 else ""


def _from(symbols: str) -> Callable[[int], str]:
    return lambda number: symbols[number - 1] if 0 < number <= len(symbols) else ""


def _row(first: str, length: int) -> Callable[[int], str]:
    """Signs that follow each other in Unicode."""
    return _from("".join(chr(ord(first) + i) for i in range(length)))


_FORMS: dict[str, Callable[[int], str]] = {
    "decimalZero": lambda number: f"{number:02}",
    **dict.fromkeys(("decimalFullWidth", "decimalFullWidth2"), lambda number: str(number).translate(_FULL_WIDTH)),
    "numberInDash": lambda number: f"- {number} -",
    **dict.fromkeys(("decimalEnclosedCircle", "decimalEnclosedCircleChinese"), _row("①", 20)),
    "decimalEnclosedFullstop": _row("⒈", 20),
    "decimalEnclosedParen": _row("⑴", 20),
    "ideographEnclosedCircle": _row("㊀", 10),
    "ideographTraditional": _from("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _from("子丑寅卯辰巳午未申酉戌亥"),
    **dict.fromkeys(("chineseCounting", "taiwaneseCounting"), _up_to_ninety_nine),
    **dict.fromkeys(("chineseCountingThousand", "taiwaneseCountingThousand"), _counting),
    "japaneseCounting": _japanese,
    **dict.fromkeys(("ideographDigital", "taiwaneseDigital", "japaneseDigitalTenThousand"), _digital),
    "chineseLegalSimplified": partial(_counting, digits="零壹贰叁肆伍陆柒捌玖", units="仟佰拾"),
    "ideographLegalTraditional": partial(_counting, digits="零壹貳參肆伍陸柒捌玖", units="仟佰拾"),
    "upperRoman": _roman,
    "lowerRoman": lambda number: _roman(number).lower(),
    "upperLetter": _letter,
    "lowerLetter": lambda number: _letter(number).lower(),
}
