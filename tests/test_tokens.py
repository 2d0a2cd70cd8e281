import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from textkit import tokens
from textkit.errors import InputError

from . import strategies
from .conftest import official_corpus

ENGINES = ["jieba", "rjieba"]
# HMM off, the engines agree also here; digits and letters in odd order are where they once did not.
noise = st.text(alphabet="党性学习工作四个意识 \n，。“”_-.%+#aZ09０ｘ①𠀀é", max_size=40)


@pytest.mark.parametrize("engine", ENGINES)
@given(text=st.one_of(strategies.reports, noise))
def test_tokens_join_to_the_text(engine, text):
    assert "".join(tokens.cut(text, engine)) == text


@given(noise)
@example("四四四.四")
@settings(max_examples=400)
def test_engines_agree_on_noise(text):
    one, other = tokens.cut(text, "rjieba"), tokens.cut(text, "jieba")
    # Of two cuts of the same words (四四|四, 四|四四) rounding decides, and the engines round apart.
    assert one == other or sorted(one) == sorted(other)


def test_engines_agree_on_the_samples(samples):
    for text in samples["text"]:
        assert tokens.cut(text, "rjieba") == tokens.cut(text, "jieba")


def test_engines_agree_on_official_documents():
    files = official_corpus()
    if not files:
        pytest.skip("the official corpus is not beside the project")
    for file in files[::8]:
        text = file.read_text("utf-8")
        assert tokens.cut(text, "rjieba") == tokens.cut(text, "jieba")


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

    mined = [phrase for phrase in phrases.stock(phrases.mine(points)).phrase.head(60) if phrase.isalnum()]
    own = (*tokens.read_lexicon(), *tokens.entries(mined))
    assert len(mined) > 20
    for engine in ENGINES:
        assert [phrase for phrase in mined if tokens.cut(phrase, engine, lexicon=own) != [phrase]] == []
    assert any(tokens.cut(phrase) != [phrase] for phrase in mined)
    with pytest.raises(InputError, match="cannot stay one word"):
        tokens.entries(["学习，工作"])


@pytest.mark.parametrize("word", ["的一是不够", "群众理论学", "学学学学", "党性一", "的", "𠀀𠀀"])
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
