"""Who works on a large corpus: so many processes of this machine as its memory is enough for, or those of a cluster."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from textkit.errors import InputError, MissingExtraError
from textkit.project.options import Options

EXPANSION = 150
"""Bytes of memory that a byte of file takes while it is worked on, as measured: 1,911 MB for 13 MB."""
GIGABYTE = 1e9
ENGINES = ("local", "dask")
"""Where processes run."""
_HERE = "loky"
_PROCESS = 0.3  # gigabytes of a process before the first file
_WORKING = 0.8  # gigabytes for each process where none are asked for
_WAITING = 4  # tasks for each worker of a cluster, so that none waits for the next


def processes(options: Options) -> int:
    """How many work on this machine: as many as asked for, else as cores, if the memory is enough for them.

    >>> processes(Options(jobs=3)), processes(Options(memory=0.7))
    (3, 1)
    """
    import joblib

    return options.jobs or max(1, min(joblib.cpu_count(), int(options.memory / _WORKING) - 1))


def room(options: Options) -> float:
    """Bytes of files that a process may work on at once, so that all should fit into the memory together.

    That of a cluster is the memory of each worker; a cluster of this machine alone is its processes.

    Raises
    ------
    InputError
        The processes alone would take more.

    >>> room(Options(memory=3, jobs=1))
    8000000.0
    """
    jobs = 1 if options.scheduler else processes(options)
    free = (options.memory / (jobs + 1) - _PROCESS) * GIGABYTE / EXPANSION
    if free < 1:
        least = _PROCESS * (jobs + 1)
        raise InputError(f"{options.memory:g} GB for {jobs} processes, which take {least:.1f} before the first file; "
                         "give more memory or fewer jobs")  # fmt: skip
    return free


@contextmanager
def engine(options: Options) -> Iterator[None]:
    """The processes of this machine, or those of a dask cluster."""
    if options.engine == "local":
        yield
        return
    try:
        from distributed import Client
    except ImportError:
        raise MissingExtraError(
            "the engine dask needs the package distributed: pip install 'textkit[cluster]'"
        ) from None
    try:
        own = {} if options.scheduler else {"n_workers": processes(options), "threads_per_worker": 1}
        client = Client(options.scheduler, **own)
    except OSError as error:
        raise InputError(
            f"no dask scheduler answers at {options.scheduler} ({error}); start one, or check the address"
        ) from None
    with client:
        yield


@contextmanager
def ready(work: Callable, options: Options) -> Iterator[None]:
    """Start the processes of this machine, which load what the work needs while there is something else to do.

    What goes wrong with them shows when there is work to do.

    >>> with ready(len, Options(jobs=1)):
    ...     pass
    """
    from joblib import Parallel, delayed
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    jobs = processes(options)
    if jobs == 1:
        yield
        return
    loading = Parallel(jobs, backend=_HERE, return_as="generator")(delayed(callable)(work) for _ in range(jobs))
    try:
        yield
    finally:  # to its end also after an error: to close it would stop what other threads do with these processes
        with suppress(TerminatedWorkerError):  # others start in their place
            list(loading)


def dismiss() -> None:
    """End the processes of this machine: of what they worked on they keep memory, which others now need.

    >>> dismiss()
    """
    from joblib.externals.loky import get_reusable_executor

    get_reusable_executor(reuse=True).shutdown()


def each(work: Callable, arguments: Iterable[tuple], options: Options, *, here: bool = False) -> Iterator[Any]:
    """What the work makes of each tuple of arguments, in their order, by several processes.

    On a cluster by all workers that there are, also those that come late; within ``joblib.parallel_config`` by what
    that says; ``here`` by those of this machine, whose files others may not see.

    Raises
    ------
    InputError
        The system stopped a process, most often for its memory.
    """
    from joblib import Parallel, delayed
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    dead: tuple[type[Exception], ...] = (TerminatedWorkerError,)
    if options.engine == "dask" and not here:
        from distributed.scheduler import KilledWorker

        dead, found = (KilledWorker,), _by_cluster(work, arguments)
    else:
        own = Parallel(processes(options), backend=_HERE if here else None, return_as="generator")
        found = own(delayed(work)(*one) for one in arguments)
    try:
        yield from found
    except dead as error:
        raise InputError(
            f"a process was stopped from outside, perhaps for its memory ({type(error).__name__}); give it more, or "
            "fewer jobs, and start again: parts that were made are kept"
        ) from error


def _by_cluster(work: Callable, arguments: Iterable[tuple]) -> Iterator[Any]:
    """By the workers of the cluster whose client this is; few tasks wait for each."""
    from distributed import get_client

    client, waiting = get_client(), deque[Any]()
    for one in arguments:
        waiting.append(client.submit(work, *one, pure=False))
        if len(waiting) >= _WAITING * max(1, sum(client.nthreads().values())):
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
