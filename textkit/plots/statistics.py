"""Figures of comparisons: keyness, words that stand together, clusters, numbers of topics."""

from collections.abc import Iterable, Iterator, Sequence
from textwrap import fill
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.text import Text
from matplotlib.ticker import LogLocator

from textkit.errors import TooFewError
from textkit.plots.style import INK, heading, rows, settle, short, word

_RINGS = (3, 6, 10, 16, 24, 34)  # points from a dot at which a place for its label is looked for
_ANGLES = (0, 180, 90, 270, 45, 315, 135, 225, 22, 338, 158, 202)
_GREY = "#666666"  # of words that are not sure
_ROUNDS = 300  # steps of the layout of a network
_BROKEN = 8  # letters after which a word goes on in another line
_YIELDS = 0.3  # of a word's way off a line, the line goes the other way
_NEAR = 0.01  # pixels that make no difference
_PAPER = {"facecolor": "white", "edgecolor": "none", "pad": 1, "alpha": 0.8}  # behind a word that lines meet
_LEADER = {"arrowstyle": "-", "color": "#999999", "linewidth": 0.5, "shrinkA": 0, "shrinkB": 3}


def keyness(
    table: pd.DataFrame, ax: Axes, *, labels: int = 18, least: int = 1, title: str = "", language: str = "zh"
) -> Axes:
    """Effect against frequency of one group's terms (the plot of Monroe, Colaresi & Quinn 2008), of *keyness*.

    Dark dots are ``sure``: their intervals, that of whole reports first of all, leave out 0. Terms that the group
    lacks are not drawn. They are labelled first, then the highest z in grey if counted ``least`` times, ``labels`` in
    all, each where it meets no dot, no other label and no line that leads to one; a label without such a place is left
    out. Labels hold for the size the axis has when they are placed: with several panels draw all of them without
    labels, `settle`, and draw again.

    >>> from textkit import plots
    >>> table = pd.DataFrame({"term": ["淡化", "工作"], "count": [8, 40], "log_odds": [1.5, 0.1], "z": [3.2, 0.4],
    ...     "sure": [True, False]})
    >>> with plots.styled():
    ...     ax = keyness(table, plots.canvas(4, 3)[1])
    >>> [text.get_text() for text in ax.texts]
    ['淡化', '工作']
    """
    table = table[table["count"] > 0]
    sure = table["sure"].to_numpy(dtype=bool)
    x, y = table["count"].to_numpy(dtype=float), table["log_odds"].to_numpy()
    ax.axhline(0, color="#999999", linewidth=0.8)
    ax.scatter(x[~sure], y[~sure], s=8, color="#AAAAAA", linewidth=0)
    ax.scatter(x[sure], y[sure], s=16, color="#0072B2", linewidth=0)
    ax.set_xscale("log")
    ax.margins(0.12, 0.1)
    ax.set_xlim(left=max(ax.get_xlim()[0], 0.7))  # nothing is counted less than once
    ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    ax.xaxis.set_major_formatter("{x:g}")
    ax.minorticks_off()
    ax.set_xlabel(word("group_count", language))
    ax.set_ylabel(word("log_odds", language))
    heading(ax, title)
    first = (
        table[sure | (y > 0) & (x >= least)]
        .sort_values(["sure", "z", "term"], ascending=[False, False, True])
        .head(labels)
    )
    colours = first["sure"].map({True: INK, False: _GREY})
    _place(ax, first[["term", "count", "log_odds"]].to_numpy(), np.column_stack([x, y]), colours)
    return ax


def _place(ax: Axes, labels: np.ndarray, dots: np.ndarray, colours: Iterable[str]) -> None:
    """Labels (name, x, y) beside their dots, none on another, on a dot, on a line, or outside the axis."""
    figure = ax.get_figure(root=True)
    if figure is None or not len(labels):
        return
    settle(figure, for_good=False)
    inside, pixels = ax.get_window_extent(), figure.dpi / 72
    spots = ax.transData.transform(dots)
    taken = np.hstack([spots - 2 * pixels, spots + 2 * pixels])  # corners of boxes
    for (name, *point), colour in zip(labels, colours, strict=True):
        label = ax.annotate(
            name, tuple(point), (0, 0), textcoords="offset points", ha="center", va="center",
            fontsize=7.5, color=colour, arrowprops=_LEADER,
        )  # fmt: skip
        size = np.add(Text.get_window_extent(label).size, 2 * pixels)
        dot = ax.transData.transform(label.xy)
        for number, offset in enumerate(_offsets(*size / pixels)):
            middle = dot + np.multiply(offset, pixels)
            corners = middle - size / 2, middle + size / 2
            line = [(*at - 1, *at + 1) for at in np.linspace(dot, middle, 16) if max(abs(at - dot)) > 4 * pixels]
            boxes = np.array([np.concatenate(corners), *line])
            if all(inside.contains(*corner) for corner in corners) and not any(_meets(box, taken) for box in boxes):
                taken = np.vstack([taken, boxes])
                label.set_position(offset)
                if label.arrow_patch:
                    label.arrow_patch.set_visible(number >= len(_ANGLES))  # not to a label right beside its dot
                break
        else:
            label.remove()


