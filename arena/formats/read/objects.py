"""Rows of JSON Lines and of JSON arrays, one object at a time and in constant memory.

Leaves out which fields a row has; a format says that with `fits`. JSON Lines are numbered by line, arrays by
position.
"""

import json
from collections.abc import Callable, Iterator, Set
from itertools import chain, islice
from pathlib import Path
from typing import Any

import ijson

from arena.errors import Unreadable
from arena.formats.read.array import elements
from arena.formats.read.fields import shown
from arena.formats.read.rows import Line
from arena.formats.read.text import BOM, CUT, LONGEST, guard, head, lines, misencoded
from arena.types import Reject

Fits = Callable[[Set[str]], bool]
"""Whether a row with these field names is one of the format's."""

PROBED = 100
"""Rows of which one has to fit, else the file is of another format."""


def keys(start: bytes) -> frozenset[str]:
    """Field names of the first object in a head, JSON Lines or array, even one cut off; else empty."""
    start = start.removeprefix(BOM).lstrip()
    if start.startswith(b"["):
        return _keys(start, 2)
    for line in start.splitlines()[:20]:
        if line.startswith(b"{") and (found := _keys(line, 1)):
            return found
    return frozenset()


def _keys(text: bytes, level: int) -> frozenset[str]:
    found, depth = set(), 0
    try:
        for event, value in ijson.basic_parse(text, multiple_values=True):
            depth += event.startswith("start_") - event.startswith("end_")
            if event == "map_key" and depth == level:
                found.add(value)
            elif event == "end_map" and depth == level - 1:
                break
    except (ijson.JSONError, ValueError):
        pass  # cut off, or no JSON at all
    return frozenset(found)


def read(path: Path, fits: Fits, name: str) -> Iterator[Line | Reject]:
    """Rows of a JSON Lines or JSON array file; rows that are no objects are rejects.

    Raises Unreadable for an empty, torn or wrongly encoded file, or one of another format than `name`.
    """
    start = head(path)
    guard(path, start)
    opening = start.removeprefix(BOM).lstrip()[:1]
    if opening not in (b"[", b"{") and path.suffix.lower() != ".jsonl":
        raise Unreadable(f"{path}: not {name}: neither a JSON array nor JSON Lines")
    rows = _array(path) if opening == b"[" else _lines(path)
    probe = list(islice(rows, PROBED))
    if not any(isinstance(row, Line) and fits(row.values.keys()) for row in probe):
        raise Unreadable(f"{path}: not {name}: {_found(probe)}; name another --format")
    return chain(probe, rows)


def _found(probe: list[Line | Reject]) -> str:
    if not probe:
        return "it holds no rows"
    first = probe[0]
    if isinstance(first, Reject):
        return f"row {first.line} is {first.reason}"
    return f"row {first.number} has the fields {shown(', '.join(first.values), 200)}"


def _lines(path: Path) -> Iterator[Line | Reject]:
    for line in lines(path):
        if isinstance(line, Reject):
            yield line
        elif not line[1].isspace():
            yield _parsed(*line)


def _parsed(number: int, text: str) -> Line | Reject:
    try:
        value = json.loads(text)
    except RecursionError:
        reason = "nested too deeply"
    except json.JSONDecodeError as error:
        torn = "" if text.endswith("\n") else " (torn: the file ends in this line)"
        reason = f"not JSON: {error.msg} at column {error.colno}{torn}"
    except ValueError as error:
        reason = f"not JSON: {error}"
    else:
        if isinstance(value, dict):
            return Line(number, value, text)
        reason = "not a JSON object"
    return Reject(number, reason, text[:CUT].rstrip("\n"))


def _array(path: Path) -> Iterator[Line | Reject]:
    for number, (value, text) in enumerate(elements(path), 1):
        if isinstance(value, dict):
            yield Line(number, value, text)
        else:
            yield Reject(number, "not a JSON object", text[:CUT])


def document(path: Path) -> Any:
    """A JSON document parsed whole, at most 64 MiB.

    Raises Unreadable where it is larger, torn, nested too deeply or not UTF-8.
    """
    guard(path, head(path))
    if (size := path.stat().st_size) > LONGEST:
        raise Unreadable(f"{path}: {size >> 20} MiB of JSON in one piece; JSON Lines are read at any size")
    data = path.read_bytes()
    try:
        return json.loads(data.removeprefix(BOM).decode())
    except UnicodeDecodeError as error:
        raise misencoded(path, error.start) from error
    except RecursionError as error:
        raise Unreadable(f"{path}: JSON nested too deeply") from error
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Unreadable(f"{path}: torn or not JSON at {where}: {error.msg}") from error
    except ValueError as error:
        raise Unreadable(f"{path}: not JSON: {error}") from error
