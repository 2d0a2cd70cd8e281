"""Word clouds whose size and colour say something: a glance, never the evidence."""

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.text import Text

from textkit.plots.style import settle

_LARGEST, _SMALLEST = 30, 6.5  # points
_STEPS = 2000  # places along the spiral that are tried for a word


def word_cloud(counts: pd.DataFrame, ax: Axes, *, total: int, most: int | None = None) -> Axes:
    """Terms whose letters cover an area as their count, darker the more reports use them, commonest in the middle.

    Clouds drawn with the same ``most`` can be compared: their areas are as their counts. Each word
    takes the first free place of a spiral; one that would be too small to read, or has no place left,
    is left out. Set titles and captions before drawing: the layout holds for the size the axis then has.

    Parameters
    ----------
    counts
        Rows with ``term, count, reports``.
    total
        Number of reports, for the scale of the colours.
    most
        Count that gets the largest letters; the highest of these if None.

    >>> from textkit import plots
    >>> counts = pd.DataFrame({"term": ["群众", "学习"], "count": [9, 4], "reports": [5, 3]})
    >>> with plots.styled():
    ...     ax = word_cloud(counts, plots.canvas(3, 2)[1], total=5)
    >>> [(text.get_text(), text.get_fontsize()) for text in ax.texts]
    [('群众', 30.0), ('学习', 20.0)]
    """
    figure = ax.get_figure(root=True)
    ax.set_axis_off()
    if figure is None:
        return ax
    settle(figure)
    room = np.array(ax.get_window_extent().size)
    ax.set(xlim=(0, room[0]), ylim=(0, room[1]))
    turn = np.sqrt(np.arange(_STEPS))  # places of a spiral that has as many in every ring of the same area
    spiral = np.column_stack([np.cos(3.6 * turn), np.sin(3.6 * turn)]) * turn[:, None] / turn[-1]
    places, taken = room / 2 * (1 + spiral), np.empty((0, 4))
    shade, ordered = mpl.colormaps["Blues"], counts.sort_values(["count", "term"], ascending=[False, True])
    sizes = _LARGEST * np.sqrt(ordered["count"] / (most or ordered["count"].max()))
    for name, size, reports in zip(ordered["term"], sizes, ordered["reports"], strict=True):
        if size < _SMALLEST:
            break
        label = ax.text(0, 0, name, fontsize=size, ha="center", va="center", color=shade(0.45 + 0.55 * reports / total))
        half = np.array(Text.get_window_extent(label).size) / 2 + 1
        boxes = np.hstack([places - half, places + half])
        free = _free(boxes, taken, room)
        if free.any():
            first = int(free.argmax())
            taken = np.vstack([taken, boxes[first]])
            label.set_position(tuple(places[first]))
        else:
            label.remove()
    return ax


def _free(boxes: np.ndarray, taken: np.ndarray, room: np.ndarray) -> np.ndarray:
    """Which boxes (left, lower, right, upper) lie in the room and meet none that is taken."""
    apart = (boxes[:, None, 2:] <= taken[:, :2]) | (boxes[:, None, :2] >= taken[:, 2:])
    inside = np.all(boxes[:, :2] >= 0, axis=1) & np.all(boxes[:, 2:] <= room, axis=1)
    return inside & np.all(np.any(apart, axis=2), axis=1)
