"""What an editor asks of a draft: what in it stands elsewhere, what is formula, which problem has no measure."""

import os
import re
from collections.abc import Iterable
from typing import Any, NamedTuple

import pandas as pd

from textkit import codes, hanzi, links, outline, phrases, reports, reuse, wording
from textkit.errors import InputError

_SHOWN = 20  # passages that are printed
_WIDTH = 36  # most characters of a text that are printed as they are
_MOSTLY = 0.75  # of its letters formula, and a point is named
_MARKS = re.compile(r"(\[-.*?-\]|\{\+.*?\+\})", re.S)
_PHRASE_CHARS = 100  # what is longer is no phrase but a shared passage


class Check(NamedTuple):
    """The draft's text and points, and what was found in them.

    >>> Check._fields
    ('name', 'text', 'points', 'passages', 'formula', 'unanswered')
    """

    name: str
    text: str
    points: pd.DataFrame
    passages: pd.DataFrame  # pairs, the draft's place first (point 0: in none), with both texts and the other's line
    formula: pd.DataFrame  # phrase_shares of each point
    unanswered: pd.DataFrame  # problems that no measure is linked to, with their code


def check(draft: str | os.PathLike, against: Any) -> Check:
    r"""Compare a draft with what ``reports.read`` finds in other places, and look for problems without a measure.

    A problem counts as answered if `links.match` links a measure to it. Passages are looked for in all but headings.
    The draft is a file; if it lies among the others, it is not compared with itself. An `InputError` if it has no
    numbered points, or is more than one file.

    >>> import pathlib, tempfile
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> text = "一、存在的问题\n（一）{}全面不系统，存在学用脱节。"
    >>> _ = (folder / "a.txt").write_text(text.format("忙于事务，对理论掌握不"), "utf-8")
    >>> _ = (folder / "b.txt").write_text(text.format("有时对理论掌握不够"), "utf-8")
    >>> found = check(folder / "b.txt", folder)
    >>> found.passages[["text", "other"]].values.tolist(), len(found.unanswered)
    ([['对理论掌握不够全面不系统，存在学用脱节', 'a']], 1)
    """
    own, others = reports.read(draft), reports.read(against)
    if len(own) != 1:
        raise InputError(f"{draft}: {len(own)} reports; check one draft at a time")
    others = others[others["sha256"] != own["sha256"].item()]
    name = own["report"].item()
    texts = pd.concat([own.assign(draft=True), others.assign(draft=False)], ignore_index=True)
    texts.loc[~texts["draft"] & (texts["report"] == name), "report"] += " (2)"
    nodes = outline.parse(texts)
    points = outline.points(nodes, texts).merge(texts[["report", "year", "draft"]], on="report")
    mine = points[points["draft"]].drop(columns=["year", "draft"])
    if not len(mine):
        raise InputError(f"{draft}: no numbered points (一、 （一） 1. …) are in it; check its headings")
    mined = phrases.mine(points, barriers=phrases.CLAUSE, max_chars=_PHRASE_CHARS, fold=True, min_reports=1)
    written = pd.concat([points, _around(nodes, points, texts)], ignore_index=True)
    formula = mined[(mined["origin"] != "shared") | (mined["reports"] > 2)]  # what two share is a copy, no formula
    return Check(
        name,
        own["text"].item(),
        mine,
        _passages(reuse.pairs(written, between="draft", known=wording.known(points)), texts, name),
        phrases.share(mine, formula, by=["point"]),
        _unanswered(mine),
    )


def _around(nodes: pd.DataFrame, points: pd.DataFrame, texts: pd.DataFrame) -> pd.DataFrame:
    """What stands before, between and after the points and is no heading, as points numbered 0."""
    # Nodes tile the text: those in which no point begins are its rest.
    whole = texts.set_index("report")["text"]
    ends = nodes.groupby("report")["start"].shift(-1).fillna(nodes["report"].map(whole.str.len()))
    nodes = nodes[["report", "start", "heading_end"]].assign(row=nodes.index, end=ends.astype(int), point=0)
    by_place = nodes[["report", "start", "row"]].sort_values("start")
    taken = pd.merge_asof(points.sort_values("start"), by_place, on="start", by="report")["row"]
    rest = nodes.drop(index=taken)
    rest["start"] = rest[["start", "heading_end"]].max(axis=1).astype(int)
    rest["text"] = [whole[row.report][row.start : row.end] for row in rest.itertuples()]
    return rest.merge(texts[["report", "year", "draft"]], on="report")


