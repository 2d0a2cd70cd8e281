"""Frames: two fixed parts with a slot between them that many words fill (Fletcher 2003; Römer 2010).

Found by data alone: every pair of fixed parts that stands often with different characters between.
A place counts if the frame tears no word at its two ends (`borders`), and if its filler is whole words in a
fifth of all the places it has: 缺乏主动性 counts for 缺乏…性, 没有落实 does not for 没有…实.
"""

import math
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from textkit import frames, hanzi
from textkit.errors import InputError, number
from textkit.hanzi import BARRIER
from textkit.phrases.borders import borders
from textkit.phrases.mining import view
from textkit.phrases.repeats import UNICODE, join, suffix_array

_LINES = "\r\n"
_BREAKS = "，、。；：！？,;:!?…\r\n"
_SENTENCE = "。！？!?\r\n"
_LEFT, _RIGHT = 4, 3  # most characters of the fixed parts
_Row = tuple[int, int, int, float]  # count, reports, fillers, lift
_WORDS = 0.2  # least share of its places in which a filler is whole words
_LONGER = 0.8  # of its places in a longer frame, and the shorter one is not listed


class _Source(NamedTuple):
    """The texts as one, a break before and after each, and what stands at each place."""

    views: list[hanzi.Folded]
    text: str
    unit: np.ndarray  # row of the points, from 1
    first: np.ndarray  # place of the first character of each row
    free: np.ndarray  # whether a word may begin here
    parts: list[np.ndarray]  # by length: number of the fixed part that begins here, or -1; the break has length 0
    fillers: list[np.ndarray]  # by length: number of the filler that begins here, or -1


class _Found(NamedTuple):
    """Places of frames whose fixed parts have given lengths, one row each."""

    key: np.ndarray  # number of the frame
    place: np.ndarray  # of its left part
    size: np.ndarray  # characters of the filler

    def pick(self, rows: np.ndarray) -> "_Found":
        return _Found(*(column[rows] for column in self))


def slots(
    points: pd.DataFrame,
    *,
    min_fillers: int = 4,
    min_reports: int = 2,
    min_lift: float = 3,
    max_filler: int = 6,
    across: bool = False,
) -> pd.DataFrame:
    """Frames of up to four characters, a slot and up to three, as 缺乏…性, 把…作为, 解决…问题: *phrase_frames*.

    Those come first whose parts most surely go together: by count × log of lift, the frame's share of G² (Dunning
    1993). A part ``^`` or ``$`` is the begin or end of a clause. Listed are frames that cannot be made longer without
    losing a fifth of their places. Points have ``report, point, text``.

    Parameters
    ----------
    min_fillers, min_reports
        Fewest different fillers (and places of either part), and reports in which the frame stands; an `InputError`
        below 1.
    min_lift
        Least ratio of its count to the count that chance would give its two parts: how often the
        second would begin within reach of the first if all characters were shuffled.
    max_filler
        Most characters in the slot. Time and memory grow with it and with the text.
    across
        Let the slot reach over commas, for frames of whole sentences: 虽然…但.

    >>> texts = ["学习缺乏系统性，工作缺乏主动性。学习不够系统，工作不够主动。"]
    >>> texts += ["学习缺乏经常性，工作缺乏全面性。学习不够经常，工作不够全面。"]
    >>> found = slots(pd.DataFrame({"report": ["a", "b"], "point": 1, "text": texts}), min_lift=1)
    >>> found[["frame", "count", "fillers"]].values.tolist()
    [['缺乏…性', 4, 4]]
    """
    frames.require_known(points, "points", "report", "point", "text")
    if min(min_fillers, min_reports, max_filler) < 1:
        raise InputError("slots: all thresholds start at 1")
    source = _source(points, max_filler, across)
    reports = np.append(0, pd.factorize(points["report"])[0])
    rows: dict[tuple[str, str], _Row] = {}
    for a in range(_LEFT + 1):
        for b in range(_RIGHT + 1):
            if a + b > 2 or (a + b == 2 and a * b == 0):
                parts = [part[part >= 0] for part in (source.parts[a], source.parts[b])]
                found = _places(source, a, b, [np.bincount(part, minlength=1) >= min_fillers for part in parts])
                _, row, count = np.unique(found.key, return_inverse=True, return_counts=True)
                found = _nearest(found.pick(count[row] >= min_fillers), source)
                rows |= _judge(found, source, reports, (a, b), (min_fillers, min_reports, min_lift))
    kept = [(f"{left}…{right}", left, right, *row) for (left, right), row in _longest(rows).items()]
    kept.sort(key=lambda row: (-row[3] * math.log(max(row[6], 1)), row[0]))
    return frames.make("phrase_frames", kept)


