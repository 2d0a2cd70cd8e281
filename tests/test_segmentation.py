"""Segmentation against 316 sentences cut by reading; the figures that golden/README.md states hold."""

import re

import pytest

from textkit import tokens
from textkit.errors import InputError

from .conftest import GOLDEN

GOLD = [re.findall(r"\w+|[^\w\s]", line) for line in (GOLDEN / "segmentation.txt").read_text("utf-8").splitlines()]
SENTENCES = ["".join(words) for words in GOLD]


def test_the_sentences_are_those_of_the_rule(samples):
    found = []
    for text in samples.sort_values("report")["text"]:
        for piece in re.findall(r"[^。！？；：\r\n]+[。！？；：]?[”’]?", text):
            sentence = piece.strip(" *#\u3000")
            if 6 <= len(sentence) <= 100 and sentence not in found:
                found.append(sentence)
    assert ["".join(sentence.split()) for sentence in found] == SENTENCES
    assert len(SENTENCES) == 316


STATED = re.findall(r"^\| (on|off) \| (on|off) \| (.+) \|$", (GOLDEN / "README.md").read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("engine", ["rjieba", "jieba"])
@pytest.mark.parametrize(("hmm", "lexicon", "figures"), STATED)
def test_the_figures_stated_hold(engine, hmm, lexicon, figures):
    options = {"hmm": hmm == "on", "lexicon": None if lexicon == "on" else ()}
    scores = tokens.compare(GOLD, [tokens.cut(sentence, engine, **options) for sentence in SENTENCES])
    assert scores.pop("words") == 6922
    assert figures.split(" | ") == [f"{x:.3f}" if isinstance(x, float) else str(x) for x in scores.values()]


def test_all_four_choices_are_stated():
    assert sorted(row[:2] for row in STATED) == [("off", "off"), ("off", "on"), ("on", "off"), ("on", "on")]


def test_compare_knows_right_from_wrong():
    total = sum(map(scored, GOLD))
    perfect = {"precision": 1, "recall": 1, "f1": 1, "joined": 0, "parts": 0, "crossing": 0, "words": total}
    assert tokens.compare(GOLD, GOLD) == perfect
    single = sum(len(word) == 1 and word.isalnum() for words in GOLD for word in words)
    characters = tokens.compare(GOLD, [list(sentence) for sentence in SENTENCES])
    assert characters["recall"] == single / total
    assert (characters["joined"], characters["crossing"]) == (0, 0)
    crossed = tokens.compare([["联系", "实际", "不", "紧密"]], [["联系实际", "不紧", "密"]])
    assert (crossed["joined"], crossed["crossing"], crossed["parts"]) == (1, 1, 1)
    assert tokens.compare([["。"]], [["。"]])["f1"] == 0
    with pytest.raises(InputError, match="not the same text"):
        tokens.compare([["党性"]], [["党", "信"]])


def scored(words):
    return sum(any(map(str.isalnum, word)) for word in words)
