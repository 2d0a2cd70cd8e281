"""Points + codebook → coded points, each code with the words it rests on.

A codebook is a TOML file that people read and edit: codes with definitions, and indicator words
in classes of strength. `apply` finds the indicators in the folded text, the longest at each
place, and adds up their weights; what a writer concedes before an 但 does not count. It is a
transparent first reader, not a judge: its agreement with careful readers is to be measured, and
every code carries its evidence so that it can be checked and corrected.
"""

import bisect
import os
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from textkit import frames, hanzi
from textkit.errors import CodebookError

BUILTIN = ("causes", "problems")
"""Codebooks that come with the package."""

OTHER = "other"
"""The code of a point in which nothing of the codebook was found."""

_HEADLINE = 3  # times that an indicator counts in the point's own headline
_SECONDARY = 4  # score from which a code that is not primary is reported
# Praise before a 但 in the same sentence, or in the sentence that 但 opens by turning against it.
_CONCEDED = re.compile(
    r"(?:虽|尽管|(?<!不)能够|(?:^|(?<=[，。；：]))能(?![力动量源]))[^。；！？]{0,150}?[，。；！]\s?(?=但|然而|却)"
)
_ROLES = ("problems", "causes", "measures", "work", "other")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,19}")  # becomes part of file and sheet names
_TOP_KEYS = {"name", "version", "roles", "title", "weights", "code"}
_CODE_KEYS = {"id", "zh", "en", "definition", "include", "exclude", "indicators"}


class Codebook(NamedTuple):
    """A coding scheme as plain values.

    ``codes`` has one row per code (``code, zh, en, definition, include, exclude``), in the order
    of the file with *other* last; ``indicators`` one per word (``code, indicator, weight``).

    >>> read_codebook("causes").roles
    ('causes',)
    """

    name: str
    version: str
    roles: tuple[str, ...]
    title: dict[str, str]
    codes: pd.DataFrame
    indicators: pd.DataFrame

    def labels(self, language: str = "zh") -> dict[str, str]:
        """Code → label in ``"zh"`` or ``"en"``."""
        return dict(zip(self.codes["code"], self.codes[language], strict=True))


