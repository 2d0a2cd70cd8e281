"""Keyness against published numbers, other implementations, brute force and planted truths."""

import math
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from textkit import terms, tokens
from textkit.errors import InputError

counts = st.integers(0, 60)
cell = st.tuples(counts, counts, st.integers(1, 500), st.integers(1, 500)).map(
    lambda drawn: (drawn[0], drawn[1], drawn[0] + drawn[2], drawn[1] + drawn[3])
)


def frame(rows):
    return pd.DataFrame(rows, columns=["report", "role", "term"])


@pytest.mark.parametrize(  # Dunning (1993), table 1: -2 log λ and the four cells of a pair
    ("printed", "ab", "a_only", "b_only", "neither"),
    [
        (270.72, 110, 2442, 111, 29114),  # the swiss
        (263.90, 29, 13, 123, 31612),  # can be
        (256.84, 31, 23, 139, 31584),  # previous year
        (167.23, 10, 0, 3, 31764),  # mineral water
        (157.21, 76, 104, 2476, 29121),  # at the
        (157.03, 16, 16, 51, 31694),  # real terms
        (146.80, 9, 0, 5, 31763),  # natural gas
        (115.02, 16, 0, 865, 30896),  # owing to
        (104.53, 10, 9, 41, 31717),  # health insurance
        (100.96, 8, 2, 27, 31740),  # stiff competition
    ],
)
def test_g2_as_dunning_printed_it(printed, ab, a_only, b_only, neither):
    assert round(float(terms.g2(ab, b_only, ab + a_only, b_only + neither)), 2) == printed


@given(cell)
def test_g2_equals_scipy(numbers):
    a, b, n, m = numbers
    if a + b:
        table = [[a, b], [n - a, m - b]]
        expected = stats.chi2_contingency(table, correction=False, lambda_="log-likelihood").statistic
        assert terms.g2(a, b, n, m) == pytest.approx(expected, abs=1e-9)


@given(cell)
def test_g2_of_two_cells_is_that_of_the_calculators(numbers):
    a, b, n, m = numbers
    expected = [n * (a + b) / (n + m), m * (a + b) / (n + m)]
    rayson = 2 * sum(seen * math.log(seen / e) for seen, e in zip((a, b), expected, strict=True) if seen)
    assert terms.g2(a, b, n, m, cells=2) == pytest.approx(rayson, abs=1e-9)


@pytest.mark.parametrize(  # M. Liberman, Language Log, 2016 (languagelog.ldc.upenn.edu/nll/?p=24596): Trump in a
    ("word", "own", "others", "prior", "printed"),  # debate against three others, all that was said as the prior
    [
        ("i", 196, 217, 470, 3.546),
        ("very", 41, 17, 65, 3.248),
        ("deal", 33, 19, 54, 2.495),
        ("don't", 43, 33, 83, 2.358),
        ("think", 31, 19, 56, 2.341),
        ("want", 34, 24, 87, 2.335),
        ("ever", 14, 3, 17, 2.295),
        ("nobody", 10, 0, 13, 2.278),
        ("ted", 11, 1, 13, 2.257),
        ("tremendous", 9, 0, 9, 2.236),
        ("love", 11, 2, 13, 2.096),
        ("something", 11, 2, 17, 2.044),
        ("bid", 7, 0, 7, 1.972),
    ],
)
def test_log_odds_as_published_with_their_counts(word, own, others, prior, printed):
    """Monroe and colleagues print ranks and plots; these are printed counts under their method, to the last digit."""
    sides = ([x, total - x] for x, total in ((own, 5114), (others, 11550), (prior, 21117)))
    delta, error = terms.log_odds(*map(np.array, sides))
    assert round(float(delta[0] / error[0]), 3) == printed, word


