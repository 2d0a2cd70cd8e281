"""Characters and numerals: what is known about Chinese writing without looking at any report.

Two pure functions on ``str``: `number` reads a numeral; `fold` makes a second view of a text in
which variants of a character are the same, with the way back to the original offsets. The
original is never changed. Nothing here knows words; `simple` knows the few traditional characters that headings need.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

import numpy as np

_DIGITS = {char: value for value, char in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_RANGES = {0x2460: 20, 0x2474: 20, 0x2488: 20, 0x3220: 10, 0x2776: 10}  # ① ⑴ ⒈ ㈠ ❶ and how many of each
_ENCLOSED = {chr(first + i): i + 1 for first, count in _RANGES.items() for i in range(count)}
NUMERALS = "".join(_DIGITS) + "".join(_UNITS)

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula; the full-width signs in some East Asian settings."""

# Full-width letters and digits become ASCII; Chinese punctuation keeps its width.
_WIDTHS = {c: c - 0xFEE0 for c in range(0xFF01, 0xFF5F) if chr(c) not in "！（），．：；？～"}
# Quotes go, since writers use “ ” " ' 「 」 and nothing at all around one and the same phrase.
BARRIER = "\ue000"
"""Private character between texts that are read as one: it stands in none, and folding keeps it."""

_QUOTES = "“”„‟‘’‚‛\"'「」『』〝〞＂＇"
_SPACES = " \t\r\n\f\v\x1c\x1d\x1e\x1f\x85\u00a0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\ufe0e\ufe0f"
_FOLD: dict[int, int | None] = {**_WIDTHS, **dict.fromkeys(map(ord, _QUOTES + _SPACES + _INVISIBLE))}
_SIMPLE = str.maketrans(
    "問題檢視實際結總績劃責對議導節環進後點們領員報匯發謝請評審級黨書記會長縣鄉鎮區處廳組體為與從開過經產歷尋根據現將敬禮稱彙個帶頭織認單國辦擔關於圍繞緊職學隊團務",
    "问题检视实际结总绩划责对议导节环进后点们领员报汇发谢请评审级党书记会长县乡镇区处厅组体为与从开过经产历寻根据现将敬礼称汇个带头织认单国办担关于围绕紧职学队团务",
)
_TRADITIONAL = re.compile(f"[{''.join(map(chr, _SIMPLE))}]")
_UNSEEN = re.compile(f"[{_INVISIBLE}]")
# What a writer made unreadable (十九届X中xx会, ××同志) is one mask, however long; names in Latin letters are none.
_MASK = re.compile("(?<![A-Za-z×])[Xx×]++(?![A-Za-z])")


def number(numeral: str) -> int | None:
    """Read a numeral as it stands in a heading: Chinese, ASCII, full-width, or in one character: ① ⑴ ⒈ ㈠ ❶.

    Returns None for what is not a whole numeral, so that it can serve as a test.

    >>> number("二十五"), number("十"), number("12"), number("１２"), number("③"), number("X")
    (25, 10, 12, 12, 3, None)
    """
    if numeral in _ENCLOSED:
        return _ENCLOSED[numeral]
    if numeral.isdecimal():
        return int(numeral)
    if not numeral or not set(numeral) <= set(NUMERALS):
        return None
    if not set(numeral) & set(_UNITS):  # 二〇二一 is written digit by digit
        return int("".join(str(_DIGITS[char]) for char in numeral))
    total, digit = 0, None
    for char in numeral:
        if char in _UNITS:
            total += (1 if digit is None else digit) * _UNITS[char]
            digit = None
        else:
            digit = _DIGITS[char]
    return total + (digit or 0)


def width(text: str) -> int:
    """Columns that a text takes where a Chinese character is as wide as two Latin ones.

    >>> width("党建2024")
    8
    """
    return sum(
        0 if unicodedata.category(char) in ("Mn", "Me") else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )


def printable(text: str) -> str:
    r"""The text with its line ends, but without characters that would command the terminal.

    >>> printable("党\x1b[2J性")
    '党 [2J性'
    """
    return "".join(char if char.isprintable() or char in "\n\u3000" else " " for char in text)


def simple(text: str) -> str:
    """The traditional characters of headings and set formulas simplified; same length, other words untouched.

    >>> simple("存在問題的檢視")
    '存在问题的检视'
    """
    return text.translate(_SIMPLE) if _TRADITIONAL.search(text) else text


def plain(text: str) -> str:
    """The text of `fold`, where the way back is not needed.

    >>> plain("增强 “四个意识”，做到ＡＢ")
    '增强四个意识，做到AB'
    """
    return _MASK.sub("X", text.translate(_FOLD))


