"""How far two readers agree, and what a share is once the reader's errors are taken out.

A unit is a point; a point that a reader left uncoded has the empty set of codes, which is a value like
any other, so that agreement keeps its meaning when most text is uncoded. Chance-corrected measures come
with percentile intervals from resampling whole reports, since points of one report are not independent.
"""

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from textkit import frames
from textkit.errors import FrameError, TooFewError

_KEY = ["report", "point"]


class Agreement(NamedTuple):
    """What `agreement` gives: the tables *agreement*, *agreement_by_code*, *confusion*.

    ``measures``: raw agreement, Cohen's κ and Krippendorff's α of primary codes, α of the sets of codes (MASI
    distance), micro-F1 over all codes, with 95% intervals (missing with fewer than 2 reports); ``by_code``: precision,
    recall, F1 and κ of each code; ``confusion``: primary codes.

    >>> Agreement._fields
    ('measures', 'by_code', 'confusion')
    """

    measures: pd.DataFrame
    by_code: pd.DataFrame
    confusion: pd.DataFrame


def nominal(one: Any, other: Any) -> float:
    """Distance 0 if equal, else 1.

    >>> nominal("a", "b")
    1.0
    """
    return float(one != other)


def masi(one: frozenset, other: frozenset) -> float:
    """Distance of sets: 1 − Jaccard × (1, ⅔, ⅓, 0 for equal, nested, crossing, disjoint); Passonneau 2006.

    >>> round(masi(frozenset("ab"), frozenset("a")), 3), masi(frozenset(), frozenset())
    (0.667, 0.0)
    """
    if one == other:
        return 0.0
    shared = len(one & other)
    nesting = 2 / 3 if one <= other or other <= one else 1 / 3
    return 1 - nesting * shared / len(one | other)


def alpha(ratings: Sequence[Sequence[Hashable]], distance: Callable[[Any, Any], float] = nominal) -> float:
    """Krippendorff's α: any number of coders, missing values, any distance (Krippendorff 2011).

    ``ratings`` are for each unit the values that coders gave it; coders who gave none are left out. The ``distance`` of
    two values is `nominal`, `masi`, or your own. 1 is perfect agreement, 0 what chance would give; missing when all
    values are the same.

    >>> round(alpha([["a", "a"], ["b", "b"], ["a", "b"]]), 3)
    0.444
    """
    return _Alpha(ratings, distance).value(np.ones(len(ratings)))


class _Alpha:
    """α as a function of how often each unit is drawn."""

    def __init__(self, ratings: Sequence[Sequence[Hashable]], distance: Callable[[Any, Any], float]) -> None:
        values = list(dict.fromkeys(value for unit in ratings for value in unit))
        place = {value: i for i, value in enumerate(values)}
        self.counts = np.zeros((len(ratings), len(values)))
        for i, unit in enumerate(ratings):
            for value in unit:
                self.counts[i, place[value]] += 1
        coders = self.counts.sum(axis=1)
        self.counts[coders < 2] = 0  # a value that stands alone cannot be paired
        self.distance = np.array([[distance(a, b) for b in values] for a in values]).reshape(len(values), len(values))
        pairs = np.einsum("uc,ck,uk->u", self.counts, self.distance, self.counts)
        self.observed = pairs / np.maximum(coders - 1, 1)

    def value(self, weights: np.ndarray) -> float:
        totals = weights @ self.counts
        expected = totals @ self.distance @ totals
        n = totals.sum()
        return float(1 - (n - 1) * (weights @ self.observed) / expected) if expected else float("nan")


def kappa(confusion: np.ndarray) -> float:
    """Cohen's κ of a square table of counts or shares (Cohen 1960); missing if chance alone gives agreement 1.

    >>> round(kappa(np.array([[88, 14, 18], [10, 40, 10], [2, 6, 12]])), 3)
    0.492
    """
    shares = np.asarray(confusion) / np.sum(confusion)
    chance = float(shares.sum(axis=0) @ shares.sum(axis=1))
    return float((np.trace(shares) - chance) / (1 - chance)) if chance < 1 else float("nan")


