"""Runs as the database knows them, and their facts on the way in: in batches, each exactly once.

How far a run's facts are in is stored in the same transaction as the facts; the journal notes each batch, so
that a rebuild takes them in the same order. A run folder is only read. Leaves out who calls when
(`arena.service.running`, `arena.importing`).
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from arena.errors import ArenaError, NoRoom, room
from arena.jobs import facts
from arena.jobs.facts import Place
from arena.jobs.folder import RunFolder, Spec, at, with_steps
from arena.jobs.types import State
from arena.store import boards, folder, ingest, journal, lineage
from arena.store.book import Written
from arena.store.database import Database
from arena.store.sql import ask
from arena.types import Response, Row

BATCH = 20_000
"""Facts of one transaction."""

_KNOWN = 'SELECT id, state, board, shard, "offset", dropped, trouble FROM runs'
_NEW = "INSERT INTO runs (id, kind, title, board, config, created, state) VALUES (?, ?, ?, ?, ?, ?, ?)"


@dataclass(frozen=True, slots=True)
class Known:
    """What the database has of a run."""

    id: str
    state: State
    """At last look."""
    board: str | None
    place: Place
    """Its facts up to here are in."""
    dropped: bool
    trouble: str | None


def known(database: Database) -> dict[str, Known]:
    """All runs that the database knows, by id."""
    return {row[0]: _known(row) for row in database.rows(_KNOWN)}


def one(database: Database, run: str) -> Known | None:
    """What the database has of one run."""
    row = database.row(f"{_KNOWN} WHERE id = $id", {"id": run})
    return _known(row) if row else None


def _known(row: tuple[Any, ...]) -> Known:
    number, state, board, shard, offset, dropped, trouble = row
    return Known(number, state, board, Place(shard, offset), dropped, trouble)


def look(database: Database, run: RunFolder, state: State) -> None:
    """Notes how a run is."""
    with database.write(touched=set()) as cursor:
        _noted(cursor, run)
        cursor.execute("UPDATE runs SET state = ? WHERE id = ?", [state, run.id])


def _noted(cursor: duckdb.DuckDBPyConnection, run: RunFolder) -> Known:
    """What the database has of a run; its row, where it had none."""
    found = cursor.execute(f"{_KNOWN} WHERE id = ?", [run.id]).fetchall()
    if found:
        return _known(found[0])
    spec, state = run.spec(), run.state()
    config = json.dumps(spec.config, ensure_ascii=False)
    cursor.execute(_NEW, [run.id, spec.kind, spec.title, spec.board, config, spec.created, state])
    return Known(run.id, state, spec.board, Place(), dropped=False, trouble=None)


def take(
    database: Database, run: RunFolder, until: Place | None = None, most: int = BATCH, *, note: bool = True
) -> int:
    """Takes in the next facts of a run, up to a place or so many; how many there were.

    Raises:
        ArenaError: they cannot be taken in; nothing of the batch was.
    """
    spec = run.spec()
    had = one(database, run.id)
    if spec.board is None or (had is not None and had.dropped):
        return 0
    start = _start(run, had.place if had else Place())
    home = database.settings
    with room(home.home), TemporaryDirectory(dir=home.scratch) as name:
        writer = folder.Writer(Path(name))
        end = _batch(run, start, until, most, writer)
        if not writer.rows:
            return 0
        touched, booked = set[int](), list[Written]()
        with database.write(touched=touched, booked=booked) as cursor:
            now = _noted(cursor, run)
            if now.dropped or (had is not None and now.place != had.place):
                return 0
            touched |= _add(cursor, spec, run.id, Path(name))
            cursor.execute(
                'UPDATE runs SET shard = ?, "offset" = ?, trouble = NULL WHERE id = ?',
                [end.shard, end.offset, run.id],
            )
            if note:
                last = cursor.execute("SELECT coalesce(max(number), 0) FROM imports").fetchall()[0][0]
                taken = journal.Taken(run.id, spec.board, start, end, int(last))
                booked.append(journal.take(home.journal, taken))
        return writer.rows


def _start(run: RunFolder, place: Place) -> Place:
    """Where to go on; at the beginning where the folder holds less than was read (an older copy of it)."""
    sizes = {number: path.stat().st_size for number, path in facts.shards(run.outputs)}
    if place == Place() or sizes.get(place.shard, -1) >= place.offset:
        return place
    return Place()


def _batch(run: RunFolder, start: Place, until: Place | None, most: int, writer: folder.Writer) -> Place:
    end = start
    for place, fact in facts.read(run.outputs, start):
        if until is not None and place > until:
            break
        writer.add(Row((fact,), 0), 0)
        end = place
        if writer.rows >= most or writer.full:
            break
    writer.flush()
    return end


def _add(cursor: duckdb.DuckDBPyConnection, spec: Spec, run: str, batch: Path) -> frozenset[int]:
    """The boards of which something else may be said now."""
    name = boards.checked(spec.board or "")
    fresh = not cursor.execute("SELECT 1 FROM boards WHERE name = ?", [name]).fetchall()
    home = boards.claim(cursor, name, ingest.kind_of(batch), spec.created)
    if fresh:
        cursor.execute(
            "UPDATE boards SET title = ?, source = ? WHERE id = ?", [spec.title, f"run {run}", home]
        )
    done = ingest.ingest(cursor, batch, home, supersede=True)
    boards.summarise(cursor, home)
    return done.touched


def take_all(database: Database, run: RunFolder, *, note: bool = True) -> int:
    """Takes in all facts of a run that are there by now; how many. What cannot be taken in is noted.

    Those that come meanwhile wait: else a run that writes as fast as this reads would never let it end.

    Raises:
        NoRoom: the disk is full, or the home shut: that is not the run's fault, and it is tried again.
    """
    total = 0
    try:
        until = _end(run)
        while count := take(database, run, until, note=note):
            total += count
    except NoRoom:
        raise
    except (ArenaError, duckdb.Error, OSError) as error:
        trouble(database, run, error)
    return total


def trouble(database: Database, run: RunFolder, error: Exception) -> None:
    """Notes why a run's facts cannot be taken in."""
    text = (str(error).strip().splitlines() or [type(error).__name__])[0]
    with database.write(touched=set()) as cursor:
        _noted(cursor, run)
        cursor.execute("UPDATE runs SET trouble = ? WHERE id = ?", [text, run.id])


