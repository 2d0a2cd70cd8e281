"""What a report says of itself, with the place where it says so.

Nothing is guessed from file names. For each field the title and the words after it are asked
separately, so that a title that says 书记 and a body that says 主任 both are on record. Values are
in simplified characters and years in ASCII digits, whatever the text is written in.
"""

import re
from itertools import islice
from typing import Any, NamedTuple

import pandas as pd

from textkit import frames, hanzi, lines

FIELDS = ("title", "year", "author", "role", "theme")
"""Columns of the *reports* table that are inferred, and that a sidecar may settle."""

_OPENING_CHARS = 600
_BYLINES = 2  # lines under the title that may name an office
_OFFICES_CHARS = 24  # in which 党工委副书记、办事处主任 is said
_ZEROS = str.maketrans(dict.fromkeys("○零0０OＯ", "〇"))
_SAID_YEAR = (
    r"(?<![\d一二三四五六七八九〇○零])(?:(?:[2２][0０]|[1１][9９])\d\d"
    "|(?:二[〇○零0０OＯ]|一九)[〇○零0０OＯ一二三四五六七八九]{2})"
)
_YEAR = re.compile(rf"{_SAID_YEAR}(?=\s*年度)|^\s*{_SAID_YEAR}(?=\s*年[，度])", re.MULTILINE)
_YEAR_IN_TITLE = re.compile(rf"{_SAID_YEAR}(?=\s*年)")
_DATED = re.compile(_SAID_YEAR)
_FORMS = lines.forms("metadata")
_THEME = re.compile(_FORMS["theme"])
_OFFICE = re.compile(rf"(?<!总)(?:副?{_FORMS['office']}|一把手)")
_FURTHER = re.compile(rf"(?:、|兼)[^、，。；\s\d]{{0,12}}?(?P<said>{_OFFICE.pattern})")
_SELF = re.compile(rf"(?:作为|身为|担任)[^，。；、]{{0,12}}?(?P<said>{_OFFICE.pattern})")
_PERSON = re.compile(_FORMS["person"])
_PERSON_IN_TITLE = re.compile(rf"{_FORMS['person']}|{_FORMS['person_in_title']}")
_TEAM = re.compile(rf"{_FORMS['team']}|{_FORMS['body']}{_FORMS['speaks']}")
_TEAM_IN_TITLE = re.compile(rf"{_TEAM.pattern}|{_FORMS['body']}(?=\s*(?:{_SAID_YEAR}|检视|剖析|检查))")


class Claim(NamedTuple):
    r"""A value that a place of the text gives to a field; ``basis`` is title, opening or text.

    >>> claims("书记对照检查材料\n作为主任，我学习不够。")[2]
    Claim(field='role', value='书记', start=0, end=2, basis='title', conflict=True)
    """

    field: str
    value: str
    start: int
    end: int
    basis: str
    conflict: bool = False


def claims(text: str) -> list[Claim]:
    r"""All claims, the one that counts first among those of its field; contradictions are flagged.

    >>> [(one.field, one.value) for one in claims("副书记2023年“六个带头”发言\n我认真学习。")[1:]]
    [('year', '2023'), ('author', '个人'), ('role', '副书记'), ('theme', '六个带头')]
    """
    span = lines.title(text)
    start, end = span or (0, 0)
    whole = [Claim("title", text[start:end], start, end, "title")] if span else []
    opening = max(end, _OPENING_CHARS)
    text = hanzi.simple(text)
    return [
        *whole,
        *_year(text, start, end, opening),
        *_author(text, start, end, opening),
        *_role(text, start, end),
        *_one("theme", _THEME.search(text, start, end), _THEME.search(text, end, opening)),
    ]


def _claim(field: str, match: re.Match, basis: str, group: str | int = 0) -> Claim:
    value = match[group].strip('“”" \n\t\u3000')
    start = match.start(group) + match[group].index(value)
    end = start + len(value)
    if field == "year":
        value = str(hanzi.number(value) or hanzi.number(value.translate(_ZEROS)))
    return Claim(field, value, start, end, basis)


def _one(field: str, title: re.Match | None, opening: re.Match | None) -> list[Claim]:
    found = [_claim(field, match, basis) for match, basis in ((title, "title"), (opening, "opening")) if match]
    return _judged(found)


def _year(text: str, start: int, end: int, opening: int) -> list[Claim]:
    """The year that is told of; else, under the title, the date on which it was told."""
    found = _one("year", _YEAR_IN_TITLE.search(text, start, end), _YEAR.search(text, end, opening))
    if not found and (line := next(lines.walk(text, end, opening), None)) and lines.is_date(text[slice(*line)]):
        found = _one("year", None, _DATED.search(text, *line))
    return found


def _judged(found: list[Claim]) -> list[Claim]:
    """What the title says and, if that is something else, what follows it says; then both are flagged."""
    if len({claim.value for claim in found}) < 2:
        return found[:1]
    return [claim._replace(conflict=True) for claim in found]


