"""Which main findings survive other choices (Denny & Spirling 2018): everything again, one choice changed at a time.

The findings are those of the whole job (``project.analyse``) with the choices it makes. A finding is a
list of items: the key terms of each part, the commonest codes, the stock phrases, the topics, the two
reports most alike. An item survives a choice if it is found again under it, by the same criterion (an
interval above 0, a threshold met), not at the same rank. A topic is found again if a topic of the
rerun shares more than half of its variance over the points (r > √½): by what it is about, whatever the
words were cut into. Two unrelated topics are then never found in one (vectors within 45° of a third are within
90° of each other), and shares dealt out at random stay far below. Choices that cannot touch a finding (a
segmenter and the codes) are left out of its rows.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

from textkit import codes, frames, phrases, terms, tokens, topics
from textkit.errors import InputError, TooFewError

_SHOWN = 10  # items of a list, in each place, that count as a finding
_COMMON = 3  # codes that are called the commonest
_PHRASE_CHARS = 100  # what is longer is no phrase but a shared passage
_SAME = 0.5**0.5  # correlation over points above which a topic is found again
_LEFT_OUT = 20  # reports left out one by one; of more, random fifths


@dataclass(frozen=True)
class Choices:
    """What an analyst settles before anything is counted; the defaults are those of the whole job.

    >>> Choices(hmm=True).engine
    'rjieba'
    """

    engine: str = "rjieba"
    hmm: bool = False
    lexicon: bool = True
    stop_list: bool = True
    min_chars: int = 2
    pairs: bool = False
    prior: float = 500
    min_documents: int = 2
    weights: bool = True
    measure: str = "cosine"
    topics: int = 6
    method: str = "nmf"
    seed: int = 0
    phrase_reports: int = 1
    variety: int = 3
    barriers: bool = True
    secondary: bool = False


OTHER = {
    "jieba": Choices(engine="jieba"), "HMM": Choices(hmm=True), "no lexicon": Choices(lexicon=False),
    "no stop list": Choices(stop_list=False), "single characters": Choices(min_chars=1),
    "word pairs": Choices(pairs=True), "prior 50": Choices(prior=50), "prior 5000": Choices(prior=5000),
    "terms of 3 points": Choices(min_documents=3), "plain counts": Choices(weights=False),
    "Jensen-Shannon": Choices(measure="jensen_shannon"),
    "5 topics": Choices(topics=5), "8 topics": Choices(topics=8), "LDA": Choices(method="lda"),
    "seed 1": Choices(seed=1), "phrases of 3 reports": Choices(phrase_reports=3),
    "phrase variety 2": Choices(variety=2), "phrases across marks": Choices(barriers=False),
    "secondary codes": Choices(secondary=True),
}  # fmt: skip
"""The other choices tried, by name, each differing from the defaults in one thing."""

_WORDS = ("engine", "hmm", "lexicon", "stop_list", "min_chars", "pairs")
_TOUCHED = {  # finding → choices that can touch it, beside the reports
    "key terms": (*_WORDS, "prior"),
    "likeness": (*_WORDS, "weights", "measure"),
    "topics": (*_WORDS, "min_documents", "topics", "method", "seed"),
    "stock phrases": ("phrase_reports", "variety", "barriers"),
    "codes": ("secondary",),
}


class _Item(NamedTuple):
    """Where it is found, and what: one or more words; for a topic also its share of each point."""

    place: str
    words: tuple[str, ...]
    shares: pd.Series | None = None

    def survives(self, found: Iterable["_Item"]) -> bool:
        """Whether it is among what was found again."""
        if self.shares is None:
            return any(self[:2] == other[:2] for other in found)
        with np.errstate(invalid="ignore", divide="ignore"):
            return any(self.shares.corr(other.shares) > _SAME for other in found)

    def label(self) -> str:
        """How the item is shown."""
        return " ".join(filter(None, [self.place, "、".join(self.words)]))


def rerun(
    points: pd.DataFrame, books: Sequence[codes.Codebook] = (), *, other: Mapping[str, Choices] | None = None
) -> pd.DataFrame:
    """The main findings again under every other choice (of `OTHER`, by name), and without each report.

    The *sensitivity* table: one row per finding, item and choice. The mean of ``survives`` over the choices says how
    far an item hangs on them; over items, how much a choice moves. The finding *codes* asks for codebooks.

    >>> said = {"problems": "宗旨意识淡化", "causes": "学习不够"}
    >>> rows = [(report, i, role, said[role]) for report in "abc" for i, role in enumerate([*said] * 60)]
    >>> points = pd.DataFrame(rows, columns=["report", "point", "role", "text"]).assign(start=0, dimension="")
    >>> table = rerun(points, other={"jieba": Choices(engine="jieba")})
    >>> table[table["finding"] == "key terms"].groupby("choice")["survives"].all().tolist()
    [True, True, True, True]
    """
    frames.require_known(points, "points", "report", "point", "role", "text", "start")
    if not len(points):
        raise InputError("sensitivity: no points, so nothing was found that could survive")
    points = points.assign(report=points["report"].astype(str))
    base = Choices()
    first = _findings(_Run(points, base, books))
    rows = []
    for name, choices, left in _variants(points, OTHER if other is None else other):
        changed = {field for field in vars(base) if getattr(choices, field) != getattr(base, field)}
        run = _Run(points[~points["report"].isin(left)], choices, books)
        for finding, items in first.items():
            if items and (left or changed & set(_TOUCHED[finding])):
                found = _FINDINGS[finding](run)
                asked = [item for item in items if not set(item.words) & set(left)]  # a report left out is no loss
                rows += [(finding, item.label(), name, item.survives(found)) for item in asked]
    return frames.make("sensitivity", rows)


def _variants(points: pd.DataFrame, other: Mapping[str, Choices]) -> Iterator[tuple[str, Choices, list]]:
    """Name, choices, reports left out."""
    yield from ((name, choices, []) for name, choices in other.items())
    reports = sorted(points["report"].unique())
    if len(reports) <= _LEFT_OUT:
        yield from ((f"without {report}", Choices(), [report]) for report in reports if len(reports) > 1)
    else:
        draw = np.random.default_rng(0)
        for i in range(1, _LEFT_OUT + 1):
            yield f"without a fifth ({i})", Choices(), list(draw.choice(reports, len(reports) // 5, replace=False))


@dataclass(frozen=True, eq=False)
class _Run:
    """One analysis under given choices; the words are cut once, when first asked for."""

    points: pd.DataFrame
    choices: Choices
    books: Sequence[codes.Codebook]

    @cached_property
    def words(self) -> pd.DataFrame:
        asked = self.choices
        cut = tokens.words(self.points, asked.engine, hmm=asked.hmm, lexicon=None if asked.lexicon else ())
        stop = tokens.read_stopwords() if asked.stop_list else ()
        kept = terms.content(cut, stop=stop, min_chars=asked.min_chars)
        kept = terms.pairs(kept) if asked.pairs else kept
        return kept.merge(self.points[["report", "point", "role"]])


def _findings(run: _Run) -> dict[str, list[_Item]]:
    """The head of each list: what a reader would be told first."""
    heads: dict[str, list[_Item]] = {}
    for finding, find in _FINDINGS.items():
        seen: Counter[str] = Counter()
        heads[finding] = []
        for item in find(run):
            seen[item.place] += 1
            heads[finding] += [item] if seen[item.place] <= _SHOWN else []
    return heads


def _key_terms(run: _Run) -> list[_Item]:
    """Terms that a part surely has more of than the others."""
    if run.words["role"].nunique() < 2 or run.words["term"].nunique() < 2:
        return []
    counts = terms.count(run.words, by=["report", "role"])
    table = terms.keyness(counts, "role", prior=run.choices.prior, min_count=3)
    sure = table[table["sure"] & (table["log_odds"] > 0)]
    return [_Item(group, (term,)) for group, term in zip(sure["group"], sure["term"], strict=True)]


def _likeness(run: _Run) -> list[_Item]:
    """The two reports most alike."""
    table = _similarity(run)
    closest = table.sort_values("similarity", ascending=False, kind="stable").head(1 if len(table) > 1 else 0)
    return [_Item("", (row.report, row.other_report)) for row in closest.itertuples()]


def _similarity(run: _Run) -> pd.DataFrame:
    counts, measure = terms.count(run.words, by=["report"]), run.choices.measure
    # The divergence compares counts, as shares of the whole; weights are no shares.
    return terms.similarity(terms.weigh(counts) if run.choices.weights and measure == "cosine" else counts, measure)


def _topics(run: _Run) -> list[_Item]:
    """Each topic, by its share of every point."""
    asked = run.choices
    matrix = terms.trim(terms.count(run.words, by=["report", "point"]), min_documents=asked.min_documents)
    if asked.method == "nmf":
        matrix = terms.weigh(matrix)
        matrix = terms.downweigh(matrix) if matrix.shape[0] <= terms.PAIRWISE else matrix
    try:
        found = topics.fit(matrix, asked.topics, method=asked.method, seed=asked.seed)
    except TooFewError:
        return []
    shares = found.shares.pivot(index=["report", "point"], columns="topic", values="share")
    named = topics.names(found)
    return [_Item("", tuple(row.name.split("、")), shares[row.topic]) for row in named.itertuples(index=False)]


def _stock_phrases(run: _Run) -> list[_Item]:
    """Stock phrases, the most widespread first."""
    asked = run.choices
    barriers = phrases.CLAUSE if asked.barriers else ""
    mined = phrases.mine(
        run.points, min_reports=asked.phrase_reports, barriers=barriers, max_chars=_PHRASE_CHARS, fold=True
    )
    return [_Item("", (phrase,)) for phrase in phrases.stock(mined, min_variety=asked.variety)["phrase"]]


def _codes(run: _Run) -> list[_Item]:
    """The three commonest codes of each codebook and part, ties included."""
    found = []
    for book in run.books:
        coded = codes.apply(run.points, book)
        counted = coded if run.choices.secondary else coded[coded["primary"]]
        for role, rows in counted.groupby("role"):
            number = rows["code"].value_counts()
            common = number[number >= number.nlargest(_COMMON).min()].sort_index()
            found += [_Item(f"{book.name}, {role}", (code,)) for code in common.index]
    return found


_FINDINGS: dict[str, Callable[[_Run], list[_Item]]] = {
    "key terms": _key_terms, "codes": _codes, "stock phrases": _stock_phrases, "topics": _topics, "likeness": _likeness,
}  # fmt: skip
