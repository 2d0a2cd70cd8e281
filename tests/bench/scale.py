"""The whole job on corpora of growing size, in parts: CPU time, peak memory, and what a second run costs.

    python tests/bench/scale.py [REPORTS ...]

Each run is a process of its own that does all work itself (``--jobs 1``), so that CPU time and peak memory are those of
the whole job. The peer is what one would write with jieba, pandas and scikit-learn: segment, count, weigh, ten topics;
no outline, codes, links, phrases or passages. Copies and phrases planted by `made` are looked for in the results.
"""

import math
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.bench import made

PEER = """
import sys, pathlib, jieba, pandas as pd
from sklearn.decomposition import NMF
from sklearn.feature_extraction.text import TfidfVectorizer
texts = {path.stem: path.read_text("utf-8") for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.txt"))}
vectorizer = TfidfVectorizer(tokenizer=jieba.lcut, token_pattern=None)
weights = vectorizer.fit_transform(texts.values())
shares = pd.DataFrame(NMF(10, random_state=0, max_iter=200).fit_transform(weights), index=texts)
shares.to_csv(sys.argv[2])
"""


def cost(*arguments: str) -> tuple[float, float, float]:
    """CPU seconds, seconds and peak megabytes of a Python process."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments], cwd=made.ROOT, env=os.environ | {"PYTHONPATH": str(made.ROOT)}
    )
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"failed: {' '.join(arguments)}")
    return usage.ru_utime + usage.ru_stime, time.perf_counter() - began, usage.ru_maxrss / 1024


def right(out: Path, truth: made.Truth) -> str:
    """How many planted phrases have their exact count."""
    import pandas as pd

    found = pd.read_csv(out / "tables" / "phrases.csv", index_col="phrase")[["count", "reports"]]
    every = [n for n in truth.phrases.values() if n[1] > 1]
    hits = [phrase in found.index and tuple(found.loc[phrase]) == n for phrase, n in truth.phrases.items() if n[1] > 1]
    return f"{sum(hits)} of {len(every)}"


def main(sizes: list[int]) -> None:
    """Print the table."""
    print("| reports | CPU s | ms/report | exponent | peak MB | again, CPU s | peer CPU s | planted phrases |")
    print("|---|---|---|---|---|---|---|---|")
    before = None
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            corpus, out = Path(folder) / "corpus", Path(folder) / "out"
            truth = made.write(corpus, size)
            job = ["-m", "textkit", "run", str(corpus), "--out", str(out), "--jobs", "1", "--memory", "1.2", "--quiet"]
            took, _, peak = cost(*job)
            again, _, _ = cost(*job)
            peer, _, _ = cost("-W", "ignore", "-c", PEER, str(corpus), str(out / "peer.csv"))
            slope = f"{math.log(took / before[1]) / math.log(size / before[0]):.2f}" if before else ""
            cells = [f"{size:,}", f"{took:.0f}", f"{1000 * took / size:.0f}", slope, f"{peak:.0f}", f"{again:.0f}"]
            print("|", " | ".join([*cells, f"{peer:.0f}", right(out, truth)]), "|", flush=True)
            before = size, took


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [250, 1_000, 4_000, 10_000])
