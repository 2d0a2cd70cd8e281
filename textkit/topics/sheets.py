"""What people read of topics: names, shares with intervals, and sheets on which they find intruders."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from textkit import frames
from textkit.errors import TooFewError, numbers
from textkit.topics.models import Topics, by_weight


def names(topics: Topics, codes: pd.DataFrame | None = None, *, top: int = 4) -> pd.DataFrame:
    """A name for each topic: its heaviest terms and, if points are coded, the nearest code: the *topic_names* table.

    The topics have points as documents; of the *codes* table primary codes only are looked at. The nearest code is the
    one whose points have the topic's share most (Pearson correlation over all coded points); read it with its
    correlation, which may be small.

    >>> terms = pd.DataFrame({"topic": [1, 1], "term": ["理论", "学习"], "weight": [0.6, 0.4]})
    >>> shares = pd.DataFrame({"report": "a", "point": [1, 2], "topic": 1, "share": [0.9, 0.1]})
    >>> codes = pd.DataFrame({"report": "a", "point": [1, 2], "code": ["theory", "service"], "primary": True})
    >>> names(Topics(terms, shares), codes).round(2).to_numpy().tolist()
    [[1, '理论、学习', 'theory', 1.0]]
    """
    numbers("topics.names", top=top)
    heads = by_weight(topics.terms).groupby("topic")["term"].apply(lambda column: "、".join(column.head(top)))
    table = pd.DataFrame({"topic": heads.index, "name": heads.to_numpy(), "code": "", "correlation": np.nan})
    if codes is not None and codes["primary"].any():
        primary = codes[codes["primary"]].set_index(["report", "point"])["code"]
        held = pd.get_dummies(primary, dtype=float).sort_index(axis=1)
        held = held.groupby(level=["report", "point"], sort=False).max()  # a point may have several
        shares = _wide(topics.shares).reindex(held.index).dropna()
        if len(shares):
            held = held.loc[shares.index]
            table[["code", "correlation"]] = [_nearest(shares[topic], held) for topic in table["topic"]]
    return frames.make("topic_names", table)


def _wide(shares: pd.DataFrame) -> pd.DataFrame:
    """Points × topics."""
    frames.require_unique(shares, "topic_shares", "report", "point", "topic")
    return shares.pivot(index=["report", "point"], columns="topic", values="share")


def _nearest(share: pd.Series, held: pd.DataFrame) -> tuple[str, float]:
    with np.errstate(invalid="ignore", divide="ignore"):
        found = held.apply(lambda column: np.corrcoef(column, share)[0, 1] if column.std() and share.std() else np.nan)
    return ("", np.nan) if found.isna().all() else (str(found.idxmax()), float(found.max()))


def by_report(shares: pd.DataFrame, *, resamples: int = 1000, seed: int = 0) -> pd.DataFrame:
    """Mean share of each topic in each report, with an interval over draws of its points: the *topics_by_report* table.

    Of ``fit(…).shares``. The interval (middle 95 % of the means of points drawn with replacement) says how far the mean
    hangs on single points of this report; it says nothing of other reports, or of the fit. A report of one
    point has none.

    >>> shares = pd.DataFrame({"report": "a", "point": [1, 1, 2, 2], "topic": [1, 2, 1, 2], "share": [1, 0, 0.5, 0.5]})
    >>> by_report(shares).round(2).to_numpy().tolist()
    [['a', 1, 0.75, 0.5, 1.0, 2], ['a', 2, 0.25, 0.0, 0.5, 2]]
    """
    frames.require_known(shares, "topic_shares", "report", "topic", "share")
    numbers("topics.by_report", resamples=resamples, seed=seed)
    tables = []
    for report, rows in shares.sort_values([*shares.columns.drop("share")]).groupby("report"):
        topics = np.unique(rows["topic"])
        values = np.column_stack([rows.loc[rows["topic"] == topic, "share"].to_numpy() for topic in topics])
        n = len(values)
        times = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), resamples if n > 1 else 0)
        low, high = np.percentile(times @ values / n, [2.5, 97.5], axis=0) if len(times) else np.full((2, 1), np.nan)
        mean = values.mean(axis=0)
        frame = {"report": report, "topic": topics, "share": mean, "low": low, "high": high, "points": n}
        tables.append(pd.DataFrame({name: np.broadcast_to(column, mean.shape) for name, column in frame.items()}))
    return frames.make("topics_by_report", pd.concat(tables, ignore_index=True) if tables else ())


class Sheet(NamedTuple):
    """Items for people to answer, and the key, to be kept from them.

    >>> Sheet._fields
    ('items', 'key')
    """

    items: pd.DataFrame
    key: pd.DataFrame


def word_intrusion(terms: pd.DataFrame, *, top: int = 5, seed: int = 0) -> Sheet:
    """For each topic its ``top`` terms and one that does not belong, shuffled (Chang et al. 2009).

    Of ``fit(…).terms``. The intruder is heavy in another topic and light in this one; `TooFewError` if there is none.
    People answer with the place of the word that does not belong. Of a table ``item, place`` of their answers
    ``answers.merge(sheet.key, on="item")`` shows which are right; chance finds one in ``top + 1``.

    Items: ``item, word_1`` …; key: ``item, topic, intruder, place`` (number of the word).

    >>> rows = [(1, "党性", 0.6), (1, "信念", 0.4), (2, "群众", 0.7), (2, "走访", 0.3)]
    >>> sheet = word_intrusion(pd.DataFrame(rows, columns=["topic", "term", "weight"]), top=2)
    >>> sheet.items.columns.tolist(), len(sheet.key)
    (['item', 'word_1', 'word_2', 'word_3'], 2)
    """
    frames.require(terms, "topic_terms")
    numbers("topics.word_intrusion", top=top, seed=seed)
    draw = np.random.default_rng(seed)
    heads = {topic: rows["term"].head(top).tolist() for topic, rows in by_weight(terms).groupby("topic")}
    weights = terms.pivot(index="term", columns="topic", values="weight").fillna(0)
    questions = []
    for topic in draw.permutation(list(heads)):
        light = set(weights.index[weights[topic] <= weights[topic].median()]) - set(heads[topic])
        others = sorted({term for other, head in heads.items() if other != topic for term in head} & light)
        if not others:
            raise TooFewError(f"topics: topic {topic} shares its terms with all others; no word could be an intruder")
        questions.append((topic, str(draw.choice(others)), heads[topic]))
    return _sheet([(topic, [*head, intruder], intruder) for topic, intruder, head in questions], "word", draw)


def topic_intrusion(topics: Topics, points: pd.DataFrame, *, items: int = 20, shown: int = 2, seed: int = 0) -> Sheet:
    """For each of some points (``report, point, text``) its largest topics and one that it lacks (Chang et al. 2009).

    At most so many ``items`` are drawn, of points that have ``shown`` topics, each with half an even share (1 / 2k) or
    more, and lack another (less than 1 / 4k), or `TooFewError`: where a point is all of one topic, as often under
    NMF, its "second" is an intruder too.

    Items: ``item, report, point, text, topic_1`` … (by their terms); key: ``item, topic, intruder, place``.

    >>> terms = pd.DataFrame({"topic": [1, 2], "term": ["理论", "群众"], "weight": 1.0})
    >>> shares = pd.DataFrame({"report": "a", "point": 1, "topic": [1, 2], "share": [0.9, 0.1]})
    >>> points = pd.DataFrame({"report": ["a"], "point": [1], "text": ["学习理论不够"]})
    >>> sheet = topic_intrusion(Topics(terms, shares), points, shown=1)
    >>> sheet.key[["item", "topic", "intruder"]].to_numpy().tolist()
    [[1, 2, '群众']]
    """
    numbers("topics.topic_intrusion", items=items, shown=shown, seed=seed)
    frames.require(points, "points", "report", "point", "text")
    frames.require_unique(points, "points", "report", "point")
    named = names(topics, top=6).set_index("topic")["name"]
    shares = _wide(topics.shares)
    lacked = shares < 1 / 4 / len(named)
    asked = shares[((shares >= 1 / 2 / len(named)).sum(axis=1) >= shown) & lacked.any(axis=1)]
    if not len(asked):
        raise TooFewError(f"topics: no point has {shown} topics and lacks another; show fewer or fit more topics")
    draw = np.random.default_rng(seed)
    asked = asked.iloc[np.sort(draw.choice(len(asked), size=min(items, len(asked)), replace=False))]
    questions = []
    for key, row in asked.iterrows():
        held = list(row.sort_values(ascending=False, kind="stable").index[:shown])
        intruder = draw.choice(row.index[lacked.loc[key]])
        questions.append((intruder, [named[topic] for topic in [*held, intruder]], named[intruder]))
    sheet = _sheet(questions, "topic", draw)
    texts = points.set_index(["report", "point"])["text"].reindex(asked.index).reset_index()
    frames.require_known(texts, "points that were asked about", "text")
    return Sheet(pd.concat([sheet.items[["item"]], texts, sheet.items.drop(columns="item")], axis=1), sheet.key)


def _sheet(questions: list[tuple], what: str, draw: np.random.Generator) -> Sheet:
    """Items with the answers shuffled, and where the intruder came to stand."""
    items, key = [], []
    most = max(len(answers) for _, answers, _ in questions)  # a topic may have fewer terms than were asked for
    for i, (topic, answers, intruder) in enumerate(questions, 1):
        shuffled = [answers[place] for place in draw.permutation(len(answers))]
        items.append((i, *shuffled, *[""] * (most - len(shuffled))))
        key.append((i, topic, intruder, shuffled.index(intruder) + 1))
    columns = ["item", *(f"{what}_{n}" for n in range(1, most + 1))]
    answers = pd.DataFrame(key, columns=["item", "topic", "intruder", "place"])
    return Sheet(pd.DataFrame(items, columns=columns), answers)
