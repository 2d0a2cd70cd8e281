"""Texts → shared passages: what stands in two reports with few or many small changes.

`pairs` finds every two places that share a passage (`stream` in a corpus that memory does not hold),
`group` groups them across any number of reports, `find` does both at once, `diff` shows what was changed,
`duplicates` flags reports that are copies as a whole.
Reports are compared with each other, never with themselves, and nothing here says who copied whom.
"""

from textkit.reuse.compare import diff, duplicates
from textkit.reuse.groups import find, group
from textkit.reuse.letters import MOST
from textkit.reuse.passages import pairs, stream

__all__ = ["MOST", "diff", "duplicates", "find", "group", "pairs", "stream"]
