"""Groups of places that share a passage, across any number of reports (Smith, Cordell & Mullen 2015)."""

from collections import defaultdict
from typing import Any

import numpy as np
import pandas as pd

from textkit import frames
from textkit.reuse.passages import pairs


def find(points: pd.DataFrame, **options: Any) -> pd.DataFrame:
    """Passages that stand in more than one report: the `pairs`, and the groups they make.

    Parameters and errors are those of `pairs`; the *passages* table is that of `group`.

    >>> texts = ["忙于事务，对党的理论知识掌握不全面、不系统，学用脱节。"]
    >>> texts += ["有时对党的理论掌握得不全面不系统，存在学用脱节的现象。"]
    >>> points = pd.DataFrame({"report": ["a", "b"], "point": [1, 1], "text": texts, "start": 0})
    >>> found = find(points, min_chars=12)
    >>> [texts[i][row.start : row.end] for i, row in enumerate(found.itertuples())]
    ['对党的理论知识掌握不全面、不系统，学用脱节', '对党的理论掌握得不全面不系统，存在学用脱节']
    """
    return group(pairs(points, **options), points)


def group(found: pd.DataFrame, reports: pd.DataFrame) -> pd.DataFrame:
    """Places that mostly cover each other are one; groups are what pairs connect.

    Of the *pairs* table and of one with ``report`` and, to tell the earliest place, ``year``. The *passages* table has
    one row per place. A place reaches as far as what it shares with one other place of the group, that with which it
    shares most; ``similarity`` is that of these two. Groups are numbered by length, longest first.

    >>> places = {"report": ["a", "a"], "point": 1, "start": 0, "end": 9, "other": ["b", "c"], "other_point": 1}
    >>> found = pd.DataFrame(places | {"other_start": [3, 5], "other_end": [12, 14], "similarity": [0.9, 1.0]})
    >>> group(found, pd.DataFrame({"report": ["a", "b", "c"]}))[["group", "report", "similarity"]].values.tolist()
    [[1, 'a', 1.0], [1, 'b', 0.9], [1, 'c', 1.0]]
    """
    frames.require(found, "pairs", *_HERE, *_THERE, "similarity")
    years = reports.set_index("report")["year"].dropna().astype(int).to_dict() if "year" in reports else {}
    similarity = found["similarity"].to_numpy()
    spans = _places(found)
    best = [max(links, key=lambda link: (link[1] - link[0], similarity[link[2]], -link[2])) for *_, links in spans]
    groups = _connected([[pair for *_, pair in links] for *_, links in spans])
    size: dict[int, int] = defaultdict(int)
    members: dict[int, set] = defaultdict(set)
    for label, (report, *_), (start, end, _) in zip(groups, spans, best, strict=True):
        size[label] = max(size[label], end - start)
        members[label].add(years.get(report))
    order = {label: i for i, label in enumerate(sorted(size, key=lambda label: (-size[label], label)), 1)}
    rows = [
        (order[label], report, point, start, end, similarity[pair], _date(years.get(report), members[label]))
        for label, (report, point, *_), (start, end, pair) in zip(groups, spans, best, strict=True)
    ]
    return frames.make("passages", sorted(rows, key=lambda row: (row[0], str(row[1]), row[3])))


_HERE = ["report", "point", "start", "end"]
_THERE = ["other", "other_point", "other_start", "other_end"]


def _date(year: int | None, others: set[int | None]) -> str:
    """Earliest or later among the years of a group; empty where they do not say."""
    dated = [other for other in others if other is not None]
    if len(dated) < max(len(others), 2):
        return ""
    return "earliest" if year == min(dated) else "later"


def _places(found: pd.DataFrame) -> list[tuple[Any, Any, list[tuple[int, int, int]]]]:
    """Report, point, and the start, end and pair of each span there; spans that mostly cover each other are a place."""
    spans = [(*span, n) for side in (_HERE, _THERE) for n, span in enumerate(found[side].itertuples(index=False))]
    places: list[tuple[Any, Any, list[tuple[int, int, int]]]] = []
    here: list[tuple[int, int, int]] = []  # places in the report at hand that may still be met, and what they cover
    for report, point, *span in sorted(spans, key=lambda span: (str(span[0]), *span[2:])):
        start, end, _ = span
        here = [(n, low, high) for n, low, high in here if places[n][0] == report and high > start]
        for row, (n, low, high) in enumerate(here):
            if 2 * (min(end, high) - start) >= max(end - start, high - low):
                places[n][2].append(tuple(span))
                here[row] = n, low, max(end, high)
                break
        else:
            here.append((len(places), start, end))
            places.append((report, point, [tuple(span)]))
    return places


def _connected(links: list[list[int]]) -> list[int]:
    """Group of each place, places being together that share a pair."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    place = np.repeat(np.arange(len(links)), [len(found) for found in links])
    link = np.array([n for found in links for n in found], dtype=np.int64)
    size = len(links) + int(link.max(initial=-1)) + 1
    graph = coo_array((np.ones(len(link)), (place, link + len(links))), shape=(size, size))
    return connected_components(graph, directed=False)[1][: len(links)].tolist() if size else []
