"""The one document–term matrix: counts or weights, frozen, rows and columns named.

Rows are documents (reports, parts or points), columns are terms in codepoint order. A matrix is
never changed: each step that weighs or filters makes a new one.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse


class _Frozen(sparse.csr_array):
    def __setitem__(self, key: object, value: object) -> None:
        raise ValueError("a Matrix is read-only; make another of a copy of its values")


@dataclass(frozen=True, eq=False)
class Matrix:
    """Documents × terms.

    Parameters
    ----------
    values
        scipy CSR array, shape (documents, terms). Its numbers become read-only.
    documents
        One row per document: the columns it was grouped by (such as ``report, point``). The matrix keeps a copy, which,
        as any DataFrame, can be changed: leave it as it is.
    terms
        The terms, in codepoint order.

    >>> import pandas as pd
    >>> from scipy.sparse import csr_array
    >>> matrix = Matrix(csr_array([[2, 1]]), pd.DataFrame({"report": ["a"]}), pd.Index(["党性", "群众"]))
    >>> matrix.frame()
      report  党性  群众
    0      a   2   1
    """

    values: sparse.csr_array
    documents: pd.DataFrame
    terms: pd.Index

    def __post_init__(self) -> None:
        expected = (len(self.documents), len(self.terms))
        if self.values.shape != expected:
            raise ValueError(f"matrix of shape {self.values.shape} does not fit {expected} names")
        object.__setattr__(self, "values", _Frozen(self.values))
        object.__setattr__(self, "documents", self.documents.reset_index(drop=True))
        for part in (self.values.data, self.values.indices, self.values.indptr):
            part.flags.writeable = False

    @property
    def shape(self) -> tuple[int, int]:
        """(documents, terms)."""
        return self.values.shape

    def rows(self, rows: np.ndarray) -> "Matrix":
        """Those documents, in that order."""
        return Matrix(self.values[rows], self.documents.iloc[rows], self.terms)

    def document_frequency(self) -> np.ndarray:
        """Number of documents that contain each term, shape (terms,)."""
        return np.bincount(self.values.indices[self.values.data != 0], minlength=self.shape[1])

    def frame(self) -> pd.DataFrame:
        """Dense view for small matrices: the document columns, then one column per term."""
        return pd.concat([self.documents, pd.DataFrame(self.values.toarray(), columns=self.terms)], axis=1)


def by_content(values: sparse.csr_array) -> np.ndarray:
    """Numbers of the rows in an order that hangs on what they hold alone: not on where they stand, nor on their names.

    Whatever draws at random for one row after another goes by it, so that no file name acts as a seed.

    >>> by_content(sparse.csr_array([[0, 2], [1, 0], [0, 1]])).tolist()
    [1, 2, 0]
    """
    values = sparse.csr_array(values, copy=True)
    values.sum_duplicates()
    values.eliminate_zeros()
    ends = zip(values.indptr, values.indptr[1:], strict=False)
    rows = [(values.indices[start:end].tolist(), values.data[start:end].tolist()) for start, end in ends]
    return np.array(sorted(range(len(rows)), key=rows.__getitem__), dtype=int)


def unit(values: sparse.csr_array) -> sparse.csr_array:
    """Rows scaled to length 1, so that their products are cosines; a row of zeros stays one.

    >>> unit(sparse.csr_array([[3, 4]])).toarray().round(2).tolist()
    [[0.6, 0.8]]
    """
    lengths = np.sqrt(np.asarray((values * values).sum(axis=1)).ravel())
    return sparse.csr_array(sparse.diags_array(1 / np.where(lengths > 0, lengths, 1)) @ values)


def distinct(values: sparse.csr_array, threshold: float, most: float = np.inf) -> np.ndarray:
    """Rows of which no two have that cosine, taken `by_content`, ``most`` at most: one of each group of near-copies.

    >>> distinct(sparse.csr_array([[9, 1], [0, 1], [9, 0]]), 0.9).tolist()
    [2, 1]
    """
    rows, left = unit(values), np.ones(len(values.indptr) - 1, dtype=bool)
    kept: list[int] = []
    for row in by_content(values):
        if left[row] and len(kept) < most:
            kept.append(row)
            left &= rows @ rows[[row]].toarray().ravel() < threshold
    return np.array(kept, dtype=int)
