"""Single grades to write out again. Leaves out the battles that they make (`arena.store.battles`)."""

from collections.abc import Iterator

from arena.errors import BadRequest
from arena.filters import Filters
from arena.store.boards import Board
from arena.store.database import Database
from arena.store.sql import ask
from arena.types import Grade


def stream(database: Database, board: Board, filters: Filters) -> Iterator[tuple[Grade, str | None]]:
    """(grade, its question's own id or None), in order of arrival and in constant memory.

    Raises:
        BadRequest: a filter is about battles; grades have only a judge and a turn.
    """
    if filters != Filters(judge=filters.judge, turn=filters.turn):
        raise BadRequest(
            "single grades can be chosen by --judge and --turn only: they belong to no one battle"
        )
    params = {"board": board.id, "judge": filters.judge, "turn": filters.turn}
    with database.stream(ask("grades"), params) as rows:
        for *grade, question in rows:
            yield Grade(*grade), question
