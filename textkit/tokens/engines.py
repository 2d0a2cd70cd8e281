"""The engines, and the places of their tokens in the text."""

import logging
import re
import warnings
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from textkit import frames
from textkit.errors import InputError, number
from textkit.tokens.lists import Entry, parts_of_speech, read_lexicon, uncounted

# Where rjieba cuts otherwise than jieba: hanzi that jieba takes for marks and, with HMM, what joins Latin letters,
# and what is said twice over, where sums of the same numbers in another order decide.
_RARE = "\u3400-\u4dbf\u9fd6-\u9fff\ud800-\udfff\uf900-\ufaff\U00020000-\U0002ffff"
_JOINS = "+#&._%\\-"
_DOUBTFUL = {
    False: re.compile(f"[{_RARE}]"),
    True: re.compile(rf"[{_RARE}{_JOINS}]|(.)\1\1|(.{{2,12}}?)\2"),
}
_RUN = re.compile(f"([\u4e00-\u9fd5a-zA-Z0-9{_JOINS}{_RARE}]+)")  # what both engines cut as one


def cut(text: str, engine: str = "rjieba", *, hmm: bool = False, lexicon: Iterable[Entry] | None = None) -> list[str]:
    """Cut a text into tokens whose join is the text: white space and punctuation are tokens too.

    ``"rjieba"`` is fast, ``"jieba"`` the reference; their tokens are equal. With ``hmm`` a hidden Markov model guesses
    unknown words; off, as in this register it invents words across boundaries (联系实际 / 不紧). The ``lexicon``, of
    words with frequency and part of speech, joins the engine's dictionary: `read_lexicon` if None, none if empty.

    >>> cut("增强“四个意识”，抓落实。")
    ['增强', '“', '四个意识', '”', '，', '抓', '落实', '。']
    """
    return _cutter(engine, hmm, _entries(lexicon))(text)


def words(
    points: pd.DataFrame, engine: str = "rjieba", *, hmm: bool = False, lexicon: Iterable[Entry] | None = None
) -> pd.DataFrame:
    """Cut every point (``report, point, text, start``), as `cut` does: the *words* table, one row per token.

    >>> import pandas as pd
    >>> points = pd.DataFrame({"report": ["a"], "point": [1], "text": ["理论学习不够"], "start": [7]})
    >>> words(points)[["term", "start", "end"]].to_records(index=False).tolist()
    [('理论', 7, 9), ('学习', 9, 11), ('不够', 11, 13)]
    """
    frames.require_known(points, "points", "report", "point", "text", "start")
    own = _entries(lexicon)
    return _place(points, [*map(_cutter(engine, hmm, own), points["text"])], own)


def adopt(
    points: pd.DataFrame, cuts: Iterable[Sequence[str] | str], *, lexicon: Iterable[Entry] | None = None
) -> pd.DataFrame:
    """One's own segmentation as it is, placed in the text: the *words* table, as from `words`.

    ``cuts`` are for each point its tokens in order, or one string of tokens with spaces between. White space of the
    text may be missing; anything else must be there, else an `InputError` names the point and the first token that
    differs. The lexicon is for the column ``pos`` only.

    >>> import pandas as pd
    >>> points = pd.DataFrame({"report": ["a"], "point": [1], "text": ["理论学习 不够"], "start": [7]})
    >>> adopt(points, ["理论学习 不够"])[["term", "start", "end"]].to_records(index=False).tolist()
    [('理论学习', 7, 11), (' ', 11, 12), ('不够', 12, 14)]
    """
    frames.require_known(points, "points", "report", "point", "text", "start")
    cuts = [cut.split() if isinstance(cut, str) else list(cut) for cut in cuts]
    if len(cuts) != len(points):
        raise InputError(f"tokens.adopt: {len(cuts)} cuts for {len(points)} points; give one for each, in their order")
    rows = zip(points["report"], points["point"], points["text"], cuts, strict=True)
    whole = [_whole(text, tokens, f"report {report!r}, point {point}") for report, point, text, tokens in rows]
    return _place(points, whole, _entries(lexicon))


