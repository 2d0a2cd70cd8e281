"""Codes by report: counts and shares, and whether groups of reports differ."""

from collections.abc import Iterator, Mapping
from math import factorial, prod

import numpy as np
import pandas as pd

from textkit import frames
from textkit.codes.codebook import Codebook
from textkit.errors import TooFewError

_EXACT = 20_000  # ways to divide the reports that are all looked at


def cross(
    codes: pd.DataFrame,
    codebook: Codebook,
    reports: pd.DataFrame | None = None,
    points: pd.DataFrame | None = None,
    *,
    totals: pd.Series | None = None,
) -> pd.DataFrame:
    """Report × part × code: points with the code, and their share of the part's points and characters.

    Every code has a row in every report and part that occurs; given ``reports``, also those in which nothing was there
    to code (``total`` 0, no share). Given ``points``, characters are counted too. Of reports that are part of a larger
    corpus, ``totals`` are the primary codes of all of it by role and code.

    Returns the *cross* table. Its ``residual`` is the adjusted standardized residual of ``points`` in the table report
    × code of the part (Haberman 1973): where it lies beyond ±2, the report has clearly more or fewer such points than
    the others, if points were independent, which within a report they are not.

    >>> from textkit import frames
    >>> from textkit.codes import read_codebook
    >>> rows = [("a", i, "problems", code, True, 4, "", 0, 0, "") for i, code in enumerate(["theory", "other"])]
    >>> codes = frames.make("codes", rows)
    >>> cross(codes, read_codebook("problems")).query("points > 0")[["code", "points", "share"]].values.tolist()
    [['theory', 1, 0.5], ['other', 1, 0.5]]
    """
    frames.require(codes, "codes", "report", "point", "role", "code", "primary")
    names = (codes if reports is None else reports)["report"].drop_duplicates().sort_values()
    if totals is None:
        totals = codes[codes["primary"]].groupby(["role", "code"]).size()
    roles = [role for role in codebook.roles if role in totals.index.get_level_values("role")]
    by = ["report", "role", "code"]
    cells = pd.MultiIndex.from_product([names, roles, codebook.codes["code"]], names=by)
    first = codes[codes["primary"]]
    counts = {"points": first.groupby(by).size(), "any": codes.groupby(by).size()}
    if points is not None:
        size = points.assign(chars=points["text"].str.len())[["report", "point", "chars"]]
        counts["chars"] = first.merge(size, on=["report", "point"]).groupby(by)["chars"].sum()
    table = pd.DataFrame({name: count.reindex(cells, fill_value=0) for name, count in counts.items()}).reset_index()
    part = table.groupby(["report", "role"])
    table["total"] = part["points"].transform("sum")
    table["share"] = table["points"] / table["total"].where(table["total"] > 0)
    if points is not None:
        chars = part["chars"].transform("sum")
        table["chars_share"] = table["chars"] / chars.where(chars > 0)
    of_code = totals.reindex(pd.MultiIndex.from_frame(table[["role", "code"]]), fill_value=0).reset_index(drop=True)
    known = totals[totals.index.isin(codebook.codes["code"], level="code")]
    of_all = known.groupby("role").sum().reindex(table["role"], fill_value=0).reset_index(drop=True)
    table["residual"] = _residual(table["points"], table["total"], of_code, of_all)
    return frames.make("cross", table)


def _residual(count: pd.Series, row: pd.Series, column: pd.Series, total: pd.Series) -> pd.Series:
    """Adjusted standardized residual; missing where margins leave no freedom."""
    expected = row * column / total.where(total > 0)
    spread = np.sqrt(expected * (1 - row / total.where(total > 0)) * (1 - column / total.where(total > 0)))
    return (count - expected) / spread.where(spread > 0)


