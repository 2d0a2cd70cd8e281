"""Similarity, clusters and weights of near-copies against scipy and brute force."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.spatial import distance

from textkit import terms
from textkit.errors import InputError, TooFewError
from textkit.matrix import Matrix

rows = st.lists(st.lists(st.integers(0, 5), min_size=4, max_size=4).filter(any), min_size=2, max_size=6)


def matrix(values):
    values = np.array(values)
    names = pd.DataFrame({"report": [f"r{i}" for i in range(len(values))]})
    return Matrix(sparse.csr_array(values), names, pd.Index(list("甲乙丙丁")[: values.shape[1]]))


@given(rows)
def test_similarities_equal_scipy(values):
    cosine = terms.similarity(matrix(values))
    shannon = terms.similarity(matrix(values), "jensen_shannon")
    for table, reference in (
        (cosine, lambda a, b: 1 - distance.cosine(a, b)),
        (shannon, lambda a, b: 1 - distance.jensenshannon(a, b, base=2)),
    ):
        assert len(table) == len(values) * (len(values) - 1) // 2
        for row in table.itertuples():
            one, other = (np.array(values[int(name[1:])], dtype=float) for name in (row.report, row.other_report))
            assert row.similarity == pytest.approx(reference(one, other), abs=1e-6)
            assert 0 <= row.similarity <= 1


@given(rows, st.sampled_from(["cosine", "jensen_shannon"]))
@settings(max_examples=50)
def test_clusters_grow_from_the_closest_pair_to_one(values, measure):
    merges = terms.cluster(matrix(values), measure)
    pairs = terms.similarity(matrix(values), measure)
    assert merges["height"].is_monotonic_increasing
    assert merges["height"].iloc[0] == pytest.approx(1 - pairs["similarity"].max())
    assert merges["size"].iloc[-1] == len(values)
    assert sorted([*merges["left"], *merges["right"]]) == list(range(2 * len(values) - 2))


def test_planted_families_are_found():
    values = [[9, 8, 0, 0], [8, 9, 1, 0], [0, 0, 9, 7], [0, 1, 8, 8]]
    merges = terms.cluster(matrix(values))
    assert {frozenset(pair) for pair in merges[["left", "right"]].head(2).to_numpy().tolist()} == {
        frozenset({0, 1}),
        frozenset({2, 3}),
    }


@given(rows, st.floats(0.3, 0.95))
def test_copies_share_the_weight_of_one(values, threshold):
    values = np.array(values, dtype=float)
    unit = values / np.linalg.norm(values, axis=1, keepdims=True)
    near = unit @ unit.T
    if (abs(near - threshold) > 1e-9).all():
        expected = values / np.sqrt((near >= threshold).sum(axis=1, keepdims=True))
        np.testing.assert_allclose(terms.downweigh(matrix(values), threshold=threshold).values.toarray(), expected)


def test_copies_do_not_move_an_nmf():
    """n copies, each of weight 1/√n, add to the squared error what one document adds."""
    values = np.array([[3.0, 1, 0, 0], [0, 0, 2, 5]])
    copied = terms.downweigh(matrix(np.vstack([values, values[:1], values[:1]]))).values.toarray()
    assert (copied**2).sum() == pytest.approx((values**2).sum())


def test_what_cannot_be_compared_is_said():
    with pytest.raises(InputError, match="unknown measure 'euclid'; choose cosine or jensen_shannon"):
        terms.similarity(matrix([[1, 0]]), "euclid")
    with pytest.raises(TooFewError, match=r"1 document\(s\)"):
        terms.cluster(matrix([[1, 0]]))
    assert len(terms.similarity(matrix([[1, 0]]))) == 0


@given(rows, st.floats(0.3, 0.95))
def test_of_counts_that_are_alike_one_is_kept(values, threshold):
    kept = terms.downweigh(matrix(values), threshold=threshold, whole=True)
    own = kept.values.toarray()
    unit = own / np.linalg.norm(own, axis=1, keepdims=True)
    assert (np.triu(unit @ unit.T, 1) < threshold).all()
    for row in np.array(values, dtype=float):
        assert (unit @ row / np.linalg.norm(row)).max() >= threshold - 1e-9
    mirrored = terms.downweigh(matrix(values[::-1]), threshold=threshold, whole=True).values.toarray()
    assert sorted(own.tolist()) == sorted(mirrored.tolist())
