"""Flags in the database: found, stored, listed, and taken in from the files of checks.

Leaves out looking for leaks (`arena.corpus.leaks`) and how a filter uses flags (`arena.store.where`).
"""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import duckdb
import pyarrow as pa

from arena.errors import ArenaError
from arena.flags import Done, Flag, Looked
from arena.store import checkbook
from arena.store.boards import Board
from arena.store.database import Database
from arena.store.sql import ask

_NAMES = ("id", "mark", "battle", "prompt", "model", "source", "item", "likeness", "said")


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


def add(database: Database, board: Board, done: Done, flags: tuple[Flag, ...]) -> int:
    """Keeps a check, in its file first; how many of its flags are new."""
    with database.write() as cursor:
        checkbook.write(database.settings.checks, done, flags)
        return _store(cursor, board.id, done, flags)


def catch_up(database: Database, told: Callable[[str], None] | None = None) -> int:
    """Takes in the checks that the database lacks; how many. Those of boards that are not there stay files.

    A file that is not whole is told and passed over: what it found can be found again.
    """
    had = {name for (name,) in database.rows("SELECT id::VARCHAR FROM checks")}
    homes = dict(database.rows("SELECT name, id FROM boards"))
    new = [path for path in checkbook.paths(database.settings.checks) if path.stem not in had]
    found, count = [], 0
    for path in new:
        try:
            found.append(checkbook.read(path))
        except ArenaError as error:
            if told is not None:
                told(str(error))
    for done, flags in sorted(found, key=lambda one: (one[0].made, one[0].id)):
        if done.board in homes:
            with database.write() as cursor:
                _store(cursor, homes[done.board], done, flags)
            count += 1
    return count


def _store(cursor: duckdb.DuckDBPyConnection, board: int, done: Done, flags: tuple[Flag, ...]) -> int:
    said = {"likeness": done.likeness, "words": done.words, "looked": [asdict(one) for one in done.looked]}
    cursor.execute("DELETE FROM checks WHERE id = ?::UUID", [done.id])
    cursor.execute("INSERT INTO checks VALUES (?, ?, ?, ?, ?)",
                   [done.id, board, done.made, done.battles, json.dumps(said)])  # fmt: skip
    if not flags:
        return 0
    rows = [{**asdict(flag), "id": flag.id(done.board)} for flag in flags]
    kinds = {name: pa.float64() if name == "likeness" else pa.string() for name in _NAMES}
    cursor.register("new_flags", pa.Table.from_pylist(rows, pa.schema(list(kinds.items()))))
    added = cursor.execute(
        f"""INSERT INTO flags BY NAME
            SELECT {board} AS board, * FROM new_flags
            WHERE id::UUID NOT IN (SELECT id FROM flags WHERE board = {board}) RETURNING id"""
    ).fetchall()
    cursor.unregister("new_flags")
    return len(added)


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
    for table in ("checks", "flags"):
        cursor.execute(f"DELETE FROM {table} WHERE board = ?", [board.id])
