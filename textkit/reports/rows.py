"""Tables of reports (.csv, .xlsx, .jsonl, .parquet) → rows of strings; also the sidecar."""

import io
import json
import math
import warnings
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import pandas as pd

from textkit.errors import InputError, MissingExtraError
from textkit.reports.archive import DAMAGE, Archive
from textkit.reports.encodings import CONTROL, decode

Row = dict[str, str]


def read(data: bytes, ending: str, *, limit: int, encoding: str | None = None) -> list[Row]:
    """Rows of a table as column → text; what is missing is the empty text."""
    rows: Iterable[dict]
    if ending in (".csv", ".jsonl"):
        text = decode(data, encoding)[0]
        rows = _csv(text) if ending == ".csv" else _jsonl(text)
    else:
        rows = _xlsx(data, limit) if ending == ".xlsx" else _parquet(data, limit)
    return [{CONTROL.sub("", str(name)).strip(): _said(cell) for name, cell in row.items()} for row in rows]


def _said(cell: Any) -> str:
    missing = cell is None or (isinstance(cell, float) and math.isnan(cell))
    return "" if missing else str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _csv(text: str) -> list[dict]:
    header = text.split("\n", 1)[0]
    for sign, name in (("\t", "tabs"), (";", "semicolons")):
        if sign in header and "," not in header:
            raise InputError(f"columns separated by {name}, where commas are expected; save it as CSV with commas")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)  # more cells than columns: some would be lost
            frame = pd.read_csv(io.StringIO(text), dtype=object, keep_default_na=False, index_col=False)
    except (pd.errors.ParserError, pd.errors.EmptyDataError, pd.errors.ParserWarning) as error:
        why = f"{str(error).strip()}; a cell that holds commas needs quotation marks"
        raise InputError(f"not a table with commas and a header ({why})") from None
    return frame.to_dict("records")


def _jsonl(text: str) -> Iterator[dict]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise InputError(f"line {number} is not JSON ({error})") from None
        if not isinstance(row, dict):
            raise InputError(f"line {number} is not a JSON object; write {{'text': …}} on each line")
        yield row


def _xlsx(data: bytes, limit: int) -> Iterator[dict]:
    """The first sheet. Its header bounds the columns: a cell far out would else make millions of empty ones."""
    try:
        import openpyxl
    except ImportError:
        raise MissingExtraError(".xlsx tables need 'openpyxl': pip install 'textkit[formats]'") from None
    Archive(data, limit)
    try:
        sheet = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True).worksheets[0]
        sheet.reset_dimensions()
        cells = sheet.iter_rows(values_only=True)
        header = {place: name for place, name in enumerate(next(cells, ())) if name is not None}
        for row in cells:
            filled = {name: row[place] for place, name in header.items() if place < len(row)}
            if any(cell is not None for cell in filled.values()):
                yield filled
    except (*DAMAGE, TypeError, AttributeError) as error:
        raise InputError(f"damaged, or not an Excel table ({error}); save it anew") from None


def _parquet(data: bytes, limit: int) -> Iterator[dict]:
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        raise MissingExtraError(".parquet tables need 'pyarrow': pip install 'textkit[formats]'") from None
    try:
        file = parquet.ParquetFile(io.BytesIO(data))
        groups = range(file.metadata.num_row_groups)
        packed = sum(file.metadata.row_group(group).total_byte_size for group in groups)
        size = 0
        # One stored value may stand for many rows: take so few at a time that even then they fit.
        for batch in file.iter_batches(batch_size=max(1, min(1024, limit // max(packed, 1)))):
            size += batch.nbytes
            if max(size, packed) > limit:
                raise InputError(f"unpacks to more than {limit:,} bytes; split it or raise max_bytes")
            yield from batch.to_pylist()
    except (pa.ArrowException, OSError, ValueError) as error:
        raise InputError(f"damaged, or not a Parquet table ({error})") from None


def column(rows: list[Row], name: str) -> None:
    """Check that the rows have a column."""
    have = list(dict.fromkeys(known for row in islice(rows, 1000) for known in row))
    if name not in have:
        raise InputError(f"no column {name!r} (the table has: {', '.join(have) or 'nothing'})")
