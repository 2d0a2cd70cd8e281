"""Term matrix + seed → topics, and how far they can be trusted.

NMF of TF-IDF weights (Lee & Seung 1999) or LDA of counts (Blei, Ng & Jordan 2003), both
scikit-learn's. There is no automatic best number of topics and none is claimed: `fit` takes k from
the caller, `stability` shows which topics survive another seed (Greene, O'Callaghan & Cunningham
2014), and too few units are refused.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from textkit import frames
from textkit.errors import InputError, TooFewError
from textkit.matrix import Matrix

UNITS_PER_TOPIC = 5
"""Fewest units a topic can be learned from; below, `fit` refuses."""


class Topics(NamedTuple):
    """What a fit gives: the tables topic × term and topic × document.

    >>> Topics._fields
    ('terms', 'shares')
    """

    terms: pd.DataFrame
    shares: pd.DataFrame


def fit(matrix: Matrix, k: int, *, method: str = "nmf", seed: int = 0) -> Topics:
    """Fit k topics.

    Parameters
    ----------
    matrix
        Documents × terms: TF-IDF weights for ``"nmf"``, counts for ``"lda"``.
    k
        Number of topics.
    method
        ``"nmf"`` or ``"lda"``.
    seed
        Start of the random numbers; the same seed gives the same topics.

    Returns
    -------
    Topics
        ``terms``: ``topic, term, weight``, weights of a topic sum to 1, heaviest first.
        ``shares``: the document's columns, ``topic, share``; shares of a document sum to 1.
        Topics are numbered by their total share, largest first.

    Raises
    ------
    TooFewError
        Fewer than five units per topic.
    InputError
        Unknown method, or k below 2.

    >>> import pandas as pd
    >>> from textkit import terms
    >>> rows = [(i, word) for i in range(10) for word in (("党性", "信念") if i % 2 else ("群众", "走访"))]
    >>> counts = terms.count(pd.DataFrame(rows, columns=["point", "term"]), by=["point"])
    >>> found = fit(terms.weigh(counts), 2).terms
    >>> sorted(found[found.weight > 0.1].groupby("topic").term.apply(set).map(sorted))
    [['信念', '党性'], ['群众', '走访']]
    """
    _check(matrix, k, method)
    return _factorise(matrix, k, method, seed)


def stability(
    matrix: Matrix, k: int, *, method: str = "nmf", seed: int = 0, runs: int = 10, top: int = 10
) -> pd.DataFrame:
    """How much of each topic is found again without part of the reports.

    Each other fit has another seed and lacks some reports (rows, if there is one report or none
    named), as Greene, O'Callaghan & Cunningham (2014) resample documents: another seed alone finds
    even the "topics" of noise again. Up to ``runs`` reports are left out one by one; of more, a
    random fifth, ``runs`` times. The fit is matched to the first one topic to topic (Kuhn 1955); the
    overlap is the Jaccard index of their ``top`` heaviest terms. 1 is the same topic, 0 nothing in
    common. It says how much a topic depends on single reports and on chance, not whether it means
    anything.

    Returns
    -------
    DataFrame
        The *topic_stability* table: ``topic, stability, low, fits``.

    >>> import pandas as pd
    >>> from textkit import terms
    >>> rows = [(i, word) for i in range(10) for word in (("党性", "信念") if i % 2 else ("群众", "走访"))]
    >>> counts = terms.count(pd.DataFrame(rows, columns=["point", "term"]), by=["point"])
    >>> stability(terms.weigh(counts), 2, runs=3, top=2).stability.tolist()
    [1.0, 1.0]
    """
    from scipy.optimize import linear_sum_assignment

    reference = _heads(fit(matrix, k, method=method, seed=seed).terms, top)
    parts = _parts(matrix, runs, seed)
    overlaps: np.ndarray = np.empty((len(parts), k))
    for run, rows in enumerate(parts):
        part = Matrix(matrix.values[rows], matrix.documents.iloc[rows], matrix.terms)
        other = _heads(_factorise(part, k, method, seed + run + 1).terms, top)
        jaccard = np.array([[len(a & b) / len(a | b) for b in other] for a in reference])
        own, matched = linear_sum_assignment(-jaccard)
        overlaps[run, own] = jaccard[own, matched]
    table = [(i, column.mean(), column.min(), len(parts)) for i, column in enumerate(overlaps.T, 1)]
    return frames.make("topic_stability", table)


def _check(matrix: Matrix, k: int, method: str) -> None:
    if method not in ("nmf", "lda"):
        raise InputError(f"topics: unknown method {method!r}; choose nmf or lda")
    if k < 2:
        raise InputError(f"topics: k = {k}; ask for at least 2 topics")
    units, words = matrix.shape
    if units < UNITS_PER_TOPIC * k or words < k:
        raise TooFewError(
            f"topics: {units} units with {words} terms cannot carry {k} topics; at least "
            f"{UNITS_PER_TOPIC} units a topic are needed: ask for fewer topics or add reports"
        )


def _factorise(matrix: Matrix, k: int, method: str, seed: int) -> Topics:
    shares, components = _factors(matrix, k, method, seed)
    order = np.argsort(-shares.sum(axis=0), kind="stable")
    shares, components = shares[:, order], components[order]
    return Topics(_terms(components, matrix.terms), _shares(shares, matrix.documents))


def _factors(matrix: Matrix, k: int, method: str, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Document × topic shares and topic × term weights, rows of both summing to 1."""
    from sklearn.decomposition import NMF, LatentDirichletAllocation

    if method == "nmf":
        model = NMF(k, init="random", random_state=seed, max_iter=2000, tol=1e-5)
    else:
        model = LatentDirichletAllocation(k, random_state=seed, max_iter=100)
    with np.errstate(invalid="ignore"):  # a perfect fit leaves an error of -1e-17 to take the root of
        documents = model.fit_transform(matrix.values)
    if method == "nmf":  # put the scale of each topic where shares can be compared
        scale = model.components_.sum(axis=1)
        documents = documents * scale
    return _unit(documents), _unit(model.components_)


