"""The verbs that mine phrases and find their places."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from textkit import frames, hanzi, masks, wording
from textkit.errors import InputError
from textkit.hanzi import BARRIER
from textkit.phrases.repeats import UNICODE, Corpus, Repeats, dispersion, join, net_counts, repeats, texts

CLAUSE = "，。；：！？,;:!?…\r\n"
"""Punctuation that ends a clause, to be passed as ``barriers``."""

_EDGES = "的了地得和与及在要是对把将而、"  # function words and marks that no stock phrase begins or ends with


def mine(
    points: pd.DataFrame,
    *,
    min_chars: int = 4,
    min_reports: int = 2,
    min_count: int = 2,
    max_chars: int | None = None,
    barriers: str = "",
    fold: bool = False,
    reference: pd.DataFrame | None = None,
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
        Thresholds, all inclusive; an `InputError` below 1, and below 2 for ``min_count``.
    max_chars
        Longest phrase to list, any length if None. Periodic text (aaaa…) has as many maximal
        repeats as characters; a limit keeps the list from growing with the square of the text.
    barriers
        Characters that no phrase may contain, such as `CLAUSE`; none by default.
    fold
        Take variants as one phrase: quotes, widths, spaces and masks (see `masks.read`). Phrases are
        then listed as folded; `locate` with ``fold`` gives their places in the original.
    reference
        Official reference list, ``phrase, first_year, documents``; that of `wording.official` if None.

    The *phrases* table has most reports first, then longest, most frequent, codepoint order. ``dispersion`` is DPnorm
    (Gries 2008; Lijffijt & Gries 2012) over reports weighted by length; varieties are accessor varieties (Feng et al.
    2004); ``npmi`` compares the phrase with its characters (Bouma 2009, divided by length - 1). ``origin`` is the first
    that holds: dictated (part of a dictated heading), idiom (listed as such), official (in the reference list, or six
    characters or more of a phrase there), shared (in several reports), own.

    >>> import pandas as pd
    >>> points = pd.DataFrame({"report": ["a", "b"], "point": [1, 1], "text": ["一定程度上存在", "在一定程度上有"]})
    >>> mine(points)[["phrase", "count", "reports", "left_variety"]].to_records(index=False).tolist()
    [('一定程度上', 2, 2, 2)]
    """
    frames.require_known(points, "points", "report", "point", "text")
    if min(min_chars, min_reports, 1 if max_chars is None else max_chars) < 1 or min_count < 2:
        raise InputError("phrases: min_chars, max_chars and min_reports start at 1, min_count at 2")
    if not len(points):
        return frames.make("phrases")
    sources, corpus = joined(points["text"], barriers, fold)
    limits = Thresholds(min_chars, min_reports, min_count, max_chars)
    frame, suffixes, found = listed(
        sources, corpus, points["report"], totals(corpus, points), limits, reference=reference
    )
    return ordered(frame.assign(net_count=net_counts(suffixes, found)))


class Thresholds(NamedTuple):
    """Those of `mine`.

    >>> Thresholds(max_chars=100).min_chars
    4
    """

    min_chars: int = 4
    min_reports: int = 2
    min_count: int = 2
    max_chars: int | None = None


class Totals(NamedTuple):
    """What phrases are set against: letters by report, places by character (breaks under one of their own), headings.

    >>> points = pd.DataFrame({"report": ["a"], "text": "学而，学"})
    >>> totals(joined(points["text"], "，", True)[1], points).letters.to_dict()
    {'a': 3}
    """

    letters: pd.Series
    characters: pd.Series
    headings: pd.Series


def joined(texts: pd.Series, barriers: str, fold: bool) -> tuple[list[str], Corpus]:
    """Texts as they are mined, and these as one array."""
    if not fold:
        return texts.tolist(), join(texts.tolist(), barriers)
    parted = dict.fromkeys(map(ord, barriers), BARRIER)
    views = [masks.plain(text.translate(parted)) for text in texts]
    return views, join(views, barriers + BARRIER)


def totals(corpus: Corpus, points: pd.DataFrame) -> Totals:
    """Totals of the points that were joined; those of more points are the sums."""
    letters = corpus.codes < UNICODE
    sizes = np.bincount(corpus.unit[letters], minlength=len(points))
    codes, counts = np.unique(np.where(letters, corpus.codes, ord(BARRIER)), return_counts=True)
    headings = points["dimension"] if "dimension" in points else points["report"].iloc[:0]
    return Totals(
        pd.Series(sizes).groupby(points["report"].to_numpy()).sum(),
        pd.Series(counts, index=[chr(code) for code in codes.tolist()]),
        headings.value_counts(sort=False),
    )


