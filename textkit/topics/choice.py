"""What speaks for a number of topics: stability, coherence, exclusivity, side by side; no choice is made."""

import warnings
from collections.abc import Iterable, Sequence
from itertools import repeat

import numpy as np
import pandas as pd
from scipy import sparse

from textkit import frames
from textkit.association import npmi
from textkit.errors import SEED, InputError, InputWarning, TooFewError, numbers
from textkit.matrix import Matrix, by_content
from textkit.topics.models import by_weight, factorise, fit

_WINDOW = {"npmi": 10, "c_v": 110}  # words, as Röder, Both & Hinneburg (2015) found best


def _overlaps(
    matrix: Matrix, reference: Sequence[set[str]], parts: Iterable[np.ndarray], method: str, seed: int
) -> np.ndarray:
    """Jaccard index of each topic's terms with those of its match, fit by fit of these rows."""
    from scipy.optimize import linear_sum_assignment

    k, top = len(reference), max(map(len, reference))
    overlaps = []
    for run, rows in enumerate(parts, 1):
        other = _heads(factorise(matrix.rows(rows), k, method, (seed + run) % SEED).terms, top)
        jaccard = np.array([[len(a & b) / len(a | b) for b in other] for a in reference])
        overlaps.append(jaccard[linear_sum_assignment(-jaccard)])
    return np.array(overlaps)


def survey(
    matrix: Matrix,
    ks: Iterable[int],
    words: pd.DataFrame,
    *,
    method: str = "nmf",
    seed: int = 0,
    runs: int = 10,
    top: int = 10,
    jobs: int = 1,
) -> pd.DataFrame:
    """Several numbers of topics side by side, or how far one fit can be trusted; none is chosen.

    Each fit is compared with fits of other seeds and with fits that also lack some reports (rows, if there
    is one report or none named), as Greene, O'Callaghan & Cunningham (2014) resample documents: another seed
    alone finds even the "topics" of noise again. Topics are matched one to one (Kuhn 1955); their overlap is
    the Jaccard index of their ``top`` heaviest terms. It says how much a topic depends on single
    reports and on chance, not whether it means anything. Coherence is a hint and no judgement of meaning
    (Hoyle et al. 2021): read the topics, and let people find intruders in them (`word_intrusion`).

    Parameters
    ----------
    matrix, method, seed
        As for `fit`.
    ks
        Numbers of topics.
    words
        The words the matrix was counted from, for `coherence`.
    runs
        Other seeds. Up to as many reports are left out one by one; of more, a random fifth, so many times.
    jobs
        Processes; the table is the same with any number.

    Returns
    -------
    DataFrame
        The *topic_survey* table: one row per k and topic. A k that `fit` refuses has no row, and an `InputWarning` says
        so; `TooFewError` if all are refused.

    >>> from textkit import terms
    >>> said = {"党性": "信念锤炼修养纪律", "群众": "走访服务困难诉求"}
    >>> rows = [(f"{a}{i}", word) for a, b in said.items() for i in range(5) for word in (a, *b[i : i + 3])]
    >>> words = pd.DataFrame(rows, columns=["point", "term"]).assign(report="a")
    >>> found = survey(terms.weigh(terms.count(words, by=["point"])), [2], words, runs=2, top=2)
    >>> found[["terms", "seeds", "exclusivity", "npmi"]].round(2).to_numpy().tolist()
    [['群众、务', 1.0, 1.0, 0.58], ['党性、炼', 1.0, 1.0, 0.58]]
    """
    from joblib import Parallel, delayed

    numbers("topics.survey", runs=runs, top=top)
    frames.require_known(words, "words", "report", "point", "term")
    one = delayed(_survey)
    found = Parallel(n_jobs=jobs)(one(matrix, k, words, method, seed, runs=runs, top=top) for k in ks)
    refused = [k for k in found if isinstance(k, TooFewError)]
    tables = [k for k in found if not isinstance(k, TooFewError)]
    if refused and not tables:
        raise refused[0]
    for error in refused:
        warnings.warn(str(error), InputWarning, stacklevel=2)
    return frames.make("topic_survey", pd.concat(tables, ignore_index=True) if tables else ())


def _survey(
    matrix: Matrix, k: int, words: pd.DataFrame, method: str, seed: int, *, runs: int, top: int
) -> pd.DataFrame | TooFewError:
    try:
        terms = fit(matrix, k, method=method, seed=seed).terms
    except TooFewError as error:
        return error
    heads = _heads(terms, top)
    seeds = _overlaps(matrix, heads, repeat(np.arange(matrix.shape[0]), runs), method, seed)
    reports = _overlaps(matrix, heads, _parts(matrix, runs, seed), method, seed)
    ordered = terms.groupby("topic")["term"].apply(lambda column: "、".join(column.head(top)))
    table = {"k": k, "topic": ordered.index, "terms": ordered.to_numpy(), "exclusivity": exclusivity(terms, top=top)}
    table |= {"npmi": coherence(terms, words, top=top), "c_v": coherence(terms, words, measure="c_v", top=top)}
    table |= {"seeds": seeds.mean(axis=0), "reports": reports.mean(axis=0), "low": reports.min(axis=0)}
    return pd.DataFrame(table)


