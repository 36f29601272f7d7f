"""What leak and copy checks say of a ranking: how much of it is flagged, and what changes without that.

Leaves out making checks (`arena.service.checking`).
"""

from dataclasses import dataclass, replace

from arena.errors import BadRequest, Unranked
from arena.filters import Filters
from arena.flags import BITS, Done, Mark
from arena.ratings.types import RankSettings, Rating
from arena.service import ranking
from arena.store import boards, evidence, flags
from arena.store.boards import Board
from arena.store.database import Database


@dataclass(frozen=True, slots=True)
class Guard:
    """What checks flagged under settings and filters, and what a ranking would be without it."""

    board: str
    settings: RankSettings = RankSettings()
    filters: Filters = Filters()


@dataclass(frozen=True, slots=True)
class Move:
    """A model with and without flagged battles. None: it has no battles left."""

    model: str
    rank: int
    value: float
    rank_clean: int | None
    value_clean: float | None


@dataclass(frozen=True, slots=True)
class Guarded:
    """Guard's answer. Filters by flags count as off: it tells both sides of that switch."""

    board: str
    battles: int
    flagged: int
    """Of these battles."""
    marks: dict[Mark, int]
    """Battles with each flag; one may have several."""
    check: Done | None
    """The latest; None: the board was never checked."""
    later: int
    """Battles that came since."""
    moves: tuple[Move, ...]
    """Every model, in the order of the ranking with all battles; nothing where nothing is flagged."""
    why_not: str | None = None
    """Why it cannot be ranked without them."""


def guarded(database: Database, request: Guard) -> Guarded:
    """Counts what is flagged and ranks without it.

    Raises:
        BadRequest: the board holds no single battles.
        Unranked: nothing is left to rank even with flagged battles.
    """
    board = boards.get(database, request.board)
    if board.kind != "battles":
        raise BadRequest(f"board {board.name!r} holds no single battles: there is nothing to check")
    whole = replace(request.filters, clean=None, mark=None)
    done = next(iter(flags.checks(database, board)), None)
    later = max(0, board.battles - done.battles) if done else board.battles

    def count(filters: Filters) -> int:
        return evidence.tally(database, board, request.settings, filters).total

    battles = count(whole)
    if not flags.any_on(database, board):
        return Guarded(board.name, battles, 0, {}, done, later, ())
    marks = {mark: n for mark in BITS if (n := count(replace(whole, mark=mark)))}
    flagged = count(replace(whole, clean=False))
    moves, why_not = _moves(database, board, request.settings, whole) if flagged else ((), None)
    return Guarded(board.name, battles, flagged, marks, done, later, moves, why_not)


def _moves(
    database: Database, board: Board, settings: RankSettings, whole: Filters
) -> tuple[tuple[Move, ...], str | None]:
    """Every model's place with and without; or why there is none without."""
    found, _ = ranking.made(database, board, settings, whole)
    try:
        clean, _ = ranking.made(database, board, settings, replace(whole, clean=True))
    except Unranked as error:
        return (), str(error)
    left = {line.model: line for line in clean.ratings}
    return tuple(_move(line, left.get(line.model)) for line in found.ratings), None


def _move(line: Rating, clean: Rating | None) -> Move:
    after = (clean.rank, clean.value) if clean is not None else (None, None)
    return Move(line.model, line.rank, line.value, *after)
