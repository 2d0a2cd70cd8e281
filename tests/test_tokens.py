import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from textkit import tokens
from textkit.errors import InputError

from . import strategies
from .conftest import official_corpus

ENGINES = ["jieba", "rjieba"]
# Where engines differ if left alone: rare hanzi, joined letters, repetition, cuts of equal probability.
noise = st.one_of(
    st.text(alphabet="党性学习工作四个意识 \r\n，。“”_-.%+#&aZ09０ｘ①𠀀㐀鿕鿖豈é", max_size=40),
    st.text(alphabet="一二三四五六个的人大小中国奈钟门国", max_size=30),
    st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=12).map(lambda text: text * 2),
    st.text(max_size=40),
)


@pytest.mark.parametrize("engine", ENGINES)
@given(text=st.one_of(strategies.reports, noise))
def test_tokens_join_to_the_text(engine, text):
    assert "".join(tokens.cut(text, engine)) == text


@pytest.fixture(scope="module")
def plain():
    """jieba as it comes, with the lexicon and without."""
    import jieba

    with_lexicon, without = jieba.Tokenizer(), jieba.Tokenizer()
    for entry in tokens.read_lexicon():
        with_lexicon.add_word(*entry)
    return {None: with_lexicon, (): without}


@pytest.mark.parametrize("hmm", [False, True])
@pytest.mark.parametrize("lexicon", [None, ()])
@given(text=noise)
@example(text="四四四.四")
@example(text="个个个习𠀀四9性学")
@example(text="门门门门茫一")
@example(text="赦奈钟奈钟剂")
@example(text="G-c|~尉v1.2.3 x_y")
@example(text="\ud800党")
@settings(max_examples=250)
def test_tokens_are_those_of_jieba(plain, text, hmm, lexicon):
    expected = plain[lexicon].lcut(text, HMM=hmm)
    for engine in ENGINES:
        assert tokens.cut(text, engine, hmm=hmm, lexicon=lexicon) == expected


@pytest.mark.parametrize("hmm", [False, True])
def test_engines_agree_on_the_samples(samples, hmm):
    for text in samples["text"]:
        assert tokens.cut(text, "rjieba", hmm=hmm) == tokens.cut(text, "jieba", hmm=hmm)


def test_engines_agree_on_official_documents():
    files = official_corpus()
    if not files:
        pytest.skip("the official corpus is not beside the project")
    for i, file in enumerate(files[::8]):
        text = file.read_text("utf-8")
        assert tokens.cut(text, "rjieba", hmm=i % 4 == 0) == tokens.cut(text, "jieba", hmm=i % 4 == 0)


def test_the_hmm_would_invent_words():
    text = "不能很好的联系实际不紧"
    assert "不紧" in tokens.cut(text, "jieba", hmm=True)
    assert "不紧" not in tokens.cut(text, "jieba")


@pytest.mark.parametrize("engine", ENGINES)
def test_own_lexicon_is_heard_and_leaves_no_trace(engine):
    text = "进一步铺排调度推进"
    before = tokens.cut(text, engine)
    assert "铺排调度" in tokens.cut(text, engine, lexicon=[("铺排调度", 100, "v")])
    assert tokens.cut(text, engine) == before
    assert "四个意识" not in tokens.cut("增强四个意识", engine, lexicon=[])


def test_words_keep_their_places(points, texts):
    words = tokens.words(points)
    assert all(texts[row.report][row.start : row.end] == row.term for row in words.itertuples())
    joined = words.groupby(["report", "point"])["term"].apply("".join)
    assert joined.tolist() == points.sort_values(["report", "point"])["text"].tolist()


def test_words_are_cut_as_asked(points):
    few = points.head(3)
    for options in ({"engine": "jieba", "hmm": True}, {"lexicon": []}, {"lexicon": [("贯彻习近平", 9, "v")]}):
        words = tokens.words(few, **options)
        assert words["term"].tolist() == [term for text in few["text"] for term in tokens.cut(text, **options)]


def test_words_of_no_points():
    from textkit import frames

    assert len(tokens.words(frames.make("points"))) == 0
    assert len(tokens.words(pd.DataFrame({"report": [], "point": [], "text": [], "start": []}))) == 0


def test_a_lexicon_may_be_the_rows_of_a_table():
    rows = pd.DataFrame({"term": ["铺排调度"], "freq": [100], "tag": ["v"]}).to_numpy().tolist()
    points = pd.DataFrame({"report": ["a"], "point": [1], "text": ["铺排调度"], "start": [0]})
    assert tokens.cut("铺排调度", lexicon=rows) == ["铺排调度"]
    for words in (tokens.words(points, lexicon=rows), tokens.adopt(points, ["铺排调度"], lexicon=rows)):
        assert words[["term", "pos"]].to_numpy().tolist() == [["铺排调度", "v"]]


def test_lexicon_entries_are_sound():
    entries = tokens.read_lexicon()
    words = [word for word, _, _ in entries]
    assert words == sorted(set(words))
    assert all(freq >= 1 and word.strip() == word and len(word) > 1 for word, freq, _ in entries)
    assert len(entries) > 300


def test_a_term_of_the_lexicon_stays_whole():
    cut = {word: tokens.cut(word) for word, _, _ in tokens.read_lexicon()}
    assert {word: parts for word, parts in cut.items() if parts != [word]} == {}


