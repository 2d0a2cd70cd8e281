"""Wording that is nobody's own: what official documents say, and set phrases.

The official reference list is a table of phrases with the year they are first found in and the
number of documents they stand in, derived from public documents by `data/official/make.py`; the documents themselves
are not shipped. Finding phrases in text, and whose wording each letter is, is here too, as several rooms need it.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import resources

import numpy as np
import pandas as pd

from textkit import hanzi, masks

_DATA = resources.files("textkit") / "data"
_PART = 6  # characters
_SENTENCE_END = hanzi.codepoints("。！？；!?;\r\n")

ORIGINS = ("dictated", "idiom", "official", "shared", "own", "rest")
"""Where wording comes from; a letter counts for the first of these that covers it."""


class Finder:
    """Every place of every word in a text, by walking all places down one trie at once.

    What an automaton finds (Aho & Corasick 1975), three times as fast, as each step is one operation on
    arrays; the work is bounded by the characters times the longest word. Empty words are found nowhere.

    >>> Finder(["而时", "时习之"]).places(np.array([*map(ord, "学而时习之")]))
    (array([2, 1]), array([5, 3]), array([1, 0]))
    """

    _MIX = 0x9E3779B1

    def __init__(self, words: Iterable[str]) -> None:
        words = list(words)
        sizes = np.fromiter(map(len, words), dtype=np.int64, count=len(words))
        chars, begins = hanzi.codepoints("".join(words)), np.cumsum(sizes) - sizes
        alphabet = np.unique(chars)
        self.rank = np.zeros(0x110000, dtype=np.int32)
        self.rank[alphabet] = np.arange(1, len(alphabet) + 1)
        self.radix = len(alphabet) + 1
        state, keys, count = np.zeros(len(words), dtype=np.int64), [], 0
        for depth in range(sizes.max(initial=0)):
            longer = np.flatnonzero(sizes > depth)
            steps = state[longer] * self.radix + self.rank[chars[begins[longer] + depth]]
            found, which = np.unique(steps, return_inverse=True)
            state[longer], count = count + 1 + which, count + len(found)
            keys.append(found)
        self.keys = np.concatenate([*keys, [-1]])  # in order, and each leads to the state of its own number, from 1 on
        self.first = np.zeros(self.radix, dtype=np.int64)
        heads = self.keys[self.keys < self.radix][:-1]
        self.first[heads] = np.arange(1, len(heads) + 1)
        self.slots = (1 << max(count.bit_length() + 3, 16)) - 1  # a step that no word takes mostly meets an empty one
        self.used = np.zeros(self.slots + 1, dtype=bool)
        self.used[self._slot(self.keys[:-1])] = True
        self.word = np.full(count + 1, -1, dtype=np.int64)
        self.word[state] = np.arange(len(words))

    def _slot(self, keys: np.ndarray) -> np.ndarray:
        return (keys * self._MIX >> 8) & self.slots

    def places(self, chars: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Start, end and number of the words in these codepoints: the longest first, each length in order."""
        ranks = np.append(self.rank[chars], 0)  # no step leads over the end
        state = self.first[ranks]
        at, size, found = np.flatnonzero(state), 1, []
        state = state[at]
        while size == 1 or len(at):
            ends = np.flatnonzero(self.word[state] >= 0)
            found.append((at[ends], at[ends] + size, self.word[state[ends]]))
            keys = state * self.radix + ranks[at + size]
            likely = np.flatnonzero(self.used[self._slot(keys)])
            at, keys = at[likely], keys[likely]
            step = np.searchsorted(self.keys[:-1], keys)
            right = np.flatnonzero(self.keys[step] == keys)
            at, state, size = at[right], step[right] + 1, size + 1
        start, end, word = (np.concatenate(column) for column in zip(*found[::-1], strict=True))
        return start, end, word

    def covered(self, chars: np.ndarray, owner: np.ndarray | None = None) -> np.ndarray:
        """For each character, whether it lies in a place of a word; with owners, one that has a single owner.

        >>> Finder(["而时", "时习"]).covered(np.array([*map(ord, "学而时习之")])).tolist()
        [False, True, True, True, False]
        """
        start, end, _ = self.places(chars)
        if owner is not None:
            start, end = (side[owner[start] == owner[end - 1]] for side in (start, end))
        opened, closed = (np.bincount(side, minlength=len(chars) + 1) for side in (start, end))
        return np.cumsum(opened - closed)[:-1] > 0


@cache
def official() -> pd.DataFrame:
    """The official reference list: ``phrase, first_year, documents``; do not change it in place.

    >>> official().query("phrase == '为人民服务'")["first_year"].item()
    1955
    """
    with (_DATA / "official.tsv").open(encoding="utf-8") as file:
        return pd.read_csv(file, sep="\t")


def known(points: pd.DataFrame | None = None) -> list[str]:
    """What `reuse` may discount: the official phrases, and the dictated headings of points.

    >>> "为人民服务" in known()
    True
    """
    headings = [] if points is None else points["dimension"].unique()
    return [*headings, *official()["phrase"]]