def _unit(rows: np.ndarray) -> np.ndarray:
    """Rows divided by their sums; a row of zeros is spread evenly."""
    sums = rows.sum(axis=1, keepdims=True)
    return np.where(sums > 0, rows / np.where(sums > 0, sums, 1), 1 / rows.shape[1])


def _terms(components: np.ndarray, terms: pd.Index) -> pd.DataFrame:
    k, n = components.shape
    frame = pd.DataFrame(
        {"topic": np.repeat(np.arange(1, k + 1), n), "term": np.tile(terms.to_numpy(), k), "weight": components.ravel()}
    )
    frame = frame[frame["weight"] > 0].sort_values(["topic", "weight", "term"], ascending=[True, False, True])
    return frames.make("topic_terms", frame.reset_index(drop=True))


def _shares(shares: np.ndarray, documents: pd.DataFrame) -> pd.DataFrame:
    n, k = shares.shape
    frame = documents.iloc[np.repeat(np.arange(n), k)].reset_index(drop=True)
    return frame.assign(topic=np.tile(np.arange(1, k + 1), n), share=shares.ravel())


def _parts(matrix: Matrix, runs: int, seed: int) -> list[np.ndarray]:
    """Rows of each other fit: without one report, or without a random fifth of many."""
    names = matrix.documents["report"] if "report" in matrix.documents else pd.Series(matrix.documents.index)
    names = names if names.nunique() > 1 else pd.Series(range(len(names)))
    distinct = np.unique(names)
    if len(distinct) <= runs:
        left_out = list(distinct.reshape(-1, 1))
    else:
        draw = np.random.default_rng(seed)
        left_out = [draw.choice(distinct, size=len(distinct) // 5, replace=False) for _ in range(runs)]
    return [np.flatnonzero(~names.isin(out)) for out in left_out]


def _heads(terms: pd.DataFrame, top: int) -> list[set[str]]:
    return [set(rows["term"].head(top)) for _, rows in terms.groupby("topic")]
