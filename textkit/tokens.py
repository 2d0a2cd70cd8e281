"""Text → words: the only door to jieba and rjieba.

Both engines read the same dictionary and the same lexicon with explicit frequencies, HMM off by
default, and give the same tokens, but for exact ties between two cuts of equal probability
(四四|四, 四|四四); rjieba is the fast one. Nothing is cleaned here: joined, the
tokens give the text back, so that every word keeps its offsets. What to leave out (punctuation,
function words) is the choice of whoever counts.
"""

import logging
import os
import warnings
from collections.abc import Callable, Iterable
from functools import lru_cache
from importlib import resources
from pathlib import Path

import numpy as np
import pandas as pd

from textkit import frames
from textkit.errors import InputError

Entry = tuple[str, int, str]
"""Word, frequency, part of speech."""

_DATA = resources.files("textkit") / "data"


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


def cut(text: str, engine: str = "rjieba", *, hmm: bool = False, lexicon: Iterable[Entry] | None = None) -> list[str]:
    """Cut a text into tokens; white space and punctuation are tokens too.

    Parameters
    ----------
    text
        Any string.
    engine
        ``"rjieba"`` (fast) or ``"jieba"`` (the reference); without HMM their tokens are equal but
        for exact ties.
    hmm
        Let a hidden Markov model guess unknown words. Off: in this register it invents words
        across boundaries (联系实际 / 不紧).
    lexicon
        Words with frequency and part of speech that join the engine's dictionary; `read_lexicon`
        if None, none if empty.

    Returns
    -------
    list of str
        Tokens whose join is ``text``.

    Raises
    ------
    InputError
        Unknown engine.

    >>> cut("增强“四个意识”，抓落实。")
    ['增强', '“', '四个意识', '”', '，', '抓', '落实', '。']
    """
    return _cutter(engine, hmm, None if lexicon is None else tuple(lexicon))(text)


def words(
    points: pd.DataFrame, engine: str = "rjieba", *, hmm: bool = False, lexicon: Iterable[Entry] | None = None
) -> pd.DataFrame:
    """Cut every point; one row per token, with its place in the report.

    Parameters
    ----------
    points
        Table with columns ``report, point, text, start``.
    engine, hmm, lexicon
        As for `cut`.

    Returns
    -------
    DataFrame
        The *words* table: ``report, point, term, start, end``.

    >>> import pandas as pd
    >>> points = pd.DataFrame({"report": ["a"], "point": [1], "text": ["理论学习不够"], "start": [7]})
    >>> words(points)[["term", "start", "end"]].to_records(index=False).tolist()
    [('理论', 7, 9), ('学习', 9, 11), ('不够', 11, 13)]
    """
    frames.require(points, "points", "report", "point", "text", "start")
    cutter = _cutter(engine, hmm, None if lexicon is None else tuple(lexicon))
    rows = [cutter(text) for text in points["text"]]
    terms = [term for row in rows for term in row]
    sizes = np.fromiter(map(len, rows), dtype=np.int64, count=len(rows))
    lengths = np.fromiter(map(len, terms), dtype=np.int64, count=len(terms))
    # The tokens of a point join to its text, so one running sum gives every offset.
    texts = points["text"].str.len().to_numpy(dtype=np.int64)
    shift = points["start"].to_numpy(dtype=np.int64) - (np.cumsum(texts) - texts)
    ends = np.cumsum(lengths) + np.repeat(shift, sizes)
    at = np.repeat(np.arange(len(rows)), sizes)
    columns = {name: points[name].to_numpy()[at] for name in ("report", "point")}
    return frames.make("words", {**columns, "term": terms, "start": ends - lengths, "end": ends})


@lru_cache(maxsize=8)
def _cutter(engine: str, hmm: bool, lexicon: tuple[Entry, ...] | None) -> Callable[[str], list[str]]:
    """A private tokenizer, kept warm: nothing global in either engine is touched."""
    engines = {"rjieba": _rjieba, "jieba": _jieba}
    if engine not in engines:
        raise InputError(f"unknown segmentation engine {engine!r}; choose {' or '.join(engines)}")
    tokenizer, method = engines[engine]()
    for entry in read_lexicon() if lexicon is None else lexicon:
        tokenizer.add_word(*entry)
    return lambda text: method(text, hmm)


def _rjieba() -> tuple:
    import rjieba

    tokenizer = rjieba.Jieba()
    return tokenizer, tokenizer.cut


def _jieba() -> tuple:
    with warnings.catch_warnings():  # invalid escapes and pkg_resources, neither of use to anyone
        warnings.simplefilter("ignore")
        import jieba
    logging.getLogger("jieba").setLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    return tokenizer, lambda text, hmm: tokenizer.lcut(text, HMM=hmm)
