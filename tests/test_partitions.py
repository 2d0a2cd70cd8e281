"""Phrases mined in partitions are those mined at once."""

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from textkit import phrases

from .bench import made

MASKED = st.text(alphabet="ab，x“", max_size=18)  # x is folded to a mask, the quote to nothing


def in_partitions(points, batches, partitions, min_chars, **options):
    """As the job does it: what the batches know is scattered and added up, each partition gathers its pieces."""
    scattered = [
        phrases.scatter(points[batches == n], partitions, min_chars=min_chars, barriers="，") for n in range(3)
    ]
    every = pd.concat([pieces for pieces, _ in scattered])
    sums = [pd.concat(one).groupby(level=0).sum() for one in zip(*(sums for _, sums in scattered), strict=True)]
    parts = [every[every["partition"] == n] for n in range(partitions)]
    against = phrases.Totals(*sums)
    limits = phrases.Thresholds(min_chars, **options)
    mined = [phrases.gather(part, n, partitions, against, limits) for n, part in enumerate(parts)]
    found = phrases.ordered(pd.concat(mined))
    places = phrases.locate(found, points, fold=True, barriers="，")
    net = places.loc[phrases.outside(places), "phrase"].value_counts()
    return found.assign(net_count=found["phrase"].map(net).fillna(0).astype("int64")), mined


@given(
    st.lists(st.tuples(st.integers(0, 5), MASKED, st.sampled_from(["", "aab", "ba"])), max_size=12),
    st.integers(1, 9),
    st.integers(1, 5),
    st.integers(1, 3),
)
@example([(0, "dangshi甲", ""), (1, "党史甲史甲", ""), (2, "史甲", ""), (4, "子史甲，党史甲", "")], 2, 2, 1)
@example([(0, "abab", ""), (0, "abab", ""), (3, "babxxa", "aab"), (5, "aabxa", "")], 2, 2, 1)
def test_partitions_give_what_one_pass_gives(rows, partitions, min_chars, min_reports):
    points = pd.DataFrame(rows, columns=["number", "text", "dimension"]).sort_values("number", ignore_index=True)
    points = points.assign(report=points["number"].map("r{}".format), point=range(len(points)), start=0)
    points = points.astype({"text": "str", "report": "str", "dimension": "str"})
    options = {"min_reports": min_reports, "min_count": 2, "max_chars": 9}
    found, _ = in_partitions(points, points["number"] // 2, partitions, min_chars, **options)
    expected = phrases.mine(points, min_chars=min_chars, barriers="，", fold=True, **options)
    pd.testing.assert_frame_equal(found, expected, check_exact=True)


def test_partitions_share_the_phrases_of_prose():
    texts = [made.report(n) for n in range(12)]
    points = pd.DataFrame({"report": [f"r{n:02}" for n in range(12)], "point": 1, "text": texts, "start": 0})
    found, mined = in_partitions(points, pd.Series(range(12)) % 3, 8, 4)
    expected = phrases.mine(points, barriers="，", fold=True)
    pd.testing.assert_frame_equal(found, expected, check_exact=True)
    assert len(found) > 2000
    assert min(map(len, mined)) == pytest.approx(len(found) / 8, rel=0.2)
