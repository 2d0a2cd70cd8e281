"""Problem ↔ cause ↔ measure: which answers which, as far as the text lets one infer.

Writers seldom say which measure answers which problem. Four things speak for a pair: codes in common, by how
strongly both have them; wording in common; the same dictated heading; the same place in order. None proves it, so each
link carries its basis and a score, and every link but those of a shared heading is marked as inferred.
"""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from textkit import frames, hanzi
from textkit.matrix import unit

_KEY = ["report", "point"]
_ANSWERS = ("causes", "measures")
_STRENGTH = {"codes": 0.6, "text": 0.6, "heading": 0.7, "order": 0.2}
"""What each basis is worth at its fullest. The score is 1 − Π(1 − worth × how full): bases add up, none to 1."""

_ALIKE = 0.1
"""Cosine from which wording is fully alike. Of pairs of different sample reports, which cannot answer each other, one
in a hundred comes near it; of problems and measures of one report with the same code, one in ten passes it."""


@cache
def explanations() -> dict[str, frozenset[str]]:
    """Cause code → problem codes it explains, for the codebooks that come with the package.

    >>> sorted(explanations()["belief"])
    ['conviction']
    """
    data = tomllib.loads((resources.files("textkit") / "data" / "links.toml").read_text("utf-8"))
    return {cause: frozenset(problems) for cause, problems in data["causes"].items()}


def match(
    points: pd.DataFrame,
    codes: pd.DataFrame,
    terms: pd.DataFrame | None = None,
    *,
    least: float = 0.35,
    explains: Mapping[str, frozenset[str]] | None = None,
) -> pd.DataFrame:
    """For each problem, the causes and measures of its report that answer it.

    Parameters
    ----------
    points
        The *points* table.
    codes
        *codes* tables of problems, measures and causes, one under the other; may lack points.
    terms
        ``report, point, term, weight`` to compare wording by (such as TF-IDF of words); without it,
        character bigrams weighted by TF-IDF.
    least
        Score from which a pair is a link. No edge lies near the default: of 409 pairs in the samples, 0.3, 0.35 and 0.4
        link 114, 107 and 102, which leaves 30, 31 and 33 gaps. At 0.35 a reader's codes give 138 links and 21 gaps.
    explains
        Cause code → problem codes that it can explain; without it, `explanations`.

    The *links* table has one row per pair, with ``cause`` or ``measure`` missing. ``basis`` names what speaks for it,
    the strongest first: *codes*, *text*, *heading*, *order*.

    >>> rows = [("a", 1, "problems", "", 1, "", "走访群众少", 0, 5, 1)]
    >>> rows += [("a", 2, "problems", "", 2, "", "学习不够", 5, 9, 2)]
    >>> rows += [("a", 3, "measures", "", 1, "", "多走访群众", 9, 14, 3)]
    >>> points = frames.make("points", rows)
    >>> match(points, frames.make("codes"))[["problem", "measure", "basis"]].values.tolist()
    [[1, 3, 'text']]
    """
    frames.require(points, "points", *_KEY, "role", "dimension", "text")
    frames.require_unique(points, "points", *_KEY)
    frames.require(codes, "codes", *_KEY, "code", "primary")
    explains = explanations() if explains is None else explains
    points = points.reset_index(drop=True)
    vectors = _vectors(points, weigh(bigrams(points)) if terms is None else terms)
    strengths = _strengths(points, codes, explains)
    known = {text: hanzi.fold(text).text for text in points["dimension"].astype(str).unique()}
    headings = points["dimension"].astype(str).map(known).to_numpy()
    blocks = _blocks(points)
    one, other = (_flat(np.meshgrid(*block, indexing="ij")[end] for block in blocks).astype(int) for end in (0, 1))
    full = {  # codes: by that which both have most
        "codes": _flat((strengths[one][:, None] * strengths[other]).max(axis=2) for one, other in blocks),
        "text": np.minimum(_flat((vectors[one] @ vectors[other].T).toarray() for one, other in blocks) / _ALIKE, 1),
        "heading": (headings[one] == headings[other]) & (headings[one] != ""),
        "order": _flat(_same_place(*(headings[rows] for rows in block)) for block in blocks),
    }
    worth = np.stack([_STRENGTH[basis] * of for basis, of in full.items()])
    score = 1 - np.prod(1 - worth, axis=0)
    linked = np.flatnonzero(score >= least)
    basis = pd.Series([_said(dict(zip(full, of, strict=True))) for of in worth[:, linked].T], dtype="str")
    problem, answer = (points.loc[rows[linked]].reset_index(drop=True) for rows in (one, other))
    columns = {"report": problem["report"], "problem": problem["point"]}
    columns |= {role.removesuffix("s"): answer["point"].where(answer["role"] == role) for role in _ANSWERS}
    inferred = ~basis.str.contains("heading")
    return frames.make("links", columns | {"score": score[linked], "basis": basis, "inferred": inferred})


