"""The models: NMF, LDA, and LDA by Gibbs sampling with seeded topics."""

import warnings
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from textkit import frames
from textkit.errors import SEED, InputError, InputWarning, MissingExtraError, TooFewError, number
from textkit.matrix import Matrix, by_content, distinct

METHODS = ("nmf", "lda", "gibbs")
"""Methods that `fit` knows."""

UNITS_PER_TOPIC = 5
"""Fewest units a topic can be learned from; below, `fit` refuses."""

_COPY = 0.98  # cosine from which two units are one, said twice
_ROUNDS = 10_000  # after which a factorisation that still moves is left as it is
_SWEEPS = 500  # of the Gibbs sampler through all words
_SEED_PRIOR = 1.0  # pseudo-count of a seed word in its topic; of other words 0.01


class Topics(NamedTuple):
    """What a fit gives: the tables topic × term and topic × document.

    >>> Topics._fields
    ('terms', 'shares')
    """

    terms: pd.DataFrame
    shares: pd.DataFrame


Seeds = Mapping[str, Sequence[str]]
"""Name → words that the topic is to begin with."""


def fit(matrix: Matrix, k: int, *, method: str = "nmf", seed: int = 0, seeds: Seeds | None = None) -> Topics:
    """Fit k topics. The same seed gives the same topics, on any number of cores.

    Random numbers are dealt out by what the documents hold, not by their order or names: reports renamed or
    read in another order, and points shuffled, give the same topics.

    Parameters
    ----------
    matrix
        Documents × terms: TF-IDF weights for ``"nmf"``, counts for ``"lda"`` and ``"gibbs"``. Of near-copies:
        ``terms.downweigh``, which for counts keeps one (``whole=True``).
    method
        ``"nmf"`` (Lee & Seung 1999), ``"lda"`` (Blei, Ng & Jordan 2003; variational) or ``"gibbs"`` (LDA by
        collapsed Gibbs sampling, Griffiths & Steyvers 2004; needs tomotopy).
    seeds
        For ``"gibbs"``: words that tie a topic to a code (Jagarlamudi, Daumé & Udupa 2012; Eshima, Imai &
        Sasaki 2024). The topics 1, 2 … are then the seeded ones in this order, the others follow. The seed
        words are a prior, not a rule: what the texts say can outweigh them. Of a codebook take the
        indicators of each code, cut as the texts were (``tokens.cut``).

    ``terms`` are ``topic, term, weight``, weights of a topic summing to 1, heaviest first; ``shares`` the document's
    columns, ``topic, share``, summing to 1 in a document. Topics that are not seeded are numbered by their total share,
    largest first. `TooFewError` where there are fewer than five units per topic; copies (cosine 0.98) count as one. An
    `InputWarning` says when NMF had not settled.

    >>> import pandas as pd
    >>> from textkit import terms
    >>> said = {"党性": "信念锤炼修养纪律", "群众": "走访服务困难诉求"}
    >>> rows = [(f"{a}{i}", word) for a, b in said.items() for i in range(5) for word in (a, *b[i : i + 3])]
    >>> counts = terms.count(pd.DataFrame(rows, columns=["point", "term"]), by=["point"])
    >>> found = fit(terms.weigh(counts), 2).terms
    >>> sorted(found.groupby("topic").term.first())
    ['党性', '群众']
    """
    if method not in METHODS:
        raise InputError(f"topics: unknown method {method!r}; choose {', '.join(METHODS[:-1])} or {METHODS[-1]}")
    number("topics: seed", seed, 0, SEED)
    needed = UNITS_PER_TOPIC * number("topics: k", k, 2)
    filled = np.flatnonzero(matrix.values.sum(axis=1))  # from what holds no term nothing can be learned
    units = len(distinct(matrix.values[filled], _COPY, needed))
    if units < needed or matrix.shape[1] < k:
        raise TooFewError(
            f"topics: {matrix.shape[0]} units, {units} without copies, with {matrix.shape[1]} terms cannot "
            f"carry {k} topics; at least {UNITS_PER_TOPIC} a topic are needed: ask for fewer topics or add reports"
        )
    return factorise(matrix, k, method, seed, seeds=_known(seeds or {}, matrix, k, method))


def _known(seeds: Seeds, matrix: Matrix, k: int, method: str) -> list[list[str]]:
    """The seed words of each topic that are terms."""
    if seeds and method != "gibbs":
        raise InputError(f"topics: seeds need method 'gibbs', not {method!r}")
    if len(seeds) > k:
        raise InputError(f"topics: {len(seeds)} seeded topics do not fit in {k}")
    terms = set(matrix.terms)
    known = {name: [word for word in words if word in terms] for name, words in seeds.items()}
    lost = [name for name, words in known.items() if not words]
    if lost:
        raise InputError(f"topics: no seed word of {lost[0]!r} is a term of the matrix; cut the seeds as the texts are")
    return list(known.values())


