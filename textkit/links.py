"""Problem ↔ cause ↔ measure: which answers which, as far as the text lets one infer.

Writers seldom say which measure answers which problem. Four things speak for a pair: codes in common, by how
strongly both have them; wording in common; the same dictated heading; the same place in order. None proves it, so each
link carries its basis and a score, and every link but those of a shared heading is marked as inferred.
"""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from textkit import frames, hanzi

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
        link 118, 111 and 105, which leaves 28, 28 and 31 gaps. At 0.35 a reader's codes give 138 links and 21 gaps.
    explains
        Cause code → problem codes that it can explain; without it, `explanations`.

    Returns
    -------
    DataFrame
        The *links* table: one row per pair, with ``cause`` or ``measure`` missing. ``basis`` names what speaks
        for it, the strongest first: *codes*, *text*, *heading*, *order*.

    >>> rows = [("a", 1, "problems", "", 1, "", "走访群众少", 0, 5, 1)]
    >>> rows += [("a", 2, "problems", "", 2, "", "学习不够", 5, 9, 2)]
    >>> rows += [("a", 3, "measures", "", 1, "", "多走访群众", 9, 14, 3)]
    >>> points = frames.make("points", rows)
    >>> match(points, frames.make("codes"))[["problem", "measure", "basis"]].values.tolist()
    [[1, 3, 'text']]
    """
    frames.require(points, "points", *_KEY, "role", "dimension", "text")
    frames.require(codes, "codes", *_KEY, "code", "primary")
    explains = explanations() if explains is None else explains
    points = points.reset_index(drop=True)
    strengths = _strengths(points, codes, explains)
    vectors = _vectors(points, weigh(bigrams(points)) if terms is None else terms)
    rows: list[tuple] = []
    for report, part in points.groupby("report"):
        problems = part[part["role"] == "problems"]
        for role in _ANSWERS:
            answers = part[part["role"] == role]
            full = {
                "codes": _shared(strengths[problems.index], strengths[answers.index]),
                "text": np.minimum((vectors[problems.index] @ vectors[answers.index].T).toarray() / _ALIKE, 1),
                "heading": _same_heading(problems, answers),
                "order": _same_place(problems, answers),
            }
            found = _links(role, problems["point"], answers["point"], full, least)
            rows.extend((report, *link) for link in found)
    return frames.make("links", rows)


def _links(
    role: str, problems: pd.Series, answers: pd.Series, full: dict[str, np.ndarray], least: float
) -> Iterator[tuple]:
    worth = {basis: _STRENGTH[basis] * matrix for basis, matrix in full.items()}
    score = 1 - np.prod([1 - matrix for matrix in worth.values()], axis=0)
    for i, j in zip(*np.nonzero(score >= least), strict=True):
        said = sorted((basis for basis in worth if worth[basis][i, j] >= 0.05), key=lambda basis: -worth[basis][i, j])
        ends = (answers.iloc[j], None) if role == "causes" else (None, answers.iloc[j])
        yield problems.iloc[i], *ends, score[i, j], "; ".join(said), "heading" not in said


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


def _shared(problems: np.ndarray, answers: np.ndarray) -> np.ndarray:
    """The strength with which both have the code that they share most: the product of the two strengths."""
    return (problems[:, None, :] * answers[None, :, :]).max(axis=2)


def _same_heading(problems: pd.DataFrame, answers: pd.DataFrame) -> np.ndarray:
    one, two = ([hanzi.fold(str(heading)).text for heading in part["dimension"]] for part in (problems, answers))
    return np.array([[float(bool(a) and a == b) for b in two] for a in one]).reshape(len(one), len(two))


def _same_place(problems: pd.DataFrame, answers: pd.DataFrame) -> np.ndarray:
    """1 where both are equally far down lists of equal length; problems under headings go by their heading."""
    places = []
    for part in (problems, answers):
        headings = part["dimension"].astype(str)
        grouped = headings.nunique() > 1 and (headings != "").all()
        places.append(pd.factorize(headings)[0] if grouped else np.arange(len(part)))
    counts = [int(place.max()) + 1 if len(place) else 0 for place in places]
    if counts[0] != counts[1] or counts[0] < 2:
        return np.zeros((len(problems), len(answers)))
    return (places[0][:, None] == places[1][None, :]).astype(float)


def bigrams(points: pd.DataFrame) -> pd.DataFrame:
    """Character bigrams without punctuation: ``report, point, term, count``; ``attrs`` say of how many points.

    >>> bigrams(pd.DataFrame({"report": ["a"], "point": [1], "text": ["多走访，多"]}))["term"].tolist()
    ['多走', '走访']
    """
    rows: list[tuple] = []
    for report, point, text in points[[*_KEY, "text"]].itertuples(index=False, name=None):
        folded = hanzi.fold(text).text
        pairs = (folded[i : i + 2] for i in range(len(folded) - 1))
        rows.extend((report, point, pair) for pair in pairs if pair.isalnum())
    table = pd.DataFrame(rows, columns=[*_KEY, "term"])
    counts = table.value_counts().rename("count").reset_index()
    counts.attrs["points"] = len(points)
    return counts


def weigh(counts: pd.DataFrame, documents: pd.Series | None = None, points: int | None = None) -> pd.DataFrame:
    """TF-IDF of `bigrams`: the ``terms`` of `match`.

    Parameters
    ----------
    documents, points
        Of a larger corpus that these are part of: how many points each bigram stands in, and how many there are.

    >>> counts = bigrams(pd.DataFrame({"report": ["a", "a"], "point": [1, 2], "text": ["多走访", "多走"]}))
    >>> weigh(counts).set_index("term")["weight"].round(2).to_dict()
    {'多走': 0.41, '走访': 1.1}
    """
    own = counts.groupby("term")["term"].transform("size")
    having = own if documents is None else counts["term"].map(documents).astype("int64")
    total = counts.attrs["points"] if points is None else points
    return counts.assign(weight=(1 + np.log(counts["count"])) * np.log((1 + total) / having))


def _vectors(points: pd.DataFrame, terms: pd.DataFrame) -> sparse.csr_array:
    """A row of length 1 for each point."""
    place = pd.Series(np.arange(len(points)), index=pd.MultiIndex.from_frame(points[_KEY]))
    known = terms.merge(place.rename("row").reset_index(), on=_KEY)
    columns, names = pd.factorize(known["term"], sort=True)
    weights = known["weight"].to_numpy(dtype=float)
    matrix = sparse.csr_array((weights, (known["row"].to_numpy(dtype=np.int64), columns)), (len(points), len(names)))
    length = np.sqrt(np.asarray((matrix * matrix).sum(axis=1)).ravel())
    return sparse.csr_array(
        sparse.diags_array(np.divide(1, length, where=length > 0, out=np.zeros_like(length))) @ matrix
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
    """Points that stand alone: problems without a cause or measure, causes and measures that answer nothing.

    Reports that have no causes (or measures) at all are left out for these, since there is nothing to link.

    Returns
    -------
    DataFrame
        The *gaps* table.

    >>> rows = [("a", 1, "problems", "", 1, "", "走访少", 0, 3, 1), ("a", 2, "measures", "", 1, "", "学理论", 3, 6, 2)]
    >>> points = frames.make("points", rows)
    >>> gaps(match(points, frames.make("codes")), points)["gap"].tolist()
    ['no measure', 'answers nothing']
    """
    rows: list[tuple] = []
    for report, part in points.groupby("report"):
        found = links[links["report"] == report]
        for point, role in part[["point", "role"]].itertuples(index=False, name=None):
            if role in _ANSWERS and not (found[role.removesuffix("s")] == point).any():
                rows.append((report, point, role, "answers nothing"))
            for answer in _ANSWERS if role == "problems" else ():
                linked = found.loc[found["problem"] == point, answer.removesuffix("s")].notna().any()
                if not linked and (part["role"] == answer).any():
                    rows.append((report, point, role, f"no {answer.removesuffix('s')}"))
    return frames.make("gaps", rows)