def _blocks(points: pd.DataFrame) -> list[tuple[np.ndarray, np.ndarray]]:
    """For each report and kind of answer, the rows of its problems and of its answers."""
    roles = points["role"].to_numpy()
    reports = points.groupby("report").indices.values()
    return [(rows[roles[rows] == "problems"], rows[roles[rows] == role]) for rows in reports for role in _ANSWERS]


def _flat(matrices: Iterable[np.ndarray]) -> np.ndarray:
    return np.concatenate([np.empty(0), *(matrix.ravel() for matrix in matrices)])


def _said(worth: dict[str, float]) -> str:
    """What speaks for a pair, the strongest first."""
    return "; ".join(sorted((basis for basis in worth if worth[basis] >= 0.05), key=lambda basis: -worth[basis]))


def _strengths(points: pd.DataFrame, codes: pd.DataFrame, explains: Mapping) -> np.ndarray:
    """How strongly each point has each code: 1 for the primary, others by their score beside its, ½ if that is missing.

    A cause has the problem codes that it explains.
    """
    scores = codes["score"] if "score" in codes else pd.Series(np.nan, codes.index)
    best = scores.where(codes["primary"]).groupby([codes[name] for name in _KEY]).transform("max")
    share = (scores / best).where(best > 0).clip(0, 1).fillna(0.5).where(~codes["primary"], 1.0)
    roles = points.set_index(_KEY)["role"].to_dict()
    place = {unit: i for i, unit in enumerate(points[_KEY].itertuples(index=False, name=None))}
    columns: dict[str, int] = {}
    found: dict[tuple[int, int], float] = {}
    for report, point, code, strength in zip(codes["report"], codes["point"], codes["code"], share, strict=True):
        unit = report, point
        for problem in explains.get(code, {code}) if roles.get(unit) == "causes" else {code}:
            if unit in place and problem != "other":
                cell = place[unit], columns.setdefault(problem, len(columns))
                found[cell] = max(found.get(cell, 0.0), strength)
    table = np.zeros((len(points), max(len(columns), 1)))
    for cell, strength in found.items():
        table[cell] = strength
    return table


def _same_place(problems: np.ndarray, answers: np.ndarray) -> np.ndarray:
    """1 where both are equally far down lists of equal length; what stands under headings goes by its heading."""
    places = []
    for headings in (problems, answers):
        numbers, different = pd.factorize(headings)
        grouped = len(different) > 1 and "" not in different
        places.append(numbers if grouped else np.arange(len(headings)))
    counts = [place.max(initial=-1) + 1 for place in places]
    return (places[0][:, None] == places[1]).astype(float) * (counts[0] == counts[1] > 1)