def exclusivity(terms: pd.DataFrame, *, top: int = 10) -> np.ndarray:
    """Mean share that a topic has in its own ``top`` terms: 1 if no other topic uses them; of ``fit(…).terms``.

    The exclusivity of Airoldi & Bischof (2016) as a plain mean, topics weighing the same.

    >>> terms = pd.DataFrame({"topic": [1, 1, 2], "term": ["党性", "群众", "群众"], "weight": [0.5, 0.5, 1]})
    >>> exclusivity(terms).round(2).tolist()
    [0.67, 0.67]
    """
    frames.require(terms, "topic_terms")
    terms = by_weight(terms)
    share = terms["weight"] / terms.groupby("term")["weight"].transform("sum")
    return share.groupby(terms["topic"]).apply(lambda column: column.head(top).mean()).to_numpy()


def coherence(terms: pd.DataFrame, words: pd.DataFrame, *, measure: str = "npmi", top: int = 10) -> np.ndarray:
    """How far the ``top`` terms of each topic (``fit(…).terms``) stand near one another in the texts.

    ``"npmi"`` is the mean NPMI of all pairs in windows of 10 words (Aletras & Stevenson 2013), ``"c_v"`` the mean
    cosine of each term's NPMI vector with the sum of all, in windows of 110 words (Röder, Both & Hinneburg 2015):
    these hold whole points, so that c_v is near to what stands in the same point. Missing for a topic of one term, and
    for one with a term that stands nowhere in the words (``report, point, term``; in reading order, if without
    ``start``).

    >>> terms = pd.DataFrame({"topic": [1, 1], "term": ["党性", "信念"], "weight": [0.5, 0.5]})
    >>> words = pd.DataFrame({"report": "a", "point": [1, 1, 2], "term": ["党性", "信念", "群众"]})
    >>> coherence(terms, words).tolist()
    [1.0]
    """
    if measure not in _WINDOW:
        raise InputError(f"topics: unknown measure {measure!r} of coherence; choose {' or '.join(_WINDOW)}")
    frames.require_known(words, "words", "report", "point", "term")
    numbers("topics.coherence", top=top)
    words = frames.in_order(words)
    heads = [list(rows["term"].head(top)) for _, rows in by_weight(terms).groupby("topic")]
    vocabulary = {term: i for i, term in enumerate(sorted(set().union(*heads)))}
    joint, units = _windows(words, vocabulary, _WINDOW[measure])
    single = np.diag(joint)
    values = []
    for head in heads:
        at = np.array([vocabulary[term] for term in head])
        if len(at) < 2 or not single[at].all():
            values.append(np.nan)
            continue
        pairs = npmi(joint[np.ix_(at, at)], single[at][:, None], single[at], units)
        if measure == "npmi":
            values.append(pairs[np.triu_indices(len(at), 1)].mean())
        else:
            whole = pairs.sum(axis=0)
            values.append((pairs @ whole / np.linalg.norm(pairs, axis=1) / np.linalg.norm(whole)).mean())
    return np.array(values)


def _windows(words: pd.DataFrame, vocabulary: dict[str, int], size: int) -> tuple[np.ndarray, int]:
    """Windows that hold both terms (one on the diagonal), and all windows; each step is one word."""
    codes = words["term"].map(vocabulary).fillna(-1).astype(int).to_numpy()
    document = words.groupby(["report", "point"], sort=False).ngroup().to_numpy()
    joint, units = np.zeros((len(vocabulary), len(vocabulary))), 0
    starts = np.flatnonzero(np.diff(document, prepend=-1))
    for own in np.split(codes, starts[1:]):
        held = np.zeros((len(own) + 1, len(vocabulary)), dtype=np.int32)
        places = np.flatnonzero(own >= 0)
        held[places + 1, own[places]] = 1
        sums = held.cumsum(axis=0)
        width = min(size, len(own))
        inside = (sums[width:] > sums[:-width]).astype(float)
        joint, units = joint + inside.T @ inside, units + len(inside)
    return joint, units


def _parts(matrix: Matrix, runs: int, seed: int) -> list[np.ndarray]:
    """Rows of each other fit: without one report, or without a random fifth of many, taken by what they hold."""
    n = matrix.shape[0]
    names, reports = pd.factorize(matrix.documents["report"] if "report" in matrix.documents else np.zeros(n))
    names = names if len(reports) > 1 else np.arange(n)
    order = by_content(sparse.csr_array((np.ones(n), (names, np.arange(n)))) @ matrix.values)
    if len(order) <= runs:
        left_out = list(order.reshape(-1, 1))
    else:
        draw = np.random.default_rng(seed)
        left_out = [draw.choice(order, size=len(order) // 5, replace=False) for _ in range(runs)]
    return [np.flatnonzero(~np.isin(names, out)) for out in left_out]


def _heads(terms: pd.DataFrame, top: int) -> list[set[str]]:
    return [set(rows["term"].head(top)) for _, rows in terms.groupby("topic")]
