"""From an import folder into the tables, in one transaction: new in, known counted, conflicts named.

A fact that is already stored adds nothing. One that is stored with *other* content under the same key is a
conflict: the stored one stays, the new one is reported. `ingesting/`, `superseding/` and `conflicts/`
hold the SQL, one file per table. Leaves out reading files (`arena.importing`).
"""

from dataclasses import dataclass, fields
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from arena.errors import ArenaError, BadRequest, NoRoom
from arena.people import PEOPLE
from arena.store import faults
from arena.store.folder import TABLES, parts
from arena.store.sql import script
from arena.types import Kind

_KINDS: dict[str, Kind] = {
    "battles": "battles",
    "verdicts": "battles",
    "grades": "battles",
    "pair_counts": "pairs",
    "published": "published",
}
_MODELS = {
    "responses": ("model",),
    "battles": ("model_a", "model_b"),
    "grades": ("model",),
    "pair_counts": ("model_a", "model_b"),
    "published": ("model",),
}
_JUDGES = {"verdicts": ("judge",), "grades": ("judge",)}
_STORED = {"references": "reference_answers"}
_UNKEYED = {
    "pair_counts": (
        "category, model_a, model_b",
        "s.model_a = idof(n.model_a) AND s.model_b = idof(n.model_b)",
    ),
    "published": ("category, model", "s.model = idof(n.model)"),
}
_CONFLICTING = ("prompts", "battles", "verdicts", "grades", "pair_counts", "published")
_SUPERSEDED = {"responses", "verdicts", "grades"}
_POSSIBLE = {
    # Our own export of a graded board holds the battles that its grades imply: they are there already.
    "battles": "n.id::UUID NOT IN (SELECT battle FROM games({board}) EXCEPT SELECT id FROM battles)",
    "verdicts": "n.battle::UUID IN (SELECT id FROM battles)",
}


@dataclass(frozen=True, slots=True)
class Conflict:
    """A row whose key is taken by other content. `file` indexes the manifest's files."""

    file: int
    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of a folder's rows: `kept` added something, `conflicts` contradict what is stored."""

    kept: int
    conflicts: tuple[Conflict, ...]
    facts: dict[str, int]
    """Facts added per table."""
    touched: frozenset[int] = frozenset()
    """Boards of which something else may be said now: this one, and those that share its prompts."""


def kind_of(folder: Path) -> Kind | None:
    """What kind of board a folder's facts make; None where it holds only prompts and answers.

    Raises:
        BadRequest: facts of two kinds of board in one import.
    """
    kinds = {_KINDS[name] for name in TABLES if name in _KINDS and parts(folder, name)}
    if len(kinds) > 1:
        raise BadRequest(f"one board cannot hold {' and '.join(sorted(kinds))}: import them under two names")
    return next(iter(kinds), None)


def ingest(
    cursor: duckdb.DuckDBPyConnection, folder: Path, board: int, *, supersede: bool = False
) -> Ingested:
    """Adds a folder's facts to a board, inside the caller's transaction.

    With `supersede` (runs) a fact that failed gives way to the same one that came when it was asked for
    again, and other content under a known key is no conflict but passed over.

    Raises:
        ArenaError: a file of the folder is damaged.
        NoRoom: the disk is full.
    """
    try:
        return _ingest(cursor, folder, board, supersede=supersede)
    except (duckdb.InvalidInputException, duckdb.IOException, pa.ArrowException) as error:
        short = faults.worded(folder, error) if isinstance(error, duckdb.Error) else None
        if isinstance(short, NoRoom):
            raise short from error
        why = str(error).splitlines()[0]
        raise ArenaError(f"{folder} is damaged: move it away, then import its files again ({why})") from error


def _ingest(cursor: duckdb.DuckDBPyConnection, folder: Path, board: int, *, supersede: bool) -> Ingested:
    present = [name for name in TABLES if parts(folder, name)]
    for name in present:
        cursor.execute(f"CREATE OR REPLACE TEMP VIEW new_{name} AS {_read(folder, name)}")
    for dictionary, tables in (("models", _MODELS), ("judges", _JUDGES)):
        _names(cursor, dictionary, {name: columns for name, columns in tables.items() if name in present})
    first = _first(cursor)
    cursor.execute("CREATE OR REPLACE TEMP TABLE kept_rows (number BIGINT)")
    facts = {name: _insert(cursor, name, board, first) for name in present}
    if supersede:
        for name in _SUPERSEDED & set(present):
            _run(cursor, "superseding", name, board, first)
    told = () if supersede else present
    conflicts = [conflict for name in told for conflict in _conflicts(cursor, name, board)]
    kept = int(cursor.execute("SELECT count(DISTINCT number) FROM kept_rows").fetchall()[0][0])
    touched = frozenset({board} | _sharing(cursor, board, present))
    for name in present:
        cursor.execute(f"DROP VIEW new_{name}")
    return Ingested(kept, tuple(conflicts), facts, touched)


