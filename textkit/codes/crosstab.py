"""Codes by report: counts and shares, and whether groups of reports differ."""

import pandas as pd

from textkit import frames
from textkit.codes.codebook import Codebook


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
    >>> from textkit.codes import read_codebook
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
