"""An import in the making: a folder named after what is read, a checkpoint after each part, and rejects.

The same import, started again after a stop or a crash, goes on at the checkpoint. Leaves out the normal form
(`arena.store.folder`) and reading (`arena.reading`).
"""

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from arena.errors import ArenaError, Busy, NoRoom
from arena.store.folder import TABLES, Writer, parts
from arena.types import Reject

_OLD = 7 * 24 * 3600.0
"""Seconds after which a draft that nobody went on with is removed."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far an import had come when its last part was written."""

    file: int = 0
    """Index of the file being read."""
    items: int = 0
    """Rows, rejects and notes taken of that file."""
    rows: int = 0
    part: int = 0
    rejected: int = 0
    rejects_bytes: int = 0
    first: str = ""
    """Reason of the first reject."""
    notes: tuple[str, ...] = ()
    resumed: int = 0
    """Rows that were there when it was last gone on with."""
    complete: bool = False
    """Everything was read; only the database is missing."""


class Draft:
    """The folder, its writer and its rejects."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.start = self.at = _load(folder)
        for name in TABLES:
            for path in parts(folder, name):
                if int(path.stem.rpartition("-")[2]) >= self.start.part:
                    path.unlink()
        self.writer = Writer(folder, self.start.rows, self.start.part)
        self.notes = dict.fromkeys(self.start.notes)
        self.rejected, self.first = self.start.rejected, self.start.first
        self._rejects = (folder / "rejects.jsonl").open("a+", encoding="utf-8", errors="replace")
        self._rejects.truncate(self.start.rejects_bytes)

    def reject(self, file: Path, reject: Reject) -> None:
        """Keeps a row that could not be used."""
        self._rejects.write(json.dumps({"file": str(file), **asdict(reject)}, ensure_ascii=False) + "\n")
        self.first = self.first or reject.reason
        self.rejected += 1

    def save(self, file: int, items: int, complete: bool = False) -> None:
        """Writes what is buffered, then the checkpoint that says so."""
        self.writer.flush()
        self._rejects.flush()
        notes = tuple(self.notes)
        self.at = Checkpoint(
            file,
            items,
            self.writer.rows,
            self.writer.part,
            self.rejected,
            self._rejects.tell(),
            self.first,
            notes,
            self.start.rows,
            complete,
        )
        beside = self.folder / "checkpoint.tmp"
        beside.write_text(json.dumps(asdict(self.at), ensure_ascii=False), "utf-8")
        beside.replace(self.folder / "checkpoint.json")

    def settle(self, place: Path) -> None:
        """Moves the draft to its place among the imports; rejects and checkpoint stay behind."""
        self.close()
        for name in ("rejects.jsonl", "checkpoint.json"):
            (self.folder / name).unlink(missing_ok=True)
        place.parent.mkdir(parents=True, exist_ok=True)
        self.folder.rename(place)

    def keep_rejects(self, place: Path) -> str | None:
        """Moves the rejects to their place; None where nothing was rejected."""
        self._rejects.flush()
        if not self.rejected:
            return None
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(self.folder / "rejects.jsonl", place)
        return str(place)

    def close(self) -> None:
        """Lets go of the file of rejects."""
        self._rejects.close()


def _load(folder: Path) -> Checkpoint:
    """The checkpoint of a draft; the beginning where it cannot be read, or the rejects it counts are gone."""
    try:
        raw = json.loads((folder / "checkpoint.json").read_text("utf-8"))
        found = Checkpoint(**{**raw, "notes": tuple(raw["notes"])})
        rejects = (folder / "rejects.jsonl").stat().st_size
        return found if rejects >= found.rejects_bytes else Checkpoint()
    except (OSError, ValueError, TypeError, KeyError):
        return Checkpoint()


@contextmanager
def drafted(scratch: Path, name: str, keep: bool = False) -> Iterator[Draft]:
    """A draft of that name, new or gone on with.

    It stays where the import was stopped or killed (or to `keep`), and goes where it ended or cannot be.

    Raises:
        Busy: the same import is under way, in this process or another.
    """
    _sweep(scratch)
    lock = FileLock(scratch / f"{name}.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise Busy("the same import is under way: wait for it, or stop it") from error
    try:
        with _made(scratch / name, keep) as draft:
            yield draft
    finally:
        lock.release()
        Path(lock.lock_file).unlink(missing_ok=True)


@contextmanager
def _made(folder: Path, keep: bool) -> Iterator[Draft]:
    draft = Draft(folder)
    try:
        yield draft
    except NoRoom:
        draft.close()
        raise
    except ArenaError:
        draft.close()
        shutil.rmtree(draft.folder, ignore_errors=True)
        raise
    except BaseException:
        draft.close()
        raise
    draft.close()
    if not keep:
        shutil.rmtree(draft.folder, ignore_errors=True)


def _sweep(scratch: Path) -> None:
    for folder in scratch.glob("import-*"):
        if time.time() - folder.stat().st_mtime > _OLD:
            shutil.rmtree(folder, ignore_errors=True)
