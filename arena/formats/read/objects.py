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
from arena.formats.read.fields import shown
from arena.formats.read.rows import Line
from arena.formats.read.text import BOM, CUT, LONGEST, guard, head, lines, misencoded
from arena.types import Reject

Fits = Callable[[Set[str]], bool]
"""Whether a row with these field names is one of the format's."""

WHOLE = 32 * 1024 * 1024
"""Arrays up to this size are parsed whole, which bears NaN and says where one is torn; longer ones stream."""

PROBED = 100
"""Rows of which one has to fit, else the file is of another format."""


def keys(start: bytes) -> frozenset[str]:
    """Field names of the first object in a head, JSON Lines or array, even one cut off; else empty."""
    start = start.removeprefix(BOM).lstrip()
    if start.startswith(b"["):
        return _keys(start, "item")
    for line in start.splitlines()[:20]:
        if line.startswith(b"{") and (found := _keys(line, "")):
            return found
    return frozenset()


def _keys(text: bytes, level: str) -> frozenset[str]:
    found = set()
    try:
        for prefix, event, value in ijson.parse(text, multiple_values=True):
            if event == "map_key" and prefix == level:
                found.add(value)
            elif event == "end_map" and prefix == level:
                break
    except (ijson.JSONError, UnicodeDecodeError, ValueError):
        pass
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
        return Reject(number, "nested too deeply", text[:CUT])
    except json.JSONDecodeError as error:
        torn = "" if text.endswith("\n") else " (torn: the file ends in this line)"
        return Reject(number, f"not JSON: {error.msg} at column {error.colno}{torn}", text[:CUT])
    except ValueError as error:
        return Reject(number, f"not JSON: {error}", text[:CUT])
    if isinstance(value, dict):
        return Line(number, value, text)
    return Reject(number, "not a JSON object", text[:CUT])


def _array(path: Path) -> Iterator[Line | Reject]:
    small = path.stat().st_size <= WHOLE
    values = document(path) if small else _streamed(path)
    for number, value in enumerate(values, 1):
        if isinstance(value, dict):
            yield Line(number, value)
        else:
            yield Reject(number, "not a JSON object", shown(value, CUT))


def _streamed(path: Path) -> Iterator[Any]:
    with path.open("rb") as file:
        if file.read(len(BOM)) != BOM:
            file.seek(0)
        try:
            yield from ijson.items(file, "item", use_float=True)
        except ijson.JSONError as error:
            reason = str(error).strip().splitlines()[0]
            if "UTF8" in reason:
                raise Unreadable(f"{path}: not UTF-8 near byte {file.tell()}; save it as UTF-8") from error
            raise Unreadable(f"{path}: torn or not JSON before byte {file.tell()}: {reason}") from error
        except ValueError as error:
            raise Unreadable(f"{path}: torn or not JSON before byte {file.tell()}: {error}") from error


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
