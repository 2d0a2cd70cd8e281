"""Texts → shared passages: what stands in two reports with few or many small changes.

Three steps, in the order of the literature (seed, align locally, cluster: Smith, Cordell & Mullen
2015): letters alone are compared, without quotes, spaces and punctuation; stretches that agree are
chained where they agree more than the gaps between them cost, so that a longer passage may hold
more changes (chaining as a local alignment: Smith & Waterman 1981); passages that mostly cover
each other in a report are one, and what they link is a group. Reordered points are found each by
itself. Reports are compared with each other, never with themselves, and nothing here says who
copied whom.
"""

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from textkit import frames, hanzi
from textkit.errors import InputError

_SEED = 4  # letters; four codepoints pack into 64 bits without collision
_FINE = 2  # letters of the seeds in and around what the coarse seeds found
_COMMON = 200  # a seed at more places than this is everybody's wording and seeds nothing
_GAP_COST = 0.5  # agreement lost for each letter of a gap
_LONGEST_GAP = 30
_MARGIN = 24  # letters beyond a coarse passage in which finer seeds may extend it
_DRIFT = 8  # by how much finer seeds may leave the diagonals of the coarse ones


class _Unit(NamedTuple):
    """The letters of a point, and where they stand in the report."""

    report: Any
    point: Any
    text: str
    places: np.ndarray


class _Run(NamedTuple):
    """``size`` letters that agree, from ``start`` of one unit and ``other`` of another."""

    start: int
    other: int
    size: int


class _Passage(NamedTuple):
    """Half-open spans of two units that belong together, and the letters that agree."""

    start: int
    end: int
    other_start: int
    other_end: int
    agreeing: int

    @property
    def similarity(self) -> float:
        """Dice (1945): agreeing letters counted twice, over both lengths."""
        return 2 * self.agreeing / (self.end - self.start + self.other_end - self.other_start)


def find(points: pd.DataFrame, *, min_chars: int = 16, min_similarity: float = 0.5) -> pd.DataFrame:
    """Passages that stand in more than one report, with changes or without.

    Parameters
    ----------
    points
        Table with columns ``report, point, text, start``. Passages do not cross points.
    min_chars
        Fewest letters of a passage, quotes, spaces and punctuation not counted.
    min_similarity
        Least share of agreeing letters (Dice), from 0 to 1.

    Returns
    -------
    DataFrame
        The *passages* table: ``group, report, point, start, end, similarity``, one row per place.
        ``similarity`` is that to the most similar other place of the group. Groups are numbered by
        length, longest first.

    Raises
    ------
    InputError
        A threshold that makes no sense.

    >>> import pandas as pd
    >>> texts = ["忙于事务，对党的理论知识掌握不全面、不系统，学用脱节。"]
    >>> texts += ["有时对党的理论掌握得不全面不系统，存在学用脱节的现象。"]
    >>> points = pd.DataFrame({"report": ["a", "b"], "point": [1, 1], "text": texts, "start": 0})
    >>> found = find(points, min_chars=12)
    >>> [texts[i][row.start : row.end] for i, row in enumerate(found.itertuples())]
    ['对党的理论知识掌握不全面、不系统，学用脱节', '对党的理论掌握得不全面不系统，存在学用脱节']
    """
    frames.require(points, "points", "report", "point", "text", "start")
    if min_chars < _SEED or not 0 < min_similarity <= 1:
        raise InputError(f"reuse: min_chars starts at {_SEED}, min_similarity lies between 0 and 1")
    units = [_unit(*row) for row in points[["report", "point", "text", "start"]].itertuples(index=False)]
    links = [
        (a, b, passage)
        for a, b, runs in _candidates(units)
        for passage in _align(units[a].text, units[b].text, runs)
        if min(passage.end - passage.start, passage.other_end - passage.other_start) >= min_chars
        and passage.similarity >= min_similarity
    ]
    return _group(units, links)


def _unit(report: Any, point: Any, text: str, start: int) -> _Unit:
    folded = hanzi.fold(text)
    kept = np.array([char.isalnum() for char in folded.text], dtype=bool)
    letters = "".join(char for char in folded.text if char.isalnum())
    return _Unit(report, point, letters, folded.offsets[kept] + start)


