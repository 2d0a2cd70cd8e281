"""Words with their frequencies, stop words, parts of speech: the lists that cutting and counting rest on."""

import os
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


def read_lexicon(path: str | os.PathLike | None = None) -> tuple[Entry, ...]:
    """Words that are to stay whole: (word, frequency, part of speech), in the order of the file.

    Frequencies are explicit: an engine that chose them itself would let the order of loading
    decide how a text is cut.

    Parameters
    ----------
    path
        Tab-separated file with a header and the columns ``term, freq, tag`` first; the domain
        lexicon of the package if None.

    Raises
    ------
    InputError
        A row that is not word, integer, tag; the message names the line.

    >>> {word for word, _, _ in read_lexicon()} >= {"四个意识"}
    True
    """
    rows = _lines(path, "lexicon.tsv")[1:]
    entries = []
    for i, row in enumerate(rows, 2):
        word, frequency, tag = [*row.split("\t"), "", "", ""][:3]
        if not word or not frequency.isdecimal():
            raise InputError(
                f"{path or 'lexicon.tsv'}:{i}: expected word, integer frequency, tag, separated by tabs; got {row!r}"
            )
        entries.append((word, int(frequency), tag or "n"))
    return tuple(entries)


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
    engines' dictionary and the package's lexicon.

    Raises
    ------
    InputError
        A word that no engine can keep whole: of other signs than hanzi, letters and digits.

    >>> entries(["联系群众"])
    (('联系群众', 4, 'l'),)
    """
    frequency = {word: count for word, (count, _) in _dictionary().items()}
    total = sum(frequency.values())
    frequency |= {word: count for word, count, _ in read_lexicon()}
    made = []
    for word in sorted(set(words)):
        if not word.isalnum():
            raise InputError(f"tokens.entries: {word!r} cannot stay one word; give hanzi, letters and digits only")
        made.append((word, _enough(word, frequency, total), tag))
    return tuple(made)


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

    A tagger that reads the sentence (``jieba.posseg``) cuts it in its own way, so that its words are not
    those that are counted. The dictionary knows one tag a word, the commonest: 学习 is a verb also
    where it is a noun. Numbers are ``m``, Latin words ``eng``, marks and spaces ``x``; words that no list knows
    have none.

    >>> parts_of_speech(["理论", "学习", "四个意识", "，", "2021", "〇〇〇"])
    ['n', 'v', 'l', 'x', 'm', '']
    """
    own = {word: tag for word, _, tag in (read_lexicon() if lexicon is None else lexicon)}
    known = _dictionary()
    return [own.get(word) or (known[word][1] if word in known else _shape(word)) for word in words]


def _shape(word: str) -> str:
    if not any(map(str.isalnum, word)):
        return "x"
    if not word.isascii():
        return ""
    return "m" if word.replace(".", "").isdecimal() else "eng"


@lru_cache(maxsize=1)
def _dictionary() -> dict[str, tuple[int, str]]:
    """Word → frequency and tag of the dictionary both engines carry; jieba itself is not loaded for it."""
    rows = (line.split(" ") for line in (_engine_data() / "dict.txt").read_text("utf-8").splitlines())
    return {word: (int(count), tag) for word, count, tag in rows}


def _engine_data() -> Path:
    found = util.find_spec("jieba")
    if found is None or found.origin is None:
        raise InputError("the dictionary of jieba is not installed; reinstall textkit with the package jieba")
    return Path(found.origin).parent
