"""Bringing files in: find them, read them by format, keep them in normal form, add them to the database.

Nothing reaches the database before everything was read; a file that cannot be read whole leaves it as it
was; an import that was stopped goes on where it was. Rejected rows go to a file of their own. Leaves out
formats (`arena.formats`) and tables (`arena.store`).
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path

from arena import __version__
from arena.errors import Unreadable
from arena.jobs.folder import broken, shut
from arena.keys import file_hash, key
from arena.reading import Plan, Progress, items, planned
from arena.settings import Settings
from arena.store import ballots, boards, flags, folder, ingest, journal, lineage, rankings, runs
from arena.store.database import Database
from arena.store.draft import Draft, drafted
from arena.types import Reject, Row


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did. read = kept + duplicates + rejected."""

    board: str
    format: str
    read: int
    kept: int
    rejected: int
    rejects_file: str | None
    duplicates: int
    facts: dict[str, int] = field(default_factory=dict)
    """Facts added, by kind."""
    notes: tuple[str, ...] = ()
    resumed: int = 0
    """Rows that an earlier, stopped import of the same files had read already."""


Files = tuple[tuple[str, str, str], ...]


def bring(
    database: Database,
    path: Path,
    board: str | None = None,
    format: str | None = None,  # noqa: A002 - the option's name everywhere
    judge: str | None = None,
    progress: Progress | None = None,
    *,
    maps: tuple[str, ...] = (),
    values: tuple[str, ...] = (),
) -> Imported:
    """Imports a file, or a folder of files, into a board (named after the path where none is given).

    `maps` ("model_a=left") and `values` ("winner:1=a") describe a file of no known format.

    Raises:
        Unreadable: a file cannot be read whole, or no format knows it. The database is as it was.
        BadRequest: the board's name or kind does not fit, or the mapping does not hold.
    """
    plan = planned(path, board, format, judge, maps, values)
    files = _files(plan)
    with drafted(database.settings.scratch, _name(plan, files)) as draft:
        _read(plan, draft, progress)
        return _add(database, plan, files, draft)


def read(scratch: Path, plan: Plan, progress: Progress | None = None) -> None:
    """The first half of an import, without a database: `bring` then only adds. For a process beside the app.

    Raises:
        Unreadable: as `bring`.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    with drafted(scratch, _name(plan, _files(plan)), keep=True) as draft:
        _read(plan, draft, progress)


def _name(plan: Plan, files: Files) -> str:
    return "import-" + key(
        folder.VERSION, __version__, plan.board, plan.judge, str(plan.maps), str(plan.values), str(files)
    )


def _read(plan: Plan, draft: Draft, progress: Progress | None) -> None:
    """Reads from the draft's checkpoint to the end."""
    if draft.start.complete:
        return
    file, taken = draft.start.file, draft.start.items
    for index, item in items(plan, progress, (file, taken), draft.start.rows + draft.start.rejected):
        file, taken = index, taken + 1 if index == file else 1
        if isinstance(item, Row):
            draft.writer.add(item, index)
        elif isinstance(item, Reject):
            draft.reject(plan.files[index][0], item)
        else:
            draft.notes[item.text] = None
        if draft.writer.full:
            draft.save(file, taken)
    draft.save(file, taken, complete=True)
    if not draft.writer.rows:
        told = f"all {draft.rejected} rows were rejected, the first: {draft.first}"
        raise Unreadable(f"{plan.path}: nothing to import: {told if draft.rejected else 'no rows'}")


def _add(database: Database, plan: Plan, files: Files, draft: Draft) -> Imported:
    total = draft.writer.rows + draft.rejected
    imports = database.settings.imports
    touched: set[int] = set()
    with database.write(touched=touched) as cursor:
        number = boards.next_import(cursor, imports, database.settings.rejects)
        made = datetime.now(UTC).replace(tzinfo=None).isoformat()
        home = boards.claim(cursor, plan.board, ingest.kind_of(draft.folder), made)
        done = ingest.ingest(cursor, draft.folder, home)
        touched |= done.touched
        for conflict in _by_row(done.conflicts):
            draft.reject(plan.files[conflict.file][0], Reject(conflict.line, conflict.reason, ""))
        name = f"{number:06d}-{plan.board}"
        kept_as = draft.keep_rejects(database.settings.rejects / f"{name}.jsonl")
        if done.kept:
            manifest = _manifest(plan, files, number, total, draft.rejected, made)
            boards.note_import(cursor, home, manifest, done.kept)
            boards.summarise(cursor, home)
            folder.seal(draft.folder, manifest)
            draft.settle(imports / name)
    known = total - done.kept - draft.rejected
    return Imported(
        board=plan.board,
        format=plan.formats,
        read=total,
        kept=done.kept,
        rejected=draft.rejected,
        rejects_file=kept_as,
        duplicates=known,
        facts=done.facts,
        notes=(*draft.notes, *plan.skipped),
        resumed=draft.at.resumed,
    )


