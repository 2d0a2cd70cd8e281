"""A codebook: codes with definitions, and indicator words in classes of strength.

A TOML file that people read and edit. An indicator is a word, or words put together:

=============  ================================================================================
``学用脱节``     the word
``重…轻``       in this order, at most `GAP` characters apart, no clause mark between
``会议&多``     the same in any order
``党建!党建引领`` the first, unless the second also stands in the clause
``学习…{lack}``  a set of words: one of ``[sets]``, or ``{lack}``, the words by which the genre says
               that something falls short
``^四风``       only in the point's own headline
``$四风``       only after it
=============  ================================================================================
"""

import math
import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from textkit import hanzi
from textkit.codes import lacking
from textkit.errors import CodebookError

BUILTIN = ("causes", "problems")
"""Codebooks that come with the package."""

OTHER = "other"
"""The code of a point in which nothing of the codebook was found."""

GAP = 12
"""Characters that may stand between the parts of a combination."""

SCORING = {"headline": 3, "opening": 1, "neutral": 1, "secondary": 4, "relative": 0.25, "likeness": 0.7, "least": 0}
"""How words add up to a score, unless the codebook's ``[scoring]`` says otherwise: times that a word counts
in the headline, in the first sentence of a point without one, in a clause that says of nothing that it
falls short; what the indicators of a code must be worth, headline or not, that it is given beside the primary one,
and what share of the most that any code has; times that likeness to examples counts; score that the primary code
must exceed, or it is *other*."""

_ROLES = ("problems", "causes", "measures", "work", "other")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,19}")  # becomes part of file and sheet names
_TEXTS = ("zh", "en", "definition", "include", "exclude")
_TOP = {"name": str, "roles": list, "weights": dict, "code": list}  # these must be there
_FILE = {**_TOP, "version": object, "title": dict, "scoring": dict, "sets": dict, "examples": str}
_CODE = {"id": str, **dict.fromkeys(_TEXTS, str), "indicators": dict, "lacks": dict}
_KINDS: dict[type, str] = {str: "text", list: "list", dict: "table"}


class Codebook(NamedTuple):
    """A coding scheme as plain values.

    ``codes`` has one row per code (``code, zh, en, definition, include, exclude``), in the order
    of the file with *other* last; ``indicators`` one per word or combination (``code, indicator, weight``);
    ``scoring`` and ``sets`` say how they are read. ``examples`` are coded points to learn from (``report, code,
    text``): the file names a CSV beside it, such as a sheet that was corrected by hand.

    >>> read_codebook("causes").roles
    ('causes',)
    """

    name: str
    version: str
    roles: tuple[str, ...]
    title: dict[str, str]
    codes: pd.DataFrame
    indicators: pd.DataFrame
    scoring: dict[str, float] = SCORING
    sets: dict[str, frozenset[str]] = {}  # noqa: RUF012
    examples: pd.DataFrame = pd.DataFrame(columns=["report", "code", "text"])

    def labels(self, language: str = "zh") -> dict[str, str]:
        """Code → label in ``"zh"`` or ``"en"``."""
        return dict(zip(self.codes["code"], self.codes[language], strict=True))


class Pattern(NamedTuple):
    """An indicator taken apart: each part is the words of which one must stand there.

    >>> parse("^会议&多")
    Pattern(parts=(frozenset({'会议'}), frozenset({'多'})), ordered=False, without=frozenset(), where='^')
    """

    parts: tuple[frozenset[str], ...]
    ordered: bool
    without: frozenset[str]
    where: str

    @property
    def word(self) -> str:
        """The one word that this is, empty for a combination."""
        return next(iter(self.parts[0])) if len(self.parts) == 1 == len(self.parts[0]) and not self.without else ""


def parse(indicator: str, sets: dict[str, frozenset[str]] | None = None) -> Pattern:
    """Take an indicator apart; `Codebook` says what may stand in one.

    A `CodebookError` if a part is empty, a set is unknown, ``{lack}`` comes first, or ``…`` and ``&`` are mixed.

    >>> parse("党建!党建引领").without
    frozenset({'党建引领'})
    """
    where = indicator[:1] if indicator[:1] in {"^", "$"} else ""
    positive, *without = indicator.removeprefix(where).split("!")
    if "…" in positive and "&" in positive:
        raise CodebookError("… and & in one indicator; write two")
    if positive.startswith("{lack}"):
        raise CodebookError("{lack} cannot come first; write 学习&{lack} for any order")
    parts = [_words(part, sets or {}) for part in re.split("[…&]", positive)]
    return Pattern(
        tuple(parts), "&" not in positive, frozenset().union(*(_words(w, sets or {}) for w in without)), where
    )