class Folded(NamedTuple):
    """A folded text and, for each of its characters, where what it stands for begins and ends in the original.

    >>> fold("“四个”").offsets.tolist()
    [1, 2]
    """

    text: str
    offsets: np.ndarray
    ends: np.ndarray

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original span of the folded span ``start:end`` (not empty).

        >>> fold("增强 “四个意识”").span(2, 6)
        (4, 8)
        """
        return int(self.offsets[start]), int(self.ends[end - 1])


def visible(text: str) -> Folded | None:
    r"""The text without zero-width characters and soft hyphens; keep the way back. None if it has none of them.

    >>> visible("一\u200b、").text
    '一、'
    """
    unseen = [match.start() for match in _UNSEEN.finditer(text)]
    if not unseen:
        return None
    kept = np.delete(np.arange(len(text)), unseen)
    return Folded(_UNSEEN.sub("", text), kept, kept + 1)


def fold(text: str) -> Folded:
    """Fold widths, quotes, spaces, masks and invisible characters away; keep the way back.

    >>> fold("增强 “四个意识”，做到ＡＢ").text, fold("成立xx周年").text == fold("成立×××周年").text
    ('增强四个意识，做到AB', True)
    """
    codes = codepoints(text)
    view, dropped, masked = _tables()
    kept = np.flatnonzero(~dropped[codes])
    chars, ends = view[codes[kept]], kept + 1
    if len(at := np.flatnonzero(masked[chars])):  # what `_MASK` matches, run by run
        heads = np.diff(at, prepend=-2) > 1
        first, last = at[heads], at[np.append(heads[1:], True)]
        beside = (
            np.where(first > 0, chars[first - 1], 0),
            np.where(last + 1 < len(chars), chars[last + 1 - len(chars)], 0),
        )
        free = ~np.logical_or(*((side | 0x20) - 0x61 < 26 for side in beside))  # no Latin letter: unsigned numbers
        stay = np.ones(len(chars), dtype=bool)
        stay[at[~heads & free[np.cumsum(heads) - 1]]] = False
        chars[first[free]], ends[first[free]] = ord("X"), ends[last[free]]
        kept, ends, chars = kept[stay], ends[stay], chars[stay]
    return Folded(string(chars), kept, ends)


def letters(text: str | Folded) -> Folded:
    """The letters and digits alone of the folded text, or of a view like it; keep the way back.

    >>> letters("增强 “四个意识”，做到ＡＢ").text
    '增强四个意识做到AB'
    """
    folded = fold(text) if isinstance(text, str) else text
    codes = codepoints(folded.text)
    seen = np.flatnonzero(np.bincount(codes))
    alnum = np.zeros(len(codes) and seen[-1] + 1, dtype=bool)
    alnum[seen] = [chr(code).isalnum() for code in seen]
    kept = alnum[codes]
    return Folded(string(codes[kept]), folded.offsets[kept], folded.ends[kept])


def together(texts: Iterable[str]) -> tuple[str, np.ndarray]:
    """Many texts as one, and where each begins and the next would: a barrier behind each, which no mask crosses.

    >>> whole, begins = together(["党性", "学"])
    >>> len(whole), begins.tolist()
    (5, [0, 3, 5])
    """
    texts = list(texts)
    return BARRIER.join([*texts, ""]), np.cumsum([0, *(len(text) + 1 for text in texts)])


def owners(places: np.ndarray, begins: np.ndarray) -> np.ndarray:
    """For places in texts that are `together`, in order, the number of the text in which each lies.

    >>> owners(np.array([0, 1, 3]), np.array([0, 3, 5])).tolist()
    [0, 0, 1]
    """
    return np.repeat(np.arange(len(begins) - 1), np.diff(np.searchsorted(places, begins)))


def codepoints(text: str) -> np.ndarray:
    """The codepoint of each character.

    >>> codepoints("党a").tolist()
    [20826, 97]
    """
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def string(codes: np.ndarray) -> str:
    """The text of these codepoints.

    >>> string(codepoints("党a"))
    '党a'
    """
    return codes.tobytes().decode("utf-32-le", "surrogatepass")


@cache
def _tables() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each codepoint what it folds to, whether it goes, whether it masks: faster than str.translate."""
    view, dropped, masked = np.arange(0x110000, dtype="<u4"), *np.zeros((2, 0x110000), dtype=bool)
    view[list(_WIDTHS)] = list(_WIDTHS.values())
    dropped[[code for code, char in _FOLD.items() if char is None]] = True
    masked[[ord(char) for char in "Xx×"]] = True
    return view, dropped, masked
