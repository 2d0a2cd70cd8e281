"""Pairs of places that share a passage, and the groups they make (Smith, Cordell & Mullen 2015)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from textkit import frames, hanzi, wording
from textkit.errors import InputError
from textkit.reuse.align import Passage, align, inside
from textkit.reuse.seeds import SEED, Unit, candidates, least, numbered, unit

_Link = tuple[int, int, Passage]


def pairs(
    points: pd.DataFrame,
    *,
    min_chars: int = 16,
    min_similarity: float = 0.5,
    within: str | None = None,
    between: str = "report",
    known: Iterable[str] = (),
) -> pd.DataFrame:
    """Every two places of different reports that share a passage, with changes or without.

    Between two reports a stretch belongs to one passage only, the longest: formulas inside a long
    copy are not listed again. Passages do not cross points.

    Parameters
    ----------
    points
        Table with columns ``report, point, text, start``; with ``year``, that of the report, the
        earlier place is told apart.
    min_chars
        Fewest letters of a passage, quotes, spaces and punctuation not counted.
    min_similarity
        Least share of agreeing letters (Dice), from 0 to 1.
    within
        Column of ``points``, such as ``role``: only points that agree in it are compared.
    between
        Column in which the points compared must differ, if not ``report``.
    known
        Wording to discount, such as dictated headings and official phrases: what remains of a
        passage without it must still be as similar, with the letters that least agree in any passage.

    Returns
    -------
    DataFrame
        The *pairs* table, in the order of the points.

    Raises
    ------
    InputError
        A threshold that makes no sense.

    >>> texts = ["忙于事务，对党的理论知识掌握不全面、不系统，学用脱节。"]
    >>> texts += ["有时对党的理论掌握得不全面不系统，存在学用脱节的现象。"]
    >>> points = pd.DataFrame({"report": ["a", "b"], "point": [1, 1], "text": texts, "start": 0})
    >>> found = pairs(points, min_chars=12)
    >>> found[["start", "end", "other_start", "other_end"]].values.tolist()
    [[5, 26, 2, 23]]
    """
    units, links = _links(points, min_chars, min_similarity, (within, between), known)
    years = _years(points)
    rows = [
        (
            *_place(units[a], passage.start, passage.end),
            *_place(units[b], passage.other_start, passage.other_end),
            passage.similarity,
            _earlier(years.get(units[a].report), years.get(units[b].report)),
        )
        for a, b, passage in links
    ]
    return frames.make("pairs", rows)


def find(
    points: pd.DataFrame,
    *,
    min_chars: int = 16,
    min_similarity: float = 0.5,
    within: str | None = None,
    between: str = "report",
    known: Iterable[str] = (),
) -> pd.DataFrame:
    """Passages that stand in more than one report, grouped: the `pairs`, and what they link.

    Parameters are those of `pairs`.

    Returns
    -------
    DataFrame
        The *passages* table, one row per place. ``similarity`` is that to the most similar other
        place of the group. Groups are numbered by length, longest first.

    Raises
    ------
    InputError
        A threshold that makes no sense.

    >>> texts = ["忙于事务，对党的理论知识掌握不全面、不系统，学用脱节。"]
    >>> texts += ["有时对党的理论掌握得不全面不系统，存在学用脱节的现象。"]
    >>> points = pd.DataFrame({"report": ["a", "b"], "point": [1, 1], "text": texts, "start": 0})
    >>> found = find(points, min_chars=12)
    >>> [texts[i][row.start : row.end] for i, row in enumerate(found.itertuples())]
    ['对党的理论知识掌握不全面、不系统，学用脱节', '对党的理论掌握得不全面不系统，存在学用脱节']
    """
    units, links = _links(points, min_chars, min_similarity, (within, between), known)
    return _group(units, links, _years(points))


def _links(
    points: pd.DataFrame, min_chars: int, min_similarity: float, columns: tuple[str | None, str], known: Iterable[str]
) -> tuple[list[Unit], list[_Link]]:
    within, between = columns
    frames.require(points, "points", "report", "point", "text", "start", between, *([within] if within else []))
    if min_chars < SEED or not 0 < min_similarity <= 1:
        raise InputError(f"reuse: min_chars starts at {SEED}, min_similarity lies between 0 and 1")
    # Sorted, so that neither the order of the rows nor that of two reports decides anything.
    points = points.iloc[np.lexsort((points["start"], points["report"].astype(str)))]
    units = [unit(*row) for row in points[["report", "point", "text", "start"]].itertuples(index=False)]
    reports = numbered(points["report"])
    alike = numbered(points[within]) if within else np.zeros(len(units), dtype=np.int64)
    fresh, score = _unknown(units, known), least(units, min_chars * min_similarity)
    found = [
        (a, b, passage)
        for a, b, runs in candidates(units, numbered(points[between]), alike, score, fresh)
        for passage in align(units[a].text, units[b].text, runs, score)
        if _holds(passage, min_chars, min_similarity, fresh and (fresh[a], fresh[b]))
    ]
    return units, _longest(found, reports)


def _unknown(units: list[Unit], known: Iterable[str]) -> list[np.ndarray]:
    """For each unit, which of its letters lie outside known wording; nothing if there is none."""
    find = wording.finder("".join(filter(str.isalnum, hanzi.plain(phrase))) for phrase in known)
    return [] if find is None else [~wording.covered(one.text, find) for one in units]


def _holds(p: Passage, chars: int, similarity: float, fresh: Sequence[np.ndarray]) -> bool:
    """Whether the passage meets the thresholds, also without the letters of known wording in either text."""
    if min(p.end - p.start, p.other_end - p.other_start) < chars or p.similarity < similarity:
        return False
    if not fresh:
        return True
    size, agreeing = fresh[0][p.start : p.end].sum() + fresh[1][p.other_start : p.other_end].sum(), 0
    for start, other, letters in p.runs:
        here, there = fresh[0][start : start + letters], fresh[1][other : other + letters]
        agreeing += int((here & there).sum())
        size -= int((here ^ there).sum())
    return agreeing >= similarity * chars and 2 * agreeing >= similarity * size


def _longest(found: list[_Link], reports: np.ndarray) -> list[_Link]:
    """Without what lies inside a longer passage of the same two reports."""
    taken: dict[tuple[int, int], list[_Link]] = defaultdict(list)
    for link in sorted(found, key=lambda link: (-link[2].agreeing, link[:2], link[2][:4])):
        better = taken[int(reports[link[0]]), int(reports[link[1]])]
        if not any(_within(link, other) for other in better):
            better.append(link)
    return sorted((link for links in taken.values() for link in links), key=lambda link: (link[:2], link[2][:4]))


def _within(link: _Link, other: _Link) -> bool:
    a, b, p = link
    c, d, q = other
    far = Passage(-1, -1, -1, -1, ())
    if a != c:
        q = q._replace(start=far.start, end=far.end)
    if b != d:
        q = q._replace(other_start=far.start, other_end=far.end)
    return inside(p, q)


def _years(points: pd.DataFrame) -> dict[Any, int]:
    """Year of each report that has one."""
    if "year" not in points:
        return {}
    known = points[["report", "year"]].dropna()
    return dict(zip(known["report"], known["year"].astype(int), strict=True))


def _earlier(year: int | None, other: int | None) -> str:
    """Which of two places is the earlier: this, other, or empty where the years do not say."""
    if year is None or other is None or year == other:
        return ""
    return "this" if year < other else "other"


def _place(one: Unit, start: int, end: int) -> tuple[Any, Any, int, int]:
    return one.report, one.point, int(one.places[start]), int(one.places[end - 1]) + 1


def _group(units: list[Unit], links: list[_Link], years: dict[Any, int]) -> pd.DataFrame:
    """Places that overlap in a unit are one; groups are what links connect."""
    places = _places(links)
    groups = _connected([found for *_, found in places])
    size: dict[int, int] = defaultdict(int)
    members: dict[int, set] = defaultdict(set)
    for group, (one, start, end, _) in zip(groups, places, strict=True):
        size[group] = max(size[group], end - start)
        members[group].add(years.get(units[one].report))
    order = {group: i for i, group in enumerate(sorted(size, key=lambda group: (-size[group], group)), 1)}
    rows = [
        (
            order[group],
            *_place(units[one], start, end),
            max(links[link][2].similarity for link in found),
            _date(years.get(units[one].report), members[group]),
        )
        for group, (one, start, end, found) in zip(groups, places, strict=True)
    ]
    return frames.make("passages", sorted(rows, key=lambda row: (row[0], str(row[1]), row[3])))


def _date(year: int | None, others: set[int | None]) -> str:
    """Earliest or later among the years of a group; empty where they do not say."""
    dated = [other for other in others if other is not None]
    if len(dated) < max(len(others), 2):
        return ""
    return "earliest" if year == min(dated) else "later"


def _places(links: list[_Link]) -> list[tuple[int, int, int, list[int]]]:
    """Unit, start, end and links of each place; spans that mostly cover each other are one place."""
    spans = [(a, p.start, p.end, n) for n, (a, _, p) in enumerate(links)]
    spans += [(b, p.other_start, p.other_end, n) for n, (_, b, p) in enumerate(links)]
    places: list[tuple[int, int, int, list[int]]] = []
    here: list[int] = []  # rows of places in the unit at hand that may still be met
    for one, start, end, link in sorted(spans):
        here = [n for n in here if places[n][0] == one and places[n][2] > start]
        for n in here:
            _, low, high, found = places[n]
            if 2 * (min(end, high) - start) >= max(end - start, high - low):
                places[n] = (one, low, max(end, high), [*found, link])
                break
        else:
            here.append(len(places))
            places.append((one, start, end, [link]))
    return places


def _connected(links: list[list[int]]) -> list[int]:
    """Group of each place, places being together that share a link."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    place = np.repeat(np.arange(len(links)), [len(found) for found in links])
    link = np.array([n for found in links for n in found], dtype=np.int64)
    size = len(links) + int(link.max(initial=-1)) + 1
    graph = coo_array((np.ones(len(link)), (place, link + len(links))), shape=(size, size))
    return connected_components(graph, directed=False)[1][: len(links)].tolist() if size else []
