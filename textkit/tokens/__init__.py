"""Text → words: the only door to jieba and rjieba.

Both engines read the same dictionary and the same lexicon with explicit frequencies, HMM off by
default, and give the same tokens, which are those of jieba; rjieba is the fast one. Nothing is cleaned
here: joined, the tokens give the text back, so that every word keeps its offsets. What to leave out
(punctuation, function words) is the choice of whoever counts.
"""

from textkit.tokens.engines import adopt, cut, words
from textkit.tokens.gold import compare
from textkit.tokens.lists import Entry, entries, parts_of_speech, read_idf, read_lexicon, read_stopwords

__all__ = [
    "Entry", "adopt", "compare", "cut", "entries", "parts_of_speech", "read_idf", "read_lexicon", "read_stopwords",
    "words",
]  # fmt: skip
