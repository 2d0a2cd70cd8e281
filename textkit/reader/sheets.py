"""The tables of the page, in which every number knows the places in the reports that it comes from."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from textkit import frames
from textkit.reader.layers import Labels, Tables

ROWS = 500
"""Rows of a table that the page holds."""

_PLACES = 1000  # behind one number
_EXCERPTS = 3  # where none of them is in a report that the page holds
_AROUND = 24  # characters shown around these
_WIDE = 10  # reports that get a column of their own
_TERMS = 40  # of each part
_COUNTED = 3  # times that a key term is counted
_MOST = 10  # points of a report that have most of a topic

Place = tuple[str, int, int]


class Cell(NamedTuple):
    """Words in both languages, the number of the evidence, the report that they name."""

    zh: str
    en: str
    evidence: int = -1
    report: str = ""


class Sheet(NamedTuple):
    """A table of the page and the file of its source; a column is named in ``words.toml``, or begins with =."""

    name: str
    title: tuple[str, str]
    columns: list[str]
    rows: list[list[Cell]]
    total: int
    source: str


class _Plan(NamedTuple):
    """A table to be made.

    Columns are (name, kind); kinds are # numbers, % shares, ~ words with a translation, @ words with evidence, else
    plain words. Behind the numbers of a row are the places with its ``by``; behind a column that places name in
    their ``column``, only those.
    """

    name: str
    frame: pd.DataFrame
    columns: Sequence[tuple[str, str]]
    places: pd.DataFrame
    by: Sequence[str]
    title: tuple[str, str] = ("", "")
    source: str = ""  # if not the name


class Evidence:
    """Places behind numbers, each list kept once; excerpts, where all are in reports that the page lacks.

    >>> kept = Evidence({"a": "理论学习不够", "b": "学习不深"}, ["a"])
    >>> kept.add([("a", 2, 4), ("b", 0, 2)]), kept.add([("b", 0, 2)]), kept.add([])
    (0, 1, -1)
    >>> kept.json()
    '{"reports":["a"],"lists":[[2,[[0,2,4]],[]],[1,[],[["b","","学习","不深"]]]]}'
    """

    def __init__(self, texts: Mapping[str, str], shown: Sequence[str]) -> None:
        self._texts, self._shown = texts, {name: i for i, name in enumerate(shown)}
        self._known: dict[tuple[Any, ...], int] = {}
        self._lists: list[list[Any]] = []

    def add(self, places: Sequence[Place]) -> int:
        """Number of this list of places; -1 if there are none."""
        if not places:
            return -1
        within = [place for place in places if place[0] in self._shown][:_PLACES]
        beyond = [] if within else places[:_EXCERPTS]
        key = (len(places), *within, *beyond)
        if key not in self._known:
            self._known[key] = len(self._lists)
            offsets = [[self._shown[report], start, end] for report, start, end in within]
            self._lists.append([len(places), offsets, [self._excerpt(*place) for place in beyond]])
        return self._known[key]

    def _excerpt(self, report: str, start: int, end: int) -> list[str]:
        text, end = self._texts[report], min(end, start + 4 * _AROUND)
        return [report, text[max(start - _AROUND, 0) : start], text[start:end], text[end : end + _AROUND]]

    def json(self) -> str:
        """As a script element may hold it: no ``<`` ends the element before its time."""
        kept = {"reports": list(self._shown), "lists": self._lists}
        return json.dumps(kept, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def sheets(tables: Tables, books: Sequence[Any], evidence: Evidence, values: Labels) -> Iterator[Sheet]:
    """Every table that has something to show, in the order of the page.

    ``values`` has the translation of words, and of codes as ``book:code``.
    """
    for plan in _plans(tables, books):
        if len(plan.frame):
            yield _fill(plan, evidence, values)


def _fill(plan: _Plan, evidence: Evidence, values: Labels) -> Sheet:
    frame, by = plan.frame.head(ROWS), list(plan.by)
    places = plan.places.merge(frame[by].drop_duplicates())
    behind, strict = _behind(places, by), set(places.get("column", ()))

    def cell(row: Mapping[str, Any], name: str, kind: str) -> Cell:
        key, value = tuple(row[of] for of in by), row[name]
        found = behind.get((*key, name) if kind == "@" or name in strict else key, ())
        words = _translated(str(value), values) if kind == "~" else (_shown(value, kind),) * 2
        linked = evidence.add(found) if words[0] and kind in ("#", "%", "@") and value != 0 else -1
        return Cell(*words, linked, value if name == "report" else "")

    filled = [[cell(row, name, kind) for name, kind in plan.columns] for row in frame.to_dict("records")]
    return Sheet(
        plan.name, plan.title, [name for name, _ in plan.columns], filled, len(plan.frame), plan.source or plan.name
    )


def _behind(places: pd.DataFrame, by: Sequence[str]) -> dict[tuple[Any, ...], list[Place]]:
    """Places of each row of a table, and of each column of it that has its own."""
    found: dict[tuple[Any, ...], list[Place]] = defaultdict(list)
    column = places["column"].tolist() if "column" in places else [None] * len(places)
    keys = zip(*(places[name].tolist() for name in by), strict=True)
    ends = (places[name].astype(int).tolist() for name in ("start", "end"))
    spans = zip(places["report"].tolist(), *ends, strict=True)
    for key, name, place in zip(keys, column, spans, strict=True):
        found[(*key, name) if isinstance(name, str) else key].append(place)
    return found


def _translated(value: str, values: Labels) -> tuple[str, str]:
    """A word, or several with ; between them."""
    zh, en = zip(*(values.get(word, (word, word)) for word in value.split("; ")), strict=True)
    return "、".join(zh), "; ".join(en)


def _shown(value: Any, kind: str) -> str:
    if pd.isna(value):
        return ""
    if kind == "%":
        return f"{value:.0%}"
    whole = not isinstance(value, float) or value.is_integer()
    return str(value) if kind != "#" else f"{int(value)}" if whole else f"{value:.2f}"


def _spec(text: str) -> list[tuple[str, str]]:
    return [(word.rstrip("#%~@"), word[-1]) for word in text.split()]


def _plans(tables: Tables, books: Sequence[Any]) -> Iterator[_Plan]:
    points, spots = tables["points"], tables["points"][["report", "point", "role", "start", "end"]]
    yield _reports(tables, spots)
    yield _overview(tables, spots)
    coded = [_primary(tables, book, spots) for book in books]
    for book, primary in zip(books, coded, strict=True):
        yield _codes(tables[f"{book.name}_by_report"], book, primary)
    yield _phrases(tables)
    yield _shares(tables)
    yield from _words(tables)
    if "topics_by_report" in tables:
        yield _topics(tables, spots)
    yield _links(tables, spots)
    yield _Plan("gaps", tables["gaps"], _spec("report point# role~ gap~"), spots, ["report", "point"])
    lacking = tables["deficits"].query("object != ''")
    objects = lacking.groupby("object").agg(count=("report", "size"), reports=("report", "nunique")).reset_index()
    objects = objects.sort_values(["count", "reports", "object"], ascending=[False, False, True])
    yield _Plan("deficits", objects, _spec("object count# reports#"), lacking, ["object"])
    listed = points.merge(pd.concat([*coded, spots.head(0).assign(code="")])[["report", "point", "code"]], how="left")
    listed = listed.drop_duplicates(["report", "point"]).fillna({"code": ""})
    listed = listed.assign(opening=listed["text"].str[:30], chars=listed["end"] - listed["start"])
    yield _Plan("points", listed, _spec("report point# role~ code~ chars# opening"), spots, ["report", "point"])


def _reports(tables: Tables, spots: pd.DataFrame) -> _Plan:
    counted = spots.groupby("report").size()
    frame = tables["reports"].assign(office=tables["reports"]["role"])
    frame["points"] = frame["report"].map(counted).fillna(0).astype("int64")
    said = tables["metadata"].query("used").replace({"field": {"role": "office"}})
    said = said.rename(columns={"field": "column"})[["report", "column", "start", "end"]].dropna()
    whole = tables["outline"].query("depth == 1")
    behind = pd.concat([said, spots.assign(column="points"), whole.assign(column="chars")])
    return _Plan(
        "reports", frame, _spec("report title@ year@ author@ office@ theme@ points# chars#"), behind, ["report"]
    )


def _overview(tables: Tables, spots: pd.DataFrame) -> _Plan:
    """Behind the points of a part are its points; behind its characters, all nodes that it is made of."""
    nodes = tables["outline"]
    parents = nodes[["report", "node", "role"]].rename(columns={"node": "parent", "role": "above"})
    made_of = nodes.merge(parents, how="left").query("role != above")[["report", "role", "start", "end"]]
    behind = pd.concat([spots.assign(column="points"), *(made_of.assign(column=name) for name in ("chars", "share"))])
    return _Plan(
        "overview", tables["overview"], _spec("report role~ points# chars# share%"), behind, ["report", "role"]
    )


def _primary(tables: Tables, book: Any, spots: pd.DataFrame) -> pd.DataFrame:
    """Points of the parts of a codebook, with the words that speak for their primary code, or else all theirs."""
    codes = tables[f"{book.name}_codes"].query("primary")[["report", "point", "code", "start", "end"]]
    found = spots[spots["role"].isin(book.roles)].merge(
        codes, on=["report", "point"], how="left", suffixes=("", "_said")
    )
    place = {end: found[f"{end}_said"].fillna(found[end]) for end in ("start", "end")}
    code = book.name + ":" + found["code"].fillna("other")
    return found.assign(**place, code=code)


def _codes(cross: pd.DataFrame, book: Any, primary: pd.DataFrame) -> _Plan:
    cross = cross[cross["role"] == book.roles[0]]
    wide = cross.pivot(index="code", columns="report", values="points").reindex(book.codes["code"]).dropna(how="all")
    primary = primary[primary["role"] == book.roles[0]]
    title = (book.title.get("zh", book.name), book.title.get("en", book.name))
    frame, columns = _wide(wide, "code", "#", "sum")
    frame["code"] = book.name + ":" + frame["code"]
    behind = pd.concat([primary, primary.assign(column="=" + primary["report"])])
    return _Plan(f"codes-{book.name}", frame, columns, behind, ["code"], title, f"{book.name}_by_report")


def _wide(wide: pd.DataFrame, key: Any, kind: str, total: str) -> tuple[pd.DataFrame, list[tuple[Any, str]]]:
    """A column for each report if they fit on a page, and one for all."""
    narrow = wide if wide.shape[1] <= _WIDE else wide.iloc[:, :0]
    frame = narrow.rename(columns=lambda name: f"={name}").assign(all=wide.agg(total, axis=1)).reset_index(names=key)
    return frame, [(key, "~"), *((name, kind) for name in frame.columns[1:])]


def _phrases(tables: Tables) -> _Plan:
    """Behind a count are all occurrences, behind the net count those within no longer one."""
    columns = _spec("phrase origin~ count# net_count# reports# dispersion#")
    found = tables["occurrences"].sort_values(["report", "start", "end"], ascending=[True, True, False])
    reach = found.groupby("report")["end"].cummax().groupby(found["report"]).shift(fill_value=0)
    behind = pd.concat([found, found[found["end"] > reach].assign(column="net_count")])
    return _Plan("phrases", tables["phrases"], columns, behind, ["phrase"])


def _shares(tables: Tables) -> _Plan:
    """Behind a share are the stretches that it counts: of the report whose it is, or of all reports."""
    shares, counted, key = tables["phrase_shares"], tables["stretches"], ["role", "origin"]
    reached = shares.dropna(subset="share").sort_values("share", kind="stable").groupby(key)
    ends = [reached[["report"]].nth(i).assign(column=name) for i, name in ((0, "smallest"), (-1, "largest"))]
    ends = [shares[key].join(end, how="right").merge(counted) for end in ends]
    wide, columns = _wide(shares.pivot(index=key, columns="report", values="share"), key, "%", "mean")
    frame = frames.by_part(tables["phrase_share_intervals"]).merge(wide, on=key)
    frame = frame.rename(columns={"share": "mean"})
    columns = _spec("role~ origin~ mean% smallest% largest% low% high%") + columns[2:-1]
    behind = pd.concat([counted, counted.assign(column="=" + counted["report"]), *ends])
    return _Plan("phrase_shares", frame, columns, behind, key, source="phrase_share_intervals")


def _words(tables: Tables) -> Iterator[_Plan]:
    words, top = tables["words"], tables["terms_by_report"]
    if "keyness" in tables:
        key = tables["keyness"]
        key = key[(key["count"] >= _COUNTED) & (key["log_odds"] > 0)].groupby("group", sort=False).head(_TERMS)
        columns = _spec("group~ term count# reports# log_odds# low# high# boot_low# boot_high#")
        yield _Plan("keyness", key, columns, words.assign(group=words["role"]), ["group", "term"])
    yield _Plan("terms_by_report", top, _spec("report term count# weight#"), words, ["report", "term"])


def _topics(tables: Tables, spots: pd.DataFrame) -> _Plan:
    wide = tables["topics_by_report"].pivot(index="topic", columns="report", values="share")
    frame, columns = _wide(wide, "topic", "%", "mean")
    survey, names = tables["topic_survey"], tables["topic_names"]
    steady = survey[survey["k"] == len(names)][["topic", "reports"]].rename(columns={"reports": "stability"})
    frame = frame.merge(names[["topic", "name"]]).merge(steady, how="left")
    most = tables["topic_shares"].sort_values("share", ascending=False, kind="stable")
    most = most.groupby(["topic", "report"]).head(_MOST).merge(spots)
    behind = pd.concat([most, most.assign(column="=" + most["report"])])
    columns = [("topic", "#"), ("name", ""), *columns[1:-1], ("mean", "%"), ("stability", "#")]
    return _Plan("topics", frame.rename(columns={"all": "mean"}), columns, behind, ["topic"], source="topics_by_report")


def _links(tables: Tables, spots: pd.DataFrame) -> _Plan:
    linked = tables["links"].assign(link=range(len(tables["links"])))
    ends = [linked[["report", "link", end]].rename(columns={end: "point"}) for end in ("problem", "cause", "measure")]
    both = pd.concat(ends).dropna().merge(spots)
    return _Plan("links", linked, _spec("report problem# cause# measure# score# basis~"), both, ["link"])
