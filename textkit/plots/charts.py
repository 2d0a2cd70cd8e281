"""Figures of the corpus: lengths, codes, phrases, terms."""

from collections.abc import Iterable, Mapping
from typing import Any

import matplotlib as mpl
import matplotlib.ticker
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from textkit.frames import PARTS
from textkit.plots.style import INK, heading, rows, short, slanted, word

_COLOURS = dict(zip(PARTS, ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#BBBBBB"), strict=True))
_HATCHES = dict(zip(PARTS, ("", "///", "...", "xxx", ""), strict=True))
_MARKERS = list(
    zip("osD^vPX", ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"), strict=True)
)
_FEW_COLUMNS = 8  # names under which fit at a small slant


def outline_map(overview: pd.DataFrame, ax: Axes, *, language: str = "zh") -> Axes:
    """What each report spends its characters on: one bar per report, one segment per part of the *overview* table.

    >>> import pandas as pd
    >>> from textkit import plots
    >>> rows = [("a", "problems", 60, 3), ("a", "causes", 40, 2)]
    >>> overview = pd.DataFrame(rows, columns=["report", "role", "chars", "points"])
    >>> [int(bar.get_width()) for bar in outline_map(overview, plots.canvas(4, 2)[1]).patches]
    [60, 40]
    """
    chars = overview.pivot(index="report", columns="role", values="chars").fillna(0)
    points = overview.pivot(index="report", columns="role", values="points").fillna(0)
    left = np.zeros(len(chars))
    names = short(chars.index)
    for role in [role for role in PARTS if role in chars]:
        width = chars[role].to_numpy()
        look: dict[str, Any] = {"color": _COLOURS[role], "hatch": _HATCHES[role], "edgecolor": "white"}
        bars = ax.barh(names, width, left=left, label=word(role, language), **look)
        inside = [
            f"{n:.0f}" if n and w > 0.06 * chars.sum(axis=1).max() else ""
            for n, w in zip(points[role], width, strict=True)
        ]
        for label in ax.bar_label(bars, inside, label_type="center", fontsize=8, color=INK):
            label.set_bbox(
                {"facecolor": "white", "edgecolor": "none", "pad": 1, "alpha": 0.85 if label.get_text() else 0}
            )
        left += width
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.set_xlabel(word("chars", language))
    ax.legend(loc="lower center", bbox_to_anchor=(0.45, 1), ncols=5, handlelength=1.4, columnspacing=1)
    return ax


def heatmap(
    table: pd.DataFrame,
    ax: Axes,
    *,
    labels: Mapping[Any, str] | None = None,
    decimals: int | None = 0,
    marks: pd.DataFrame | None = None,
    sums: Iterable[Any] = (),
) -> Axes:
    """Numbers of a wide table (rows × reports) as shaded cells, each with its number.

    Index and columns name the cells, ``labels`` has row name → label, ``marks`` (a table of the same shape) what to put
    after each number. Without ``decimals`` there are shades alone, with a scale beside them. Columns named in ``sums``
    have numbers alone.

    >>> import pandas as pd
    >>> from textkit import plots
    >>> table = pd.DataFrame({"a": [2, 0]}, index=["theory", "service"])
    >>> ax = heatmap(table, plots.canvas(3, 2)[1], marks=table.replace({2: "▲", 0: ""}))
    >>> [text.get_text() for text in ax.texts]
    ['2▲']
    """
    values = table.to_numpy(dtype=float)
    shaded = np.where(table.columns.isin(list(sums)), np.nan, values)
    most = np.nanmax(shaded, initial=0)
    # A cell of 1 point is not dark for being the most; a scale ends where the values do.
    top = most if decimals is None else 1.15 * max(most, 3 * 10.0**-decimals)
    cells = ax.pcolormesh(
        shaded, cmap="Blues", vmin=0, vmax=top, edgecolors="white", linewidth=min(1, 30 / len(values))
    )
    if decimals is None and (figure := ax.get_figure(root=True)):
        figure.colorbar(cells, ax=ax, aspect=40, pad=0.02).outline.set_visible(False)
    for (row, column), value in np.ndenumerate(values if decimals is not None else np.empty((0, 0))):
        mark = "" if marks is None else str(marks.iat[row, column])
        if mark or round(np.nan_to_num(value), decimals):
            colour = "white" if shaded[row, column] > 0.68 * top else INK
            said = f"{value:.{decimals}f}{mark}"
            ax.text(column + 0.5, row + 0.5, said, ha="center", va="center", color=colour, fontsize=8)
    crowded = values.shape[1] > _FEW_COLUMNS
    ax.set_xticks(np.arange(values.shape[1]) + 0.5, short(table.columns), **slanted(crowded))
    rows(ax, [(labels or {}).get(name, str(name)) for name in table.index], at=0.5)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    return ax


def spread(
    table: pd.DataFrame,
    ax: Axes,
    *,
    row: str = "code",
    labels: Mapping[Any, str] | None = None,
    value: str = "share",
    means: pd.Series | None = None,
    language: str = "zh",
) -> Axes:
    """Share of each code, every report a dot, the mean a bar; few reports are told apart by marker.

    Of the *cross* table (``report, code, share``) or another of this shape; ``low, high`` are drawn as intervals.
    ``row`` is the column of what is on the vertical axis, ``labels`` row → label, ``value`` what the horizontal axis
    is called, ``means`` the mean of each row, where that is to be of more reports than are drawn.

    >>> import pandas as pd
    >>> from textkit import plots
    >>> cross = pd.DataFrame({"report": ["a", "b"], "code": ["study"] * 2, "share": [0.2, 0.4]})
    >>> len(spread(cross, plots.canvas(4, 2)[1]).collections)
    3
    """
    kinds, reports = list(dict.fromkeys(table[row])), sorted(table["report"].unique())
    names, told = short(reports), len(reports) <= len(_MARKERS)
    means = (table.groupby(row)["share"].mean() if means is None else means)[kinds]
    ax.vlines(means, np.arange(len(kinds)) - 0.42, np.arange(len(kinds)) + 0.42, color="#999999", linewidth=2, zorder=1)
    offsets = np.linspace(-0.34, 0.34, len(reports)) if len(reports) > 1 else [0.0]
    for i, (report, offset) in enumerate(zip(reports, offsets, strict=True)):
        own = table[table["report"] == report].set_index(row).reindex(kinds)
        place = np.arange(len(kinds)) + offset
        marker, colour = _MARKERS[i] if told else _MARKERS[0]
        if {"low", "high"} <= set(own):
            ax.hlines(place, own["low"], own["high"], color=colour, linewidth=1, zorder=2)
        ax.scatter(own["share"], place, marker=marker, color=colour, s=22, label=names[i], zorder=3, linewidth=0)
    rows(ax, [(labels or {}).get(name, str(name)) for name in kinds])
    ax.set_xlim(left=-0.02 * ax.get_xlim()[1])
    ax.xaxis.set_major_formatter(mpl.ticker.PercentFormatter(1, decimals=0))
    ax.grid(axis="x")
    for line in range(1, len(kinds)):
        ax.axhline(line - 0.5, color="#EEEEEE", linewidth=0.6)
    ax.set_xlabel(word(value, language))
    if told:
        columns = 2 if len(reports) == 4 else 3
        ax.legend(loc="lower center", bbox_to_anchor=(0.4, 1), ncols=columns, handletextpad=0.2, columnspacing=1)
    return ax


def ranges(
    table: pd.DataFrame,
    ax: Axes,
    *,
    row: str,
    value: str,
    labels: Mapping[Any, str] | None = None,
    xlabel: str = "",
) -> Axes:
    """A dot and its interval in each row; a thin line from the smallest to the largest where the table has them.

    Columns are ``row`` and ``value``, ``low``; ``high``, ``smallest``, ``largest`` if known.

    >>> import pandas as pd
    >>> from textkit import plots
    >>> table = pd.DataFrame({"topic": [1], "stability": [0.6], "low": [0.2]})
    >>> ax = ranges(table, plots.canvas(3, 1)[1], row="topic", value="stability")
    >>> ax.collections[0].get_segments()[0][:, 0].tolist()
    [0.2, 0.6]
    """
    places = np.arange(len(table))
    high = table["high"] if "high" in table else table[value]
    ax.hlines(places, table["low"], high, color="#0072B2", linewidth=3, alpha=0.55)
    if {"smallest", "largest"} <= set(table):
        ax.hlines(places, table["smallest"], table["largest"], color=INK, linewidth=0.7)
    ax.scatter(table[value], places, color=INK, s=16, zorder=3, linewidth=0, clip_on=False)
    rows(ax, [(labels or {}).get(name, str(name)) for name in table[row]])
    widest = table[[name for name in (value, "high", "largest") if name in table]].max(axis=None)
    ax.set_xlim(0, max(ax.get_xlim()[1], 1.04 * widest))  # of panels that share it, the widest decides
    ax.grid(axis="x")
    ax.set_xlabel(xlabel)
    return ax


def bars(top: pd.DataFrame, ax: Axes, *, value: str = "weight", title: str = "", language: str = "zh") -> Axes:
    """Terms and their weights (the column ``value``), heaviest on top; a plain ``count`` stands at the end of each bar.

    >>> import pandas as pd
    >>> from textkit import plots
    >>> ax = bars(pd.DataFrame({"term": ["街道"], "weight": [0.4], "count": [9]}), plots.canvas(3, 2)[1])
    >>> ax.texts[0].get_text()
    '9'
    """
    drawn = ax.barh(short(top["term"], 16), top[value], color="#56B4E9", height=0.72)
    if "count" in top:
        ax.bar_label(drawn, top["count"].astype(str), padding=2, fontsize=7.5, color=INK)
    ax.invert_yaxis()
    ax.margins(x=0.16)
    heading(ax, title)
    ax.set_xlabel(word(value, language))
    return ax
