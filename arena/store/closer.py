"""A closer look at a board under a filter: facets with counts, verdict health, score gaps, days.

Every answer is an aggregate of the `outcomes` macro. Leaves out ratings (`arena.store.evidence`) and battles
(`arena.store.battles`).
"""

from dataclasses import dataclass, replace
from datetime import date

from arena.filters import Filters
from arena.ratings.types import RankSettings
from arena.store.boards import Board
from arena.store.database import Database
from arena.store.evidence import merging
from arena.store.sql import ask
from arena.store.where import where

FACETS = ("winner", "judge", "category", "language", "turn", "flipped", "failed")
"""Facets that a click narrows by. Models have two sides: `models` counts them."""

Counts = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Health:
    """Verdicts of a board: how many, how many could be read, and how often the first seat won."""

    verdicts: int
    read: int
    decisive: int
    """Decisive verdicts of battles that are played in both orders."""
    first_seat: int
    """Those that the answer shown first won."""
    paired: int
    """Battles with two readable games."""
    flipped: int
    """Those whose games named different winners."""


def facet(database: Database, board: Board, settings: RankSettings, filters: Filters, name: str) -> Counts:
    """Battles per value of a facet, under all filters but its own."""
    own = replace(filters, winner=None) if name == "winner" else replace(filters, **{name: None})
    condition = where(own)
    rows = database.rows(ask(f"facet_{name}", condition.sql), merging(board, settings) | condition.params)
    return tuple((str(value), int(count)) for value, count in rows)


def models(database: Database, board: Board, settings: RankSettings, filters: Filters) -> Counts:
    """Battles per model under all filters but `b`, most first."""
    condition = where(replace(filters, b=None))
    rows = database.rows(ask("facet_model", condition.sql), merging(board, settings) | condition.params)
    return tuple((str(value), int(count)) for value, count in rows)


def health(database: Database, board: Board, settings: RankSettings, filters: Filters) -> Health:
    """What the trust strip shows of a board's verdicts."""
    condition = where(filters)
    row = database.row(ask("trust", condition.sql), merging(board, settings) | condition.params)
    return Health(*(int(value) for value in row or (0,) * 6))


def gaps(
    database: Database, board: Board, settings: RankSettings, filters: Filters
) -> tuple[tuple[int, int], ...]:
    """(score of a minus score of b, battles), lowest first."""
    condition = where(filters)
    rows = database.rows(ask("gaps", condition.sql), merging(board, settings) | condition.params)
    return tuple((int(gap), int(count)) for gap, count in rows)


def days(
    database: Database, board: Board, settings: RankSettings, filters: Filters
) -> tuple[date | None, date | None]:
    """First and last day of the battles."""
    condition = where(filters)
    row = database.row(ask("days", condition.sql), merging(board, settings) | condition.params)
    return (row[0], row[1]) if row else (None, None)
