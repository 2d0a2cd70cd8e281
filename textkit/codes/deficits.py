"""Headlines of this genre follow a grammar: what × how far × how lacking (宗旨意识 | 有所 | 淡化).

`deficits` takes clauses apart by it, `concreteness` counts what makes a point concrete or vague. Both go by the
words of ``data/deficits.toml`` and by position, not by a parser: an object is what stands before the
predicate (after it, for 缺乏 and its like), cut to its last noun phrase.
"""

import re
from collections.abc import Callable, Iterable
from functools import cache

import numpy as np
import pandas as pd

from textkit import frames, hanzi, wording
from textkit.codes import lacking
from textkit.codes.places import Places
from textkit.codes.text import Text

_LONGEST = 12  # characters of an object; what is longer is no name of one thing
_ATTRIBUTE = 5  # characters that may follow 缺乏 and be its predicate's: 缺乏系统性
_JOINTS = re.compile('[、的“”"（）()《》]|方面|过程中|工作中|产生|出现|存在|做到')
_QUOTED = re.compile('[“‘"][0-9一二三四五六七八九十两百千][^“”‘’"，。；]{3,12}[”’"]')  # “四个意识”: a name, no number
_CLAUSE_END = re.compile("[，。；！？：,;!?:\0\n]")
_NUMBER = re.compile(
    r"\d+(?:\.\d+)?[%％]?|(?:[二三四五六七八九十百千两]|[一二三四五六七八九十百千]{2,})(?:余|多)?"
    r"(?:次|个|项|名|人|天|年|月|家|户|起|件|场|份|篇|条|本|成|倍|万|亿|公里|小时)"
)


def deficits(points: pd.DataFrame) -> pd.DataFrame:
    """What is said to fall short, and how: the *deficits* table, one row per clause that says so, in reading order.

    An ``object``, a ``predicate`` with its ``kind`` (absent; insufficient: not enough or not in full; weakened, behind,
    few, faulty), a ``degree`` (words that soften or sharpen, may be empty) with its kind; the clause's place is the
    evidence. What is conceded before an 但, or denied, is left out.

    >>> text = "宗旨意识有所淡化。走访群众还不够深入，缺乏担当精神。"
    >>> points = frames.make("points", [("a", 1, "problems", "", 1, "宗旨意识有所淡化", text, 9, 34, 1)])
    >>> deficits(points)[["object", "degree", "predicate", "kind"]].values.tolist()
    [['宗旨意识', '有所', '淡化', 'weakened'],
     ['走访群众', '还', '不够深入', 'insufficient'],
     ['担当精神', '', '缺乏', 'absent']]
    """
    frames.require(points, "points", "report", "point", "role", "headline", "text", "start")
    words = {word: i for i, word in enumerate(sorted(lacking.words()))}
    text = Text(points)
    said = lacking.Cues(words).read(text, Places(*wording.Finder(words).places(text.chars)))
    found = said.predicates.at(np.flatnonzero(~said.void[said.predicates.start]))
    whose = points[["report", "point", "role", "start"]].itertuples(index=False, name=None)
    owners = list(zip(whose, text.first.tolist(), (text.headline > text.starts).tolist(), strict=True))
    names, offsets, folded = list(words), text.folded.offsets, text.folded.text
    until = np.append(found.start, len(folded))[1:]  # the next predicate is none of this one's object
    columns = (found.start, found.end, found.word, until[: len(found.start)], text.owner[found.start])
    rows, before = [], -1
    for start, end, word, last, point in zip(*(column.tolist() for column in columns), strict=True):
        opening = _clause_start(folded, start)
        head = int(text.headline[point])
        opening = max(opening, head if head <= start else 0)  # a heading may end without a mark
        parsed = _parse(folded[max(opening, before) : start], names[word], folded[end : min(end + 40, last)])
        if parsed is None:
            continue
        (report, name, role, base), first, headed = owners[point]
        before = end + parsed[-1]
        low, high = int(offsets[opening]), int(offsets[before - 1]) + 1
        span = (text.joined[low:high], base + low - first, base + high - first)
        rows.append((report, name, role, *parsed[:-1], headed and before <= text.headline[point], *span))
    return frames.make("deficits", rows)


def _clause_start(text: str, at: int) -> int:
    for i in range(at - 1, max(at - 60, -1), -1):
        if _CLAUSE_END.match(text[i]):
            return i + 1
    return max(at - 60, 0)


@cache
def _lists() -> dict[str, tuple[str, ...]]:
    """The longest words of each first."""
    return {name: tuple(sorted(words, key=len, reverse=True)) for name, words in lacking.lists().items()}


@cache
def _empty() -> frozenset[str]:
    """Words that are left where a clause names no object: 做得不够, 存在不足."""
    return frozenset(word for name in ("leading", "trailing", "empty", "degrees") for word in _lists()[name])


