"""Report text → tree of numbered nodes, and the points (units of analysis) in it.

`parse` gives the outline of every report, `points` the units of analysis, `overview` what each
report spends its characters on, `show` trees to print, `split` divides files that hold several
reports; `tree` is the pure function behind them.
"""

from textkit.outline.points import overview, points, show
from textkit.outline.split import split
from textkit.outline.tree import Node, parse, tree

__all__ = ["Node", "overview", "parse", "points", "show", "split", "tree"]