def _sharing(cursor: duckdb.DuckDBPyConnection, board: int, present: list[str]) -> set[int]:
    """Other boards with battles or grades on prompts that the folder tells of, or whose prompts they are."""
    columns = {"prompts": "id", "references": "prompt", "responses": "prompt"}
    told = [f"SELECT {columns[name]}::UUID FROM new_{name}" for name in columns if name in present]
    if not told:
        return set()
    sources = "UNION SELECT id FROM boards WHERE name IN (SELECT source FROM new_prompts)"
    found = cursor.execute(f"""
        WITH told(prompt) AS ({" UNION ".join(told)})
        SELECT DISTINCT board FROM battles WHERE board <> {board} AND prompt IN (FROM told)
        UNION SELECT DISTINCT board FROM grades WHERE board <> {board} AND prompt IN (FROM told)
        {sources if "prompts" in present else ""}""")
    return {number for (number,) in found.fetchall()}


def _read(folder: Path, name: str) -> str:
    """The rows of a table; fields that came after the folder was written are NULL."""
    paths = parts(folder, name)
    there = pq.read_schema(paths[0]).names
    missing = "".join(
        f', NULL AS "{field.name}"' for field in fields(TABLES[name]) if field.name not in there
    )
    quoted = ", ".join(f"'{_quoted(path)}'" for path in paths)
    return f"SELECT *{missing} FROM read_parquet([{quoted}])"


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _first(cursor: duckdb.DuckDBPyConnection) -> int:
    tables = ("battles", "verdicts", "grades")
    last = ", ".join(f"(SELECT coalesce(max(seq), -1) FROM {table})" for table in tables)
    return int(cursor.execute(f"SELECT greatest({last}) + 1").fetchall()[0][0])


def _names(cursor: duckdb.DuckDBPyConnection, dictionary: str, tables: dict[str, tuple[str, ...]]) -> None:
    """Numbers names that are new, in the order in which they were met."""
    seen = " UNION ALL ".join(
        f"SELECT {column} AS name, min(nth) * 10 + {place} AS met FROM new_{name} GROUP BY {column}"
        for place, (name, columns) in enumerate(tables.items())
        for column in columns
    )
    if seen:
        cursor.execute(f"""INSERT INTO {dictionary}
            SELECT (SELECT coalesce(max(id), 0) FROM {dictionary})
                   + row_number() OVER (ORDER BY min(met), name), name
            FROM ({seen}) WHERE name NOT IN (SELECT name FROM {dictionary}) GROUP BY name""")


def _insert(cursor: duckdb.DuckDBPyConnection, name: str, board: int, first: int) -> int:
    stored = _STORED.get(name, name)
    if name in _UNKEYED:
        key, same = _UNKEYED[name]
        same = f"s.board = {board} AND s.category = n.category AND {same}"
        cursor.execute(
            "CREATE OR REPLACE TEMP MACRO idof(called) AS (SELECT id FROM models WHERE name = called)"
        )
    else:
        key, same = "id", "s.id = n.id::UUID"
    cursor.execute(f"""CREATE OR REPLACE TEMP TABLE fresh AS SELECT nth FROM new_{name} n
        WHERE nth IN (SELECT min(nth) FROM new_{name} GROUP BY {key})
          AND NOT EXISTS (SELECT 1 FROM {stored} s WHERE {same})
          AND {_POSSIBLE.get(name, "true").format(board=board)}""")
    cursor.execute(f'INSERT INTO kept_rows SELECT "row" FROM new_{name} WHERE leads AND nth IN (FROM fresh)')
    return int(_run(cursor, "ingesting", name, board, first)[0][0])


def _conflicts(cursor: duckdb.DuckDBPyConnection, name: str, board: int) -> list[Conflict]:
    if name not in _CONFLICTING:
        return []
    return [Conflict(*row) for row in _run(cursor, "conflicts", name, board, 0)]


def _run(
    cursor: duckdb.DuckDBPyConnection, folder: str, name: str, board: int, first: int
) -> list[tuple[int, int, str]]:
    sql = script(folder, name)
    known: dict[str, int | str] = {"board": board, "first": first, "people": PEOPLE}
    params = {key: value for key, value in known.items() if f"${key}" in sql}
    return cursor.execute(sql, params).fetchall()
