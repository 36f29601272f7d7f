"""Bringing files in: find them, read them by their formats, keep them in normal form, add them to the database.

Nothing reaches the database before everything was read; a file that cannot be read whole leaves it as it was.
Rejected rows go to a file of their own with line, reason and text. Leaves out formats (`arena.formats`) and tables (`arena.store`).
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol, TextIO

from arena.errors import Unreadable
from arena.formats import catalog
from arena.formats.types import Source
from arena.keys import file_hash
from arena.store import boards, folder, ingest, journal
from arena.store.database import Database
from arena.types import Note, Reject, Row

_STEP = 2_000


class Progress(Protocol):
    """Told now and then how far an import is."""

    def __call__(self, path: Path, rows: int) -> None: ...


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


def bring(
    database: Database,
    path: Path,
    board: str | None = None,
    format: str | None = None,  # noqa: A002 - the option's name everywhere
    judge: str | None = None,
    progress: Progress | None = None,
) -> Imported:
    """Imports a file, or a folder of files, into a board (named after the path where none is given).

    Raises:
        Unreadable: a file cannot be read whole, or no format knows it. The database is as it was.
        BadRequest: the board's name or kind does not fit.
    """
    path = path.expanduser().resolve()
    if not path.exists():
        raise Unreadable(f"{path}: no such file or folder")
    board = boards.checked(board or path.stem)
    there = catalog.find(path, format)
    found = list(there.files)
    with folder.drafted(database.settings.scratch, "import") as draft:
        with _Rejects(database.settings.scratch / "rejects.jsonl") as rejects:
            read, notes = _read(path, board, found, judge, draft, rejects, progress)
            return _add(database, path, board, found, judge, draft, rejects, read, (*notes, *(note.text for note in there.skipped)))


class _Rejects:
    """The file of rejected rows, moved to its place once the import is done."""

    def __init__(self, path: Path) -> None:
        self.path, self.count = path, 0

    def __enter__(self) -> "_Rejects":
        self._file: TextIO = self.path.open("w", encoding="utf-8")
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self.path.unlink(missing_ok=True)

    def add(self, file: str, reject: Reject) -> None:
        text = json.dumps({"file": file, **asdict(reject)}, ensure_ascii=False)
        self._file.write(text.encode("utf-8", "replace").decode("utf-8") + "\n")
        self.count += 1

    def keep(self, place: Path) -> str | None:
        """Moves the file to its place; None where nothing was rejected."""
        if not self.count:
            return None
        self._file.flush()
        place.parent.mkdir(parents=True, exist_ok=True)
        self.path.replace(place)
        return str(place)


def _read(
    root: Path, board: str, found: list[tuple[Path, str]], judge: str | None, draft: Path,
    rejects: _Rejects, progress: Progress | None,
) -> tuple[int, tuple[str, ...]]:  # fmt: skip
    notes: dict[str, None] = {}
    with folder.Writer(draft) as writer:
        for index, (path, name) in enumerate(found):
            source = Source(path, root, board, judge)
            for item in catalog.load(name).read(source):
                if isinstance(item, Row):
                    writer.add(item, index)
                    if progress is not None and writer.rows % _STEP == 0:
                        progress(path, writer.rows)
                elif isinstance(item, Reject):
                    rejects.add(str(path), item)
                elif isinstance(item, Note):
                    notes[item.text] = None
    if not writer.rows:
        reason = f"all {rejects.count} rows were rejected, the first: {_first(rejects)}" if rejects.count else "it has no rows"
        raise Unreadable(f"{root}: nothing to import: {reason}")
    return writer.rows, tuple(notes)


def _first(rejects: _Rejects) -> str:
    rejects._file.flush()
    with rejects.path.open(encoding="utf-8") as file:
        return str(json.loads(file.readline())["reason"])


def _add(
    database: Database, path: Path, board: str, found: list[tuple[Path, str]], judge: str | None, draft: Path,
    rejects: _Rejects, read: int, notes: tuple[str, ...],
) -> Imported:  # fmt: skip
    kind = ingest.kind_of(draft)
    names = "+".join(sorted({name for _, name in found}))
    made = datetime.now(UTC).replace(tzinfo=None)
    with database.write() as cursor:
        number = boards.next_import(cursor, database.settings.imports)
        home = boards.claim(cursor, board, kind, made)
        done = ingest.ingest(cursor, draft, home)
        for conflict in done.conflicts:
            rejects.add(str(found[conflict.file][0]), Reject(conflict.row, conflict.reason, ""))
        report = Imported(
            board, names, read + rejects.count - len(done.conflicts), done.kept, rejects.count,
            rejects.keep(database.settings.rejects / f"{number:04d}-{board}.jsonl"),
            read - done.kept - len(done.conflicts), done.facts, notes,
        )  # fmt: skip
        if done.kept:
            files = tuple((str(file.relative_to(path)) if file != path else "", name, file_hash(file)) for file, name in found)
            folder.seal(draft, folder.Manifest(number, board, names, str(path), files, judge, report.read, report.rejected, made.isoformat()))
            boards.note_import(cursor, number, home, report.format, str(path), (report.read, report.kept, report.rejected, report.duplicates), made)
            boards.summarise(cursor, home)
            database.settings.imports.mkdir(exist_ok=True)
            draft.rename(database.settings.imports / f"{number:04d}-{board}")
    return report


def catch_up(database: Database, told: Callable[[str], None] | None = None) -> int:
    """Adds every sealed import folder that the database does not know: after a crash, or all of them to a fresh one.

    Returns how many there were. Imports of boards that were removed since stay out (the journal says which).
    """
    known = boards.known_imports(database)
    removed = journal.removals(database.settings.journal)
    count = 0
    for place, manifest in folder.sealed(database.settings.imports):
        if manifest.number in known or manifest.number <= removed.get(manifest.board, 0):
            continue
        made = datetime.fromisoformat(manifest.made)
        with database.write() as cursor:
            home = boards.claim(cursor, manifest.board, ingest.kind_of(place), made)
            done = ingest.ingest(cursor, place, home)
            duplicates = manifest.read - manifest.rejected - done.kept
            counts = (manifest.read, done.kept, manifest.rejected, duplicates)
            boards.note_import(cursor, manifest.number, home, manifest.format, manifest.path, counts, made)
            boards.summarise(cursor, home)
        count += 1
        if told is not None:
            told(f"{manifest.number:04d} {manifest.board}: {done.kept} rows")
    return count
