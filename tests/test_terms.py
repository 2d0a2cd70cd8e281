import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

from textkit import terms, tokens
from textkit.errors import InputError
from textkit.matrix import Matrix

rows = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["党性", "群众", "学习", "落实"])), min_size=1)


def frame(pairs):
    return pd.DataFrame(pairs, columns=["report", "term"])


@given(rows)
def test_counts_equal_scikit_learn(pairs):
    words = frame(pairs)
    documents = words.groupby("report")["term"].apply(list)
    reference = CountVectorizer(analyzer=lambda document: document)
    expected = reference.fit_transform(documents).toarray()
    counts = terms.count(words)
    assert counts.documents["report"].tolist() == documents.index.tolist()
    assert counts.terms.tolist() == reference.get_feature_names_out().tolist()
    assert counts.values.toarray().tolist() == expected.tolist()
    assert counts.document_frequency().tolist() == (expected > 0).sum(axis=0).tolist()


@given(rows, st.booleans(), st.booleans(), st.booleans(), st.sampled_from(["l1", "l2", None]))
def test_weights_equal_scikit_learn(pairs, sublinear, smooth, use_idf, norm):
    words = frame(pairs)
    documents = words.groupby("report")["term"].apply(list)
    options = {"norm": norm, "sublinear_tf": sublinear, "smooth_idf": smooth, "use_idf": use_idf}
    expected = TfidfVectorizer(analyzer=lambda document: document, **options).fit_transform(documents).toarray()
    weights = terms.weigh(terms.count(words), norm=norm, use_idf=use_idf, sublinear=sublinear, smooth=smooth)
    np.testing.assert_allclose(weights.values.toarray(), expected)


@given(rows)
def test_order_of_rows_does_not_matter(pairs):
    one, other = terms.count(frame(pairs)), terms.count(frame(pairs[::-1]))
    assert one.frame().equals(other.frame())


def test_samples_equal_scikit_learn(points):
    words = terms.content(tokens.words(points), stop=tokens.read_stopwords())
    counts = terms.count(words, by=["report", "point"])
    documents = words.groupby(["report", "point"])["term"].apply(list)
    expected = CountVectorizer(analyzer=lambda document: document).fit_transform(documents)
    assert (counts.values != expected).nnz == 0
    assert counts.values.sum() == len(words)


def test_top_is_ordered_and_counts_are_those_of_the_words():
    words = frame([("a", "党性")] * 3 + [("a", "群众"), ("b", "群众"), ("b", "学习"), ("b", "落实")])
    counts = terms.count(words)
    top = terms.top(counts, terms.weigh(counts), n=2)
    assert top[["report", "term", "count", "documents"]].to_numpy().tolist() == [
        ["a", "党性", 3, 1],
        ["a", "群众", 1, 2],
        ["b", "学习", 1, 1],
        ["b", "落实", 1, 1],
    ]


@given(rows, st.integers(1, 3))
def test_trim_keeps_exactly_the_frequent(pairs, least):
    counts = terms.count(frame(pairs))
    kept = terms.trim(counts, min_documents=least)
    frequency = dict(zip(counts.terms, counts.document_frequency(), strict=True))
    assert kept.terms.tolist() == [term for term, n in frequency.items() if n >= least]
    assert (np.diff(kept.values.indptr) > 0).all()


def test_trim_drops_what_is_nearly_everywhere():
    words = frame([("a", "党性"), ("b", "党性"), ("c", "党性"), ("c", "群众")])
    assert terms.trim(terms.count(words), max_share=0.9).terms.tolist() == ["群众"]
    words = frame([(str(n), "党性") for n in range(50)] + [(str(n), "群众") for n in range(29)])
    assert terms.trim(terms.count(words), max_share=0.58).terms.tolist() == ["群众"], "29 of 50 are 0.58"


def test_content_leaves_punctuation_numbers_and_masks_out():
    words = pd.DataFrame({"term": ["党性", "，", "2021", "xx", "XXX", "的", "APP", "四个意识", "（", "一"]})
    assert terms.content(words).term.tolist() == ["党性", "APP", "四个意识"]
    assert terms.content(words, min_chars=1, stop={"的"}).term.tolist() == ["党性", "APP", "四个意识", "一"]


