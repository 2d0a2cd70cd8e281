"""Which words stand together, and how much more than chance has it."""

from collections.abc import Collection

import numpy as np
import pandas as pd
from scipy import sparse

from textkit import frames
from textkit.association import npmi
from textkit.errors import InputError, number

SENTENCE = "。！？；!?;…\n\r"
"""Marks that end a sentence, as the end of a point does: no pair reaches across them."""


def collocates(
    words: pd.DataFrame, nodes: Collection[str] | None = None, *, window: int | None = None, min_count: int = 2
) -> pd.DataFrame:
    """Pairs of words that stand in one sentence, or within a window: the edges of a network, the *collocates* table.

    Of the *words* table with punctuation, as ``tokens.words`` gives it; in reading order, if without ``start``.
    ``nodes`` are the words that take part, all made of letters if None. Give those of ``terms.content``: the others
    still take up room in a window and still end a sentence. Without ``window`` two words belong together once for each
    sentence that holds both; with it once for each pair of places at most so many words apart (next to each other: 1),
    in one sentence. Listed are those that do so ``min_count`` times.

    Highest logDice first. NPMI after Bouma (2009), logDice after Rychlý (2008): of sentences, or of pairs within
    windows, so that marginals and joint counts are of one kind.

    >>> words = pd.DataFrame({"report": "a", "point": 1, "term": list("学用脱节。学用结合。学风")})
    >>> collocates(words)[["term", "other", "count", "other_count"]].to_numpy().tolist()
    [['学', '用', 2, 2]]
    """
    frames.require_known(words, "words", "report", "point", "term")
    number("terms.collocates: window", 1 if window is None else window, 1)
    number("terms.collocates: min_count", min_count, 0)
    words = frames.in_order(words)
    sentence = _sentences(words)
    codes, vocabulary = pd.factorize(words["term"], sort=True)
    if isinstance(nodes, str):
        raise InputError(f"terms.collocates: nodes is {nodes!r}, one word; give a list and look its rows up")
    nodes = {term for term in vocabulary if term.isalpha()} if nodes is None else set(nodes)
    taking_part = np.array([term in nodes for term in vocabulary], dtype=bool)[codes]
    size = len(vocabulary)
    places, single, units = [], np.zeros(size), 0
    for _, rows in words.assign(at=np.arange(len(words))).groupby("report", sort=True)["at"]:
        own = rows.to_numpy()
        given = codes[own], sentence[own], taking_part[own], size
        joint, alone, n = _in_sentences(*given) if window is None else _in_windows(*given, window)
        places.append(np.array([*joint.tocoo().coords, joint.data]))
        single, units = single + alone, units + n
    pairs = np.concatenate(places, axis=1).astype(np.int64) if places else np.zeros((3, 0), np.int64)
    found = pd.DataFrame(dict(zip(("term", "other", "times"), pairs, strict=True)))
    found = found.groupby(["term", "other"], as_index=False).agg(count=("times", "sum"), reports=("times", "size"))
    found = found[found["count"] >= min_count]
    (first, second), together = (single[found[end]] for end in ("term", "other")), found["count"].to_numpy()
    found["npmi"] = npmi(together, first, second, units)
    found["log_dice"] = 14 + np.log2(2 * together / (first + second))
    named = {"term": vocabulary[found["term"]], "other": vocabulary[found["other"]]}
    order = {"log_dice": False, "count": False, "term": True, "other": True}
    found = found.assign(**named, term_count=first, other_count=second)
    found = found.sort_values(list(order), ascending=list(order.values()), ignore_index=True)
    return frames.make("collocates", found)


def _sentences(words: pd.DataFrame) -> np.ndarray:
    """Number of the sentence of each token; a new one after each end and at each point."""
    ended = words["term"].str[:1].isin(list(SENTENCE)).to_numpy()
    moved = (words[["report", "point"]] != words[["report", "point"]].shift()).any(axis=1).to_numpy()
    return np.cumsum(moved | np.concatenate([[False], ended[:-1]])[: len(words)])


def _in_sentences(codes: np.ndarray, sentence: np.ndarray, taking_part: np.ndarray, size: int) -> tuple:
    """Sentences that hold both, those that hold each, and all of them."""
    rows, numbers = pd.factorize(sentence)
    ones = np.ones(taking_part.sum())
    held = sparse.csr_array((ones, (rows[taking_part], codes[taking_part])), shape=(len(numbers), size)).sign()
    return sparse.csr_array(sparse.triu(held.T @ held, 1)), np.asarray(held.sum(axis=0)).ravel(), len(numbers)


def _in_windows(codes: np.ndarray, sentence: np.ndarray, taking_part: np.ndarray, size: int, window: int) -> tuple:
    """Pairs of places, pairs each word is part of, and ends of pairs (each pair has two)."""
    pairs = []
    for step in range(1, min(window, len(codes) - 1) + 1):
        left, right = codes[:-step], codes[step:]
        near = (sentence[:-step] == sentence[step:]) & taking_part[:-step] & taking_part[step:] & (left != right)
        pairs.append(np.sort([left[near], right[near]], axis=0))
    one, other = np.concatenate(pairs, axis=1) if pairs else np.zeros((2, 0), dtype=np.int64)
    joint = sparse.csr_array((np.ones(len(one)), (one, other)), shape=(size, size))
    joint.sum_duplicates()
    return joint, np.bincount(np.concatenate([one, other]), minlength=size), 2 * len(one)