def _meets(box: np.ndarray, others: np.ndarray) -> bool:
    """Whether a box (left, bottom, right, top) lies on any of the others."""
    left, bottom, right, top = box
    lefts, bottoms, rights, tops = others.T
    return bool(((lefts < right) & (rights > left) & (bottoms < top) & (tops > bottom)).any())


def _offsets(width: float, height: float) -> Iterator[tuple[float, float]]:
    """Places of a label's middle around its dot, nearest first, in points."""
    for ring in _RINGS:
        for angle in np.deg2rad(_ANGLES):
            x, y = float(np.cos(angle)), float(np.sin(angle))
            yield x * (ring + width / 2), y * (ring + height / 2)


def network(edges: pd.DataFrame, ax: Axes) -> Axes:
    """Words that stand together as a network, by stress majorization (Gansner, Koren & North 2004); no measurement.

    Of the *collocates* table: ``term, other, npmi``. Distances on paper say nothing by themselves: read the table.
    Every word is shown: where words would lie on one another or on a line between others they are moved apart, and
    where the axis is too small for that, set in smaller type. Give few edges, such as the first sixty, and say so in a
    caption, set before drawing. The same edges give the same picture.

    >>> from textkit import plots
    >>> edges = pd.DataFrame({"term": ["党性", "党性"], "other": ["修养", "锤炼"], "npmi": [0.7, 0.5]})
    >>> with plots.styled():
    ...     ax = network(edges, plots.canvas(3, 3)[1])
    >>> sorted(text.get_text() for text in ax.texts)
    ['修养', '党性', '锤炼']
    """
    names = sorted({*edges["term"], *edges["other"]})
    pairs = np.column_stack([pd.Index(names).get_indexer(edges[end]) for end in ("term", "other")])
    ax.set(xlim=(0, 1), ylim=(0, 1))
    ax.set_axis_off()
    if names:
        places = _write_apart(ax, names, pairs)
        for (one, other), npmi in zip(pairs, edges["npmi"], strict=True):
            ax.plot(*places[[one, other]].T, color="#AAAAAA", linewidth=0.4 + 2 * max(npmi, 0), zorder=1)
    return ax


def _write_apart(ax: Axes, names: Sequence[str], pairs: np.ndarray) -> np.ndarray:
    """Write the names into the axis, none on another; returns where they are, 0 to 1."""
    if (figure := ax.get_figure(root=True)) is not None:
        settle(figure, for_good=False)
    area, places = np.array(ax.get_window_extent().size), _layout(pairs, len(names))
    places = (places - places.min(axis=0)) / np.maximum(np.ptp(places, axis=0), 1e-9)
    look: dict[str, Any] = {"ha": "center", "va": "center", "color": INK, "bbox": _PAPER}
    texts = [ax.text(0, 0, fill(name, _BROKEN), fontsize=8, **look) for name in names]
    extents = np.array([text.get_window_extent().size for text in texts])
    for size in range(8, 1, -1):
        sizes = extents * size / 8 + 4
        found, clear = _apart(sizes / 2 + places * (area - sizes), sizes, area, pairs)
        if clear:
            break
    for text, place in zip(texts, found / area, strict=True):
        text.set(position=tuple(place), fontsize=size)
    return found / area


def _apart(places: np.ndarray, sizes: np.ndarray, area: np.ndarray, pairs: np.ndarray) -> tuple[np.ndarray, bool]:
    """Boxes of these sizes moved until none meets another nor, if that can be, a line that it does not end."""
    for step in range(2 * _ROUNDS):
        moves = _off_boxes(places, sizes) + (_off_lines(places, sizes, pairs) if step < _ROUNDS else 0)
        if not moves.any():
            return places, True
        places = np.clip(places + moves / 2, sizes / 2, area - sizes / 2)
    return places, False


