"""Two texts side by side: what was changed between them, and whether one is a copy as a whole."""

from html import escape
from itertools import groupby

import numpy as np
import pandas as pd

from textkit import frames, hanzi
from textkit.errors import InputError

_DIFF_CHARS = 20_000  # the exact comparison takes an eighth of a byte for each pair of characters
_SHINGLE = 5  # letters
_SAMPLE = 1_000_000  # shingles compared one by one; of larger corpora a fixed sample
_PER_REPORT = 512
_MIX = np.uint64(0x9E3779B97F4A7C15)  # spreads neighbouring numbers (Knuth 1973)


def diff(one: str, other: str, *, html: bool = False) -> str:
    """What was taken out of the first text and put into the second, around what stayed.

    The longest common subsequence decides (Indel distance); a single character that stayed between
    two changes counts as changed, since it reads better.

    Parameters
    ----------
    html
        ``<del>`` and ``<ins>`` around escaped text, instead of ``[-taken out-]`` and ``{+put in+}``.

    Raises
    ------
    InputError
        A text of more than 20,000 characters: give passages, not whole corpora.

    >>> diff("对党的理论掌握不全面", "对党的创新理论掌握得不全面")
    '对党的{+创新+}理论掌握{+得+}不全面'
    >>> diff("a<b", "a<c", html=True)
    'a&lt;<del>b</del><ins>c</ins>'
    """
    from rapidfuzz.distance import Indel

    if max(len(one), len(other)) > _DIFF_CHARS:
        raise InputError(f"diff: texts of at most {_DIFF_CHARS} characters; give the passages that `find` places")
    marks = ("<del>", "</del>", "<ins>", "</ins>") if html else ("[-", "-]", "{+", "+}")
    steps = [
        (step.tag == "equal", one[step.src_start : step.src_end], other[step.dest_start : step.dest_end])
        for step in Indel.opcodes(one, other)
    ]
    kept = [same and (len(text) > 1 or n in (0, len(steps) - 1)) for n, (same, text, _) in enumerate(steps)]
    shown = []
    for same, group in groupby(zip(kept, steps, strict=True), key=lambda pair: pair[0]):
        pieces = [step for _, step in group]
        out, into = "".join(text for _, text, _ in pieces), "".join(text for *_, text in pieces)
        out, into = (escape(out), escape(into)) if html else (out, into)
        changed = f"{marks[0]}{out}{marks[1]}" * bool(out) + f"{marks[2]}{into}{marks[3]}" * bool(into)
        shown.append(out if same else changed)
    return "".join(shown)


def duplicates(texts: pd.DataFrame, *, min_containment: float = 0.5) -> pd.DataFrame:
    """Reports that are copies of one another as a whole, or nearly.

    Shingles of five letters are compared (resemblance and containment: Broder 1997); beyond a
    million letters a sample of them that is the same in every report.

    Parameters
    ----------
    texts
        Table with columns ``report, text``: reports, or their points, which are taken together.
    min_containment
        Least share of the shorter report's shingles that the other has, from 0 to 1.

    Returns
    -------
    DataFrame
        The *duplicates* table, one row per pair of reports, most alike first.

    Raises
    ------
    InputError
        A threshold outside 0 to 1.

    >>> texts = ["学而时习之，不亦说乎", "学而时习之不亦说乎！", "有朋自远方来"]
    >>> found = duplicates(pd.DataFrame({"report": ["a", "b", "c"], "text": texts}))
    >>> found[["report", "other", "exact"]].values.tolist()
    [['a', 'b', True]]
    """
    from scipy.sparse import csr_array, triu

    frames.require(texts, "reports", "report", "text")
    if not 0 < min_containment <= 1:
        raise InputError("duplicates: min_containment lies between 0 and 1")
    letters = {name: _letters(group) for name, group in texts.groupby("report")["text"]}
    names = list(letters)
    found, each = _shingles(list(letters.values()))
    row = np.repeat(np.arange(len(names)), each)
    there = csr_array((np.ones(len(found), dtype=np.int64), (row, found)), shape=(len(names), found.max(initial=0) + 1))
    both = triu(there @ there.T, k=1).tocoo()
    sizes = np.array(each, dtype=np.int64)
    (one, other), shared = both.coords, both.data
    frame = frames.make(
        "duplicates",
        {
            "report": [names[n] for n in one],
            "other": [names[n] for n in other],
            "resemblance": shared / (sizes[one] + sizes[other] - shared),
            "containment": shared / np.minimum(sizes[one], sizes[other]),
            "exact": [letters[names[n]] == letters[names[m]] for n, m in zip(one, other, strict=True)],
        },
    )
    order = ["exact", "resemblance", "report", "other"]
    alike = frame[frame["containment"] >= min_containment]
    return alike.sort_values(order, ascending=[False, False, True, True], ignore_index=True)


def _letters(texts: pd.Series) -> str:
    return "".join(char for char in hanzi.plain("".join(texts)) if char.isalnum())


def _shingles(texts: list[str]) -> tuple[np.ndarray, list[int]]:
    """Numbers of the different shingles of each text, joined, and how many each text has."""
    every = max(1, sum(map(len, texts)) // max(_SAMPLE, _PER_REPORT * len(texts)))
    kept = []
    for text in texts:
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.uint64)
        sums = np.zeros(max(len(codes) - _SHINGLE + 1, 0), dtype=np.uint64)
        for step in range(_SHINGLE if len(sums) else 0):
            sums = (sums + codes[step : step + len(sums)]) * _MIX
            sums ^= sums >> np.uint64(32)
        kept.append(np.unique(sums[sums % np.uint64(every) == 0]))
    numbers = np.unique(np.concatenate([*kept, np.zeros(0, dtype=np.uint64)]), return_inverse=True)[1]
    return numbers, [len(shingles) for shingles in kept]
