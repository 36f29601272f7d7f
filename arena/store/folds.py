"""Folded outcomes of the boards that are being looked at, kept in memory until something is written.

A board's verdicts fold the same way for every list, count and ranking under one merge rule, so they are
folded once; what a text search finds is kept likewise. Leaves out the rule (`macros/2_outcomes.sql`).
"""

import re
import threading
from typing import Any

import duckdb

from arena.store.where import SEARCH

Params = dict[str, Any]

CALL = "outcomes($board, $merge, $delta, $bad_at, $strong)"
"""How questions ask for outcomes; where they are kept, the name of the table takes its place."""
_NAMED = ("board", "merge", "delta", "bad_at", "strong")
_FOLDS, _FINDS = 3, 6
"""Folds and finds that are kept: a fold of a million battles takes about 100 MB."""


class Folds:
    """Tables of folded outcomes in a database in memory beside the file. Safe to use from several threads."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        connection.execute("ATTACH ':memory:' AS folds")
        self._folds: dict[tuple[Any, ...], str] = {}
        self._finds: dict[tuple[Any, ...], str] = {}
        self._old: list[str] = []
        self._number = 0
        self._making = threading.Lock()

    def written(self) -> None:
        """Says that facts changed: what was folded before is not used again."""
        with self._making:
            for made in (self._folds, self._finds):
                self._old += made.values()
                made.clear()

    def question(self, cursor: duckdb.DuckDBPyConnection, sql: str, params: Params) -> tuple[str, Params]:
        """A question with kept outcomes in place of folding, and the parameters that are left in it."""
        if CALL not in sql:
            return sql, params
        with self._making:
            fold = find = self._fold(cursor, params)
            if SEARCH in sql:
                find, sql = self._find(cursor, fold, params), sql.replace(SEARCH, "true")
        told = sql.replace(f"{CALL} o", f"{find} o").replace(CALL, fold)
        used = set(re.findall(r"\$(\w+)", told))
        return told, {name: value for name, value in params.items() if name in used}

    def _fold(self, cursor: duckdb.DuckDBPyConnection, params: Params) -> str:
        key = tuple(params[name] for name in _NAMED)
        if key not in self._folds:
            named = {name: params[name] for name in _NAMED}
            self._folds[key] = self._table(cursor, CALL, named)
        return self._used(self._folds, key, _FOLDS)

    def _find(self, cursor: duckdb.DuckDBPyConnection, table: str, params: Params) -> str:
        key = (table, params["search"])
        if key not in self._finds:
            named = {name: params[name] for name in ("board", "search")}
            self._finds[key] = self._table(cursor, f"{table} o WHERE {SEARCH}", named)
        return self._used(self._finds, key, _FINDS)

    def _table(self, cursor: duckdb.DuckDBPyConnection, source: str, params: Params) -> str:
        """A new table; those that went out of use before are let go: nobody reads them any more."""
        for old in self._old:
            cursor.execute(f"DROP TABLE IF EXISTS {old}")
        self._old.clear()
        self._number += 1
        table = f"folds.outcomes_{self._number}"
        cursor.execute(f"CREATE TABLE {table} AS SELECT * FROM {source} ORDER BY seq, battle, judge", params)
        return table

    def _used(self, made: dict[tuple[Any, ...], str], key: tuple[Any, ...], most: int) -> str:
        """The table used last goes last."""
        made[key] = made.pop(key)
        while len(made) > most:
            self._old.append(made.pop(next(iter(made))))
        return made[key]