def _parse(before: str, predicate: str, after: str) -> tuple[str, str, str, str, str, int] | None:
    """(object, predicate, its kind, degree, its kind, characters after it), or None where there is no object."""
    classes = lacking.lists()
    kind = classes["predicates"][predicate]
    stem = before
    degrees: list[str] = []
    while degree := next((word for word in _lists()["degrees"] if stem.endswith((word, word + "的"))), ""):
        degrees.insert(0, degree)
        stem = stem.removesuffix("的").removesuffix(degree)
    what = _object(stem)
    following = re.sub("(?:的)?(?:问题|现象|情况|、.{0,2})$", "", _CLAUSE_END.split(after)[0])
    taken = 0
    long = len(following) > _ATTRIBUTE
    not_done = predicate in _lists()["not_done"]
    in_full = not_done and any(word in predicate + following for word in _lists()["in_full"])
    if kind == "absent" and following and (long or not what):
        if not_done and (long or (in_full and "的" not in following)):
            return None  # what is not done is a clause: no one object is named
        what, taken = _object(_JOINTS.split(following)[-1]), len(following)
    elif following and not long and (kind == "absent" or predicate in _lists()["unfinished"]):
        predicate, taken = predicate + following, len(following)
        kind = "insufficient" if in_full else kind
    if not 2 <= len(what) <= _LONGEST and what not in _lists()["single"]:
        return None
    return what, predicate, kind, "".join(degrees), classes["degrees"].get(degrees[-1] if degrees else "", ""), taken


def _object(stem: str) -> str:
    """The last noun phrase, without what leads in to it and what hangs on to it."""
    leading, trailing = _lists()["leading"], _lists()["trailing"]
    stem = _cut(stem, trailing, str.endswith, str.removesuffix)
    stem = _JOINTS.split(stem)[-1]
    stem = _cut(stem, leading, str.startswith, str.removeprefix)
    stem = re.sub(".而$", "", _cut(stem, trailing, str.endswith, str.removesuffix))  # 抓而不紧: 抓 is no object
    return "" if stem in _empty() else stem


def _cut(stem: str, words: tuple[str, ...], has: Callable, without: Callable) -> str:
    single = _lists()["single"]
    while has(stem, words) and (
        word := next((w for w in words if has(stem, w) and (len(stem) - len(w) >= 2 or without(stem, w) in single)), "")
    ):
        stem = without(stem, word)
    return stem


def concreteness(points: pd.DataFrame) -> pd.DataFrame:
    """What makes a point concrete or vague: counts per point, to be set against ``chars``.

    The *concreteness* table: examples given (比如), numbers, named tasks (疫情防控, 《…》), hedges (有所, 一定程度上),
    and who is named as failing: the writer (本人), the team (班子), some (个别, 部分).

    >>> points = frames.make("points", [("a", 1, "problems", "", 1, "", "本人走访有所减少，比如全年仅3次。", 0, 17, 1)])
    >>> concreteness(points)[["examples", "numbers", "hedges", "self", "team"]].values.tolist()
    [[1, 1, 1, 1, 0]]
    """
    frames.require(points, "points", "report", "point", "role", "text")
    hedges = [word for word, kind in lacking.lists()["degrees"].items() if kind == "hedged"]
    lists = _lists()
    found = {
        "examples": _pattern(lists["example"]),
        "numbers": _numbers(),
        "tasks": re.compile(f"《[^《》]{{2,40}}》|{_pattern(lists['task']).pattern}"),
        "hedges": _pattern(hedges),
        "self": _pattern(lists["self"], lists["not_self"]),
        "team": _pattern(lists["team"], lists["not_team"]),
        "some": _pattern(lists["some"]),
    }
    rows = []
    for report, point, role, text in points[["report", "point", "role", "text"]].itertuples(index=False, name=None):
        folded = hanzi.fold(_QUOTED.sub("，", text)).text
        counts = (sum(not match.lastindex for match in pattern.finditer(folded)) for pattern in found.values())
        rows.append((report, point, role, len(text), *counts))
    return frames.make("concreteness", rows)


def _pattern(words: Iterable[str], instead: Iterable[str] = ()) -> re.Pattern:
    """Any of the words, the longest first; a match of one of the others has a group, and is not meant."""
    wanted, others = ("|".join(map(re.escape, sorted(found, key=len, reverse=True))) for found in (words, instead))
    return re.compile(f"(?:{others})()|{wanted}" if others else wanted)


@cache
def _numbers() -> re.Pattern:
    """Numbers; set phrases that hold a numeral (两个确立, 八项规定, 千篇一律) have a group, as they count nothing."""
    known = {*wording.idioms(("idiom", "formula")), *_lists()["not_number"]}
    names = sorted((word for word in known if _NUMBER.search(word)), key=lambda word: (-len(word), word))
    return re.compile(f"(?:{'|'.join(names)})()|{_NUMBER.pattern}")
