import math
import os
import subprocess
import sys
import warnings
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from textkit import terms, tokens, topics
from textkit.errors import InputError, InputWarning, MissingExtraError, TooFewError
from textkit.matrix import Matrix

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


def test_the_loss_of_reports_tells_planted_topics_from_noise(planted_words):
    firm, loose = (
        topics.survey(terms.weigh(terms.count(words, by=["report", "point"])), [3], words, runs=5, top=3)
        for words in (planted_words, planted_words.assign(term=[f"词{i}" for i in draw_words(len(planted_words))]))
    )
    assert (firm["reports"] == 1).all()
    assert (loose["reports"] < 0.6).all()
    assert (loose["low"] <= loose["reports"]).all()


def draw_words(n):
    return np.random.default_rng(1).integers(0, 60, n)


@pytest.mark.parametrize(("k", "error"), [(7, TooFewError), (1, InputError)])
def test_too_few_units_are_refused(planted, k, error):
    with pytest.raises(error, match="topics"):
        topics.fit(planted, k)


def test_what_holds_no_term_is_no_unit():
    words = pd.DataFrame({"point": range(4), "term": ["党性", "群众", "学习", "作风"]})
    counts = terms.count(words, by=["point"])
    empty = Matrix(sparse.csr_array((12, 4), dtype=int), pd.DataFrame({"point": range(12)}), counts.terms)
    both = sparse.csr_array(sparse.vstack([counts.values, empty.values]))
    with pytest.raises(TooFewError, match="16 units, 4 without copies"):
        topics.fit(Matrix(both, pd.DataFrame({"point": range(16)}), counts.terms), 2)


def test_unknown_method_is_said(planted):
    with pytest.raises(InputError, match="choose nmf, lda or gibbs"):
        topics.fit(planted, 3, method="lsa")


def test_seeded_topics_keep_their_order_and_hold_their_words(planted):
    pytest.importorskip("tomotopy")
    seeds = {"theory": ["理论"], "faith": ["信念"], "people": ["走访", "不是词"]}
    fitted = topics.fit(planted, 4, method="gibbs", seeds=seeds)
    heads = fitted.terms.groupby("topic")["term"].apply(lambda column: set(column.head(3)))
    assert [set(theme) for theme in (THEMES[2], THEMES[0], THEMES[1])] == heads.loc[[1, 2, 3]].tolist()
    np.testing.assert_allclose(fitted.shares.groupby("point")["share"].sum(), 1)
    again = topics.fit(planted, 4, method="gibbs", seeds=seeds)
    assert fitted.terms.equals(again.terms)
    assert fitted.shares.equals(again.shares)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"seeds": {"a": ["党性"]}}, "seeds need method 'gibbs', not 'nmf'"),
        ({"seeds": {"a": ["没有"]}, "method": "gibbs"}, "no seed word of 'a'"),
        ({"seeds": {x: ["党性"] for x in "abcd"}, "method": "gibbs"}, "4 seeded topics do not fit in 3"),
    ],
)
def test_seeds_that_cannot_be_used_are_said(planted, options, said):
    with pytest.raises(InputError, match=said):
        topics.fit(planted, 3, **options)


def test_gibbs_takes_counts_and_says_what_it_needs(planted, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "tomotopy", None)
        with pytest.raises(MissingExtraError, match=r"textkit\[gibbs\]"):
            topics.fit(planted, 3, method="gibbs")
    pytest.importorskip("tomotopy")
    with pytest.raises(InputError, match="takes counts"):
        topics.fit(terms.weigh(planted), 3, method="gibbs")


def drawn_words():
    draw = np.random.default_rng(3)
    documents = [[f"w{x}" for x in draw.integers(0, 12, draw.integers(4, 30))] for _ in range(40)]
    rows = [("a", i, word) for i, document in enumerate(documents) for word in document]
    heads = [["w0", "w1", "w2", "w3"], ["w4", "w5", "w6"], ["w7", "w8", "w9", "w10", "w11"]]
    top = [(i, word, 1 / len(head)) for i, head in enumerate(heads, 1) for word in head]
    return (
        documents,
        heads,
        pd.DataFrame(rows, columns=["report", "point", "term"]),
        pd.DataFrame(top, columns=["topic", "term", "weight"]),
    )


