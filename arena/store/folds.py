"""Folded outcomes of the boards that are being looked at, kept in memory until something is written.

A board's verdicts fold the same way for every list, count and ranking under one merge rule, so they are
folded once; what a text search finds is kept likewise. Leaves out the rule (`macros/2_outcomes.sql`) and what
a kept row holds (`arena.store.folding`).
"""

import re
import threading
from collections.abc import Collection, Iterable
from typing import Any

import duckdb

from arena.store.folding import CALL, Amended, Fold, amend, make
from arena.store.where import SEARCH

Params = dict[str, Any]

_NAMED = ("board", "merge", "delta", "bad_at", "strong")
_FOLDS, _FINDS = 3, 6
"""Folds and finds that are kept: a fold of a million battles takes about 100 MB."""


class Folds:
    """Tables of folded outcomes in a database in memory beside the file. Safe to use from several threads."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        connection.execute("ATTACH ':memory:' AS folds")
        self._folds: dict[tuple[Any, ...], Fold] = {}
        self._finds: dict[tuple[Any, ...], str] = {}
        self._old: list[str] = []
        self._number = 0
        self._making = threading.Lock()

    def written(self, boards: Collection[int] | None = None) -> None:
        """Says that facts of these boards changed, or of any: what was folded of them is not used again."""
        with self._making:
            for key in [key for key in self._folds if boards is None or key[0] in boards]:
                old = self._folds.pop(key)
                self._old += (old.table, old.abouts)
                for find in [find for find in self._finds if find[0] == old.table]:
                    self._old.append(self._finds.pop(find))

    def amended(self, cursor: duckdb.DuckDBPyConnection, changes: Iterable[Amended]) -> None:
        """Says that single verdicts changed: what is kept of their boards is brought up to them."""
        with self._making:
            for change in changes:
                for key in [key for key in self._folds if key[0] == change.board]:
                    self._amend(cursor, key, change)

    def _amend(self, cursor: duckdb.DuckDBPyConnection, key: tuple[Any, ...], change: Amended) -> None:
        """One fold; it is let go of where it cannot be brought up."""
        fold = self._folds[key]
        for find in [find for find in self._finds if find[0] == fold.table]:
            self._old.append(self._finds.pop(find))
        cursor.execute("BEGIN")
        try:
            done = amend(cursor, fold, change)
            cursor.execute("COMMIT")
        except duckdb.Error:
            cursor.execute("ROLLBACK")
            done = False
        if not done:
            self._old += (fold.table, fold.abouts)
            del self._folds[key]

    def question(self, cursor: duckdb.DuckDBPyConnection, sql: str, params: Params) -> tuple[str, Params]:
        """A question with kept outcomes in place of folding, and the parameters that are left in it."""
        if CALL not in sql:
            return sql, params
        with self._making:
            fold = self._fold(cursor, params)
            find, told = fold.table, fold.told(sql, params.get("by"))
            if SEARCH in told:
                find, told = self._find(cursor, fold.table, params), told.replace(SEARCH, "true")
        told = told.replace(f"{CALL} o", f"{find} o").replace(CALL, fold.table)
        used = set(re.findall(r"\$(\w+)", told))
        return told, {name: value for name, value in params.items() if name in used}

    def _fold(self, cursor: duckdb.DuckDBPyConnection, params: Params) -> Fold:
        key = tuple(params[name] for name in _NAMED)
        if key not in self._folds:
            self._clear(cursor)
            self._folds[key] = make(cursor, self._number, {name: params[name] for name in _NAMED})
        self._folds[key] = self._folds.pop(key)  # the one used last goes last
        while len(self._folds) > _FOLDS:
            self._forget()
        return self._folds[key]

    def _find(self, cursor: duckdb.DuckDBPyConnection, table: str, params: Params) -> str:
        key = (table, params["search"])
        if key not in self._finds:
            self._clear(cursor)
            name = f"folds.found_{self._number}"
            named = {name: params[name] for name in ("board", "search")}
            source = f"SELECT * FROM {table} o WHERE {SEARCH} ORDER BY seq, battle, judge"
            cursor.execute(f"CREATE TABLE {name} AS {source}", named)
            self._finds[key] = name
        self._finds[key] = self._finds.pop(key)
        while len(self._finds) > _FINDS:
            self._old.append(self._finds.pop(next(iter(self._finds))))
        return self._finds[key]

    def _forget(self) -> None:
        old = self._folds.pop(next(iter(self._folds)))
        self._old += (old.table, old.abouts)

    def _clear(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """Lets go of tables that went out of use before: nobody reads them any more. Then comes a new one."""
        for old in self._old:
            cursor.execute(f"DROP TABLE IF EXISTS {old}")
        self._old.clear()
        self._number += 1
