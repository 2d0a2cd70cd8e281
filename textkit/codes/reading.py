"""Code points by what a codebook looks for in the text of many points at once.

All words come from one pass over folded text; the rest is arithmetic on arrays of places: the longest word at each
place, combinations within a clause, and what they are worth where they stand.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from textkit import wording
from textkit.codes import codebook as books
from textkit.codes import lacking
from textkit.codes.codebook import Codebook
from textkit.codes.examples import Likeness
from textkit.codes.places import Listed, Places, joined, ranges
from textkit.codes.text import Text


class Matches(NamedTuple):
    """Indicators that count: row of the codebook, span in the folded text, what they are worth, and are worth there.

    The headline decides the primary code, so that words are worth more there; what else a point says is judged by
    what they are worth anywhere.
    """

    row: np.ndarray
    start: np.ndarray
    end: np.ndarray
    worth: np.ndarray
    value: np.ndarray

    def at(self, chosen: np.ndarray) -> "Matches":
        """Those with these indices."""
        return Matches(*(column[chosen] for column in self))


class Reader:
    """A codebook made ready to read."""

    def __init__(self, book: Codebook) -> None:
        self.book = book
        patterns = [books.parse(indicator, book.sets) for indicator in book.indicators["indicator"]]
        parts = {part for pattern in patterns for part in (*pattern.parts, pattern.without)}
        self.ids = {word: i for i, word in enumerate(sorted(lacking.words().union(*parts)))}
        self.cues, self.finder = lacking.Cues(self.ids), wording.Finder(self.ids)
        self.lengths = np.array([len(word) for word in self.ids], dtype=np.int32)
        self.order = {code: i for i, code in enumerate(book.codes["code"])}
        self.codes = book.indicators["code"].map(self.order).to_numpy(dtype=np.int64)
        self.weights = book.indicators["weight"].to_numpy(dtype=float)
        self.likeness = Likeness(book) if len(book.examples) else None
        self.where = np.array([pattern.where for pattern in patterns], dtype="<U1")
        self._index(patterns)

    def _index(self, patterns: list[books.Pattern]) -> None:
        """Which indicators a word is or begins; the codes that it speaks for; what else a combination needs."""
        whole: dict[int, list[int]] = {}
        begun: dict[int, list[int]] = {}
        for row, pattern in enumerate(patterns):
            for word in sorted(pattern.parts[0]):
                (whole if pattern.word else begun).setdefault(self.ids[word], []).append(row)
        self.plain, self.first = Listed(whole, len(self.ids)), Listed(begun, len(self.ids))
        self.speaks = np.zeros((len(self.ids), len(self.order)), dtype=bool)
        for word_id, found in whole.items():
            self.speaks[word_id, self.codes[found]] = True
        rests = [(pattern.parts[1:], pattern.ordered, pattern.without) for pattern in patterns]
        self.rests = {rest: i for i, rest in enumerate(dict.fromkeys(rests))}
        small = np.min_scalar_type(len(rests))  # which numpy sorts by radix
        self.rest = np.array([self.rests[rest] for rest in rests], dtype=small)

    def code(self, points: pd.DataFrame) -> dict[str, np.ndarray]:
        """Columns of the *codes* table of some points; ``row`` is the place of the point among them."""
        text = Text(points)
        matches, void = self.matches(text)
        size = len(self.order)
        owner = text.owner[matches.start] * size + self.codes[matches.row]  # a code of a point
        kept = _apart(owner, matches)
        owner, matches = owner[kept], matches.at(kept)
        said, found = (
            np.bincount(owner, column, len(points) * size).reshape(-1, size)
            for column in (matches.worth, matches.value)
        )
        score = found + self._likeness(text, void)
        primary = _highest(score, self.book.scoring["least"])
        least = np.maximum(self.book.scoring["secondary"], self.book.scoring["relative"] * said.max(axis=1))
        point, code = np.nonzero(primary | (said >= least[:, None]))
        order = np.lexsort((-score[point, code], ~primary[point, code], point))
        point, code = point[order], code[order]
        first, last = (np.searchsorted(owner, point * size + code, side) for side in ("left", "right"))
        low, high = self._spans(text, void, matches, (point, code, first, last))
        shown = self.book.indicators["indicator"].to_numpy(dtype=object)[matches.row].tolist()
        shift = points["start"].to_numpy()[point] - text.first[point]
        spans = zip(low.tolist(), high.tolist(), strict=True)
        whose = zip(first.tolist(), last.tolist(), strict=True)
        return {
            "row": point,
            "code": np.array(list(self.order), dtype=object)[code],
            "primary": primary[point, code],
            "score": score[point, code],
            "evidence": np.array([text.joined[one:end] for one, end in spans], dtype=object),
            "start": low + shift,
            "end": high + shift,
            "indicators": np.array(["、".join(shown[one:end]) for one, end in whose], dtype=object),
        }

    def _spans(self, text: Text, void: np.ndarray, matches: Matches, cells: tuple) -> tuple[np.ndarray, np.ndarray]:
        """Where in the joined text the evidence of each point and code is: their first match, the heaviest."""
        point, code, first, last = cells
        low, high, found = np.zeros_like(point), np.zeros_like(point), first < last
        low[found] = text.folded.offsets[matches.start[first[found]]]
        high[found] = text.folded.offsets[matches.end[first[found]] - 1] + 1
        for i in np.flatnonzero(~found).tolist():
            low[i], high[i] = self._telling(text, void, point[i], code[i])
        return low, high

    def _likeness(self, text: Text, void: np.ndarray) -> np.ndarray:
        """What the wording of each point adds to each code."""
        added = np.zeros((len(text.starts), len(self.order)))
        if self.likeness is not None:
            rows, at = self.likeness.pairs(text.chars)
            told = np.flatnonzero(~void[at])
            rows, at = rows[told], at[told]
            point = text.owner[at]
            times = np.where(at < text.headline[point], self.book.scoring["headline"], 1.0)
            sums = self.likeness.sums(rows, times, point, len(text.starts))
            added[:, :-1] = self.book.scoring["likeness"] * sums
        return added

    def _telling(self, text: Text, void: np.ndarray, point: int, code: int) -> tuple[int, int]:
        """The clause that is most like the examples of a code; for *other*, nothing."""
        if self.likeness is None or code == len(self.order) - 1:
            return (int(text.first[point]),) * 2
        low, high = text.starts[point], np.append(text.starts, len(text.chars))[point + 1]
        rows, at = self.likeness.pairs(text.chars[low:high])
        told = np.flatnonzero(~void[low + at])
        clauses, which = np.unique(text.clause[low + at[told]], return_inverse=True)
        best = clauses[np.bincount(which, self.likeness.weights[rows[told], code]).argmax()]
        inside = low + np.flatnonzero((text.clause[low:high] == best) & (text.clause[low + 1 : high + 1] == best))
        return int(text.folded.offsets[inside[0]]), int(text.folded.offsets[inside[-1]]) + 1

    def matches(self, text: Text) -> tuple[Matches, np.ndarray]:
        """All indicators that count; and for each character whether it is void."""
        places = Places(*self.finder.places(text.chars))
        said = self.cues.read(text, places)
        plain = places.of(self.plain.many > 0).longest()
        row, which = self.plain.of(plain.word)
        more = self._combinations(text, places, plain, said.predicates)
        pairs = zip((row, plain.start[which], plain.end[which]), more, strict=True)
        row, start, end = (np.concatenate(pair) for pair in pairs)
        point = text.owner[start]
        head = end <= text.headline[point]
        scoring = self.book.scoring
        lacks = text.meet(start, said.marks.start) | text.unjudged[point]
        first_sentence = text.sentence[start] == text.sentence[text.starts[point]]
        opening = first_sentence & (text.headline[point] == text.starts[point])
        worth = self.weights[row] * np.where(lacks | head, 1, scoring["neutral"])
        value = worth * np.where(head, scoring["headline"], np.where(opening, scoring["opening"], 1))
        counts = ~said.void[start] & (self.where[row] != np.where(head, "$", "^"))
        return Matches(row, start, end, worth, value).at(counts), said.void

    def _combinations(
        self, text: Text, places: Places, plain: Places, predicates: Places
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Row, start and end of all combinations; those that differ in their first part alone go together."""
        row, first = self._begun(places, plain.cover(len(text.chars)))
        bounds = np.searchsorted(self.rest[row], np.arange(len(self.rests) + 1))
        stand = self._standing(places, predicates)
        found = [(row[:0], row[:0], row[:0])]
        for (rest, ordered, without), i in self.rests.items():
            here = slice(bounds[i], bounds[i + 1])
            if here.start == here.stop:
                continue
            others = [stand(part) for part in rest]
            kept, start, end = joined(first.at(here), others, text.clause, books.GAP, ordered)
            if without:
                free = ~text.meet(start, stand(without).start)
                kept, start, end = kept[free], start[free], end[free]
            found.append((row[here][kept], start, end))
        row, start, end = (np.concatenate(column) for column in zip(*found, strict=True))
        return row, start, end

    def _begun(self, places: Places, cover: np.ndarray) -> tuple[np.ndarray, Places]:
        """Rows of combinations and the places of their first part, unless a longer word of another code is there."""
        over = cover[places.start] - 1
        longer = (over >= 0) & (self.lengths[over] > self.lengths[places.word])
        row, which = self.first.of(places.word)
        shown = ~longer[which]
        hidden = np.flatnonzero(~shown)
        shown[hidden] = self.speaks[over[which[hidden]], self.codes[row[hidden]]]
        row, which = row[shown], which[shown]
        order = np.argsort(self.rest[row], kind="stable")
        return row[order], places.at(which[order])

    def _standing(self, places: Places, predicates: Places) -> Callable[[frozenset[str]], Places]:
        """A function from a part of a pattern to the places of its words, in order."""
        places = places.at(np.argsort(places.word.astype(np.min_scalar_type(len(self.ids))), kind="stable"))
        bounds = np.searchsorted(places.word, np.arange(len(self.ids) + 1))
        known = {frozenset(lacking.lists()["predicates"]): predicates}

        def stand(words: frozenset[str]) -> Places:
            if words not in known:
                ids = np.array(sorted(self.ids[word] for word in words))
                found = places.at(ranges(bounds[ids], bounds[ids + 1])[0])
                known[words] = found if len(ids) == 1 else found.at(np.lexsort((-found.end, found.start)))
            return known[words]

        return stand


