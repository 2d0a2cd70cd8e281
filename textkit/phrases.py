"""Text → stock phrases: every maximal repeat, with counts, spread and places.

Phrases are mined from characters, not from words, so that no segmenter decides what can be one.
A suffix array with its LCP array (Manber & Myers 1993; Kasai et al. 2001) puts all suffixes that
share a beginning side by side; each stretch that shares more than its neighbours is a repeat that
cannot be longer to the right (Abouelhoda, Kurtz & Ohlebusch 2004), and it is maximal if what
stands before its places differs. Everything after that is arithmetic on these stretches.

The texts are joined by separators that each occur once, so no phrase crosses a point.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from textkit import frames
from textkit.errors import InputError

CLAUSE = "，。；：！？,;:!?…\r\n"
"""Punctuation that ends a clause, to be passed as ``barriers``."""

_EDGES = "的了地得和与及在要是对把将而、"  # function words and marks that no stock phrase begins or ends with
_UNICODE = 0x110000
_CHUNK = 4_000_000  # places held in memory at a time


class _Corpus(NamedTuple):
    """All points in one array of codepoints; every separator is a number of its own."""

    codes: np.ndarray  # int32
    unit: np.ndarray  # row of the points frame each place belongs to
    first: np.ndarray  # place of the first character of each row


class _Repeats(NamedTuple):
    """Stretches ``left:right`` of the suffix array that share exactly ``chars`` characters."""

    left: np.ndarray
    right: np.ndarray
    chars: np.ndarray
    reports: np.ndarray
    left_variety: np.ndarray
    right_variety: np.ndarray

    def pick(self, rows: np.ndarray) -> "_Repeats":
        return _Repeats(*(column[rows] for column in self))


def mine(
    points: pd.DataFrame,
    *,
    min_chars: int = 4,
    min_reports: int = 2,
    min_count: int = 2,
    max_chars: int | None = None,
    barriers: str = "",
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
    max_chars
        Longest phrase to list, any length if None. Periodic text (aaaa…) has as many maximal
        repeats as characters; a limit keeps the list from growing with the square of the text.
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
    suffixes, found = _repeats(corpus, groups, min_chars)
    counts = found.right - found.left
    fit = (counts >= min_count) & (found.reports >= min_reports) & (found.chars <= (max_chars or len(corpus.codes)))
    found = found.pick(np.flatnonzero(fit))
    texts = _texts(points["text"].tolist(), corpus, suffixes, found)
    frame = frames.make(
        "phrases",
        {
            "phrase": texts,
            "chars": found.chars,
            "count": found.right - found.left,
            "net_count": _net_counts(suffixes, found),
            "reports": found.reports,
            "dispersion": _dispersion(corpus, groups, suffixes, found),
            "left_variety": found.left_variety,
            "right_variety": found.right_variety,
            "origin": _origins(texts, found.reports, points),
        },
    )
    order = ["reports", "chars", "count", "phrase"]
    return frame.sort_values(order, ascending=[False, False, False, True], ignore_index=True)


def stock(phrases: pd.DataFrame, *, min_variety: int = 3, min_net: int = 2) -> pd.DataFrame:
    """Of the mined repeats, those that stand on their own: the stock phrases to show first.

    Left out are fragments (a repeat that nearly always has the same neighbour, or that begins or
    ends with a function word: 民服务的), what occurs almost only inside a longer phrase (C-value's
    idea: Frantzi, Ananiadou & Mima 2000), what the meeting notice dictates, and what stays within one
    report. Most reports first, then net count.

    >>> mined = pd.DataFrame({"phrase": ["为民服务", "民服务的"], "reports": 4, "net_count": [3, 1], "chars": 4,
    ...     "left_variety": [9, 2], "right_variety": [4, 5], "origin": "shared"})
    >>> stock(mined).phrase.tolist()
    ['为民服务']
    """
    frames.require(
        phrases, "phrases", "phrase", "chars", "net_count", "reports", "left_variety", "right_variety", "origin"
    )
    free = (phrases["left_variety"] >= min_variety) & (phrases["right_variety"] >= min_variety)
    whole = ~phrases["phrase"].str.contains(f"^[{_EDGES}]|[{_EDGES}]$")
    chosen = phrases[free & whole & (phrases["net_count"] >= min_net) & (phrases["origin"] == "shared")]
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
    rows: list[tuple[int, int, int, int]] = []
    if len(phrases):
        find = _automaton(phrases["phrase"].tolist()).iter
        for at, text in enumerate(points["text"]):
            rows.extend((i, at, end - chars + 1, end + 1) for end, (i, chars) in find(text))
    which, point, start, end = np.array(sorted(rows), dtype=np.int64).reshape(-1, 4).T
    base = points["start"].to_numpy(dtype=np.int64)[point]
    columns = {name: points[name].to_numpy()[point] for name in ("report", "point")}
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


def _repeats(corpus: _Corpus, groups: np.ndarray, min_chars: int) -> tuple[np.ndarray, _Repeats]:
    """Suffix array, and its maximal stretches of at least ``min_chars`` shared characters."""
    from pydivsufsort import divsufsort, kasai

    suffixes = divsufsort(corpus.codes)
    shared = np.zeros(len(suffixes) + 1, dtype=np.int64)  # shared[i]: characters of suffixes i-1 and i
    shared[1:-1] = kasai(corpus.codes, suffixes)[:-1]
    high = np.flatnonzero(shared >= min_chars)
    left = _nearest_below(shared, high, step=-1)
    right = _nearest_below(shared, high, step=+1)
    # Where a stretch divides, the next character changes: once less than it has continuations.
    _, one_each, divisions = np.unique(left * len(shared) + right, return_index=True, return_counts=True)
    left, right, chars = left[one_each], right[one_each], shared[high[one_each]]
    before = _distinct(corpus.codes[suffixes - 1], shared, left, right, min_chars)
    reports = _distinct(groups[corpus.unit[suffixes]], shared, left, right, min_chars)
    found = _Repeats(left, right, chars, reports, before, divisions + 1)
    return suffixes, found.pick(np.flatnonzero(before > 1))


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


def _distinct(values: np.ndarray, shared: np.ndarray, left: np.ndarray, right: np.ndarray, floor: int) -> np.ndarray:
    """Number of different values in each stretch (colour set size: Hui 1992).

    Each value is paired with its previous appearance; a stretch holds as many different values as
    places less the pairs inside it. A pair lies inside if and only if the smallest ``shared``
    between its two places does, so one running sum over these minima serves all stretches.
    """
    order = np.argsort(values, kind="stable")
    again = np.flatnonzero(values[order[1:]] == values[order[:-1]])
    first, second = order[again], order[again + 1]
    lows = np.cumsum(shared < floor)
    inside = lows[second] == lows[first]  # no stretch reaches over a low
    minima = _argmin_between(shared, first[inside] + 1, second[inside])
    pairs = np.cumsum(np.bincount(minima, minlength=len(shared)))
    return right - left - (pairs[right - 1] - pairs[left])


def _argmin_between(values: np.ndarray, start: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Place of a smallest value in each ``start..last``, by windows of doubled width."""
    found = np.empty(len(start), dtype=np.int64)
    best = np.arange(len(values), dtype=np.int64)  # of the window of this width that starts here
    level = np.frexp(last - start + 1)[1] - 1
    for k in range(level.max(initial=-1) + 1):
        now = np.flatnonzero(level == k)
        one, other = best[start[now]], best[last[now] - (1 << k) + 1]
        found[now] = np.where(values[one] <= values[other], one, other)
        one, other = best[: -(1 << k)], best[1 << k :]
        best = np.where(values[one] <= values[other], one, other)
    return found


