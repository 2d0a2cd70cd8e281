"""How this genre says that something falls short, is praised, or is denied: the words, and where a text says so.

The words are read from ``data/deficits.toml``. What a writer concedes before an 但, praises (能够…) or
denies (不存在……问题, 避免了…) is void: no code and no deficit rests on it.
"""

import tomllib
from functools import cache
from importlib import resources
from typing import NamedTuple

import numpy as np

from textkit.codes.places import Places
from textkit.codes.text import Text

_NEGATIONS = ("不", "不够", "不太", "不很", "不是很", "不大", "不甚", "欠", "未必", "不怎么")
_CUES = (
    "predicates", "marks", "hidden", "opening", "not_opening", "turning", "praising", "removing", "denying", "closing"
)  # fmt: skip


@cache
def lists() -> dict[str, dict[str, str]]:
    """The lists of ``data/deficits.toml`` by name: each word, and the class that the list puts it in.

    >>> lists()["predicates"]["不扎实"], lists()["degrees"]["有所"]
    ('insufficient', 'hedged')
    """
    data = tomllib.loads((resources.files("textkit") / "data" / "deficits.toml").read_text("utf-8"))
    predicates: dict[str, str] = {}
    for kind, words in data.pop("predicates").items():
        stems = [no + word for no in _NEGATIONS for word in words] if kind == "insufficient" else words
        predicates |= dict.fromkeys(stems, kind)
    predicates |= dict.fromkeys(["不够", "不足"], "insufficient")
    degrees = {word: kind for kind, words in data.pop("degrees").items() for word in words}
    plain = {name: dict.fromkeys(words, name) for section in data.values() for name, words in section.items()}
    return {"predicates": predicates, "degrees": degrees, **plain}


def words() -> set[str]:
    """All words to be found, for `Cues`."""
    return {word for name in _CUES for word in lists()[name]}


class Said(NamedTuple):
    """Where a text says that something falls short.

    ``predicates`` say so; ``marks`` are these and words that mark a clause that does; ``void`` is for each character
    whether it is conceded, praised or denied.
    """

    predicates: Places
    marks: Places
    void: np.ndarray


class Cues:
    """The words of the genre made ready to be found among numbered words."""

    def __init__(self, ids: dict[str, int]) -> None:
        self.are = {name: np.array([word in lists()[name] for word in ids], dtype=bool) for name in _CUES}

    def read(self, text: Text, places: Places) -> Said:
        """What the text says, given the places of all words."""
        are = self.are
        quiet = are["hidden"] | are["praising"] | are["removing"]
        found = places.of(are["predicates"] | are["marks"] | quiet).longest()
        marks = found.of(~quiet)
        void = np.zeros(len(text.chars) + 2, dtype=np.int32)  # + 1 where it begins, − 1 where it ends
        for start, end in (self._conceded(text, places), self._praised(text, found, marks), self._denied(text, places)):
            np.add.at(void, start, 1)
            np.add.at(void, end, -1)
        return Said(found.of(are["predicates"]), marks, np.cumsum(void)[:-1] > 0)

    def _conceded(self, text: Text, places: Places) -> tuple[np.ndarray, np.ndarray]:
        """From 虽 or 能 to the 但 that follows in the sentence, if one does."""
        opening, other = self.are["opening"], self.are["hidden"] | self.are["not_opening"]
        opened = places.of(opening | other).longest().of(opening & ~other).start
        turn = np.unique(places.of(self.are["turning"]).start)
        turn = turn[text.clause[turn] > text.clause[np.maximum(turn - 1, 0)]]  # right after a mark
        turn = np.append(turn, len(text.chars))
        until = turn[np.searchsorted(turn, opened)]
        near = text.sentence[np.maximum(until - 1, 0)] == text.sentence[opened]
        near &= until < len(text.chars)
        return opened[near], until[near]

    def _praised(self, text: Text, found: Places, marks: Places) -> tuple[np.ndarray, np.ndarray]:
        """To the clause of the sentence that says that something falls short; after 避免了 to the end of its own."""
        start, owner = found.start, text.owner[found.start]
        removed = self.are["removing"][found.word]
        free = removed | (self.are["praising"][found.word] & ~text.meet(start, marks.start))
        chosen = np.flatnonzero(free & (start >= text.headline[owner]) & ~text.unjudged[owner])
        start, removed = start[chosen], removed[chosen]
        clause, sentence = (np.searchsorted(count, count[start], "right") - 1 for count in (text.clause, text.sentence))
        marked = np.append(text.clause[marks.start], text.clause[-1] + 1)[np.searchsorted(marks.start, start)]
        return start, np.where(removed, clause, np.minimum(sentence, np.searchsorted(text.clause, marked)))

    def _denied(self, text: Text, places: Places) -> tuple[np.ndarray, np.ndarray]:
        """From 不存在 to the last 问题 of its clause."""
        deny, close = places.of(self.are["denying"]), places.of(self.are["closing"])
        close = close.at(np.argsort(close.start, kind="stable"))
        if not len(close.start):
            return close.start, close.end
        last = np.searchsorted(text.clause[close.start], text.clause[deny.end], "right") - 1
        good = (last >= 0) & (text.clause[close.start[last]] == text.clause[deny.end])
        return deny.start[good], np.maximum(close.end[last], deny.end)[good]
