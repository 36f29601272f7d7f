"""The error model: every failure that a person can do something about, named for what they can do.

`ArenaError` is one line: what happened, with the value, and what to do. The command line prints it and
exits 1, the app shows it; anything else that escapes is a defect and keeps its traceback. A failed *row* is
not an error but data (`arena.types.Reject`). Foreign errors are mapped where they are met, with the cause
kept.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""What the system says of a disk that takes no more."""
_SHUT = (errno.EROFS, errno.EACCES, errno.EPERM)


class ArenaError(Exception):
    """Base of all errors that are told to a person in one line."""


class BadRequest(ArenaError):
    """An option, name or combination that cannot be: correct the call. Names the value and the choices."""


class Unreadable(ArenaError):
    """A file that cannot be read whole (torn, empty, wrong encoding, unknown format). Nothing was stored."""


class NotFound(ArenaError):
    """A board, model, battle or file that is not there. Says what is."""


class Busy(ArenaError):
    """Another process holds the database. Says who, and what to do."""


class Unranked(ArenaError):
    """There is nothing to rank or compare after the filters. Says which filter to loosen."""


class NoRoom(ArenaError):
    """The disk is full, or a place may not be used: make room, or choose another. What was done is kept."""


def no_room(error: OSError, place: Path | None = None) -> NoRoom | None:
    """The line about a full disk, or a place that may not be used; None where it is something else.

    `place` is where the work was done; the error may tell of another one.
    """
    where = error.filename or place
    disk = f"the disk of {where}" if where else "the disk"
    if error.errno in FULL:
        return NoRoom(
            f"{disk} is full ({error.strerror}): what was done is kept; make room, then do it again"
        )
    if error.errno in _SHUT:
        inside = not (error.filename and place) or Path(str(error.filename)).is_relative_to(place)
        tip = "let this user read and write there, or name another --home" if inside else "let this user in"
        return NoRoom(f"{where or 'a folder'} cannot be used ({error.strerror}): {tip}")
    return None


@contextmanager
def room(place: Path) -> Iterator[None]:
    """Tells a full disk, and a place that may not be used, in one line.

    Raises:
        NoRoom: instead of the `OSError` that says so.
    """
    try:
        yield
    except OSError as error:
        told = no_room(error, place)
        if told is None:
            raise
        raise told from error


def named(name: str, text: str) -> ArenaError:
    """The error of that class name, as another process raised it."""
    kinds = {kind.__name__: kind for kind in ArenaError.__subclasses__()}
    return kinds.get(name, ArenaError)(text)