def _author(text: str, start: int, end: int, opening: int) -> list[Claim]:
    """Someone who says I is a person, even among a team."""
    found = []
    for basis, span, person, team in (
        ("title", (start, end), _PERSON_IN_TITLE, _TEAM_IN_TITLE),
        ("opening", (end, opening), _PERSON, _TEAM),
    ):
        if mine := person.search(text, *span):
            found.append(Claim("author", "个人", *mine.span(), basis))
        elif ours := team.search(text, *span):
            found.append(Claim("author", "班子", *ours.span(), basis))
    return sorted(_judged(found), key=lambda claim: claim.value != "个人")


def _byline(text: str, end: int) -> lines.Span | None:
    """A line under the title, such as another title could be, that names an office: 县卫生健康局党组书记 王某某."""
    under = (lines.title_in(text, line) for line in islice(lines.walk(text, end), _BYLINES))
    return next((line for line in under if line and _OFFICE.search(text, *line)), None)


def _role(text: str, start: int, end: int) -> list[Claim]:
    """One may hold two offices: 党工委书记、办事处主任; the first counts, the others are on record."""
    basis, body = "title", _SELF.search(text, end)
    if not _OFFICE.search(text, start, end) and (line := _byline(text, end)):
        basis, (start, end) = "opening", line
    title = _OFFICE.search(text, start, end)
    found = [_claim("role", title, basis)] if title else []
    further = [(basis, one) for one in _FURTHER.finditer(text, title.end(), end)] if title else []
    if body:
        first = body.start("said")
        clause = re.split("[，。；\n]", text[first : first + _OFFICES_CHARS])[0]
        agreeing = {"一把手", *_OFFICE.findall(text, start, end)} if title else set()
        held = set(_OFFICE.findall(clause))
        head = title is not None and title[0] == "一把手" and any(not office.startswith("副") for office in held)
        if not head and not held & agreeing:
            found.append(_claim("role", body, "text", "said"))
        further += [("text", one) for one in _FURTHER.finditer(text, body.end("said"), first + len(clause))]
    others = {one["said"]: _claim("role", one, basis, "said") for basis, one in reversed(further)}
    return _judged(found) + [others[value] for value in reversed(others) if value not in {one.value for one in found}]


def infer(text: str) -> dict[str, Any]:
    r"""What counts of the claims; empty, for the year None, where the text does not say.

    >>> infer("党委副书记2023年“六个带头”发言\n我认真学习，现汇报如下。")
    {'title': '党委副书记2023年“六个带头”发言', 'year': 2023, 'author': '个人', 'role': '副书记', 'theme': '六个带头'}
    """
    found = dict.fromkeys(FIELDS, "") | {claim.field: claim.value for claim in reversed(claims(text))}
    return found | {"year": int(found["year"]) if found["year"] else None}


def metadata(reports: pd.DataFrame) -> pd.DataFrame:
    r"""Where the metadata of reports come from, and where they contradict each other: one row per value said.

    ``reports`` has at least ``report`` and ``text``. In the *metadata* table ``basis`` is title, opening or text, where
    ``text[start:end]`` says so, or given (by a sidecar or table, without place).

    >>> reports = pd.DataFrame({"report": ["a"], "text": ["街道书记对照检查材料\n作为办事处主任，我学习不够。"]})
    >>> metadata(reports).query("conflict")[["field", "value", "start", "end", "basis", "used"]]
      field value  start  end  basis   used
    2  role    书记      2    4  title   True
    3  role    主任     16   18   text  False
    """
    frames.require(reports, "reports", "report", "text")
    frames.require_unique(reports, "reports", "report")
    rows: list[tuple] = []
    for report in reports.to_dict("records"):
        said = claims(report["text"])
        for field in FIELDS:
            of_field = [claim for claim in said if claim.field == field]
            used = report[field] if field in report else next((claim.value for claim in of_field), "")
            used = "" if pd.isna(used) else str(used)
            given = used not in {claim.value for claim in of_field} and used != ""
            if given:
                rows.append((report["report"], field, used, None, None, "given", True, bool(of_field)))
            rows += [(report["report"], *claim[:5], claim.value == used, claim.conflict or given) for claim in of_field]
    return frames.make("metadata", rows)


def describe(reports: pd.DataFrame) -> pd.DataFrame:
    r"""Fill what is empty of title, year, author, role and theme with what the texts say, as after ``outline.split``.

    >>> text = "局长2023年度述职报告\n一、工作"
    >>> reports = pd.DataFrame({"report": ["a"], "year": [None], "role": [""], "text": [text]})
    >>> describe(reports)[["year", "role"]].values.tolist()
    [[2023, '局长']]
    """
    frames.require(reports, "reports", "report", "text")
    said = [infer(text) for text in reports["text"]]
    filled = reports.copy()
    for field in (field for field in FIELDS if field in reports):
        empty = reports[field].isna() | (reports[field] == "")
        found = pd.Series([one[field] for one in said], index=reports.index, dtype=reports[field].dtype)
        filled[field] = reports[field].where(~empty, found)
    return filled