def test_c_v_is_that_of_gensim():
    _, _, words, top = drawn_words()
    printed = [0.5421924061140955, 0.7143979330530835, 0.4647680219414683]  # gensim 4, coherence="c_v", on these words
    np.testing.assert_allclose(topics.coherence(top, words, measure="c_v"), printed, rtol=1e-10)


def test_npmi_is_that_of_gensim_where_a_window_holds_a_document(monkeypatch):
    """In shorter windows gensim 4.4 loses a repeated word when its first place leaves: at size 2, 98 windows of 102."""
    _, _, words, top = drawn_words()
    monkeypatch.setitem(topics.choice._WINDOW, "npmi", 110)
    printed = [0.03108300140096808, 0.12911829081705253, 0.01427044260627966]  # gensim 4.4, "c_npmi", window_size=110
    np.testing.assert_allclose(topics.coherence(top, words), printed, rtol=1e-8)


def test_npmi_coherence_equals_brute_force():
    documents, heads, words, top = drawn_words()
    windows = [set(d[i : i + 10]) for d in documents for i in range(max(1, len(d) - 9))]
    expected = []
    for head in heads:
        values = []
        for one, other in combinations(head, 2):
            p, q, both = (sum(x <= w for w in windows) / len(windows) for x in ({one}, {other}, {one, other}))
            values.append(math.log(both / p / q) / -math.log(both))
        expected.append(np.mean(values))
    np.testing.assert_allclose(topics.coherence(top, words), expected)
    with pytest.raises(InputError, match="choose npmi or c_v"):
        topics.coherence(top, words, measure="umass")


def test_exclusivity_is_one_where_topics_share_nothing(planted):
    fitted = topics.fit(terms.weigh(planted), 3).terms
    assert (topics.exclusivity(fitted, top=3) > 0.99).all()
    same = pd.DataFrame({"topic": [1, 2], "term": ["党性"] * 2, "weight": [1.0, 1.0]})
    assert topics.exclusivity(same).tolist() == [0.5, 0.5]


def test_survey_shows_where_planted_topics_are_and_any_number_of_processes_agrees(planted_words):
    matrix = terms.weigh(terms.count(planted_words, by=["report", "point"]))
    one = topics.survey(matrix, [2, 3, 4], planted_words, runs=3, top=3)
    two = topics.survey(matrix, [2, 3, 4], planted_words, runs=3, top=3, jobs=2)
    pd.testing.assert_frame_equal(one, two)
    means = one.groupby("k")[["seeds", "reports", "npmi", "c_v", "exclusivity"]].mean()
    assert (means.loc[3, ["seeds", "reports"]] == 1).all()
    assert (means.loc[3] >= means.loc[4]).all()
    assert one["k"].tolist() == [2] * 2 + [3] * 3 + [4] * 4
    with pytest.warns(InputWarning, match="cannot carry 30 topics"):
        some = topics.survey(matrix, [30, 3], planted_words, runs=3, top=3)
    pd.testing.assert_frame_equal(some, one[one["k"] == 3].reset_index(drop=True))
    with pytest.raises(TooFewError):
        topics.survey(matrix, [30], planted_words)
    assert len(topics.survey(matrix, [], planted_words)) == 0


@pytest.fixture(scope="module")
def planted_words():
    draw = np.random.default_rng(7)
    rows = [(f"r{u % 5}", u, word) for u in range(30) for word in draw.choice(THEMES[u % 3], 12)]
    return pd.DataFrame(rows, columns=["report", "point", "term"])


def test_as_many_threads_as_you_like_give_the_same_bytes():
    code = (
        "import hashlib, numpy as np, pandas as pd\n"
        "from textkit import terms, topics\n"
        "draw = np.random.default_rng(0)\n"
        "rows = [(i, f't{w}') for i in range(300) for w in draw.zipf(1.3, 40) if w < 900]\n"
        "counts = terms.count(pd.DataFrame(rows, columns=['point', 'term']), by=['point'])\n"
        "for method, matrix in (('nmf', terms.weigh(counts)), ('lda', counts)):\n"
        "    found = topics.fit(matrix, 6, method=method)\n"
        "    print(hashlib.sha256(found.terms.to_csv().encode() + found.shares.to_csv().encode()).hexdigest())\n"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"OPENBLAS_NUM_THREADS": n, "OMP_NUM_THREADS": n},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for n in "12"
    }
    assert len(printed) == 1