def _candidates(units: list[_Unit]) -> Iterator[tuple[int, int, list[_Run]]]:
    """Pairs of units from different reports that share seeds, with the runs these make."""
    one, other = _seed_pairs(units)
    sizes = np.array([len(unit.text) for unit in units], dtype=np.int64)
    first = np.cumsum(sizes) - sizes
    a, b = (np.searchsorted(first, place, side="right") - 1 for place in (one, other))
    reports, _ = pd.factorize(pd.Series([unit.report for unit in units], dtype="object"))
    apart = np.flatnonzero(reports[a] != reports[b])
    a, b, i, j = a[apart], b[apart], (one - first[a])[apart], (other - first[b])[apart]
    order = np.lexsort((i, j - i, b, a))
    a, b, i, j = a[order], b[order], i[order], j[order]
    borders = np.flatnonzero((np.diff(a) != 0) | (np.diff(b) != 0)) + 1
    for rows in np.split(np.arange(len(a)), borders):
        if len(rows):
            yield int(a[rows[0]]), int(b[rows[0]]), _runs(i[rows].tolist(), j[rows].tolist(), _SEED)


def _seed_pairs(units: list[_Unit]) -> tuple[np.ndarray, np.ndarray]:
    """Places in the joined units, the first before the second, that begin with the same seed."""
    joined = "".join(unit.text for unit in units)
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    _, ranks = np.unique(codes, return_inverse=True)  # below 2**16, as there are fewer letters in use
    left = np.concatenate([np.arange(len(unit.text), 0, -1) for unit in units] + [np.zeros(0, dtype=np.int64)])
    whole = np.flatnonzero(left >= _SEED)
    grams = np.zeros(len(whole), dtype=np.uint64)
    for step in range(_SEED):
        grams = (grams << np.uint64(16)) | ranks[whole + step].astype(np.uint64)
    order = np.argsort(grams, kind="stable")
    grams, places = grams[order], whole[order]
    starts = (
        np.flatnonzero(np.concatenate([[True], grams[1:] != grams[:-1]])) if len(grams) else np.array([], dtype=int)
    )
    size = np.repeat(np.diff([*starts, len(grams)]), np.diff([*starts, len(grams)]))
    rare = (size > 1) & (size <= _COMMON)
    grams, places = grams[rare], places[rare]
    pairs = [(places[:0], places[:0])]
    for step in range(1, min(_COMMON, len(grams))):
        same = np.flatnonzero(grams[step:] == grams[:-step])
        if not len(same):
            break
        pairs.append((places[same], places[same + step]))
    return np.concatenate([one for one, _ in pairs]), np.concatenate([other for _, other in pairs])


def _runs(starts: list[int], others: list[int], size: int) -> list[_Run]:
    """Seeds that continue each other on one diagonal, joined; given sorted by diagonal, then start."""
    runs: list[_Run] = []
    for start, other in zip(starts, others, strict=True):
        last = runs[-1] if runs else None
        if last and other - start == last.other - last.start and start <= last.start + last.size:
            runs[-1] = last._replace(size=start + size - last.start)
        else:
            runs.append(_Run(start, other, size))
    return runs


def _align(one: str, other: str, runs: list[_Run]) -> Iterator[_Passage]:
    """Passages of two units: coarse chains of runs, each drawn again with finer seeds."""
    taken: list[_Passage] = []
    for coarse in _chains(runs):
        fine = _refine(one, other, coarse)
        if not any(_overlap(fine, passage) for passage in taken):
            taken.append(fine)
            yield fine


def _overlap(a: _Passage, b: _Passage) -> bool:
    return (a.start < b.end and b.start < a.end) or (a.other_start < b.other_end and b.other_start < a.other_end)