@pytest.mark.parametrize(  # tidylo 0.1.0.9000, reference of bind_log_odds: mtcars, gears by engine (vs); Monroe et al.
    ("column", "uninformative", "printed"),  # (2008), equations 15, 18, 21: each group against all together
    [
        ("delta", True, [0.6968169, -1.2527630, 0.3249262, -0.9673459, 1.1451323, -0.5268260]),
        ("zeta", True, [1.8912729, -1.9691060, 0.5549172, -1.7407107, 2.8421436, -0.6570674]),
        ("zeta", False, [1.1728347, -1.3767516, 0.4033125, -1.1354777, 1.5661168, -0.4362340]),
    ],
)
def test_log_odds_as_printed_for_the_method_of_monroe(column, uninformative, printed):
    seen = np.array([[12, 2, 4], [3, 10, 1]])
    prior = np.ones(3) if uninformative else seen.sum(axis=0)
    pooled = (seen + prior).sum(axis=0)  # all together hold the prior of each group, not one more
    delta, error = terms.log_odds(seen, pooled - prior, prior)
    found = (delta if column == "delta" else delta / error).ravel()
    assert found.round(7).tolist() == printed


@pytest.mark.parametrize(  # Gries (2008), sections 3.1-3.2: five parts of 9, 10, 10, 10, 11 words, where a is 15 times
    ("seen", "printed"), [([1, 2, 3, 4, 5], 0.18), ([9, 10, 10, 10, 11], 0.0)]
)
def test_dispersion_as_gries_prints_it(seen, printed):
    from scipy.sparse import csr_array

    sizes = np.array([9, 10, 10, 10, 11])
    found = terms.dispersion(csr_array(np.array(seen)[:, None]), sizes)[0]  # DP / (1 - smallest share)
    assert round(found * (1 - 9 / 50), 2) == printed


def test_names_of_reports_are_no_seed():
    rows = planted()
    renamed = rows.assign(report=rows["report"].map(lambda name: f"x{9 - int(name[1:])}"))
    one, other = (
        terms.keyness(terms.count(words, by=["report", "role"]), "role", resamples=99) for words in (rows, renamed)
    )
    pd.testing.assert_frame_equal(one, other)


@pytest.mark.parametrize(  # A. Hardie, "Log Ratio: an informal introduction", CASS Lancaster, 28 April 2014
    ("ratio", "printed"), [(1, 0), (2, 1), (4, 2), (8, 3), (16, 4), (32, 5), (1024, 10), (0.5, -1)]
)
def test_log_ratio_as_hardie_explains_it(ratio, printed):
    assert terms.log_ratio(64 * ratio, 64, 100_000, 100_000) == pytest.approx(printed, abs=1e-12)


def test_log_ratio_takes_none_for_half_of_one():
    assert terms.log_ratio(8, 0, 1000, 1000) == pytest.approx(4)


@given(cell)
def test_percent_difference_and_log_ratio_say_the_same(numbers):
    a, b, n, m = numbers
    if a and b:
        ratio = terms.log_ratio(a, b, n, m)
        assert terms.percent_difference(a, b, n, m) == pytest.approx(100 * (2**ratio - 1))
    elif a:
        assert terms.percent_difference(a, b, n, m) == pytest.approx(terms.percent_difference(a, 0.5, n, m))


@given(st.lists(st.tuples(counts, counts, st.floats(0.01, 20)), min_size=2, max_size=6))
def test_log_odds_equal_the_equations_of_monroe(rows):
    y, z, prior = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    delta, error = terms.log_odds(y, z, prior)
    n, m, total = y.sum(), z.sum(), prior.sum()
    for i in range(len(rows)):  # equations 15, 16 and 20 as they stand, one word at a time
        own = math.log((y[i] + prior[i]) / (n + total - y[i] - prior[i]))
        rest = math.log((z[i] + prior[i]) / (m + total - z[i] - prior[i]))
        assert delta[i] == pytest.approx(own - rest, abs=1e-6)
        assert error[i] ** 2 == pytest.approx(1 / (y[i] + prior[i]) + 1 / (z[i] + prior[i]))


