"""What the whole job computes from all reports together, each step by itself.

A step looks at one column or another of the tables of reports, part by part, and says what it leaves out of a large
corpus.
"""

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256

import pandas as pd
from scipy import sparse

from textkit import codes, frames, matrix, phrases, reuse, terms, topics, wording
from textkit.errors import TooFewError
from textkit.project.options import Options
from textkit.project.steps import TERMS, Common, Parts, Tables, cut, whole

_FILLED = 200  # frames whose fillers are listed place by place
_COUNTED = 3  # occurrences from which a term is set against the rest
_ALIKE = 200  # reports of which every two are compared
_NUMBERS = (3, 4, 5, 6, 8)  # of topics, set side by side
_SURVEYED = 1000  # points on which that many fits take seconds
_TOGETHER = 3  # sentences that hold both words of a pair

CORPUS = ("passages", "topics", "phrase frames", "contrasts", "collocates", "phrase shares", "duplicates")
"""The steps of `of_corpus`; processes that share them begin with the longest, and with what takes most memory apart."""


def of_corpus(
    parts: Parts, common: Common, codebooks: Sequence[codes.Codebook], options: Options
) -> dict[str, Callable[[list[str]], Tables]]:
    """What is made from all reports together: step → call that does it, and adds to the notes what it leaves out.

    >>> from textkit.project.steps import Whole
    >>> tuple(of_corpus(Whole({}), Common(*2 * [frames.make("phrases")]), [], Options())) == CORPUS
    True
    """
    first = f"{codebooks[0].name}_codes" if codebooks else None
    shares = ("phrase_shares", "report", "role", "origin", "share")
    made: tuple[Callable[[list[str]], Tables], ...] = (
        lambda notes: _passages(parts, notes),
        lambda notes: _topics(parts, options, first, notes),
        lambda notes: _frames(parts, options, notes),
        lambda notes: _contrasts(parts, common, options, notes),
        lambda notes: _collocates(parts, common, options, notes),
        lambda notes: {"phrase_share_intervals": phrases.intervals(whole(parts, *shares))},
        lambda notes: _duplicates(parts, notes),
    )
    return dict(zip(CORPUS, made, strict=True))


def _drawn(parts: Parts, options: Options, what: str, notes: list[str], table: str, *columns: str) -> pd.DataFrame:
    """Rows of so many reports, the same ones whatever the order and, mostly, whatever others there are."""
    names = whole(parts, "reports", "report")["report"]
    if len(names) > options.learned:
        notes.append(f"{what} of all but {options.learned} reports drawn by chance from {len(names)}")
        hashed = names.map(lambda name: sha256(f"{options.seed} {name}".encode("utf-8", "surrogatepass")).digest())
        names = names.loc[hashed.sort_values().index[: options.learned]]
    return whole(parts, table, *columns, of=names)


def _frames(parts: Parts, options: Options, notes: list[str]) -> Tables:
    points = _drawn(parts, options, "phrase frames", notes, "points", "report", "point", "text", "start")
    slots = phrases.slots(points)
    if not len(slots):
        notes.append("phrase frames: none stands often enough, and more often than chance would have it")
    if len(slots) > _FILLED:
        notes.append(f"fillers of all but the first {_FILLED} of {len(slots)} phrase frames")
    return {"phrase_frames": slots, "fillers": phrases.fillers(slots.head(_FILLED), points)}


def _passages(parts: Parts, notes: list[str]) -> Tables:
    """What is shared beyond what the notice dictates and official documents say."""
    texts = whole(parts, "reports", "report", "year", "chars")
    points = parts.read("points", "report", "point", "text", "start")
    known = wording.known(pd.concat(part.drop_duplicates() for part in parts.read("points", "dimension")))
    if texts["chars"].sum() > reuse.MOST:
        notes.append("passages: too much text to be compared at once; compare years or regions apart")
        return {"passages": frames.make("passages")}
    with parts.scratch() as folder:
        dated = (part.merge(texts[["report", "year"]]) for part in points)
        return {"passages": reuse.group(reuse.stream(dated, folder, known=known), texts)}


