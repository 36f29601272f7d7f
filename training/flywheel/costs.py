"""Dry runs of several tournaments as one: what can be summed is, what cannot is told once.

Leaves out what one tournament costs (`arena.tournament.cost`).
"""

from collections.abc import Iterable
from dataclasses import replace

from arena.jobs.types import Cost
from arena.tournament.facts import Line

ONCE = frozenset({"interval", "half of that", "nodes", "actors"})
"""Lines that are no amounts: widths are of one ranking, and all tournaments work on the same machines."""


def add(sums: dict[str, Cost], lines: Iterable[Cost | Line], times: int = 1) -> None:
    """Adds lines that count so many times; of those that are no amounts the first stays."""
    for line in lines:
        known = sums.get(line.what, Cost(line.what, 0.0, line.unit, line.note))
        if line.what not in ONCE:
            sums[line.what] = replace(known, value=known.value + times * line.value)
        elif line.what not in sums:
            sums[line.what] = replace(known, value=line.value)
