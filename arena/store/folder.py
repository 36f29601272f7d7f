"""Imports in normal form: one folder per import, one parquet file per kind of fact, a manifest written last.

The same folder is ingested after an import and again by `rebuild`. Rows are buffered and written in groups,
so an import of any size takes constant memory. Leaves out the database (`arena.store.ingest`).
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from types import TracebackType
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from arena.types import Battle, Fact, Grade, PairCount, Prompt, Published, Reference, Response, Row, Verdict

VERSION = 1
"""Version of the normal form; a folder of another one is not ingested."""

_GROUP = 20_000
"""Rows per row group."""
_BYTES = 32 << 20
"""Text bytes buffered over all tables before everything is written."""

_TEXT, _TEXTS, _WHOLE, _REAL = pa.string(), pa.list_(pa.string()), pa.int64(), pa.float64()
_TYPES: dict[str, pa.DataType] = {
    "turns": _TEXTS,
    "categories": _TEXTS,
    "difficulty": _REAL,
    "sample": _WHOLE,
    "tokens": _WHOLE,
    "headers": _WHOLE,
    "lists": _WHOLE,
    "bolds": _WHOLE,
    "games": _WHOLE,
    "turn": _WHOLE,
    "when": pa.timestamp("us"),
    "game": _WHOLE,
    "swapped": pa.bool_(),
    "preference": _REAL,
    "score_a": _REAL,
    "score_b": _REAL,
    "score": _REAL,
    "strength": _WHOLE,
    "milliseconds": _WHOLE,
    "win_a": _REAL,
    "win_b": _REAL,
    "tie": _REAL,
    "both_bad": _REAL,
    "value": _REAL,
    "low": _REAL,
    "high": _REAL,
    "battles": _WHOLE,
}
TABLES: dict[str, type[Any]] = {
    "prompts": Prompt,
    "references": Reference,
    "responses": Response,
    "battles": Battle,
    "verdicts": Verdict,
    "grades": Grade,
    "pair_counts": PairCount,
    "published": Published,
}
"""Table of each kind of fact, in the order in which they are ingested."""
_TABLE_OF = {kind: name for name, kind in TABLES.items()}
_JUDGED = {"battles", "verdicts"}


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an import folder holds and where it came from."""

    number: int
    board: str
    format: str
    path: str
    files: tuple[tuple[str, str, str], ...]
    """(path relative to `path`, format, content hash) of every file read."""
    judge: str | None
    read: int
    rejected: int
    made: str
    """UTC, ISO 8601."""
    version: int = VERSION
    mapping: tuple[str, ...] = ()
    """How the person described the columns and values of files in no known format; empty for others."""


class Writer:
    """Writes rows of facts into a folder; `rows` counts them."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.folder = folder
        self.rows = 0
        self._buffers: dict[str, list[tuple[int, int, bool, Fact]]] = {name: [] for name in TABLES}
        self._writers: dict[str, pq.ParquetWriter] = {}
        self._bytes = 0

    def __enter__(self) -> "Writer":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if kind is None:
            for name in TABLES:
                self._flush(name)
        for writer in self._writers.values():
            writer.close()

    def add(self, row: Row, file: int) -> None:
        """Takes one row of the file with that index in the manifest."""
        lead = _TABLE_OF[type(row.facts[0])]
        for fact in row.facts:
            name = _TABLE_OF[type(fact)]
            leads = name == lead or {name, lead} <= _JUDGED
            self._buffers[name].append((self.rows, file, leads, fact))
            self._bytes += _weight(fact)
            if len(self._buffers[name]) >= _GROUP:
                self._flush(name)
        self.rows += 1
        if self._bytes > _BYTES:
            for name in TABLES:
                self._flush(name)

    def _flush(self, name: str) -> None:
        buffer = self._buffers[name]
        if not buffer:
            return
        schema = _schema(TABLES[name])
        columns: list[Any] = [
            [entry[0] for entry in buffer],
            [entry[1] for entry in buffer],
            [entry[2] for entry in buffer],
        ]
        columns += [[getattr(entry[3], field.name) for entry in buffer] for field in fields(TABLES[name])]
        arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
        if name not in self._writers:
            self._writers[name] = pq.ParquetWriter(
                self.folder / f"{name}.parquet", schema, compression="zstd"
            )
        self._writers[name].write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema))
        buffer.clear()
        if not any(self._buffers.values()):
            self._bytes = 0


def _schema(kind: type[Any]) -> pa.Schema:
    columns = [("row", pa.int64()), ("file", pa.int32()), ("leads", pa.bool_())]
    return pa.schema(columns + [(field.name, _TYPES.get(field.name, _TEXT)) for field in fields(kind)])


def _weight(fact: Fact) -> int:
    if isinstance(fact, Prompt | Response | Reference):
        return sum(map(len, fact.turns))
    if isinstance(fact, Verdict):
        return len(fact.explanation or "") + len(fact.raw or "")
    return len(fact.explanation or "") if isinstance(fact, Grade) else 0


def seal(folder: Path, manifest: Manifest) -> None:
    """Writes the manifest: from now on the folder counts."""
    beside = folder / "manifest.tmp"
    beside.write_text(json.dumps(asdict(manifest), ensure_ascii=False, indent=1), "utf-8")
    beside.replace(folder / "manifest.json")


def manifest(folder: Path) -> Manifest | None:
    """The manifest of a sealed folder of this version, else None."""
    try:
        raw = json.loads((folder / "manifest.json").read_text("utf-8"))
        lists = {"files": tuple(map(tuple, raw["files"])), "mapping": tuple(raw.get("mapping", ()))}
        found = Manifest(**{**raw, **lists})
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return found if found.version == VERSION else None


def sealed(imports: Path) -> Iterator[tuple[Path, Manifest]]:
    """All sealed folders, in the order in which they were imported."""
    for folder in sorted(imports.iterdir()) if imports.is_dir() else []:
        found = manifest(folder)
        if found is not None:
            yield folder, found


@contextmanager
def drafted(scratch: Path, name: str) -> Iterator[Path]:
    """A path for a folder in the making; whatever is still there at the end is removed."""
    import shutil

    draft = scratch / name
    shutil.rmtree(draft, ignore_errors=True)
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)
