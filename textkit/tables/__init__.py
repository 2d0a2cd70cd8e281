"""Result frames → files that people open.

Text in a table is untrusted: a cell that a spreadsheet would take for a formula is written so that
it stays text, and nothing in a cell can act as Markdown, HTML or LaTeX. The same frames give the
same bytes: no clock, fixed number of digits. What a format cannot hold is said, never dropped in silence.
"""

from textkit.tables.files import FORMATS, check, csv_rows, paths, save

__all__ = ["FORMATS", "check", "csv_rows", "paths", "save"]
