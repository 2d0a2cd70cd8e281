"""Find what a codebook looks for in the text of many points at once.

All words come from one pass (Aho & Corasick 1975) over folded text; the rest is arithmetic on arrays of
places: the longest word at each place, combinations within a clause, what is conceded or denied, and
which clauses say that something falls short. Offsets are those of the folded text until the end.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd

from textkit import frames, hanzi, wording
from textkit.codes import codebook as books
from textkit.codes import lacking
from textkit.codes.codebook import Codebook
from textkit.codes.examples import Likeness

_CLAUSE = "，。；！？：,;!?:\0"
_SENTENCE = "。；！？;!?\0"
UNJUDGED = ("measures", "work")  # parts that tell what is done, not what falls short


class Places(NamedTuple):
    """Words where they stand in a folded text; parallel arrays, of those that start together the longest first."""

    start: np.ndarray
    end: np.ndarray
    word: np.ndarray

    def at(self, chosen: np.ndarray | slice) -> "Places":
        """Those with these indices."""
        return Places(self.start[chosen], self.end[chosen], self.word[chosen])

    def longest(self) -> np.ndarray:
        """Indices of the longest at each place, from left to right, none inside another."""
        order = np.argsort(self.start, kind="stable")
        order = order[np.diff(self.start[order], prepend=-1) > 0]  # the longest comes first
        start, end = self.start[order], self.end[order]
        kept = start >= np.maximum.accumulate(np.append(0, end))[:-1]
        following = np.append(np.searchsorted(start, end), len(start))
        kept, now = np.append(kept, True), np.flatnonzero(kept)
        while len(now):
            now = following[now]
            now = now[~kept[now]]
            kept[now] = True
        return order[kept[:-1]]


class Text:
    """The folded text of many points, with clauses, what is void, and what falls short."""

    def __init__(self, texts: list[str], headlines: list[str]) -> None:
        self.joined = "\0".join(texts)
        self.folded = hanzi.fold(self.joined)
        lengths = np.array([len(text) + 1 for text in texts])
        self.first = np.concatenate([[0], np.cumsum(lengths)[:-1]])  # of each point, in the joined text
        heads = [len(h) if t.startswith(h) else 0 for t, h in zip(texts, headlines, strict=True)]
        self.headline = np.searchsorted(self.folded.offsets, self.first + heads)
        self.starts = np.searchsorted(self.folded.offsets, self.first)
        self.chars = wording.characters(self.folded.text)
        self.owner = np.repeat(np.arange(len(texts)), np.diff(self.starts, append=len(self.chars)))
        self.clause, self.sentence = (_counted(self.chars, marks) for marks in (_CLAUSE, _SENTENCE))

    def point(self, at: np.ndarray) -> np.ndarray:
        """Index of the point that these places are in."""
        return self.owner[at]


class _Listed:
    """For each word its rows of the codebook, in one array."""

    def __init__(self, rows: dict[int, list[int]], words: int) -> None:
        self.many = np.zeros(words, dtype=np.int64)
        self.many[list(rows)] = [len(found) for found in rows.values()]
        self.rows = np.array([row for word in sorted(rows) for row in rows[word]], dtype=np.int64)
        self.ends = np.cumsum(self.many)

    def of(self, words: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The rows of these words, and which of the words each is for."""
        index, which = _ranges(self.ends[words] - self.many[words], self.ends[words])
        return self.rows[index], which


def _counted(chars: np.ndarray, marks: str) -> np.ndarray:
    """For each place in the text, the marks before it."""
    is_mark = np.zeros(0x110000, dtype=bool)
    is_mark[[ord(mark) for mark in marks]] = True
    before = np.zeros(len(chars) + 1, dtype=np.int32)
    np.cumsum(is_mark[chars], out=before[1:])
    return before


def _among(values: np.ndarray, known: np.ndarray, size: int) -> np.ndarray:
    """Which values are known; all are below ``size``."""
    flags = np.zeros(size, dtype=bool)
    flags[known] = True
    return flags[values]


