"""The vote book: every vote and every one taken back, one JSON line each, in the order in which they came.

It is what `rebuild` takes votes from. A line counts once its end is on disk: what a crash left of one is
cut off by the next. Leaves out the database (`arena.store.ballots`).
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from arena.errors import ArenaError
from arena.jobs.facts import ended
from arena.store import book
from arena.store.book import Written
from arena.votes import Undo, Vote


@dataclass(frozen=True, slots=True)
class Removed:
    """A board was removed: votes on it that stand before this count no more."""

    board: str


Entry = Vote | Undo | Removed


def append(path: Path, entry: Entry) -> Written:
    """Writes a line to disk.

    Raises:
        ArenaError: it cannot be written; the book is as it was.
    """
    line = json.dumps(_said(entry), ensure_ascii=False, default=str)
    try:
        return book.append(path, line)
    except OSError as error:
        raise ArenaError(
            f"{path} cannot be written: {error.strerror}; nothing was stored, make room and vote again"
        ) from error


def read(path: Path, offset: int = 0) -> Iterator[tuple[Entry, int]]:
    """The entries from an offset on, each with the offset after it; a line without an end is none yet.

    Raises:
        ArenaError: a line cannot be read.
    """
    if not path.is_file():
        return
    with path.open("rb") as file:
        for end, line in ended(file, offset):
            yield _entry(path, line, end), end


def size(path: Path) -> int:
    """Bytes of the book."""
    return path.stat().st_size if path.is_file() else 0


def _said(entry: Entry) -> dict[str, Any]:
    verb = {Vote: "vote", Undo: "undo", Removed: "remove"}[type(entry)]
    return {"verb": verb, **asdict(entry)}


def _entry(path: Path, line: bytes, offset: int) -> Entry:
    try:
        held = json.loads(line)
        verb = held.pop("verb")
        if "at" in held:
            held["at"] = datetime.fromisoformat(held["at"])
        if verb == "vote":
            return Vote(**{**held, "flags": tuple(held["flags"])})
        return Undo(**held) if verb == "undo" else Removed(**held)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ArenaError(
            f"{path}, the line that ends at byte {offset}: not a line of the vote book; mend or delete it"
        ) from error
