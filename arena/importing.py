"""Bringing files in: find them, read them by format, keep them in normal form, add them to the database.

Nothing reaches the database before everything was read; a file that cannot be read whole leaves it as it
was. Rejected rows go to a file of their own with line, reason and text. Leaves out formats
(`arena.formats`) and tables (`arena.store`).
"""

import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from arena.errors import Unreadable
from arena.keys import file_hash
from arena.reading import Plan, Progress, items, planned
from arena.store import boards, folder, ingest, journal
from arena.store.database import Database
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


class _Rejects:
    """The file of rejected rows, moved to its place once the import is done."""

    def __init__(self, path: Path) -> None:
        self.path, self.count, self.first = path, 0, ""
        self._file = path.open("w", encoding="utf-8", errors="replace")

    def close(self) -> None:
        self._file.close()
        self.path.unlink(missing_ok=True)

    def add(self, file: Path, reject: Reject) -> None:
        self._file.write(json.dumps({"file": str(file), **asdict(reject)}, ensure_ascii=False) + "\n")
        self.first = self.first or reject.reason
        self.count += 1

    def keep(self, place: Path) -> str | None:
        """Moves the file to its place; None where nothing was rejected."""
        if not self.count:
            return None
        self._file.flush()
        place.parent.mkdir(parents=True, exist_ok=True)
        self.path.replace(place)
        return str(place)


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
    scratch = database.settings.scratch
    with folder.drafted(scratch, "import") as draft, closing(_Rejects(scratch / "rejects.jsonl")) as rejects:
        read, notes = _read(plan, draft, rejects, progress)
        return _add(database, plan, draft, rejects, read, (*notes, *plan.skipped))


def _read(
    plan: Plan, draft: Path, rejects: _Rejects, progress: Progress | None
) -> tuple[int, tuple[str, ...]]:
    notes: dict[str, None] = {}
    with folder.Writer(draft) as writer:
        for index, item in items(plan, progress):
            if isinstance(item, Row):
                writer.add(item, index)
            elif isinstance(item, Reject):
                rejects.add(plan.files[index][0], item)
            else:
                notes[item.text] = None
    if not writer.rows:
        why = (
            f"all {rejects.count} rows were rejected, the first: {rejects.first}"
            if rejects.count
            else "no rows"
        )
        raise Unreadable(f"{plan.path}: nothing to import: {why}")
    return writer.rows, tuple(notes)


def _add(
    database: Database, plan: Plan, draft: Path, rejects: _Rejects, read: int, notes: tuple[str, ...]
) -> Imported:
    total = read + rejects.count
    imports = database.settings.imports
    with database.write() as cursor:
        manifest = _manifest(plan, boards.next_import(cursor, imports), total, rejects.count)
        home = boards.claim(cursor, plan.board, ingest.kind_of(draft), manifest.made)
        done = ingest.ingest(cursor, draft, home)
        for conflict in done.conflicts:
            rejects.add(plan.files[conflict.file][0], Reject(conflict.row, conflict.reason, ""))
        name = f"{manifest.number:04d}-{plan.board}"
        kept_as = rejects.keep(database.settings.rejects / f"{name}.jsonl")
        if done.kept:
            manifest = replace(manifest, rejected=rejects.count)
            boards.note_import(cursor, home, manifest, done.kept)
            boards.summarise(cursor, home)
            folder.seal(draft, manifest)
            imports.mkdir(exist_ok=True)
            draft.rename(imports / name)
    known = total - done.kept - rejects.count
    return Imported(
        plan.board, plan.formats, total, done.kept, rejects.count, kept_as, known, done.facts, notes
    )


def _manifest(plan: Plan, number: int, read: int, rejected: int) -> folder.Manifest:
    files = tuple(
        (str(path.relative_to(plan.path)) if path != plan.path else "", name, file_hash(path))
        for path, name in plan.files
    )
    made = datetime.now(UTC).replace(tzinfo=None).isoformat()
    said = (
        *("=".join(pair) for pair in plan.maps),
        *(f"{f}:{theirs}={ours}" for f, theirs, ours in plan.values),
    )
    return folder.Manifest(
        number,
        plan.board,
        plan.formats,
        str(plan.path),
        files,
        plan.judge,
        read,
        rejected,
        made,
        mapping=said,
    )


def catch_up(database: Database, told: Callable[[str], None] | None = None) -> int:
    """Adds every sealed import folder that the database lacks: after a crash, or all of them to a fresh one.

    Returns how many there were. Imports of boards that were removed since stay out (the journal says which).
    """
    known = boards.known_imports(database)
    removed = journal.removals(database.settings.journal)
    count = 0
    for place, manifest in folder.sealed(database.settings.imports):
        if manifest.number in known or manifest.number <= removed.get(manifest.board, 0):
            continue
        with database.write() as cursor:
            home = boards.claim(cursor, manifest.board, ingest.kind_of(place), manifest.made)
            done = ingest.ingest(cursor, place, home)
            boards.note_import(cursor, home, manifest, done.kept)
            boards.summarise(cursor, home)
        count += 1
        if told is not None:
            told(f"{manifest.number:04d} {manifest.board}: {done.kept} rows")
    return count
