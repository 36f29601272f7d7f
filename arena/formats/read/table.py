"""Rows of csv, parquet and arrow tables, streamed. Cells of a csv are text; an empty one is None.

Leaves out which columns a format has; it says that with `fits`. Csv is comma-separated with a header, in
UTF-8.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import fields
from itertools import chain, count, islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from arena.cells import inert, plain
from arena.errors import Unreadable
from arena.formats.read import arrow
from arena.formats.read.fields import excerpt, shown
from arena.formats.read.position import follow
from arena.formats.read.rows import Line
from arena.formats.read.schema import schema
from arena.formats.read.text import BINARY, BOM, CUT, LONGEST, PARQUET, head, lines
from arena.types import PairCount, Published, Reject

BATCH = 100
"""Rows of a parquet or arrow file that are decoded at a time."""
TORN = (pa.ArrowException, OSError, ValueError)
"""What a spoilt binary file raises; a column name that is not UTF-8 is a ValueError."""


def tabular(path: Path, start: bytes) -> bool:
    """Whether a file is read as a table: parquet and arrow by their first bytes, csv by its suffix."""
    return start.startswith(BINARY) or path.suffix.lower() == ".csv"


def columns(path: Path, start: bytes) -> frozenset[str]:
    """Column names of a table: a binary file's schema or the first line of a .csv; empty for other files."""
    if start.startswith(BINARY):
        schema_of = pq.read_schema if start.startswith(PARQUET) else arrow.schema
        try:
            return frozenset(schema_of(path).names)
        except TORN:
            return frozenset()
    if path.suffix.lower() != ".csv" or b"\n" not in start:
        return frozenset()
    first = start.removeprefix(BOM).splitlines()[0].decode(errors="replace")
    return frozenset(name.strip() for name in next(csv.reader([first]), []))


def read(
    path: Path, fits: Callable[[Set[str]], bool], name: str, *, ours: bool = False
) -> Iterator[Line | Reject]:
    """Rows of a table, numbered by line in a csv and else by position.

    `ours`: a format that we write, its texts held back from spreadsheets (`arena.cells`).

    Raises Unreadable for an empty, torn or wrongly encoded file, or one without the columns of format `name`.
    """
    start = head(path)
    if start.startswith(PARQUET):
        header, rows = _parquet(path)
    else:
        header, rows = _arrow(path) if start.startswith(BINARY) else _csv(path, ours=ours)
    if not fits(set(header)):
        raise Unreadable(
            f"{path}: not {name}: its columns are {shown(', '.join(header), 200)}; name another --format"
        )
    if len(set(header)) < len(header):
        raise Unreadable(f"{path}: a column name stands twice: {shown(', '.join(header), 200)}")
    if not (first := list(islice(rows, 1))):
        raise Unreadable(f"{path}: it has columns but no rows")
    return chain(first, rows)


def _parquet(path: Path) -> tuple[Sequence[str], Iterator[Line | Reject]]:
    try:
        file = pq.ParquetFile(path)
        names = file.schema_arrow.names
    except TORN as error:
        raise _torn(path, error) from error
    return names, _batches(path, file)


def _batches(path: Path, file: pq.ParquetFile) -> Iterator[Line | Reject]:
    position, done = count(1), 0
    share = path.stat().st_size / max(file.metadata.num_rows, 1)
    follow(path, lambda: int(done * share))
    try:
        for batch in file.iter_batches(batch_size=BATCH):
            yield from _numbered(position, batch)
            done += batch.num_rows
    except TORN as error:
        raise _torn(path, error) from error
    finally:
        file.close()


def _numbered(position: Iterator[int], batch: pa.RecordBatch) -> Iterator[Line]:
    """The batch's rows, with as many numbers taken as there are rows."""
    return (Line(number, row) for row, number in zip(batch.to_pylist(), position, strict=False))


def _arrow(path: Path) -> tuple[Sequence[str], Iterator[Line | Reject]]:
    try:
        names = arrow.schema(path).names
    except TORN as error:
        raise _torn(path, error, "arrow") from error
    return names, _slices(path)


def _slices(path: Path) -> Iterator[Line | Reject]:
    position = count(1)
    try:
        for batch in arrow.batches(path):
            for start in range(0, batch.num_rows, BATCH):
                yield from _numbered(position, batch.slice(start, BATCH))
    except TORN as error:
        raise _torn(path, error, "arrow") from error


def _torn(path: Path, error: Exception, what: str = "parquet") -> Unreadable:
    return Unreadable(f"{path}: torn or not {what}: {shown(str(error).splitlines()[0], 120)}")


def _csv(path: Path, *, ours: bool) -> tuple[Sequence[str], Iterator[Line | Reject]]:
    csv.field_size_limit(LONGEST)
    reader = csv.reader(_physical(path), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
    except csv.Error as error:
        raise Unreadable(f"{path}: the first line is no csv header: {error}") from error
    found = _records(path, reader, header)
    return header, map(_released, found) if ours else found


def _released(line: Line | Reject) -> Line | Reject:
    """The row with its texts as they were before they were written."""
    if isinstance(line, Reject):
        return line
    values = {name: plain(cell) if isinstance(cell, str) else cell for name, cell in line.values.items()}
    return line._replace(values=values)


def _physical(path: Path) -> Iterator[str]:
    for line in lines(path):
        if isinstance(line, Reject):
            raise Unreadable(f"{path}: line {line.line} is {line.reason}")
        yield line[1]


def _records(path: Path, reader: Any, header: Sequence[str]) -> Iterator[Line | Reject]:
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if reader.line_num > number:
                raise Unreadable(f"{path}: a quote opened in line {number} is never closed") from error
            yield Reject(number, f"not csv: {error}", "")
            continue
        if len(cells) == len(header):
            yield Line(number, {name: cell or None for name, cell in zip(header, cells, strict=True)})
        elif cells:
            reason = f"{len(cells)} cells where the header has {len(header)}"
            yield Reject(number, reason, excerpt(",".join(cells), CUT))


def write(facts: Iterable[PairCount | Published], kind: type[PairCount | Published], path: Path) -> int:
    """Flat facts as a table, parquet by the suffix .parquet, else csv; returns the number of rows."""
    names = [field.name for field in fields(kind)]
    rows: Iterable[list[Any]] = ([getattr(fact, name) for name in names] for fact in facts)
    if path.suffix.lower() == ".parquet":
        table = pa.Table.from_pylist(
            [dict(zip(names, row, strict=True)) for row in rows], schema=schema(kind)
        )
        pq.write_table(table, path)
        return int(table.num_rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        return sum(1 for row in rows if writer.writerow(map(inert, row)))
