"""One report with what was found in it, as HTML."""

import hashlib
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

import pandas as pd
from markupsafe import Markup

from textkit import frames
from textkit.errors import FrameError, InputError
from textkit.reader.layers import ORIGINS, prepare
from textkit.reader.marking import safe

_ASSETS = resources.files("textkit.reader") / "assets"


class View(NamedTuple):
    """A report to be read: `html` is a fragment that brings its style, runs no script and asks for nothing.

    >>> View("<p>学习</p>")._repr_html_()
    '<p>学习</p>'
    """

    html: str

    def _repr_html_(self) -> str:
        return self.html


@cache
def words() -> dict[str, dict[str, Any]]:
    """What the page says besides the reports, as [zh, en]."""
    return tomllib.loads(asset("words.toml"))


def asset(name: str) -> str:
    """A file that comes with this room, as text."""
    return (_ASSETS / name).read_text("utf-8")


@cache
def environment() -> Any:
    """The template engine; everything is escaped unless it is markup already."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    blocks: dict[str, Any] = {"trim_blocks": True, "lstrip_blocks": True}
    files = PackageLoader("textkit.reader", "assets")
    made = Environment(loader=files, autoescape=True, undefined=StrictUndefined, **blocks)
    made.filters |= {"safe_text": safe}
    made.globals |= {"t": translated, "both": both, "words": words(), "origins": ORIGINS}
    return made


def both(zh: str, en: str) -> Markup:
    """Words in both languages, of which the page shows one; what is the same in both says that it is Chinese.

    >>> both("图", "图"), both("5", "5")
    (Markup('<span lang="zh">图</span>'), Markup('5'))
    """
    if zh == en:
        return safe(zh) if zh.isascii() else Markup('<span lang="zh">{}</span>').format(safe(zh))
    pair = '<span class="t" lang="zh">{}</span><span class="t" lang="en">{}</span>'
    return Markup(pair).format(safe(zh), safe(en))


def translated(key: str) -> Markup:
    """What ``words.toml`` says under ``group.name``.

    >>> translated("layers.idiom")
    Markup('<span class="t" lang="zh">成语和固定语</span><span class="t" lang="en">Set phrases</span>')
    """
    group, name = key.split(".")
    return both(*words()[group][name])


def show(
    report: str,
    reports: pd.DataFrame,
    *,
    outline: pd.DataFrame | None = None,
    points: pd.DataFrame | None = None,
    codes: pd.DataFrame | None = None,
    phrases: pd.DataFrame | None = None,
    occurrences: pd.DataFrame | None = None,
    passages: pd.DataFrame | None = None,
    marks: pd.DataFrame | None = None,
    labels: Mapping[str, str] | None = None,
    language: str = "zh",
) -> View:
    """A report with what was found in it: a notebook shows the view that this returns.

    Parameters
    ----------
    report, reports
        Its id; the *reports* table, or any with ``report, text``.
    outline, points, codes, occurrences, passages
        Tables of those names; rows of other reports are passed over. Codes need points.
    phrases
        The *phrases* table, which has the origin of the phrases in ``occurrences``.
    marks
        Anything else to be seen: a table ``report, start, end, label``.
    labels
        Code → name.
    language
        Of the interface: ``"zh"`` or ``"en"``.

    An `InputError` if there is no such report or language; a `FrameError` if a column is missing, or a mark does not
    lie in the text.

    >>> reports = pd.DataFrame({"report": ["a"], "text": ["理论学习不够。"]})
    >>> found = pd.DataFrame({"report": ["a"], "start": [4], "end": [6], "label": ["缺"]})
    >>> '<mark class="extra" data-zh="缺" data-en="缺">不够</mark>' in show("a", reports, marks=found).html
    True
    """
    if language not in ("zh", "en"):
        raise InputError(f"unknown language {language!r}; choose from zh, en")
    if phrases is not None and occurrences is not None:
        frames.require(phrases, "phrases", "phrase", "origin")
        occurrences = occurrences.merge(phrases[["phrase", "origin"]], how="left")
    given = {"outline": outline, "points": points, "codes": codes, "occurrences": occurrences, "passages": passages}
    given |= {"reports": reports, "marks": marks}
    tables = {name: frame for name, frame in given.items() if frame is not None}
    named = {code: (name, name) for code, name in (labels or {}).items()}
    text = prepare(report, tables, named, f"tk{hashlib.sha256(report.encode('utf-8', 'replace')).hexdigest()[:8]}")
    template = environment().get_template("reader.html")
    return View(template.render(text=text, language=language, css=Markup(asset("reader.css"))))


def rows(frame: pd.DataFrame, reports: pd.DataFrame, *, around: int = 60, most: int = 100) -> View:
    """Rows of results, each with the words it speaks of, which unfold into the text around them.

    Of any table with ``report, start, end``, and *reports* with ``report, text``: ``most`` rows with so many characters
    ``around``. A `FrameError` if a column is missing, or a row does not lie in the text of its report.

    >>> reports = pd.DataFrame({"report": ["a"], "text": ["理论学习不够。"]})
    >>> found = pd.DataFrame({"report": ["a"], "start": [4], "end": [6]})
    >>> "<summary>不够</summary>理论学习<mark>不够</mark>。</details>" in rows(found, reports).html
    True
    """
    frames.require(frame, "rows", "report", "start", "end")
    frames.require(reports, "reports", "report", "text")
    text = dict(zip(reports["report"], reports["text"], strict=True))
    names = [name for name in frame.columns if name not in ("start", "end", "evidence", "text")]
    shown, found = frame.head(most), []
    for cells, report, start, end in zip(
        shown[names].itertuples(index=False, name=None), shown["report"], shown["start"], shown["end"], strict=True
    ):
        whole = text.get(report, "")
        if not 0 <= start <= end <= len(whole):
            raise FrameError(f"rows: {start}:{end} does not lie in the text of report {report!r}; give its reports")
        sides = whole[max(start - around, 0) : start], whole[start:end], whole[end : end + around]
        found.append((["" if pd.isna(cell) else cell for cell in cells], *sides))
    template = environment().get_template("rows.html")
    return View(template.render(columns=names, rows=found, left=len(frame) - len(shown)))
