"""Counts of style as the arenas publish them: a number, or one per kind (h1 to h6, ordered, unordered)."""

from arena.formats.read.fields import MOST


def total(counts: object) -> int | None:
    """The sum over the kinds; None where something else stands there. A kind that is null counts nothing."""
    parts = counts.values() if isinstance(counts, dict) else (counts,)
    given = [part for part in parts if part is not None]
    whole = [part for part in given if type(part) is int and 0 <= part <= MOST]
    return min(sum(whole), MOST) if given and len(whole) == len(given) else None
