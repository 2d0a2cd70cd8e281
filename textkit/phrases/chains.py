"""Frames with two slots: two frames of which one goes on where the other ends."""

import pandas as pd

from textkit import frames


def chains(found: pd.DataFrame, filled: pd.DataFrame, *, min_share: float = 0.2, min_reports: int = 2) -> pd.DataFrame:
    """Frames with two slots, as 在…方面还存在…差距 of 在…方面还 and 还存在…差距: *frame_chains*, most places first.

    Of the *phrase_frames* of `slots`, or some of them, and their `fillers`. Two frames are one if the fixed parts of
    both make up all that stands between their slots (quotes too: places with quotes there are missed). ``min_share`` is
    the least share of the places of the rarer frame in which they stand together, ``min_reports`` the fewest reports.

    >>> columns = ["frame", "filler", "report", "point", "start", "end"]
    >>> filled = [("在…方面还", "学习", "a", 1, 1, 3), ("还有…差距", "不小", "a", 1, 7, 9)]
    >>> filled = pd.DataFrame(filled, columns=columns)
    >>> columns = ["frame", "left", "right", "count"]
    >>> found = pd.DataFrame([("在…方面还", "在", "方面还", 1), ("还有…差距", "还有", "差距", 1)], columns=columns)
    >>> chains(found, filled, min_reports=1)[["frame", "fillers", "count"]].values.tolist()
    [['在…方面还有…差距', 1, 1]]
    """
    frames.require(found, "phrase_frames", "frame", "left", "right", "count")
    frames.require(filled, "fillers", "frame", "filler", "report", "point", "start", "end")
    whole = filled.merge(found[["frame", "left", "right", "count"]], on="frame")
    longest = found[["left", "right"]].map(len).max().sum() if len(found) else 0
    met = []
    for size in range(1, longest + 1):  # characters between the slots
        both = whole.assign(at=whole["end"] + size).merge(
            whole, left_on=["report", "point", "at"], right_on=["report", "point", "start"], suffixes=("", "_2")
        )
        both["between"] = [_between(*parts, size) for parts in zip(both["right"], both["left_2"], strict=True)]
        met.append(both[both["between"] != ""])
    every = pd.concat(met) if met else whole.assign(between="", **{f"{name}_2": "" for name in whole})
    every["chain"] = every["left"] + "…" + every["between"] + "…" + every["right_2"]
    every["rarer"] = every[["count", "count_2"]].min(axis=1)
    every = every.sort_values("chain", key=lambda chain: -chain.str.len(), kind="stable")
    every = every.drop_duplicates(["report", "point", "start", "end_2"])  # the longest fixed parts around two slots
    made = every.groupby("chain", as_index=False).agg(
        first=("frame", "first"), second=("frame_2", "first"), count=("report", "size"),
        reports=("report", "nunique"), fillers=("filler", "nunique"), other_fillers=("filler_2", "nunique"),
        rarer=("rarer", "first"),
    ).rename(columns={"chain": "frame"})  # fmt: skip
    made["share"] = made["count"] / made["rarer"]
    made = made[(made["share"] >= min_share) & (made["reports"] >= min_reports)]
    return frames.make("frame_chains", made.sort_values(["count", "frame"], ascending=[False, True], ignore_index=True))


def _between(right: str, left: str, size: int) -> str:
    """Two fixed parts that overlap or touch as one of that size; empty if they do not fit, or end a clause."""
    double = len(right) + len(left) - size
    fit = 0 <= double <= min(len(right), len(left)) and right != "$" and left != "^"
    return right + left[double:] if fit and right.endswith(left[:double]) else ""