def fillers(found: pd.DataFrame, points: pd.DataFrame, *, max_filler: int = 6, across: bool = False) -> pd.DataFrame:
    """What fills the slot of each frame, place by place: the *fillers* table, to be counted with ``value_counts``.

    Of the *phrase_frames* of `slots`, some of them, or others with ``frame, left, right``, in all the points that
    `slots` was given (with ``start``), and with its ``max_filler`` and ``across``.

    >>> points = pd.DataFrame({"report": ["a"], "point": [1], "text": ["缺乏系统性，缺乏主动性"], "start": [10]})
    >>> frame = pd.DataFrame({"frame": ["缺乏…性"], "left": ["缺乏"], "right": ["性"]})
    >>> fillers(frame, points)[["filler", "start", "end"]].values.tolist()
    [['系统', 12, 14], ['主动', 18, 20]]
    """
    frames.require(found, "phrase_frames", "frame", "left", "right")
    frames.require_known(points, "points", "report", "point", "text", "start")
    number("fillers: max_filler", max_filler, 1)
    longest = int(found[["left", "right"]].map(len).max(axis=None)) if len(found) else 1
    source = _source(points, max_filler, across, longest)
    numbers = {part: _number(source, part) for part in {*found["left"], *found["right"]}}
    wanted: dict[tuple[int, int], list[tuple[int, int, str]]] = defaultdict(list)
    for frame, left, right in found[["frame", "left", "right"]].itertuples(index=False):
        if min(numbers[left], numbers[right]) >= 0:
            wanted[len(left.strip("^")), len(right.strip("$"))].append((numbers[left], numbers[right], frame))
    tables = []
    for (a, b), some in wanted.items():
        frame = {left * len(source.unit) + right: name for left, right, name in some}
        fit = [np.isin(np.arange(len(source.unit)), side) for side in list(zip(*some, strict=True))[:2]]
        here = _places(source, a, b, fit)
        here = _nearest(here.pick(np.isin(here.key, list(frame))), source)
        place = here.place + max(a, 1)
        row = source.unit[place] - 1
        spots = zip(row, place - source.first[row + 1], here.size, strict=True)
        spans = [source.views[n].span(at, at + size) for n, at, size in spots]
        start, end = np.array(spans, dtype=np.int64).reshape(-1, 2).T + points["start"].to_numpy(dtype=np.int64)[row]
        columns = {name: points[name].to_numpy()[row] for name in ("report", "point")}
        columns |= {"frame": [frame[key] for key in here.key.tolist()], "start": start, "end": end}
        columns["filler"] = [source.text[at : at + n] for at, n in zip(place, here.size, strict=True)]
        tables.append(pd.DataFrame(columns | {"row": row}))
    order = found[["frame"]].assign(order=range(len(found)))
    every = (
        pd.concat([frames.make("fillers").assign(row=0), *tables])
        .merge(order)
        .sort_values(["order", "row", "start"], ignore_index=True)
    )
    return frames.make("fillers", every)


def _source(points: pd.DataFrame, max_filler: int, across: bool, longest: int = max(_LEFT, _RIGHT)) -> _Source:
    views = [view(text, _LINES) for text in points["text"]]
    texts = ["", *(folded.text for folded in views)]
    text = "\n".join([*texts, ""])
    corpus = join(texts, (_SENTENCE if across else _BREAKS) + BARRIER)
    stops = corpus.codes >= UNICODE
    symbols, number = np.unique(corpus.codes, return_inverse=True)
    letters = np.array([symbol < UNICODE and chr(symbol).isalnum() for symbol in symbols.tolist()])[number]
    free = borders(np.where(letters, corpus.codes, 0))
    suffixes, shared = suffix_array(corpus.codes)
    parts = [np.where(stops, 0, -1).astype(np.int32)]
    parts += [_grams(suffixes, shared, letters, size) for size in range(1, longest + 1)]
    slot = [parts[0]]
    for size in range(1, max_filler + 1):
        number = _grams(suffixes, shared, ~stops, size)
        here = np.flatnonzero(number >= 0)
        whole = here[free[here] & free[here + size]]
        often = np.bincount(number[whole], minlength=len(number) + 1) >= _WORDS * np.bincount(
            number[here], minlength=len(number) + 1
        )
        slot.append(np.where((number >= 0) & often[number], number, -1))
    return _Source(views, text, corpus.unit, corpus.first, free, parts, slot)


