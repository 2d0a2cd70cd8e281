"""Finding words: every place, as looking at each place for each word finds it."""

from hypothesis import given
from hypothesis import strategies as st

from textkit import hanzi, wording

SHORT = st.text("学而时习𠮷", max_size=12)


@given(SHORT, st.sets(SHORT.filter(bool), max_size=12))
def test_every_place_of_every_word_is_found(text, words):
    words = sorted(words)
    start, end, word = wording.Finder(words).places(hanzi.codepoints(text))
    found = list(zip(start.tolist(), end.tolist(), word.tolist(), strict=True))
    brute = [(i, i + len(w), n) for n, w in enumerate(words) for i in range(len(text)) if text.startswith(w, i)]
    assert sorted(found) == sorted(brute)
    assert found == sorted(found, key=lambda row: (row[0] - row[1], row[0]))


def test_a_text_of_one_character_repeated():
    start, *_ = wording.Finder(["学" * 50, "学"]).places(hanzi.codepoints("学" * 1000))
    assert len(start) == 1000 + 951
