"""The page of the whole job: one file that holds all it shows.

Tables sort by sortable-tablesort 4.1.7 (Unlicense), which comes with this room; search, and the way from a number to
its sentences, are a few lines of our own.
"""

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd
from markupsafe import Markup

from textkit import wording
from textkit.reader.layers import Tables, prepare
from textkit.reader.sheets import ROWS, Evidence, sheets
from textkit.reader.view import asset, environment, words

_REPORTS = 30  # that the reader holds,
_CHARS = 400_000  # and characters of them all
_GROUPS = 100  # of shared passages,
_TWINS = 6  # places of each,
_PASSAGE = 400  # and characters


class Picture(NamedTuple):
    """A figure: name, title, caption, width and height in CSS pixels, and the bytes of a WebP file.

    >>> Picture("keyness", "关键词", "n = 5", 700, 400, b"").source
    'data:image/webp;base64,'
    """

    name: str
    title: str
    caption: str
    width: int
    height: int
    webp: bytes

    @property
    def source(self) -> str:
        """The bytes as an address."""
        return f"data:image/webp;base64,{base64.b64encode(self.webp).decode()}"


class Group(NamedTuple):
    """A passage on the page: its places, and how many more there are.

    A place is: report, where it leads, text, similarity to the one it shares most with, year, earliest or later.

    >>> Group(1, [("a", "at-0-0-2", "学习", 1.0, "2023", "later")], 0).number
    1
    """

    number: int
    places: list[tuple[str, str, str, float, str, str]]
    more: int


def page(
    tables: Tables,
    codebooks: Sequence[Any] = (),
    pictures: Sequence[Picture] = (),
    notes: Sequence[str] = (),
    *,
    language: str = "zh",
) -> str:
    r"""Summary, figures, tables, shared passages and a reader as one HTML document that works offline.

    Its policy (Content-Security-Policy) lets nothing run or load but what is in it; text of reports, their names
    and labels of codebooks are escaped. Of a large corpus it holds a part, and says which. It is made of the tables of
    ``project.analyse``, the codebooks that this used, the figures in order, and notes of what was left out, and why; it
    opens in Chinese (``"zh"``) or English (``"en"``).

    >>> import pathlib, tempfile
    >>> from textkit import project
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "a.txt"
    >>> _ = file.write_text("一、存在的问题\\n（一）理论学习不够。\\n（二）走访群众少。", "utf-8")
    >>> html = page(project.analyse(file, []).tables)
    >>> html.startswith("<!doctype html>"), "理论学习不够" in html
    (True, True)
    """
    shown = _fitting(tables["reports"])
    texts = dict(zip(tables["reports"]["report"], tables["reports"]["text"], strict=True))
    labels = _labels(codebooks)
    evidence = Evidence(texts, shown)
    tables = {**tables, "stretches": wording.stretches(tables["points"], tables["phrases"])}
    made = list(sheets(tables, codebooks, evidence, words()["values"] | labels))
    years = tables["reports"].set_index("report")["year"].dropna().astype(str).to_dict()
    groups = _groups(tables["passages"], texts, years, shown)
    kept = {name: rows[rows["report"].isin(shown)] for name, rows in _read(tables, codebooks).items()}
    linked = {group.number for group in groups}
    readings = [prepare(name, kept, labels, f"r{i}", linked=linked) for i, name in enumerate(shown)]
    style, script = Markup(asset("reader.css") + asset("page.css")), Markup(asset("page.js") + asset("sortable.min.js"))
    values = {
        "language": language,
        "style": style,
        "script": script,
        "policy": _policy(style, script),
        "counts": _counts(tables, {f"t-{sheet.name}" for sheet in made} | {"passages"}),
        "summary": made[0],
        "sheets": made[1:],
        "pictures": pictures,
        "notes": [_said(note) for note in notes],
        "limits": _limits(tables, len(shown)),
        "groups": groups,
        "readings": readings,
        "at": {name: f"r{i}" for i, name in enumerate(shown)},
        "evidence": Markup(evidence.json()),
    }
    return environment().get_template("page.html").render(values)


