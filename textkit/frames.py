"""The tables of textkit: their columns, types and meanings, declared in this one place.

Every step takes and returns plain pandas DataFrames. `make` builds one with the declared columns
(also from no rows at all), `require` checks what a caller hands in, and `dictionary` lists every
column with its meaning, as it is exported beside the data. Columns may be added by users; steps
look only at those they declare. Offsets are codepoints into ``reports.text``.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from textkit.errors import FrameError

_REPORT = ("report", "str", "id of the report (file name without ending)")
_POINT = ("point", "int64", "number of the point within its report, from 1, in reading order")
_START = ("start", "int64", "offset of the first character in reports.text")
_END = ("end", "int64", "offset after the last character; text[start:end] is the evidence")
_ROLE = ("role", "str", "part of the report: problems, causes, measures, work, other")
_TERM = [
    ("term", "str", "word"),
    ("count", "int64", "occurrences in the report or part"),
    ("documents", "int64", "reports or parts in which the term occurs (document frequency)"),
    ("weight", "float64", "TF-IDF weight, those of one report or part scaled to length 1"),
    ("reports", "int64", "reports in which the term occurs"),
]
_TOPIC = ("topic", "int64", "number of the topic, from 1, largest share first")

_DECLARED = {
    "reports": [
        _REPORT,
        ("title", "str", "title line, empty if the text has none"),
        ("year", "Int64", "year the report is about, as its opening says; missing if it does not"),
        ("author", "str", "班子 or 个人: who speaks; empty if the opening does not say"),
        ("role", "str", "office of the writer (书记, 主任 …), empty if the text does not say"),
        ("theme", "str", "what the meeting asked for (五个带头, 六个带头 …), empty if unsaid"),
        ("text", "str", "the text as decoded, never altered"),
        ("chars", "int64", "length of the text in codepoints"),
        ("source", "str", "path of the file below the folder that was read"),
        ("encoding", "str", "encoding it was decoded with"),
        ("sha256", "str", "SHA-256 of the file's bytes, hexadecimal"),
    ],
    "outline": [
        _REPORT,
        ("node", "int64", "number of the node within its report, from 1, in reading order"),
        ("parent", "Int64", "node that contains this one; missing at the top level"),
        ("depth", "int64", "1 at the top level, one more for each level below"),
        ("kind", "str", "title, preamble, section, paragraph or closing"),
        ("style", "str", "kind of numbering, named by its first marker; empty if unnumbered"),
        ("marker", "str", "the marker as written, empty if unnumbered"),
        ("marker_start", "Int64", "offset of the marker; missing if unnumbered"),
        ("number", "Int64", "value of the marker; missing if unnumbered"),
        _ROLE,
        ("heading_start", "Int64", "offset of the heading; missing if there is none"),
        ("heading_end", "Int64", "offset after the heading; missing if there is none"),
        _START,
        _END,
        ("numbering", "str", "skipped, repeated or restarted numbering; empty if regular"),
    ],
    "points": [
        _REPORT,
        _POINT,
        _ROLE,
        ("dimension", "str", "heading above the point that the meeting notice dictates"),
        ("number", "Int64", "number the writer gave the point; missing if unnumbered"),
        ("headline", "str", "the point's own first sentence, if short enough to head it"),
        ("text", "str", "text of the point, without marker and dictated heading"),
        _START,
        _END,
        ("node", "int64", "outline node the point was made from"),
    ],
    "words": [
        _REPORT,
        _POINT,
        ("term", "str", "word as the segmenter cut it"),
        _START,
        _END,
    ],
    "terms_by_report": [_REPORT, *_TERM],
    "terms_by_part": [_ROLE, *_TERM],
    "codes": [
        _REPORT,
        _POINT,
        _ROLE,
        ("code", "str", "code of the codebook, or other"),
        ("primary", "bool", "whether this is the point's one primary code"),
        ("score", "float64", "sum of indicator weights, headline counted more"),
        ("evidence", "str", "the strongest indicator as it stands in the text"),
        _START,
        _END,
        ("indicators", "str", "all indicators found, strongest first"),
    ],
    "phrases": [
        ("phrase", "str", "maximal repeat: no character before or after it could be added"),
        ("chars", "int64", "length in codepoints"),
        ("count", "int64", "occurrences, overlapping ones included"),
        ("net_count", "int64", "occurrences outside longer phrases of this table"),
        ("reports", "int64", "reports in which it occurs"),
        ("dispersion", "float64", "DPnorm over reports: 0 as even as can be, 1 all in one"),
        ("left_variety", "int64", "different characters before it (every boundary counts as one)"),
        ("right_variety", "int64", "different characters after it (every boundary counts as one)"),
        ("npmi", "float64", "association of its characters (normalised PMI): 1 only together, 0 by chance, -1 never"),
        ("origin", "str", "dictated (in a dictated heading), idiom, official, shared, or own (one report)"),
        ("first_year", "Int64", "year the official reference list first has it in; missing if it is not there"),
        ("documents", "Int64", "official documents of the reference list it stands in; missing if it is not there"),
    ],
    "phrase_shares": [
        _REPORT,
        _ROLE,
        _POINT,
        ("origin", "str", "dictated, official, idiom, shared, own (repeated in one report), or rest: none of these"),
        ("chars", "int64", "characters covered; each counts once, for the first origin in this order"),
        ("total", "int64", "characters of the point, or of what was asked for"),
        ("share", "float64", "chars / total"),
    ],
    "phrase_share_intervals": [
        _ROLE,
        ("origin", "str", "dictated, official, idiom, shared, own (repeated in one report), or rest: none of these"),
        ("share", "float64", "mean over reports of the share of characters"),
        ("low", "float64", "lower end of the interval: 2.5 % of means of resampled reports"),
        ("high", "float64", "upper end of the interval"),
        ("smallest", "float64", "smallest share of a report"),
        ("largest", "float64", "largest share of a report"),
        ("reports", "int64", "reports that were resampled"),
        ("note", "str", "what this number of reports allows; empty if there are enough"),
    ],
    "concordance": [
        _REPORT,
        _POINT,
        _START,
        _END,
        ("left", "str", "what stands before, line ends as spaces"),
        ("match", "str", "what was looked for, as it stands in the text"),
        ("right", "str", "what stands after, line ends as spaces"),
    ],
    "phrase_frames": [
        ("frame", "str", "fixed parts around the slot …; ^ and $ are the begin and end of a clause"),
        ("left", "str", "fixed part before the slot"),
        ("right", "str", "fixed part after the slot"),
        ("count", "int64", "occurrences"),
        ("reports", "int64", "reports in which it occurs"),
        ("fillers", "int64", "different fillers of the slot"),
        ("lift", "float64", "count / count that chance would give the two parts within reach of each other"),
    ],
    "fillers": [
        ("frame", "str", "fixed parts around the slot …"),
        ("filler", "str", "what fills the slot"),
        _REPORT,
        _POINT,
        _START,
        _END,
    ],
    "occurrences": [("phrase", "str", "the phrase"), _REPORT, _POINT, _START, _END],
    "passages": [
        ("group", "int64", "number of the group of places that share a passage, longest first"),
        _REPORT,
        _POINT,
        _START,
        _END,
        ("similarity", "float64", "Dice similarity to the most similar other place of the group, 0 to 1"),
        ("direction", "str", "earliest or later by the years of the group's reports; empty if they do not say"),
    ],
    "pairs": [
        _REPORT,
        _POINT,
        _START,
        _END,
        ("other", "str", "id of the other report"),
        ("other_point", "int64", "number of the other point within its report"),
        ("other_start", "int64", "offset of the first character in the other report's text"),
        ("other_end", "int64", "offset after the last character there"),
        ("similarity", "float64", "Dice similarity of the two places, 0 to 1"),
        ("earlier", "str", "which place is the earlier by year: this or other; empty if the years do not say"),
    ],
    "duplicates": [
        _REPORT,
        ("other", "str", "id of the other report"),
        ("resemblance", "float64", "shared shingles / shingles of either report (Jaccard), 0 to 1"),
        ("containment", "float64", "shared shingles / shingles of the shorter report, 0 to 1"),
        ("exact", "bool", "whether all letters are the same, in the same order"),
    ],
    "topic_terms": [
        _TOPIC,
        ("term", "str", "term"),
        ("weight", "float64", "weight of the term in the topic; a topic's weights sum to 1"),
    ],
    "topic_shares": [
        _REPORT,
        _POINT,
        _TOPIC,
        ("share", "float64", "share of the topic in the point; a point's shares sum to 1"),
    ],
    "topics_by_report": [_REPORT, _TOPIC, ("share", "float64", "mean share of the topic in the report's points")],
    "topic_stability": [
        _TOPIC,
        ("stability", "float64", "mean Jaccard overlap of its ten heaviest terms with fits that lack some reports"),
        ("low", "float64", "smallest of these overlaps"),
        ("fits", "int64", "number of other fits compared"),
    ],
    "cross": [
        _REPORT,
        _ROLE,
        ("code", "str", "code of the codebook, or other"),
        ("points", "int64", "points of the report with this primary code"),
        ("any", "int64", "points of the report with this code, primary or not"),
        ("total", "int64", "points of the report in this part"),
        ("share", "float64", "points / total"),
    ],
    "overview": [
        _REPORT,
        _ROLE,
        ("chars", "int64", "characters of the report in this part"),
        ("points", "int64", "points of the report in this part"),
        ("share", "float64", "characters of the part / characters of the report"),
    ],
}
"""Table → columns as (name, dtype, meaning)."""


def columns(table: str) -> list[str]:
    """Names of the declared columns of a table.

    >>> columns("occurrences")
    ['phrase', 'report', 'point', 'start', 'end']
    """
    return [name for name, _, _ in _DECLARED[table]]


def make(table: str, rows: Iterable[Any] | Mapping[str, Any] | pd.DataFrame = ()) -> pd.DataFrame:
    """Frame with the declared columns and types, from rows, a mapping of columns, or a frame.

    >>> make("occurrences", [("四个意识", "a", 1, 10, 14)]).dtypes["start"]
    dtype('int64')
    >>> len(make("codes"))
    0
    """
    data = rows if isinstance(rows, Mapping | pd.DataFrame) else list(rows)
    frame = pd.DataFrame(data, columns=columns(table))
    types = {name: dtype for name, dtype, _ in _DECLARED[table]}
    for point in {"point", "other_point"} & types.keys():
        if len(frame) and not pd.api.types.is_numeric_dtype(frame[point]):
            del types[point]  # a points frame made by hand may name its points as it likes
    return frame.astype(types)


def require(frame: pd.DataFrame, table: str, *needed: str) -> None:
    """Check that a frame has columns of a declared table (all, or those named).

    Raises
    ------
    FrameError
        Names the missing columns and what the frame has.

    >>> require(make("points"), "points", "text")
    >>> require(make("points")[["report"]], "points", "text")
    Traceback (most recent call last):
    textkit.errors.FrameError: points: missing column 'text' (the frame has: report)
    """
    if not isinstance(frame, pd.DataFrame):
        raise FrameError(f"{table}: expected a DataFrame, got {type(frame).__name__}")
    missing = [name for name in needed or columns(table) if name not in frame.columns]
    if missing:
        names = ", ".join(repr(name) for name in missing)
        have = ", ".join(map(str, frame.columns)) or "nothing"
        plural = "s" if len(missing) > 1 else ""
        raise FrameError(f"{table}: missing column{plural} {names} (the frame has: {have})")


def require_unique(frame: pd.DataFrame, table: str, *key: str) -> None:
    """Check that the key stands once in each row.

    >>> require_unique(pd.DataFrame({"report": ["a", "b", "a"]}), "reports", "report")
    Traceback (most recent call last):
    textkit.errors.FrameError: reports: 'a' stands twice in report; make it unique
    """
    again = frame.loc[frame.duplicated(list(key)), list(key)]
    if len(again):
        shown = ", ".join(repr(value) for value in again.iloc[0])
        raise FrameError(f"{table}: {shown} stands twice in {', '.join(key)}; make it unique")


def dictionary(tables: Mapping[str, pd.DataFrame] | None = None) -> pd.DataFrame:
    """Columns with their meaning: of all declared tables, or of the tables given by name.

    ``NAME_codes`` and ``NAME_by_report`` of a codebook have the columns of *codes* and *cross*.

    Returns
    -------
    DataFrame
        ``table, column, type, meaning``.

    >>> dictionary().query("table == 'phrases' and column == 'chars'").meaning.item()
    'length in codepoints'
    """
    if tables is None:
        rows = [(table, *column) for table, declared in _DECLARED.items() for column in declared]
        return pd.DataFrame(rows, columns=["table", "column", "type", "meaning"])
    rows = []
    for table, frame in tables.items():
        kind = table if table in _DECLARED else "codes" if table.endswith("_codes") else "cross"
        meanings = {name: meaning for name, _, meaning in [_REPORT, _POINT, _ROLE, *_DECLARED[kind]]}
        rows.extend((table, name, str(dtype), meanings[name]) for name, dtype in frame.dtypes.items())
    return pd.DataFrame(rows, columns=["table", "column", "type", "meaning"])