def _words(part: str, sets: dict[str, frozenset[str]]) -> frozenset[str]:
    if part.startswith("{") and part.endswith("}"):
        known = {"lack": _lack()} | sets
        if part[1:-1] not in known:
            raise CodebookError(f"no set {part}; there are {', '.join(sorted(known))}")
        return known[part[1:-1]]
    if not _folded(part) or set(part) & set("^${}"):
        raise CodebookError(f"{part!r} is not a word")
    return frozenset([_folded(part)])


@cache
def _lack() -> frozenset[str]:
    return frozenset(lacking.lists()["predicates"])


@cache
def _folded(word: str) -> str:
    return hanzi.fold(word).text


def read_codebook(source: str | os.PathLike) -> Codebook:
    """Read a codebook: one of `BUILTIN` by name, or a TOML file by path.

    A `CodebookError` if there is none, or it is no TOML, or a key is unknown, missing or of the wrong type; it names
    the file, the line, the code and the key.

    >>> read_codebook("problems").labels()["theory"]
    '理论学习'
    """
    path: Any = Path(source)
    if str(source) in BUILTIN:
        path = resources.files("textkit") / "data" / f"{source}.toml"
    elif not path.is_file():
        raise CodebookError(f"{source}: no such codebook; give a .toml file or one of {', '.join(BUILTIN)}")
    try:
        text = path.read_text("utf-8-sig")
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CodebookError(f"{source}: not a TOML file in UTF-8: {error}") from None
    place = _Place(str(source), text.splitlines())
    book = _codebook(data, place)
    return book._replace(examples=_examples(data["examples"], path.parent, book, place)) if "examples" in data else book


class _Place(NamedTuple):
    """Where in the file one reads, to say so in errors: TOML itself forgets the lines."""

    source: str
    lines: list[str]
    code: int = 0
    name: str = ""

    def error(self, message: str, needle: str = "") -> CodebookError:
        """Names the first line of the code in which the needle is a key or a word, else the code's own."""
        heads = [i for i, line in enumerate(self.lines) if re.match(r"\s*\[\[\s*code\s*]]", line)]
        first, last = 0, len(self.lines)
        if 0 < self.code <= len(heads):
            first, last = heads[self.code - 1], [*heads, last][self.code]
        word = re.escape(needle)
        meant = re.compile(rf"""(?:^|[{{,.\[])\s*{word}\s*[=\].]|["']{word}["']|(?:^|[\[,])\s*{word}\s*[,\]]""")
        found = (i for i in range(first, last) if needle and meant.search(self.lines[i]))
        line = next(found, first if self.code else None)
        at = "" if line is None else f":{line + 1}"
        where = f": code {self.code} ({self.name})" if self.code else ""
        return CodebookError(f"{self.source}{at}{where}: {message}")


def _codebook(data: dict, place: _Place) -> Codebook:
    _check(data, _FILE, place, _TOP)
    _check_values(data, place)
    sets = _sets(data.get("sets", {}), place)
    codes: list[tuple[str, ...]] = []
    indicators: list[tuple[str, str, float]] = []
    for i, code in enumerate(data["code"], 1):
        if not isinstance(code, dict):
            raise place.error(f"code {code!r} must be a table; begin each code with [[code]]", "code")
        here = place._replace(code=i, name=repr(code.get("id", "without id")))
        _check(code, _CODE, here, ("id", "zh", "indicators"))
        if not re.fullmatch(r"[\w-]+", code["id"]):
            raise here.error(f"id {code['id']!r} must be letters, digits, - and _, without spaces", "id")
        if code["id"] in [row[0] for row in codes] or code["id"] == OTHER:
            raise here.error("the id stands twice or is reserved; choose another", "id")
        codes.append((code["id"], *(({"en": code["id"]} | code).get(key, "") for key in _TEXTS)))
        found = _indicators(code, data["weights"], sets, here).items()
        indicators += [(code["id"], word, weight) for word, weight in found]
    codes.append((OTHER, "其他", "Other", "Nothing in this codebook fits.", "", ""))
    return Codebook(
        name=data["name"],
        version=str(data.get("version", "")),
        roles=tuple(data["roles"]),
        title=data.get("title", {}),
        codes=pd.DataFrame(codes, columns=["code", *_TEXTS]),
        indicators=pd.DataFrame(indicators, columns=["code", "indicator", "weight"]),
        scoring=SCORING | data.get("scoring", {}),
        sets=sets,
    )


