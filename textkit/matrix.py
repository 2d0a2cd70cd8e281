"""The one document–term matrix: counts or weights, frozen, rows and columns named.

Rows are documents (reports, parts or points), columns are terms in codepoint order. A matrix is
never changed: each step that weighs or filters makes a new one.
"""

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
