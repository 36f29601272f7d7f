"""Elements of a JSON array one by one, each with its text, in constant memory and at any file size.

The standard library's decoder reads each element: ijson's items keep a path per level, so that a small file
of brackets takes all memory. Leaves out what an element holds.
"""

import codecs
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from arena.errors import Unreadable
from arena.formats.read.position import follow
from arena.formats.read.text import LONGEST, misencoded

CHUNK = 1024 * 1024
"""Bytes that are read at a time."""

_BLANK = re.compile(r"[ \t\n\r]*")
_decode = json.JSONDecoder().raw_decode


class _Element(NamedTuple):
    value: Any
    start: int
    end: int
    after: int
    """Where the comma or bracket behind it stands."""


def elements(path: Path) -> Iterator[tuple[Any, str]]:
    """(element, its text) of a file that holds one array.

    Raises Unreadable where the file is torn, nested too deeply, not UTF-8, or goes on after the array.
    """
    pieces = _pieces(path)
    text = next(pieces, "")
    at = _skip(text, 0) + 1
    if text[_skip(text, at) : _skip(text, at) + 1] == "]":
        return _end(path, text, _skip(text, at) + 1, pieces)
    while True:
        found = _next(path, text, at)
        if isinstance(found, str):
            text, at = _longer(path, text[at:], pieces, found), 0
            continue
        yield found.value, text[found.start : found.end]
        at = found.after + 1
        if text[found.after] == "]":
            return _end(path, text, at, pieces)


def _next(path: Path, text: str, at: int) -> _Element | str:
    """The element at this place, or why it cannot be read (yet: its end may be in the next piece)."""
    start = _skip(text, at)
    try:
        value, end = _decode(text, start)
    except RecursionError as error:
        raise Unreadable(f"{path}: JSON nested too deeply") from error
    except json.JSONDecodeError as error:
        return error.msg
    except ValueError as error:
        raise Unreadable(f"{path}: not JSON: {error}") from error
    after = _skip(text, end)
    if after == len(text):
        return "the array is not closed"
    if text[after] not in ",]":
        raise Unreadable(f"{path}: torn or not JSON: no comma before {text[after : after + 20]!r}")
    return _Element(value, start, end, after)


def _longer(path: Path, text: str, pieces: Iterator[str], reason: str) -> str:
    """The text with as much again, so that an element over many pieces is not decoded once for each."""
    if len(text) > LONGEST:
        raise Unreadable(f"{path}: not JSON, or an element over {LONGEST >> 20} MiB: {reason}: {text[:40]!r}")
    more, wanted = [text], 2 * len(text)
    while (size := sum(map(len, more))) <= wanted and (piece := next(pieces, "")):
        more.append(piece)
    if size == len(text):
        raise Unreadable(
            f"{path}: torn or not JSON: {reason}: the last element starts {text.lstrip()[:40]!r}"
        )
    return "".join(more)


def _end(path: Path, text: str, at: int, pieces: Iterator[str]) -> None:
    while (at := _skip(text, at)) == len(text):
        text, at = next(pieces, ""), 0
        if not text:
            return
    raise Unreadable(f"{path}: not JSON: the file goes on after its array: {text[at : at + 40]!r}")


def _skip(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    return match.end() if match else at


def _pieces(path: Path) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    offset = 0
    with path.open("rb") as file:
        follow(path, file.tell)
        while chunk := file.read(CHUNK):
            held = len(decoder.getstate()[0])
            try:
                piece = decoder.decode(chunk)
            except UnicodeDecodeError as error:
                raise misencoded(path, offset - held + error.start) from error
            offset += len(chunk)
            if piece:
                yield piece
    if held := len(decoder.getstate()[0]):
        raise misencoded(path, offset - held)
