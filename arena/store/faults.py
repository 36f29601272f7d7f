"""What DuckDB raises where nobody asked wrongly, as one line: no room, no right to write, a damaged file.

Leaves out errors in what is asked: they are defects and keep their traceback.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from arena.errors import ArenaError, NoRoom

_FULL = ("no space left on device", "disk quota exceeded", "file too large")
_SHUT = ("permission denied", "read-only file system", "operation not permitted")
_ENDED = ("has been invalidated",)
_DAMAGED = (
    "corrupt",
    "could not read",
    "not a valid duckdb",
    "failed to load metadata",
    "serializ",
    "wal file",
)
_KINDS = (duckdb.IOException, duckdb.FatalException, duckdb.InternalException, duckdb.SerializationException)
"""Kinds of error that no question causes."""


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Tells such errors of the database of a path.

    Raises:
        NoRoom: the disk is full, or the file cannot be written.
        ArenaError: the file is damaged.
    """
    try:
        yield
    except duckdb.Error as error:
        found = worded(path, error)
        if found is None:
            raise
        raise found from error


def worded(path: Path, error: duckdb.Error) -> ArenaError | None:
    """The line about an error; None where the question was wrong."""
    text = str(error).lower()
    ended = any(sign in text for sign in _ENDED)
    if any(sign in text for sign in _FULL):
        after = "make room, then start the program again" if ended else "make room, then do it again"
        return NoRoom(f"the disk of {path} is full: this was not stored, what was before is kept; {after}")
    if any(sign in text for sign in _SHUT):
        return NoRoom(f"{path} cannot be written ({_line(error)}): make it writable, or name another --home")
    if isinstance(error, _KINDS) or any(sign in text for sign in _DAMAGED):
        return ArenaError(
            f"{path}: cannot be opened as a database: {_line(error)}; "
            "`arena rebuild` makes it anew from imports, runs and journals"
        )
    return None


def _line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