def listed(phrases: Sequence[str], reference: pd.DataFrame | None = None) -> pd.DataFrame:
    """For each phrase that is listed or part of one that is, ``first_year, documents``; missing for the others.

    The first year, and the documents of the commonest listed phrase around it. Parts count from six characters on:
    shorter ones, such as 没有真正, are anybody's words.

    >>> reference = pd.DataFrame({"phrase": ["全心全意为人民服务"], "first_year": [1956], "documents": [14]})
    >>> listed(["全心全意为人", "全意为人民"], reference)["first_year"].tolist()
    [1956.0, nan]
    """
    reference = official() if reference is None else reference
    sizes = reference["phrase"].str.len().to_numpy(dtype=np.int64)
    longest = sizes.max(initial=0)
    different = [phrase for phrase in dict.fromkeys(phrases) if len(phrase) <= longest]
    row = np.repeat(np.arange(len(reference)), sizes + 1)
    start, end, which = Finder(different).places(hanzi.codepoints("\n".join([*reference["phrase"], ""])))
    whole = end - start == sizes[row[start]]
    fit = (row[start] == row[end - 1]) & (whole | (end - start >= _PART))
    around = reference[["first_year", "documents"]].iloc[row[start[fit]]]
    found = around.groupby(which[fit]).agg({"first_year": "min", "documents": "max"})
    return found.set_axis(pd.Index(different)[found.index]).reindex(phrases)


@cache
def idioms(kinds: tuple[str, ...] = ("idiom",)) -> frozenset[str]:
    """Set phrases of the language and of this register, by kind in the lexicon: 实事求是, 守正创新.

    >>> "守正创新" in idioms(), "理论学习" in idioms()
    (True, False)
    """
    lexicon = (_DATA / "lexicon.tsv").read_text("utf-8").splitlines()[1:]
    rows = [line.split("\t") for line in lexicon]
    own = (_DATA / "idioms.txt").read_text("utf-8").split()
    return frozenset([row[0] for row in rows if row[3] in kinds and len(row[0]) >= 4] + own)


def letters(texts: Iterable[str]) -> list[str]:
    """Letters and digits of the folded texts, masks read, in which wording of an origin is looked for.

    >>> letters(["“四个意识”，做到"])
    ['四个意识做到']
    """
    return [text if text.isalnum() else "".join(filter(str.isalnum, text)) for text in masks.plains(texts)]


def finders(phrases: pd.DataFrame, reference: pd.DataFrame | None = None) -> dict[str, Finder]:
    """What finds wording of each origin.

    >>> list(finders(pd.DataFrame(columns=["phrase", "origin"])))
    ['dictated', 'shared', 'own', 'official', 'idiom']
    """
    listed = {name: phrases.loc[phrases["origin"] == name, "phrase"] for name in ("dictated", "shared", "own")}
    listed["official"] = (official() if reference is None else reference)["phrase"]
    listed["idiom"] = pd.Series(sorted(idioms()))
    return {name: Finder(letters(of)) for name, of in listed.items()}


def origins(chars: np.ndarray, owner: np.ndarray, find: Mapping[str, Finder]) -> np.ndarray:
    """For each letter of texts, one after the other, the place of its origin in `ORIGINS`; ``owner`` is its text.

    >>> chars = hanzi.codepoints("坚持为人民服务")
    >>> origins(chars, np.zeros(7), finders(pd.DataFrame(columns=["phrase", "origin"]))).tolist()
    [2, 2, 2, 2, 2, 2, 2]
    """
    whose = np.full(len(chars), len(ORIGINS) - 1)
    for place in reversed(range(len(ORIGINS) - 1)):
        whose[find[ORIGINS[place]].covered(chars, owner)] = place
    return whose


def stretches(points: pd.DataFrame, phrases: pd.DataFrame) -> pd.DataFrame:
    """What shares of formula count, as ``report, role, origin, start, end``: every letter is in one stretch.

    A stretch lies in one sentence of one point; points have ``report, role, text, start``.

    >>> points = pd.DataFrame({"report": ["a"], "role": "work", "text": "坚持为人民服务，不够守正创新。", "start": 9})
    >>> stretches(points, pd.DataFrame(columns=["phrase", "origin"]))[["origin", "start", "end"]].values.tolist()
    [['official', 9, 16], ['rest', 17, 19], ['idiom', 19, 23]]
    """
    whole, begins = hanzi.together(points["text"])
    view = hanzi.letters(masks.read(whole))
    owner = hanzi.owners(view.offsets, begins)
    whose = origins(hanzi.codepoints(view.text), owner, finders(phrases))
    sentence = np.cumsum(np.isin(hanzi.codepoints(whole), _SENTENCE_END))[view.offsets]
    first = np.ones(len(whose), dtype=bool)
    first[1:] = (np.diff(whose) != 0) | (np.diff(owner) != 0) | (np.diff(sentence) != 0)
    last, of = np.append(first[1:], True)[: len(first)], owner[first]
    base = (points["start"].to_numpy() - begins[:-1])[of]
    spans = {"start": view.offsets[first] + base, "end": view.ends[last] + base}
    return points[["report", "role"]].iloc[of].assign(origin=np.array(ORIGINS)[whose[first]], **spans)