class Reader:
    """A codebook made ready to read."""

    def __init__(self, book: Codebook) -> None:
        self.book, self.cues = book, lacking.read()
        self.patterns = [books.parse(indicator, book.sets) for indicator in book.indicators["indicator"]]
        cues = [words for words in self.cues if words is not self.cues.degrees]
        parts = {part for pattern in self.patterns for part in (*pattern.parts, pattern.without)}
        self.ids = {word: i for i, word in enumerate(sorted(set().union(*parts, *cues)))}
        self.finder = wording.Finder(self.ids)
        self.lengths = np.array([len(word) for word in self.ids], dtype=np.int32)
        self.order = {code: i for i, code in enumerate(book.codes["code"])}
        self.codes = book.indicators["code"].map(self.order).to_numpy(dtype=np.int64)
        self.weights = book.indicators["weight"].to_numpy(dtype=float)
        self.likeness = Likeness(book) if len(book.examples) else None
        self.where = np.array([pattern.where for pattern in self.patterns], dtype="<U1")
        self._index()

    def _index(self) -> None:
        """Which indicators a word is, as slices of one array; and the codes that it speaks for."""
        rows: dict[int, list[int]] = {}
        firsts: dict[int, list[int]] = {}
        for row, pattern in enumerate(self.patterns):
            for word in sorted(pattern.parts[0]):
                (rows if pattern.word else firsts).setdefault(self.ids[word], []).append(row)
        self.plain, self.first = _Listed(rows, len(self.ids)), _Listed(firsts, len(self.ids))
        rests = [(pattern.parts[1:], pattern.ordered, pattern.without) for pattern in self.patterns]
        self.rests = {rest: i for i, rest in enumerate(dict.fromkeys(rests))}
        self.rest = np.array(
            [self.rests[rest] for rest in rests], dtype=np.min_scalar_type(len(rests))
        )  # small: sorted by radix
        self.speaks = np.zeros((len(self.ids), len(self.order)), dtype=bool)
        for i, found in rows.items():
            self.speaks[i, self.codes[found]] = True

    def _are(self, *words: Iterable[str]) -> np.ndarray:
        flags = np.zeros(len(self.ids), dtype=bool)
        flags[[self.ids[word] for group in words for word in group]] = True
        return flags

    def code(self, points: pd.DataFrame) -> pd.DataFrame:
        """The *codes* table of some points."""
        text = Text(points["text"].tolist(), points["headline"].tolist())
        places = self.scan(text)
        void = self.void(text, places)
        row, start, end, value = self.matches(text, places, void, points["role"].isin(UNJUDGED).to_numpy())
        size = len(self.order)
        owner = text.point(start) * size + self.codes[row]  # a code of a point
        kept = _apart(owner, row, start, end, value)
        owner, row, start, end = (column[kept] for column in (owner, row, start, end))
        found = np.bincount(owner, value[kept], len(points) * size).reshape(-1, size)
        score = found + self._likeness(text, void)
        primary = _highest(score, self.book.scoring["least"])
        least = np.maximum(self.book.scoring["secondary"], self.book.scoring["relative"] * found.max(axis=1))
        point, code = np.nonzero(primary | (found >= least[:, None]))
        point, code = (
            column[np.lexsort((-score[point, code], ~primary[point, code], point))] for column in (point, code)
        )
        first, last = (np.searchsorted(owner, point * size + code, side) for side in ("left", "right"))
        low, high = self._spans(text, (start, end), (point, code, first, last))
        shown = self.book.indicators["indicator"].to_numpy(dtype=object)[row].tolist()
        rows = points[["report", "point", "role", "start"]].iloc[point]
        shift = rows["start"].to_numpy() - text.first[point]
        return frames.make(
            "codes",
            rows.assign(
                code=np.array(list(self.order), dtype=object)[code],
                primary=primary[point, code],
                score=score[point, code],
                evidence=[text.joined[one:end] for one, end in zip(low.tolist(), high.tolist(), strict=True)],
                start=low + shift,
                end=high + shift,
                indicators=["、".join(shown[one:end]) for one, end in zip(first.tolist(), last.tolist(), strict=True)],
            ),
        )

    def _spans(self, text: Text, matches: tuple, cells: tuple) -> tuple[np.ndarray, np.ndarray]:
        """Where in the joined text the evidence of each point and code is: their first match, the heaviest."""
        (start, end), (point, code, first, last) = matches, cells
        low, high, found = np.zeros_like(point), np.zeros_like(point), first < last
        low[found] = text.folded.offsets[start[first[found]]]
        high[found] = text.folded.offsets[end[first[found]] - 1] + 1
        for i in np.flatnonzero(~found).tolist():
            low[i], high[i] = self._telling(text, int(point[i]), int(code[i]))
        return low, high

    def _likeness(self, text: Text, void: np.ndarray) -> np.ndarray:
        """What the wording of each point adds to each code."""
        added = np.zeros((len(text.starts), len(self.order)))
        if self.likeness is not None:
            rows, at = self.likeness.pairs(text.chars)
            told = np.flatnonzero(~void[at])
            rows, at = rows[told], at[told]
            point = text.point(at)
            times = np.where(at < text.headline[point], self.book.scoring["headline"], 1.0)
            sums = self.likeness.sums(rows, times, point, len(text.starts))
            added[:, :-1] = self.book.scoring["likeness"] * sums
        return added

    def _telling(self, text: Text, point: int, code: int) -> tuple[int, int]:
        """The clause that is most like the examples of a code; for *other*, nothing."""
        if self.likeness is None or code == len(self.order) - 1:
            return (int(text.first[point]),) * 2
        low, high = text.starts[point], np.append(text.starts, len(text.chars))[point + 1]
        rows, at = self.likeness.pairs(text.chars[low:high])
        clause = text.clause[low:high]
        best = np.bincount(clause[at], self.likeness.weights[rows, code]).argmax()
        inside = low + np.flatnonzero((clause == best) & (text.clause[low + 1 : high + 1] == best))
        return int(text.folded.offsets[inside[0]]), int(text.folded.offsets[inside[-1]]) + 1

    def scan(self, text: Text) -> Places:
        """All words of the codebook and of the genre, wherever they stand."""
        return Places(*self.finder.places(text.chars))

    def cues_at(self, places: Places) -> tuple[Places, Places]:
        """Words that say that something falls short; these and words that only mark such a clause."""
        cues = places.at(
            np.flatnonzero(self._are(self.cues.predicates, self.cues.marks, self.cues.hidden)[places.word])
        )
        cues = cues.at(cues.longest())
        marks = cues.at(np.flatnonzero(~self._are(self.cues.hidden)[cues.word]))
        return cues.at(np.flatnonzero(self._are(self.cues.predicates)[cues.word])), marks

    def matches(self, text: Text, places: Places, void: np.ndarray, unjudged: np.ndarray) -> tuple[np.ndarray, ...]:
        """All indicators that count: row of the codebook, span, value."""
        cues, marks = self.cues_at(places)
        plain = places.at(np.flatnonzero(self.plain.many[places.word] > 0))
        plain = plain.at(plain.longest())
        row, which = self.plain.of(plain.word)
        start, end = plain.start[which], plain.end[which]
        more = self._combinations(text, places, plain, cues)
        row, start, end = (np.concatenate(pair) for pair in zip((row, start, end), more, strict=True))
        point = text.point(start)
        head = end <= text.headline[point]
        counts = ~void[start] & (self.where[row] != np.where(head, "$", "^"))
        scoring = self.book.scoring
        lacks = _among(text.clause[start], text.clause[marks.start], text.clause[-1] + 1) | unjudged[point]
        opening = (text.headline[point] == text.starts[point]) & (
            text.sentence[start] == text.sentence[text.starts[point]]
        )
        value = self.weights[row] * np.where(lacks | head, 1, scoring["neutral"])
        value *= np.where(head, scoring["headline"], np.where(opening, scoring["opening"], 1))
        return tuple(column[counts] for column in (row, start, end, value))

    def _combinations(self, text: Text, places: Places, plain: Places, cues: Places) -> tuple[np.ndarray, ...]:
        """Row, start and end of all combinations; those that differ in their first part alone go together."""
        over = _covered(plain, len(text.chars))[places.start] - 1
        longer = (over >= 0) & (self.lengths[over] > self.lengths[places.word])
        row, which = self.first.of(places.word)
        shown = ~longer[which]
        hidden = np.flatnonzero(~shown)
        shown[hidden] = self.speaks[over[which[hidden]], self.codes[row[hidden]]]
        row, which = row[shown], which[shown]
        order = np.argsort(self.rest[row], kind="stable")
        row, first = row[order], places.at(which[order])
        bounds = np.searchsorted(self.rest[row], np.arange(len(self.rests) + 1))
        stand = self._standing(places, cues)
        found = [(row[:0], row[:0], row[:0])]
        for (rest, ordered, without), i in self.rests.items():
            here = slice(bounds[i], bounds[i + 1])
            if here.start == here.stop:
                continue
            kept, start, end = _joined(first.at(here), [stand(part) for part in rest], text.clause, ordered)
            if without:
                free = ~_among(text.clause[start], text.clause[stand(without).start], text.clause[-1] + 1)
                kept, start, end = kept[free], start[free], end[free]
            found.append((row[here][kept], start, end))
        return tuple(np.concatenate(column) for column in zip(*found, strict=True))

    def _standing(self, places: Places, cues: Places) -> Callable[[frozenset[str]], Places]:
        """A function from a part of a pattern to the places of its words, in order."""
        places = places.at(np.argsort(places.word.astype(np.min_scalar_type(len(self.ids))), kind="stable"))
        bounds = np.searchsorted(places.word, np.arange(len(self.ids) + 1))
        known = {frozenset(self.cues.predicates): cues}

        def stand(words: frozenset[str]) -> Places:
            if words not in known:
                ids = np.array(sorted(self.ids[word] for word in words))
                found = places.at(_ranges(bounds[ids], bounds[ids + 1])[0])
                known[words] = found.at(np.argsort(found.start, kind="stable"))
            return known[words]

        return stand

    def void(self, text: Text, places: Places) -> np.ndarray:
        """For each place, whether it is conceded before an 但, or denied."""
        size = len(text.folded.text) + 1
        change = np.zeros(size + 1, dtype=np.int32)
        opening = places.at(np.flatnonzero(self._are(self.cues.opening, self.cues.hidden)[places.word]))
        opening = opening.at(opening.longest())
        opening = opening.start[self._are(self.cues.opening)[opening.word]]
        turn = np.unique(places.start[self._are(self.cues.turning)[places.word]])
        turn = turn[text.clause[turn] > text.clause[np.maximum(turn - 1, 0)]]  # right after a mark
        turn = np.append(turn, size - 1)
        until = turn[np.searchsorted(turn, opening)]
        near = text.sentence[np.maximum(until - 1, 0)] == text.sentence[opening]
        near &= until < size - 1
        np.add.at(change, opening[near], 1)
        np.add.at(change, until[near], -1)
        deny = places.at(np.flatnonzero(self._are(self.cues.denying)[places.word]))
        close = places.at(np.flatnonzero(self._are(self.cues.closing)[places.word]))
        close = close.at(np.argsort(close.start, kind="stable"))
        last = np.searchsorted(text.clause[close.start], text.clause[deny.end], "right") - 1
        if len(close.start) and len(deny.start):
            good = (last >= 0) & (text.clause[close.start[last]] == text.clause[deny.end])
            np.add.at(change, deny.start[good], 1)
            np.add.at(change, np.maximum(close.end[last], deny.end)[good], -1)
        return np.cumsum(change)[:size] > 0