def _highest(score: np.ndarray, least: float) -> np.ndarray:
    """In each row true for the one highest score; for the last, *other*, if none exceeds the least."""
    worth = np.where(score > least, score, -np.inf)
    worth[:, -1] = least
    return worth.argmax(axis=1)[:, None] == np.arange(score.shape[1])


def _apart(owner: np.ndarray, matches: Matches) -> np.ndarray:
    """Indices of the matches that count: each indicator once, and of those that overlap the heaviest.

    Ordered by owner, the heaviest first.
    """
    row, start, end, _, value = matches
    which = owner * (int(row.max(initial=0)) + 1) + row
    order = np.lexsort((start, -value, which))
    order = order[np.diff(which[order], prepend=-1) != 0]
    far = owner * (int(end.max(initial=0)) + 1)  # so that no stretch of one owner reaches into the next
    order = order[np.argsort((far + start)[order], kind="stable")]
    far = far[order]
    reach = np.maximum.accumulate(end[order] + far)
    stretch = np.cumsum(start[order] + far >= np.concatenate([[0], reach[:-1]]))
    heaviest = np.lexsort((start[order], start[order] - end[order], -value[order], stretch))
    order = order[heaviest[np.diff(stretch[heaviest], prepend=-1) != 0]]
    return order[np.lexsort((start[order], -value[order], owner[order]))]
