"""Collocates against brute force over every pair of places."""

import math
from collections import Counter
from itertools import combinations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textkit import frames, terms
from textkit.errors import InputError

tokens = st.lists(
    st.tuples(st.sampled_from("rs"), st.integers(1, 2), st.sampled_from(["党性", "群众", "学习", "，", "。"])),
    max_size=30,
).map(lambda rows: sorted(rows, key=lambda row: row[:2]))


def frame(rows):
    return pd.DataFrame(rows, columns=["report", "point", "term"])


def sentences(rows):
    """(report, [terms]) of each sentence, its end mark included."""
    found, place = [], None
    for report, point, term in rows:
        if place != (report, point):
            found.append((report, []))
        place = (report, point)
        found[-1][1].append(term)
        if term == "。":
            place = None
    return found


@given(tokens)
def test_sentences_equal_brute_force(rows):
    nodes = {"党性", "群众", "学习"}
    together, single, reports = Counter(), Counter(), {}
    for report, said in sentences(rows):
        held = sorted(nodes & set(said))
        single.update(held)
        for pair in combinations(held, 2):
            together[pair] += 1
            reports.setdefault(pair, set()).add(report)
    table = terms.collocates(frame(rows), nodes, min_count=1)
    assert {(row.term, row.other): row.count for row in table.itertuples(index=False)} == dict(together)
    n = len(sentences(rows))
    for row in table.itertuples(index=False):
        one, other, joint = single[row.term], single[row.other], row.count
        assert (row.term_count, row.other_count) == (one, other)
        assert row.reports == len(reports[row.term, row.other])
        expected = 1 if joint == n else math.log(joint * n / one / other) / -math.log(joint / n)
        assert row.npmi == pytest.approx(expected)
        assert row.log_dice == pytest.approx(14 + math.log2(2 * joint / (one + other)))


@given(tokens, st.integers(1, 5))
def test_windows_equal_brute_force(rows, window):
    nodes = {"党性", "群众", "学习"}
    together = Counter()
    for _, said in sentences(rows):
        for i, j in combinations(range(len(said)), 2):
            if j - i <= window and said[i] != said[j] and {said[i], said[j]} <= nodes:
                together[tuple(sorted([said[i], said[j]]))] += 1
    table = terms.collocates(frame(rows), window=window, min_count=1)
    assert {(row.term, row.other): row.count for row in table.itertuples(index=False)} == dict(together)
    total = sum(together.values())
    for row in table.itertuples(index=False):
        one = sum(count for pair, count in together.items() if row.term in pair)
        other = sum(count for pair, count in together.items() if row.other in pair)
        assert (row.term_count, row.other_count) == (one, other)
        expected = math.log(row.count * 2 * total / one / other) / -math.log(row.count / 2 / total)
        assert row.npmi == pytest.approx(expected)
        assert -1 <= row.npmi <= 1
        assert row.log_dice <= 14


def test_a_planted_pair_comes_first():
    rows = [("r", i, term) for i in range(40) for term in (["学用", "脱节"] if i % 4 == 0 else ["党性", f"词{i % 7}"])]
    table = terms.collocates(frame(rows))
    assert table.loc[0, ["term", "other", "count", "npmi", "log_dice"]].tolist() == ["学用", "脱节", 10, 1.0, 14.0]


def test_no_words_no_pairs_and_a_window_of_nothing_is_said():
    assert len(terms.collocates(frames.make("words"))) == 0
    with pytest.raises(InputError, match="window = 0"):
        terms.collocates(frame([("r", 1, "党性")]), window=0)
