"""Reports to be read: text with outline, codes, stock phrases and shared passages, as HTML.

`show` makes the view of one report and `rows` that of results with their evidence, for a notebook; `page` the
self-contained ``report.html`` of the whole job. No text of a report runs, and nothing is fetched: see ``marking`` for
how text and marks become HTML.
"""

from textkit.reader.document import Picture, page
from textkit.reader.view import View, rows, show

__all__ = ["Picture", "View", "page", "rows", "show"]
