"""Rankings that were made, kept: a board's history, and a published figure found again."""

import json
import uuid
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from arena.filters import Filters
from arena.ratings.types import Ranking
from arena.store import boards, journal
from arena.store.boards import Board
from arena.store.database import Database
from arena.store.sql import ask

Origin = Literal["import", "run", "request"]


@dataclass(frozen=True, slots=True)
class Kept:
    """A stored ranking without its lines."""

    id: str
    made: datetime
    source: Origin
    settings: str
    filters: str
    n_battles: int
    leader: str | None


@dataclass(frozen=True, slots=True)
class Stage:
    """A stored ranking's order."""

    id: str
    made: datetime
    ranks: tuple[tuple[str, int], ...]
    """(model, rank), best first."""


def keep(database: Database, board: Board, ranking: Ranking, filters: Filters, source: Origin) -> str:
    """Stores a ranking with settings, filters, time and source; returns its id."""
    head = [
        str(uuid.uuid4()),
        datetime.now(UTC).replace(tzinfo=None).isoformat(),
        source,
        json.dumps(asdict(ranking.settings)),
        json.dumps(asdict(filters), default=str),
        ranking.n_battles,
        json.dumps([asdict(warning) for warning in ranking.warnings]),
    ]
    lines: list[list[Any]] = [
        [line.model, line.value, line.low, line.high, line.battles, line.rank, line.rank_low, line.rank_high]
        for line in ranking.ratings
    ]
    _insert(database, board.id, head, lines)
    journal.rank(database.settings.journal, board.name, head, lines)
    return str(head[0])


def restore(database: Database) -> int:
    """Puts rankings of the journal back that the database lacks; returns how many."""
    known = {str(number) for (number,) in database.rows("SELECT id::VARCHAR FROM rankings")}
    there = {board.name: board.id for board in boards.every(database)}
    missing = [
        entry
        for entry in journal.rankings(database.settings.journal)
        if entry["head"][0] not in known and entry["board"] in there
    ]
    for entry in missing:
        _insert(database, there[entry["board"]], entry["head"], entry["lines"])
    return len(missing)


def _insert(database: Database, board: int, head: list[Any], lines: list[list[Any]]) -> None:
    number, *rest = head
    with database.write(facts=False) as cursor:
        cursor.execute("INSERT INTO rankings VALUES (?, ?, ?, ?, ?, ?, ?, ?)", [number, board, *rest])
        if lines:
            cursor.executemany(
                "INSERT INTO ranking_lines "
                "SELECT $1, id, $3, $4, $5, $6, $7, $8, $9 FROM models WHERE name = $2",
                [[number, *line] for line in lines],
            )


def history(database: Database, board: Board) -> tuple[Kept, ...]:
    """The stored rankings of a board, newest first."""
    return tuple(Kept(*row) for row in database.rows(ask("history"), {"board": board.id}))


def past(database: Database, board: Board, limit: int) -> tuple[Stage, ...]:
    """The latest stored rankings of a board with every model's rank, oldest first."""
    stages: dict[str, tuple[datetime, list[tuple[str, int]]]] = {}
    for number, made, model, rank in database.rows(ask("past"), {"board": board.id, "limit": limit}):
        stages.setdefault(number, (made, []))[1].append((model, rank))
    return tuple(Stage(number, made, tuple(ranks)) for number, (made, ranks) in stages.items())