def _by_row(conflicts: tuple[ingest.Conflict, ...]) -> Iterable[ingest.Conflict]:
    """One conflict of each row: both games of a battle may contradict what is stored, and it is one row."""
    return {(one.file, one.line): one for one in reversed(conflicts)}.values()


def _files(plan: Plan) -> Files:
    """(path relative to what was named, format, content hash) of each file."""
    return tuple(
        (str(path.relative_to(plan.path)) if path != plan.path else "", name, file_hash(path))
        for path, name in plan.files
    )


def _manifest(plan: Plan, files: Files, number: int, read: int, rejected: int, made: str) -> folder.Manifest:
    said = (
        *("=".join(pair) for pair in plan.maps),
        *(f"{column}:{theirs}={ours}" for column, theirs, ours in plan.values),
    )
    return folder.Manifest(
        number=number,
        board=plan.board,
        format=plan.formats,
        path=str(plan.path),
        files=files,
        judge=plan.judge,
        read=read,
        rejected=rejected,
        made=made,
        mapping=said,
    )


def catch_up(database: Database, told: Callable[[str], None] | None = None) -> int:
    """Adds every sealed import folder that the database lacks: after a crash, or all of them to a fresh one.

    Returns how many there were. Imports of boards that were removed since stay out (the journal says which).
    Facts of runs come in between, in the order in which they came at first; those that are new come last, and
    then votes, checks and rankings. What cannot be read is told.
    """
    settings = database.settings
    batches = deque(journal.taken(settings.journal))
    count = _catch_up(database, batches, told)
    had = runs.replay(database, settings.runs, batches)
    had += runs.catch_up(database, settings.runs, journal.dropped(settings.journal)).facts
    lineage.catch_up(database, settings.runs)
    if (voted := ballots.catch_up(database)) and told is not None:
        told(f"votes: {voted}")
    if (checked := flags.catch_up(database, told)) and told is not None:
        told(f"checks: {checked}")
    if had and told is not None:
        told(f"runs: {had} facts")
    rankings.restore(database)
    if told is not None:
        for line in troubles(settings):
            told(line)
    return count


def troubles(settings: Settings) -> Iterator[str]:
    """What a home holds that cannot be taken in, a line each."""
    for place in folder.unsealed(settings.imports):
        yield f"{place}: its manifest cannot be read: its rows stay out; import its files again"
    for run in broken(settings.runs):
        yield f"{run.path}: its config.json cannot be read: its facts stay out; put it back from a backup"
    for run in shut(settings.runs):
        yield f"{run.path}: its outputs or steps cannot be listed: they stay out; let this user read them"


def _catch_up(database: Database, batches: deque[journal.Taken], told: Callable[[str], None] | None) -> int:
    known = boards.known_imports(database)
    removed = journal.removals(database.settings.journal)
    count = 0
    for place, manifest in folder.sealed(database.settings.imports):
        if manifest.number in known or manifest.number <= removed.get(manifest.board, 0):
            continue
        before = list(takewhile(lambda batch: batch.after < manifest.number, batches))  # noqa: B023 - at once
        runs.replay(database, database.settings.runs, before)
        for _ in before:
            batches.popleft()
        with database.write() as cursor:
            home = boards.claim(cursor, manifest.board, ingest.kind_of(place), manifest.made)
            done = ingest.ingest(cursor, place, home)
            boards.note_import(cursor, home, manifest, done.kept)
            boards.summarise(cursor, home)
        count += 1
        if told is not None:
            told(f"{manifest.number} {manifest.board}: {done.kept} rows")
    return count
