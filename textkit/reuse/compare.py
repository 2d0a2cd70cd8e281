"""Two texts side by side: what was changed between them, and whether one is a copy as a whole."""

import re
from collections.abc import Iterable, Sequence
from hashlib import sha256
from html import escape
from itertools import chain, groupby
from typing import Any

import numpy as np
import pandas as pd

from textkit import frames, hanzi
from textkit.errors import InputError

_Step = tuple[bool, str, str]  # whether it stayed, what was taken out, what was put in
_WHOLE = re.compile(r"[0-9A-Za-z.]+|.", re.S)  # a number or a Latin word is changed as a whole
_ISLAND = 4  # most characters that may count as changed though they stayed
_DIFF_CHARS = 20_000  # the exact comparison takes an eighth of a byte for each pair of characters
_SHINGLE = 5  # letters
_SAMPLE, _THINNEST = 1_000_000, 16  # letters whose shingles are all compared; of more one in 16 at least
_ROWS, _TOGETHER = 1_024, 20_000  # texts, and pairs of texts, compared at a time
_RARE = 8  # rare shingles that two texts share before all are counted
_MIX = np.uint64(0x9E3779B97F4A7C15)  # spreads neighbouring numbers (Knuth 1973)


def diff(one: str, other: str, *, html: bool = False) -> str:
    """What was taken out of the first text and put into the second, around what stayed.

    The longest common subsequence decides (Indel distance). Up to four characters that stayed
    between two changes as long count as changed, and so do all digits of a changed number, since that
    reads better (semantic clean-up: Fraser 2006). With ``html``, ``<del>`` and ``<ins>`` stand around escaped text,
    instead of ``[-taken out-]`` and ``{+put in+}``. An `InputError` for more than 20,000 characters: give passages.

    >>> diff("对党的理论掌握不全面", "对党的创新理论掌握得不全面")
    '对党的{+创新+}理论掌握{+得+}不全面'
    >>> diff("a<b", "a<c", html=True)
    'a&lt;<del>b</del><ins>c</ins>'
    """
    if max(len(one), len(other)) > _DIFF_CHARS:
        raise InputError(f"diff: texts of at most {_DIFF_CHARS} characters; give the passages that `find` places")
    marks = ("<del>", "</del>", "<ins>", "</ins>") if html else ("[-", "-]", "{+", "+}")
    shown = []
    for same, out, into in _readable(_steps(one, other)):
        out, into = (escape(out), escape(into)) if html else (out, into)  # noqa: PLW2901
        changed = f"{marks[0]}{out}{marks[1]}" * bool(out) + f"{marks[2]}{into}{marks[3]}" * bool(into)
        shown.append(out if same else changed)
    return "".join(shown)


def _steps(one: str, other: str) -> list[_Step]:
    """What stayed and what changed, in turn."""
    from rapidfuzz.distance import Indel

    here, there = _WHOLE.findall(one), _WHOLE.findall(other)
    found = [
        (step.tag == "equal", here[step.src_start : step.src_end], there[step.dest_start : step.dest_end])
        for step in Indel.opcodes(here, there)
    ]
    return [_joined(list(steps)) for _, steps in groupby(found, key=lambda step: step[0])]


def _joined(steps: Sequence[tuple[bool, Iterable[str], Iterable[str]]]) -> _Step:
    """Steps in a row as one change, or as one stretch that stayed."""
    same, out, into = zip(*steps, strict=True)
    return all(same), "".join(chain(*out)), "".join(chain(*into))


def _readable(steps: list[_Step]) -> list[_Step]:
    """Without islands: a few characters that stayed between two changes as long count as changed."""
    kept: list[_Step] = []
    for step in steps:
        kept.append(step)
        while len(kept) > 2 and not step[0]:
            longest = [max(map(len, one[1:])) for one in kept[-3:]]
            if longest[1] > max(1, min(*longest[::2], _ISLAND)):
                break
            kept[-3:] = [_joined(kept[-3:])]
    return kept


