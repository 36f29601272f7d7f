"""From an import folder into the tables, in one transaction: new facts in, known ones counted, conflicts named.

A fact that is already stored adds nothing. One that is stored with *other* content under the same key is a
conflict: the stored one stays, the new one is reported. Leaves out reading files (`arena.importing`).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from arena.errors import BadRequest
from arena.store.folder import TABLES
from arena.types import Kind

_NAMES = {
    "models": {
        "responses": ["model"], "battles": ["model_a", "model_b"], "grades": ["model"],
        "pair_counts": ["model_a", "model_b"], "published": ["model"],
    },
    "judges": {"verdicts": ["judge"], "grades": ["judge"]},
}  # fmt: skip
_KINDS: dict[str, Kind] = {
    "battles": "battles", "verdicts": "battles", "grades": "battles", "pair_counts": "pairs", "published": "published",
}  # fmt: skip
_KEYED = ("prompts", "references", "responses", "battles", "verdicts", "grades")
_STORED = {"references": "reference_answers"}

_INSERTS = {
    "prompts": 'n.id::UUID, n.source, n."natural", n.turns, n.categories, n.language, n.difficulty',
    "references": "n.id::UUID, n.prompt::UUID, n.author, n.turns",
    "responses": "n.id::UUID, n.prompt::UUID, m.id, n.turns, n.sampling, n.sample, n.tokens, n.headers, n.lists, n.bolds",
    "battles": """n.id::UUID, $board, $first + n.row, n.prompt::UUID, m.id, m2.id, n.response_a::UUID, n.response_b::UUID,
                  n.games, n.turn, n."when" """,
    "verdicts": """n.id::UUID, n.battle::UUID, $board, $first + n.row, b.prompt, b.model_a, b.model_b, b.games, b.turn,
                   b.played, j.id, n.game, n.swapped, n.winner::winner, n.preference, n.score_a, n.score_b, n.strength,
                   n.explanation, n.raw, n.status::status, n.tokens, n.milliseconds""",
    "grades": """n.id::UUID, $board, $first + n.row, n.prompt::UUID, m.id, j.id, n.turn, n.score, n.explanation,
                 n.status::status""",
    "pair_counts": "$board, n.category, m.id, m2.id, n.win_a, n.win_b, n.tie, n.both_bad",
    "published": "$board, n.category, m.id, n.value, n.low, n.high, n.battles",
}
_JOINS = {
    "responses": "JOIN models m ON m.name = n.model",
    "battles": "JOIN models m ON m.name = n.model_a JOIN models m2 ON m2.name = n.model_b",
    "verdicts": "JOIN battles b ON b.id = n.battle::UUID JOIN judges j ON j.name = n.judge",
    "grades": "JOIN models m ON m.name = n.model JOIN judges j ON j.name = n.judge",
    "pair_counts": "JOIN models m ON m.name = n.model_a JOIN models m2 ON m2.name = n.model_b",
    "published": "JOIN models m ON m.name = n.model",
}
_SAME_PAIR = "s.board = $board AND s.category = n.category AND s.model_a = m.id AND s.model_b = m2.id"
_SAME_LINE = "s.board = $board AND s.category = n.category AND s.model = m.id"
_KNOWN = {"pair_counts": _SAME_PAIR, "published": _SAME_LINE}
_DIFFERS = {
    "grades": "s.score IS DISTINCT FROM n.score",
    "verdicts": """(s.winner::VARCHAR IS DISTINCT FROM n.winner OR s.preference IS DISTINCT FROM n.preference
                   OR s.score_a IS DISTINCT FROM n.score_a OR s.score_b IS DISTINCT FROM n.score_b)""",
    "pair_counts": "(s.win_a, s.win_b, s.tie, s.both_bad) IS DISTINCT FROM (n.win_a, n.win_b, n.tie, n.both_bad)",
    "published": "(s.value, s.low, s.high) IS DISTINCT FROM (n.value, n.low, n.high)",
}
_TELL = {
    "grades": "'grade ' || coalesce(n.score::VARCHAR, 'none') || ' of ' || n.model || ' differs from the stored '"
    " || coalesce(s.score::VARCHAR, 'none') || ' under the same judge, question and turn'",
    "verdicts": "'this verdict of ' || n.judge || ' differs from the stored one of the same battle and game'",
    "pair_counts": "'counts of ' || n.model_a || ' and ' || n.model_b || ' differ from the stored ones'",
    "published": "'rating of ' || n.model || ' differs from the stored one'",
}


@dataclass(frozen=True, slots=True)
class Conflict:
    """A row whose key is taken by other content. `file` indexes the manifest's files."""

    file: int
    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of a folder's rows: `kept` added something, `conflicts` contradict what is stored."""

    kept: int
    conflicts: tuple[Conflict, ...]
    facts: dict[str, int]
    """Facts added per table."""


