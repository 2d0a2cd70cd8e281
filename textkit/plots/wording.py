"""Figures of wording: stock phrases by report and along it, where wording comes from, frames with a slot."""

from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import matplotlib.ticker
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from textkit import hanzi
from textkit.plots.style import INK, fit, rows, short, slanted, word

_FEW_COLUMNS = 8  # names under which fit at a small slant
_SHADES = ("#08306B", "#2171B5", "#6BAED6", "#B5D3E9", "#DADAEB", "#F5F5F5")  # darkest: furthest from own words
_GROUNDS: dict[str, dict[str, Any]] = {  # told apart in grey print too; white is what lies in no part
    "problems": {"facecolor": "#EBEBEB"},
    "causes": {"facecolor": "#C9C9C9"},
    "measures": {"facecolor": "#FFFFFF", "hatch": "////"},
    "work": {"facecolor": "#FFFFFF", "hatch": "...."},
}
_SEEN = 0.07  # share of a bar from which its number fits inside
_LINE = 78  # columns of letters beside a bar


def phrase_dots(occurrences: pd.DataFrame, ax: Axes, *, reports: Sequence[str]) -> Axes:
    """Phrase × report: a dot where the phrase occurs, larger and numbered where it does more often.

    Of the *occurrences* table, whose phrases are drawn in order of appearance; reports without any keep their column.

    >>> import pandas as pd
    >>> from textkit import plots
    >>> found = pd.DataFrame({"phrase": ["有所淡化"] * 3, "report": ["a", "a", "b"]})
    >>> [text.get_text() for text in phrase_dots(found, plots.canvas(3, 2)[1], reports=["a", "b", "c"]).texts]
    ['2', '1']
    """
    phrases = list(dict.fromkeys(occurrences["phrase"]))
    counts = occurrences.groupby(["phrase", "report"], sort=False).size().reset_index(name="count")
    x = counts["report"].map({report: i for i, report in enumerate(reports)})
    y = counts["phrase"].map({phrase: i for i, phrase in enumerate(phrases)})
    ax.scatter(x, y, s=90 + 26 * counts["count"].clip(upper=10), color="#0072B2", linewidth=0)
    for place, height, count in zip(x, y, counts["count"], strict=True):
        ax.text(place, height, str(count), ha="center", va="center_baseline", color="white", fontsize=7.5)
    ax.set_xticks(range(len(reports)), short(reports), **slanted(len(reports) > _FEW_COLUMNS))
    rows(ax, short(phrases, 26))
    ax.set(xlim=(-0.6, len(reports) - 0.4), ylim=(len(phrases) - 0.4, -0.6))
    ax.grid()
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    return ax


def origins(shares: pd.DataFrame, ax: Axes, *, reports: Sequence[str] = (), language: str = "zh") -> Axes:
    """Characters of each report by where the wording comes from: bars of length 1, the most formulaic end darkest.

    Of the *phrase_shares* table by report, of a part or the whole: ``report, origin, share``. Rows are ``reports``.

    >>> import pandas as pd
    >>> from textkit import plots
    >>> shares = pd.DataFrame({"report": "a", "origin": ["official", "rest"], "share": [0.2, 0.8]})
    >>> [text.get_text() for text in origins(shares, plots.canvas(3, 1)[1]).texts]
    ['20', '80']
    """
    wide = shares.pivot(index="report", columns="origin", values="share")
    wide = wide.reindex([*reports] or wide.index).fillna(0)
    names, left = short(wide.index), np.zeros(len(wide))
    kinds = list(dict.fromkeys(shares["origin"]))
    shades = [*_SHADES[: len(kinds) - 1], _SHADES[-1]]  # what remains is always the lightest
    for i, (kind, shade) in enumerate(zip(kinds, shades, strict=False)):
        width = wide[kind].to_numpy()
        bars = ax.barh(names, width, left=left, color=shade, edgecolor="#777777", linewidth=0.4)
        bars.set_label(word(kind, language))
        for at, (begin, share) in enumerate(zip(left, width, strict=True)):
            if share >= _SEEN:
                colour = "white" if i < 2 else INK
                middle = begin + share / 2
                ax.text(middle, at, f"{share:.0%}".rstrip("%"), ha="center", va="center", color=colour, fontsize=7)
        left = left + width
    ax.set_xlim(0, 1)
    ax.set_ylim(len(wide) - 0.5, -0.5)
    ax.xaxis.set_major_formatter(mpl.ticker.PercentFormatter(1, decimals=0))
    ax.set_xticks([0, 0.5, 1])
    return ax