def duplicates(texts: pd.DataFrame | Iterable[pd.DataFrame], *, min_containment: float = 0.5) -> pd.DataFrame:
    """Reports that are copies of one another as a whole, or nearly: *duplicates*, a row per pair, most alike first.

    Shingles of five letters are compared (resemblance and containment: Broder 1997); beyond two
    million letters a sample of them that is the same in every report, one in ``frame.attrs["every"]``, at most 16.

    Parameters
    ----------
    texts
        Table with columns ``report, text``: reports, or their points, which are taken together; points
        are without the dictated headings, which make all reports of one meeting alike, and are joined in the order of
        their ``start``, if any. Or several such tables, of which only the sample is kept; each report lies in one.
    min_containment
        Least share of the shorter report's shingles that the other has; an `InputError` if not from 0 to 1.

    >>> texts = ["学而时习之，不亦说乎", "学而时习之不亦说乎！", "有朋自远方来"]
    >>> found = duplicates(pd.DataFrame({"report": ["a", "b", "c"], "text": texts}))
    >>> found[["report", "other", "exact"]].values.tolist()
    [['a', 'b', True]]
    """
    if not 0 < min_containment <= 1:
        raise InputError("duplicates: min_containment lies between 0 and 1")
    held: dict[Any, tuple[bytes, np.ndarray]] = {}
    total = 0
    for batch in [texts] if isinstance(texts, pd.DataFrame) else texts:
        frames.require_known(batch, "reports", "report", "text")
        batch = batch.sort_values("start", kind="stable") if "start" in batch else batch  # noqa: PLW2901
        for name, group in batch.groupby("report")["text"]:
            codes = hanzi.codepoints(hanzi.letters("".join(group)).text)
            total += len(codes)
            held[name] = sha256(codes.tobytes()).digest(), _shingles(codes, _every(total))
    names, digests = list(held), [digest for digest, _ in held.values()]
    kept = [shingles[shingles % _every(total) == 0] for _, shingles in held.values()]
    sizes = np.array([len(shingles) for shingles in kept], dtype=np.int64)
    held.clear()  # all that is needed is in ``kept``, and a large corpus would be held twice
    one, other, shared = _overlaps(_met(kept), sizes, min_containment)
    frame = frames.make(
        "duplicates",
        {
            "report": [names[n] for n in one],
            "other": [names[n] for n in other],
            "resemblance": shared / (sizes[one] + sizes[other] - shared),
            "containment": shared / np.minimum(sizes[one], sizes[other]),
            "exact": [digests[n] == digests[m] for n, m in zip(one, other, strict=True)],
        },
    )
    frame.attrs["every"] = int(_every(total))
    order = ["exact", "resemblance", "report", "other"]
    return frame.sort_values(order, ascending=[False, False, True, True], ignore_index=True)


def _met(kept: list[np.ndarray]) -> list[np.ndarray]:
    """Of each text the shingles that others have, too, numbered; the list is emptied on the way."""
    every = np.concatenate([*kept, np.zeros(0, dtype=np.uint64)])
    every.sort()
    several = np.unique(every[1:][every[1:] == every[:-1]])
    ended = np.append(several, np.uint64(0))  # what is beyond the last is larger than that
    numbered = [at[ended[at] == some].astype(np.int32) for some in kept for at in [several.searchsorted(some)]]
    kept.clear()
    return numbered


def _overlaps(shingles: list[np.ndarray], sizes: np.ndarray, least: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pairs of texts of which the shorter has that share of its shingles in the other, and how many they share.

    If that share of a text's shingles is in another, some of its rarest are, but for as many as may be missing
    (prefix filtering: Chaudhuri, Ganti & Kaushik 2006): what all reports say, or two by chance, makes no pairs.
    """
    from scipy.sparse import csr_array

    found = np.concatenate([*shingles, np.zeros(0, dtype=np.int32)])
    others = np.array(list(map(len, shingles)), dtype=np.int64)
    row = np.repeat(np.arange(len(sizes), dtype=np.int32), others)
    order = np.lexsort((np.bincount(found).astype(np.int32)[found], row))
    rank = np.arange(len(found)) - np.repeat(np.cumsum(others) - sizes, others)  # its own are rarer still
    least_rare = np.minimum(needed := np.ceil(least * sizes - 1e-9), _RARE)
    rare = order[rank < (sizes - needed + least_rare)[row]]
    shape = (len(sizes), int(found.max(initial=0)) + 1)
    there, few = (csr_array((np.ones(len(at), np.int32), (row[at], found[at])), shape) for at in (order, rare))
    met = [np.zeros((3, 0), dtype=np.int64)]
    for low in range(0, len(sizes), _ROWS):
        both = (few[low : low + _ROWS] @ there.T).tocoo()
        here, other = both.row + low, both.col
        pairs = np.stack([here, other])[:, (here != other) & (both.data >= least_rare[here])]
        for some in np.array_split(pairs, len(pairs[0]) // _TOGETHER + 1, axis=1):
            shared = there[some[0]].multiply(there[some[1]]).sum(axis=1)
            alike = shared / sizes[some].min(axis=0) >= least
            met.append(np.stack([*np.sort(some, axis=0), shared])[:, alike])
    return tuple(np.unique(np.concatenate(met, axis=1), axis=1))


def _every(letters: int) -> np.uint64:
    """Shingles to one in the sample: the more letters, the larger a power of two, so that samples are nested."""
    return np.uint64(min(1 << max(letters // _SAMPLE, 1).bit_length() - 1, _THINNEST))


def _shingles(codes: np.ndarray, every: np.uint64) -> np.ndarray:
    """Numbers of the different shingles in the sample."""
    sums = np.zeros(max(len(codes) - _SHINGLE + 1, 0), dtype=np.uint64)
    for step in range(_SHINGLE if len(sums) else 0):
        sums = (sums + codes[step : step + len(sums)]) * _MIX
        sums ^= sums >> np.uint64(32)
    return np.unique(sums[sums % every == 0])
