"""Rows of whatever holds rows: JSON Lines, a JSON array, csv, parquet or arrow.

For formats that are spread in several of them. Leaves out which fields a row has.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from arena.formats.read import objects, table
from arena.formats.read.fields import Values
from arena.formats.read.rows import Line
from arena.formats.read.text import head
from arena.types import Reject

_PYTHON = {"True": True, "False": False, "None": None}
"""How a csv that Python wrote spells what JSON knows too."""


def columns(path: Path, start: bytes) -> frozenset[str]:
    """Field names of a table, or of a JSON file's first object; empty where there are none."""
    return table.columns(path, start) or objects.keys(start)


def read(path: Path, fits: objects.Fits, name: str) -> Iterator[Line | Reject]:
    """Rows of a table or a JSON file. Raises Unreadable as `table.read` and `objects.read` do."""
    tabular = table.tabular(path, head(path))
    return (table.read if tabular else objects.read)(path, fits, name)


def nested(row: Values, *fields: str) -> dict[str, Any]:
    """The row with these fields decoded where a table holds them as JSON text; other text stays as it is."""
    return dict(row) | {field: _decoded(row[field]) for field in fields if isinstance(row.get(field), str)}


def _decoded(text: str) -> Any:
    if text in _PYTHON:
        return _PYTHON[text]
    try:
        return json.loads(text)
    except (RecursionError, ValueError):
        return text
