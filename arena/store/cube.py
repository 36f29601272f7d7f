"""Counts to narrow a board by: one pass over its battles, each facet counted under all filters but its own.

Leaves out models, of which a battle has two (`arena.store.closer`).
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from arena.filters import Filters
from arena.people import person
from arena.ratings.types import RankSettings
from arena.store import flags
from arena.store.boards import Board
from arena.store.database import Database
from arena.store.evidence import listing
from arena.store.sql import ask
from arena.store.where import AGAINST_WORD, BITS_OF, FAILED, where

FACETS = (
    "winner",
    "judge",
    "category",
    "language",
    "turn",
    "flipped",
    "failed",
    "against_human",
    "clean",
    "mark",
)
"""Facets that a click narrows by, in the order of the columns of `cube.sql`."""
_ORDERED = {"turn", "flipped", "failed", "against_human", "clean"}
"""Facets in order of value; the others are in order of count."""

Counts = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Cube:
    """Battles by facet and value, and by score gap (first score minus second) under all filters."""

    facets: dict[str, Counts]
    gaps: tuple[tuple[int, int], ...]


def cube(database: Database, board: Board, settings: RankSettings, filters: Filters) -> Cube:
    """Counts a board under a filter. Outcome and gap are seen from the model that the filter names first."""
    loose = replace(filters, **dict.fromkeys(FACETS))
    condition = where(loose)
    question = ask("cube", condition.sql).replace("false /*failed*/", FAILED)
    if len(set(map(person, board.judges))) > 1:
        question = question.replace("NULL /*against*/", AGAINST_WORD)
    if flags.any_on(database, board):
        question = question.replace("NULL /*bits*/", BITS_OF)
    params = listing(board, settings) | condition.params | {"named": filters.a}
    chosen = {name: _text(getattr(filters, name)) for name in FACETS if getattr(filters, name) is not None}
    counts: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
    gaps: Counter[int] = Counter()
    for row in database.rows(question, params, kept=True):
        values = dict(zip(FACETS, row, strict=False))
        missed = [name for name, value in chosen.items() if value not in _each(values[name])]
        if not missed and row[-2] is not None:
            gaps[row[-2]] += row[-1]
        for name in FACETS if not missed else missed if len(missed) == 1 else ():
            for value in _each(values[name]):
                counts[name][value] += row[-1]
    return Cube({name: _sorted(name, found) for name, found in counts.items()}, tuple(sorted(gaps.items())))


def _each(value: Any) -> Iterator[str]:
    """The values of a field: none, one, or several (categories)."""
    yield from value if isinstance(value, list) else () if value is None else (value,)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _sorted(name: str, counts: Counter[str]) -> Counts:
    if name in _ORDERED:
        return tuple(sorted(counts.items()))
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