def _grams(suffixes: np.ndarray, shared: np.ndarray, fit: np.ndarray, size: int) -> np.ndarray:
    """A number for the characters that begin at each place; -1 where not all of them are fit."""
    number = np.empty(len(suffixes), dtype=np.int32)
    number[suffixes] = np.cumsum(shared[:-1] < size)
    misfits = np.append(0, np.cumsum(~fit))
    whole = misfits[size:] == misfits[:-size] if size < len(misfits) else np.zeros(0, dtype=bool)
    number[: len(whole)][~whole] = -1
    number[len(whole) :] = -1
    return number


def _number(source: _Source, part: str) -> int:
    """The number of a fixed part, -1 if it is nowhere."""
    if part in ("^", "$"):
        return 0
    at = source.text.find(part)
    return int(source.parts[len(part)][at]) if at >= 0 else -1


def _reach(source: _Source, places: np.ndarray, a: int, b: int) -> Iterator[tuple[int, np.ndarray]]:
    """For each size of the slot, those places of left parts from which a whole frame reaches."""
    width = max(a, 1)
    places = places[(source.parts[a][places] >= 0) & (source.free[places] | (a == 0))]
    for size in range(1, len(source.fillers)):
        here = places[places + width + size + b <= len(source.unit) - (b == 0)]
        end = here + width + size
        fit = source.fillers[size][here + width] >= 0
        yield size, here[fit & (source.parts[b][end] >= 0) & source.free[end + b]]


def _places(source: _Source, a: int, b: int, fit: list[np.ndarray]) -> _Found:
    """All places of all frames with parts of these lengths, given which parts may be on the left and on the right."""
    lefts, rights = source.parts[a].astype(np.int64), source.parts[b]
    found = []
    for size, reached in _reach(source, np.flatnonzero((lefts >= 0) & fit[0][lefts]), a, b):
        place = reached[fit[1][rights[reached + max(a, 1) + size]]]
        right = rights[place + max(a, 1) + size]
        found.append(_Found(lefts[place] * len(source.unit) + right, place, np.full(len(place), size)))
    return _Found(*(np.concatenate(column) for column in zip(*found, strict=True)))


def _nearest(found: _Found, source: _Source) -> _Found:
    """The shortest filler of those that begin at one place."""
    _, row = np.unique(found.key, return_inverse=True)
    return found.pick(np.unique(row * len(source.unit) + found.place, return_index=True)[1])


def _judge(
    found: _Found, source: _Source, reports: np.ndarray, lengths: tuple[int, int], least: tuple[int, int, float]
) -> dict[tuple[str, str], _Row]:
    """Frames that meet the thresholds, with count, reports, different fillers and lift."""
    a, b = lengths
    start = found.place + max(a, 1)
    end = start + found.size
    _, first, row, count = np.unique(found.key, return_index=True, return_inverse=True, return_counts=True)

    def different(values: np.ndarray, below: int) -> np.ndarray:
        return np.bincount(np.unique(row * below + values) // below, minlength=len(count))

    size = len(source.unit)
    filler = np.zeros(len(start), dtype=np.int64)
    for n in range(1, len(source.fillers)):
        this = found.size == n
        filler[this] = source.fillers[n][start[this]] + np.int64(n) * size
    filled = different(filler, size * len(source.fillers) + size)
    spread = different(reports[source.unit[start]], len(reports))
    chance = _often(source.parts[a], found.place[first]) * _often(source.parts[b], end[first])
    lift = count * size / (chance * (len(source.fillers) - 1))
    fit = (filled >= least[0]) & (spread >= least[1]) & (lift >= least[2])
    rows = {}
    for n in np.flatnonzero(fit).tolist():
        left, right = (source.text[at : at + size] for at, size in ((found.place[first[n]], a), (end[first[n]], b)))
        rows[left or "^", right or "$"] = (int(count[n]), int(spread[n]), int(filled[n]), float(lift[n]))
    return rows


def _often(parts: np.ndarray, places: np.ndarray) -> np.ndarray:
    """How often the parts at these places stand in the whole."""
    return np.bincount(parts[parts >= 0])[parts[places]]


def _longest(rows: dict[tuple[str, str], _Row]) -> dict[tuple[str, str], _Row]:
    """Without frames most of whose places are those of a frame with more fixed characters."""
    covered = set()
    for (left, right), (count, *_) in rows.items():
        shorter = [(part or "^", right) for n in range(1, len(left) + 1) for part in (left[n:], left[:-n])]
        shorter += [(left, part or "$") for n in range(1, len(right) + 1) for part in (right[n:], right[:-n])]
        # ^ made shorter is itself, and covers nothing
        there = {parts for parts in shorter if parts in rows and parts != (left, right)}
        covered |= {parts for parts in there if count >= _LONGER * rows[parts][0]}
    return {parts: row for parts, row in rows.items() if parts not in covered}
