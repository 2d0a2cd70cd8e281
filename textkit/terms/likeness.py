"""How alike documents are by their words: tables of pairs, clusters, and weights for near-copies."""

import numpy as np
import pandas as pd
from scipy import sparse

from textkit import frames
from textkit.errors import InputError, TooFewError, number
from textkit.matrix import Matrix, distinct, unit

MEASURES = ("cosine", "jensen_shannon")
"""Measures that `similarity` and `cluster` know."""

PAIRWISE = 5000
"""Most documents of which every two are compared."""

_ROWS = 256  # documents compared with all others at a time
_ROUNDING = 1e-12


def similarity(matrix: Matrix, measure: str = "cosine") -> pd.DataFrame:
    """Similarity of every two documents, from 0 (no word in common) to 1 (the same proportions), each pair once.

    ``"cosine"`` of the rows, counts or weights; ``"jensen_shannon"``: 1 less the Jensen–Shannon distance, the root of
    the divergence to base 2 of the rows as distributions (Lin 1991; Endres & Schindelin 2003). Columns: those of the
    document, the same with ``other_`` before, ``similarity``.

    >>> words = pd.DataFrame({"report": ["a", "a", "b", "b", "c"], "term": ["党性", "群众", "群众", "学习", "学习"]})
    >>> from textkit.terms import count
    >>> similarity(count(words)).round(2).to_numpy().tolist()
    [['a', 'b', 0.5], ['a', 'c', 0.0], ['b', 'c', 0.71]]
    """
    values = 1 - _distances(matrix, measure)
    one, other = np.triu_indices(len(values), 1)
    left = matrix.documents.iloc[one].reset_index(drop=True)
    right = matrix.documents.iloc[other].reset_index(drop=True).add_prefix("other_")
    return pd.concat([left, right], axis=1).assign(similarity=values[one, other])


def cluster(matrix: Matrix, measure: str = "cosine") -> pd.DataFrame:
    """Hierarchical clusters of the documents by average distance (1 less `similarity`), from the closest two up to one.

    The *clusters* table, rows as scipy numbers them; ``plots.dendrogram`` draws it.

    >>> words = pd.DataFrame({"report": ["a", "a", "b", "b", "c"], "term": ["党性", "群众", "群众", "学习", "学习"]})
    >>> from textkit.terms import count
    >>> cluster(count(words)).round(2).to_numpy().tolist()
    [[1.0, 1.0, 2.0, 0.29, 2.0], [2.0, 0.0, 3.0, 0.75, 3.0]]
    """
    if matrix.shape[0] < 2:
        raise TooFewError(f"terms.cluster: {matrix.shape[0]} document(s); at least two are needed")
    from scipy.cluster import hierarchy

    distances = _distances(matrix, measure)
    merges = hierarchy.linkage(distances[np.triu_indices(len(distances), 1)], "average")
    return frames.make("clusters", [(i, *row) for i, row in enumerate(merges.tolist(), 1)])


def downweigh(matrix: Matrix, *, threshold: float = 0.8, whole: bool = False) -> Matrix:
    """Rows that are nearly alike share the weight of one.

    Repeated text captures topics (Schofield, Thompson & Mimno 2017). A document with m others at
    cosine ``threshold`` or above is divided by √(m + 1): in a squared error, such as that of NMF, each
    counts as 1 / (m + 1) document. LDA takes counts, which cannot be divided: with ``whole`` one of the
    documents that are alike stays as it is, and the others go. Where everything is distinct nothing
    changes. Every two documents are compared: time grows with the square of their number.

    >>> words = pd.DataFrame({"report": ["a", "b", "c"], "term": ["群众", "群众", "学习"]})
    >>> from textkit.terms import count
    >>> downweigh(count(words)).frame().round(2)["群众"].tolist()
    [0.71, 0.71, 0.0]
    >>> downweigh(count(words), whole=True).frame()["群众"].tolist()
    [1, 0]
    """
    number("terms.downweigh: threshold", threshold, 0, 1, whole=False)
    if whole:
        return matrix.rows(np.sort(distinct(matrix.values, threshold - _ROUNDING)))
    rows = unit(matrix.values)
    alike: np.ndarray = np.ones(matrix.shape[0])
    for start in range(0, len(alike), _ROWS):
        block = rows[start : start + _ROWS] @ rows.T
        block.data = (block.data >= threshold - _ROUNDING).astype(float)
        alike[start : start + _ROWS] = np.maximum(np.asarray(block.sum(axis=1)).ravel(), 1)
    values = matrix.values.astype(float)
    values.data /= np.repeat(np.sqrt(alike), np.diff(values.indptr))
    return Matrix(values, matrix.documents, matrix.terms)


def _distances(matrix: Matrix, measure: str) -> np.ndarray:
    if matrix.shape[0] > PAIRWISE:
        raise InputError(f"terms: {matrix.shape[0]} documents make too many pairs; compare {PAIRWISE} or fewer")
    if measure == "cosine":
        rows = unit(matrix.values)
        distances = 1 - (rows @ rows.T).toarray()
    elif measure == "jensen_shannon":
        distances = _jensen_shannon(matrix.values)
    else:
        raise InputError(f"terms: unknown measure {measure!r}; choose {' or '.join(MEASURES)}")
    np.fill_diagonal(distances, 0)
    return np.clip(distances, 0, 1)


def _jensen_shannon(values: sparse.csr_array) -> np.ndarray:
    """Distances, one row against all at a time: only a row's own terms overlap with others."""
    sums = np.asarray(values.sum(axis=1)).ravel()
    shares = sparse.csr_array(sparse.diags_array(1 / np.where(sums > 0, sums, 1)) @ values)
    columns = sparse.csc_array(shares)
    distances = np.ones((len(sums), len(sums)))
    for row in range(len(sums)):
        own = slice(shares.indptr[row], shares.indptr[row + 1])
        p, q = shares.data[own], columns[:, shares.indices[own]].toarray()
        # To base 2 the divergence is 1 where no term is shared, less what each shared term takes off.
        positive = np.where(q > 0, q, 1)
        overlap = np.where(q > 0, (p + q) * np.log2(p + q) - p * np.log2(p) - q * np.log2(positive), 0).sum(axis=1)
        distances[row] = np.sqrt(np.maximum(1 - overlap / 2, 0))
    return (distances + distances.T) / 2
