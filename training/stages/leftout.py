"""What of a rows file was not trained on, in words: entries that are no row, and rows that do not fit.

Leaves out refusing too few (`training.stages.course.enough`).
"""

from collections.abc import Sequence

from arena.types import Reject


def why(read: Sequence[object], otherwise: str) -> str:
    """Why there are too few rows: the first entry that is none, else what is said."""
    rejected = next((row for row in read if isinstance(row, Reject)), None)
    return f"line {rejected.line}: {rejected.reason}" if rejected else otherwise


def notes(read: Sequence[object], kept: int, fit: int, unfit: str, what: str = "such row") -> tuple[str, ...]:
    """One note for entries that hold no `what`, and one for rows that are `unfit`; none where all fit."""
    told = []
    if len(read) > kept:
        told.append(f"{len(read) - kept} of {len(read)} entries hold no {what} and were left out")
    if kept > fit:
        told.append(f"{kept - fit} {unfit} and were left out")
    return tuple(told)