def listed(
    sources: list[str],
    corpus: Corpus,
    reports: pd.Series,
    against: Totals,
    limits: Thresholds,
    *,
    reference: pd.DataFrame | None = None,
    owned: np.ndarray | None = None,
) -> tuple[pd.DataFrame, np.ndarray, Repeats]:
    """The *phrases* table but for net counts, of places that are ``owned``; the suffix array, and the repeats in it."""
    groups = against.letters.index.get_indexer(reports)
    suffixes, found = repeats(corpus, groups, limits.min_chars, owned)
    fit = (found.counts >= limits.min_count) & (found.reports >= limits.min_reports)
    found = found.pick(np.flatnonzero(fit & (found.chars <= (limits.max_chars or len(corpus.codes)))))
    phrases = texts(sources, corpus, suffixes, found)
    columns = {
        "phrase": phrases,
        "chars": found.chars,
        "count": found.counts,
        "net_count": 0,
        "reports": found.reports,
        "dispersion": dispersion(against.letters.to_numpy(), groups[corpus.unit[suffixes]], found),
        "left_variety": found.left_variety,
        "right_variety": found.right_variety,
        "npmi": _npmi(phrases, found, against.characters),
        **_origins(phrases, found.reports, against.headings.index, reference),
    }
    return frames.make("phrases", columns), suffixes, found


def ordered(phrases: pd.DataFrame) -> pd.DataFrame:
    """Phrases in their order: most reports first, then longest, most frequent, codepoint order.

    >>> found = pd.DataFrame({"phrase": ["学用", "脱节"], "reports": [1, 2], "chars": 2, "count": 2})
    >>> ordered(found)["phrase"].tolist()
    ['脱节', '学用']
    """
    order = ["reports", "chars", "count", "phrase"]
    return phrases.sort_values(order, ascending=[False, False, False, True], ignore_index=True)


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
    spread = ~phrases["origin"].isin(["dictated", "own"]) & (phrases["reports"] > 1)
    chosen = phrases[free & whole & (phrases["net_count"] >= min_net) & spread]
    order = ["reports", "net_count", "chars", "phrase"]
    return chosen.sort_values(order, ascending=[False, False, False, True], ignore_index=True)


def locate(
    phrases: pd.DataFrame,
    points: pd.DataFrame,
    *,
    fold: bool = False,
    barriers: str = "",
    find: wording.Finder | None = None,
) -> pd.DataFrame:
    """Every place of every phrase, overlapping ones included: *occurrences*, by phrase, then in the order of points.

    ``reports.text[start:end]`` is the phrase, or folds to it: with ``fold`` and ``barriers`` as the phrases were
    mined, a place is the original stretch that folds to the phrase. Points have ``report, point, text, start``;
    ``find`` is the `wording.Finder` of the phrases, if it is at hand.

    >>> import pandas as pd
    >>> points = pd.DataFrame({"report": ["a"], "point": [3], "text": ["学而时习之，学而"], "start": [10]})
    >>> locate(pd.DataFrame({"phrase": ["学而"]}), points)[["start", "end"]].values.tolist()
    [[10, 12], [16, 18]]
    """
    frames.require(phrases, "phrases", "phrase")
    frames.require_known(points, "points", "report", "point", "text", "start")
    whole, begins = hanzi.together(points["text"])
    folded = view(whole, barriers) if fold else None
    chars = hanzi.codepoints(folded.text if folded else whole)
    first, last, which = (find or wording.Finder(phrases["phrase"])).places(chars)
    start, end = (folded.offsets[first], folded.ends[last - 1]) if folded else (first, last)
    point = np.searchsorted(begins, start, side="right") - 1
    order = np.lexsort((start, which))
    order = order[end[order] < begins[point[order] + 1]]  # a text may hold the character that parts them
    which, point, start, end = which[order], point[order], start[order], end[order]
    base = (points["start"].to_numpy(dtype=np.int64) - begins[:-1])[point]
    columns = {name: points[name].to_numpy()[point] for name in ("report", "point")}
    phrase = phrases["phrase"].to_numpy()[which]
    return frames.make("occurrences", {"phrase": phrase, **columns, "start": base + start, "end": base + end})


def view(text: str, barriers: str) -> hanzi.Folded:
    r"""The folded text in which barriers that folding would drop, such as line ends, still part.

    >>> view("“好”\n人", "\n").text == "好" + BARRIER + "人"
    True
    """
    return masks.read(text.translate(dict.fromkeys(map(ord, barriers), BARRIER)))


def _npmi(phrases: list[str], found: Repeats, characters: pd.Series) -> np.ndarray:
    """Log of p(phrase) / Π p(character), over the most it could be; 0 for single characters."""
    total = characters.sum()
    logs = np.zeros(UNICODE)
    logs[[ord(char) for char in characters.index]] = np.log(characters / total)
    letters = logs[hanzi.codepoints("".join(phrases))]
    apart = np.bincount(np.repeat(np.arange(len(phrases)), found.chars), letters, minlength=len(phrases))
    together = np.log(found.counts / max(total, 1))
    return (together - apart) / np.maximum(-together * (found.chars - 1), 1e-300) * (found.chars > 1)


def _origins(
    phrases: list[str], reports: np.ndarray, headings: Iterable[str], reference: pd.DataFrame | None
) -> dict[str, Any]:
    views = BARRIER.join(view for text in headings for view in (text, masks.plain(text)))
    dictated = set(wording.Finder(phrases).places(hanzi.codepoints(views))[2].tolist())
    folded = masks.plains(phrases)
    idioms, known = wording.idioms(), wording.listed(folded, reference)
    origin = [
        "dictated" if i in dictated else "idiom" if text in idioms else "official" if official
        else "shared" if n > 1 else "own"
        for i, (text, official, n) in enumerate(zip(folded, known["documents"].notna(), reports, strict=True))
    ]  # fmt: skip
    return {"origin": origin, **known.reset_index(drop=True)}
