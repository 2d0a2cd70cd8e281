"""Parts of a result on disk: each a folder of Parquet and Arrow files that is there whole or not at all.

The name of a part is the hash of its manifest: what it was made from, by which versions, with which options.
So a part that is there need not be made again, whoever made it, and one made from anything else is another.
"""

import hashlib
import json
import os
import platform
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from uuid import uuid4

import pandas as pd

from textkit.errors import InputError

_MANIFEST, _SIZES = "manifest.json", "sizes.json"
_BESIDE = ".part-"
_LOCK = ".lock"
_OURS = re.compile(rf"[0-9a-f]{{32}}|{re.escape(_BESIDE)}.*")
_MAKERS = (
    "beautifulsoup4", "jieba", "numpy", "pandas", "pyarrow", "pydivsufsort", "pypdfium2", "rapidfuzz", "rjieba",
    "scikit-learn", "scipy",
)  # fmt: skip


class Sliced(NamedTuple):
    """A table of which one slice is read at a time, out of many parts; slice i lies from border i to the next.

    >>> Sliced(pd.DataFrame({"text": ["一", "二"]}), [0, 0, 2]).borders
    [0, 0, 2]
    """

    frame: pd.DataFrame
    borders: Sequence[int]


Made = Mapping[str, pd.DataFrame | Sliced]


class Store(NamedTuple):
    """A folder of parts.

    >>> import tempfile
    >>> store = Store(Path(tempfile.mkdtemp()))
    >>> name = store.put({"of": "nothing"}, {"points": pd.DataFrame({"point": [1]})})
    >>> name == store.name({"of": "nothing"}), store.has(name), store.get(name, "points")["point"].tolist()
    (True, True, [1])
    """

    folder: Path

    @staticmethod
    def name(manifest: Mapping[str, Any]) -> str:
        """Name of the part that has this manifest."""
        return hashlib.sha256(_written(manifest)).hexdigest()[:32]

    def has(self, name: str) -> bool:
        """Whether the part is there, and each of its files as long as it was written."""
        try:
            sizes = json.loads((self.folder / name / _SIZES).read_bytes())
            return all((self.folder / name / file).stat().st_size == size for file, size in sizes.items())
        except (OSError, ValueError):
            return False

    def put(self, manifest: Mapping[str, Any], tables: Made) -> str:
        """Write a part beside its place and move it there; of two processes that do so at once, one wins."""
        place, beside = self.folder / self.name(manifest), self.beside()
        try:
            for table, frame in tables.items():
                if isinstance(frame, Sliced):
                    _write_slices(frame, beside / f"{table}.arrow")
                else:
                    frame.to_parquet(beside / f"{table}.parquet", index=False, compression="zstd")
            (beside / _MANIFEST).write_bytes(_written(manifest))
            sizes = {file.name: file.stat().st_size for file in beside.iterdir()}
            (beside / _SIZES).write_bytes(_written(sizes))
            for file in beside.iterdir():
                _flush(file)  # or a power cut would leave a part whose files are empty
            if place.is_dir() and not self.has(place.name):
                self._remove(place)
            beside.rename(place)
        except OSError:
            shutil.rmtree(beside, ignore_errors=True)
            if not place.is_dir():
                raise
        return place.name

    def beside(self) -> Path:
        """A new folder for what is not yet a part; `sweep` removes it, if nothing else does."""
        folder = self.folder / f"{_BESIDE}{uuid4().hex}"
        folder.mkdir(parents=True)
        return folder

    def made(self, manifest: Mapping[str, Any], make: Callable[[], Made]) -> str:
        """Name of the part that has this manifest; it is made if it is not there."""
        name = self.name(manifest)
        return name if self.has(name) else self.put(manifest, make())

    def get(self, name: str, table: str, *columns: str) -> pd.DataFrame:
        """A table of a part, or some of its columns; an `InputError` if its file is damaged."""
        with _readable(self.folder / name / f"{table}.parquet") as file:
            return pd.read_parquet(file, columns=list(columns) or None)

    def slices(self, names: Iterable[str], table: str, number: int) -> pd.DataFrame:
        """That slice of a table of several parts, one below the other.

        >>> import tempfile
        >>> store = Store(Path(tempfile.mkdtemp()))
        >>> one = store.put({}, {"pieces": Sliced(pd.DataFrame({"text": ["一", "二", "三"]}), [0, 1, 3])})
        >>> store.slices([one], "pieces", 1)["text"].tolist()
        ['二', '三']
        """
        import pyarrow as pa

        batches = []
        for name in names:
            with _readable(self.folder / name / f"{table}.arrow") as path, pa.OSFile(str(path)) as file:
                batches.append(pa.ipc.open_file(file).get_batch(number))
        return pa.Table.from_batches(batches).to_pandas()

    def tables(self, name: str) -> list[str]:
        """Names of the tables of a part."""
        return sorted(path.stem for path in (self.folder / name).glob("*.parquet"))

    def holds(self, name: str, table: str) -> bool:
        """Whether the part has that table."""
        return (self.folder / name / f"{table}.parquet").is_file()

    def sweep(self, kept: Iterable[str]) -> None:
        """Remove all other parts, and what was left beside its place."""
        for other in {path.name for path in self.folder.iterdir()} - set(kept):
            if _OURS.fullmatch(other):
                self._remove(self.folder / other)

    def _remove(self, place: Path) -> None:
        """Remove a part, out of its place first: one that is half removed is none."""
        gone = self.folder / f"{_BESIDE}{uuid4().hex}"
        place.rename(gone)
        shutil.rmtree(gone, ignore_errors=True)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other runs out of this folder, on systems and disks that know locks.

        Raises
        ------
        InputError
            Another run works in it.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as held:
            if find_spec("fcntl"):
                import fcntl

                file = held.enter_context((self.folder / _LOCK).open("a"))  # NFS locks only what is open for writing
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    raise InputError(f"{self.folder}: another run works here; wait, or name another") from None
                except OSError:
                    pass  # a disk that knows no locks
            for left in self.folder.glob(f"{_BESIDE}*"):  # by a run that was killed
                shutil.rmtree(left, ignore_errors=True)
            yield


