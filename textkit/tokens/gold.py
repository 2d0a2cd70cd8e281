"""How well a segmentation agrees with one made by hand."""

from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise

from textkit.errors import InputError


def compare(gold: Iterable[Sequence[str]], cuts: Iterable[Sequence[str]]) -> dict[str, float]:
    """Precision, recall and F1 of words, as segmentation is scored (Sproat & Emerson 2003).

    Both are texts as lists of tokens, in the same order; each pair joins to the same text, or an `InputError` quotes
    it. A word is right if both its ends are where the gold has them. A word that joins whole words of the gold
    (党性锤炼), or is part of one, is another grain, which a lexicon sets on purpose; one that takes a piece of a word
    (联系实际 / 不紧) is plainly wrong: ``crossing``. Tokens without a letter or digit are not scored: everyone gets
    them right.

    Returns ``precision, recall, f1`` (0 to 1; 0 where nothing is right), ``joined, parts, crossing`` (numbers of words
    that are not right, by kind) and ``words`` (of the gold).

    >>> score = compare([["理论", "学习", "不够", "。"]], [["理论学习", "不够", "。"]])
    >>> score["precision"], score["joined"], score["crossing"]
    (0.5, 1, 0)
    """
    right = words = given = 0
    wrong = {"joined": 0, "parts": 0, "crossing": 0}
    for one, other in zip(gold, cuts, strict=True):
        if "".join(one) != "".join(other):
            raise InputError(f"tokens.compare: not the same text: {''.join(one)[:20]!r} and {''.join(other)[:20]!r}")
        expected, found = _spans(one), _spans(other)
        right, words, given = right + len(expected & found), words + len(expected), given + len(found)
        ends = {place for span in expected for place in span}
        for start, end in found - expected:
            whole = start in ends and end in ends
            inside = any(begin <= start and end <= stop for begin, stop in expected)
            wrong["parts" if inside else "joined" if whole else "crossing"] += 1
    precision, recall, f1 = right / max(given, 1), right / max(words, 1), 2 * right / max(given + words, 1)
    return {"precision": precision, "recall": recall, "f1": f1} | wrong | {"words": words}


def _spans(tokens: Sequence[str]) -> set[tuple[int, int]]:
    spans = pairwise(accumulate(map(len, tokens), initial=0))
    return {span for token, span in zip(tokens, spans, strict=True) if any(map(str.isalnum, token))}
