"""What a codebook does to a corpus: indicators that never fire, indicators that collide, text left uncoded."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from textkit import frames
from textkit.codes.codebook import Codebook
from textkit.codes.reading import Reader
from textkit.codes.text import Text


class Coverage(NamedTuple):
    """What `coverage` gives: *indicators*, *collisions*, and *points* that are sentences left uncoded.

    >>> Coverage._fields
    ('indicators', 'collisions', 'uncoded')
    """

    indicators: pd.DataFrame
    collisions: pd.DataFrame
    uncoded: pd.DataFrame


def coverage(points: pd.DataFrame, codebook: Codebook) -> Coverage:
    """Try a codebook on points, to improve it.

    Returns
    -------
    Coverage
        ``indicators``: every indicator with the places where it counted, 0 if it never fired.
        ``collisions``: pairs of indicators of different codes that met in one stretch of text.
        ``uncoded``: the sentences in which nothing counted, as a *points* table, so that
        ``phrases.mine(uncoded)`` lists their frequent phrases: candidates for the codebook.

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
    spans = list(zip(row[order].tolist(), start[order].tolist(), end[order].tolist(), strict=True))
    names = list(zip(codebook.indicators["indicator"], codebook.indicators["code"], strict=True))
    met: dict[tuple[int, int], int] = {}
    for i, (one, _, last) in enumerate(spans):
        for other, first, _ in spans[i + 1 : i + 50]:  # more than these never overlap one combination
            if first >= last:
                break
            if names[one][1] != names[other][1]:
                pair = (min(one, other), max(one, other))
                met[pair] = met.get(pair, 0) + 1
    rows = [(*names[one], *names[other], count) for (one, other), count in met.items()]
    rows.sort(key=lambda pair: (-pair[-1], pair))
    return frames.make("collisions", rows)


def _uncoded(points: pd.DataFrame, text: Text, start: np.ndarray) -> pd.DataFrame:
    """Sentences of the folded text in which no match begins, at their places in the points."""
    coded = set(text.sentence[start].tolist())
    breaks = np.flatnonzero(np.diff(text.sentence)) + 1
    owners = list(points.itertuples(index=False))
    rows = []
    low = 0
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
