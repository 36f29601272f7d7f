"""Lines of a UTF-8 file with their numbers, and the whole-file troubles told in one line.

Leaves out what a line means. Pickles, archives and binary files are refused by their first bytes and never
loaded.
"""

from collections.abc import Iterator
from pathlib import Path

from arena.errors import NotFound, Unreadable
from arena.formats.read.position import follow
from arena.types import Reject

HEAD = 64 * 1024
"""Bytes that a format may look at to know its own."""

LONGEST = 64 * 1024 * 1024
"""Bytes of the longest line, and of the largest JSON document that is parsed whole."""

CUT = 1000
"""Characters of a row that a reject keeps."""

PARQUET = b"PAR1"
ARROW_FILE = b"ARROW1"
BINARY = (PARQUET, ARROW_FILE, b"\xff\xff\xff\xff")
"""How binary tables start: parquet, Arrow's file format, Arrow's stream."""
BOM = b"\xef\xbb\xbf"
_MAGIC = {
    b"PK\x03\x04": "a zip archive",
    b"\x1f\x8b": "gzip-compressed",
    PARQUET: "a parquet file",
    ARROW_FILE: "an arrow file",
}
_PICKLES = {".pkl", ".pickle", ".joblib", ".pt"}


def head(path: Path) -> bytes:
    """The first bytes of a file.

    Raises NotFound where there is no such file and Unreadable where it cannot be opened.
    """
    try:
        with path.open("rb") as file:
            return file.read(HEAD)
    except FileNotFoundError as error:
        raise NotFound(f"{path}: no such file") from error
    except OSError as error:
        raise Unreadable(f"{path}: cannot be opened ({error.strerror})") from error


def pickled(path: Path, start: bytes) -> bool:
    """Whether the name or the first bytes say pickle (protocol 2 and later)."""
    return path.suffix.lower() in _PICKLES or (start[:1] == b"\x80" and start[1:2] in b"\x02\x03\x04\x05")


def guard(path: Path, start: bytes) -> None:
    """Refuse what cannot be text: raises Unreadable naming what it is and what to do."""
    if not start.removeprefix(BOM).strip():
        raise Unreadable(f"{path}: empty file")
    if pickled(path, start):
        raise Unreadable(
            f"{path}: a pickle can run code and is never loaded; export it as csv, json or parquet"
        )
    for magic, what in _MAGIC.items():
        if start.startswith(magic):
            raise Unreadable(f"{path}: {what}, not text; unpack it or give it its own suffix")
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Unreadable(f"{path}: UTF-16 at byte 0; save it as UTF-8")
    if b"\0" in start:
        raise Unreadable(f"{path}: binary, byte {start.index(0)} is zero; text in UTF-8 was expected")


def lines(path: Path) -> Iterator[tuple[int, str] | Reject]:
    """(line number from 1, line with its end) of a UTF-8 file; a BOM is dropped, a line over 64 MiB rejected.

    Raises Unreadable for a file that is no UTF-8 text, naming the byte.
    """
    guard(path, head(path))
    offset = number = 0
    with path.open("rb") as file:
        follow(path, file.tell)
        while line := file.readline(LONGEST + 1):
            number += 1
            start, offset = offset, offset + len(line)
            if len(line) > LONGEST:
                yield Reject(number, f"longer than {LONGEST >> 20} MiB", line[:CUT].decode(errors="replace"))
                while not line.endswith(b"\n") and (line := file.readline(LONGEST)):
                    offset += len(line)
                continue
            yield _decoded(path, line.removeprefix(BOM) if number == 1 else line, number, start)


def _decoded(path: Path, line: bytes, number: int, start: int) -> tuple[int, str] | Reject:
    try:
        return number, line.decode()
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and error.end == len(line):
            return Reject(
                number, "torn: the file ends inside a character", line[:CUT].decode(errors="replace")
            )
        raise misencoded(path, start + error.start) from error


def misencoded(path: Path, offset: int) -> Unreadable:
    """The error for bytes that are not UTF-8, to be raised by who met them."""
    return Unreadable(f"{path}: not UTF-8 at byte {offset}; save it as UTF-8")
