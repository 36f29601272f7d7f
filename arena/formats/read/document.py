"""JSON documents of known members that are parsed whole: what is no list of rows.

Leaves out what the members hold.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ijson

from arena.errors import Unreadable
from arena.formats.read import objects
from arena.formats.read.fields import shown
from arena.formats.read.rows import Line
from arena.formats.read.text import BOM, CUT
from arena.types import Reject


def keys(start: bytes) -> frozenset[str]:
    """Names of the members of the object that a head starts with, as far as it goes; else empty."""
    start = start.removeprefix(BOM).lstrip()
    if not start.startswith(b"{"):
        return frozenset()
    found, depth = set(), 0
    try:
        for event, value in ijson.basic_parse(start):
            depth += event.startswith("start_") - event.startswith("end_")
            if event == "map_key" and depth == 1:
                found.add(value)
    except (ijson.JSONError, ValueError):
        pass  # cut off, or no JSON at all
    return frozenset(found)


def read(path: Path, members: tuple[str, ...], name: str) -> dict[str, Any]:
    """The document. Raises Unreadable where it is broken or lacks a member of format `name`."""
    whole = objects.document(path)
    if not isinstance(whole, dict) or not whole.keys() >= set(members):
        raise Unreadable(f"{path}: not {name}: no object with {' and '.join(members)}; name another --format")
    return whole


def lines(rows: Any, path: Path, member: str) -> Iterator[Line | Reject]:
    """The objects of a list in the document, numbered by position; what is no object is a reject."""
    if not isinstance(rows, list) or not rows:
        raise Unreadable(f"{path}: {member} is not a list of rows: {shown(rows)}")
    for number, row in enumerate(rows, 1):
        if isinstance(row, dict):
            yield Line(number, row)
        else:
            yield Reject(number, "not a JSON object", shown(row, CUT))