def _highest(score: np.ndarray, least: float) -> np.ndarray:
    """In each row true for the one highest score; for the last, *other*, if none exceeds the least."""
    worth = np.where(score > least, score, -np.inf)
    worth[:, -1] = least
    return worth.argmax(axis=1)[:, None] == np.arange(score.shape[1])


def _apart(owner: np.ndarray, row: np.ndarray, start: np.ndarray, end: np.ndarray, value: np.ndarray) -> np.ndarray:
    """Indices of the matches that count: each indicator once, and of those that overlap the heaviest.

    Ordered by owner, the heaviest first.
    """
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
    return order[np.lexsort((row[order], start[order], -value[order], owner[order]))]


def _ranges(low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """All of low[0]:high[0], low[1]:high[1], … and for each the number of its range."""
    which = np.repeat(np.arange(len(low)), high - low)
    ends = np.cumsum(high - low)
    return np.arange(len(which)) - np.repeat(ends - (high - low) - low, high - low), which


def _covered(plain: Places, size: int) -> np.ndarray:
    """For each place in the text, 1 + the word that covers it, else 0."""
    cover = np.zeros(size + 1, dtype=np.int32)
    widths = plain.end - plain.start
    for width in np.unique(widths):
        same = plain.at(np.flatnonzero(widths == width))
        for shift in range(width):
            cover[same.start + shift] = same.word + 1
    return cover


def _joined(
    first: Places, others: list[Places], clause: np.ndarray, ordered: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Which of the first have all others with them in a clause, at most `GAP` characters apart; their spans."""
    index, start, end = np.arange(len(first.start)), first.start, first.end
    for other in others:
        starts, ends = np.append(other.start, -1), np.append(other.end, -1)
        after = np.searchsorted(other.start, end)
        right = (starts[after] >= 0) & (starts[after] - end <= books.GAP) & (clause[end] == clause[starts[after]])
        low, high = start, np.where(right, ends[after], end)
        if not ordered:
            before = np.searchsorted(other.start, start) - 1
            gap = start - ends[before]
            left = ~right & (starts[before] >= 0) & (gap >= 0) & (gap <= books.GAP)
            left &= clause[ends[before]] == clause[start]
            low, right = np.where(left, starts[before], start), right | left
        index, start, end = index[right], low[right], high[right]
    return index, start, end
