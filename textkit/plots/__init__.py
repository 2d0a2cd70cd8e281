"""Result frames → matplotlib axes.

Each function takes a frame and an axis, draws, and returns the axis; none computes results and
none saves. Draw inside ``with styled():`` (or after `use_style`, in a notebook): one Chinese font
on every machine, and colours that colour-blind readers tell apart (Okabe & Ito 2008). `save`
writes byte-identical files.
"""

from textkit.plots.charts import PARTS, bars, heatmap, outline_map, part, phrase_dots, spread, word_cloud
from textkit.plots.statistics import dendrogram, intervals, keyness, network, survey, survival
from textkit.plots.style import FORMATS, canvas, font, label, save, short, style, styled, use_style

__all__ = [
    "FORMATS",
    "PARTS",
    "bars",
    "canvas",
    "dendrogram",
    "font",
    "heatmap",
    "intervals",
    "keyness",
    "label",
    "network",
    "outline_map",
    "part",
    "phrase_dots",
    "save",
    "short",
    "spread",
    "style",
    "styled",
    "survey",
    "survival",
    "use_style",
    "word_cloud",
]
