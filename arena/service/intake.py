"""Requests around an import, and answers: formats, a look at a file's columns, a board's past imports.

Leaves out the import itself (`arena.service.imports`) and the dry run (`arena.surveying`).
"""

import inspect
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from arena.errors import NotFound, Unreadable
from arena.formats import catalog
from arena.formats.mapped import WINNERS
from arena.formats.read import mapping, records
from arena.formats.read.rows import Line
from arena.service.exporting import TAKES
from arena.store import boards
from arena.store.database import Database
from arena.store.sql import ask

PROBED = 1000
"""Rows that are looked at for columns and values."""
FEW = 12
"""Different values up to which a column's values are told."""
CUT = 80
"""Characters of a value that are told."""


@dataclass(frozen=True, slots=True)
class Formats:
    """Which formats there are."""


@dataclass(frozen=True, slots=True)
class FormatInfo:
    """One format: what it is, what it was checked on; `writes` is "battles", "board" or None (only read)."""

    name: str
    help: str
    more: str
    checked: str
    writes: str | None


@dataclass(frozen=True, slots=True)
class FormatsFound:
    """Formats' answer; also what a mapping may say."""

    formats: tuple[FormatInfo, ...]
    fields: dict[str, tuple[str, ...]]
    """Fields that a mapping may name, by what a row is: battles, grades, counts."""
    winners: dict[str, str]
    """What a winner may be called without being translated."""
    unread: tuple[str, ...]
    """What a winner may be said to be where the judge could not be read."""


@dataclass(frozen=True, slots=True)
class Peek:
    """The columns of a file in no known format; of a folder, those of its first file that may hold rows."""

    path: Path


@dataclass(frozen=True, slots=True)
class Peeked:
    """Peek's answer."""

    file: str
    columns: tuple[str, ...]
    values: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Values of the columns that have few different ones in the first rows."""


@dataclass(frozen=True, slots=True)
class Past:
    """One import of a board. read = kept + rejected + duplicates."""

    number: int
    format: str
    path: str
    read: int
    kept: int
    rejected: int
    duplicates: int
    made: datetime
    """UTC, naive."""


@dataclass(frozen=True, slots=True)
class ImportLog:
    """The imports of a board."""

    board: str


@dataclass(frozen=True, slots=True)
class ImportLogFound:
    """ImportLog's answer, newest first."""

    board: str
    imports: tuple[Past, ...]


Request = Formats | Peek | ImportLog
Result = FormatsFound | Peeked | ImportLogFound


def formats(_: Formats | None = None) -> FormatsFound:
    """All formats by name, and the words of a mapping."""
    return FormatsFound(
        tuple(_format(name) for name in catalog.names()),
        {form: tuple(names) for form, names in mapping.FIELDS.items()},
        dict(WINNERS),
        mapping.UNREAD,
    )


def peek(request: Peek) -> Peeked:
    """Column names and few-valued columns of the first rows.

    Raises:
        NotFound: there is no such file or folder.
        Unreadable: no file holds rows.
    """
    path = request.path.expanduser().resolve()
    if not path.exists():
        raise NotFound(f"{path}: no such file or folder")
    file = catalog.find(path, catalog.MAPPED)[0][0][0]
    rows = [
        item.values for item in islice(records.read(file, bool, "mapped"), PROBED) if isinstance(item, Line)
    ]
    columns = tuple(dict.fromkeys(name for row in rows for name in row))
    if not columns:
        raise Unreadable(f"{file}: no rows with columns were found")
    values = {name: tuple(islice(_values(rows, name), FEW + 1)) for name in columns}
    few = {name: found for name, found in values.items() if 0 < len(found) <= FEW}
    return Peeked(file.name, columns, few)


def imports(database: Database, request: ImportLog) -> ImportLogFound:
    """The imports of a board, newest first."""
    board = boards.get(database, request.board)
    found = database.rows(ask("imports"), {"board": board.id})
    return ImportLogFound(board.name, tuple(Past(*row) for row in found))


def _format(name: str) -> FormatInfo:
    first, _, more = (inspect.getdoc(catalog.load(name)) or name).partition("\n")
    able = catalog.exporters().get(name)
    writes = next((word for word, takes in TAKES.items() if able and able.WRITES in takes), None)
    return FormatInfo(name, first, " ".join(more.split()), catalog.load(name).CHECKED, writes)


def _values(rows: list[dict[str, Any]], name: str) -> Iterator[str]:
    """Different values, in order of first appearance, as a mapping writes them."""
    seen: set[str] = set()
    for row in rows:
        value = row.get(name)
        if value is None or isinstance(value, dict | list):
            continue
        whole = isinstance(value, float) and value.is_integer()
        word = str(int(value) if whole else value).strip()[:CUT]
        if word not in seen:
            seen.add(word)
            yield word