def _duplicates(parts: Parts, notes: list[str]) -> Tables:
    alike = reuse.duplicates(_prose(parts))
    if (every := alike.attrs["every"]) > 1:
        notes.append(f"duplicates: of {every} shingles one is compared")
    return {"duplicates": alike}


def _prose(parts: Parts) -> Iterator[pd.DataFrame]:
    """The points of reports; where no headings are told apart, the whole text."""
    read = (parts.read(table, "report", "text") for table in ("points", "reports"))
    for points, texts in zip(*read, strict=True):
        yield pd.concat([points, texts[~texts["report"].isin(points["report"])]])


def _heaviest_by_part(common: Common) -> pd.DataFrame:
    counted = common.of("terms", "role", "term").sort_index()
    rows, roles = pd.factorize(counted.index.get_level_values("role"), sort=True)
    columns, names = pd.factorize(counted.index.get_level_values("term"), sort=True)
    values = sparse.csr_array((counted.to_numpy(), (rows, columns)), shape=(len(roles), len(names)))
    counts = matrix.Matrix(values, pd.DataFrame({"role": roles}), pd.Index(names, name="term"))
    top = terms.top(counts, terms.weigh(counts), n=TERMS)
    return top.assign(reports=top["term"].map(common.of("reports")).astype("int64"))


def _contrasts(parts: Parts, common: Common, options: Options, notes: list[str]) -> Tables:
    """What each part says more than the others, and which reports are alike."""
    made = {"terms_by_part": _heaviest_by_part(common)}
    words = _drawn(parts, options, "key terms", notes, "words", "report", "role", "term")
    by_part = terms.count(words, by=["report", "role"])
    if by_part.documents["role"].nunique() > 1 and by_part.shape[1] > 1:
        made["keyness"] = terms.keyness(by_part, "role", min_count=_COUNTED)
    total = common.size("reports")
    if total <= _ALIKE and words["report"].nunique() > 1:
        weights = terms.weigh(terms.count(words))
        made |= {"similarity": terms.similarity(weights), "clusters": terms.cluster(weights)}
    elif total > _ALIKE:
        notes.append(f"similarity and clusters: {total} reports make too many pairs; compare {_ALIKE} or fewer")
    return made


def _collocates(parts: Parts, common: Common, options: Options, notes: list[str]) -> Tables:
    total = common.size("points")
    if total > terms.PAIRWISE:
        notes.append(f"collocates: {total} points hold too many pairs; compare {terms.PAIRWISE} or fewer")
        return {}
    words = cut(whole(parts, "points", "report", "point", "text", "start"), options)
    return {"collocates": terms.collocates(words, set(common.of("reports").index), min_count=_TOGETHER)}


def _topics(parts: Parts, options: Options, first: str | None, notes: list[str]) -> Tables:
    words = _drawn(parts, options, "topics", notes, "words", "report", "point", "term")
    weights = terms.weigh(terms.trim(terms.count(words, by=["report", "point"]), min_documents=2))
    total = weights.shape[0]
    if total <= terms.PAIRWISE:
        weights = terms.downweigh(weights)
    else:
        notes.append(f"near-copies among {total} points: too many to compare, each counts in full for topics")
    try:
        fitted = topics.fit(weights, options.topics, seed=options.seed)
        numbers = {*_NUMBERS, options.topics}
        if total > _SURVEYED:
            numbers = {options.topics}
            notes.append(f"topic survey of other numbers than {options.topics}: {total} points would take long")
        fitting = [k for k in sorted(numbers) if k * topics.UNITS_PER_TOPIC <= total]
        survey = topics.survey(weights, fitting, words, seed=options.seed, runs=options.fits)
    except TooFewError as error:
        notes.append(str(error))
        return {}
    coded = whole(parts, first, "report", "point", "code", "primary", of=words["report"].unique()) if first else None
    return {
        "topic_terms": fitted.terms.groupby("topic").head(TERMS).reset_index(drop=True),
        "topic_names": topics.names(fitted, coded),
        "topic_survey": survey,
        "topic_shares": fitted.shares,
        "topics_by_report": topics.by_report(fitted.shares, seed=options.seed),
    }
