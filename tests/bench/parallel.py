"""The first pass in parts: two processes against one, and two dask workers against one.

    python tests/bench/parallel.py [REPORTS]

Seconds by the clock, of warm workers: run it on a machine that does nothing else.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.bench import made
from textkit import codes, reports
from textkit.project import Options, batches, cutting, workers
from textkit.project.store import Store, versions

BATCH = 400_000  # bytes


def seconds(corpus: Path, options: Options) -> float:
    """Of the first pass, the second time: the first warms the workers."""
    books = [codes.read_codebook(name) for name in codes.BUILTIN]
    given = cutting.cut(reports.plan(corpus), BATCH, 8)
    recipe = {"versions": versions()}
    with workers.engine(options):
        for _ in range(2):
            with tempfile.TemporaryDirectory() as folder:
                job = batches.Job(Store(Path(folder)), books, options, recipe)
                began = time.perf_counter()
                list(workers.each(batches._first, ((job, batch) for batch in given), options))
                took = time.perf_counter() - began
    return took


@contextmanager
def cluster(workers: int) -> Iterator[Options]:
    from distributed import LocalCluster

    with LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as there:
        yield Options(engine="dask", scheduler=there.scheduler_address)


def main(size: int) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        made.write(Path(folder), size)
        print("| work | seconds | times as fast |\n|---|---|---|")
        one = seconds(Path(folder), Options(jobs=1))
        two = seconds(Path(folder), Options(jobs=2))
        print(f"| one process | {one:.1f} | |\n| two processes | {two:.1f} | {one / two:.2f} |")
        took = []
        for workers in (1, 2):
            with cluster(workers) as options:
                took.append(seconds(Path(folder), options))
        print(f"| one dask worker | {took[0]:.1f} | |\n| two dask workers | {took[1]:.1f} | {took[0] / took[1]:.2f} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