def test_topics_are_named_by_terms_and_by_the_nearest_code(planted_words):
    fitted = topics.fit(terms.weigh(terms.count(planted_words, by=["report", "point"])), 3)
    codes = planted_words[["report", "point"]].drop_duplicates().assign(primary=True)
    codes["code"] = ["faith", "people", "theory"] * 10
    named = topics.names(fitted, codes, top=3).set_index("code")
    assert {code: set(named.loc[code, "name"].split("、")) for code in named.index} == dict(
        zip(["faith", "people", "theory"], map(set, THEMES), strict=True)
    )
    assert (named["correlation"] > 0.95).all()
    assert topics.names(fitted)["code"].tolist() == ["", "", ""]
    for silent in ({"code": "one"}, {"primary": False}, {"report": "elsewhere"}):
        assert topics.names(fitted, codes.assign(**silent))["correlation"].isna().all()
    second = codes[codes["code"] == "faith"].assign(code="belief")
    both = topics.names(fitted, pd.concat([codes, second]), top=3).set_index("name")["code"]
    assert both.tolist() == [{"faith": "belief"}.get(code, code) for code in named.index], "first of two as near"


@given(st.lists(st.lists(st.floats(0, 1), min_size=1, max_size=12), min_size=1, max_size=4))
def test_means_lie_within_their_intervals(reports):
    rows = [
        (f"r{r}", p, topic, x if topic == 1 else 1 - x)
        for r, xs in enumerate(reports)
        for p, x in enumerate(xs)
        for topic in (1, 2)
    ]
    table = topics.by_report(pd.DataFrame(rows, columns=["report", "point", "topic", "share"]), resamples=200)
    for row in table.itertuples():
        xs = np.array(reports[int(row.report[1:])])
        assert row.share == pytest.approx((xs if row.topic == 1 else 1 - xs).mean())
        assert row.points == len(xs)
        if len(xs) == 1:
            assert math.isnan(row.low)
        else:
            assert row.low - 1e-9 <= row.high
    np.testing.assert_allclose(table.groupby("report")["share"].sum(), 1)


def test_the_terms_of_a_topic_may_come_in_any_order(planted, planted_words):
    found = topics.fit(planted, 3, method="lda")
    mixed = found._replace(terms=found.terms.sample(frac=1, random_state=0))
    assert topics.names(mixed).equals(topics.names(found))
    assert topics.word_intrusion(mixed.terms).items.equals(topics.word_intrusion(found.terms).items)
    assert topics.exclusivity(mixed.terms).tolist() == topics.exclusivity(found.terms).tolist()
    one, other = (topics.coherence(each.terms, planted_words) for each in (found, mixed))
    assert one.tolist() == other.tolist()


def test_the_order_of_points_is_no_seed():
    draw = np.random.default_rng(1)
    rows = [(report, p, t, x) for report in "ab" for p in range(9) for t, x in enumerate(draw.dirichlet([1, 1, 1]))]
    shares = pd.DataFrame(rows, columns=["report", "point", "topic", "share"])
    mixed = shares.sample(frac=1, random_state=0)
    pd.testing.assert_frame_equal(topics.by_report(mixed), topics.by_report(shares))


def test_an_interval_is_as_wide_as_theory_says():
    draw = np.random.default_rng(4)
    shares = pd.DataFrame({"report": "a", "point": range(400), "topic": 1, "share": draw.uniform(size=400)})
    row = topics.by_report(shares, resamples=4000).iloc[0]
    assert row["high"] - row["low"] == pytest.approx(2 * 1.96 * math.sqrt(1 / 12 / 400), rel=0.08)