def read_codebook(source: str | os.PathLike) -> Codebook:
    """Read a codebook: one of `BUILTIN` by name, or a TOML file by path.

    Raises
    ------
    CodebookError
        No such codebook, no TOML, or a key that is unknown, missing or of the wrong type; the
        message names the file, the code and the key.

    >>> read_codebook("problems").labels()["theory"]
    '理论学习'
    """
    path: Any = Path(source)
    if str(source) in BUILTIN:
        path = resources.files("textkit") / "data" / f"{source}.toml"
    elif not path.is_file():
        raise CodebookError(f"{source}: no such codebook; give a .toml file or one of {', '.join(BUILTIN)}")
    try:
        data = tomllib.loads(path.read_text("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CodebookError(f"{source}: not a TOML file in UTF-8: {error}") from None
    return _codebook(data, str(source))


def _codebook(data: dict, source: str) -> Codebook:
    _check_keys(data, _TOP_KEYS, source, required={"name": str, "roles": list, "code": list, "weights": dict})
    _check_values(data, source)
    codes: list[tuple[str, ...]] = []
    indicators: list[tuple[str, str, float]] = []
    for i, code in enumerate(data["code"], 1):
        where = f"{source}: code {i} ({code.get('id', 'without id')!r})"
        _check_keys(code, _CODE_KEYS, where, required={"id": str, "zh": str, "indicators": dict})
        if code["id"] in [row[0] for row in codes] or code["id"] == OTHER:
            raise CodebookError(f"{where}: the id stands twice or is reserved; choose another")
        codes.append(
            (
                code["id"],
                code["zh"],
                code.get("en", code["id"]),
                *(code.get(k, "") for k in ("definition", "include", "exclude")),
            )
        )
        indicators.extend(_indicators(code, data["weights"], where))
    codes.append((OTHER, "其他", "Other", "Nothing in this codebook fits.", "", ""))
    return Codebook(
        name=data["name"],
        version=str(data.get("version", "")),
        roles=tuple(data["roles"]),
        title=data.get("title", {}),
        codes=pd.DataFrame(codes, columns=["code", "zh", "en", "definition", "include", "exclude"]),
        indicators=pd.DataFrame(indicators, columns=["code", "indicator", "weight"]),
    )


def _check_keys(table: dict, known: set[str], where: str, required: dict[str, type]) -> None:
    for key in table:
        if key not in known:
            raise CodebookError(f"{where}: unknown key {key!r}; known are {', '.join(sorted(known))}")
    for key, kind in required.items():
        if not isinstance(table.get(key), kind):
            raise CodebookError(f"{where}: key {key!r} is missing or not a {kind.__name__}")


def _check_values(data: dict, where: str) -> None:
    if not _NAME.fullmatch(data["name"]):
        raise CodebookError(f"{where}: name {data['name']!r} must be up to 20 letters, digits, - and _, a letter first")
    if not data["roles"] or not set(map(str, data["roles"])) <= set(_ROLES):
        raise CodebookError(f"{where}: roles {data['roles']!r} must be a list of parts: {', '.join(_ROLES)}")
    if not isinstance(data.get("title", {}), dict):
        raise CodebookError(f'{where}: title must be a table such as {{ zh = "问题类别", en = "Problem categories" }}')
    for strength, weight in data["weights"].items():
        if isinstance(weight, bool) or not isinstance(weight, int | float) or weight <= 0:
            raise CodebookError(f"{where}: weight {strength!r} must be a number above 0, not {weight!r}")


def _indicators(code: dict, weights: dict, where: str) -> Iterator[tuple[str, str, float]]:
    for strength, found in code["indicators"].items():
        if strength not in weights:
            raise CodebookError(f"{where}: unknown key {strength!r} in indicators; [weights] has {', '.join(weights)}")
        if not isinstance(found, list):
            raise CodebookError(f"{where}: {strength} must be a list of words, not {found!r}")
        for word in found:
            folded = hanzi.fold(word).text if isinstance(word, str) else ""
            if not folded:
                raise CodebookError(f"{where}: {strength}: {word!r} is not a word")
            yield code["id"], folded, float(weights[strength])


def apply(points: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """Code the points of the parts that the codebook is made for.

    The primary code is the one with the most weight in the headline, then in the whole point;
    further codes are reported from a score of 4 (one strong indicator in the text). A point in
    which nothing is found gets *other*.

    Parameters
    ----------
    points
        The *points* table; rows whose ``role`` is not among ``codebook.roles`` are left out.
    codebook
        From `read_codebook`.

    Returns
    -------
    DataFrame
        The *codes* table: one row per point and code, the primary first. ``start:end`` is the
        place of the strongest indicator, ``evidence`` its words in the report.

    >>> from textkit import frames
    >>> text = "理论学习不够。虽然能够走访群众，但学用脱节。"
    >>> points = frames.make("points", [("a", 1, "problems", "", 1, "理论学习不够", text, 9, 31, 1)])
    >>> apply(points, read_codebook("problems"))[["code", "primary", "evidence", "start"]].values.tolist()
    [['theory', True, '理论学习', 9]]
    """
    frames.require(points, "points", "report", "point", "role", "headline", "text", "start")
    matcher = _Matcher(codebook)
    rows: list[tuple] = []
    chosen = points[points["role"].isin(codebook.roles)]
    for row in chosen.itertuples(index=False):
        rows.extend(
            (row.report, row.point, row.role, *found) for found in matcher.code(row.text, row.headline, row.start)
        )
    return frames.make("codes", rows)


class _Match(NamedTuple):
    """An indicator where it stands; offsets are those of the point's text."""

    weight: float
    headline: bool
    start: int
    end: int


class _Matcher:
    """The codebook as an automaton (Aho & Corasick 1975) over folded text."""

    def __init__(self, codebook: Codebook) -> None:
        import ahocorasick

        meanings: dict[str, list[tuple[str, float]]] = defaultdict(list)
        for code, word, weight in codebook.indicators.itertuples(index=False):
            meanings[word].append((code, weight))
        self.order = {code: i for i, code in enumerate(codebook.codes["code"])}
        self.automaton = ahocorasick.Automaton()
        for word, found in meanings.items():
            self.automaton.add_word(word, (word, found))
        self.automaton.make_automaton()

    def code(self, text: str, headline: str, base: int) -> Iterator[tuple]:
        """Rows of the *codes* table for one point, without report, point and role."""
        found = self._matches(text, len(headline) if text.startswith(headline) else 0)
        scores = {
            code: (
                sum(max(m.weight for m in matches) for matches in words.values() if any(m.headline for m in matches)),
                sum(max(m.weight * (_HEADLINE if m.headline else 1) for m in matches) for matches in words.values()),
            )
            for code, words in found.items()
        }
        ranked = sorted(scores, key=lambda code: (-scores[code][0], -scores[code][1], self.order[code]))
        if not ranked:
            yield OTHER, True, 0.0, "", base, base, ""
        for code in ranked:
            if code == ranked[0] or scores[code][1] >= _SECONDARY:
                words = sorted(found[code], key=lambda word: _strongest(found[code][word]))
                best = _strongest(found[code][words[0]])
                start, end = best[-2:]
                yield (
                    code,
                    code == ranked[0],
                    float(scores[code][1]),
                    text[start:end],
                    base + start,
                    base + end,
                    "、".join(words),
                )

    def _matches(self, text: str, headline: int) -> dict[str, dict[str, list[_Match]]]:
        """Code → indicator → its places that count."""
        folded = hanzi.fold(text)
        conceded = [match.span() for match in _CONCEDED.finditer(text)]
        openings = [start for start, _ in conceded]
        found: dict[str, dict[str, list[_Match]]] = defaultdict(lambda: defaultdict(list))
        for first, word, meanings in self._longest(folded.text):
            start, end = folded.span(first, first + len(word))
            at = bisect.bisect_right(openings, start) - 1
            if at >= 0 and start < conceded[at][1]:
                continue
            for code, weight in meanings:
                found[code][word].append(_Match(weight, end <= headline, start, end))
        return found

    def _longest(self, text: str) -> Iterator[tuple[int, str, list[tuple[str, float]]]]:
        """Indicators from left to right, the longest at each place, none inside another.

        The automaton's own iter_long loses words that begin inside the broken start of a longer one.
        """
        found = [
            (last - len(word) + 1, -len(word), word, meanings) for last, (word, meanings) in self.automaton.iter(text)
        ]
        free = 0
        for first, _, word, meanings in sorted(found, key=lambda match: match[:2]):
            if first >= free:
                free = first + len(word)
                yield first, word, meanings


def _strongest(matches: list[_Match]) -> tuple:
    """Sort key of the match to show: heaviest, in the headline, first."""
    return min((-m.weight * (_HEADLINE if m.headline else 1), m.start, m.end) for m in matches)


def cross(codes: pd.DataFrame, codebook: Codebook, reports: pd.DataFrame | None = None) -> pd.DataFrame:
    """Report × part × code: points with the code, and their share of the part's points.

    Every code has a row in every report and part that occurs; given ``reports``, also those in
    which nothing was there to code (``total`` 0, no share).

    Returns
    -------
    DataFrame
        The *cross* table: ``report, role, code, points, any, total, share``. ``points`` counts
        primary codes and adds up to ``total``; ``any`` counts all codes.

    >>> from textkit import frames
    >>> rows = [("a", i, "problems", code, True, 4, "", 0, 0, "") for i, code in enumerate(["theory", "other"])]
    >>> codes = frames.make("codes", rows)
    >>> cross(codes, read_codebook("problems")).query("points > 0")[["code", "points", "share"]].values.tolist()
    [['theory', 1, 0.5], ['other', 1, 0.5]]
    """
    frames.require(codes, "codes", "report", "point", "role", "code", "primary")
    names = (codes if reports is None else reports)["report"].drop_duplicates().sort_values()
    roles = [role for role in codebook.roles if (codes["role"] == role).any()]
    by = ["report", "role", "code"]
    cells = pd.MultiIndex.from_product([names, roles, codebook.codes["code"]], names=by)
    counts = {"points": codes[codes["primary"]].groupby(by).size(), "any": codes.groupby(by).size()}
    table = pd.DataFrame({name: count.reindex(cells, fill_value=0) for name, count in counts.items()}).reset_index()
    table["total"] = table.groupby(["report", "role"])["points"].transform("sum")
    table["share"] = table["points"] / table["total"].where(table["total"] > 0)
    return frames.make("cross", table)