def test_matrix_is_frozen_and_fits_its_names():
    counts = terms.count(frame([("a", "党性"), ("b", "群众")]))
    for place in ((0, 0), (0, 1)):  # one that is counted, one that would be new
        with pytest.raises(ValueError, match="read-only"):
            counts.values[place] = 7
    with pytest.raises(AttributeError):
        counts.values = counts.values
    documents = pd.DataFrame({"report": ["a", "b"]}, index=[7, 3])
    own = Matrix(counts.values, documents, counts.terms)
    documents["report"] = "x"
    assert own.documents["report"].tolist() == ["a", "b"]
    for part in (counts.values.data, counts.values.indices, counts.values.indptr):
        with pytest.raises(ValueError, match="read-only"):
            part[0] = 7
    with pytest.raises(ValueError, match="does not fit"):
        Matrix(counts.values, counts.documents, counts.terms[:0])


def test_no_words_give_an_empty_matrix():
    counts = terms.count(frame([]))
    assert terms.weigh(counts).shape == (0, 0)
    assert len(terms.top(counts, counts)) == 0


def test_unknown_grouping_is_said():
    with pytest.raises(InputError, match="missing column 'role'"):
        terms.count(frame([("a", "党性")]), by=["role"])


@given(rows)
def test_a_background_is_used_as_it_is_given(pairs):
    counts = terms.count(frame(pairs))
    own = terms.idf(counts)
    np.testing.assert_allclose(
        terms.weigh(counts, background=own.to_dict()).values.toarray(), terms.weigh(counts).values.toarray()
    )
    raw = terms.weigh(counts, background=own.to_dict(), sublinear=True).values.toarray()
    np.testing.assert_allclose(raw, terms.weigh(counts, sublinear=True).values.toarray())


def test_terms_that_a_background_lacks_take_its_median():
    counts = terms.count(frame([("a", "党性"), ("a", "群众")]))
    weights = terms.weigh(counts, background={"甲": 1.0, "乙": 3.0, "丙": 7.0, "党性": 4.0}).values.toarray()[0]
    assert weights[counts.terms.get_loc("党性")] / weights[counts.terms.get_loc("群众")] == pytest.approx(4 / 3.5)
    with pytest.raises(InputError, match="background IDF list is empty"):
        terms.weigh(counts, background={})


def test_parts_of_speech_filter_by_their_first_letters():
    words = pd.DataFrame({"term": ["党性", "走访", "努力", "北京"], "pos": ["n", "vn", "ad", "ns"]})
    assert terms.content(words, pos=["n"]).term.tolist() == ["党性", "北京"]
    assert terms.content(words, pos=["v", "ad"]).term.tolist() == ["走访", "努力"]


def test_pairs_stand_side_by_side_in_one_point(points):
    words = terms.content(tokens.words(points))
    both = terms.pairs(words)
    texts = points.set_index(["report", "point"])
    added = both.iloc[len(words) :]
    assert len(added) > 1000
    for row in added.head(200).itertuples():
        point = texts.loc[(row.report, row.point)]
        assert point["text"][row.start - point["start"] : row.end - point["start"]] == row.term


def test_a_stop_list_may_be_a_column_of_a_table():
    words = pd.DataFrame({"term": ["党性", "学习"]})
    assert terms.content(words, stop=pd.Series(["学习", "工作"])).term.tolist() == ["党性"]
    assert terms.content(words, stop=(word for word in ["学习", "党性"])).empty


def test_what_is_no_list_of_words_is_refused():
    words = pd.DataFrame({"report": list("aabb"), "role": list("pppc"), "term": ["理论", "学习", "群众", "理论"]})
    with pytest.raises(InputError, match="read_stopwords"):
        terms.content(words, stop="stop.txt")
    with pytest.raises(InputError, match="one word; give a list"):
        terms.collocates(words.assign(point=1), "理论")
    with pytest.raises(InputError, match="read_lexicon"):
        tokens.cut("理论学习", lexicon=["理论"])
    with pytest.raises(InputError, match="these are weights"):
        terms.keyness(terms.weigh(terms.count(words, by=["report", "role"])), "role")


