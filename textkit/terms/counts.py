"""Words → counts and weights: the document–term matrix and what stands out in it."""

import os
from collections.abc import Collection, Mapping, Sequence
from typing import Literal

import numpy as np
import pandas as pd
from scipy import sparse

from textkit import frames
from textkit.errors import InputError, number
from textkit.matrix import Matrix

FEW = 20
"""Documents below which an inverse document frequency is a ranking and nothing more."""


def content(
    words: pd.DataFrame, *, stop: Collection[str] = (), min_chars: int = 2, pos: Collection[str] = ()
) -> pd.DataFrame:
    """Rows of the *words* table that are words: letters of any script, not in ``stop``.

    Punctuation, numbers and masks (xx, XXX) go; so do, by default, single characters, which say
    little in Chinese without their context. With ``pos`` only words stay whose part of speech begins
    with one of these letters: ``"n"`` holds nouns and names (nr, ns, nt, nz), ``"v"`` verbs and vn.

    >>> import pandas as pd
    >>> words = pd.DataFrame({"term": ["理论", "，", "的", "学习", "一些"]})
    >>> content(words, stop={"一些"}).term.tolist()
    ['理论', '学习']
    """
    frames.require_known(words, "words", "term", *(["pos"] if pos else []))
    number("terms.content: min_chars", min_chars, 1)
    if isinstance(stop, str | os.PathLike):
        raise InputError(f"terms.content: stop is {str(stop)!r}; give the words, as of tokens.read_stopwords(path)")
    stop = set(stop)  # of a Series, `in` asks the index
    if pos:
        words = words[words["pos"].str.startswith(tuple(pos))]
    rows, terms = pd.factorize(words["term"])
    good = [len(t) >= min_chars and t not in stop and t.isalpha() and set(t.lower()) != {"x"} for t in terms.tolist()]
    return words[np.array(good, dtype=bool)[rows]]


def pairs(words: pd.DataFrame) -> pd.DataFrame:
    """The words and, after them, every two that stand side by side in the text, as one term (n-grams to 2).

    >>> import pandas as pd
    >>> columns = {"term": ["理论", "学习", "不够"], "start": [0, 2, 5], "end": [2, 4, 7]}
    >>> words = pd.DataFrame({"report": "a", "point": 1} | columns)
    >>> pairs(words).term.tolist()
    ['理论', '学习', '不够', '理论学习']
    """
    frames.require_known(words, "words", "report", "point", "term", "start", "end")
    words = frames.in_order(words)
    after = words.shift(-1)
    same = (words[["report", "point"]] == after[["report", "point"]]).all(axis=1)
    joined = words[same & (words["end"] == after["start"])].assign(term=words["term"] + after["term"], end=after["end"])
    return pd.concat([words, joined], ignore_index=True).astype({"end": "int64"})


def count(words: pd.DataFrame, by: Sequence[str] = ("report",)) -> Matrix:
    """Count terms per document: what has the same values in the columns ``by`` (``report``, ``role``, or several).

    Documents are sorted by them, terms in codepoint order. Documents without any term have no row.

    >>> import pandas as pd
    >>> count(pd.DataFrame({"report": ["a", "a", "b"], "term": ["党性", "党性", "群众"]})).frame()
      report  党性  群众
    0      a   2   0
    1      b   0   1
    """
    by = [by] if isinstance(by, str) else list(by)
    frames.require_known(words, "terms.count: words", *by, "term")
    term_codes, terms = pd.factorize(words["term"], sort=True)
    groups = words.groupby(by, sort=True).ngroup().to_numpy(dtype=np.int64)
    documents = words[by].drop_duplicates().sort_values(by, ignore_index=True)
    ones = np.ones(len(words), dtype=np.int64)
    values = sparse.csr_array((ones, (groups, term_codes)), shape=(len(documents), len(terms)))
    values.sum_duplicates()
    return Matrix(values, documents, pd.Index(terms, name="term"))


def trim(counts: Matrix, *, min_documents: int = 1, max_share: float = 1.0) -> Matrix:
    """Keep terms found in at least ``min_documents`` documents and at most that share of them.

    Documents left without any term are dropped with them.

    >>> import pandas as pd
    >>> counts = count(pd.DataFrame({"report": ["a", "a", "b"], "term": ["党性", "群众", "群众"]}))
    >>> trim(counts, min_documents=2).terms.tolist()
    ['群众']
    """
    number("terms.trim: min_documents", min_documents, 0)
    number("terms.trim: max_share", max_share, 0, 1, whole=False)
    frequency = counts.document_frequency()
    kept = np.flatnonzero((frequency >= min_documents) & (frequency / max(counts.shape[0], 1) <= max_share))
    values = counts.values[:, kept]
    rows = np.flatnonzero(np.diff(values.indptr))
    return Matrix(values[rows], counts.documents.iloc[rows], counts.terms[kept])


