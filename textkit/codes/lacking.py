"""The words by which this genre says that something falls short, is praised, or is denied.

Read from ``data/deficits.toml``. Here stands what the words are; `coding` and `deficits` say what
follows from them.
"""

import tomllib
from functools import cache
from importlib import resources
from typing import NamedTuple

_NEGATIONS = ("不", "不够", "不太", "不很", "不是很", "不大", "不甚", "欠", "未必", "不怎么")


class Words(NamedTuple):
    """Words by what they say; ``predicates`` maps each to its class, ``degrees`` likewise.

    >>> read().predicates["不扎实"], read().degrees["有所"]
    ('insufficient', 'hedged')
    """

    predicates: dict[str, str]
    marks: frozenset[str]
    degrees: dict[str, str]
    hidden: frozenset[str]
    opening: frozenset[str]
    turning: frozenset[str]
    denying: frozenset[str]
    closing: frozenset[str]


@cache
def read() -> Words:
    """The lists that come with the package.

    >>> "缺乏" in read().predicates
    True
    """
    data = tomllib.loads((resources.files("textkit") / "data" / "deficits.toml").read_text("utf-8"))
    predicates: dict[str, str] = {}
    for kind, words in data["predicates"].items():
        stems = [no + word for no in _NEGATIONS for word in words] if kind == "insufficient" else words
        predicates |= dict.fromkeys(stems, kind)
    predicates |= dict.fromkeys(["不够", "不足"], "insufficient")
    return Words(
        predicates=predicates,
        marks=frozenset(data["marks"]["words"]),
        degrees={word: kind for kind, words in data["degrees"].items() for word in words},
        hidden=frozenset(data["hidden"]["words"]) | frozenset(data["concession"]["not_opening"]),
        opening=frozenset(data["concession"]["opening"]),
        turning=frozenset(data["concession"]["turning"]),
        denying=frozenset(data["denial"]["opening"]),
        closing=frozenset(data["denial"]["closing"]),
    )