def test_log_odds_agree_with_the_posterior_itself():
    y, z, prior = np.array([300, 120, 4000]), np.array([200, 150, 5000]), np.array([3.0, 1.5, 45])
    delta, error = terms.log_odds(y, z, prior)
    a, b = y + prior, z + prior
    mean = special.digamma(a) - special.digamma(a.sum() - a) - special.digamma(b) + special.digamma(b.sum() - b)
    np.testing.assert_allclose(delta, mean, atol=3e-3)
    draw = np.random.default_rng(0)
    one, other = (draw.dirichlet(side, 40_000) for side in (a, b))
    drawn = special.logit(one) - special.logit(other)
    np.testing.assert_allclose(error[:2], drawn.std(axis=0)[:2], rtol=0.03)


words = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from(["causes", "problems", "work"]), st.sampled_from("甲乙丙丁")),
    min_size=2,
    max_size=40,
).filter(lambda rows: len({role for _, role, _ in rows}) > 1 < len({term for _, _, term in rows}))


@given(words, st.randoms())
@settings(max_examples=15)
def test_what_holds_for_any_words(rows, random):
    table = terms.keyness(terms.count(frame(rows), by=["report", "role"]), "role", resamples=20)
    shuffled = list(rows)
    random.shuffle(shuffled)
    again = terms.keyness(terms.count(frame(shuffled), by=["report", "role"]), "role", resamples=20)
    pd.testing.assert_frame_equal(table, again)
    given_words = frame(rows)
    for row in table.itertuples():
        own = given_words[(given_words["role"] == row.group) & (given_words["term"] == row.term)]
        every = given_words[given_words["term"] == row.term]
        assert (row.count, row.rest) == (len(own), len(every) - len(own))
        assert row.reports == own["report"].nunique()
    assert (table["low"] <= table["log_odds"]).all()
    assert table["dispersion"].dropna().between(-1e-9, 1 + 1e-9).all()
    assert (table["q"] >= table["p"] - 1e-12).all()
    ordered = table["p"].sort_values().to_numpy()
    steps = np.minimum.accumulate((ordered * len(ordered) / np.arange(1, len(ordered) + 1))[::-1])[::-1]
    np.testing.assert_allclose(np.sort(table["q"]), np.minimum(steps, 1))


@given(words)
@settings(max_examples=20)
def test_two_groups_mirror_each_other(rows):
    two = frame(rows).replace("work", "problems")
    if two["role"].nunique() == 2:
        table = terms.keyness(terms.count(two, by=["report", "role"]), "role", resamples=0)
        one, other = (table[table["group"] == role].set_index("term") for role in ("causes", "problems"))
        np.testing.assert_allclose(one["log_odds"], -other["log_odds"].reindex(one.index), atol=1e-9)
        np.testing.assert_allclose(one["g2"], other["g2"].reindex(one.index), atol=1e-9)
        np.testing.assert_allclose(one["log_ratio"], -other["log_ratio"].reindex(one.index), atol=1e-9)


def planted(seed=5):
    """Six reports in two parts; 宗旨 is a word of causes, 辖区 of one report's causes alone."""
    draw = np.random.default_rng(seed)
    rows = []
    for report in range(6):
        for role in ("causes", "problems"):
            drawn = [f"词{word}" for word in draw.integers(0, 80, 400)]
            drawn += ["宗旨"] * (12 if role == "causes" else 2)
            drawn += ["辖区"] * (60 if role == "causes" and report == 0 else 1 if role == "problems" else 0)
            rows += [(f"r{report}", role, word) for word in drawn]
    return frame(rows)


