"""What the whole job can be told, and what it gives back."""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pandas as pd


@dataclass(frozen=True)
class Options:
    """What the whole job can be told; the defaults are those of the command.

    The words of ``lexicon`` join those of the package, ``stopwords`` stand in place of its list; both are files.

    The topics are compared with so many other ``fits`` of each kind. From more reports than ``learned``, topics, key
    terms and phrase frames are learned from so many, drawn by the seed.

    ``memory`` is in gigabytes. A corpus that would take more than half of it is worked on in parts, by
    ``jobs`` processes (if None as many as cores, but no more than that memory is enough for): those of this machine,
    or with ``engine="dask"`` all of the cluster whose ``scheduler`` is named, each with that memory. Figures of a
    smaller one are drawn by as many processes of this machine.

    >>> Options(language="en").topics
    6
    """

    codebooks: tuple[str, ...] = ("problems", "causes")
    language: str = "zh"
    seed: int = 0
    topics: int = 6
    table_formats: tuple[str, ...] = ("csv",)
    figure_formats: tuple[str, ...] = ("png",)
    errors: str = "raise"
    encoding: str | None = None
    split: bool = False
    memory: float = 4.0
    jobs: int | None = None
    engine: str = "local"
    scheduler: str | None = None
    lexicon: str | None = None
    stopwords: str | None = None
    fits: int = 5
    learned: int = 500


class Analysis(NamedTuple):
    """The tables of a corpus by name, and what was left out of them and why.

    >>> Analysis({}, ["no numbered points"]).notes
    ['no numbered points']
    """

    tables: dict[str, pd.DataFrame]
    notes: list[str]


class Result(NamedTuple):
    """What `run` did: files written, reports and points read, what was left out and why, the page.

    >>> Result([], [], 5, 93, []).points
    93
    """

    tables: list[Path]
    figures: list[Path]
    reports: int
    points: int
    notes: list[str]
    page: Path | None = None
