"""The whole job: read a corpus, analyse it, save every table and figure, and the page that shows them.

`analyse` composes the rooms and returns their tables; `run` also draws and writes the files, and works
on a large corpus in parts. Nothing here computes a result of its own.
"""

from textkit.project.job import LANGUAGES, analyse, run
from textkit.project.options import Analysis, Options, Result

__all__ = ["LANGUAGES", "Analysis", "Options", "Result", "analyse", "run"]
