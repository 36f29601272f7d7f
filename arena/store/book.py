"""Books: files that grow by whole lines, each on disk before the database says the same.

What a crash left of a line is cut off by the next one; a line of which the database then says nothing is
taken back. Writers take turns, those of other processes too.
Leaves out what lines say (`arena.store.journal`, `arena.store.votebook`).
"""

import fcntl
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from arena.jobs.facts import whole, written


@dataclass(frozen=True, slots=True)
class Written:
    """A line that was written, and where it stands."""

    path: Path
    start: int
    end: int

    def undo(self) -> None:
        """Takes it back, where no other came after it and the disk lets it."""
        with suppress(OSError), self.path.open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if file.seek(0, os.SEEK_END) == self.end:
                file.truncate(self.start)


def append(path: Path, line: str, counts: Callable[[bytes], bool] | None = None) -> Written:
    """Writes a line to disk. A last one without an end goes, unless it `counts` as it is.

    Raises:
        OSError: it could not be written; the book is as it was.
    """
    data = line.encode("utf-8", "replace") + b"\n"
    with path.open("ab+", buffering=0) as file:  # unbuffered: nothing is left that closing would write
        fcntl.flock(file, fcntl.LOCK_EX)
        size = whole(file)
        file.seek(size)
        rest = file.read()
        if counts is not None and counts(rest):
            data, size = b"\n" + data, size + len(rest)
        file.truncate(size)
        try:
            written(file, data)
            os.fsync(file.fileno())
        except OSError:
            file.truncate(size)
            raise
    return Written(path, size, size + len(data))


@contextmanager
def taken_back(lines: Sequence[Written]) -> Iterator[None]:
    """Takes lines back where an error is met, the last first; what is killed leaves them, and they count."""
    try:
        yield
    except Exception:
        for line in reversed(lines):
            line.undo()
        raise