def test_intruders_stand_where_the_key_says(planted_words):
    fitted = topics.fit(terms.weigh(terms.count(planted_words, by=["report", "point"])), 3)
    sheet = topics.word_intrusion(fitted.terms, top=3)
    heads = fitted.terms.groupby("topic")["term"].apply(lambda column: set(column.head(3)))
    for item, key in zip(sheet.items.itertuples(index=False), sheet.key.itertuples(index=False), strict=True):
        assert item[key.place] == key.intruder
        assert set(item[1:]) - {key.intruder} == heads[key.topic]
        assert key.intruder not in heads[key.topic]
    assert topics.word_intrusion(fitted.terms, top=3, seed=0).items.equals(sheet.items)
    few = pd.concat([fitted.terms[fitted.terms["topic"] > 1], fitted.terms[fitted.terms["topic"] == 1].head(2)])
    for seed in range(4):  # whichever topic is asked about first
        items = topics.word_intrusion(few, top=3, seed=seed).items
        assert sorted((items != "").sum(axis=1)) == [4, 5, 5]
    alike = pd.DataFrame({"topic": [1, 2], "term": ["党性"] * 2, "weight": 1.0})
    with pytest.raises(TooFewError, match="no word could be an intruder"):
        topics.word_intrusion(alike)


def test_a_point_is_asked_about_if_it_has_topics_and_lacks_one(points):
    words = terms.content(tokens.words(points), stop=tokens.read_stopwords())
    weights = terms.weigh(terms.trim(terms.count(words, by=["report", "point"]), min_documents=2))
    fitted = topics.fit(weights, 6)
    shares = fitted.shares.set_index(["report", "point", "topic"])["share"]
    names = topics.names(fitted, top=6).set_index("name")["topic"]
    sheet = topics.topic_intrusion(fitted, points, items=30)
    assert len(sheet.items) == 30
    for item, key in zip(sheet.items.itertuples(index=False), sheet.key.itertuples(index=False), strict=True):
        own = shares[item.report, item.point]
        asked = [names[name] for name in item[4:]]
        assert asked[key.place - 1] == key.topic
        assert own[key.topic] < 1 / 24
        assert {*own.nlargest(2).index, key.topic} == set(asked)
        assert own.nlargest(2).min() >= 1 / 12
        assert item.text == points.set_index(["report", "point"]).loc[(item.report, item.point), "text"]
    assert topics.topic_intrusion(fitted, points, items=30).items.equals(sheet.items)
    places = topics.topic_intrusion(fitted, points, items=500).key["place"]
    assert places.value_counts(normalize=True).between(0.15, 0.5).all()  # the place gives nothing away
    with pytest.raises(TooFewError, match="no point has 6 topics and lacks another"):
        topics.topic_intrusion(fitted, points, shown=6)


def test_topics_that_have_not_settled_are_said(planted, monkeypatch):
    monkeypatch.setattr("textkit.topics.models._ROUNDS", 2)
    with pytest.warns(InputWarning, match="3 topics still moved after 2 rounds"):
        topics.fit(terms.weigh(planted), 3)


def test_shuffled_words_settle(points):
    words = terms.content(tokens.words(points), stop=tokens.read_stopwords())
    words = words.assign(term=words["term"].sample(frac=1, random_state=0).to_numpy())
    weights = terms.weigh(terms.trim(terms.count(words, by=["report", "point"]), min_documents=2))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for k in (2, 3, 8):
            topics.fit(weights, k)


def test_other_seeds_do_not_find_the_topics_of_noise_again():
    draw = np.random.default_rng(1)
    rows = [(f"r{unit % 5}", unit, f"词{word:02}") for unit in range(40) for word in draw.integers(0, 60, 12)]
    words = pd.DataFrame(rows, columns=["report", "point", "term"])
    counts = terms.count(words, by=["report", "point"])
    found = topics.survey(counts, [6], words, method="lda", runs=3)
    assert (found["seeds"] < 0.8).all()


@pytest.mark.parametrize("method", ["nmf", "lda", "gibbs"])
def test_names_and_order_of_reports_and_points_are_no_seed(planted_words, method):
    """Renamed so that they sort otherwise, points numbered backwards: the same topics, the same stability."""
    if method == "gibbs":
        pytest.importorskip("tomotopy")
    said = planted_words.assign(term=[f"词{i % 40}" for i in np.random.default_rng(2).zipf(1.5, len(planted_words))])
    found = []
    for words in (
        said,
        said.assign(report=said["report"].map(lambda name: f"x{9 - int(name[1:])}"), point=-said["point"]),
    ):
        counts = terms.count(words.sample(frac=1, random_state=1), by=["report", "point"])
        matrix = terms.downweigh(terms.weigh(counts)) if method == "nmf" else counts
        fitted = topics.fit(matrix, 3, method=method)
        by_unit = (
            fitted.shares.assign(unit=abs(fitted.shares["point"])).sort_values(["unit", "topic"])["share"].tolist()
        )
        survey = topics.survey(matrix, [3], words, method=method, runs=5 if method == "nmf" else 1)
        found.append((fitted.terms, by_unit, survey))
    (one, shares, survey), (other, other_shares, other_survey) = found
    pd.testing.assert_frame_equal(one, other, check_exact=True)
    assert shares == other_shares
    pd.testing.assert_frame_equal(survey, other_survey)