class Parts(NamedTuple):
    """Tables in many parts: for each stretch of reports the names of its parts, the latest first.

    >>> list(Parts(Store(Path()), []).read("points"))
    []
    """

    store: Store
    rows: Sequence[tuple[str, ...]]

    def read(self, table: str, *columns: str) -> Iterator[pd.DataFrame]:
        """Those columns of a table, or all, part by part, in order of the reports."""
        for names in self.rows:
            holding = (one for one in names if self.store.holds(one, table))
            yield self.store.get(next(holding, names[-1]), table, *columns)

    def tables(self) -> list[str]:
        """Names of the tables, but for those that serve to make others."""
        found = {table for name in (self.rows or [()])[0] for table in self.store.tables(name)}
        return sorted(table for table in found if table[0] != "_")

    def scratch(self) -> TemporaryDirectory:
        """A folder for files of a step, beside the parts, unless the system was told where (``TMPDIR``)."""
        return TemporaryDirectory(prefix=_BESIDE, dir=os.environ.get("TMPDIR") or self.store.folder)

    def part(self, row: int) -> "Parts":
        """One stretch of reports."""
        return Parts(self.store, self.rows[row : row + 1])


@contextmanager
def _readable(file: Path) -> Iterator[Path]:
    try:
        yield file
    except (OSError, ValueError) as error:  # those of Arrow are either
        raise InputError(
            f"{file}: damaged ({type(error).__name__}: {error}); delete the folder {file.parent} and start again"
        ) from error


def _flush(file: Path) -> None:
    with file.open("r+b") as opened:
        os.fsync(opened.fileno())


def _write_slices(table: Sliced, path: Path) -> None:
    """In one file, of which each slice is a batch: hundreds of small files would take more time than their words."""
    import pyarrow as pa

    frame = pa.Table.from_pandas(table.frame, preserve_index=False)
    whole = pa.RecordBatch.from_arrays([column.combine_chunks() for column in frame.columns], schema=frame.schema)
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, whole.schema, options=options) as writer:
        for start, end in pairwise(table.borders):
            writer.write_batch(whole.slice(start, end - start))


def _written(manifest: Mapping[str, Any]) -> bytes:
    return json.dumps(manifest, ensure_ascii=True, indent=0, sort_keys=True, default=_plain).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, pd.DataFrame):
        return value.to_dict("list")
    return sorted(value)


@cache
def versions() -> dict[str, str]:
    """What a result may depend on besides inputs and options: this library's files, and packages it computes with.

    >>> len(versions()["textkit"])
    64
    """
    root = Path(__file__).parents[1]
    files = sorted(path for path in root.rglob("*") if path.is_file() and path.suffix not in (".pyc", ".pyo"))
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.relative_to(root).as_posix()} {file.stat().st_size}\n".encode() + file.read_bytes())
    made = {"textkit": digest.hexdigest(), "python": platform.python_version()}
    there = (name for name in _MAKERS if any(metadata.distributions(name=name)))
    return made | {name: metadata.version(name) for name in there}