def idf(counts: Matrix, *, smooth: bool = True) -> pd.Series:
    """Inverse document frequency of each term, to weigh other documents by: a background.

    >>> import pandas as pd
    >>> idf(count(pd.DataFrame({"report": ["a", "a", "b"], "term": ["党性", "群众", "群众"]}))).round(2).tolist()
    [1.41, 1.0]
    """
    documents = counts.shape[0] + smooth
    return pd.Series(np.log(documents / (counts.document_frequency() + smooth)) + 1, index=counts.terms, name="idf")


def weigh(
    counts: Matrix,
    *,
    sublinear: bool = False,
    smooth: bool = True,
    norm: Literal["l1", "l2"] | None = "l2",
    use_idf: bool = True,
    background: Mapping[str, float] | None = None,
) -> Matrix:
    """TF-IDF weights, rows scaled to length 1 by ``norm`` (Salton & Buckley 1988, scikit-learn's formula).

    idf = ln((1 + n) / (1 + df)) + 1 with ``smooth``, ln(n / df) + 1 without, 1 without ``use_idf``; ``sublinear``
    replaces a count by 1 + ln(count). With fewer than `FEW` documents these take a handful of values (five reports:
    six), and a word is "rare" that one writer happened not to use. A ``background`` is the IDF by term of another,
    larger corpus (`idf` of its counts, ``tokens.read_idf``) in place of that of these documents; terms it lacks take
    its median.

    >>> import pandas as pd
    >>> counts = count(pd.DataFrame({"report": ["a", "a", "b"], "term": ["党性", "群众", "群众"]}))
    >>> weigh(counts).frame().round(2)
      report    党性    群众
    0      a  0.81  0.58
    1      b  0.00  1.00
    """
    from sklearn.feature_extraction.text import TfidfTransformer

    if not min(counts.shape):
        return counts
    model = TfidfTransformer(norm=norm, use_idf=use_idf, sublinear_tf=sublinear, smooth_idf=smooth).fit(counts.values)
    if background is not None and use_idf:
        if not len(background):
            raise InputError("terms.weigh: the background IDF list is empty")
        known = dict(background)  # of a mapping or of the Series that `idf` gives
        usual = float(np.median(list(known.values())))
        model.idf_ = np.array([known.get(term, usual) for term in counts.terms])
    weights = model.transform(counts.values)
    return Matrix(sparse.csr_array(weights), counts.documents, counts.terms)


def top(counts: Matrix, weights: Matrix, n: int = 15) -> pd.DataFrame:
    """The n heaviest terms of each document, heaviest first, with their plain counts beside.

    Columns: those of the document, ``term, count, documents, weight``. Ties are broken by count, then by codepoint.
    Terms and documents of the weights are looked up in the counts by name: either may be a part of them.

    >>> import pandas as pd
    >>> counts = count(pd.DataFrame({"report": ["a", "a", "b"], "term": ["党性", "群众", "群众"]}))
    >>> top(counts, weigh(counts), n=1)[["report", "term", "documents"]].to_records(index=False).tolist()
    [('a', '党性', 1), ('b', '群众', 2)]
    """
    number("terms.top: n", n, 1)
    by = list(counts.documents.columns)
    columns = counts.terms.get_indexer(weights.terms)
    rows = pd.MultiIndex.from_frame(counts.documents).get_indexer(pd.MultiIndex.from_frame(weights.documents[by]))
    if (columns < 0).any() or (rows < 0).any():
        raise InputError("terms.top: the weights name terms or documents that are not among the counts; weigh these")
    entries = weights.values.tocoo()
    frame = weights.documents.take(entries.row).reset_index(drop=True)
    frame["term"] = weights.terms.to_numpy()[entries.col]
    frame["count"] = counts.values[rows[entries.row], columns[entries.col]] if len(frame) else 0
    frame["documents"] = counts.document_frequency()[columns[entries.col]]
    frame["weight"] = entries.data
    order = frame.sort_values([*by, "weight", "count", "term"], ascending=[True] * len(by) + [False, False, True])
    order = frames.by_part(order, *by[: by.index("role")]) if "role" in by else order
    return order.groupby(by, sort=False).head(n).reset_index(drop=True)
