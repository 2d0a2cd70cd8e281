"""Files → reports frame: the only reader of corpus files.

`read` takes files, folders, patterns or tables and returns one row per report. Plain text is decoded
and never altered; of other formats it is what a reader sees, Word's automatic numbers included.
`plan` and `read_planned` do the same in parts, for corpora larger than memory. `metadata` tells where
the metadata come from and where they contradict each other; `decode` is the pure function from bytes to text.
"""

from textkit.reports.encodings import decode
from textkit.reports.inference import describe, infer, metadata
from textkit.reports.reading import Planned, plan, read, read_planned

__all__ = ["Planned", "decode", "describe", "infer", "metadata", "plan", "read", "read_planned"]
