"""Groups of places that share a passage, across any number of reports (Smith, Cordell & Mullen 2015)."""

from collections.abc import Iterable, Iterator
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


def group(found: pd.DataFrame | Iterable[pd.DataFrame], reports: pd.DataFrame) -> pd.DataFrame:
    """Places that mostly cover each other are one; groups are what pairs connect.

    Of the *pairs* table, or tables that make it up, and of one with ``report`` and, to tell the earliest place,
    ``year``. The *passages* table has one row per place. A place reaches as far as what it shares with one other place
    of the group, that with which it shares most; ``similarity`` is that of these two. Groups are numbered by length,
    longest first.

    >>> places = {"report": ["a", "a"], "point": 1, "start": 0, "end": 9, "other": ["b", "c"], "other_point": 1}
    >>> found = pd.DataFrame(places | {"other_start": [3, 5], "other_end": [12, 14], "similarity": [0.9, 1.0]})
    >>> group(found, pd.DataFrame({"report": ["a", "b", "c"]}))[["group", "report", "similarity"]].values.tolist()
    [[1, 'a', 1.0], [1, 'b', 0.9], [1, 'c', 1.0]]
    """
    parts = [*map(_narrow, [found] if isinstance(found, pd.DataFrame) else found)]
    spans = _spans(parts or [_narrow(frames.make("pairs"))])
    spans["place"] = np.fromiter(_numbered(spans), dtype=np.int32, count=len(spans))
    order = ["place", "chars", "similarity", "pair"]
    places = spans.sort_values(order, ascending=[True, False, False, True]).drop_duplicates("place", ignore_index=True)
    places["label"] = _connected(spans["place"].to_numpy(), spans["pair"].to_numpy())
    places["direction"] = _directions(places, reports)
    places["longest"] = places.groupby("label")["chars"].transform("max")
    places = places.sort_values(["longest", "label"], ascending=[False, True], kind="stable")
    places["group"] = pd.factorize(places["label"])[0] + 1
    return frames.make("passages", places.sort_values(["group", "key", "start"], kind="stable", ignore_index=True))


_HERE = ["report", "point", "start", "end"]
_THERE = ["other", "other_point", "other_start", "other_end"]


def _narrow(found: pd.DataFrame) -> pd.DataFrame:
    """What is looked at of pairs, in half of the memory: in a large corpus in which all copy there are millions."""
    frames.require(found, "pairs", *_HERE, *_THERE, "similarity")
    narrow = found[[*_HERE, *_THERE, "similarity"]].astype({"report": "str", "other": "str"})
    numbers = {name: pd.to_numeric(narrow[name], downcast="integer") for name in narrow.select_dtypes("integer")}
    return narrow.assign(**numbers).astype({"report": "category", "other": "category"})


def _spans(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """The spans of both sides, ordered by report (numbered as ``key``) and place."""
    both = [part[side].set_axis(_HERE, axis=1) for side in (_HERE, _THERE) for part in parts]
    names = pd.api.types.union_categoricals([side["report"] for side in both], sort_categories=True)
    spans = pd.concat([side[_HERE[1:]] for side in both], ignore_index=True)
    spans["report"], spans["key"] = names, names.codes
    spans["similarity"] = np.concatenate([part["similarity"] for part in (*parts, *parts)])
    spans["pair"] = np.tile(np.arange(len(spans) // 2, dtype=np.int32), 2)
    spans["chars"] = spans["end"] - spans["start"]
    return spans.sort_values(["key", "start", "end", "pair"], ignore_index=True)


def _numbered(spans: pd.DataFrame) -> Iterator[int]:
    """For each span the number of its place: spans that mostly cover each other are one."""
    count, last = 0, -1
    here: list[tuple[int, int, int]] = []  # places in the report at hand that may still be met, and what they cover
    for key, start, end in spans[["key", "start", "end"]].itertuples(index=False, name=None):
        here = [place for place in here if place[2] > start] if key == last else []
        last = key
        for row, (number, low, high) in enumerate(here):
            if 2 * (min(end, high) - start) >= max(end - start, high - low):
                here[row] = number, low, max(end, high)
                yield number
                break
        else:
            here.append((count, start, end))
            yield count
            count += 1


def _directions(places: pd.DataFrame, reports: pd.DataFrame) -> pd.Series:
    """Earliest or later among the years of a group; empty where they do not say."""
    dated = reports.dropna(subset="year") if "year" in reports else reports.head(0).assign(year=0)
    dated = dated.astype({"report": "str"}).drop_duplicates("report", keep="last")
    known = dated.set_index("report")["year"].astype("float64")
    year = places["report"].map(known).astype("float64")  # of categories it is one
    groups = year.groupby(places["label"])
    told = (groups.transform("size") == groups.transform("count")) & (groups.transform("nunique") > 1)
    return pd.Series(np.where(told, np.where(year == groups.transform("min"), "earliest", "later"), ""), places.index)


def _connected(place: np.ndarray, pair: np.ndarray) -> np.ndarray:
    """Group of each place, places being together that share a pair."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    count = int(place.max(initial=-1)) + 1
    size = count + int(pair.max(initial=-1)) + 1
    graph = coo_array((np.ones(len(place), dtype=np.int8), (place, pair + count)), shape=(size, size))
    return connected_components(graph, directed=False)[1][:count] if size else np.zeros(0, dtype=np.int32)
