"""What a codebook does to a corpus: indicators that never fire, indicators that collide, text left uncoded."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from textkit import frames
from textkit.codes.codebook import Codebook
from textkit.codes.places import ranges
from textkit.codes.reading import Reader
from textkit.codes.text import Text


class Coverage(NamedTuple):
    """What `coverage` gives.

    ``indicators``: every indicator with the places where it counted, 0 if it never fired. ``collisions``: pairs of
    indicators of different codes that met in one stretch of text. ``uncoded``: the sentences in which nothing counted,
    as a *points* table, so that ``phrases.mine(uncoded)`` lists their frequent phrases: candidates for the codebook.

    >>> Coverage._fields
    ('indicators', 'collisions', 'uncoded')
    """

    indicators: pd.DataFrame
    collisions: pd.DataFrame
    uncoded: pd.DataFrame


def coverage(points: pd.DataFrame, codebook: Codebook) -> Coverage:
    """Try a codebook on points, to improve it.

    >>> from textkit.codes import read_codebook
    >>> text = "理论学习不够。电梯坏了。"
    >>> points = frames.make("points", [("a", 1, "problems", "", 1, "", text, 0, 12, 1)])
    >>> found = coverage(points, read_codebook("problems"))
    >>> found.uncoded["text"].tolist(), found.indicators.query("count > 0")["indicator"].tolist()
    (['电梯坏了。'], ['理论学习', '学习&{lack}', '理论&{lack}'])
    """
    frames.require(points, "points", "report", "point", "role", "headline", "text", "start")
    chosen = points[points["role"].isin(codebook.roles)]
    text = Text(chosen)
    (row, start, end, *_), _ = Reader(codebook).matches(text)
    counts = codebook.indicators.reset_index(drop=True)
    counts["count"] = np.bincount(row, minlength=len(counts))
    pairs = pd.DataFrame({"row": row, "point": text.owner[start]}).drop_duplicates()
    counts["points"] = np.bincount(pairs["row"], minlength=len(counts))
    met = _collisions(codebook, row, start, end)
    uncoded = _uncoded(chosen, text, start)
    return Coverage(frames.make("indicators", counts), met, uncoded)


def _collisions(codebook: Codebook, row: np.ndarray, start: np.ndarray, end: np.ndarray) -> pd.DataFrame:
    order = np.lexsort((row, start))
    row, start, end = row[order], start[order], end[order]
    at = np.arange(len(row))
    other, one = ranges(at + 1, np.maximum(np.searchsorted(start, end), at + 1))  # those that begin before it ends
    names, whose = (codebook.indicators[name].to_numpy(dtype=object) for name in ("indicator", "code"))
    pairs = np.sort(np.column_stack([row[one], row[other]]), axis=1)
    pairs, counts = np.unique(pairs[whose[pairs[:, 0]] != whose[pairs[:, 1]]], axis=0, return_counts=True)
    first, second = pairs[np.argsort(-counts, kind="stable")].T
    columns = (names[first], whose[first], names[second], whose[second], np.sort(counts)[::-1])
    return frames.make("collisions", zip(*columns, strict=True))


def _uncoded(points: pd.DataFrame, text: Text, start: np.ndarray) -> pd.DataFrame:
    """Sentences of the folded text in which no match begins, at their places in the points."""
    coded = set(text.sentence[start].tolist())
    breaks = np.flatnonzero(np.diff(text.sentence)) + 1
    owners = list(points.itertuples(index=False))
    rows, low = [], 0
    for high in [*breaks.tolist(), len(text.folded.text)]:
        if text.folded.text[low:high].strip("\0。；！？;!?") and int(text.sentence[low]) not in coded:
            point = int(text.owner[low])
            owner, shift = owners[point], owners[point].start - int(text.first[point])
            first = max(int(text.first[point]), int(text.folded.offsets[low - 1]) + 1 if low else 0)
            last = int(text.folded.offsets[high - 1]) + 1 if high < len(text.folded.text) else len(text.joined)
            said = text.joined[first:last].rstrip("\0")
            place = (first + shift, first + shift + len(said))
            rows.append({**owner._asdict(), "headline": "", "text": said, "start": place[0], "end": place[1]})
        low = high
    return pd.DataFrame(rows, columns=points.columns)
