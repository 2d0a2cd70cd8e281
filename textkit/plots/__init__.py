"""Result frames → matplotlib axes.

Each function takes a frame and an axis, draws, and returns the axis; none computes results and
none saves. Draw inside ``with styled():`` (or after `use_style`, in a notebook): one Chinese font
on every machine, and colours that colour-blind readers tell apart (Okabe & Ito 2008). `save`
writes byte-identical files.
"""

from textkit.frames import PARTS
from textkit.plots.charts import bars, heatmap, outline_map, ranges, spread
from textkit.plots.clouds import word_cloud
from textkit.plots.statistics import dendrogram, keyness, network, survey
from textkit.plots.style import (
    FORMATS,
    WIDTH,
    canvas,
    draw,
    fit,
    font,
    heading,
    label,
    save,
    settle,
    short,
    slanted,
    style,
    styled,
    texts,
    use_style,
    webp,
    word,
)
from textkit.plots.threads import PANEL, alluvial, coverage
from textkit.plots.wording import grounds, origins, phrase_dots, slots, swatches, xray

__all__ = [
    "FORMATS", "PANEL", "PARTS", "WIDTH", "alluvial", "bars", "canvas", "coverage", "dendrogram", "draw", "fit",
    "font", "grounds", "heading", "heatmap", "keyness", "label", "network", "origins", "outline_map",
    "phrase_dots", "ranges", "save", "settle", "short", "slanted", "slots", "spread", "style", "styled",
    "survey", "swatches", "texts", "use_style", "webp", "word", "word_cloud", "xray",
]  # fmt: skip
