import numpy as np
import pandas as pd
import pytest

from textkit import terms, tokens, topics
from textkit.errors import InputError, TooFewError

THEMES = [["党性", "信念", "锤炼"], ["群众", "走访", "服务"], ["学习", "理论", "学风"]]


@pytest.fixture(scope="module")
def planted():
    """Thirty units, each of one theme, words drawn with a fixed seed."""
    draw = np.random.default_rng(7)
    rows = [(unit, word) for unit in range(30) for word in draw.choice(THEMES[unit % 3], 12)]
    return terms.count(pd.DataFrame(rows, columns=["point", "term"]), by=["point"])


@pytest.mark.parametrize("method", ["nmf", "lda"])
def test_planted_topics_are_found(planted, method):
    matrix = terms.weigh(planted) if method == "nmf" else planted
    fitted = topics.fit(matrix, 3, method=method)
    heads = fitted.terms.groupby("topic")["term"].apply(lambda column: set(column.head(3)))
    assert sorted(map(sorted, heads)) == sorted(map(sorted, THEMES))
    main = fitted.shares.loc[fitted.shares.groupby("point")["share"].idxmax()].set_index("point")["topic"]
    assert all(main.loc[[unit, unit + 3]].nunique() == 1 for unit in range(27))


@pytest.mark.parametrize("method", ["nmf", "lda"])
def test_shares_and_weights_sum_to_one(planted, method):
    fitted = topics.fit(planted, 3, method=method)
    np.testing.assert_allclose(fitted.shares.groupby("point")["share"].sum(), 1)
    np.testing.assert_allclose(fitted.terms.groupby("topic")["weight"].sum(), 1)
    total = fitted.shares.groupby("topic")["share"].sum()
    assert total.is_monotonic_decreasing


def test_same_seed_same_topics(points):
    words = terms.content(tokens.words(points), stop=tokens.read_stopwords())
    weights = terms.weigh(terms.trim(terms.count(words, by=["report", "point"]), min_documents=2))
    one, again, other = (topics.fit(weights, 6, seed=seed) for seed in (1, 1, 2))
    assert one.terms.equals(again.terms)
    assert one.shares.equals(again.shares)
    assert not one.terms.equals(other.terms)


def test_stability_tells_planted_topics_from_noise(planted):
    firm = topics.stability(terms.weigh(planted), 3, runs=4, top=3)
    draw = np.random.default_rng(1)
    rows = [(unit, f"词{word}") for unit in range(30) for word in draw.integers(0, 60, 12)]
    noise = terms.count(pd.DataFrame(rows, columns=["point", "term"]), by=["point"])
    loose = topics.stability(terms.weigh(noise), 3, runs=4)
    assert (firm["stability"] == 1).all()
    assert (loose["stability"] < 0.6).all()
    assert (loose["low"] <= loose["stability"]).all()


@pytest.mark.parametrize(("k", "error"), [(7, TooFewError), (1, InputError)])
def test_too_few_units_are_refused(planted, k, error):
    with pytest.raises(error, match="topics"):
        topics.fit(planted, k)


def test_unknown_method_is_said(planted):
    with pytest.raises(InputError, match="choose nmf or lda"):
        topics.fit(planted, 3, method="lsa")
