"""What the whole job computes, ordered by what a row of each table depends on.

- `of_reports`: on its own report. Tables of parts of a corpus, one below the other, are those of the whole.
- `tally`: nothing but numbers that add up over parts.
- `of_shares`: on its own report and on what the corpus has in common, its `Common`: totals and phrases.
- `across.of_corpus`: on all reports; it looks at one column or another of the tables above, part by part.

So a corpus is analysed in one part, in memory, or in any number of parts, with the same result.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
import pandas as pd

from textkit import codes, frames, links, masks, outline, phrases, reports, terms, tokens, wording
from textkit.project import store
from textkit.project.options import Options

Tables = dict[str, pd.DataFrame]
Step = Callable[[str], None]

TERMS = 60
"""Heaviest terms kept in the summary tables."""
_PLACES = 5_000_000  # of phrases, listed one by one
_PHRASE_CHARS = 100  # what is longer is no phrase but a shared passage
_SPREAD = 1_000  # in a large corpus, one report in so many has a phrase
_TALLY = ["what", "group", "item"]
_BEFORE_CODES = ("reports", "metadata", "overview", "outline", "masks", "points", "deficits", "concreteness")
_AFTER_CODES = (
    "links", "gaps", "phrases", "occurrences", "phrase_shares", "phrase_share_intervals", "phrase_frames", "fillers",
    "passages", "duplicates", "words", "terms_by_report", "terms_by_part", "collocates", "keyness", "similarity",
    "clusters", "topic_terms", "topic_names", "topic_survey", "topic_shares", "topics_by_report",
)  # fmt: skip


class Whole(NamedTuple):
    """All in one part."""

    tables: Tables

    def read(self, table: str, *columns: str) -> Iterator[pd.DataFrame]:
        """Those columns of a table, or all."""
        yield self.tables[table][list(columns)] if columns else self.tables[table]

    def scratch(self) -> TemporaryDirectory:
        """A folder for files of a step."""
        return TemporaryDirectory()


Parts = store.Parts | Whole


@dataclass(frozen=True, eq=False)
class Common:
    """What the reports of a corpus share: sums of their tallies, and the phrases.

    >>> totals = pd.DataFrame({"what": "size", "group": "", "item": ["points"], "number": [93]})
    >>> Common(totals, frames.make("phrases")).size("points")
    93
    """

    totals: pd.DataFrame
    phrases: pd.DataFrame

    @cached_property
    def find(self) -> tuple[wording.Finder, dict[str, wording.Finder]]:
        """What finds the phrases, and wording of each origin: made once for many batches."""
        return wording.Finder(self.phrases["phrase"]), phrases.finders(self.phrases)

    def of(self, what: str, *names: str) -> pd.Series:
        """Totals by item; with two names, by group and item under these names."""
        rows = self.totals[self.totals["what"] == what]
        index = pd.MultiIndex.from_frame(rows[_TALLY[1:]], names=names) if names else pd.Index(rows["item"].to_numpy())
        return pd.Series(rows["number"].to_numpy(), index=index)

    def size(self, item: str) -> int:
        """How many points, reports with words, or texts there are."""
        return int(self.of("size").get(item, 0))


def of_reports(
    texts: pd.DataFrame, codebooks: Sequence[codes.Codebook], options: Options, step: Step = lambda name: None
) -> Tables:
    r"""Tables of which each row says something of one report, whatever the others are.

    >>> texts = frames.make("reports", [{"report": "a", "text": "一、存在的问题\n（一）理论学习不够。", "chars": 18}])
    >>> of_reports(texts, [], Options())["words"]["term"].tolist()
    ['理论', '学习', '不够']
    """
    texts = reports.describe(outline.split(texts)) if options.split else texts
    step("outline")
    nodes = outline.parse(texts)
    points = outline.points(nodes, texts)
    digests = [sha256(text.encode("utf-8", "surrogatepass")).hexdigest() for text in texts["text"]]
    found = {
        "reports": texts,
        "_texts": texts[["report"]].assign(digest=digests),
        "metadata": reports.metadata(texts),
        "overview": outline.overview(nodes, points),
        "outline": nodes,
        "masks": masks.table(texts),
        "points": points,
        "deficits": codes.deficits(points),
        "concreteness": codes.concreteness(points),
    }
    for book in codebooks:
        step(f"codes: {book.name}")
        found[f"{book.name}_codes"] = codes.apply(points, book)
    step("words")
    words = terms.content(cut(points, options), stop=tokens.read_stopwords(options.stopwords))
    return found | {"words": words.merge(points[["report", "point", "role"]])}


def cut(points: pd.DataFrame, options: Options) -> pd.DataFrame:
    """The words of points, by the lexicon of the package and one's own.

    >>> cut(pd.DataFrame({"report": ["a"], "point": 1, "start": 0, "text": "理论学习"}), Options())["term"].tolist()
    ['理论', '学习']
    """
    own = tokens.read_lexicon(options.lexicon) if options.lexicon else ()
    return tokens.words(points, lexicon=(*tokens.read_lexicon(), *own))


def tally(tables: Tables, codebooks: Sequence[codes.Codebook]) -> pd.DataFrame:
    r"""Numbers that add up over reports: ``what, group, item, number``.

    >>> texts = frames.make("reports", [{"report": "a", "text": "一、存在的问题\n（一）理论学习不够。", "chars": 18}])
    >>> counted = tally(of_reports(texts, [], Options()), [])
    >>> counted[counted["what"] == "terms"][["group", "item", "number"]].values.tolist()
    [['problems', '不够', 1], ['problems', '学习', 1], ['problems', '理论', 1]]
    """
    words, points = tables["words"], tables["points"]
    counts = {
        "terms": words.groupby(["role", "term"]).size(),
        "reports": words.drop_duplicates(["report", "term"]).groupby("term").size(),
        "bigrams": links.bigrams(points).groupby("term", observed=True).size(),
        "size": pd.Series(
            {"points": len(points), "reports": words["report"].nunique(), "texts": len(tables["reports"])}
        ),
    }
    for book in codebooks:
        coded = tables[f"{book.name}_codes"]
        counts[f"{book.name}_codes"] = coded[coded["primary"]].groupby(["role", "code"]).size()
    return numbers(counts)


def numbers(counts: Mapping[str, pd.Series]) -> pd.DataFrame:
    """Counts of items, or of items in groups, as rows of a tally.

    >>> numbers({"net": pd.Series({"学用脱节": 2})}).values.tolist()
    [['net', '', '学用脱节', 2]]
    """
    rows = []
    for what, count in counts.items():
        group, item = (count.index.get_level_values(i) for i in (0, -1))
        columns = {"what": what, "group": group if count.index.nlevels > 1 else "", "item": item, "number": count.array}
        rows.append(pd.DataFrame(columns).astype({"what": "str", "group": "str", "item": "str", "number": "int64"}))
    return pd.concat(rows, ignore_index=True)


def add(tallies: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """The sum of tallies, sorted; a few at a time, so that little more than the sum is held.

    >>> one = pd.DataFrame({"what": "size", "group": "", "item": ["points"], "number": [4]})
    >>> add([one, one])["number"].tolist()
    [8]
    """
    held: list[pd.DataFrame] = []
    for one in tallies:
        held.append(one)
        if sum(map(len, held[1:])) > len(held[0]):
            held = [pd.concat(held).groupby(_TALLY, as_index=False, sort=False)["number"].sum()]
    return pd.concat(held).groupby(_TALLY, as_index=False)["number"].sum()


def of_shares(
    tables: Tables, common: Common, codebooks: Sequence[codes.Codebook], step: Step = lambda name: None
) -> Tables:
    r"""Tables of which each row says something of one report beside the rest of the corpus.

    >>> texts = frames.make("reports", [{"report": "a", "text": "一、存在的问题\n（一）理论学习不够。", "chars": 18}])
    >>> found = of_reports(texts, [], Options())
    >>> common = Common(tally(found, []), frames.make("phrases"))
    >>> of_shares(found, common, [])["terms_by_report"][["term", "count", "reports"]].values.tolist()
    [['不够', 1, 1], ['学习', 1, 1], ['理论', 1, 1]]
    """
    points, texts = tables["points"], tables["reports"]
    made = {}
    coded = [frames.make("codes")]
    for book in codebooks:
        coded.append(tables[f"{book.name}_codes"])
        totals = common.of(f"{book.name}_codes", "role", "code")
        made[f"{book.name}_by_report"] = codes.cross(coded[-1], book, texts, points, totals=totals)
    step("links")
    weights = links.weigh(links.bigrams(points), common.of("bigrams"), common.size("points"))
    made["links"] = links.match(points, pd.concat(coded[1:] or coded), weights)
    made["gaps"] = links.gaps(made["links"], points)
    made["terms_by_report"] = _heaviest_by_report(tables["words"], common)
    step("phrase places")
    places = phrases.locate(common.phrases, points, fold=True, barriers=phrases.CLAUSE, find=common.find[0])
    made["occurrences"] = places if common.phrases["count"].sum() <= _PLACES else places[phrases.outside(places)]
    made["phrase_shares"] = phrases.share(points, common.phrases, by=["report", "role"], find=common.find[1])
    return made


def thresholds(common: Common) -> phrases.Thresholds:
    """Those of phrases, in a corpus of that many texts.

    >>> thresholds(Common(numbers({"size": pd.Series({"texts": 4001})}), frames.make("phrases"))).min_reports
    5
    """
    return phrases.Thresholds(min_reports=max(1, math.ceil(common.size("texts") / _SPREAD)), max_chars=_PHRASE_CHARS)


def rare(mined: pd.DataFrame, common: Common) -> list[str]:
    """Notes on phrases, and places of phrases, that are left out.

    >>> rare(frames.make("phrases"), Common(numbers({"size": pd.Series({"texts": 4001})}), frames.make("phrases")))
    ['phrases in fewer than 5 of 4001 reports']
    """
    least, total = thresholds(common).min_reports, common.size("texts")
    notes = [f"phrases in fewer than {least} of {total} reports"] if least > 1 else []
    crowded = int(mined["count"].sum()) > _PLACES
    return notes + ["places of phrases inside longer phrases: too many to list"] * crowded


def whole(parts: Parts, table: str, *columns: str, of: Iterable[str] | None = None) -> pd.DataFrame:
    """Those columns of a table, of all reports or of some.

    >>> whole(Whole({"points": pd.DataFrame({"report": ["a", "b"]})}), "points", "report", of=["b"])["report"].tolist()
    ['b']
    """
    read = parts.read(table, *columns)
    return pd.concat((part if of is None else part[part["report"].isin(of)] for part in read), ignore_index=True)


def missing_points(parts: Parts) -> list[str]:
    """A note on reports that nothing below the outline can speak of.

    >>> missing_points(Whole({"reports": pd.DataFrame({"report": ["a"]}), "points": pd.DataFrame({"report": []})}))
    ['1 of 1 reports, as no numbered points (一、 （一） 1. …) are in them: a']
    """
    every, having = (set(whole(parts, table, "report")["report"]) for table in ("reports", "points"))
    without = sorted(every - having)
    if not without:
        return []
    names = ", ".join(without[:5]) + (", …" if len(without) > 5 else "")
    return [f"{len(without)} of {len(every)} reports, as no numbered points (一、 （一） 1. …) are in them: {names}"]


def arranged(tables: Tables, codebooks: Sequence[codes.Codebook]) -> Tables:
    """The tables in their order, from reports to topics; those it does not name come last.

    >>> list(arranged({"links": 1, "problems_codes": 2, "x": 4, "reports": 3}, [codes.read_codebook("problems")]))
    ['reports', 'problems_codes', 'links', 'x']
    """
    codings = [f"{book.name}_{kind}" for book in codebooks for kind in ("codes", "by_report")]
    order = [*_BEFORE_CODES, *codings, *_AFTER_CODES]
    return {name: tables[name] for name in [*order, *(name for name in tables if name not in order)] if name in tables}


def _heaviest_by_report(words: pd.DataFrame, common: Common) -> pd.DataFrame:
    having = common.of("reports")
    idf = np.log((1 + common.size("reports")) / (1 + having)) + 1
    counts = terms.count(words)
    top = terms.top(counts, terms.weigh(counts, background=idf.to_dict()), n=TERMS)
    totals = {name: top["term"].map(having).astype("int64") for name in ("documents", "reports")}
    return top.assign(**totals).astype({"term": "str", "weight": "float64"})