def agreement(
    codes: pd.DataFrame,
    reference: pd.DataFrame,
    points: pd.DataFrame | None = None,
    *,
    resample: Literal["report", "point"] = "report",
    draws: int = 1000,
    seed: int = 0,
) -> Agreement:
    """Compare two codings of the same points; precision and recall take the second for true.

    ``points`` are all that both readers had before them, so that those that one or neither coded count as well; without
    it, the points that both coded. For the intervals whole reports, or points, are drawn with replacement
    (``resample``). A `TooFewError` if no point is in both tables.

    >>> from textkit import frames
    >>> rows = [("a", i, "problems", code, True, 4, "", 0, 0, "") for i, code in enumerate("xxyy")]
    >>> first, second = frames.make("codes", rows), frames.make("codes", rows)
    >>> second.loc[3, "code"] = "x"
    >>> agreement(first, second).measures[["measure", "value"]].round(2).values.tolist()[:2]
    [['raw', 0.75], ['kappa', 0.5]]
    """
    sets = [_sets(table) for table in (codes, reference)]
    units = sorted(set(map(tuple, points[_KEY].to_numpy())) if points is not None else set(sets[0]) & set(sets[1]))
    if not units:
        raise TooFewError("agreement: no point to compare; give two codings of the same points")
    pairs = [tuple(coding.get(unit, ("", frozenset())) for coding in sets) for unit in units]
    found = _Compared(pairs)
    whose = [unit[0] if resample == "report" else i for i, unit in enumerate(units)]
    low, high = _interval(found.measures, whose, draws, seed)
    values = found.measures(np.ones(len(units)))
    rows = zip(_MEASURES, values, low, high, [len(units)] * 5, [len({u[0] for u in units})] * 5, strict=True)
    return Agreement(frames.make("agreement", rows), found.by_code(), found.confusion())


def _sets(table: pd.DataFrame) -> dict[tuple, tuple[str, frozenset[str]]]:
    """(report, point) → primary code and all codes."""
    frames.require(table, "codes", *_KEY, "code", "primary")
    found = table.groupby(_KEY)["code"].agg(frozenset).to_dict()
    first = table[table["primary"]].drop_duplicates(_KEY).set_index(_KEY)["code"].to_dict()
    return {unit: (first.get(unit, ""), codes) for unit, codes in found.items()}


_MEASURES = ("raw", "kappa", "alpha", "alpha_masi", "micro_f1")


class _Compared:
    """Two codings of the same units, as functions of how often each unit is drawn."""

    def __init__(self, pairs: list[tuple]) -> None:
        self.sets = [[pair[side][1] for pair in pairs] for side in (0, 1)]
        names = sorted({pair[side][0] for pair in pairs for side in (0, 1)})
        place = {name: i for i, name in enumerate(names)}
        self.names = names
        self.primary = np.array([[place[pair[side][0]] for side in (0, 1)] for pair in pairs])
        self.alpha = _Alpha([(a[0], b[0]) for a, b in pairs], nominal)
        self.alpha_masi = _Alpha([(a[1], b[1]) for a, b in pairs], masi)
        self.shared = np.array([len(a[1] & b[1]) for a, b in pairs])
        self.total = np.array([len(a[1]) + len(b[1]) for a, b in pairs])

    def table(self, weights: np.ndarray) -> np.ndarray:
        size = len(self.names)
        cells = np.bincount(self.primary @ [size, 1], weights, minlength=size * size)
        return cells.reshape(size, size)

    def measures(self, weights: np.ndarray) -> tuple[float, ...]:
        table = self.table(weights)
        total = weights @ self.total
        f1 = 2 * (weights @ self.shared) / total if total else float("nan")
        alphas = self.alpha.value(weights), self.alpha_masi.value(weights)
        return float(np.trace(table) / table.sum()), kappa(table), *alphas, float(f1)

    def confusion(self) -> pd.DataFrame:
        table = self.table(np.ones(len(self.primary))).astype(int)
        cells = ((a, b, table[i, j]) for i, a in enumerate(self.names) for j, b in enumerate(self.names))
        return frames.make("confusion", [cell for cell in cells if cell[2]])

    def by_code(self) -> pd.DataFrame:
        rows = []
        for code in sorted(set().union(*self.sets[0], *self.sets[1])):
            has, should = (np.array([code in codes for codes in side]) for side in self.sets)
            both, first, second = int((has & should).sum()), int(has.sum()), int(should.sum())
            cells = [[both, first - both], [second - both, len(has) - first - second + both]]
            shares = (both / first if first else np.nan, both / second if second else np.nan)
            rows.append((code, both, first, second, *shares, 2 * both / (first + second), kappa(np.array(cells))))
        return frames.make("agreement_by_code", rows)


