"""Word clouds whose size and colour say something: a glance, never the evidence."""

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from textkit import hanzi
from textkit.plots.style import font, settle

_LARGEST, _SMALLEST = 30, 6.5  # points
_FINE = 2  # places of the layout in a pixel
_WORDS = 45
_DRAWS = 3  # layouts, of which the one that holds most words is taken


def word_cloud(counts: pd.DataFrame, ax: Axes, *, total: int, most: int | None = None, seed: int = 0) -> Axes:
    """Terms whose letters cover an area as their count, darker the more reports use them.

    Clouds drawn with the same ``most`` can be compared: their areas are as their counts. A word wider
    than the cloud is passed over; one too small to read, or the first for which no place is left, ends
    it. Set titles and captions before drawing: the layout holds for the size the axis then has.

    Parameters
    ----------
    counts
        Rows with ``term, count, reports``.
    total
        Number of reports, for the scale of the colours.
    most
        Count that gets the largest letters; the highest of these if None.
    seed
        For the places.

    >>> from textkit import plots
    >>> counts = pd.DataFrame({"term": ["群众", "学习"], "count": [9, 4], "reports": [5, 3]})
    >>> with plots.styled():
    ...     ax = word_cloud(counts, plots.canvas(3, 2)[1], total=5)
    >>> [(text.get_text(), text.get_fontsize()) for text in ax.texts]
    [('群众', 30.0), ('学习', 20.0)]
    """
    from PIL import ImageFont
    from wordcloud import WordCloud

    figure = ax.get_figure(root=True)
    ax.set_axis_off()
    if figure is None or counts.empty:
        return ax
    settle(figure)
    width, height = (int(_FINE * side) for side in ax.get_window_extent().size)
    ax.set(xlim=(0, width), ylim=(0, height))
    point = _FINE * figure.dpi / 72
    ordered = counts.sort_values(["count", "term"], ascending=[False, True])
    areas = ordered["count"] / (most or ordered["count"].max())
    sizes = dict(zip(ordered["term"], _LARGEST * np.sqrt(areas), strict=True))
    room = 1.8 * width / point
    sizes = {term: size for term, size in sizes.items() if size >= _SMALLEST and hanzi.width(term) * size < room}
    layouts: list[list] = [[]]
    for draw in range(_DRAWS if sizes else 0):
        cloud = WordCloud(
            font_path=str(font()), width=width, height=height, prefer_horizontal=1, random_state=seed + draw,
            max_words=_WORDS, relative_scaling=1, font_step=width + height,  # what finds no place is not shrunk
            max_font_size=round(max(sizes.values()) * point), min_font_size=1, margin=4 * _FINE,
        )  # fmt: skip
        layouts.append(cloud.generate_from_frequencies(sizes).layout_)
    shade = mpl.colormaps["Blues"]
    spread = dict(zip(ordered["term"], ordered["reports"] / total, strict=True))
    for (name, _), size, (down, across), _turned, _color in max(layouts, key=len):
        left, top, *_ = ImageFont.truetype(str(font()), size).getbbox(name, anchor="ls")
        color = shade(0.45 + 0.55 * spread[name])
        ax.text(across - left, height - down + top, name, fontsize=sizes[name], color=color)
    return ax
