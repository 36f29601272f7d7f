"""How far the file being read is, asked now and then by whoever shows progress. Leaves out showing it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path


class Position:
    """A place in a file, in bytes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = path.stat().st_size
        self.ask: Callable[[], int] = int

    @property
    def bytes(self) -> int:
        """Bytes that were read so far; all of them once the reader has closed the file."""
        try:
            return min(self.ask(), self.size)
        except ValueError:
            return self.size


_watched: ContextVar[Position | None] = ContextVar("watched", default=None)


@contextmanager
def watched(path: Path) -> Iterator[Position]:
    """The position of a file while it is read in this context."""
    place = Position(path)
    before = _watched.get()
    _watched.set(place)
    try:
        yield place
    finally:
        _watched.set(before)


def follow(path: Path, ask: Callable[[], int]) -> None:
    """A reader says how its place in a file can be asked; where nobody watches that file, nothing happens."""
    place = _watched.get()
    if place is not None and place.path == path:
        place.ask = ask