def _net_counts(suffixes: np.ndarray, found: _Repeats) -> np.ndarray:
    """Occurrences that do not lie inside an occurrence of a longer phrase in the list.

    Of the phrases that start at one place only the longest can be free, and it is if no phrase
    that starts earlier reaches as far.
    """
    longest = _innermost(len(suffixes), found)
    ranks = np.flatnonzero(longest >= 0)
    reach = np.zeros(len(suffixes), dtype=np.int64)
    reach[suffixes[ranks]] = suffixes[ranks] + found.chars[longest[ranks]]
    earlier = np.concatenate([[0], np.maximum.accumulate(reach)[:-1]])
    free = earlier[suffixes[ranks]] < reach[suffixes[ranks]]
    return np.bincount(longest[ranks[free]], minlength=len(found.left))


def _innermost(n: int, found: _Repeats) -> np.ndarray:
    """For each place of the suffix array, the innermost stretch that holds it, or -1."""
    borders, owners, around = [0], [-1], [-1]
    left, right = found.left.tolist(), found.right.tolist()
    for row in [*np.lexsort((found.chars, found.left)).tolist(), None]:
        while around[-1] >= 0 and (row is None or right[around[-1]] <= left[row]):
            borders.append(right[around.pop()])
            owners.append(around[-1])
        if row is not None:
            borders.append(left[row])
            owners.append(row)
            around.append(row)
    latest = np.zeros(n + 1, dtype=np.int64)
    latest[borders] = np.arange(len(borders))  # of several borders at one place the last holds
    return np.array(owners)[np.maximum.accumulate(latest)][:n]