def bigrams(points: pd.DataFrame) -> pd.DataFrame:
    """Character bigrams without punctuation: ``report, point, term`` (categories) and ``count``; ``attrs`` say of how
    many points.

    >>> bigrams(pd.DataFrame({"report": ["a"], "point": [1], "text": ["多走访，多"]}))["term"].tolist()
    ['多走', '走访']
    """
    whole, begins = hanzi.together(points["text"])
    folded = hanzi.fold(whole)
    row = hanzi.owners(folded.offsets, begins)
    codes = hanzi.codepoints(folded.text).astype(np.int64)
    letters = np.array([chr(code).isalnum() for code in range(codes.max(initial=0) + 1)])[codes]
    pairs = np.flatnonzero(letters[:-1] & letters[1:])
    base = 1 << 21  # more than there are codepoints
    different, which = np.unique(codes[pairs] * base + codes[pairs + 1], return_inverse=True)
    held, count = np.unique(row[pairs] * np.int64(max(len(different), 1)) + which, return_counts=True)
    of, pair = np.divmod(held, max(len(different), 1))
    terms = pd.Categorical.from_codes(
        pair, pd.Index([chr(n // base) + chr(n % base) for n in different.tolist()], dtype="str")
    )
    counts = points[_KEY].take(of).reset_index(drop=True).assign(term=terms, count=count)
    counts.attrs["points"] = len(points)
    return counts


def weigh(counts: pd.DataFrame, documents: pd.Series | None = None, points: int | None = None) -> pd.DataFrame:
    """TF-IDF of `bigrams`: the ``terms`` of `match`.

    Of a larger corpus that these are part of: in how many ``documents`` each bigram stands, and how many ``points`` it
    has.

    >>> counts = bigrams(pd.DataFrame({"report": ["a", "a"], "point": [1, 2], "text": ["多走访", "多走"]}))
    >>> weigh(counts).set_index("term")["weight"].round(2).to_dict()
    {'多走': 0.41, '走访': 1.1}
    """
    which, terms = pd.factorize(counts["term"])
    having = np.bincount(which) if documents is None else documents.reindex(terms.astype("str")).to_numpy()
    total = counts.attrs["points"] if points is None else points
    return counts.assign(weight=(1 + np.log(counts["count"])) * np.log((1 + total) / having)[which])


def _vectors(points: pd.DataFrame, terms: pd.DataFrame) -> sparse.csr_array:
    """A row of length 1 for each point."""
    place = pd.Series(np.arange(len(points)), index=pd.MultiIndex.from_frame(points[_KEY]))
    known = terms.merge(place.rename("row").reset_index(), on=_KEY)
    columns, names = pd.factorize(known["term"], sort=True)
    weights = known["weight"].to_numpy(dtype=float)
    return unit(
        sparse.csr_array((weights, (known["row"].to_numpy(dtype=np.int64), columns)), (len(points), len(names)))
    )


def matrix(links: pd.DataFrame, points: pd.DataFrame, report: Any, role: str = "measures") -> pd.DataFrame:
    """Scores of one report as a matrix: its problems in rows, its causes or measures in columns, 0 where no link is.

    >>> rows = [("a", 1, "problems", "", 1, "", "走访少", 0, 3, 1), ("a", 2, "measures", "", 1, "", "多走访", 3, 6, 2)]
    >>> points = frames.make("points", rows)
    >>> matrix(match(points, frames.make("codes")), points, "a").shape
    (1, 1)
    """
    of = points[points["report"] == report]
    answer = role.removesuffix("s")
    problems, answers = (of.loc[of["role"] == part, "point"] for part in ("problems", role))
    found = links[(links["report"] == report) & links[answer].notna()]
    wide = found.pivot(index="problem", columns=answer, values="score")
    wide = wide.reindex(index=pd.Index(problems, name="problem"), columns=pd.Index(answers, name=answer))
    return wide.astype(float).fillna(0.0)


def gaps(links: pd.DataFrame, points: pd.DataFrame) -> pd.DataFrame:
    """Points that stand alone: problems without a cause or measure, causes and measures that answer nothing (*gaps*).

    Reports that have no causes (or measures) at all are left out for these, since there is nothing to link.

    >>> rows = [("a", 1, "problems", "", 1, "", "走访少", 0, 3, 1), ("a", 2, "measures", "", 1, "", "学理论", 3, 6, 2)]
    >>> points = frames.make("points", rows)
    >>> gaps(match(points, frames.make("codes")), points)["gap"].tolist()
    ['no measure', 'answers nothing']
    """
    points = points.reset_index(drop=True)
    units = pd.MultiIndex.from_frame(points[_KEY])
    lone = []
    for role in _ANSWERS:
        answer = role.removesuffix("s")
        linked = links[links[answer].notna()]
        answering, answered = (
            units.isin(list(zip(linked["report"], linked[end], strict=True))) for end in (answer, "problem")
        )
        here = points["report"].isin(points.loc[points["role"] == role, "report"])
        lone.append(points[(points["role"] == role) & ~answering].assign(gap="answers nothing"))
        lone.append(points[(points["role"] == "problems") & here & ~answered].assign(gap=f"no {answer}"))
    rows = pd.concat(lone).sort_index(kind="stable").sort_values("report", kind="stable", ignore_index=True)
    return frames.make("gaps", rows[frames.columns("gaps")])
