"""Points → coded points, by a codebook, by any callable, or from a table made elsewhere.

The codebook is a transparent first reader, not a judge: all words are found in one pass over the folded text of many
points at once, the longest at each place, and their weights are added up. What a writer concedes before an 但,
praises (能够……) or denies (不存在……问题) does not count. If the codebook has examples, how like them a point is worded
helps to choose its primary code. Every code carries its evidence, to be checked and corrected.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

import numpy as np
import pandas as pd

from textkit import frames
from textkit.codes.codebook import OTHER, Codebook
from textkit.codes.reading import Reader
from textkit.errors import FrameError

_BATCH = 250_000  # characters read at once


def apply(points: pd.DataFrame, coder: Codebook | Callable[[str], Iterable[str]]) -> pd.DataFrame:
    """Code points by a codebook, or by any callable.

    By a codebook, those of the parts that it is made for: the primary code is the one with the most weight, the
    headline counted more; further codes are given by what their indicators are worth without that, from a limit that
    the codebook sets. A point in which too little is found gets *other*. Any other ``coder`` is a function of a point's
    text that gives its codes, the primary first (a model, another program): then all points are coded and the evidence
    is the whole point.

    Returns the *codes* table, one row per point and code, the primary first. ``start:end`` is the place of the
    strongest indicator (if examples alone decided, of the clause most like them), ``evidence`` its words in the report.

    >>> from textkit import frames
    >>> from textkit.codes import read_codebook
    >>> text = "理论学习不够。虽然能够走访群众，但学用脱节。"
    >>> points = frames.make("points", [("a", 1, "problems", "", 1, "理论学习不够", text, 9, 31, 1)])
    >>> apply(points, read_codebook("problems"))[["code", "primary", "evidence", "start"]].values.tolist()
    [['theory', True, '理论学习不够', 9]]
    >>> apply(points, lambda text: ["theory", "service"])["code"].tolist()
    ['theory', 'service']
    """
    frames.require(points, "points", "report", "point", "role", "headline", "text", "start")
    frames.require_unique(points, "points", "report", "point")
    for report, point in points.loc[points["text"].isna(), ["report", "point"]].itertuples(index=False):
        raise FrameError(f"points: point {point} of report {report} has no text; leave it out or give it one")
    if isinstance(coder, Codebook):
        chosen, reader = points[points["role"].isin(coder.roles)], Reader(coder)
        batch = chosen["text"].str.len().cumsum().to_numpy(dtype=np.int64) // _BATCH
        edges = [*np.flatnonzero(np.diff(batch, prepend=-1)).tolist(), len(chosen)]
        found = [reader.code(chosen.iloc[low:high]) for low, high in pairwise(edges)]
        columns = {name: np.concatenate([part[name] for part in found]) for name in (found or [{}])[0]}
        rows = [low + part["row"] for low, part in zip(edges, found, strict=False)]
        whose = chosen.iloc[np.concatenate([np.zeros(0, dtype=np.int64), *rows])]
        return frames.make("codes", {**whose[["report", "point", "role"]].reset_index(drop=True), **columns})
    if not callable(coder):
        raise FrameError(f"coder: expected a codebook, from read_codebook, or a function, got {coder!r}")
    return frames.make("codes", _called(points, coder))


def _called(points: pd.DataFrame, coder: Callable[[str], Iterable[str]]) -> Iterator[tuple]:
    for row in points.itertuples(index=False):
        said = coder(row.text)
        codes = list(said) if isinstance(said, Iterable) and not isinstance(said, str) else [None]
        if not all(isinstance(code, str) for code in codes):
            raise FrameError(f"coder: gave {said!r} for point {row.point!r}; it must give a list of codes")
        for rank, code in enumerate(dict.fromkeys(codes) or [OTHER]):
            span = (row.start, row.start + len(row.text))
            yield row.report, row.point, row.role, code, rank == 0, np.nan, row.text, *span, ""


def adopt(table: pd.DataFrame, points: pd.DataFrame) -> pd.DataFrame:
    """Codes made by hand or elsewhere as a *codes* table.

    ``table`` has ``report, point, code``, one row per code of a point; ``primary`` if known, else each point's first
    row is; ``start, end`` if known, else the whole point is the evidence. Points that are not in it stay uncoded. A
    `FrameError` names a point that does not exist, a code that stands twice, a span outside the point, or a point
    without exactly one primary code.

    >>> from textkit import frames
    >>> points = frames.make("points", [("a", 1, "problems", "", 1, "", "学习不够", 9, 13, 1)])
    >>> adopt(pd.DataFrame({"report": ["a"], "point": [1], "code": ["theory"]}), points)["evidence"].tolist()
    ['学习不够']
    """
    frames.require(table, "codes", "report", "point", "code")
    frames.require(points, "points", "report", "point", "role", "text", "start")
    frames.require_unique(table, "codes", "report", "point", "code")
    key = ["report", "point"]
    whole = points.assign(first=points["start"], last=points["start"] + points["text"].str.len())
    found = table.merge(whole[[*key, "role", "text", "first", "last"]], on=key, how="left", suffixes=("_given", ""))
    _refuse(found[found["text"].isna()], "there is no such point")
    if "start" not in table:
        found = found.assign(start=found["first"], end=found["last"])
    _refuse(found[(found["start"] < found["first"]) | (found["end"] > found["last"])], "the span is not in the point")
    if "primary" not in table:
        found["primary"] = ~found.duplicated(key)
    _refuse(found[found.groupby(key)["primary"].transform("sum") != 1], "a point needs exactly one primary code")
    found["evidence"] = [row.text[row.start - row.first : row.end - row.first] for row in found.itertuples()]
    for name, empty in (("score", np.nan), ("indicators", "")):
        found[name] = found[name] if name in table else empty
    return frames.make("codes", found)


def _refuse(rows: pd.DataFrame, why: str) -> None:
    if len(rows):
        row = rows.iloc[0]
        raise FrameError(f"codes: report {row['report']}, point {row['point']}, code {row['code']}: {why}")
