"""What an editor asks of a draft: what in it stands elsewhere, what is formula, which problem has no measure."""

import os
from collections.abc import Iterable
from typing import Any, NamedTuple

import pandas as pd

from textkit import codes, links, outline, phrases, reports, reuse, wording
from textkit.errors import InputError

_SHOWN = 20  # passages that are printed
_PHRASE_CHARS = 100  # what is longer is no phrase but a shared passage


class Check(NamedTuple):
    """The draft's points and what was found in them.

    >>> Check._fields
    ('name', 'points', 'passages', 'formula', 'unanswered')
    """

    name: str
    points: pd.DataFrame
    passages: pd.DataFrame  # pairs, the draft's place first, with both texts
    formula: pd.DataFrame  # phrase_shares of the whole draft
    unanswered: pd.DataFrame  # problems that no measure is linked to, with their code


def check(draft: str | os.PathLike, against: Any) -> Check:
    r"""Compare a draft with the reports of a folder, and look for problems without a measure.

    A problem counts as answered if `links.match` links a measure to it.

    Parameters
    ----------
    draft
        The file.
    against
        What ``reports.read`` takes. The draft itself, if it lies there, is not compared with itself.

    Raises
    ------
    InputError
        The draft has no numbered points, or is more than one file.

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
    points = outline.points(outline.parse(texts), texts).merge(texts[["report", "year", "draft"]], on="report")
    mine = points[points["draft"]].drop(columns=["year", "draft"])
    if not len(mine):
        raise InputError(f"{draft}: no numbered points (一、 （一） 1. …) are in it; check its headings")
    mined = phrases.mine(points, barriers=phrases.CLAUSE, max_chars=_PHRASE_CHARS, fold=True, min_reports=1)
    return Check(
        name,
        mine,
        _passages(reuse.pairs(points, between="draft", known=wording.known(points)), texts, name),
        phrases.share(mine, mined, by=["report"]),
        _unanswered(mine),
    )


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
    found["other_text"] = [whole[row.other][row.other_start : row.other_end] for row in found.itertuples()]
    return found


def _unanswered(points: pd.DataFrame) -> pd.DataFrame:
    coded = pd.concat([codes.apply(points, codes.read_codebook(name)) for name in codes.BUILTIN])
    unanswered = points[points["role"] == "problems"]
    if (points["role"] == "measures").any():
        unanswered = links.gaps(links.match(points, coded), points).query("gap == 'no measure'")
    heads = points["headline"].where(points["headline"] != "", points["text"])
    named = coded[coded["primary"]][["report", "point", "code"]]
    places = points[["report", "point", "start"]].assign(headline=heads).merge(named)
    return unanswered[["report", "point"]].merge(places)


def show(found: Check) -> str:
    """A check as text, for the terminal.

    >>> empty = pd.DataFrame(columns=["origin", "share"])
    >>> print(show(Check("a", empty, empty, pd.DataFrame({"origin": ["rest"], "share": [0.75]}), empty)))
    a: 0 points
    Formula: 25 % of its letters; the rest: 75 %
    No passage of it stands in another report.
    Every problem has a measure.
    """
    shares = found.formula.set_index("origin")["share"]
    parts = ", ".join(
        f"{origin} {share:.0%}".replace("%", " %") for origin, share in shares.items() if origin != "rest" and share
    )
    own = f"{shares['rest']:.0%}".replace("%", " %")
    formula = f"{1 - shares['rest']:.0%}".replace("%", " %")
    lines = [f"{found.name}: {len(found.points)} points"]
    lines.append(f"Formula: {formula} of its letters" + f" ({parts})" * bool(parts) + f"; the rest: {own}")
    lines += _listed(found.passages)
    if len(found.unanswered):
        lines.append(f"Problems without a measure: {len(found.unanswered)}")
        lines += [f"  {row.start}  {_short(row.headline)}  [{row.code}]" for row in found.unanswered.itertuples()]
    else:
        lines.append("Every problem has a measure.")
    return "\n".join(lines)


def _listed(passages: pd.DataFrame) -> Iterable[str]:
    if not len(passages):
        return ["No passage of it stands in another report."]
    lines = [f"Passages that stand elsewhere, beyond dictated and official wording: {len(passages)}"]
    for row in passages.head(_SHOWN).itertuples():
        lines.append(f"  {row.start}–{row.end}  {row.other}:{row.other_start}  similarity {row.similarity:.2f}")
        lines.append(f"    {reuse.diff(row.other_text, row.text)}")
    if len(passages) > _SHOWN:
        lines.append(f"  … and {len(passages) - _SHOWN} more")
    return lines


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
