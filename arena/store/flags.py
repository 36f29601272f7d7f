"""Flags in the database: found, stored, listed, and taken in from the files of checks.

Leaves out looking for leaks (`arena.corpus.leaks`) and how a filter uses flags (`arena.store.where`).
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from arena.errors import ArenaError
from arena.flags import Done, Flag, Looked
from arena.store import checkbook
from arena.store.boards import Board
from arena.store.database import Database
from arena.store.sql import ask

_LOOKED_FOR = """DELETE FROM flags WHERE board = $board AND (mark IN ('copy', 'alike') OR EXISTS (
    SELECT 1 FROM looked WHERE looked.mark = flags.mark AND looked.source = flags.source
        AND looked.model IS NOT DISTINCT FROM flags.model
)) RETURNING id::VARCHAR"""
"""Every check looks for equal answers; and at some collections."""
_NAMES = ("id", "mark", "battle", "prompt", "model", "source", "item", "likeness", "said")


@dataclass(frozen=True, slots=True)
class Stored:
    """What a check changed."""

    new: int
    """Flags that were not there before."""
    gone: int
    """Flags that were, and that it did not find again where it looked."""


def copies(database: Database, board: Board, words: int) -> tuple[Flag, ...]:
    """Battles whose two answers are the same; of answers with fewer words none."""
    rows = database.rows(ask("copies"), {"board": board.id, "words": words})
    return tuple(Flag("copy" if same else "alike", battle=battle) for battle, same in rows)


def asked(database: Database, board: Board) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Id and turns of every prompt that a battle of a board is about."""
    sql = """SELECT id::VARCHAR, turns FROM prompts WHERE id IN (SELECT prompt FROM games($board))
             AND len(turns) > 0 ORDER BY id"""
    return tuple((name, tuple(turns)) for name, turns in database.rows(sql, {"board": board.id}))


def prompts(database: Database, board: Board) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Name in its collection and turns of every prompt that came with a board, fought about or not."""
    sql = 'SELECT "natural", turns FROM prompts WHERE source = $name AND len(turns) > 0 ORDER BY id'
    return tuple((name, tuple(turns)) for name, turns in database.rows(sql, {"name": board.name}))


def add(database: Database, board: Board, done: Done, flags: tuple[Flag, ...]) -> Stored:
    """Keeps a check, in its file first. Of what it looked at, it alone says from now on what is flagged."""
    with database.write() as cursor:
        checkbook.write(database.settings.checks, done, flags)
        return _store(cursor, board.id, done, flags)


def catch_up(database: Database, told: Callable[[str], None] | None = None) -> int:
    """Takes in the checks that the database lacks; how many. Those of boards that are not there stay files.

    All checks of such a board are taken in anew, in the order in which they were made. A file that is not
    whole is told and passed over: what it found can be found again.
    """
    had = {name for (name,) in database.rows("SELECT id::VARCHAR FROM checks")}
    homes = dict(database.rows("SELECT name, id FROM boards"))
    paths = checkbook.paths(database.settings.checks)
    if all(path.stem in had for path in paths):
        return 0
    found = sorted(_whole(paths, told), key=lambda one: (one[0].made, one[0].id))
    new = [done.board for done, _ in found if done.id not in had and done.board in homes]
    for name in sorted(set(new)):
        with database.write() as cursor:
            _clear(cursor, homes[name])
            for done, flags in found:
                if done.board == name:
                    _store(cursor, homes[name], done, flags)
    return len(new)


def _whole(
    paths: Iterable[Path], told: Callable[[str], None] | None
) -> Iterator[tuple[Done, tuple[Flag, ...]]]:
    for path in paths:
        try:
            yield checkbook.read(path)
        except ArenaError as error:
            if told is not None:
                told(str(error))


def _store(cursor: duckdb.DuckDBPyConnection, board: int, done: Done, flags: tuple[Flag, ...]) -> Stored:
    """Stores a check, and its flags in place of those that it looked for."""
    said = {"likeness": done.likeness, "words": done.words, "looked": [asdict(one) for one in done.looked]}
    cursor.execute("DELETE FROM checks WHERE id = ?::UUID", [done.id])
    cursor.execute("INSERT INTO checks VALUES (?, ?, ?, ?, ?)",
                   [done.id, board, done.made, done.battles, json.dumps(said)])  # fmt: skip
    looked = [{"mark": one.mark, "source": one.source, "model": one.model} for one in done.looked]
    _lend(cursor, "looked", looked, ("mark", "source", "model"))
    found = cursor.execute(_LOOKED_FOR, {"board": board}).fetchall()
    rows = {name: {**asdict(flag), "id": name} for flag in flags for name in (flag.id(done.board),)}
    _lend(cursor, "new_flags", list(rows.values()), _NAMES)
    cursor.execute(f"INSERT INTO flags BY NAME SELECT {board} AS board, * FROM new_flags")
    for name in ("looked", "new_flags"):
        cursor.unregister(name)
    old = {name for (name,) in found}
    return Stored(new=len(rows.keys() - old), gone=len(old - rows.keys()))


def _lend(
    cursor: duckdb.DuckDBPyConnection, name: str, rows: list[dict[str, Any]], columns: tuple[str, ...]
) -> None:
    """Lets a statement read rows as a table."""
    kinds = [(column, pa.float64() if column == "likeness" else pa.string()) for column in columns]
    cursor.register(name, pa.Table.from_pylist(rows, pa.schema(kinds)))


def checks(database: Database, board: Board) -> tuple[Done, ...]:
    """The checks of a board, the latest first."""
    sql = "SELECT id::VARCHAR, made, battles, said FROM checks WHERE board = $board ORDER BY made DESC, id"
    return tuple(_done(board.name, row) for row in database.rows(sql, {"board": board.id}, kept=True))


def _done(board: str, row: tuple[Any, ...]) -> Done:
    said = json.loads(row[3])
    looked = tuple(Looked(**one) for one in said["looked"])
    return Done(row[0], board, row[1], int(row[2]), said["likeness"], said["words"], looked)


def any_on(database: Database, board: Board) -> bool:
    """Whether a board has any flag."""
    sql = "SELECT count(*) FROM flags WHERE board = $board"
    return bool(database.rows(sql, {"board": board.id}, kept=True)[0][0])


def of_battles(database: Database, board: Board, battles: list[str]) -> dict[str, tuple[Flag, ...]]:
    """The flags of each of some battles that has any."""
    if not battles or not any_on(database, board):
        return {}
    found: dict[str, tuple[Flag, ...]] = {}
    for battle, *flag in database.rows(ask("flags"), {"board": board.id, "battles": battles}):
        found[battle] = (*found.get(battle, ()), Flag(*flag))
    return found


def forget(cursor: duckdb.DuckDBPyConnection, board: Board) -> None:
    """Takes a board's checks out of the database; their files go once that is stored (`checkbook.drop`)."""
    _clear(cursor, board.id)


def _clear(cursor: duckdb.DuckDBPyConnection, board: int) -> None:
    for table in ("checks", "flags"):
        cursor.execute(f"DELETE FROM {table} WHERE board = ?", [board])
