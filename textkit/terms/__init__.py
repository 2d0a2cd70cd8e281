"""Words → counts, weights, contrasts, likeness, co-occurrence.

Counting is by group of rows (report, part or point); everything else takes the matrix that
`count` makes. With a handful of reports the inverse document frequency says little: a term in one
report of five is "rare" by accident as often as by choice. It ranks what a report says that
others do not; it is no test. `keyness` is one, and shows beside it what a test of words assumes.
"""

from textkit.terms.contrast import dispersion, g2, keyness, log_odds, log_ratio, percent_difference
from textkit.terms.cooccurrence import collocates
from textkit.terms.counts import FEW, content, count, idf, pairs, top, trim, weigh
from textkit.terms.likeness import PAIRWISE, cluster, downweigh, similarity

__all__ = [
    "FEW", "PAIRWISE", "cluster", "collocates", "content", "count", "dispersion", "downweigh", "g2", "idf", "keyness",
    "log_odds", "log_ratio", "pairs", "percent_difference", "similarity", "top", "trim", "weigh",
]  # fmt: skip
