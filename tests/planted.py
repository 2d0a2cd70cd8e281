"""Copies planted in real prose, and how well they are found (plagdet: Potthast et al. 2010)."""

import difflib
import math
import random
import re
from typing import NamedTuple

import pandas as pd

from textkit import reuse, tokens


class Case(NamedTuple):
    """One planted copy: spans of the report ``copy`` and of the report ``source`` that it came from."""

    copy: str
    copy_span: tuple[int, int]
    source: str
    source_span: tuple[int, int]


def edited(text: str, rate: float, draw: random.Random, vocabulary: list[str]) -> str:
    """The text with that share of its words swapped, dropped or followed by a stray one, and clauses reordered."""
    clauses = re.findall(r"[^，；。]+[，；。]?", text)
    for at in range(len(clauses) - 1):
        if draw.random() < rate / 4:
            clauses[at], clauses[at + 1] = clauses[at + 1], clauses[at]
    words = []
    for word in tokens.cut("".join(clauses)):
        if not word.isalnum() or draw.random() >= rate:
            words.append(word)
            continue
        other = draw.choice(vocabulary)
        words += {"swap": [other], "drop": [], "add": [word, other]}[draw.choice(["swap", "swap", "drop", "add"])]
    return "".join(words)


def plant(sources: list[str], contexts: list[str], rate: float, *, copies: int, seed: int, short: bool = False):
    """Points and the cases planted in them: each source and each context is a report with one point each.

    A copy of 20 to 400 characters stands amid 600 of the context: all lengths as often, or, if ``short``,
    as many from 20 to 40 as from 200 to 400.
    """
    draw = random.Random(seed)  # noqa: S311
    vocabulary = [word for word in tokens.cut(contexts[0]) if word.isalnum()]
    rows = [(f"s{n}", text) for n, text in enumerate(sources)]
    cases = []
    for n in range(copies):
        from_, size = draw.randrange(len(sources)), round(20 * 20 ** draw.random()) if short else draw.randint(20, 400)
        start = draw.randrange(len(sources[from_]) - size)
        copy = edited(sources[from_][start : start + size], rate, draw, vocabulary)
        context = contexts[n % len(contexts)]
        at = draw.randrange(len(context) - 600)
        rows.append((f"c{n}", context[at : at + 300] + copy + context[at + 300 : at + 600]))
        cases.append(Case(f"c{n}", (300, 300 + len(copy)), f"s{from_}", (start, start + size)))
    return pd.DataFrame(rows, columns=["report", "text"]).assign(point=1, start=0), cases


def detections(pairs: pd.DataFrame) -> list[Case]:
    """What was found between copies and sources; pairs of two copies or two sources are no detections."""
    found = []
    for row in pairs.itertuples():
        sides = [(row.report, (row.start, row.end)), (row.other, (row.other_start, row.other_end))]
        (one, span), (other, place) = sorted(sides)
        if one[0] == "c" and other[0] == "s":
            found.append(Case(one, span, other, place))
    return found


def beyond(found: list[Case], points: pd.DataFrame, cases: list[Case]) -> list[Case]:
    """Detections without those of what the texts share anyway.

    That is what is found in the same places, too, where the copies stand unedited, touches none of them, and is alike
    to difflib as well.
    """
    texts = points.set_index("report")["text"].to_dict()
    planted = {}  # by name of the copy: the case, and the span of its copy unedited
    for case in cases:
        (start, end), (low, high) = case.copy_span, case.source_span
        texts[case.copy] = texts[case.copy][:start] + texts[case.source][low:high] + texts[case.copy][end:]
        planted[case.copy] = case, (start, start + high - low)
    anyway = []
    for one in detections(reuse.pairs(points.assign(text=[*texts.values()]))):
        case, span = planted[one.copy]
        if not _shared(case._replace(copy_span=span), one) and _ratio(texts, one) >= 0.6:
            anyway.append(one._replace(copy_span=_moved(one.copy_span, span, case.copy_span)))
    return [
        one for one in found if _shared(planted[one.copy][0], one) or not any(_shared(other, one) for other in anyway)
    ]


def _moved(span: tuple[int, int], plain: tuple[int, int], edited: tuple[int, int]) -> tuple[int, int]:
    """A span of a text with an unedited copy in it, where the edited one stands instead; within the copy, all of it."""
    (start, end), (first, last), longer = span, plain, edited[1] - plain[1]
    start = first if first <= start < last else start + longer * (start >= last)
    return start, edited[1] if first < end <= last else end + longer * (end > last)


def _ratio(texts: dict[str, str], one: Case) -> float:
    sides = texts[one.copy][slice(*one.copy_span)], texts[one.source][slice(*one.source_span)]
    return difflib.SequenceMatcher(None, *sides, False).ratio()


def plagdet(cases: list[Case], found: list[Case], *, macro: bool = True) -> dict[str, float]:
    """Precision, recall, granularity and plagdet over the characters of both sides.

    Macro-averaged over cases and detections, or pooled over characters (micro).
    """
    hits = [[_shared(case, one) for one in found] for case in cases]
    sizes, claims = [_size(case) for case in cases], [_size(one) for one in found]
    covered = [len(set().union(*(hit for hit in row))) if row else 0 for row in hits]
    right = [len(set().union(*(row[n] for row in hits))) for n in range(len(found))]
    detected = [sum(1 for hit in row if hit) for row in hits]
    if macro:
        recall = sum(c / s for c, s in zip(covered, sizes, strict=True)) / len(cases)
        precision = sum(r / s for r, s in zip(right, claims, strict=True)) / max(len(found), 1)
    else:
        recall, precision = sum(covered) / sum(sizes), sum(right) / max(sum(claims), 1)
    granularity = sum(detected) / max(sum(1 for n in detected if n), 1) or 1.0
    f1 = 2 * precision * recall / ((precision + recall) or 1)
    return {
        "precision": precision, "recall": recall, "granularity": granularity,
        "plagdet": f1 / math.log2(1 + granularity),
    }  # fmt: skip


def _size(case: Case) -> int:
    return sum(end - start for start, end in (case.copy_span, case.source_span))


def _shared(case: Case, found: Case) -> set[tuple[str, int]]:
    """Characters of a case that a detection covers; none unless it touches both sides of it."""
    if (case.copy, case.source) != (found.copy, found.source):
        return set()
    sides = [
        {(side, at) for at in range(max(a[0], b[0]), min(a[1], b[1]))}
        for side, a, b in (("c", case.copy_span, found.copy_span), ("s", case.source_span, found.source_span))
    ]
    return sides[0] | sides[1] if all(sides) else set()