def test_a_planted_word_is_found_and_a_burst_is_unmasked():
    table = terms.keyness(terms.count(planted(), by=["report", "role"]), "role")
    causes = table[table["group"] == "causes"].set_index("term")
    true, burst = causes.loc["宗旨"], causes.loc["辖区"]
    assert (causes.index[0], true["sure"], burst["sure"]) == ("宗旨", True, False)
    assert (true["reports"], burst["reports"]) == (6, 1)
    assert true["dispersion"] < 0.05
    assert burst["dispersion"] > 0.9
    assert true["low"] > 0
    assert burst["low"] > 0
    assert true["boot_low"] > 0 > burst["boot_low"]
    assert set(causes[causes["q"] < 0.01].index) == {"宗旨", "辖区"}


def test_nothing_is_found_where_nothing_differs():
    draw = np.random.default_rng(2)
    rows = [(f"r{i % 6}", ("a", "b")[i % 2], f"词{word}") for i, word in enumerate(draw.integers(0, 200, 20_000))]
    table = terms.keyness(terms.count(frame(rows), by=["report", "role"]), "role", resamples=0)
    assert (table["q"] > 0.05).all()
    assert (table["p"] < 0.05).mean() < 0.09


@pytest.mark.parametrize(("reports", "words_hold"), [(5, 0.43), (12, 0.40)])
def test_an_interval_of_reports_holds_where_words_come_in_bursts_and_one_of_words_does_not(reports, words_hold):
    """400 terms with the same rate on both sides, which each report uses as it likes (gamma, deviation 1)."""
    draw, rows = np.random.default_rng(3), []
    for report in range(reports):
        for role in ("causes", "problems"):
            seen = draw.poisson(15 * draw.gamma(1, 1, 400))
            rows += [(f"r{report}", role, f"词{i:03}") for i in np.repeat(np.arange(400), seen)]
    table = terms.keyness(terms.count(frame(rows), by=["report", "role"]), "role", prior=200, resamples=1500)
    own = table[table["group"] == "causes"]
    held = {side: ((own[f"{side}low"] < 0) & (own[f"{side}high"] > 0)).mean() for side in ("", "boot_")}
    assert held[""] == pytest.approx(words_hold, abs=0.06)
    assert 0.9 < held["boot_"] < 0.97
    assert own["sure"].mean() < 0.1


def test_sure_asks_both_intervals_and_comes_first():
    table = terms.keyness(terms.count(planted(), by=["report", "role"]), "role")
    apart = [(table[f"{side}low"] > 0) | (table[f"{side}high"] < 0) for side in ("", "boot_")]
    assert table["sure"].tolist() == (apart[0] & apart[1]).tolist()
    assert 0 < table["sure"].sum() < 0.1 * len(table)
    assert all(rows["sure"].is_monotonic_decreasing for _, rows in table.groupby("group"))
    alone = terms.keyness(terms.count(planted(), by=["report", "role"]), "role", resamples=0)
    assert alone["sure"].tolist() == ((alone["low"] > 0) | (alone["high"] < 0)).tolist()


def test_the_interval_covers_the_truth_as_often_as_it_says():
    draw, share, covered = np.random.default_rng(11), np.array([0.02, 0.04, 0.94]), []
    for _ in range(400):
        y, z = (draw.multinomial(5000, share) for _ in range(2))
        delta, error = terms.log_odds(y, z, share * 10)
        covered.append(abs(delta[:2]) < 1.96 * error[:2])
    assert 0.93 < np.mean(covered) < 0.98


def test_one_report_gives_no_interval_of_reports():
    table = terms.keyness(terms.count(planted()), "report")
    assert table["group"].nunique() == 6
    assert table[["boot_low", "boot_high", "dispersion"]].isna().all(axis=None)
    assert set(table["reports"]) <= {0, 1}


def test_draws_keep_the_number_of_reports_on_each_side():
    rows = planted()
    rows.loc[rows["report"].isin(["r0", "r1"]), "role"] = "causes"
    rows.loc[rows["report"].isin(["r2", "r3"]), "role"] = "problems"
    table = terms.keyness(terms.count(rows, by=["report", "role"]), "role", resamples=50)
    assert np.isfinite(table[["boot_low", "boot_high"]]).all(axis=None)
    assert (table["boot_low"] <= table["boot_high"]).all()