def _interval(
    measures: Callable[[np.ndarray], tuple[float, ...]], whose: list, draws: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Percentile 95% limits from drawing clusters with replacement (Hayes & Krippendorff 2007; Zapf et al. 2016)."""
    cluster = pd.factorize(pd.Series(whose))[0]
    size = int(cluster.max()) + 1
    missing = np.full(len(_MEASURES), np.nan)
    if size < 2 or draws < 1:
        return missing, missing
    chance = np.random.default_rng(seed)
    drawn = [
        measures(np.bincount(chance.integers(size, size=size), minlength=size)[cluster].astype(float))
        for _ in range(draws)
    ]
    table = pd.DataFrame(drawn)
    return table.quantile(0.025).to_numpy(), table.quantile(0.975).to_numpy()


def prevalence(codes: pd.DataFrame, reference: pd.DataFrame, points: pd.DataFrame | None = None) -> pd.DataFrame:
    """Share of points with each code, corrected for the coder's measured errors (Rogan & Gladen 1978).

    ``codes`` are those of all points by the reader whose errors are to be taken out; give ``points``, if some have no
    code. ``reference`` holds the right codes of some of these points; from them sensitivity and specificity are
    measured.

    Returns the *prevalence* table. ``low`` and ``high`` are 95% limits from the estimate's variance, which takes points
    for independent; missing where the coder does no better than chance.

    >>> from textkit import frames
    >>> rows = [("a", i, "problems", "x" if i < 30 else "y", True, 4, "", 0, 0, "") for i in range(100)]
    >>> right = [("a", i, "problems", "x" if i < 24 else "y", True, 4, "", 0, 0, "") for i in range(100)]
    >>> found = prevalence(frames.make("codes", rows), frames.make("codes", right))
    >>> found.query("code == 'x'").corrected.round(2).item()
    0.24
    """
    coded, right = _sets(codes), _sets(reference)
    units = set(coded) if points is None else set(map(tuple, points[_KEY].to_numpy()))
    outside = sorted(set(right) - units)
    if outside:
        raise FrameError(f"reference: point {outside[0][1]} of report {outside[0][0]} is not among the coded points")
    nothing: tuple[str, frozenset[str]] = ("", frozenset())
    checked = [(coded.get(unit, nothing)[1], right[unit][1]) for unit in sorted(right)]
    rows = []
    for code in sorted(set().union(*(codes for _, codes in (*coded.values(), *right.values())))):
        share = sum(code in coded.get(unit, nothing)[1] for unit in units) / max(len(units), 1)
        hits = [code in said for said, true in checked if code in true]
        passes = [code not in said for said, true in checked if code not in true]
        rates = [float(np.mean(found)) if found else np.nan for found in (hits, passes)]
        estimate = _corrected(share, len(units), rates[0], len(hits), rates[1], len(passes))
        rows.append((code, share, *rates, *estimate, len(units), len(checked)))
    return frames.make("prevalence", rows)


def _corrected(share: float, n: int, *errors: float) -> tuple[float, float, float]:
    """Estimate and 95% limits from the share found, and sensitivity and specificity with their numbers of cases."""
    sensitivity, hits, specificity, passes = errors
    better = sensitivity + specificity - 1
    if not better > 0:
        return np.nan, np.nan, np.nan
    estimate = (share + specificity - 1) / better
    true = min(max(estimate, 0.0), 1.0)
    variance = share * (1 - share) / n
    variance += true**2 * sensitivity * (1 - sensitivity) / hits
    variance += (1 - true) ** 2 * specificity * (1 - specificity) / passes
    reach = 1.959964 * variance**0.5 / better
    return true, max(estimate - reach, 0.0), min(estimate + reach, 1.0)
