"""Texts → shared passages: what stands in two reports with few or many small changes.

`pairs` finds every two places that share a passage, `find` groups them across any number of
reports, `diff` shows what was changed, `duplicates` flags reports that are copies as a whole.
Reports are compared with each other, never with themselves, and nothing here says who copied whom.
"""

from textkit.reuse.compare import diff, duplicates
from textkit.reuse.passages import find, pairs

__all__ = ["diff", "duplicates", "find", "pairs"]