def kind_of(folder: Path) -> Kind | None:
    """What kind of board a folder's facts make; None where it holds only prompts and answers.

    Raises:
        BadRequest: facts of two kinds of board in one import.
    """
    kinds = {_KINDS[name] for name in TABLES if name in _KINDS and (folder / f"{name}.parquet").is_file()}
    if len(kinds) > 1:
        raise BadRequest(
            f"one board cannot hold {' and '.join(sorted(kinds))} together: import them under two names"
        )
    return next(iter(kinds), None)


def ingest(cursor: duckdb.DuckDBPyConnection, folder: Path, board: int) -> Ingested:
    """Adds a folder's facts to a board, inside the caller's transaction."""
    present = [name for name in TABLES if (folder / f"{name}.parquet").is_file()]
    for name in present:
        cursor.execute(
            f"CREATE OR REPLACE TEMP VIEW new_{name} AS SELECT *, file_row_number AS nth "
            f"FROM read_parquet('{_quoted(folder / name)}.parquet', file_row_number = true)"
        )
    for dictionary, tables in _NAMES.items():
        _names(cursor, dictionary, {name: columns for name, columns in tables.items() if name in present})
    first = _one(cursor, "SELECT greatest((SELECT coalesce(max(seq), -1) FROM verdicts), "
                         "(SELECT coalesce(max(seq), -1) FROM grades), (SELECT coalesce(max(seq), -1) FROM battles)) + 1")  # fmt: skip
    cursor.execute('CREATE OR REPLACE TEMP TABLE kept_rows ("row" BIGINT)')
    facts, conflicts = {}, []
    for name in present:
        facts[name] = _insert(cursor, name, board, first)
        conflicts += _conflicts(cursor, name, board)
    kept = _one(cursor, 'SELECT count(DISTINCT "row") FROM kept_rows')
    for name in present:
        cursor.execute(f"DROP VIEW new_{name}")
    return Ingested(kept, tuple(conflicts), facts)


def _names(cursor: duckdb.DuckDBPyConnection, dictionary: str, tables: dict[str, list[str]]) -> None:
    seen = " UNION ALL ".join(
        f"SELECT {column} AS name, min(nth) * 10 + {place} AS met FROM new_{name} GROUP BY {column}"
        for place, (name, columns) in enumerate(tables.items())
        for column in columns
    )
    if seen:
        cursor.execute(f"""INSERT INTO {dictionary}
            SELECT (SELECT coalesce(max(id), 0) FROM {dictionary}) + row_number() OVER (ORDER BY min(met), name), name
            FROM ({seen}) WHERE name NOT IN (SELECT name FROM {dictionary}) GROUP BY name""")


def _insert(cursor: duckdb.DuckDBPyConnection, name: str, board: int, first: int) -> int:
    stored, joins = _STORED.get(name, name), _JOINS.get(name, "")
    if name in _KEYED:
        once = f"n.nth IN (SELECT min(nth) FROM new_{name} GROUP BY id)"
        unknown = f"NOT EXISTS (SELECT 1 FROM {stored} s WHERE s.id = n.id::UUID)"
    else:
        once = f"""n.nth IN (SELECT min(nth) FROM new_{name} GROUP BY category,
                   {"model" if name == "published" else "model_a, model_b"})"""
        unknown = f"NOT EXISTS (SELECT 1 FROM {stored} s WHERE {_KNOWN[name]})"
    chosen = f"FROM new_{name} n {joins} WHERE {once} AND {unknown}"
    cursor.execute(
        f"INSERT INTO kept_rows SELECT n.row {chosen} AND n.leads", _used({"board": board}, chosen)
    )
    select = f"SELECT {_INSERTS[name]} {chosen} ORDER BY n.nth"
    cursor.execute(f"INSERT INTO {stored} {select}", _used({"board": board, "first": first}, select))
    return int(cursor.fetchall()[0][0])


def _conflicts(cursor: duckdb.DuckDBPyConnection, name: str, board: int) -> list[Conflict]:
    if name not in _DIFFERS:
        return []
    same = "s.id = n.id::UUID" if name in _KEYED else _KNOWN[name]
    question = f"""SELECT n.file, n.row, {_TELL[name]} FROM new_{name} n {_JOINS[name]}
                   JOIN {_STORED.get(name, name)} s ON {same} WHERE {_DIFFERS[name]} ORDER BY n.row"""
    return [Conflict(*row) for row in cursor.execute(question, _used({"board": board}, question)).fetchall()]


def _used(params: dict[str, Any], sql: str) -> dict[str, Any]:
    return {name: value for name, value in params.items() if f"${name}" in sql}


def _one(cursor: duckdb.DuckDBPyConnection, sql: str) -> int:
    return int(cursor.execute(sql).fetchall()[0][0])


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
