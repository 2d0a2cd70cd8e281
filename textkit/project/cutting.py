"""The files of a large corpus → batches, of sizes that stay what they were while the corpus grows."""

import re
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from textkit import reports

_PARTITIONS = 1024  # of the phrases: more read much and hold little
_BATCH = 4_000_000  # bytes of files beyond which a batch gains nothing
_GROWTH = 1.25  # room for files to come: with more partitions every batch would be made again


class Sizes(NamedTuple):
    """Partitions of the phrases, bytes that a batch has at most, and reports to one whose name ends a batch.

    >>> Sizes(2, 10_000, 32).every
    32
    """

    partitions: int
    limit: int
    every: int


def settle(planned: Sequence[reports.Planned], room: float, folder: Path) -> Sizes:
    """As an earlier run here had them, if ``room`` bytes are enough for that and files are about as long as they were.

    So its parts serve also a run with more memory, fewer processes, or a quarter more text.

    >>> import tempfile
    >>> settle([], 10_000, Path(tempfile.mkdtemp()))
    Sizes(partitions=1, limit=10000, every=4096)
    """
    whole, known, limit = size(planned), folder / "sizes", int(min(room, _BATCH))
    usual = max(whole // max(len(planned), 1), 1)
    if known.is_file() and re.fullmatch(rb"[1-9]\d{0,8}( [1-9]\d{0,8}){2}", text := known.read_bytes()):
        found = Sizes(*map(int, text.split()))
        alike = 0.5 <= found.every / _ending(found.limit, usual) <= 2
        if _partitions(whole / room) <= found.partitions <= _PARTITIONS and found.limit <= limit and alike:
            return found
    folder.mkdir(parents=True, exist_ok=True)
    sizes = Sizes(_partitions(_GROWTH * whole / room), limit, _ending(limit, usual))
    known.write_bytes(b"%d %d %d" % sizes)
    return sizes


def _partitions(needed: float) -> int:
    """So many, as a power of two."""
    return min(1 << int(needed).bit_length(), _PARTITIONS)


def _ending(limit: int, usual: int) -> int:
    """Reports of so many bytes to one that ends a batch, if most are to end before the limit."""
    return 1 << max((limit // 2 // usual).bit_length() - 1, 0)


def cut(planned: Iterable[reports.Planned], limit: int, every: int) -> list[list[reports.Planned]]:
    """Batches of at most so many bytes, or of one file.

    Most end at a name that says so by its hash, wherever it stands: a file more or less moves few borders.

    >>> cut([], 10_000, 32)
    []
    """
    batches: list[list[reports.Planned]] = []
    room = -1
    for one in planned:
        room -= _bytes(one)
        if room < 0:
            batches.append([])
            room = limit - _bytes(one)
        batches[-1].append(one)
        if zlib.crc32(one.report.encode("utf-8", "surrogatepass")) % every == 0:
            room = -1
    return batches


def size(planned: Iterable[reports.Planned]) -> int:
    """Bytes of the files.

    >>> size([])
    0
    """
    return sum(map(_bytes, planned))


def _bytes(one: reports.Planned) -> int:
    try:
        return one.source.file.stat().st_size
    except OSError:
        return 0  # reading it says why