def test_copies_are_one_unit():
    draw = np.random.default_rng(0)
    rows = [(unit, f"词{word}") for unit in range(12) for word in draw.integers(0, 40, 20)]
    own = terms.count(pd.DataFrame(rows, columns=["point", "term"]), by=["point"])
    assert topics.fit(own, 2).terms["topic"].nunique() == 2
    copied = [(100 * copy + unit, word) for unit, word in rows if unit < 4 for copy in range(30)]
    copied += [(101, "词1")]  # nearly so
    many = terms.count(pd.DataFrame(copied, columns=["point", "term"]), by=["point"])
    for matrix in (many, terms.weigh(many), terms.downweigh(many)):
        with pytest.raises(TooFewError, match=r"120 units, 4 without copies, with .* cannot carry 2 topics"):
            topics.fit(matrix, 2)


def test_counts_without_copies_suit_every_method(planted_words):
    pytest.importorskip("tomotopy")
    again = planted_words[planted_words["point"] == 0]
    words = pd.concat([planted_words, *(again.assign(point=100 + i) for i in range(9))])
    counts = terms.count(words, by=["report", "point"])
    with pytest.raises(InputError, match=r"downweigh\(counts, whole=True\)"):
        topics.fit(terms.downweigh(counts), 3, method="gibbs")
    alone = terms.downweigh(counts, threshold=0.999, whole=True)
    assert alone.shape[0] <= 30
    topics.fit(alone, 3, method="gibbs")


@pytest.mark.parametrize("measure", ["npmi", "c_v"])
def test_coherence_asks_for_places_and_not_for_the_order_of_rows(points, measure):
    words = terms.content(tokens.words(points.head(30)), stop=tokens.read_stopwords())
    heads = words["term"].value_counts().index
    top = pd.DataFrame({"topic": np.repeat([1, 2], 8), "term": heads[:16], "weight": 1.0})
    value = topics.coherence(top, words, measure=measure)
    np.testing.assert_array_equal(topics.coherence(top, words.sample(frac=1, random_state=0), measure=measure), value)
    absent = pd.concat([top, pd.DataFrame({"topic": [2, 3, 3, 4], "term": [*"甲乙丙", heads[0]], "weight": 0.5})])
    found = topics.coherence(absent, words, measure=measure)
    assert found[0] == value[0]
    assert np.isnan(found[1:]).all()


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda m, w: topics.fit(m, 2.5), "topics: k = 2.5; give a whole number, 2 or more"),
        (lambda m, w: topics.fit(m, 2, seed=-1), "topics: seed = -1; give a whole number, from 0 to 4294967295"),
        (lambda m, w: topics.survey(m, [2], w, runs=0), "topics.survey: runs = 0; give a whole number, 1 or more"),
        (lambda m, w: topics.survey(m, [2], w.assign(term=None)), "words: row 0 has no 'term'"),
        (lambda m, w: topics.coherence(topics.fit(m, 2).terms, w, top=0), "topics.coherence: top = 0"),
        (lambda m, w: topics.topic_intrusion(topics.fit(m, 2), w.assign(text="")), "stands twice in report, point"),
        (
            lambda m, w: topics.topic_intrusion(topics.fit(m, 2), w.head(1).assign(text="", point=99), shown=1),
            "points that were asked about: row 0 has no 'text'",
        ),
        (lambda m, w: topics.topic_intrusion(topics.fit(m, 2), w, items=0), "topics.topic_intrusion: items = 0"),
        (lambda m, w: topics.word_intrusion(topics.fit(m, 2).terms, top=-1), "topics.word_intrusion: top = -1"),
    ],
)
def test_what_makes_no_sense_is_said(planted_words, ask, said):
    with pytest.raises(InputError, match=said):
        ask(terms.count(planted_words, by=["report", "point"]), planted_words)