def _off_boxes(places: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """How boxes have to move so that none meets another: each pair along the axis on which less is needed."""
    between, reach = places[:, None] - places[None], (sizes[:, None] + sizes[None]) / 2
    order = np.sign(np.arange(len(places))[:, None] - np.arange(len(places)))[..., None]  # of two at one place
    missing = np.where(order == 0, 0, reach - abs(between))
    least = (missing.argmin(axis=2)[..., None] == np.arange(2)) & (missing.min(axis=2) > _NEAR)[..., None]
    return (least * np.where(between == 0, order, np.sign(between)) * missing).sum(axis=1)


def _off_lines(places: np.ndarray, sizes: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """How boxes have to move so that none lies on a line between two others, which gives way too."""
    begin, end = places[pairs[:, 0]], places[pairs[:, 1]]
    length = np.maximum(np.linalg.norm(end - begin, axis=1, keepdims=True), _NEAR)
    ahead = (end - begin) / length
    across = ahead[:, ::-1] * [-1, 1]
    along, aside = ((places - begin[:, None]) @ way[..., None] for way in (ahead, across))
    missing = abs(across) @ sizes.T / 2 - abs(aside[..., 0])
    missing[(along[..., 0] <= 0) | (along[..., 0] >= length) | (missing < _NEAR)] = 0
    np.put_along_axis(missing, pairs, 0, axis=1)
    push = missing * np.where(aside[..., 0] < 0, -1, 1)
    moves = push.T @ across
    np.subtract.at(moves, pairs.T, _YIELDS * push.sum(axis=1, keepdims=True) * across)
    return moves


def _layout(pairs: np.ndarray, n: int) -> np.ndarray:
    """Places as far apart as there are edges between them, near places first of all, moved there from a circle."""
    from scipy.sparse.csgraph import shortest_path

    met = np.zeros((n, n))
    met[tuple(pairs.T)] = 1
    steps = shortest_path(met, directed=False, unweighted=True)
    room = max(1 + steps[np.isfinite(steps)].max() / 2, np.sqrt(n / 2))  # between parts without a link
    steps[np.isinf(steps)] = room
    weights = np.divide(1, steps**2, where=steps > 0, out=np.zeros((n, n)))
    solved = np.linalg.pinv(np.diag(weights.sum(axis=0)) - weights)
    angles = 2 * np.pi * np.arange(n) / n
    places = np.column_stack([np.cos(angles), np.sin(angles)]) * steps.max() / 2
    for _ in range(_ROUNDS):
        apart = places[:, None] - places[None]
        pull = weights * steps / np.maximum(np.linalg.norm(apart, axis=2), 1e-9)
        places = solved @ (pull[..., None] * apart).sum(axis=1)
    return places


def dendrogram(clusters: pd.DataFrame, ax: Axes, *, names: Sequence[str], language: str = "zh") -> list[int]:
    """Clusters as a tree, leaves on the right; returns the rows in the order of the leaves, from above.

    Of the *clusters* table, and the names of the documents in the order of the matrix. Draw a heat map of the same
    order beside it. `TooFewError` if there is no merge to draw.

    >>> from textkit import plots
    >>> clusters = pd.DataFrame({"left": [1, 0], "right": [2, 3], "height": [0.2, 0.7], "size": [2, 3]})
    >>> dendrogram(clusters, plots.canvas(3, 2)[1], names=["a", "b", "c"])
    [0, 1, 2]
    """
    if not len(clusters):
        raise TooFewError("plots.dendrogram: no clusters to draw; give two documents or more")
    from scipy.cluster import hierarchy

    merges = clusters[["left", "right", "height", "size"]].to_numpy(dtype=float)
    tree = hierarchy.dendrogram(merges, no_plot=True)
    for places, heights in zip(tree["icoord"], tree["dcoord"], strict=True):
        ax.plot(heights, np.array(places) / 10, color="#0072B2", linewidth=1.2)
    order = [int(leaf) for leaf in tree["leaves"]]
    rows(ax, short([names[leaf] for leaf in order]), at=0.5)
    ax.set_xlim(merges[:, 2].max() * 1.05, 0)
    ax.yaxis.tick_right()
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.set_xlabel(word("distance", language))
    return order


def survey(table: pd.DataFrame, ax: Axes, measure: str, *, language: str = "zh") -> Axes:
    """One measure over numbers of topics: each topic a dot, their mean a line.

    Of the *topic_survey* table, whose column it is: ``seeds, reports, npmi, c_v`` or ``exclusivity``.

    >>> from textkit import plots
    >>> table = pd.DataFrame({"k": [2, 2, 3, 3, 3], "npmi": [0.1, 0.3, 0.2, 0.4, 0.6]})
    >>> survey(table, plots.canvas(3, 2)[1], "npmi").lines[0].get_ydata().round(2).tolist()
    [0.2, 0.4]
    """
    means = table.groupby("k")[measure].mean()
    ax.scatter(table["k"], table[measure], s=14, color="#56B4E9", linewidth=0, zorder=2)
    ax.plot(means.index, means, color="#0072B2", marker="_", markersize=14, linewidth=1.2)
    ax.set_xticks(means.index)
    ax.margins(x=0.1)
    ax.set_ylim(min(0, table[measure].min()) - 0.05, 1.05)
    ax.grid(axis="y")
    heading(ax, word(f"by_{measure}", language))
    ax.set_xlabel(word("k", language))
    return ax
