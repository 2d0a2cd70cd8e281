"""Text → stock phrases: every maximal repeat, with counts, spread, places and where it comes from.

Phrases are mined from characters, not from words, so that no segmenter decides what can be one.
`mine` lists them all, `stock` shows first those that stand on their own, `locate` gives every place,
`concordance` shows them in context, `slots` finds frames with a slot, `fillers` what fills it, `chains` frames with
two slots, `share` how much of a text is formula and `intervals` how sure that is over reports.
"""

from textkit.phrases.chains import chains
from textkit.phrases.context import concordance, show
from textkit.phrases.formula import finders, intervals, share
from textkit.phrases.mining import CLAUSE, Thresholds, Totals, locate, mine, ordered, stock
from textkit.phrases.partitions import gather, outside, scatter
from textkit.phrases.slots import fillers, slots

__all__ = [
    "CLAUSE", "Thresholds", "Totals", "chains", "concordance", "fillers", "finders", "gather", "intervals", "locate",
    "mine", "ordered", "outside", "scatter", "share", "show", "slots", "stock",
]  # fmt: skip
