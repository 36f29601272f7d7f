"""The boards that come with the program, put into the database on first start and again when they changed.

Leaves out what they are: `data/boards/manifest.json` says that, and `data/README.md` tells it to people.
"""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from arena.errors import ArenaError
from arena.formats import catalog
from arena.formats.types import Source
from arena.settings import shipped
from arena.store import boards, folder, ingest
from arena.store.database import Database
from arena.types import Row

_EPOCH = "1970-01-01"
_FORMATS = {"pairs": "pair_counts", "published": "published_board"}
_STALE = "SELECT id FROM boards WHERE name = $name AND shipped"


@dataclass(frozen=True, slots=True)
class Entry:
    """One shipped board, as its manifest describes it."""

    board: str
    title: str
    kind: str
    date: str | None
    category: str
    file: str
    sha256: str
    source: str
    source_url: str
    licence: str
    note: str


def entries(root: Path | None = None) -> tuple[Entry, ...]:
    """All shipped boards."""
    text = ((root or shipped()) / "boards" / "manifest.json").read_text("utf-8")
    fields = Entry.__dataclass_fields__
    return tuple(Entry(**{name: raw.get(name) for name in fields}) for raw in json.loads(text)["boards"])


def install(database: Database, root: Path | None = None) -> int:
    """Adds shipped boards that are missing or older than their file; returns how many.

    A board of the user's that has the name already stays as it is, and the shipped one stays out.
    """
    root = root or shipped()
    have = boards.digests(database)
    theirs = {board.name for board in boards.every(database) if not board.shipped}
    fresh = [
        entry
        for entry in entries(root)
        if have.get(entry.board) != entry.sha256 and entry.board not in theirs
    ]
    for entry in fresh:
        _install(database, root / entry.file, entry)
    return len(fresh)


def _install(database: Database, path: Path, entry: Entry) -> None:
    with TemporaryDirectory(dir=database.settings.scratch) as name:
        draft = Path(name)
        writer = folder.Writer(draft)
        for item in catalog.load(_FORMATS[entry.kind]).read(Source(path, path, entry.board)):
            if not isinstance(item, Row):
                raise ArenaError(f"{path}: a shipped board is damaged: reinstall the program ({item})")
            writer.add(item, 0)
        writer.flush()
        with database.write() as cursor:
            stale = cursor.execute(_STALE, {"name": entry.board}).fetchall()
            if stale:
                boards.remove(cursor, stale[0][0])
            kind = ingest.kind_of(draft)
            number = boards.claim(cursor, entry.board, kind, entry.date or _EPOCH, shipped=True)
            ingest.ingest(cursor, draft, number)
            about = {
                "title": entry.title,
                "source": f"{entry.source} ({entry.source_url})",
                "licence": entry.licence,
                "date": date.fromisoformat(entry.date) if entry.date else None,
                "category": entry.category,
                "digest": entry.sha256,
            }
            boards.describe(cursor, number, about)
            boards.summarise(cursor, number)
