"""Word clouds whose size and colour say something: a glance, never the evidence."""

from functools import cache, partial

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes

from textkit import hanzi
from textkit.plots.style import font, settle

_LARGEST, _SMALLEST = (36, 30, 25, 21, 17), 6.5  # points; the largest letters with which enough words find a place
_FINE = 2  # places of the layout in a pixel
_WORDS = 60
_ENOUGH = 26


def word_cloud(counts: pd.DataFrame, ax: Axes, *, total: int) -> Axes:
    """Terms whose letters cover an area as their count, darker the more of ``total`` reports use them.

    Rows have ``term, count, reports``. Each cloud has its own scale, so compare words within it. A word wider than the
    cloud is passed over; one too small to read, or the first for which no place is left, ends it. Set titles and
    captions before drawing: the layout holds for the size the axis then has.

    >>> from textkit import plots
    >>> counts = pd.DataFrame({"term": ["群众", "学习"], "count": [9, 4], "reports": [5, 3]})
    >>> with plots.styled():
    ...     ax = word_cloud(counts, plots.canvas(3, 2)[1], total=5)
    >>> [(text.get_text(), text.get_fontsize()) for text in ax.texts]
    [('群众', 36.0), ('学习', 24.0)]
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
    areas = dict(zip(ordered["term"], ordered["count"] / ordered["count"].max(), strict=True))
    layouts: list[tuple[list, dict]] = [([], {})]
    for largest in _LARGEST:
        sizes = {term: largest * area**0.5 for term, area in areas.items()}
        room = {
            term: size
            for term, size in sizes.items()
            if size >= _SMALLEST and hanzi.width(term) * size < 1.8 * width / point
        }
        if room:
            cloud = WordCloud(
                font_path=str(font()), width=width, height=height, prefer_horizontal=1, random_state=0,
                max_words=_WORDS, relative_scaling=1, font_step=width + height,  # what finds no place is not shrunk
                max_font_size=round(max(room.values()) * point), min_font_size=1, margin=6 * _FINE,
            )  # fmt: skip
            layouts.append((cloud.generate_from_frequencies(room).layout_, sizes))
        if len(layouts[-1][0]) >= min(_ENOUGH, len(room)):
            break
    shade = mpl.colormaps["Blues"]
    spread = dict(zip(ordered["term"], ordered["reports"] / total, strict=True))
    layout, sizes = max(layouts, key=lambda made: len(made[0]))
    of_size = cache(partial(ImageFont.truetype, str(font())))
    for (name, _), size, (down, across), _turned, _color in layout:
        left, top, *_ = of_size(size).getbbox(name, anchor="ls")
        color = shade(0.45 + 0.55 * spread[name])
        ax.text(across - left, height - down + top, name, fontsize=sizes[name], color=color)
    return ax
