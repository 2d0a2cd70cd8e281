"""How much of a text is formula: characters by where their wording comes from."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from textkit import frames, hanzi, wording
from textkit.errors import InputError
from textkit.wording import ORIGINS, finders

_ENOUGH = 20  # reports from which a percentile bootstrap may be read without a warning
_DRAWS = 2000
_AT_ONCE = 2_000_000  # numbers drawn


def share(
    points: pd.DataFrame,
    phrases: pd.DataFrame,
    *,
    by: Sequence[str] = ("report", "role", "point"),
    reference: pd.DataFrame | None = None,
    find: Mapping[str, wording.Finder] | None = None,
) -> pd.DataFrame:
    """Characters that dictated, official, set, shared and repeated wording covers, and what remains: *phrase_shares*.

    Letters and digits are counted; punctuation, quotes and spaces are not. Official phrases and idioms are looked for
    in the text itself, so that they count also where they stand but once. Points have ``report, role, point, text``;
    of the *phrases* that `mine` made of them those count that are given.

    Added up ``by`` report, role, point, or some of them (an `InputError` if anything else): one row per origin. The
    shares of one unit sum to 1, and a unit without letters has none. ``reference`` is that of `mine`; ``find`` are the
    `finders` of the phrases, if they are at hand.

    >>> points = pd.DataFrame({"report": ["a"], "role": "work", "point": 1, "text": "坚持为人民服务，不够守正创新。"})
    >>> found = share(points, frames.make("phrases"))
    >>> found[found.chars > 0][["origin", "chars"]].values.tolist()
    [['idiom', 4], ['official', 7], ['rest', 2]]
    """
    by = [by] if isinstance(by, str) else by
    frames.require_known(points, "points", "report", "role", "point", "text")
    frames.require(phrases, "phrases", "phrase", "origin")
    keys = [name for name in ("report", "role", "point") if name in by]
    if not keys or len(keys) < len(by):
        raise InputError(f"share: by is report, role, point or some of them, not {', '.join(by) or 'nothing'}")
    find = find or finders(phrases, reference)
    texts = wording.letters(points["text"])
    owner = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
    whose = wording.origins(hanzi.codepoints("".join(texts)), owner, find)
    counts = (np.bincount(owner[whose == place], minlength=len(texts)) for place in range(len(ORIGINS)))
    wide = points[keys].assign(**dict(zip(ORIGINS, counts, strict=True)))
    sums = wide.groupby(keys, sort=False)[list(ORIGINS)].sum()
    frame = sums.rename_axis(columns="origin").stack().rename("chars").reset_index()
    frame["total"] = frame.groupby(keys, sort=False)["chars"].transform("sum")
    frame["share"] = frame["chars"] / frame["total"].where(frame["total"] > 0)
    return frames.make("phrase_shares", frame.reindex(columns=frames.columns("phrase_shares"), fill_value=0))[
        [*keys, "origin", "chars", "total", "share"]
    ]


def intervals(shares: pd.DataFrame, *, seed: int = 0) -> pd.DataFrame:
    """Mean share of each origin over reports, with a 95 % interval from resampled reports: *phrase_share_intervals*.

    Of *phrase_shares* by report, or by report and role; ``role`` is empty where they are of whole reports. The
    percentile bootstrap (Efron 1979) draws whole reports, since points of one report are not independent; below 20
    reports it is too narrow (Cameron, Gelbach & Miller 2008), which ``note`` says. ``seed`` starts the random numbers.

    >>> shares = pd.DataFrame({"report": ["a", "b"], "origin": "official", "share": [0.2, 0.4]})
    >>> intervals(shares)[["share", "low", "high", "reports"]].round(2).values.tolist()
    [[0.3, 0.2, 0.4, 2.0]]
    """
    frames.require(shares, "phrase_shares", "report", "origin", "share")
    if "role" not in shares:
        shares = shares.assign(role="")
    rows = []
    for (role, origin), group in shares.dropna(subset="share").groupby(["role", "origin"], sort=False):
        values = np.sort(group.groupby("report")["share"].mean().to_numpy())  # so that no name acts as a seed
        draw = np.random.default_rng(seed)
        n = len(values)
        some = range(0, _DRAWS, max(_AT_ONCE // n, 1))
        draws = (draw.integers(n, size=(min(some.step, _DRAWS - low), n)) for low in some)
        means = np.concatenate([values[rows].mean(axis=1) for rows in draws])
        ends = np.quantile(means, [0.025, 0.975])
        rows.append((role, origin, values.mean(), *ends, values.min(), values.max(), n, _note(n)))
    return frames.make("phrase_share_intervals", rows)


def _note(reports: int) -> str:
    if reports >= _ENOUGH:
        return ""
    if reports == 1:
        return "1 report: there is no interval"
    return f"{reports} reports: the interval is too narrow; read the smallest and largest"