def _whole(text: str, tokens: Sequence[str], where: str) -> list[str]:
    """The tokens with the white space between them, so that they join to the text."""
    found, at = [], 0
    for token in filter(None, tokens):
        start = at
        while start < len(text) and text[start].isspace() and not text.startswith(token, start):
            start += 1
        if not text.startswith(token, start):
            raise InputError(
                f"tokens.adopt: {where}: token {token!r} is not what the text has there: {text[start : start + 12]!r}"
            )
        found += [text[at:start], token]
        at = start + len(token)
    if text[at:].strip():
        raise InputError(f"tokens.adopt: {where}: no tokens for the end of the text: {text[at : at + 12]!r}")
    return [token for token in [*found, text[at:]] if token]


def _place(points: pd.DataFrame, rows: Sequence[Sequence[str]], lexicon: tuple[Entry, ...] | None) -> pd.DataFrame:
    terms = [term for row in rows for term in row]
    sizes = np.fromiter(map(len, rows), dtype=np.int64, count=len(rows))
    lengths = np.fromiter(map(len, terms), dtype=np.int64, count=len(terms))
    # The tokens of a point join to its text, so one running sum gives every offset.
    chars = np.fromiter(map(len, points["text"]), dtype=np.int64, count=len(points))
    shift = points["start"].to_numpy(dtype=np.int64) - (np.cumsum(chars) - chars)
    ends = np.cumsum(lengths) + np.repeat(shift, sizes)
    at = np.repeat(np.arange(len(rows)), sizes)
    columns = {name: points[name].array.take(at) for name in ("report", "point")}
    codes, distinct = pd.factorize(np.array(terms, dtype=object))
    texts = {"term": distinct, "pos": parts_of_speech(distinct, lexicon)}
    columns |= {name: pd.array(held, dtype="str").take(codes) for name, held in texts.items()}
    return frames.make("words", columns | {"start": ends - lengths, "end": ends})


def _entries(lexicon: Iterable[Any] | None) -> Any:
    return None if lexicon is None else tuple(row if isinstance(row, str) else tuple(row) for row in lexicon)


@lru_cache(maxsize=8)
def _cutter(engine: str, hmm: bool, lexicon: tuple[Entry, ...] | None) -> Callable[[str], list[str]]:
    """A private tokenizer, kept warm: nothing global in either engine is touched."""
    engines = {"rjieba": _rjieba, "jieba": _jieba}
    if engine not in engines:
        raise InputError(f"unknown segmentation engine {engine!r}; choose {' or '.join(engines)}")
    entries = read_lexicon() if lexicon is None else lexicon
    for entry in entries:
        if isinstance(entry, str) or len(entry) != 3:
            raise InputError(f"lexicon: {entry!r} is no entry; give those of tokens.entries or read_lexicon")
        number(f"lexicon: frequency of {entry[0]!r}", entry[1], 1)
    return engines[engine](entries, hmm)


def _rjieba(entries: tuple[Entry, ...], hmm: bool) -> Callable[[str], list[str]]:
    import rjieba

    tokenizer = rjieba.Jieba()
    # A word given anew counts twice in jieba's total, whose rounding decides between cuts of equal probability
    # (四四|四, 四|四四); what can be in no word makes up for it here.
    for entry in (*entries, ("\n", uncounted(entries), "x")):
        tokenizer.add_word(*entry)
    doubtful = _DOUBTFUL[hmm].search

    def cut(text: str) -> list[str]:
        if not doubtful(text):
            return tokenizer.cut(text, hmm)
        slow = _cutter("jieba", hmm, entries)
        cuts = (slow(run) if doubtful(run) else tokenizer.cut(run, hmm) for run in _RUN.split(text))
        return [token for tokens in cuts for token in tokens]

    return cut


def _jieba(entries: tuple[Entry, ...], hmm: bool) -> Callable[[str], list[str]]:
    with warnings.catch_warnings():  # invalid escapes and pkg_resources, neither of use to anyone
        warnings.simplefilter("ignore")
        import jieba
    logging.getLogger("jieba").setLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    for entry in entries:
        tokenizer.add_word(*entry)
    return lambda text: tokenizer.lcut(text, HMM=hmm)