def test_stop_list_spares_what_carries_the_deficit():
    stop = tokens.read_stopwords()
    assert len(stop) > 200
    assert not stop & {"学习", "工作", "群众", "落实", "问题", "不够", "不足", "缺乏", "欠缺", "不力"}
    assert stop >= {"的", "了", "在", "和", "一些", "以及"}


def test_unknown_engine_and_bad_lexicon_are_said(tmp_path):
    with pytest.raises(InputError, match="choose rjieba or jieba"):
        tokens.cut("党性", "thulac")
    (tmp_path / "mine.tsv").write_text("term\tfreq\ttag\n党性\tmany\tn\n", "utf-8")
    with pytest.raises(InputError, match=r"mine\.tsv:2: expected word, integer frequency"):
        tokens.read_lexicon(tmp_path / "mine.tsv")
    with pytest.raises(InputError, match="frequency of '党性' = 0; give a whole number, 1 or more"):
        tokens.cut("党性", lexicon=[("党性", 0, "n")])
    with pytest.raises(InputError, match=r"missing\.txt: cannot be read"):
        tokens.read_stopwords(tmp_path / "missing.txt")


def test_own_segmentation_is_taken_as_it_is(points, texts):
    few = points.head(5)
    own = [list(text) for text in few["text"]]
    words = tokens.adopt(few, own)
    assert all(texts[row.report][row.start : row.end] == row.term for row in words.itertuples())
    assert words["term"].tolist() == [char for text in few["text"] for char in text]


@given(st.lists(st.sampled_from(["党性", "学习", " ", "\n", "，", "不", "\u3000"])))
def test_spaces_left_out_of_an_own_segmentation_come_back(pieces):
    points = pd.DataFrame({"report": ["a"], "point": [1], "text": ["".join(pieces)], "start": [3]})
    words = tokens.adopt(points, [" ".join(piece for piece in pieces if not piece.isspace())])
    assert "".join(words["term"]) == "".join(pieces)
    assert [term for term in words["term"] if not term.isspace()] == [x for x in pieces if not x.isspace()]
    assert words["start"].tolist() == [3 + len("".join(words["term"][:i])) for i in range(len(words))]


@pytest.mark.parametrize(
    ("cuts", "said"),
    [
        (["学习 不力"], "report 'a', point 1: token '不力' is not what the text has there: '不够'"),
        (["学习"], "no tokens for the end of the text: '不够'"),
        ([], "0 cuts for 1 points"),
    ],
)
def test_an_own_segmentation_of_another_text_is_refused(cuts, said):
    points = pd.DataFrame({"report": ["a"], "point": [1], "text": ["学习不够"], "start": [0]})
    with pytest.raises(InputError, match=said):
        tokens.adopt(points, cuts)


def test_mined_phrases_become_words(points):
    from textkit import phrases

    stock = phrases.stock(phrases.mine(points))["phrase"]
    mined = [phrase for phrase in stock.head(60) if phrase.isalnum()]
    own = (*tokens.read_lexicon(), *tokens.entries(stock))
    assert not all(map(str.isalnum, stock))
    assert len(mined) > 20
    for engine in ENGINES:
        assert [phrase for phrase in mined if tokens.cut(phrase, engine, lexicon=own) != [phrase]] == []
    assert any(tokens.cut(phrase) != [phrase] for phrase in mined)
    assert [word for word, _, _ in tokens.entries(["学习，抓工作", "，", "的、𠀀𠀀", "50%以上"])] == [
        "50%以上",
        "学习",
        "抓工作",
    ]
    with pytest.raises(InputError, match="is one word; give a list"):
        tokens.entries("学习")


@pytest.mark.parametrize("word", ["的一是不够", "群众理论学", "学学学学", "党性一", "的", "B-2型"])
def test_any_word_of_hanzi_can_be_kept_whole(word):
    assert tokens.cut(word, lexicon=tokens.entries([word])) == [word]


def test_parts_of_speech_are_those_of_the_dictionary(points):
    import rjieba

    words = tokens.words(points.head(20), lexicon=[]).drop_duplicates("term")
    tagger = rjieba.Jieba()
    known = words[(words["term"].str.len() > 1) & (words["pos"] != "")]
    assert known["pos"].tolist() == [tagger.tag(term, False)[0][1] for term in known["term"]]
    assert words.loc[words["term"] == "，", "pos"].unique().tolist() == ["x"]
    assert (words["pos"] != "").mean() > 0.98


@pytest.mark.parametrize("head", ["", "term\tfreq\ttag\n", "\ufeff"])
def test_no_word_of_a_list_is_lost(tmp_path, head):
    (tmp_path / "mine.tsv").write_text(f"{head}铺排调度\t9\tv\n学用脱节\n", "utf-8")
    assert tokens.read_lexicon(tmp_path / "mine.tsv") == (("铺排调度", 9, "v"), *tokens.entries(["学用脱节"]))


def test_a_point_without_a_text_is_said():
    points = pd.DataFrame({"report": ["a", "b"], "point": 1, "text": ["学习", None], "start": 0})
    with pytest.raises(InputError, match="row 1 has no 'text'"):
        tokens.words(points)
