"""Boards and imports: which there are, and how a new one is claimed, counted and removed."""

import re
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from arena.errors import BadRequest, NotFound
from arena.store.database import Database
from arena.store.folder import Manifest
from arena.store.sql import ask
from arena.types import Kind, Published

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._+-]{0,79}")
_PROMPTS = "SELECT p.id FROM prompts p JOIN boards b ON p.source = b.name WHERE b.id = ?"
_TABLES = ("verdicts", "battles", "grades", "pair_counts", "published", "imports", "votes", "undone")


@dataclass(frozen=True, slots=True)
class Board:
    """One board: what it is made of, where it came from, and how much is in it."""

    id: int
    name: str
    kind: Kind
    title: str | None
    source: str | None
    licence: str | None
    date: date | None
    category: str | None
    """The category shown first, where the board has several."""
    shipped: bool
    battles: int
    models: int
    judges: tuple[str, ...]
    clustered: bool
    """Whether some prompt has several battles, so that intervals are clustered by prompt."""


def checked(name: str) -> str:
    """A board name that can stand in a link and a file name.

    Raises:
        BadRequest: it cannot.
    """
    if not _NAME.fullmatch(name):
        raise BadRequest(
            f"board name {name!r}: use letters, digits, space and . _ + - (80 at most); name it with --board"
        )
    return name


def every(database: Database) -> tuple[Board, ...]:
    """All boards, the user's own first, then by name."""
    return tuple(_board(row) for row in database.rows(ask("boards"), kept=True))


def get(database: Database, name: str) -> Board:
    """The board of that name.

    Raises:
        NotFound: there is none; the message lists what there is.
    """
    found = every(database)
    for board in found:
        if board.name == name:
            return board
    raise NotFound(f"no board {name!r}; there are: {', '.join(board.name for board in found) or 'none'}")


def _board(row: tuple[Any, ...]) -> Board:
    return replace(Board(*row), judges=tuple(row[11]))


def claim(
    cursor: duckdb.DuckDBPyConnection, name: str, kind: Kind | None, made: str, shipped: bool = False
) -> int:
    """Id of the board, created where it does not exist.

    Raises:
        BadRequest: it exists and holds another kind of facts.
    """
    found = cursor.execute(
        "SELECT id, kind, shipped FROM boards WHERE name = $name", {"name": name}
    ).fetchall()
    if found:
        number, stored, ours = found[0]
        if kind is not None and stored != kind:
            raise BadRequest(
                f"board {name!r} holds {_words(stored)}, the file {_words(kind)}: choose another --board"
            )
        if ours and not shipped:
            raise BadRequest(
                f"board {name!r} came with the program and stays as it is: choose another --board"
            )
        return int(number)
    number = int(cursor.execute("SELECT coalesce(max(id), 0) + 1 FROM boards").fetchall()[0][0])
    cursor.execute(
        "INSERT INTO boards (id, name, kind, shipped, created) VALUES ($id, $name, $kind, $shipped, $made)",
        {"id": number, "name": name, "kind": kind or "battles", "shipped": shipped, "made": made},
    )
    return number


def _words(kind: str) -> str:
    return {"battles": "battles", "pairs": "pair counts", "published": "published ratings"}[kind]


def next_import(cursor: duckdb.DuckDBPyConnection, *folders: Path) -> int:
    """Number for a new import: above all in the table and in the names of what these folders hold."""
    stored = int(cursor.execute("SELECT coalesce(max(number), 0) FROM imports").fetchall()[0][0])
    names = [
        place.name.partition("-")[0] for folder in folders if folder.is_dir() for place in folder.iterdir()
    ]
    return max([stored, *(int(name) for name in names if name.isdecimal())]) + 1


def known_imports(database: Database) -> set[int]:
    """Numbers of the imports that the database has."""
    return {int(number) for (number,) in database.rows("SELECT number FROM imports")}


def note_import(cursor: duckdb.DuckDBPyConnection, board: int, manifest: Manifest, kept: int) -> None:
    """Notes an import and how many of its rows were new."""
    known = manifest.read - manifest.rejected - kept
    values = [
        manifest.number,
        board,
        manifest.format,
        manifest.path,
        manifest.read,
        kept,
        manifest.rejected,
        known,
    ]
    cursor.execute("INSERT INTO imports VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", [*values, manifest.made])


def summarise(cursor: duckdb.DuckDBPyConnection, board: int) -> None:
    """Counts a board's battles, models and judges anew."""
    cursor.execute(ask("first_category"), {"board": board})
    cursor.execute(ask("summarise"), {"board": board})


def describe(cursor: duckdb.DuckDBPyConnection, board: int, about: dict[str, Any]) -> None:
    """Sets title, source, licence, date, category and digest of a board."""
    cursor.execute(
        "UPDATE boards SET title = $title, source = $source, licence = $licence, date = $date, "
        "category = $category, "
        "digest = $digest WHERE id = $id",
        {**about, "id": board},
    )


def digests(database: Database) -> dict[str, str]:
    """Hash of the shipped file of every shipped board."""
    return dict(database.rows("SELECT name, digest FROM boards WHERE shipped"))


def remove(cursor: duckdb.DuckDBPyConnection, board: int) -> None:
    """Takes a board and everything that is only its own out of the database."""
    cursor.execute(
        "DELETE FROM ranking_lines WHERE ranking IN (SELECT id FROM rankings WHERE board = ?)", [board]
    )
    for table in ("responses", "reference_answers"):
        cursor.execute(f"DELETE FROM {table} WHERE prompt IN ({_PROMPTS})", [board])
    cursor.execute("DELETE FROM prompts WHERE source = (SELECT name FROM boards WHERE id = ?)", [board])
    for table in ("rankings", *_TABLES):
        cursor.execute(f"DELETE FROM {table} WHERE board = ?", [board])
    cursor.execute("DELETE FROM boards WHERE id = ?", [board])


def categories(database: Database, board: Board) -> tuple[str, ...]:
    """The categories that a board can be narrowed to, the one shown first in front."""
    found = [
        name
        for (name,) in database.rows(ask("categories"), {"board": board.id, "name": board.name}, kept=True)
        if name
    ]
    return tuple(sorted(found, key=lambda name: (name != board.category, name)))


def languages(database: Database, board: Board) -> tuple[str, ...]:
    """The languages of a board's prompts, most frequent first."""
    return tuple(name for (name,) in database.rows(ask("languages"), {"name": board.name}, kept=True))


def models(database: Database, board: Board) -> tuple[str, ...]:
    """The models of a board, by name."""
    return tuple(name for (name,) in database.rows(ask("models"), {"board": board.id}, kept=True))


def published(database: Database, board: Board, category: str | None) -> tuple[Published, ...]:
    """A published board's lines in one category (None: the one shown first, or the only one)."""
    wanted = category if category is not None else board.category or ""
    lines = database.rows(ask("published"), {"board": board.id, "category": wanted})
    return tuple(Published(*line) for line in lines)