def xray(
    places: pd.DataFrame,
    ax: Axes,
    *,
    phrases: Sequence[str],
    points: pd.DataFrame | None = None,
    chars: int | None = None,
    language: str = "zh",
) -> Axes:
    """Where phrases stand along one report: a stroke for each place (the lexical dispersion plot), phrases from above.

    Places are rows of the *occurrences* table, or others with ``phrase, start``, of one report. Of its *points* the
    parts are shaded on the ground; it ends after so many ``chars``, with the last stroke if None.

    >>> import pandas as pd
    >>> from textkit import plots
    >>> places = pd.DataFrame({"phrase": ["有所淡化", "有所淡化"], "start": [10, 90]})
    >>> ax = xray(places, plots.canvas(3, 1)[1], phrases=["有所淡化"])
    >>> [stroke[0, 0].item() for stroke in ax.collections[0].get_segments()]
    [10.0, 90.0]
    """
    if points is not None:
        spans = points.groupby("role", sort=False).agg(start=("start", "min"), end=("end", "max"))
        for role, start, end in spans.itertuples():
            if role in _GROUNDS:
                ax.axvspan(start, end, edgecolor="#C4C4C4", linewidth=0, zorder=0, **_GROUNDS[role])
    found = places.assign(row=pd.Index(phrases).get_indexer(places["phrase"])).query("row >= 0")
    ax.vlines(found["start"], found["row"] - 0.36, found["row"] + 0.36, color="#0072B2", linewidth=1.3)
    ax.hlines(range(len(phrases)), 0, chars or places["start"].max(), color="#BBBBBB", linewidth=0.4, zorder=0.5)
    rows(ax, short(phrases, 22), fontsize=7)
    ax.margins(x=0)  # of all panels that share the axis, the longest report decides
    ax.set_xlabel(word("place", language))
    return ax


def grounds(roles: Sequence[str], ax: Axes, *, language: str = "zh") -> Axes:
    """A legend of the grounds that `xray` draws, above the axis.

    >>> from textkit import plots
    >>> ax = grounds(["problems"], plots.canvas(3, 1)[1])
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['存在的问题']
    """
    handles = [
        Patch(edgecolor="#777777", linewidth=0.5, label=word(role, language), **_GROUNDS[role])
        for role in roles
        if role in _GROUNDS
    ]
    ax.legend(handles=handles, loc="lower right", bbox_to_anchor=(1, 1), ncols=len(roles), fontsize=8)
    return ax


def swatches(kinds: Sequence[str], ax: Axes) -> Axes:
    """The shades of `origins` as squares beside the rows of an axis, which so becomes the legend.

    >>> from textkit import plots
    >>> len(swatches(["official", "rest"], plots.canvas(3, 1)[1]).collections[0].get_offsets())
    2
    """
    shades = [*_SHADES[: len(kinds) - 1], _SHADES[-1]]
    beside = ax.get_yaxis_transform()
    ax.scatter(
        [-0.06] * len(kinds), range(len(kinds)), s=44, marker="s", c=shades, edgecolors="#777777", linewidth=0.5,
        transform=beside, clip_on=False,
    )  # fmt: skip
    ax.tick_params(axis="y", pad=14)
    return ax


def slots(found: pd.DataFrame, fillers: pd.DataFrame, ax: Axes, *, language: str = "zh") -> Axes:
    """Frames with a slot: a bar of their count, ``count / reports``, and the fillers without quotes, commonest first.

    Of *phrase_frames* (``frame, count, reports``) and *fillers* (``frame, filler``).

    >>> import pandas as pd
    >>> from textkit import plots
    >>> found = pd.DataFrame({"frame": ["缺乏…性"], "count": [3], "reports": [2]})
    >>> fillers = pd.DataFrame({"frame": "缺乏…性", "filler": ["系统", "“主动", "系统"]})
    >>> [text.get_text() for text in slots(found, fillers, plots.canvas(4, 1)[1]).texts]
    ['3 / 2', '系统 2、主动']
    """
    most = found["count"].max()
    bars = ax.barh(range(len(found)), found["count"], color="#56B4E9", height=0.7)
    ends = [f"{count} / {reports}" for count, reports in zip(found["count"], found["reports"], strict=True)]
    ax.bar_label(bars, ends, padding=2, fontsize=7.5, color=INK)
    beside = 1.35 + 0.06 * max(max(map(len, ends)) - 6, 0)  # of the longest bar, where its numbers end
    for row, frame in enumerate(found["frame"]):
        counts = fillers.loc[fillers["frame"] == frame, "filler"].map(hanzi.plain).value_counts().sort_index()
        counts = counts.sort_values(ascending=False, kind="stable")
        said = "、".join(filler if count == 1 else f"{filler} {count}" for filler, count in counts.items())
        ax.text(most * beside, row, fit(said, _LINE), va="center", fontsize=7.5, color=INK)
    rows(ax, found["frame"].tolist())
    ax.set_xlim(0, most * 4.6)
    ax.set_xticks([0, int(most)])
    ax.spines.bottom.set_bounds(0, most)
    ax.set_xlabel(word("count", language), x=0.5 / 4.6)
    return ax
