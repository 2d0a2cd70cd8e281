"""Whole numbers as Word writes them before a paragraph: ECMA-376 part 1, 17.18.59 (ST_NumberFormat)."""

from collections.abc import Callable

_DIGITS = "〇一二三四五六七八九"
_FORMAL = "零壹贰叁肆伍陆柒捌玖"
_FORMAL_TRADITIONAL = "零壹貳參肆伍陸柒捌玖"
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


def _counting(number: int, *, digits: str = _DIGITS, units: str = "十百千", ten: str = "十") -> str:
    """Numeral with units, as one says it: 一百零五; ``ten`` is what ten itself begins with."""
    if not 0 < number < 10_000:
        return ""
    parts: list[str] = []
    gap = False
    for power in (3, 2, 1, 0):
        digit = number // 10**power % 10
        if digit:
            parts.append(("零" if gap and parts else "") + digits[digit] + ("" if power == 0 else units[power - 1]))
        gap = not digit
    text = "".join(parts)
    return text[1:] if 10 <= number < 20 and text[1] == ten else text


def _digital(number: int) -> str:
    return "".join(_DIGITS[int(digit)] for digit in str(number))


def _up_to_ninety_nine(number: int) -> str:
    return _counting(number) if number < 100 else _digital(number)


def _japanese(number: int) -> str:
    """Like Chinese, without 零, and with bare units: 百五."""
    text = _counting(number).replace("零", "")
    for unit in "十百千":
        text = text.replace("一" + unit, unit)
    return text


def _formal(number: int) -> str:
    return _counting(number, digits=_FORMAL, units="拾佰仟", ten="")


def _formal_traditional(number: int) -> str:
    return _counting(number, digits=_FORMAL_TRADITIONAL, units="拾佰仟", ten="")


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
    """A row of signs, which ends where it ends."""
    return lambda number: symbols[number - 1] if 0 < number <= len(symbols) else ""


def _row(first: str, length: int) -> Callable[[int], str]:
    return _from("".join(chr(ord(first) + i) for i in range(length)))


_FORMS: dict[str, Callable[[int], str]] = {
    "decimalZero": lambda number: f"{number:02}",
    "decimalFullWidth": lambda number: str(number).translate(_FULL_WIDTH),
    "decimalFullWidth2": lambda number: str(number).translate(_FULL_WIDTH),
    "numberInDash": lambda number: f"- {number} -",
    "decimalEnclosedCircle": _row("①", 20),
    "decimalEnclosedCircleChinese": _row("①", 20),
    "decimalEnclosedFullstop": _row("⒈", 20),
    "decimalEnclosedParen": _row("⑴", 20),
    "ideographEnclosedCircle": _row("㊀", 10),
    "ideographTraditional": _from("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _from("子丑寅卯辰巳午未申酉戌亥"),
    "chineseCounting": _up_to_ninety_nine,
    "taiwaneseCounting": _up_to_ninety_nine,
    "chineseCountingThousand": _counting,
    "taiwaneseCountingThousand": _counting,
    "japaneseCounting": _japanese,
    "ideographDigital": _digital,
    "taiwaneseDigital": _digital,
    "japaneseDigitalTenThousand": _digital,
    "chineseLegalSimplified": _formal,
    "ideographLegalTraditional": _formal_traditional,
    "upperRoman": _roman,
    "lowerRoman": lambda number: _roman(number).lower(),
    "upperLetter": _letter,
    "lowerLetter": lambda number: _letter(number).lower(),
}
