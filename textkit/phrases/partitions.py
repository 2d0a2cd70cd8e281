"""Phrases of texts that memory does not hold, in partitions.

Each place in the text belongs to one partition, by hashes of its first ``min_chars`` characters. All places of a repeat
begin alike, so all of them are in one partition: there its count, reports, neighbours and maximality are those of the
whole. To tell them a partition needs of each clause no more than what follows its first place in it, and one character
before. Counts of whole reports and of characters add up. So the partitions, one below the other, are what `mine` gives,
but for the net count: whether a place lies within one of a longer phrase is asked of all phrases.
"""

from itertools import pairwise

import numpy as np
import pandas as pd

from textkit import frames, hanzi
from textkit.hanzi import BARRIER
from textkit.phrases.mining import Thresholds, Totals, joined, listed, totals
from textkit.phrases.repeats import UNICODE

_CHUNK = 1_000_000  # places looked at together
_ODD = np.uint64(0x9E3779B97F4A7C15)  # Knuth's multiplicative hashing: 2**64 over the golden ratio


def scatter(
    points: pd.DataFrame, partitions: int, *, min_chars: int = 4, barriers: str = ""
) -> tuple[pd.DataFrame, Totals]:
    """What each partition has to know of these points, ``partition, report, text`` in their order; and what adds up.

    >>> pieces, _ = scatter(pd.DataFrame({"report": ["a"], "text": ["学而时习之，不亦说乎"]}), 1, barriers="，")
    >>> pieces["text"].str.replace(BARRIER, "|").tolist()
    ['|学而时习之||不亦说乎|']
    """
    _, corpus = joined(points["text"], barriers, True)
    against = totals(corpus, points)
    owner = _owners(corpus.codes, min_chars, partitions)
    place, ends = np.flatnonzero(owner >= 0), np.flatnonzero(corpus.codes >= UNICODE)
    clause = np.searchsorted(ends, place)
    _, head = np.unique(owner[place].astype(np.int64) * len(ends) + clause, return_index=True)
    start, size = place[head] - 1, ends[clause[head]] - place[head] + 2
    row = pd.DataFrame(
        {"partition": owner[place[head]], "report": points["report"].to_numpy()[corpus.unit[place[head]]]}
    )
    at = np.repeat((start - np.cumsum(size) + size).astype(np.int32), size) + np.arange(size.sum(), dtype=np.int32)
    codes = np.where(corpus.codes < UNICODE, corpus.codes, ord(BARRIER)).astype("<u4")
    text = hanzi.string(codes[at])
    first = (row != row.shift()).any(axis=1).to_numpy()
    borders = np.append((np.cumsum(size) - size)[first], len(text))
    pieces = row[first].assign(text=[text[a:b] for a, b in pairwise(borders)])
    return pieces.astype({"report": "str", "text": "str"}), against


def gather(pieces: pd.DataFrame, partition: int, partitions: int, against: Totals, limits: Thresholds) -> pd.DataFrame:
    """Phrases of one partition, from all its pieces and the sums of what adds up; net counts are left 0.

    >>> points = pd.DataFrame({"report": ["a", "b"], "text": ["一定程度上存在", "在一定程度上有"]})
    >>> pieces, against = scatter(points, 1)
    >>> gather(pieces, 0, 1, against, Thresholds())["phrase"].tolist()
    ['一定程度上']
    """
    if not len(pieces):
        return frames.make("phrases")
    sources, corpus = joined(pieces["text"], BARRIER, False)
    owned = _owners(corpus.codes, limits.min_chars, partitions) == partition
    return listed(sources, corpus, pieces["report"], against, limits, owned=owned)[0]


def outside(occurrences: pd.DataFrame) -> np.ndarray:
    """Which places lie in no other place of the same point; counted by phrase they are the net counts.

    >>> points = pd.DataFrame({"report": ["a"], "point": 1, "text": "学而时习之，时习", "start": 0})
    >>> from textkit.phrases import locate
    >>> outside(locate(pd.DataFrame({"phrase": ["时习", "而时习之"]}), points)).tolist()
    [False, True, True]
    """
    unit = occurrences.groupby(["report", "point"], sort=False).ngroup().to_numpy(dtype=np.int64)
    start, end = (occurrences[side].to_numpy(dtype=np.int64) for side in ("start", "end"))
    order = np.lexsort((-end, start, unit))
    reach = (unit * (end.max(initial=0) + 1) + end)[order]
    free = np.ones(len(order), dtype=bool)
    free[order[1:]] = reach[1:] > np.maximum.accumulate(reach)[:-1]
    return free


def _owners(codes: np.ndarray, chars: int, partitions: int) -> np.ndarray:
    """Partition of each place, by the least hash of two characters among its first; -1 where the text breaks off there.

    So neighbours often have the same owner, which reads what follows them once (minimizers: Roberts et al. 2004).
    """
    found = [
        _owner(codes[at : at + _CHUNK + chars - 1], chars, partitions)[:_CHUNK] for at in range(0, len(codes), _CHUNK)
    ]
    return np.concatenate([*found, np.empty(0, dtype=np.int32)])


def _owner(codes: np.ndarray, chars: int, partitions: int) -> np.ndarray:
    """`_owners` of a stretch; the last places in it lack what follows."""
    whole, pairs = max(len(codes) - chars + 1, 0), min(chars, 2)
    hashed = codes[: len(codes) - pairs + 1].astype(np.uint64) << np.uint64(32) | codes[pairs - 1 :].astype(np.uint64)
    for _ in range(2):
        hashed *= _ODD
        hashed ^= hashed >> np.uint64(32)
    least = hashed[:whole].copy()
    for k in range(1, chars - pairs + 1):
        np.minimum(least, hashed[k : k + whole], out=least)
    breaks = np.append(0, np.cumsum(codes >= UNICODE))
    free = breaks[chars:][:whole] == breaks[:-chars][:whole]
    owner = np.full(len(codes), -1, dtype=np.int32)
    owner[:whole] = np.where(free, (least % np.uint64(partitions)).astype(np.int32), -1)
    return owner
