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

_ADDED = "added by the sidecar or the table that was read"
_REPORT = ("report", "str", "id of the report (file name without ending)")
_POINT = ("point", "int64", "number of the point within its report, from 1, in reading order")
_SPAN = [
    ("start", "int64", "offset of the first character in reports.text"),
    ("end", "int64", "offset after the last character; text[start:end] is the evidence"),
]
_ROLE = ("role", "str", "part of the report: problems, causes, measures, work, other")
_UNIT = [_REPORT, _POINT, _ROLE]
_PLACE = [_REPORT, _POINT, *_SPAN]
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
        ("year", "Int64", "year the report is about, as its title or opening says, else of the date under the title"),
        ("author", "str", "班子 or 个人: who speaks; empty if the opening does not say"),
        ("role", "str", "office of the writer (书记, 主任 …), empty if the text does not say"),
        ("theme", "str", "what the meeting asked for (五个带头, 六个带头 …), empty if unsaid"),
        ("text", "str", "the text as decoded, never altered"),
        ("chars", "int64", "length of the text in codepoints"),
        ("source", "str", "path of the file below the folder that was read"),
        ("encoding", "str", "encoding it was decoded with; for other files than plain text their format"),
        ("sha256", "str", "SHA-256 of the file's bytes, hexadecimal; of the text, for a row of a table"),
        ("duplicate_of", "str", "first report with exactly this text, empty if there is none before"),
    ],
    "metadata": [
        _REPORT,
        ("field", "str", "title, year, author, role or theme"),
        ("value", "str", "what is said of the report"),
        ("start", "Int64", "offset of the words that say so in reports.text; missing if given from outside"),
        ("end", "Int64", "offset after them"),
        ("basis", "str", "title, opening or text: where it stands; given: by a sidecar or table"),
        ("used", "bool", "whether this is the value in the reports table"),
        ("conflict", "bool", "whether another row of the same field contradicts it"),
    ],
    "outline": [
        _REPORT,
        ("node", "int64", "number of the node within its report, from 1, in reading order"),
        ("parent", "Int64", "node that contains this one; missing at the top level"),
        ("depth", "int64", "1 at the top level, one more for each level below"),
        ("kind", "str", "title, toc, salutation, preamble, section, paragraph, closing, signature, date or chrome"),
        ("style", "str", "kind of numbering, named by its first marker; empty if unnumbered"),
        ("marker", "str", "the marker as written, empty if unnumbered"),
        ("marker_start", "Int64", "offset of the marker; missing if unnumbered"),
        ("number", "Int64", "value of the marker; missing if unnumbered"),
        _ROLE,
        ("role_basis", "str", "heading (one says the part), content (inferred from the wording), or empty"),
        ("heading_start", "Int64", "offset of the heading; missing if there is none"),
        ("heading_end", "Int64", "offset after the heading; missing if there is none"),
        *_SPAN,
        ("numbering", "str", "skipped, repeated or restarted numbering; empty if regular"),
    ],
    "masks": [
        _REPORT,
        ("mask", "str", "masked word as written (XX, dangshi, mzshh …)"),
        ("kind", "str", "pinyin, initials, or blank"),
        ("reading", "str", "what it stands for; empty for a blank"),
        *_SPAN,
    ],
    "points": [
        *_UNIT,
        ("dimension", "str", "heading above the point that the meeting notice dictates"),
        ("number", "Int64", "number the writer gave the point; missing if unnumbered"),
        ("headline", "str", "the point's own first sentence, if short enough to head it"),
        ("text", "str", "text of the point, without marker and dictated heading"),
        *_SPAN,
        ("node", "int64", "outline node the point was made from"),
    ],
    "words": [
        _REPORT,
        _POINT,
        ("term", "str", "word as the segmenter cut it"),
        *_SPAN,
        ("pos", "str", "usual part of speech of the word by the dictionary (n, v, a …), whatever it is here"),
    ],
    "terms_by_report": [_REPORT, *_TERM],
    "terms_by_part": [_ROLE, *_TERM],
    "keyness": [
        ("term", "str", "word"),
        ("group", "str", "group of documents that is set against all others"),
        ("count", "int64", "occurrences in the group"),
        ("rest", "int64", "occurrences outside it"),
        ("reports", "int64", "reports in whose part of the group the term occurs"),
        ("rest_reports", "int64", "reports in whose part outside the group it occurs"),
        (
            "dispersion",
            "float64",
            "DPnorm over the group's reports: 0 as even as can be, 1 all in one; missing for one",
        ),
        ("log_odds", "float64", "log-odds ratio under the Dirichlet prior, group against rest"),
        (
            "boot_low",
            "float64",
            "lower end of its 95 % interval over draws of whole reports, wider the fewer there are",
        ),
        ("boot_high", "float64", "upper end; missing if the group or the rest has fewer than two reports"),
        ("sure", "bool", "whether 0 lies outside this interval (if there is one) and outside low to high"),
        ("low", "float64", "lower end of an interval that takes words for independent: too narrow where they burst"),
        ("high", "float64", "upper end"),
        ("z", "float64", "log_odds / its standard error, words taken for independent"),
        (
            "log_ratio",
            "float64",
            "binary logarithm of the ratio of relative frequencies; one more is twice as frequent",
        ),
        ("percent_difference", "float64", "%DIFF: per cent by which the relative frequency is higher"),
        ("g2", "float64", "log-likelihood ratio G² of the 2 × 2 table"),
        ("p", "float64", "p of G², words taken for independent"),
        ("q", "float64", "p after Benjamini & Hochberg over all rows"),
    ],
    "similarity": [
        _REPORT,
        ("other_report", "str", "report it is compared with; each pair once"),
        ("similarity", "float64", "cosine of the TF-IDF weights: 1 the same proportions, 0 no word in common"),
    ],
    "clusters": [
        ("step", "int64", "number of the merge, from 1, closest first"),
        ("left", "int64", "cluster merged: below n a document (its row), from n the merge numbered n + step - 1"),
        ("right", "int64", "the other cluster merged"),
        ("height", "float64", "distance at which they merge"),
        ("size", "int64", "documents in the new cluster"),
    ],
    "collocates": [
        ("term", "str", "word"),
        ("other", "str", "word that stands near it; each pair once, in codepoint order"),
        ("count", "int64", "sentences that hold both, or pairs of places within the window"),
        ("term_count", "int64", "sentences that hold the term, or all pairs it is part of"),
        ("other_count", "int64", "the same of the other word"),
        ("reports", "int64", "reports in which the two stand together"),
        ("npmi", "float64", "normalised pointwise mutual information: 1 always together, 0 by chance, -1 never"),
        ("log_dice", "float64", "logDice: 14 always together, one less is half as often"),
    ],
    "codes": [
        *_UNIT,
        ("code", "str", "code of the codebook, or other"),
        ("primary", "bool", "whether this is the point's one primary code"),
        ("score", "float64", "indicator weights and likeness to examples added up, headline counted more"),
        ("evidence", "str", "the strongest indicator, or if there is none the most telling clause, as in the text"),
        *_SPAN,
        ("indicators", "str", "all indicators found, strongest first"),
    ],
    "indicators": [
        ("code", "str", "code of the codebook"),
        ("indicator", "str", "word or combination, as in the codebook; those of lacks end in &{lack}"),
        ("weight", "float64", "what it adds to the score"),
        ("count", "int64", "places where it counted; 0 if it never fired"),
        ("points", "int64", "points where it counted"),
    ],
    "collisions": [
        ("indicator", "str", "word or combination"),
        ("code", "str", "its code"),
        ("other", "str", "one of another code that stood in the same stretch"),
        ("other_code", "str", "its code"),
        ("count", "int64", "stretches in which they met"),
    ],
    "deficits": [
        *_UNIT,
        ("object", "str", "what falls short"),
        ("predicate", "str", "how it is said to"),
        ("kind", "str", "absent, insufficient, weakened, behind, few, or faulty"),
        ("degree", "str", "words before the predicate that soften or sharpen it; may be empty"),
        ("degree_kind", "str", "hedged, plain or sharp; empty without such a word"),
        ("headline", "bool", "whether it stands in the point's headline"),
        ("evidence", "str", "the words in the report"),
        *_SPAN,
    ],
    "concreteness": [
        *_UNIT,
        ("chars", "int64", "characters of the point"),
        ("examples", "int64", "examples announced (比如, 例如)"),
        ("numbers", "int64", "numbers, in digits or with a unit"),
        ("tasks", "int64", "named tasks, and titles in 《》"),
        ("hedges", "int64", "words that soften (有所, 一定程度上)"),
        ("self", "int64", "mentions of the writer (本人, 自己)"),
        ("team", "int64", "mentions of the team (班子)"),
        ("some", "int64", "mentions of unnamed others (个别, 部分)"),
    ],
    "codings": [
        _REPORT,
        ("code", "str", "code of the span"),
        *_SPAN,
        ("evidence", "str", "text of the span"),
        ("coder", "str", "name of the person or program, empty if unsaid"),
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
        ("origin", "str", "dictated, idiom, official, shared, own (repeated in one report), or rest: none of these"),
        ("chars", "int64", "characters covered; each counts once, for the first origin in this order"),
        ("total", "int64", "characters of the point, or of what was asked for"),
        ("share", "float64", "chars / total"),
    ],
    "phrase_share_intervals": [
        _ROLE,
        ("origin", "str", "dictated, idiom, official, shared, own (repeated in one report), or rest: none of these"),
        ("share", "float64", "mean over reports of the share of characters"),
        ("low", "float64", "lower end of the interval: 2.5 % of means of resampled reports"),
        ("high", "float64", "upper end of the interval"),
        ("smallest", "float64", "smallest share of a report"),
        ("largest", "float64", "largest share of a report"),
        ("reports", "int64", "reports that were resampled"),
        ("note", "str", "what this number of reports allows; empty if there are enough"),
    ],
    "concordance": [
        *_PLACE,
        ("left", "str", "what stands before, line ends as spaces"),
        ("match", "str", "what was looked for, as it stands in the text"),
        ("right", "str", "what stands after, line ends as spaces"),
    ],
    "phrase_frames": [
        ("frame", "str", "fixed parts around the slot …; ^ and $ are the begin and end of a clause"),
        ("left", "str", "fixed part before the slot"),
        ("right", "str", "fixed part after the slot"),
        ("count", "int64", "occurrences that tear no word"),
        ("reports", "int64", "reports in which it occurs"),
        ("fillers", "int64", "different fillers of the slot"),
        ("lift", "float64", "count / count that chance would give the two parts within reach of each other"),
    ],
    "frame_chains": [
        ("frame", "str", "fixed parts around two slots …"),
        ("first", "str", "frame of the first slot"),
        ("second", "str", "frame of the second slot"),
        ("count", "int64", "places in which both stand together"),
        ("reports", "int64", "reports in which they do"),
        ("fillers", "int64", "different fillers of the first slot there"),
        ("other_fillers", "int64", "different fillers of the second slot there"),
        ("share", "float64", "count / places of the rarer of the two frames"),
    ],
    "fillers": [
        ("frame", "str", "fixed parts around the slot …"),
        ("filler", "str", "what fills the slot"),
        *_PLACE,
    ],
    "occurrences": [("phrase", "str", "the phrase"), *_PLACE],
    "passages": [
        ("group", "int64", "number of the group of places that share a passage, longest first"),
        *_PLACE,
        ("similarity", "float64", "Dice similarity to the most similar other place of the group, 0 to 1"),
        ("direction", "str", "earliest or later by the years of the group's reports; empty if they do not say"),
    ],
    "pairs": [
        *_PLACE,
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
    "topics_by_report": [
        _REPORT,
        _TOPIC,
        ("share", "float64", "mean share of the topic in the report's points"),
        ("low", "float64", "lower end of the middle 95 % of means over draws of the report's points"),
        ("high", "float64", "upper end; missing for a report of one point"),
        ("points", "int64", "points of the report"),
    ],
    "topic_names": [
        _TOPIC,
        ("name", "str", "heaviest terms of the topic"),
        ("code", "str", "code whose points have most of the topic; empty if nothing is coded"),
        ("correlation", "float64", "Pearson correlation of the topic's share with that code, over coded points"),
    ],
    "topic_survey": [
        ("k", "int64", "number of topics of the fit"),
        _TOPIC,
        ("terms", "str", "heaviest terms, heaviest first"),
        ("npmi", "float64", "coherence: mean NPMI of the terms in windows of 10 words, -1 to 1"),
        ("c_v", "float64", "coherence C_v in windows of 110 words, 0 to 1"),
        ("exclusivity", "float64", "mean share that the topic has in its terms, 0 to 1"),
        ("seeds", "float64", "mean Jaccard overlap of its terms with fits of other seeds"),
        ("reports", "float64", "the same with fits that lack some reports"),
        ("low", "float64", "smallest overlap with a fit that lacks some reports"),
    ],
    "sensitivity": [
        ("finding", "str", "kind of finding: key terms, codes, stock phrases, topics, likeness"),
        ("item", "str", "what was found: part or codebook, then the words, code or reports"),
        ("choice", "str", "what was done otherwise"),
        ("survives", "bool", "whether it is found again, by the same criterion"),
    ],
    "cross": [
        _REPORT,
        _ROLE,
        ("code", "str", "code of the codebook, or other"),
        ("points", "int64", "points of the report with this primary code"),
        ("any", "int64", "points of the report with this code, primary or not"),
        ("total", "int64", "points of the report in this part"),
        ("share", "float64", "points / total"),
        ("chars", "Int64", "characters of the points with this primary code; missing unless points were given"),
        ("chars_share", "float64", "chars / characters of the part's points"),
        ("residual", "float64", "adjusted standardized residual of points in the table report × code"),
    ],
    "links": [
        _REPORT,
        ("problem", "int64", "point that names the problem"),
        ("cause", "Int64", "point that names a cause of it; missing in rows of measures"),
        ("measure", "Int64", "point that answers it; missing in rows of causes"),
        ("score", "float64", "how much speaks for the link, 0 to 1; no probability"),
        ("basis", "str", "what speaks for it, strongest first: codes, text, heading, order"),
        ("inferred", "bool", "False only where both stand under the same dictated heading"),
    ],
    "gaps": [*_UNIT, ("gap", "str", "no cause, no measure, or answers nothing")],
    "comparison": [
        _ROLE,
        ("code", "str", "code of the codebook; empty for all codes together"),
        ("more", "str", "group with the highest mean share"),
        ("less", "str", "group with the lowest mean share"),
        ("difference", "float64", "mean share in more − mean share in less"),
        ("p", "float64", "share of divisions of the reports with groups at least as different"),
        ("smallest_p", "float64", "smallest p that so many reports allow"),
        ("method", "str", "exact (all divisions) or sampled"),
        ("reports", "int64", "reports compared"),
        ("groups", "str", "groups and their number of reports"),
    ],
    "agreement": [
        ("measure", "str", "raw, kappa, alpha (primary codes); alpha_masi, micro_f1 (all codes)"),
        ("value", "float64", "the measure"),
        ("low", "float64", "lower 95% limit, by resampling"),
        ("high", "float64", "upper 95% limit, by resampling"),
        ("points", "int64", "points compared"),
        ("reports", "int64", "reports they are from"),
    ],
    "agreement_by_code": [
        ("code", "str", "code of the codebook, or other"),
        ("both", "int64", "points to which both gave it"),
        ("first", "int64", "points to which the first gave it"),
        ("second", "int64", "points to which the second gave it"),
        ("precision", "float64", "both / first"),
        ("recall", "float64", "both / second"),
        ("f1", "float64", "harmonic mean of precision and recall"),
        ("kappa", "float64", "Cohen's κ of having the code or not"),
    ],
    "confusion": [
        ("first", "str", "primary code given by the first; empty if uncoded"),
        ("second", "str", "primary code given by the second; empty if uncoded"),
        ("points", "int64", "points with this pair"),
    ],
    "prevalence": [
        ("code", "str", "code of the codebook, or other"),
        ("share", "float64", "share of points to which the coder gave it"),
        ("sensitivity", "float64", "of checked points that have it, share to which the coder gave it"),
        ("specificity", "float64", "of checked points that lack it, share to which the coder did not give it"),
        ("corrected", "float64", "share corrected for these errors, within 0 and 1"),
        ("low", "float64", "lower 95% limit"),
        ("high", "float64", "upper 95% limit"),
        ("points", "int64", "points coded"),
        ("checked", "int64", "points checked"),
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
    for name in {"point", "other_point", "problem", "cause", "measure"} & set(types):
        if not pd.api.types.is_numeric_dtype(frame[name]) and any(isinstance(value, str) for value in frame[name]):
            del types[name]  # a points frame made by hand may name its points as it likes
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
    else:
        rows = [row for table, frame in tables.items() for row in _explained(table, frame)]
    return pd.DataFrame(rows, columns=["table", "column", "type", "meaning"])


def _explained(table: str, frame: pd.DataFrame) -> Iterable[tuple[str, str, str, str]]:
    endings = [kind for ending, kind in {"_codes": "codes", "_by_report": "cross"}.items() if table.endswith(ending)]
    kind = table if table in _DECLARED else next(iter(endings), "")
    meanings = {name: meaning for name, _, meaning in [*_UNIT, *_DECLARED.get(kind, ())]}
    return ((table, name, str(dtype), meanings.get(name, _ADDED)) for name, dtype in frame.dtypes.items())