def compare(
    crossed: pd.DataFrame, groups: Mapping[str, str], *, share: str = "share", draws: int = 9999, seed: int = 0
) -> pd.DataFrame:
    """Whether groups of reports differ in their codes: permutation tests with the report as the unit.

    For each code, the variance between the groups' mean shares (the column ``share`` of the *cross* table, or
    ``chars_share``) is set against that under all ways to divide the reports into groups of these sizes (Fisher 1935;
    Good 2005), or ``draws`` random ways when there are too many. ``groups`` names the group of each report; reports not
    named are left out. Each part in the table is tested by itself.

    Returns the *comparison* table: one row per part and code, ``code`` empty for all codes together. ``smallest_p`` is
    the smallest that any data could give with so many reports. A `TooFewError` if fewer than two groups have reports.

    >>> crossed = pd.DataFrame({"report": list("abcd"), "role": "problems", "code": "theory"})
    >>> crossed["share"] = [0.1, 0.2, 0.6, 0.7]
    >>> found = compare(crossed, {"a": "x", "b": "x", "c": "y", "d": "y"}).iloc[-1]
    >>> found.code, f"{found.p:.3f}", f"{found.smallest_p:.3f}", found.method
    ('theory', '0.333', '0.333', 'exact')
    """
    frames.require(crossed, "cross", "report", "role", "code", share)
    rows: list[tuple] = []
    for role, part in crossed.groupby("role", sort=False):
        wide = part.pivot(index="report", columns="code", values=share).dropna(how="all").fillna(0)
        wide = wide[wide.index.isin(list(groups))][list(dict.fromkeys(part["code"]))]
        labels = pd.Series({report: str(groups[report]) for report in wide.index}, dtype=object)
        names = sorted(set(labels))
        if len(names) < 2:
            raise TooFewError(f"compare: {role}: {len(names)} group with reports; name two or more groups")
        rows.extend((role, *row) for row in _tested(wide, labels, names, draws, seed))
    return frames.make("comparison", rows)


def _tested(wide: pd.DataFrame, labels: pd.Series, names: list[str], draws: int, seed: int) -> Iterator[tuple]:
    values, own = wide.to_numpy(dtype=float), labels.map(names.index).to_numpy()
    sizes = [int((own == i).sum()) for i in range(len(names))]
    ways = factorial(len(own)) // prod(map(factorial, sizes))
    if ways <= _EXACT:
        divisions, method = np.array(list(_divisions(sizes))), "exact"
        # Groups of equal size can be exchanged without a change in the statistic.
        least = prod(factorial(sizes.count(size)) for size in set(sizes)) / ways
    else:
        chance = np.random.default_rng(seed)
        divisions, method = np.array([own, *(chance.permutation(np.sort(own)) for _ in range(draws))]), "sampled"
        least = 1 / len(divisions)

    def between(divisions: np.ndarray) -> np.ndarray:
        """Of each division: of all codes together, then of each."""
        means = ((divisions == i) @ values / size for i, size in enumerate(sizes))
        found = sum(size * (mean - values.mean(axis=0)) ** 2 for size, mean in zip(sizes, means, strict=True))
        return np.column_stack([found.sum(axis=1), found])

    p = (between(divisions) >= between(own[None]) * (1 - 1e-9) - 1e-12).mean(axis=0)
    shares = np.array([values[own == i].mean(axis=0) for i in range(len(names))])
    most, fewest = shares.argmax(axis=0), shares.argmin(axis=0)
    told = (least, method, len(own), "; ".join(f"{name} n={size}" for name, size in zip(names, sizes, strict=True)))
    yield "", "", "", np.nan, p[0], *told
    for i, code in enumerate(wide.columns):
        yield code, names[most[i]], names[fewest[i]], np.ptp(shares[:, i]), p[i + 1], *told


def _divisions(sizes: list[int]) -> Iterator[tuple[int, ...]]:
    """All ways to give out so many labels of each kind."""
    if not any(sizes):
        yield ()
    for i, size in enumerate(sizes):
        if size:
            yield from ((i, *rest) for rest in _divisions([*sizes[:i], size - 1, *sizes[i + 1 :]]))