def test_same_seed_same_table_another_seed_another():
    matrix = terms.count(planted(), by=["report", "role"])
    one, again, other = (terms.keyness(matrix, "role", seed=seed, resamples=99) for seed in (1, 1, 2))
    assert one.equals(again)
    assert not one.equals(other)


def test_totals_hold_what_is_not_listed_and_the_prior_shrinks():
    matrix = terms.count(planted(), by=["report", "role"])
    every, few = (terms.keyness(matrix, "role", min_count=least, resamples=0) for least in (1, 50))
    few, every = few.set_index(["group", "term"]), every.set_index(["group", "term"])
    assert 0 < len(few) < len(every)
    np.testing.assert_allclose(few["log_ratio"], every["log_ratio"].reindex(few.index))
    strong = terms.keyness(matrix, "role", prior=50_000, resamples=0).set_index(["group", "term"])
    assert (strong["log_odds"].abs() <= every["log_odds"].abs().reindex(strong.index) + 1e-9).mean() > 0.95
    background = dict.fromkeys(matrix.terms, 1.0)
    given, column = (terms.keyness(matrix, "role", prior=x, resamples=9) for x in (background, pd.Series(background)))
    pd.testing.assert_frame_equal(given, column)
    assert len(given) == len(every)


@pytest.mark.parametrize(
    ("by", "options", "said"),
    [
        ("author", {}, "no column 'author'.*they have: report, role"),
        ("role", {"prior": 0}, "the prior must give every term more than 0"),
    ],
)
def test_what_cannot_be_contrasted_is_said(by, options, said):
    with pytest.raises(InputError, match=said):
        terms.keyness(terms.count(planted(), by=["report", "role"]), by, **options)


def test_a_term_that_stands_in_no_document_is_named():
    words = frame([("a", "work", "党性"), ("a", "causes", "群众"), ("b", "causes", "学习")])
    counts = terms.count(words, by=["report", "role"]).rows(np.array([0, 1]))
    with pytest.raises(InputError, match=r"'学习' too; .*terms\.trim"):
        terms.keyness(counts, "role")
    assert len(terms.keyness(terms.trim(counts), "role"))


def test_one_group_or_one_term_cannot_be_contrasted():
    one_term = frame([("a", "work", "党性"), ("a", "causes", "党性")])
    with pytest.raises(InputError, match=r"1 term\(s\)"):
        terms.keyness(terms.count(one_term, by=["report", "role"]), "role")
    with pytest.raises(InputError, match=r"1 group\(s\)"):
        terms.keyness(terms.count(frame([("a", "work", "党性")]), by=["report", "role"]), "role")


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 50)), min_size=2, max_size=6))
def test_dispersion_equals_the_definition(parts):
    from scipy.sparse import csr_array

    seen, sizes = (np.array(column) for column in zip(*parts, strict=True))
    found = terms.dispersion(csr_array(seen[:, None]), sizes)[0]
    if seen.sum() == 0:
        assert math.isnan(found)
    else:
        shares = sizes / sizes.sum()
        expected = abs(seen / seen.sum() - shares).sum() / 2 / (1 - shares.min())
        assert found == pytest.approx(expected)


def test_the_samples_say_what_one_reads_in_them(points):
    cut = terms.content(tokens.words(points), stop=tokens.read_stopwords()).merge(points[["report", "point", "role"]])
    table = terms.keyness(terms.count(cut, by=["report", "role"]), "role", min_count=5)
    tops = {role: set(rows["term"].head(12)) for role, rows in table.groupby("group")}
    assert "宗旨意识" in tops["causes"] or "弱化" in tops["causes"]
    assert tops["measures"] & {"提高", "始终", "强化", "增强"}
    assert tops["problems"] & {"不够", "存在", "问题"}


