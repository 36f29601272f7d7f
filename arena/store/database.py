"""The database file: opened by one process at a time, migrated, and lent out as cursors.

DuckDB refuses a second process while one has the file; who that is stands in `owner.json` beside it. Leaves
out what is asked (`arena.store.sql`) and how facts get in (`arena.store.ingest`).
"""

import threading
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager, suppress
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from arena.errors import ArenaError, Busy, room
from arena.settings import Settings
from arena.store import book, faults
from arena.store.answers import Answers
from arena.store.book import Written
from arena.store.folding import Amended
from arena.store.folds import Folds
from arena.store.owner import Owner

Params = dict[str, Any]
T = TypeVar("T")
_AGAIN = 3
"""How often a question tries to use what is kept before it does without."""


class Database:
    """An open database. Cursors are safe to use from several threads; writes take turns."""

    def __init__(self, settings: Settings, what: str, keep: bool = False) -> None:
        """Opens or creates the file and brings it to the newest schema.

        With `keep`, folded outcomes stay in memory between questions: for a process that is asked often.

        Raises:
            Busy: another process holds it; the message names the process and what to do.
        """
        self.settings = settings
        try:
            settings.scratch.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ArenaError(
                f"{settings.home} cannot be the home folder: {error.strerror}; name another with --home"
            ) from error
        self._connection = _connect(settings)
        self._writing = threading.RLock()
        try:
            with room(settings.home), faults.told(settings.database):
                self.owner = Owner.claim(settings.owner, what)
                _migrate(self._connection)
                self._folds = Folds(self._connection) if keep else None
                self._answers = Answers() if keep else None
        except BaseException:
            self._connection.close()
            Owner.release(settings.owner)
            raise

    def __enter__(self) -> "Database":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Flushes and lets go of the file."""
        self._connection.close()
        Owner.release(self.settings.owner)

    def serve(self, url: str) -> Owner:
        """Notes where this process takes requests for the database; the note holds the token, too."""
        self.owner = self.owner.serve(self.settings.owner, url)
        return self.owner

    def rows(
        self, sql: str, params: Params | None = None, *, kept: bool = False, few: bool = False
    ) -> list[tuple[Any, ...]]:
        """All rows of a question, as tuples. `kept`: it will be asked again; nobody may change the answer.

        `few`: it is about few battles, for which no whole board need be folded.
        """
        if kept and self._answers is not None:
            known: list[tuple[Any, ...]] = self._answers.get(
                _asked("rows", sql, params), lambda: self.rows(sql, params), boards=_boards(params)
            )
            return known
        with faults.told(self.settings.database), self._connection.cursor() as cursor:
            found = cursor.execute(sql, params or {}) if few else self._ask(cursor, sql, params)
            return found.fetchall()

    def row(self, sql: str, params: Params | None = None) -> tuple[Any, ...] | None:
        """First row of a question, or None."""
        found = self.rows(sql, params)
        return found[0] if found else None

    def columns(self, sql: str, params: Params | None = None, *, kept: bool = False) -> dict[str, Any]:
        """A question's columns as numpy arrays (masked where NULLs occur). `kept` as for rows."""
        if kept and self._answers is not None:
            known: dict[str, Any] = self._answers.get(
                _asked("columns", sql, params), lambda: self.columns(sql, params), boards=_boards(params)
            )
            return known
        with faults.told(self.settings.database), self._connection.cursor() as cursor:
            found: dict[str, Any] = self._ask(cursor, sql, params).fetchnumpy()
            return found

    def known(
        self, question: Hashable, answer: Callable[[], T], size: int, boards: tuple[int, ...] | None = None
    ) -> T:
        """What was made from answers before, until something is written; about `size` bytes are kept.

        `boards`: it is about these alone, and stays where only others are written to.
        """
        if self._answers is None:
            return answer()
        found: T = self._answers.get(question, answer, size, boards)
        return found

    @contextmanager
    def stream(
        self, sql: str, params: Params | None = None, batch: int = 500
    ) -> Iterator[Iterator[tuple[Any, ...]]]:
        """Rows one by one, fetched in batches: for exports of any size."""
        with faults.told(self.settings.database), self._connection.cursor() as cursor:
            result = self._ask(cursor, sql, params)

            def each() -> Iterator[tuple[Any, ...]]:
                while found := result.fetchmany(batch):
                    yield from found

            yield each()

    @contextmanager
    def write(
        self,
        *,
        facts: bool = True,
        amended: list[Amended] | None = None,
        touched: set[int] | None = None,
        booked: list[Written] | None = None,
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        """A transaction: all of it or nothing. Writers wait for each other.

        Without `facts` it adds nothing that outcomes or counts are made from: what is kept of them stays. A
        writer that fills `amended` says by it which single verdicts it changes, and that no others change;
        one that fills `touched`, to which boards it adds facts, and that what is said of others stays. The
        lines of books in `booked` are taken back where the transaction is not stored.
        """
        with self._writing, faults.told(self.settings.database), self._connection.cursor() as cursor:
            cursor.execute("BEGIN")
            try:
                with book.taken_back(booked if booked is not None else ()):
                    yield cursor
                    cursor.execute("COMMIT")
            except BaseException:
                with suppress(duckdb.Error):  # where the commit itself failed, nothing is left to undo
                    cursor.execute("ROLLBACK")
                raise
            if self._folds is not None and facts:
                self._folds.written(touched) if amended is None else self._folds.amended(cursor, amended)
            if self._answers is not None and facts:
                boards = {change.board for change in amended} if amended is not None else touched
                self._answers.written(boards)

    def _ask(
        self, cursor: duckdb.DuckDBPyConnection, sql: str, params: Params | None
    ) -> duckdb.DuckDBPyConnection:
        if self._folds is None:
            return cursor.execute(sql, params or {})
        for _ in range(_AGAIN):
            try:
                return cursor.execute(*self._folds.question(cursor, sql, params or {}))
            except duckdb.CatalogException:  # a write let go of the fold in between: it is made again
                continue
        return cursor.execute(sql, params or {})  # where writes never end, each question folds for itself


def _boards(params: Params | None) -> tuple[int, ...] | None:
    """The board that a question is about; None where it names none by number."""
    found = (params or {}).get("board")
    return (found,) if isinstance(found, int) else None


def _asked(how: str, sql: str, params: Params | None) -> tuple[str, str, str]:
    """A question as a key."""
    return how, sql, repr(sorted((params or {}).items()))


def _connect(settings: Settings) -> duckdb.DuckDBPyConnection:
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": settings.memory,
        "temp_directory": str(settings.scratch),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    deadline = time.monotonic() + settings.wait
    while True:
        try:
            return duckdb.connect(str(settings.database), config=config)
        except duckdb.IOException as error:
            if "Could not set lock" not in str(error):
                raise _unopened(settings.database, error) from error
            owner = Owner.read(settings.owner)
            if (owner is None or owner.url is None) and time.monotonic() < deadline:
                time.sleep(0.1)
                continue
            raise Busy(_holder(settings.database, owner)) from error
        except duckdb.Error as error:
            raise _unopened(settings.database, error) from error


def _unopened(path: Path, error: duckdb.Error) -> ArenaError:
    return faults.worded(path, error) or ArenaError(
        f"{path}: cannot be opened as a database: {_line(error)}; `arena rebuild` makes it anew"
    )


def _line(error: Exception) -> str:
    return str(error).splitlines()[0]


def _holder(path: Path, owner: Owner | None) -> str:
    if owner is None:
        return f"{path} is held by another program; close it, or use --home for another database"
    at = f" at {owner.url}: use that" if owner.url else ""
    return f"{path} is held by process {owner.pid} ({owner.what}){at}; or stop it, or use --home for another"


def _migrate(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("CREATE TABLE IF NOT EXISTS migrations (name VARCHAR PRIMARY KEY)")
    done = {name for (name,) in connection.execute("SELECT name FROM migrations").fetchall()}
    unknown = done - {name for name, _ in scripts("migrations")}
    if unknown:
        raise ArenaError(
            f"the database was written by a newer version (it has {min(unknown)}): update the program"
        )
    for name, text in scripts("migrations"):
        if name not in done:
            _apply(connection, name, text)
    for _, text in scripts("macros"):
        connection.execute(text)


def _apply(connection: duckdb.DuckDBPyConnection, name: str, text: str) -> None:
    """One migration: all of it, or nothing."""
    connection.execute("BEGIN")
    try:
        connection.execute(text)
        connection.execute("INSERT INTO migrations VALUES (?)", [name])
        connection.execute("COMMIT")
    except duckdb.Error as error:
        connection.execute("ROLLBACK")
        raise ArenaError(
            f"the database could not be brought to the newest schema at {name}: {_line(error)}; "
            "`arena rebuild` makes it anew"
        ) from error


def scripts(folder: str) -> list[tuple[str, str]]:
    """The SQL files of a folder beside this one, as (name, text), in order of name."""
    found = files("arena.store").joinpath(folder).iterdir()
    return sorted((file.name, file.read_text("utf-8")) for file in found if file.name.endswith(".sql"))