def _fitting(reports: pd.DataFrame) -> list[str]:
    """The first reports, as many as the page can hold; one in any case."""
    fitting = reports["text"].str.len().cumsum() <= _CHARS
    return reports["report"][: max(min(_REPORTS, int(fitting.sum())), 1)].tolist()


def _labels(codebooks: Sequence[Any]) -> dict[str, tuple[str, str]]:
    """``book:code`` → name, as two codebooks may use one code for different things."""
    return {
        f"{book.name}:{code}": (zh, en)
        for book in codebooks
        for code, zh, en in book.codes[["code", "zh", "en"]].itertuples(index=False)
    }


def _read(tables: Tables, codebooks: Sequence[Any]) -> dict[str, pd.DataFrame]:
    """What the reader shows."""
    coded = [tables[f"{book.name}_codes"] for book in codebooks]
    named = [rows.assign(code=book.name + ":" + rows["code"]) for book, rows in zip(codebooks, coded, strict=True)]
    found = {name: tables[name] for name in ("reports", "outline", "points", "passages")}
    found["occurrences"] = tables["stretches"].query("origin != 'rest'")
    return found | ({"codes": pd.concat(named)} if named else {})


def _policy(style: str, script: str) -> str:
    """Nothing runs or loads but this style and this script, known by their hashes, and pictures in the page."""
    hashes = (base64.b64encode(hashlib.sha256(part.encode()).digest()).decode() for part in (style, script))
    allowed = "default-src 'none'; img-src data:; style-src 'sha256-{}'; script-src 'sha256-{}'"
    return allowed.format(*hashes) + "; base-uri 'none'; form-action 'none'"


def _said(note: str) -> tuple[str, str]:
    """A note of the job in both languages; one that ``words.toml`` does not know, as it is."""
    for zh, en in words()["notes"].values():
        found = re.fullmatch(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.*?)", re.escape(en)), note, re.DOTALL)
        if found:
            return zh.format(**found.groupdict()), note
    return note, note


def _counts(tables: Tables, ids: set[str]) -> dict[str, tuple[int, str]]:
    """The numbers at the top, and where each leads, if it is on the page."""
    reports = tables["reports"]
    counts = {
        "reports": (len(reports), "t-reports"),
        "points": (len(tables["points"]), "t-points"),
        "chars": (int(reports["text"].str.len().sum()), "t-overview"),
        "phrases": (len(tables["phrases"]), "t-phrases"),
        "groups": (tables["passages"]["group"].nunique(), "passages"),
    }
    return {name: (number, target if target in ids else "") for name, (number, target) in counts.items()}


def _limits(tables: Tables, shown: int) -> list[tuple[str, str]]:
    """What so many reports with points cannot tell."""
    n = max(tables["points"]["report"].nunique(), 1)
    said = ["units", "one" if n == 1 else "paired", "unseen", "coding"]
    said += ["part_of"] * (shown < len(tables["reports"]))
    values = {"n": n, "points": len(tables["points"]), "p": min(2 / 2**n, 1.0), "upper": 1 - 0.05 ** (1 / n)}
    values |= {"shown": shown, "rows": ROWS, "all": len(tables["reports"])}
    pairs = (words()["limits"][name] for name in said)
    return [(zh.format(**values), en.format(**values)) for zh, en in pairs]


def _groups(
    passages: pd.DataFrame, texts: Mapping[str, str], years: Mapping[str, str], shown: Sequence[str]
) -> list[Group]:
    at = {name: i for i, name in enumerate(shown)}
    groups = []
    for number, rows in passages[passages["group"].isin(passages["group"].unique()[:_GROUPS])].groupby("group"):
        places = []
        for row in rows.head(_TWINS).itertuples():
            text = texts[row.report][row.start : row.end]
            target = f"at-{at[row.report]}-{row.start}-{row.end}" if row.report in at else ""
            text = text if len(text) <= _PASSAGE else text[:_PASSAGE] + "…"
            places.append((row.report, target, text, row.similarity, years.get(row.report, ""), row.direction))
        groups.append(Group(number, places, len(rows) - len(places)))
    return groups
