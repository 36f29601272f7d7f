"""Making the database anew from what it was made of: shipped boards, import folders, journal."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from arena.errors import ArenaError, Busy, NoRoom, room
from arena.service.service import Service
from arena.settings import Settings
from arena.store import boards
from arena.store.database import Database
from arena.store.owner import Owner


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild did."""

    database: str
    imports: int
    battles: int
    kept_as: str | None
    """The database as it was before."""


def rebuild(settings: Settings, told: Callable[[str], None] | None) -> Rebuilt:
    """Moves the old file aside, makes a new one, and puts the old one back if that fails.

    Raises:
        Busy: another process holds the database.
    """
    owner = Owner.read(settings.owner)
    if owner is not None:
        raise Busy(f"process {owner.pid} ({owner.what}) holds the database: stop it, then rebuild")
    had = settings.database.exists()
    aside = settings.database.with_suffix(f".before-{datetime.now(UTC):%Y%m%d-%H%M%S}.duckdb")
    if had:
        _free(settings)
        with room(settings.home):
            _move(settings.database, aside)
    try:
        with Service(settings, "arena rebuild", told) as service:
            imports = len(boards.known_imports(service.database))
            battles = sum(board.battles for board in service.boards())
    except BaseException:
        for path in (settings.database, _log(settings.database)):
            path.unlink(missing_ok=True)
        if had:
            _move(aside, settings.database)
        raise
    return Rebuilt(str(settings.database), imports, battles, str(aside) if had else None)


def _log(database: Path) -> Path:
    """What DuckDB wrote beside a database and did not put into it yet: of another database it is poison."""
    return database.with_name(f"{database.name}.wal")


def _move(database: Path, place: Path) -> None:
    """A database under another name, with what belongs to it."""
    database.replace(place)
    if _log(database).exists():
        _log(database).replace(_log(place))


def _free(settings: Settings) -> None:
    """Makes sure that nobody has the file; one that cannot be opened at all is nobody's."""
    try:
        Database(settings, "arena rebuild").close()
    except (Busy, NoRoom):
        raise
    except ArenaError:
        return
