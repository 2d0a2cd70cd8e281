"""Figures of links: the thread from problem to cause to measure, and which answers which."""

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from textkit.plots.style import INK, fit, rows, word

_WHOLE, _BROKEN = "#56B4E9", "#E69F00"
_GAP = 0.036  # least room between two blocks, of the height: that of a line of letters
_BAR = 0.02  # half the width of a block
PANEL = 24
"""Problems, and causes or measures, that a panel of `coverage` holds."""

_Blocks = dict[str, tuple[float, float]]  # label → its upper end and its height


def alluvial(threads: pd.DataFrame, ax: Axes, *, language: str = "zh") -> Axes:
    """Units as threads from stage to stage, bundled by label; a thread with a label missing is hatched.

    One row per unit, one column per stage, from left to right; missing where the unit has none.

    >>> from textkit import plots
    >>> threads = pd.DataFrame({"problem": ["学习", "服务"], "cause": ["信念", None]})
    >>> [text.get_text() for text in alluvial(threads, plots.canvas(4, 2)[1]).texts]
    ['学习 1', '服务 1', '问题', '信念 1', '（无） 1', '原因']
    """
    unit = (1 - _GAP * (threads.nunique(dropna=False).max() - 1)) / max(len(threads), 1)
    whole, threads = threads.notna().all(axis=1), threads.fillna("")
    stages = [_blocks(threads[name], unit) for name in threads]
    for x, (name, blocks) in enumerate(zip(threads, stages, strict=True)):
        for label, (top, height) in blocks.items():
            ax.bar(x, -height, 2 * _BAR, top, color=INK, linewidth=0)
            said = f"{label or word('none', language)} {round(height / unit)}"
            place, side = (x - _BAR - 0.02, "right") if x == 0 else (x + _BAR + 0.02, "left")
            ground = {"facecolor": "white", "edgecolor": "none", "pad": 0.3, "alpha": 0.7}
            ax.text(place, top - height / 2, said, ha=side, va="center", fontsize=8, color=INK, bbox=ground)
        ax.text(x, 1.03, word(str(name), language), ha="center", color=INK)
    for x, (one, other) in enumerate(pairwise(threads)):
        sizes = threads.groupby([one, other, whole.rename("whole")]).size()
        _bands(ax, x, sizes * unit, stages[x], stages[x + 1])
    ax.set_xlim(-2 * _BAR, len(stages) - 1 + 2 * _BAR)
    ax.set_ylim(0, 1.02)
    ax.set_axis_off()
    return ax


def _blocks(labels: pd.Series, unit: float) -> _Blocks:
    """Blocks from above, the highest first, what is missing last; spread over the whole height."""
    counts = labels.value_counts().sort_index().sort_values(ascending=False, kind="stable")
    heights = counts.reindex(sorted(counts.index, key=lambda label: label == "")) * unit
    gap = (1 - heights.sum()) / max(len(heights) - 1, 1)
    tops = 1 - np.append(0, np.cumsum(heights + gap)[:-1])
    return {str(label): (top, height) for (label, height), top in zip(heights.items(), tops, strict=True)}


def _bands(ax: Axes, x: int, heights: pd.Series, left: _Blocks, right: _Blocks) -> None:
    """Bands between two stages; in each block those of the blocks further up come first."""
    order = [{label: i for i, label in enumerate(blocks)} for blocks in (left, right)]
    free = [{label: top for label, (top, _) in blocks.items()} for blocks in (left, right)]
    along = np.linspace(0, 1, 40)
    bend = 3 * along**2 - 2 * along**3
    for key in sorted(heights.index, key=lambda key: (order[0][key[0]], order[1][key[1]], not key[2])):
        begin, end, height = free[0][key[0]], free[1][key[1]], heights[key]
        free[0][key[0]], free[1][key[1]] = begin - height, end - height
        upper = begin + (end - begin) * bend
        inside = x + _BAR + along * (1 - 2 * _BAR)
        band = ax.fill_between(inside, upper - height, upper, facecolor=_WHOLE, alpha=0.6, linewidth=0, zorder=0.5)
        if not key[2]:
            band.set(facecolor=_BROKEN, edgecolor="white", hatch="////")


def coverage(
    links: pd.DataFrame,
    points: pd.DataFrame,
    ax: Axes,
    *,
    labels: Mapping[int, str] | None = None,
    letters: int = 20,
    language: str = "zh",
) -> Axes:
    """Problems × causes and measures of one report, shaded by the score of the link; hatched where there is none.

    Of its *links* (``problem, cause, measure, score``) and *points* (``point, role``), of very many the first.
    ``labels`` has point → label, set after its number and cut to so many columns of ``letters``.

    >>> from textkit import plots
    >>> links = pd.DataFrame({"problem": [1], "cause": [3], "measure": [None], "score": [0.5]})
    >>> points = pd.DataFrame({"point": [1, 2, 3], "role": ["problems", "problems", "causes"]})
    >>> len(coverage(links, points, plots.canvas(3, 2)[1]).patches)
    3
    """
    labels = {point: f"{point} {(labels or {}).get(point, '')}".strip() for point in points["point"]}
    problems = points.loc[points["role"] == "problems", "point"].head(PANEL).tolist()
    left, ticks = 0.0, dict[float, str]()
    for stage, role in (("cause", "causes"), ("measure", "measures")):
        answers = points.loc[points["role"] == role, "point"].head(PANEL).tolist()
        width = max(len(answers), 1)
        scores = links.pivot_table(index="problem", columns=stage, values="score", aggfunc="max")
        without = [row for row, problem in enumerate(problems) if problem not in scores.index]
        values = scores.reindex(index=problems, columns=answers).to_numpy(dtype=float)
        cells = np.nan_to_num(values) if answers else np.zeros((len(problems), 1))
        ax.pcolormesh(
            left + np.arange(width + 1), np.arange(len(problems) + 1), cells,
            cmap="Blues", vmin=0, vmax=1.1, edgecolors="white", linewidth=0.8,
        )  # fmt: skip
        ax.barh(
            np.add(without, 0.5), width, 0.9, left, facecolor="#FBE6C2", edgecolor=_BROKEN, hatch="////", linewidth=0
        )
        ticks |= {left + i + 0.5: labels[answer] for i, answer in enumerate(answers)}
        ax.text(
            left + width / 2, len(problems) + 0.2, word(role, language), ha="center", va="top", fontsize=7, color=INK
        )
        left += width + 0.6
    ax.xaxis.tick_top()
    ax.set_xticks(list(ticks), [fit(label, letters) for label in ticks.values()], fontsize=7, rotation=90)
    rows(ax, [fit(labels[problem], letters + 2) for problem in problems], at=0.5, fontsize=7)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    return ax
