"""Text → stock phrases: every maximal repeat, with counts, spread and places.

Phrases are mined from characters, not from words, so that no segmenter decides what can be one.
A suffix array with its LCP array (Manber & Myers 1993; Kasai et al. 2001) puts all suffixes that
share a beginning side by side; each stretch that shares more than its neighbours is a repeat that
cannot be longer to the right (Abouelhoda, Kurtz & Ohlebusch 2004), and it is maximal if what
stands before its places differs. Everything after that is arithmetic on these stretches.

The texts are joined by separators that each occur once, so no phrase crosses a point.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from textkit import frames
from textkit.errors import InputError

CLAUSE = "，。；：！？,;:!?…\r\n"
"""Punctuation that ends a clause, to be passed as ``barriers``."""

_UNICODE = 0x110000
_CHUNK = 4_000_000  # places held in memory at a time


class _Corpus(NamedTuple):
    """All points in one array of codepoints; every separator is a number of its own."""

    codes: np.ndarray  # int32
    unit: np.ndarray  # row of the points frame each place belongs to
    first: np.ndarray  # place of the first character of each row


class _Stretches(NamedTuple):
    """Suffixes ``left:right`` of the suffix array share exactly ``chars`` characters."""

    left: np.ndarray
    right: np.ndarray
    chars: np.ndarray

    def pick(self, rows: np.ndarray) -> "_Stretches":
        return _Stretches(self.left[rows], self.right[rows], self.chars[rows])


def mine(
    points: pd.DataFrame, *, min_chars: int = 4, min_reports: int = 2, min_count: int = 2, barriers: str = ""
) -> pd.DataFrame:
    """All maximal repeats within points that meet the thresholds.

    A repeat is maximal when every character put before or after it changes its count. Counts
    include overlapping places. The list is complete: nothing is left out that meets the thresholds.

    Parameters
    ----------
    points
        Table with columns ``report, point, text``; with ``dimension``, phrases that stand in a
        dictated heading are told apart.
    min_chars, min_reports, min_count
        Thresholds, all inclusive.
    barriers
        Characters that no phrase may contain, such as `CLAUSE`; none by default.

    Returns
    -------
    DataFrame
        The *phrases* table, most reports first, then longest, most frequent, codepoint order.
        ``dispersion`` is DPnorm (Gries 2008; Lijffijt & Gries 2012) over reports weighted by
        length; varieties are accessor varieties (Feng et al. 2004).

    Raises
    ------
    InputError
        A threshold below 1, or ``min_count`` below 2.

    >>> import pandas as pd
    >>> points = pd.DataFrame({"report": ["a", "b"], "point": [1, 1], "text": ["一定程度上存在", "在一定程度上有"]})
    >>> mine(points)[["phrase", "count", "reports", "left_variety"]].to_records(index=False).tolist()
    [('一定程度上', 2, 2, 2)]
    """
    frames.require(points, "points", "report", "point", "text")
    if min_chars < 1 or min_reports < 1 or min_count < 2:
        raise InputError("phrases: min_chars and min_reports start at 1, min_count at 2")
    if not len(points):
        return frames.make("phrases")
    corpus = _join(points["text"].tolist(), barriers)
    groups, _ = pd.factorize(points["report"])
    suffixes, found = _repeats(corpus.codes, min_chars, max(min_count, min_reports))
    reports, left, right, dispersion = _measure(corpus, suffixes, found, groups)
    keep = np.flatnonzero(reports >= min_reports)
    found = found.pick(keep)
    texts = _texts(points["text"].tolist(), corpus, suffixes, found)
    frame = frames.make(
        "phrases",
        {
            "phrase": texts,
            "chars": found.chars,
            "count": found.right - found.left,
            "net_count": _net_counts(suffixes, found),
            "reports": reports[keep],
            "dispersion": dispersion[keep],
            "left_variety": left[keep],
            "right_variety": right[keep],
            "origin": _origins(texts, reports[keep], points),
        },
    )
    order = ["reports", "chars", "count", "phrase"]
    return frame.sort_values(order, ascending=[False, False, False, True], ignore_index=True)


def stock(phrases: pd.DataFrame, *, min_variety: int = 3, min_net: int = 2) -> pd.DataFrame:
    """Of the mined repeats, those that stand on their own: the stock phrases to show first.

    Left out are fragments (a repeat that nearly always has the same neighbour, 民服务的), what occurs
    almost only inside a longer phrase (C-value's idea: Frantzi, Ananiadou & Mima 2000), what the
    meeting notice dictates, and what stays within one report. Most reports first, then net count.

    >>> mined = pd.DataFrame({"phrase": ["为民服务", "民服务的"], "reports": 4, "net_count": [3, 1], "chars": 4,
    ...     "left_variety": [9, 2], "right_variety": [4, 5], "origin": "shared"})
    >>> stock(mined).phrase.tolist()
    ['为民服务']
    """
    frames.require(phrases, "phrases", "phrase", "chars", "net_count", "reports", "left_variety", "right_variety", "origin")
    free = (phrases["left_variety"] >= min_variety) & (phrases["right_variety"] >= min_variety)
    chosen = phrases[free & (phrases["net_count"] >= min_net) & (phrases["origin"] == "shared")]
    order = ["reports", "net_count", "chars", "phrase"]
    return chosen.sort_values(order, ascending=[False, False, False, True], ignore_index=True)


def locate(phrases: pd.DataFrame, points: pd.DataFrame) -> pd.DataFrame:
    """Every place of every phrase, overlapping ones included.

    Parameters
    ----------
    phrases
        Table with the column ``phrase``.
    points
        Table with columns ``report, point, text, start``.

    Returns
    -------
    DataFrame
        The *occurrences* table: ``phrase, report, point, start, end``, in the order of the
        phrases, then of the points; ``reports.text[start:end]`` is the phrase.

    >>> import pandas as pd
    >>> points = pd.DataFrame({"report": ["a"], "point": [3], "text": ["学而时习之，学而"], "start": [10]})
    >>> locate(pd.DataFrame({"phrase": ["学而"]}), points)[["start", "end"]].values.tolist()
    [[10, 12], [16, 18]]
    """
    frames.require(phrases, "phrases", "phrase")
    frames.require(points, "points", "report", "point", "text", "start")
    rows = []
    if len(phrases):
        find = _automaton(phrases["phrase"].tolist()).iter
        for row, text in enumerate(points["text"]):
            rows.extend((i, row, end - chars + 1, end + 1) for end, (i, chars) in find(text))
    places = np.array(sorted(rows), dtype=np.int64).reshape(-1, 4)
    which, row, start, end = places.T
    base = points["start"].to_numpy(dtype=np.int64)[row]
    columns = {name: points[name].to_numpy()[row] for name in ("report", "point")}
    phrase = phrases["phrase"].to_numpy()[which]
    return frames.make("occurrences", {"phrase": phrase, **columns, "start": base + start, "end": base + end})


def _join(texts: list[str], barriers: str) -> _Corpus:
    """Texts as one array, each followed by a separator; barriers become separators too."""
    joined = "\n".join([*texts, ""])
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype="<i4").astype(np.int32)
    sizes = np.array([len(text) + 1 for text in texts])
    first = np.cumsum(sizes) - sizes
    cut = np.isin(codes, [ord(char) for char in barriers]) if barriers else np.zeros(len(codes), dtype=bool)
    cut[first + sizes - 1] = True
    codes[cut] = _UNICODE + np.arange(cut.sum(), dtype=np.int32)
    return _Corpus(codes, np.repeat(np.arange(len(texts)), sizes), first)


def _repeats(codes: np.ndarray, min_chars: int, min_count: int) -> tuple[np.ndarray, _Stretches]:
    """Suffix array, and its maximal stretches of at least ``min_chars`` shared characters."""
    from pydivsufsort import divsufsort, kasai

    suffixes = divsufsort(codes)
    shared = np.zeros(len(codes) + 1, dtype=np.int64)  # shared[i]: characters of suffixes i-1 and i
    shared[1:-1] = kasai(codes, suffixes)[: len(codes) - 1]
    high = np.flatnonzero(shared >= min_chars)
    left = _nearest_below(shared, high, step=-1)
    right = _nearest_below(shared, high, step=+1)
    _, one_each = np.unique(left * len(shared) + right, return_index=True)
    found = _Stretches(left, right, shared[high]).pick(one_each)
    # Maximal to the left: somewhere between two neighbours the character before them changes.
    before = codes[suffixes - 1]
    changes = np.concatenate([[0], np.cumsum(before[1:] != before[:-1])])
    diverse = changes[found.right - 1] > changes[found.left]
    return suffixes, found.pick(np.flatnonzero(diverse & (found.right - found.left >= min_count)))


def _nearest_below(values: np.ndarray, places: np.ndarray, step: int) -> np.ndarray:
    """For each place, the nearest one to that side with a smaller value.

    All places jump at once over what their neighbour already knows to be no smaller, so the
    distance covered grows from round to round.
    """
    nearest = np.arange(len(values), dtype=np.int64)
    nearest[places] += step
    waiting = places
    while len(waiting):
        waiting = waiting[values[nearest[waiting]] >= values[waiting]]
        nearest[waiting] = nearest[nearest[waiting]]
    return nearest[places]


def _places(suffixes: np.ndarray, found: _Stretches) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Stretch and text place of every occurrence, a bounded number at a time."""
    counts = found.right - found.left
    chunk = np.cumsum(counts) // _CHUNK
    for rows in np.split(np.arange(len(counts)), np.flatnonzero(np.diff(chunk)) + 1):
        row = np.repeat(rows, counts[rows])
        within = np.arange(len(row)) - np.repeat(np.cumsum(counts[rows]) - counts[rows], counts[rows])
        yield row, suffixes[found.left[row] + within].astype(np.int64)


def _measure(corpus: _Corpus, suffixes: np.ndarray, found: _Stretches, groups: np.ndarray) -> tuple[np.ndarray, ...]:
    """Reports, left and right variety, and DPnorm of each stretch."""
    sizes = np.bincount(groups[corpus.unit[corpus.codes < _UNICODE]], minlength=groups.max() + 1)
    expected = sizes / max(sizes.sum(), 1)
    reports, left, right, gap = (np.zeros(len(found.left)) for _ in range(4))
    for row, at in _places(suffixes, found):
        keys, times = np.unique(row * len(sizes) + groups[corpus.unit[at]], return_counts=True)
        stretch, report = keys // len(sizes), keys % len(sizes)
        observed = times / (found.right - found.left)[stretch]
        reports += np.bincount(stretch, minlength=len(reports))
        # Reports without the phrase add their expected share, which is what is left of 1.
        there = np.abs(observed - expected[report]) - expected[report]
        gap += np.bincount(stretch, weights=there, minlength=len(gap))
        left += _variety(row, corpus.codes[at - 1], len(left))
        right += _variety(row, corpus.codes[at + found.chars[row]], len(right))
    norm = 1 - expected.min(initial=1)
    dispersion = (gap + 1) / 2 / norm if norm else gap * 0
    return reports.astype(np.int64), left.astype(np.int64), right.astype(np.int64), dispersion


def _variety(row: np.ndarray, neighbours: np.ndarray, n: int) -> np.ndarray:
    """Number of different neighbours of each stretch."""
    pairs = np.unique(row * (1 << 32) + neighbours)
    return np.bincount(pairs >> 32, minlength=n)


def _net_counts(suffixes: np.ndarray, found: _Stretches) -> np.ndarray:
    """Occurrences that do not lie inside an occurrence of a longer phrase in the list."""
    reach = np.zeros(len(suffixes), dtype=np.int64)  # furthest end of a phrase that starts here
    order = np.argsort(found.chars, kind="stable")
    for row, at in _places(suffixes, found.pick(order)):
        reach[at] = at + found.chars[order][row]  # the longest comes last and stays
    earlier = np.concatenate([[0], np.maximum.accumulate(reach)[:-1]])
    net = np.zeros(len(found.left), dtype=np.int64)
    for row, at in _places(suffixes, found):
        end = at + found.chars[row]
        free = (earlier[at] < end) & (reach[at] == end)
        net += np.bincount(row[free], minlength=len(net))
    return net


def _texts(texts: list[str], corpus: _Corpus, suffixes: np.ndarray, found: _Stretches) -> list[str]:
    at = suffixes[found.left].astype(np.int64)
    unit = corpus.unit[at]
    start = at - corpus.first[unit]
    return [texts[u][s : s + n] for u, s, n in zip(unit, start, found.chars, strict=True)]


def _origins(phrases: list[str], reports: np.ndarray, points: pd.DataFrame) -> list[str]:
    """Dictated where the phrase stands in a dictated heading; else by the number of reports."""
    headings = points["dimension"].unique().tolist() if "dimension" in points and phrases else []
    find = _automaton(phrases).iter if headings else None
    dictated = {i for heading in headings for _, (i, _) in find(heading)}
    return ["dictated" if i in dictated else "shared" if n > 1 else "own" for i, n in enumerate(reports)]


def _automaton(phrases: list[str]):
    """Finds every place of every phrase in one pass (Aho & Corasick 1975)."""
    import ahocorasick

    automaton = ahocorasick.Automaton()
    for i, phrase in enumerate(phrases):
        automaton.add_word(phrase, (i, len(phrase)))
    automaton.make_automaton()
    return automaton