def factorise(matrix: Matrix, k: int, method: str, seed: int, *, seeds: Sequence[Sequence[str]] = ()) -> Topics:
    """`fit` without its checks, for fits of parts of a corpus.

    >>> from scipy.sparse import eye_array
    >>> matrix = Matrix(eye_array(2, format="csr"), pd.DataFrame({"point": [1, 2]}), pd.Index(["党性", "群众"]))
    >>> len(factorise(matrix, 2, "nmf", 0).shares)
    4
    """
    from threadpoolctl import threadpool_limits

    rows = by_content(matrix.values)
    with threadpool_limits(1):  # sums in another order end in other digits
        shares, components = map(_unit, _MODELS[method](matrix.rows(rows), k, seed, seeds))
    free = np.argsort(-shares[:, len(seeds) :].sum(axis=0), kind="stable") + len(seeds)
    order = np.concatenate([np.arange(len(seeds)), free])
    back = np.argsort(rows)
    return Topics(_terms(components[order], matrix.terms), _shares(shares[back][:, order], matrix.documents))


_Weights = tuple[np.ndarray, np.ndarray]  # document × topic and topic × term


def _nmf(matrix: Matrix, k: int, seed: int, _: Sequence[Sequence[str]]) -> _Weights:
    from sklearn.decomposition import NMF
    from sklearn.exceptions import ConvergenceWarning

    model = NMF(k, init="random", random_state=seed, max_iter=_ROUNDS, tol=1e-5)
    with np.errstate(invalid="ignore"), warnings.catch_warnings():
        # Invalid: a perfect fit leaves an error of -1e-17 to take the root of.
        warnings.simplefilter("ignore", ConvergenceWarning)
        documents = model.fit_transform(matrix.values)
    if model.n_iter_ >= _ROUNDS:
        said = f"topics: {k} topics still moved after {_ROUNDS} rounds (seed {seed}); take fewer or another seed"
        warnings.warn(said, InputWarning, stacklevel=2)
    return documents * model.components_.sum(axis=1), model.components_  # the scale of a topic where shares compare


def _lda(matrix: Matrix, k: int, seed: int, _: Sequence[Sequence[str]]) -> _Weights:
    from sklearn.decomposition import LatentDirichletAllocation

    model = LatentDirichletAllocation(k, random_state=seed, max_iter=100)
    return model.fit_transform(matrix.values), model.components_


def _gibbs(matrix: Matrix, k: int, seed: int, seeds: Sequence[Sequence[str]]) -> _Weights:
    try:
        import tomotopy
    except ImportError:
        raise MissingExtraError("topics: method 'gibbs' needs 'tomotopy': pip install 'textkit[gibbs]'") from None
    counts = matrix.values
    if counts.data.size and not (np.mod(counts.data, 1) == 0).all():
        raise InputError("topics: 'gibbs' takes counts; of near-copies keep one by terms.downweigh(counts, whole=True)")
    model = tomotopy.LDAModel(k=k, seed=seed)
    for topic, words in enumerate(seeds):
        for word in words:
            model.set_word_prior(word, {topic: _SEED_PRIOR})
    names = matrix.terms.to_numpy()
    filled = np.flatnonzero(counts.sum(axis=1))
    for row in filled:  # the model keeps no empty document
        own = slice(counts.indptr[row], counts.indptr[row + 1])
        model.add_doc(np.repeat(names[counts.indices[own]], counts.data[own].astype(int)).tolist())
    model.train(_SWEEPS, workers=1)
    column = {term: i for i, term in enumerate(matrix.terms)}
    components = np.zeros((k, len(column)))
    components[:, [column[word] for word in model.used_vocabs]] = [model.get_topic_word_dist(i) for i in range(k)]
    shares = np.full((matrix.shape[0], k), 1 / k)
    shares[filled] = [document.get_topic_dist() for document in model.docs]
    return shares, components


_MODELS = {"nmf": _nmf, "lda": _lda, "gibbs": _gibbs}


def _unit(rows: np.ndarray) -> np.ndarray:
    """Rows divided by their sums; a row of zeros is spread evenly."""
    sums = rows.sum(axis=1, keepdims=True)
    return np.where(sums > 0, rows / np.where(sums > 0, sums, 1), 1 / rows.shape[1])


def _terms(components: np.ndarray, terms: pd.Index) -> pd.DataFrame:
    k, n = components.shape
    numbers, weights = np.repeat(np.arange(1, k + 1), n), components.ravel()
    frame = pd.DataFrame({"topic": numbers, "term": np.tile(terms.to_numpy(), k), "weight": weights})
    return frames.make("topic_terms", by_weight(frame[frame["weight"] > 0]))


def by_weight(terms: pd.DataFrame) -> pd.DataFrame:
    """Topic by topic, heaviest terms first, in whatever order the rows are.

    >>> by_weight(pd.DataFrame({"topic": [1, 1], "term": ["党性", "信念"], "weight": [0.4, 0.6]})).term.tolist()
    ['信念', '党性']
    """
    return terms.sort_values(["topic", "weight", "term"], ascending=[True, False, True], ignore_index=True)


def _shares(shares: np.ndarray, documents: pd.DataFrame) -> pd.DataFrame:
    n, k = shares.shape
    frame = documents.iloc[np.repeat(np.arange(n), k)].reset_index(drop=True)
    return frame.assign(topic=np.tile(np.arange(1, k + 1), n), share=shares.ravel())
