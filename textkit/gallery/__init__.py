"""The figures of the whole job: which tables each is drawn from, at what size, with what caption.

`draw` is a generator, so that one figure at a time is held in memory. A figure that would have
nothing to show is left out. What fits on a page is drawn; the tables have the rest. Titles, notes
and words stand in ``data/figures.toml``.
"""

from textkit.gallery.figures import draw, names, sensitivity
from textkit.gallery.files import Saved, Wanted, index, save
from textkit.gallery.page import COLUMNS, FIRST, REPORTS

__all__ = [
    "COLUMNS", "FIRST", "REPORTS", "Saved", "Wanted", "draw", "index", "names", "save", "sensitivity",
]  # fmt: skip
