"""Imports in normal form: one folder per import, one parquet file per kind of fact, a manifest written last.

The same folder is ingested after an import and again by `rebuild`. Rows are buffered and written in groups,
so an import of any size takes constant memory. Leaves out the database (`arena.store.ingest`).
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from arena.types import Battle, Fact, Grade, PairCount, Prompt, Published, Reference, Response, Row, Verdict

VERSION = 2
"""Version of the normal form; a folder of another one is not ingested."""

_GROUP = 20_000
"""Rows per part."""
_BYTES = 32 << 20
"""Text bytes buffered over all tables before a part is written."""
_MOST = 1 << 20
"""Above the facts that one row can bring: `nth` numbers all facts of an import."""

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
    "propensity": _REAL,
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
_Entry = tuple[int, int, int, int, bool, Fact]
"""nth fact of the import, its row, line and file, whether the row is about it, the fact."""
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
    """Writes rows of facts into a folder, part by part; `rows` counts them, `part` the parts written.

    A part is whole on disk once `flush` returns, so that an import that was stopped can go on from there.
    """

    def __init__(self, folder: Path, rows: int = 0, part: int = 0) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.rows, self.part = folder, rows, part
        self._buffers: dict[str, list[_Entry]] = {name: [] for name in TABLES}
        self._bytes = self._waiting = 0

    @property
    def full(self) -> bool:
        """Whether it is time to flush."""
        return self._waiting >= _GROUP or self._bytes > _BYTES

    def add(self, row: Row, file: int) -> None:
        """Takes one row of the file with that index in the manifest."""
        lead = _TABLE_OF[type(row.facts[0])]
        for place, fact in enumerate(row.facts):
            name = _TABLE_OF[type(fact)]
            leads = name == lead or {name, lead} <= _JUDGED
            self._buffers[name].append((self.rows * _MOST + place, self.rows, row.line, file, leads, fact))
            self._bytes += _weight(fact)
        self.rows += 1
        self._waiting += 1

    def flush(self) -> None:
        """Writes what is buffered as the next part."""
        for name, buffer in self._buffers.items():
            if buffer:
                pq.write_table(
                    _table(name, buffer), self.folder / f"{name}-{self.part:05d}.parquet", compression="zstd"
                )
                buffer.clear()
        self.part += 1
        self._bytes = self._waiting = 0


def _table(name: str, buffer: list[_Entry]) -> pa.Table:
    schema = _schema(TABLES[name])
    columns: list[Any] = [[entry[place] for entry in buffer] for place in range(5)]
    columns += [[getattr(entry[5], field.name) for entry in buffer] for field in fields(TABLES[name])]
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def parts(folder: Path, name: str) -> list[Path]:
    """The files of one table, in order."""
    return sorted(folder.glob(f"{name}-[0-9]*.parquet"))


def _schema(kind: type[Any]) -> pa.Schema:
    columns = [
        ("nth", pa.int64()),
        ("row", pa.int64()),
        ("line", pa.int64()),
        ("file", pa.int32()),
        ("leads", pa.bool_()),
    ]
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
    for folder in sorted(imports.iterdir(), key=_order) if imports.is_dir() else []:
        found = manifest(folder)
        if found is not None:
            yield folder, found


def unsealed(imports: Path) -> Iterator[Path]:
    """Folders among the imports whose manifest cannot be read, or is of another version."""
    for folder in sorted(imports.iterdir(), key=_order) if imports.is_dir() else []:
        if folder.is_dir() and manifest(folder) is None:
            yield folder


def _order(folder: Path) -> tuple[int, str]:
    number = folder.name.partition("-")[0]
    return int(number) if number.isdecimal() else 0, folder.name