def _passages(pairs: pd.DataFrame, texts: pd.DataFrame, draft: str) -> pd.DataFrame:
    """Pairs with the draft's place first, in its order, and the words of both places."""
    swapped = pairs["other"] == draft
    turn = {"report": "other", "point": "other_point", "start": "other_start", "end": "other_end"}
    turned = pairs[swapped].rename(columns=turn | {there: here for here, there in turn.items()})
    turned["earlier"] = turned["earlier"].map({"this": "other", "other": "this", "": ""})
    found = pd.concat([pairs[~swapped], turned])[pairs.columns].sort_values(
        ["start", "end", "other"], ignore_index=True
    )
    whole = texts.set_index("report")["text"]
    found["text"] = [whole[row.report][row.start : row.end] for row in found.itertuples()]
    found["other_line"] = [_line(whole[row.other], row.other_start) for row in found.itertuples()]
    found["other_text"] = [whole[row.other][row.other_start : row.other_end] for row in found.itertuples()]
    return found


def _unanswered(points: pd.DataFrame) -> pd.DataFrame:
    coded = pd.concat([codes.apply(points, codes.read_codebook(name)) for name in codes.BUILTIN])
    unanswered = points[points["role"] == "problems"]
    if (points["role"] == "measures").any():
        unanswered = links.gaps(links.match(points, coded), points).query("gap == 'no measure'")
    named = coded[coded["primary"]][["report", "point", "code"]]
    return unanswered[["report", "point"]].merge(points).merge(named)


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def show(found: Check) -> str:
    """A check as text, for the terminal; lines are those of the text, in Word files its paragraphs.

    >>> empty = pd.DataFrame(columns=["point"])
    >>> shares = pd.DataFrame({"point": 1, "origin": ["shared", "rest"], "chars": [1, 3], "share": [0.25, 0.75]})
    >>> print(show(Check("a", "", empty, empty, shares, empty)))
    a: 0 points
    Formula: 25 % of its letters (shared 25 %); the rest: 75 %
    No passage of it stands in another report.
    Every problem has a measure.
    """
    chars = found.formula.groupby("origin", sort=False)["chars"].sum()
    shares = chars / max(chars.sum(), 1)
    parts = ", ".join(f"{name} {_percent(share)}" for name, share in shares.items() if name != "rest" and share)
    formula = f"Formula: {_percent(1 - shares['rest'])} of its letters" + f" ({parts})" * bool(parts)
    lines = [f"{found.name}: {len(found.points)} points", f"{formula}; the rest: {_percent(shares['rest'])}"]
    rest = found.formula.query("origin == 'rest'").set_index("point")["share"]
    mostly = found.points[found.points["point"].map(rest) <= 1 - _MOSTLY]
    lines += _places(found, "Points that are little but formula", mostly, 1 - mostly["point"].map(rest))
    lines += _passages_shown(found)
    lines += _places(found, "Problems without a measure", found.unanswered, found.unanswered.get("code", ()))
    lines += [] if len(found.unanswered) else ["Every problem has a measure."]
    return hanzi.printable("\n".join(lines))


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _places(found: Check, title: str, points: pd.DataFrame, notes: Iterable[str | float]) -> list[str]:
    """A title and one line for each point: where it stands, how it begins, and a note."""
    lines = [f"{title}: {len(points)}"] if len(points) else []
    for row, note in zip(points.itertuples(), notes, strict=True):
        begin = _short(row.headline or row.text)
        wide = begin + " " * (2 * _WIDTH - hanzi.width(begin))
        lines.append(
            f"  line {_line(found.text, row.start):<4} {wide}  {note if isinstance(note, str) else _percent(note)}"
        )
    return lines


def _passages_shown(found: Check) -> list[str]:
    if not len(found.passages):
        return ["No passage of it stands in another report."]
    lines = [f"Passages that stand elsewhere, beyond dictated and official wording: {len(found.passages)}"]
    for row in found.passages.head(_SHOWN).itertuples():
        here = f"line {_line(found.text, row.start)}, {row.end - row.start} characters"
        lines.append(f"  {here}: {row.other}, line {row.other_line}, similarity {row.similarity:.2f}")
        changed = _MARKS.split(reuse.diff(row.other_text, row.text))
        lines.append("    " + "".join(part if _MARKS.fullmatch(part) else _short(part, both=True) for part in changed))
    more = len(found.passages) - _SHOWN
    return [*lines, f"  … and {more} more"] if more > 0 else lines


def _short(text: str, *, both: bool = False) -> str:
    """The begin of a text, or its begin and end."""
    text = " ".join(text.split())
    if len(text) <= _WIDTH:
        return text
    return f"{text[: _WIDTH // 2]}…{text[-_WIDTH // 2 + 1 :]}" if both else text[: _WIDTH - 1] + "…"