def test_a_corpus_without_frequent_terms_has_no_key_terms():
    words = pd.DataFrame({"report": list("aabb"), "role": list("pcpc"), "term": list("甲乙丙丁")})
    assert terms.keyness(terms.count(words, by=["report", "role"]), "role", min_count=3).empty


def test_a_background_may_be_the_series_that_idf_gives():
    words = pd.DataFrame({"report": list("aabb"), "term": list("甲乙丙丁")})
    counts = terms.count(words)
    given, mapped = (terms.weigh(counts, background=list_) for list_ in (terms.idf(counts), dict(terms.idf(counts))))
    assert (given.values != mapped.values).nnz == 0


@given(rows, st.integers(1, 2))
def test_top_looks_terms_and_documents_up_by_name(pairs, least):
    counts = terms.count(frame(pairs))
    kept = terms.trim(counts, min_documents=least)
    found = terms.top(counts, terms.weigh(kept), n=9)
    dense = counts.frame().set_index("report")
    assert len(found) == kept.values.nnz
    for row in found.itertuples():
        assert row.count == dense.loc[row.report, row.term]
        assert row.documents == (dense[row.term] > 0).sum()
    if kept.shape < counts.shape:
        with pytest.raises(InputError, match="not among the counts"):
            terms.top(kept, terms.weigh(counts))


def test_rows_in_any_order_with_any_index_make_the_same_pairs_and_collocates(points):
    words = terms.content(tokens.words(points.head(20)))
    mixed = words.sample(frac=1, random_state=0).set_axis([0] * len(words))
    pd.testing.assert_frame_equal(terms.pairs(mixed), terms.pairs(words))
    for window in (None, 5):
        expected = terms.collocates(words, window=window)
        assert len(expected) > 50
        pd.testing.assert_frame_equal(terms.collocates(mixed, window=window), expected)


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda w, c: terms.count(w.assign(term=["党性", None])), "words: row 1 has no 'term'"),
        (lambda w, c: terms.count(w.assign(report=[np.nan, "a"])), "words: row 0 has no 'report'"),
        (lambda w, c: terms.trim(c, max_share=60), "max_share = 60; give a number, from 0 to 1"),
        (lambda w, c: terms.trim(c, min_documents=0.5), "min_documents = 0.5; give a whole number, 0 or more"),
        (lambda w, c: terms.top(c, c, n=-1), "terms.top: n = -1; give a whole number, 1 or more"),
        (lambda w, c: terms.downweigh(c, threshold=80), "threshold = 80; give a number, from 0 to 1"),
        (lambda w, c: terms.collocates(w, window=1.5), "window = 1.5; give a whole number"),
        (lambda w, c: terms.keyness(c, "report", prior=np.nan), "prior = nan; give a number, 0 or more"),
        (lambda w, c: terms.keyness(c, "report", prior={"党性": np.nan}), "the prior must give every term more than 0"),
        (lambda w, c: terms.keyness(c, "report", seed=-1), "terms.keyness: seed = -1; give a whole number, from 0"),
        (lambda w, c: terms.keyness(c, "report", resamples=True), "resamples = True; give a whole number"),
    ],
)
def test_what_makes_no_sense_is_said(ask, said):
    words = frame([("a", "党性"), ("b", "群众")]).assign(point=1)
    with pytest.raises(InputError, match=said):
        ask(words, terms.count(words))


def test_terms_of_parts_come_in_the_order_of_a_report():
    rows = [(role, term) for role in ("causes", "measures", "problems", "work") for term in ("党性", role)]
    counts = terms.count(pd.DataFrame(rows, columns=["role", "term"]), by=["role"])
    assert terms.top(counts, terms.weigh(counts), n=1)["role"].tolist() == ["problems", "causes", "measures", "work"]
    rows = [(report, role, term) for report in "ab" for role, term in rows]
    counts = terms.count(pd.DataFrame(rows, columns=["report", "role", "term"]), by=["report", "role"])
    found = terms.keyness(counts, "role", min_count=1, resamples=0)["group"].drop_duplicates().tolist()
    assert found == ["problems", "causes", "measures", "work"]