def replay(database: Database, runs: Path, taken: Iterable[journal.Taken]) -> int:
    """Takes batches in again that the journal tells of and the database lacks; how many facts there were.

    A run whose facts are damaged or cannot be read is noted as that, and keeps nobody else's out.

    Raises:
        NoRoom: the disk is full.
    """
    there, total = known(database), 0
    for batch in taken:
        had = there.get(batch.run)
        run = at(runs, batch.run)
        if (had is not None and had.place >= batch.end) or not run.sound():
            continue
        try:
            while count := take(database, run, batch.end, note=False):
                total += count
        except NoRoom:
            raise
        except (ArenaError, duckdb.Error, OSError) as error:
            trouble(database, run, error)
    return total


@dataclass(frozen=True, slots=True)
class Caught:
    """What a look at all runs came to."""

    facts: int
    """That were taken in."""
    finished: tuple[str, ...]
    """Runs that were seen at work before and are done now, their facts in."""


def catch_up(
    database: Database, runs: Path, dropped: frozenset[str] = frozenset(), *, stubborn: bool = True
) -> Caught:
    """Looks at all runs and takes in what is there of their facts.

    `dropped` are runs that the database may not know yet and whose board was removed. Runs whose facts could
    not be taken in are tried again if `stubborn`, or once they are in another state.
    """
    there, total, finished = known(database), 0, []
    for run in with_steps(runs):
        had = there.get(run.id)
        state = run.state()
        if had is not None and had.state == state and not left(run, had):
            continue
        if had is not None and had.state == state and had.trouble and not stubborn:
            continue
        if had is None and run.id in dropped:
            drop(database, run)
            continue
        total += take_all(database, run)
        if had is None or had.state != state:
            look(database, run, state)
        if state == "done" and had is not None and had.state != "done":
            finished.append(run.id)
    return Caught(total, tuple(finished))


def left(run: RunFolder, had: Known | None) -> bool:
    """Whether there are facts of a run that the database lacks and wants, or nobody may see whether."""
    board = had.board if had is not None else run.spec().board
    if board is None or (had is not None and had.dropped):
        return False
    try:
        return _end(run) > (had.place if had is not None else Place())
    except OSError:
        return True


def _end(run: RunFolder) -> Place:
    found = facts.shards(run.outputs)
    return Place(found[-1][0], found[-1][1].stat().st_size) if found else Place()


def drop(database: Database, run: RunFolder) -> None:
    """Lets a run feed no board any more: its board was removed."""
    with database.write() as cursor:
        _noted(cursor, run)
        cursor.execute("UPDATE runs SET dropped = true WHERE id = ?", [run.id])


def drop_all(cursor: duckdb.DuckDBPyConnection, board: str) -> tuple[str, ...]:
    """Lets no run feed a board any more; those that did."""
    fed = cursor.execute("SELECT id FROM runs WHERE board = ? ORDER BY id", [board]).fetchall()
    cursor.execute("UPDATE runs SET dropped = true WHERE board = ?", [board])
    return tuple(name for (name,) in fed)


def admit(database: Database, run: str) -> None:
    """Lets a run whose board was removed feed it again, from its first fact on."""
    booked = list[Written]()
    with database.write(booked=booked) as cursor:
        found = cursor.execute(f"{_KNOWN} WHERE id = ?", [run]).fetchall()
        if found and _known(found[0]).dropped:
            cursor.execute(
                'UPDATE runs SET dropped = false, shard = 0, "offset" = 0, trouble = NULL WHERE id = ?', [run]
            )
            booked.append(journal.admit(database.settings.journal, run, str(found[0][2])))


def forget(database: Database, run: str) -> None:
    """Takes a run out of the database, with what it selected and trained; its facts stay."""
    with database.write() as cursor:
        cursor.execute("DELETE FROM runs WHERE id = ?", [run])
        lineage.forget(cursor, run)


def answers(database: Database, board: str, models: tuple[str, ...]) -> Iterator[Response]:
    """What models answered on a board."""
    asked = {"name": board, "models": list(models)}
    with database.stream(ask("answers"), asked) as rows:
        for number, prompt, model, turns, *rest in rows:
            yield Response(number, prompt, model, tuple(turns), *rest)
