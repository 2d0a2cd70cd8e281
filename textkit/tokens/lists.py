"""Words with their frequencies, stop words, parts of speech: the lists that cutting and counting rest on."""

import os
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib import resources, util
from pathlib import Path

from textkit.errors import InputError

Entry = tuple[str, int, str]
"""Word, frequency, part of speech."""

_DATA = resources.files("textkit") / "data"
_KEPT = 1.05  # how much likelier than its parts a word of one's own is made
_MOST = 1_000_000  # highest frequency given, below the sum of all, so that no word swallows its neighbours
_HELD = re.compile(r"[\u4e00-\u9fd5a-zA-Z0-9+#&._%\-]+")  # what engines can hold in one word


def read_lexicon(path: str | os.PathLike | None = None) -> tuple[Entry, ...]:
    """Words that are to stay whole: (word, frequency, part of speech), in the order of the file.

    The file has one word a line, or tab-separated ``term, freq, tag``, with or without these names in the first line; a
    word alone gets the frequency of `entries`. The domain lexicon of the package if None. Frequencies are explicit:
    an engine that chose them itself would let the order of loading decide how a text is cut. An `InputError`
    names a line that is neither.

    >>> {word for word, _, _ in read_lexicon()} >= {"四个意识"}
    True
    """
    found: list[Entry] = []
    for i, row in enumerate(_lines(path, "lexicon.tsv"), 1):
        word, frequency, tag = [*row.split("\t"), "", "", ""][:3]
        if "\t" not in row:
            found += entries([row.strip()] if row.strip() else [])
        elif word and frequency.isdecimal() and int(frequency):
            found.append((word, int(frequency), tag or "n"))
        elif (i, word, frequency) != (1, "term", "freq"):
            raise InputError(
                f"{path or 'lexicon.tsv'}:{i}: expected word, integer frequency, tag, separated by tabs; got {row!r}"
            )
    return tuple(found)


def read_stopwords(path: str | os.PathLike | None = None) -> frozenset[str]:
    """Words to leave out of counts, one a line; the function words of the register if None.

    >>> "的" in read_stopwords(), "不够" in read_stopwords()
    (True, False)
    """
    return frozenset(line.strip() for line in _lines(path, "stopwords.txt") if line.strip())


def _lines(path: str | os.PathLike | None, name: str) -> list[str]:
    source = _DATA / name if path is None else Path(path)
    try:
        return source.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path or name}: cannot be read as a UTF-8 word list ({error})") from None


def read_idf() -> dict[str, float]:
    """IDF of 260 thousand words as jieba carries it: a background list of general Chinese.

    Its corpus is not documented; it says what is rare in general, not what is rare in this genre.

    >>> idf = read_idf()
    >>> idf["党性"] > idf["工作"]
    True
    """
    rows = (line.split(" ") for line in (_engine_data() / "analyse" / "idf.txt").read_text("utf-8").splitlines())
    return {word: float(value) for word, value in rows}


def entries(words: Iterable[str], tag: str = "l") -> tuple[Entry, ...]:
    """Lexicon entries that keep these words whole, such as phrases that ``phrases.mine`` found.

    The frequency is the lowest at which the word is likelier than the likeliest cut of it in the
    engines' dictionary and the package's lexicon. No engine holds marks or spaces in a word: what has
    them is split there, and its parts of two characters and more become words.

    >>> entries(["联系群众", "重业务、轻党建"])
    (('联系群众', 4, 'l'), ('轻党建', 1, 'l'), ('重业务', 3, 'l'))
    """
    if isinstance(words, str):
        raise InputError(f"tokens.entries: {words!r} is one word; give a list of words")
    held = {part for word in words for part in _HELD.findall(word) if len(part) > 1 or part == word}
    known, total = _dictionary()
    frequency = {word: count for word, (count, _) in known.items()} | {word: n for word, n, _ in read_lexicon()}
    return tuple((word, _enough(word, frequency, total), tag) for word in sorted(held))


def uncounted(given: Iterable[Entry]) -> int:
    """How much higher a total is that counts words given twice, in dictionary and lexicon, twice.

    >>> uncounted([("党性", 5, "n")])
    153
    """
    known, total = _dictionary()
    own = {word: count for word, count, _ in given}
    twice = sum(known[word][0] for word in own if word in known) + sum(count for _, count, _ in given)
    return twice - sum(own.values()) + total - sum(count for count, _ in known.values())


def _enough(word: str, frequency: Mapping[str, int], total: int) -> int:
    """Frequency above that of the likeliest cut of a word into smaller ones."""
    best = [1.0]  # probability of the likeliest cut of each beginning
    for end in range(1, len(word) + 1):
        starts = range(1 if end == len(word) else 0, end)
        known = (best[i] * frequency.get(word[i:end], 0) / total for i in starts)
        best.append(max(max(known, default=0), best[-1] / total))
    return min(max(int(best[-1] * total * _KEPT) + 1, frequency.get(word, 0)), _MOST)


def parts_of_speech(words: Iterable[str], lexicon: Iterable[Entry] | None = None) -> list[str]:
    """Usual part of speech of each word, by the lexicon, then the engines' dictionary.

    A tagger that reads the sentence (``jieba.posseg``) cuts it in its own way, so that its words are not those that are
    counted. The dictionary knows one tag a word, the commonest: 学习 is a verb also where it is a noun. Numbers are
    ``m``, Latin words ``eng``, marks and spaces ``x``; words that no list knows have none.

    >>> parts_of_speech(["理论", "学习", "四个意识", "，", "2021", "〇〇〇"])
    ['n', 'v', 'l', 'x', 'm', '']
    """
    own = {word: tag for word, _, tag in (read_lexicon() if lexicon is None else lexicon)}
    known, _ = _dictionary()
    return [own.get(word) or (known[word][1] if word in known else _shape(word)) for word in words]


def _shape(word: str) -> str:
    if not any(map(str.isalnum, word)):
        return "x"
    if not word.isascii():
        return ""
    return "m" if word.replace(".", "").isdecimal() else "eng"


@lru_cache(maxsize=1)
def _dictionary() -> tuple[dict[str, tuple[int, str]], int]:
    """Word → frequency and tag of the dictionary both engines carry, and jieba's total; jieba itself is not loaded."""
    rows = [line.split(" ") for line in (_engine_data() / "dict.txt").read_text("utf-8").splitlines()]
    return {word: (int(count), tag) for word, count, tag in rows}, sum(int(count) for _, count, _ in rows)


def _engine_data() -> Path:
    found = util.find_spec("jieba")
    if found is None or found.origin is None:
        raise InputError("the dictionary of jieba is not installed; reinstall textkit with the package jieba")
    return Path(found.origin).parent