def test_a_word_of_one_report_never_has_an_interval_of_reports_above_nothing():
    """Also where the group is small and a fixed prior would weigh more in it than in the rest."""
    rows = planted()
    extra = frame([("r0", "causes", "独有")] * 30)
    small = rows[(rows["role"] == "problems") | (rows.groupby(["report", "role"]).cumcount() < 60)]
    table = terms.keyness(terms.count(pd.concat([small, extra]), by=["report", "role"]), "role")
    row = table.set_index(["group", "term"]).loc["causes", "独有"]
    assert row["low"] > 0 >= row["boot_low"]


def expanded(drawn, n):
    """Percentiles as Hesterberg (2015) moves them out for n units."""
    tail = stats.norm.sf(stats.t.isf(0.025, n - 1) * math.sqrt(n / (n - 1)))
    return np.quantile(np.array(drawn), [tail, 1 - tail], axis=0)


def test_the_interval_of_reports_equals_brute_force():
    rows = planted().query("report < 'r4'")
    table = terms.keyness(terms.count(rows, by=["report", "role"]), "role", resamples=4000)
    found = table.set_index(["group", "term"]).loc["causes", "宗旨"]
    drawn, by = [], rows.groupby(["report", "role", "term"]).size().unstack("term", fill_value=0)
    for chosen in product(["r0", "r1", "r2", "r3"], repeat=4):
        y, z = (sum(by.loc[report, role] for report in chosen) for role in ("causes", "problems"))
        prior = 500 * (y + z) / (y + z).sum()
        odds = [math.log((x["宗旨"] + prior["宗旨"]) / (x.sum() + 500 - x["宗旨"] - prior["宗旨"])) for x in (y, z)]
        drawn.append(odds[0] - odds[1])
    np.testing.assert_allclose([found["boot_low"], found["boot_high"]], expanded(drawn, 4), atol=0.01)
    assert expanded(range(10_001), 5) == pytest.approx([9.54, 9990.46], abs=0.01)  # √(5/4) · 2.776 = 3.104


def test_the_prior_is_shared_out_as_the_terms_are():
    rows = planted()
    table = terms.keyness(terms.count(rows, by=["report", "role"]), "role", prior=80, resamples=0)
    y, z = (rows[rows["role"] == role]["term"].value_counts().sort_index() for role in ("causes", "problems"))
    y, z = y.align(z, fill_value=0)
    delta, _ = terms.log_odds(y.to_numpy(), z.to_numpy(), (80 * (y + z) / (y + z).sum()).to_numpy())
    found = table[table["group"] == "causes"].set_index("term")["log_odds"].reindex(y.index)
    np.testing.assert_allclose(found, delta)


def test_reports_of_one_group_only_are_drawn_among_themselves():
    """Three reports against three others, with a background as prior, against brute force."""
    rows = planted()
    rows = rows[(rows["report"] < "r3") == (rows["role"] == "causes")]
    background = {term: 1.0 + 40 * (i % 3) for i, term in enumerate(sorted(rows["term"].unique()))}
    table = terms.keyness(
        terms.count(rows, by=["report", "role"]), "role", prior=background, min_count=30, resamples=4000
    )
    by = rows.groupby(["report", "term"]).size().unstack("term", fill_value=0)
    prior, drawn = pd.Series(background), []
    for chosen in product(*[["r0", "r1", "r2"]] * 3, *[["r3", "r4", "r5"]] * 3):
        y, z = (sum(by.loc[report] for report in side) for side in (chosen[:3], chosen[3:]))
        odds = [np.log(x + prior) - np.log(x.sum() + prior.sum() - x - prior) for x in (y, z)]
        drawn.append(odds[0] - odds[1])
    low, high = expanded(drawn, 3)
    found = table[table["group"] == "causes"].set_index("term")
    assert len(found) < len(by.columns) - 10
    for term in ("宗旨", *sorted(found.index)[::9]):
        at = by.columns.get_loc(term)
        np.testing.assert_allclose(found.loc[term, ["boot_low", "boot_high"]].tolist(), [low[at], high[at]], atol=0.01)