def _examples(name: str, folder: Any, book: Codebook, place: _Place) -> pd.DataFrame:
    if Path(name).name != name or not (folder / name).is_file():
        raise place.error(f"examples {name!r} must name a .csv file beside the codebook", "examples")
    with (folder / name).open(encoding="utf-8-sig", newline="") as file:
        table = pd.read_csv(file, dtype=str, keep_default_na=False).map(lambda cell: cell.removeprefix("'"))
    missing = {"text", "primary"} - set(table.columns)
    if missing:
        raise place.error(f"{name} lacks the column {min(missing)!r}; it needs text and primary", "examples")
    if "role" in table:
        table = table[table["role"].isin(book.roles)]
    unknown = table.loc[~table["primary"].isin(book.codes["code"]), "primary"]
    if len(unknown):
        raise place.error(f"{name}, line {unknown.index[0] + 2}: no code {unknown.iloc[0]!r}", "examples")
    table = table.rename(columns={"primary": "code"}).reindex(columns=["report", "code", "text"])
    return table.reset_index(drop=True)


def _check(table: dict, known: Mapping[str, type], place: _Place, required: Iterable[str] = ()) -> None:
    for key, value in table.items():
        if key not in known:
            raise place.error(f"unknown key {key!r}; known are {', '.join(sorted(known))}", key)
        if not isinstance(value, known[key]):
            raise place.error(f"key {key!r} must be a {_KINDS[known[key]]}, not {value!r}", key)
    for key in required:
        if key not in table:
            raise place.error(f"key {key!r} is missing")


def _check_values(data: dict, place: _Place) -> None:
    if not _NAME.fullmatch(data["name"]):
        raise place.error(f"name {data['name']!r} must be up to 20 letters, digits, - and _, a letter first", "name")
    if not data["roles"] or not set(map(str, data["roles"])) <= set(_ROLES):
        raise place.error(f"roles {data['roles']!r} must be a list of parts: {', '.join(_ROLES)}", "roles")
    _check(data.get("title", {}), {"zh": str, "en": str}, place)
    _check(data.get("scoring", {}), dict.fromkeys(SCORING, object), place)
    for kind, least in (("weights", 1e-9), ("scoring", 0)):
        for name, value in data.get(kind, {}).items():
            if type(value) not in (int, float) or not least <= value < math.inf:
                raise place.error(f"{kind}: {name!r} must be a number above 0, not {value!r}", name)


def _sets(sets: dict, place: _Place) -> dict[str, frozenset[str]]:
    for name, words in sets.items():
        if not (isinstance(words, list) and words and all(isinstance(word, str) and _folded(word) for word in words)):
            raise place.error(f"set {name!r} must be a list of words, not {words!r}", name)
    return {name: frozenset(map(_folded, words)) for name, words in sets.items()}


def _indicators(code: dict, weights: dict, sets: dict, place: _Place) -> dict[str, float]:
    """Indicators with weights; an object that lacks is one with {lack} put after it."""
    found: dict[str, float] = {}
    for key, ending in (("indicators", ""), ("lacks", "&{lack}")):
        for strength, words in code.get(key, {}).items():
            if strength not in weights:
                raise place.error(f"unknown key {strength!r} in {key}; [weights] has {', '.join(weights)}", strength)
            if not isinstance(words, list):
                raise place.error(f"{strength} must be a list of words, not {words!r}", strength)
            for word in words:
                what, *without = str(word).split("!", 1)
                indicator = _folded("!".join([what + ending, *without]))
                try:
                    parse(indicator if isinstance(word, str) else "", sets)
                    if indicator in found:
                        raise CodebookError("stands twice in this code")
                except CodebookError as error:
                    here = place._replace(name=f"{place.name}, {strength}")
                    raise here.error(f"{word!r}: {error}", str(word) or '""') from None
                found[indicator] = float(weights[strength])
    return found
