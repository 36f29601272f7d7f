"""A closer look at a board under a filter: battles per category and model, verdict health, days.

Every answer is an aggregate of the `outcomes` macro. Leaves out ratings (`arena.store.evidence`), facets
(`arena.store.cube`) and battles (`arena.store.battles`).
"""

from dataclasses import dataclass, replace
from datetime import date

from arena.filters import Filters
from arena.ratings.types import RankSettings
from arena.store.boards import Board
from arena.store.database import Database
from arena.store.evidence import listing
from arena.store.sql import ask
from arena.store.where import where

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


def categories(database: Database, board: Board, settings: RankSettings, filters: Filters) -> Counts:
    """Battles per category under all filters but that one, most first."""
    condition = where(replace(filters, category=None))
    rows = database.rows(ask("facet_category", condition.sql), listing(board, settings) | condition.params)
    return tuple((str(value), int(count)) for value, count in rows)


def models(database: Database, board: Board, settings: RankSettings, filters: Filters) -> Counts:
    """Battles per model under all filters but `b`, most first."""
    condition = where(replace(filters, b=None))
    asked = listing(board, settings) | condition.params
    rows = database.rows(ask("facet_model", condition.sql), asked, kept=True)
    return tuple((str(value), int(count)) for value, count in rows)


def health(database: Database, board: Board, settings: RankSettings, filters: Filters) -> Health:
    """What the trust strip shows of a board's verdicts."""
    condition = where(filters)
    asked = listing(board, settings) | condition.params
    rows = database.rows(ask("trust", condition.sql), asked, kept=True)
    return Health(*(int(value) for value in (rows[0] if rows else (0,) * 6)))


def days(
    database: Database, board: Board, settings: RankSettings, filters: Filters
) -> tuple[date | None, date | None]:
    """First and last day of the battles."""
    condition = where(filters)
    row = database.row(ask("days", condition.sql), listing(board, settings) | condition.params)
    return (row[0], row[1]) if row else (None, None)