def _dispersion(corpus: _Corpus, groups: np.ndarray, suffixes: np.ndarray, found: _Repeats) -> np.ndarray:
    """DPnorm of each phrase over reports: half the sum of |observed - expected share|, scaled to 1."""
    sizes = np.bincount(groups[corpus.unit[corpus.codes < _UNICODE]], minlength=groups.max() + 1)
    expected = sizes / max(int(sizes.sum()), 1)
    counts = found.right - found.left
    # Reports without the phrase add their expected share: all of them together 1, less the others.
    gap = np.ones(len(counts))
    for row, report, times in _report_counts(groups[corpus.unit[suffixes]], len(sizes), found):
        there = np.abs(times / counts[row] - expected[report]) - expected[report]
        gap += np.bincount(row, weights=there, minlength=len(gap))
    norm = 2 * (1 - float(np.min(expected)))
    return np.clip(gap / norm, 0, 1) if norm else np.zeros(len(gap))


def _report_counts(report: np.ndarray, reports: int, found: _Repeats) -> Iterator[tuple[np.ndarray, ...]]:
    """Phrase, report and count where it is not zero, by whichever way is shorter.

    ``report`` names the report of each place of the suffix array.
    """
    counts = found.right - found.left
    if counts.sum() > 8 * reports * len(counts):  # few reports, many places: ask each report
        for name in range(reports):
            places = np.flatnonzero(report == name)
            times = np.searchsorted(places, found.right) - np.searchsorted(places, found.left)
            row = np.flatnonzero(times)
            yield row, np.full(len(row), name), times[row]
        return
    for rows in np.split(np.arange(len(counts)), np.flatnonzero(np.diff(np.cumsum(counts) // _CHUNK)) + 1):
        row = np.repeat(rows, counts[rows])
        within = np.arange(len(row)) - np.repeat(np.cumsum(counts[rows]) - counts[rows], counts[rows])
        keys, times = np.unique(row * reports + report[found.left[row] + within], return_counts=True)
        yield keys // reports, keys % reports, times


def _texts(texts: list[str], corpus: _Corpus, suffixes: np.ndarray, found: _Repeats) -> list[str]:
    at = suffixes[found.left].astype(np.int64)
    unit = corpus.unit[at]
    start = at - corpus.first[unit]
    return [texts[u][s : s + n] for u, s, n in zip(unit, start, found.chars, strict=True)]


def _origins(phrases: list[str], reports: np.ndarray, points: pd.DataFrame) -> list[str]:
    """Dictated where the phrase stands in a dictated heading; else by the number of reports."""
    headings = points["dimension"].unique().tolist() if "dimension" in points and phrases else []
    find = _automaton(phrases)
    dictated = {i for heading in headings for _, (i, _) in find.iter(heading)}
    return ["dictated" if i in dictated else "shared" if n > 1 else "own" for i, n in enumerate(reports)]


def _automaton(phrases: list[str]) -> Any:
    """Finds every place of every phrase in one pass (Aho & Corasick 1975)."""
    import ahocorasick

    automaton = ahocorasick.Automaton()
    for i, phrase in enumerate(phrases):
        automaton.add_word(phrase, (i, len(phrase)))
    automaton.make_automaton()
    return automaton
