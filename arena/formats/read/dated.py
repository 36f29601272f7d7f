"""Boards of several dates in one file: a date is a category, and the newest is also what is shown first.

Leaves out ratings. A date is kept as 2024-08-14, however it was written.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from arena.formats.read.fields import Malformed, shown
from arena.formats.read.rows import Line
from arena.types import Fact, Published, Reject

_WRITTEN = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ].*)?")


def day(value: Any) -> str:
    """A date as 2024-08-14. Raises Malformed for what is none."""
    match = _WRITTEN.fullmatch(str(value).strip())
    try:
        return date(*map(int, match.groups())).isoformat() if match else _no(value)
    except ValueError:
        return _no(value)


def _no(value: Any) -> str:
    raise Malformed(f"date is no date: {shown(value)}")


def days(rows: Iterable[Line | Reject], read: Callable[[Line], str]) -> list[str]:
    """Every date of a file, in order; rows without one are left to the reading proper."""
    found = set()
    for row in rows:
        if isinstance(row, Line):
            try:
                found.add(read(row))
            except Malformed:
                continue
    return sorted(found)


def lines(boards: Iterable[Published], newest: str) -> tuple[Fact, ...]:
    """The lines of a dated row, each with its date as category; those of the newest date without one too."""
    found = tuple(boards)
    return found + tuple(replace(board, category="") for board in found if board.category == newest)


def told(days: list[str]) -> str:
    """What the person should know: which date is shown first, and where the others are."""
    if len(days) == 1:
        return f"the board is of {days[0]}"
    return f"the board shown first is of {days[-1]}; {len(days)} dates from {days[0]} on are categories"
