"""Stock phrases at scale: mining against a bare suffix array and against counting n-grams.

    python tests/bench/phrases.py [MILLIONS]

Text is drawn from a word chain over the sample reports (and the official corpus where it is), so that
it repeats itself as prose does. Ratios of one run; memory is that of a process of its own. N-grams of more than two
million characters would fill it: beside them mining is measured on as many.
"""

import resource
import subprocess
import sys
import time
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.bench.prose import points


def seconds(work, *arguments) -> float:
    """Of the processor, so that neighbours on the machine do not count."""
    began = time.process_time()
    work(*arguments)
    return time.process_time() - began


def bare(frame) -> None:
    """Suffix array and LCP of the same text, and nothing else."""
    import numpy as np
    from pydivsufsort import divsufsort, kasai

    joined = "\n".join(frame["text"])
    codes = np.frombuffer(joined.encode("utf-32-le"), dtype="<i4").astype(np.int32)
    kasai(codes, divsufsort(codes))


def counted(frame) -> None:
    from sklearn.feature_extraction.text import CountVectorizer

    CountVectorizer(analyzer="char", ngram_range=(4, 12), min_df=2).fit_transform(frame["text"])


def mined(frame) -> None:
    from textkit import phrases

    phrases.mine(frame, barriers=phrases.CLAUSE, min_reports=3, max_chars=40)


COUNTED = 2  # million characters of which n-grams are counted
WORK = {
    "nothing": lambda frame: None,
    "bare suffix array + LCP": bare,
    "phrases.mine": mined,
    "CountVectorizer 4–12": counted,
}


def main(millions: float) -> None:
    """Print the table; each kind of work runs in a process of its own, so that its peak can be told."""
    print("| work | million characters | seconds | peak bytes/character |\n|---|---|---|---|", flush=True)
    few = min(millions, COUNTED)
    for name, size in [*((name, millions) for name in list(WORK)[:-1]), *((name, few) for name in list(WORK)[-2:])]:
        subprocess.run([sys.executable, __file__, str(size), name], check=True)


def one(millions: float, name: str) -> None:
    frame = points(round(millions * 1e6))
    chars = int(frame["text"].str.len().sum())
    WORK[name](frame.head(50))  # what is loaded once is no part of it
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    took = seconds(WORK[name], frame)
    peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    print(f"| {name} | {millions:g} | {took:.1f} | {peak / chars:.0f} |", flush=True)


if __name__ == "__main__":
    size = float(sys.argv[1]) if len(sys.argv) > 1 else 10
    one(size, sys.argv[2]) if len(sys.argv) > 2 else main(size)
