"""Frames: two fixed parts with a slot between them that many words fill (Fletcher 2003; Römer 2010).

Found by data alone: every pair of fixed parts that stands often with different characters between.
Both parts and the slot must be free at their four borders, judged by accessor variety, so that a
part is not the torn half of a word.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from textkit import frames
from textkit.errors import InputError

_BREAKS = "，、。；：！？,;:!?…\r\n"
_SENTENCE = "。；！？;!?\r\n"
_LEFT, _RIGHT = 4, 3  # most characters of the fixed parts
_Row = tuple[int, int, int, float]  # count, reports, fillers, lift
_LONGER = 0.8  # of its places in a longer frame, and the shorter one is not listed


class _Source(NamedTuple):
    """The texts as one, and what stands at each of its places."""

    text: str
    codes: np.ndarray  # of the character, 0 for every break
    report: np.ndarray
    parts: list[np.ndarray]  # by length: number of the fixed part that begins here, or -1
    fillers: list[np.ndarray]  # by length: number of the filler that begins here, or -1


class _Found(NamedTuple):
    """Places of frames whose fixed parts have given lengths, one row each."""

    key: np.ndarray  # number of the frame
    place: np.ndarray  # of its left part
    filler: np.ndarray  # number of the filler
    size: np.ndarray  # characters of the filler

    def pick(self, rows: np.ndarray) -> "_Found":
        return _Found(*(column[rows] for column in self))


def slots(
    points: pd.DataFrame,
    *,
    min_fillers: int = 4,
    min_reports: int = 2,
    min_variety: int = 3,
    min_lift: float = 3,
    max_filler: int = 6,
    across: bool = False,
) -> pd.DataFrame:
    """Frames of up to four characters, a slot and up to three, as 缺乏…性, …的多, 存在…不够.

    Parameters
    ----------
    points
        Table with columns ``report, point, text``.
    min_fillers, min_reports
        Fewest different fillers, and reports in which the frame stands.
    min_variety
        Fewest different characters before and after the frame and at both ends of the fillers;
        the end of a clause counts as one each time.
    min_lift
        Least ratio of its count to the count that chance would give its two parts: how often the
        second would begin within reach of the first if all characters were shuffled in these pieces.
    max_filler
        Most characters in the slot. Time and memory grow with it and with the text.
    across
        Let the slot reach over commas, for frames of whole sentences: 虽然…但.

    Returns
    -------
    DataFrame
        The *phrase_frames* table: most reports first, then most fillers. A part ``^`` or
        ``$`` is the begin or end of a clause. Listed are frames that cannot be made longer without
        losing a fifth of their places.

    Raises
    ------
    InputError
        A threshold below 1.

    >>> texts = ["这缺乏系统性。还缺乏主动性，也缺乏创造性", "缺乏针对性；都缺乏系统性"]
    >>> found = slots(pd.DataFrame({"report": ["a", "b"], "point": 1, "text": texts}), min_variety=1, min_lift=1)
    >>> found[["frame", "count", "fillers"]].values.tolist()
    [['缺乏…性', 5, 4]]
    """
    frames.require(points, "points", "report", "point", "text")
    if min(min_fillers, min_reports, min_variety, max_filler) < 1:
        raise InputError("slots: all thresholds start at 1")
    source = _source(points, _SENTENCE if across else _BREAKS, max_filler)
    least = (min_fillers, min_reports, min_variety, min_lift)
    rows: dict[tuple[str, str], _Row] = {}
    for a in range(_LEFT + 1):
        for b in range(_RIGHT + 1):
            if a + b > 2 or (a + b == 2 and a * b == 0):
                found = _places(source, a, b, min_fillers)
                rows |= _judge(found, source, (a, b), least)
    kept = [(f"{left}…{right}", left, right, *row) for (left, right), row in _longest(rows).items()]
    order = ["reports", "fillers", "count", "frame"]
    frame = frames.make("phrase_frames", kept)
    return frame.sort_values(order, ascending=[False, False, False, True], ignore_index=True)


def fillers(found: pd.DataFrame, points: pd.DataFrame, *, max_filler: int = 6, across: bool = False) -> pd.DataFrame:
    """What fills the slot of each frame, place by place.

    Parameters
    ----------
    found
        Table with columns ``frame, left, right``: the *phrase_frames* of `slots`, or some of them.
    points
        Table with columns ``report, point, text, start``.
    max_filler, across
        As for `slots`.

    Returns
    -------
    DataFrame
        The *fillers* table; ``text[start:end]`` is the filler. Count with ``value_counts``.

    >>> points = pd.DataFrame({"report": ["a"], "point": [1], "text": ["缺乏系统性，缺乏主动性"], "start": [10]})
    >>> frame = pd.DataFrame({"frame": ["缺乏…性"], "left": ["缺乏"], "right": ["性"]})
    >>> fillers(frame, points)[["filler", "start", "end"]].values.tolist()
    [['系统', 12, 14], ['主动', 18, 20]]
    """
    frames.require(found, "phrase_frames", "frame", "left", "right")
    frames.require(points, "points", "report", "point", "text", "start")
    stop = re.escape(_SENTENCE if across else _BREAKS)
    rows = []
    for frame, left, right in found[["frame", "left", "right"]].itertuples(index=False):
        begin = f"(?:^|(?<=[{stop}]))" if left == "^" else re.escape(left)
        end = f"(?:$|(?=[{stop}]))" if right == "$" else f"(?={re.escape(right)})"
        sought = re.compile(f"{begin}([^{stop}]{{1,{max_filler}}}?){end}")
        for report, point, text, base in points[["report", "point", "text", "start"]].itertuples(index=False):
            rows += [
                (frame, hit[1], report, point, base + hit.start(1), base + hit.end(1)) for hit in _every(sought, text)
            ]
    return frames.make("fillers", rows)


def _every(sought: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """All matches, overlapping ones included."""
    found = sought.search(text)
    while found:
        yield found
        found = sought.search(text, found.start() + 1) if found.start() < len(text) else None


def _source(points: pd.DataFrame, breaks: str, max_filler: int) -> _Source:
    text = "\n" + "".join(f"{text}\n" for text in points["text"])
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.int64)
    codes[np.isin(codes, [ord(char) for char in breaks])] = 0
    sizes = points["text"].str.len().to_numpy(dtype=np.int64) + 1
    report = np.append(0, np.repeat(pd.factorize(points["report"])[0], sizes))
    letters = np.array([char.isalnum() for char in text])
    parts = _grams(np.where(letters, codes, 0), max(_LEFT, _RIGHT))
    parts[0] = np.where(codes == 0, 0, -1)  # a part of no characters is the break itself
    return _Source(text, codes, report, parts, _grams(codes, max_filler))


def _grams(codes: np.ndarray, longest: int) -> list[np.ndarray]:
    """For each length, a number for the characters that begin at each place; -1 where a break is among them."""
    grams = [np.where(codes == 0, 0, -1)]  # of length 0: the break itself
    for size in range(1, longest + 1):
        ahead = np.append(codes[size - 1 :], np.zeros(size - 1, dtype=np.int64))[: len(codes)]
        whole = (ahead > 0) & ((grams[-1] >= 0) if size > 1 else True)
        number = np.full(len(codes), -1)
        pair = (grams[-1] if size > 1 else np.zeros_like(codes)) * (int(codes.max()) + 1) + ahead
        number[whole] = np.unique(pair[whole], return_inverse=True)[1]
        grams.append(number)
    return grams


def _places(source: _Source, a: int, b: int, least: int) -> _Found:
    """All places of all frames with parts of these lengths that stand often enough to have that many fillers."""
    width, found, lefts, rights = max(a, 1), [], source.parts[a], source.parts[b]
    for size in range(1, len(source.fillers)):
        place = np.flatnonzero(lefts[: max(len(lefts) - width - size, 0)] >= 0)
        place = place[(source.fillers[size][place + width] >= 0) & (rights[place + width + size] >= 0)]
        key = lefts[place] * (int(rights.max(initial=0)) + 1) + rights[place + width + size]
        found.append(_Found(key, place, source.fillers[size][place + width], np.full(len(place), size)))
    every = _Found(*(np.concatenate(column) for column in zip(*found, strict=True)))
    nearest = np.unique(np.stack([every.key, every.place], axis=1), axis=0, return_index=True)[1]
    every = every.pick(nearest)  # the shortest filler of those that begin at one place
    _, row, count = np.unique(every.key, return_inverse=True, return_counts=True)
    return every.pick(np.flatnonzero(count[row] >= least))


def _judge(
    found: _Found, source: _Source, lengths: tuple[int, int], least: tuple[int, int, int, float]
) -> dict[tuple[str, str], _Row]:
    """Frames that meet the thresholds, with count, reports, different fillers and lift."""
    a, b = lengths
    start = found.place + max(a, 1)
    end = start + found.size
    _, first, row, count = np.unique(found.key, return_index=True, return_inverse=True, return_counts=True)

    def different(values: np.ndarray) -> np.ndarray:
        apart = np.where(values == 0, -1 - np.arange(len(values)), values)  # every break is its own
        return np.bincount(np.unique(np.stack([row, apart], axis=1), axis=0)[:, 0], minlength=len(count))

    sides = [source.codes[start], source.codes[end - 1]]
    sides += [source.codes[found.place - 1]] if a else []
    sides += [source.codes[end + b]] if b else []
    filled = different(1 + found.filler * len(source.fillers) + found.size)
    spread = different(1 + source.report[found.place])
    chance = _often(source.parts[a], found.place[first]) * _often(source.parts[b], end[first])
    lift = count * len(source.codes) / (chance * (len(source.fillers) - 1))
    fit = (filled >= least[0]) & (spread >= least[1]) & (lift >= least[3])
    for side in sides:
        fit &= different(side) >= least[2]
    rows = {}
    for n in np.flatnonzero(fit).tolist():
        left, right = (source.text[at : at + size] for at, size in ((found.place[first[n]], a), (end[first[n]], b)))
        rows[left or "^", right or "$"] = (int(count[n]), int(spread[n]), int(filled[n]), float(lift[n]))
    return rows


def _often(parts: np.ndarray, places: np.ndarray) -> np.ndarray:
    """How often the parts at these places stand in the whole."""
    return np.bincount(parts[parts >= 0])[parts[places]]


def _longest(rows: dict[tuple[str, str], _Row]) -> dict[tuple[str, str], _Row]:
    """Without frames most of whose places are those of a frame with one more fixed character."""
    covered = set()
    for (left, right), (count, *_) in rows.items():
        for shorter in ((left[1:], right), (left[:-1], right), (left, right[1:]), (left, right[:-1])):
            parts = (shorter[0] or "^", shorter[1] or "$")
            if parts in rows and count >= _LONGER * rows[parts][0]:
                covered.add(parts)
    return {parts: row for parts, row in rows.items() if parts not in covered}
