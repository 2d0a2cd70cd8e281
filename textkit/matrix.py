"""The one document–term matrix: counts or weights, frozen, rows and columns named.

Rows are documents (reports, parts or points), columns are terms in codepoint order. A matrix is
never changed: each step that weighs or filters makes a new one.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse


@dataclass(frozen=True, eq=False)
class Matrix:
    """Documents × terms.

    Parameters
    ----------
    values
        scipy CSR array, shape (documents, terms).
    documents
        One row per document: the columns it was grouped by (such as ``report, point``).
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
        for part in (self.values.data, self.values.indices, self.values.indptr):
            part.flags.writeable = False

    @property
    def shape(self) -> tuple[int, int]:
        """(documents, terms)."""
        return self.values.shape

    def document_frequency(self) -> np.ndarray:
        """Number of documents that contain each term, shape (terms,)."""
        return np.bincount(self.values.indices[self.values.data != 0], minlength=self.shape[1])

    def frame(self) -> pd.DataFrame:
        """Dense view for small matrices: the document columns, then one column per term."""
        dense = pd.DataFrame(self.values.toarray(), columns=self.terms)
        return pd.concat([self.documents.reset_index(drop=True), dense], axis=1)


def stack(parts: Iterable[Matrix]) -> Matrix:
    """Matrices one below the other, over the terms of all.

    >>> import pandas as pd
    >>> from scipy.sparse import csr_array
    >>> a, b = (Matrix(csr_array([[1]]), pd.DataFrame({"report": [n]}), pd.Index([term])) for n, term in ("a群", "b党"))
    >>> stack([a, b]).frame()
      report  党  群
    0      a  0  1
    1      b  1  0
    """
    held = list(parts)
    if len(held) == 1:
        return held[0]
    every = sorted(set().union(*(part.terms for part in held)))
    terms = pd.Index(every, name=held[0].terms.name, dtype=held[0].terms.dtype)
    rows = []
    for part in held:  # both orders are of codepoints, so columns keep theirs
        columns = terms.get_indexer(part.terms)[part.values.indices]
        shape = (part.shape[0], len(terms))
        rows.append(sparse.csr_array((part.values.data, columns, part.values.indptr), shape=shape))
    return Matrix(
        sparse.csr_array(sparse.vstack(rows)), pd.concat([part.documents for part in held], ignore_index=True), terms
    )
