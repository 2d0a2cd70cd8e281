"""Masked words: what a writer, an editor or a filter put in place of a name or a sensitive word.

Three kinds are known: *pinyin* (dangshi for 党史) and *initials* (mzshh for 民主生活会), read by a
table in the package, and *blank* (XX街道, x年, **镇, 〔*〕), which nothing can read. `find` lists
them; `read` is a folded view of a text in which those that can be read are.
"""

import re
from collections.abc import Iterable
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd

from textkit import frames, hanzi

PLACES = "省市县区州旗镇乡村街社组局委办部院校厅处科室队站所厂店公集小单同年月日届次名个户件人届中会号条周路项万元亿"
"""What a masked name is the name of: **镇, X年."""

_BLANK = re.compile(
    r"(?<![A-Za-z*])(?:[xXｘＸ](?: ?[xXｘＸ]){0,5}(?![A-Za-z0-9])|[×＊○](?: ?[×＊○]){0,5})"
    r"(?= ?[\u4e00-\u9fff“”（）〔〕、，。])"
    r"|(?<=[\u4e00-\u9fff〔（])[xXｘＸ×＊]{1,6}(?![A-Za-z0-9])"
    rf"|(?<=[\u4e00-\u9fff，。；：、“（])\*{{1,4}}(?=[{PLACES}])|(?<=[〔（“])\*{{1,4}}(?=[〕）”])"
    rf"|某{{2,3}}|某(?=[{PLACES}])|□{{1,6}}|[_＿]{{2,10}}(?=[{PLACES}])"
)
_LATIN = re.compile("[A-Za-z]{4,}")


class Mask(NamedTuple):
    """A masked word at ``text[start:end]``; ``reading`` is empty where it cannot be read.

    >>> find("xx街道dangshi")[1].reading
    '党史'
    """

    start: int
    end: int
    mask: str
    kind: str
    reading: str


@cache
def _readings() -> dict[str, tuple[str, str]]:
    """Mask in small letters → kind and reading."""
    lines = resources.files("textkit").joinpath("data/masks.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {mask: (kind, reading) for mask, kind, reading in rows}


def find(text: str) -> list[Mask]:
    """Masked words of a text, in reading order.

    >>> [(found.mask, found.kind, found.reading) for found in find("按照mzshh要求，xx街道x年开展dangshi学习。")]
    [('mzshh', 'initials', '民主生活会'), ('xx', 'blank', ''), ('x', 'blank', ''), ('dangshi', 'pinyin', '党史')]
    """
    blanks = [Mask(*match.span(), match[0], "blank", "") for match in _BLANK.finditer(text)]
    return sorted([*blanks, *_readable(text)])


def _readable(text: str) -> list[Mask]:
    known = _readings()
    runs = ((*match.span(), match[0]) for match in _LATIN.finditer(text))
    return [Mask(*run, *known[run[2].lower()]) for run in runs if run[2].lower() in known]


def table(reports: pd.DataFrame) -> pd.DataFrame:
    """Masked words of every report: the *masks* table.

    >>> table(pd.DataFrame({"report": ["a"], "text": ["XX镇党委"]}))[["mask", "kind", "start", "end"]].values.tolist()
    [['XX', 'blank', 0, 2]]
    """
    frames.require(reports, "reports", "report", "text")
    rows = [
        (report, found.mask, found.kind, found.reading, found.start, found.end)
        for report, text in zip(reports["report"], reports["text"], strict=True)
        for found in find(text)
    ]
    return frames.make("masks", rows)


def plain(text: str) -> str:
    """The text of `read`, where the way back is not needed.

    >>> plain("开展 dangshi学习")
    '开展党史学习'
    """
    known = _readings()
    return hanzi.plain(_LATIN.sub(lambda run: known.get(run[0].lower(), (0, run[0]))[1], text))


def plains(texts: Iterable[str]) -> list[str]:
    """`plain` of each of many short texts, all of them read at once.

    >>> plains(["开展 dangshi学习", "学用脱节"])
    ['开展党史学习', '学用脱节']
    """
    texts = list(texts)
    read = plain(hanzi.BARRIER.join(texts)).split(hanzi.BARRIER) if texts else []
    return read if len(read) == len(texts) else list(map(plain, texts))  # one of them holds what parts them


def read(text: str) -> hanzi.Folded:
    """Folded view in which masks that can be read stand as what they stand for.

    A reading leads back to its mask, and each of its characters to an even share of that.

    >>> folded = read("开展dangshi 学习")
    >>> folded.text, folded.span(2, 4), folded.span(3, 4)
    ('开展党史学习', (2, 9), (5, 9))
    """
    readable = _readable(text)
    if not readable:
        return hanzi.fold(text)
    pieces, starts, ends = [], [], []
    edges = [(0, 0, ""), *((found.start, found.end, found.reading) for found in readable), (len(text), 0, "")]
    for (start, end, reading), (following, _, _) in pairwise(edges):
        pieces += [reading, text[end:following]]
        borders = np.linspace(start, end, len(reading) + 1).astype(np.int64)  # no reading is longer than its mask
        starts += [borders[:-1], np.arange(end, following)]
        ends += [borders[1:], np.arange(end, following) + 1]
    folded = hanzi.fold("".join(pieces))
    return hanzi.Folded(folded.text, np.concatenate(starts)[folded.offsets], np.concatenate(ends)[folded.ends - 1])