def _refine(one: str, other: str, coarse: list[_Run]) -> _Passage:
    """The chain found again with seeds of two letters, within its diagonals and a margin around it."""
    low, high = max(coarse[0].start - _MARGIN, 0), coarse[-1].start + coarse[-1].size + _MARGIN
    drifts = [run.other - run.start for run in coarse]
    places = defaultdict(list)
    for j in range(
        max(coarse[0].other - _MARGIN, 0), min(coarse[-1].other + coarse[-1].size + _MARGIN, len(other) - 1)
    ):
        places[other[j : j + _FINE]].append(j)
    pairs = sorted(
        (j - i, i)
        for i in range(low, min(high, len(one) - 1))
        for j in places.get(one[i : i + _FINE], ())
        if min(drifts) - _DRIFT <= j - i <= max(drifts) + _DRIFT
    )
    runs = _runs([i for _, i in pairs], [drift + i for drift, i in pairs], _FINE)
    chain = _chains(runs)[0]
    last = chain[-1]
    return _Passage(
        chain[0].start, last.start + last.size, chain[0].other, last.other + last.size, sum(run.size for run in chain)
    )


def _chains(runs: list[_Run]) -> list[list[_Run]]:
    """Chains of runs, best first, no run in two of them.

    A chain gains the letters that agree and loses for the letters between its runs, so what it may
    bridge grows with what it holds.
    """
    runs = sorted(runs)
    reach = _LONGEST_GAP + max((run.size for run in runs), default=0)
    scores: list[float] = []
    before: list[int] = []
    for n, run in enumerate(runs):
        best, previous = 0.0, -1
        for m in range(n - 1, -1, -1):
            start, other, size = runs[m]
            if run.start - start > reach:
                break
            gaps = (run.start - start - size, run.other - other - size)
            gain = scores[m] - _GAP_COST * max(gaps)
            if min(gaps) >= 0 and max(gaps) <= _LONGEST_GAP and gain > best:
                best, previous = gain, m
        scores.append(best + run.size)
        before.append(previous)
    chains, used = [], set()
    for last in sorted(range(len(runs)), key=lambda n: (-scores[n], n)):
        at, chain = last, []
        while at >= 0 and at not in used:
            used.add(at)
            chain.append(runs[at])
            at = before[at]
        if chain:
            chains.append(chain[::-1])
    return chains


def _group(units: list[_Unit], links: list[tuple[int, int, _Passage]]) -> pd.DataFrame:
    """Places that overlap in a unit are one; groups are what links connect."""
    spans = [(a, p.start, p.end, n) for n, (a, _, p) in enumerate(links)]
    spans += [(b, p.other_start, p.other_end, n) for n, (_, b, p) in enumerate(links)]
    places: list[list] = []  # unit, start, end, links
    here: list[list] = []  # those of the unit at hand that may still be met
    for unit, start, end, link in sorted(spans):
        here = [place for place in here if place[0] == unit and place[2] > start]
        same = [p for p in here if 2 * (min(end, p[2]) - start) >= max(end - start, p[2] - p[1])]
        if same:
            same[0][2] = max(same[0][2], end)
            same[0][3].append(link)
        else:
            here.append([unit, start, end, [link]])
            places.append(here[-1])
    groups = _connected([place[3] for place in places])
    size: dict[int, int] = defaultdict(int)
    for group, (_, start, end, _) in zip(groups, places, strict=True):
        size[group] = max(size[group], end - start)
    order = {group: i for i, group in enumerate(sorted(size, key=lambda group: (-size[group], group)), 1)}
    rows = [
        (
            order[group],
            units[unit].report,
            units[unit].point,
            int(units[unit].places[start]),
            int(units[unit].places[end - 1]) + 1,
            max(links[link][2].similarity for link in found),
        )
        for group, (unit, start, end, found) in zip(groups, places, strict=True)
    ]
    return frames.make("passages", sorted(rows, key=lambda row: (row[0], str(row[1]), row[3])))


def _connected(links: list[list[int]]) -> list[int]:
    """Group of each place, places being together that share a link (union–find: Tarjan 1975)."""
    parent = list(range(len(links)))

    def root(n: int) -> int:
        while parent[n] != n:
            parent[n] = parent[parent[n]]
            n = parent[n]
        return n

    holders = defaultdict(list)
    for place, found in enumerate(links):
        for link in found:
            holders[link].append(place)
    for together in holders.values():
        for a, b in combinations(together, 2):
            parent[max(root(a), root(b))] = min(root(a), root(b))
    return [root(n) for n in range(len(links))]
