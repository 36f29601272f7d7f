"""Backing a home up while everything goes on: one archive of imports, run folders, journals and settings.

The database stays out: `arena restore` makes it anew, row for row, and a copy of a file that is written to
would be torn. The order in which files are read makes the copy one that a kill could have left: the journal
first, under the database's lock, then what it speaks of; of each run the markers first, then what only grows.
Leaves out the archive itself (`arena.store.archive`) and reading it back (`arena.cli.restore`).
"""

import re
import zipfile
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from arena import __version__
from arena.errors import ArenaError, BadRequest
from arena.settings import Settings
from arena.store import archive, folder
from arena.store.archive import Entry, Manifest, Source
from arena.store.database import Database

OUT = ("tmp", "cache", "exports", "owner.json")
"""Of a home, what is no part of it: scratch, what can be fetched again, downloads, who holds it."""
_FIRST = ("imports", "runs")
"""Folders that are read before the others, in this order."""
_DATABASE = re.compile(r".*\.duckdb(\.wal)?")
_GROWING = re.compile(r"[^/]+\.jsonl|recordings/.*\.jsonl|(.*/)?(events|facts-\d+)\.jsonl")
"""Files that are only ever appended to, line by line."""


@dataclass(frozen=True, slots=True)
class Backup:
    """Write the home to one file."""

    path: Path
    force: bool = False
    """Over an existing file."""


@dataclass(frozen=True, slots=True)
class BackedUp:
    """Backup's answer."""

    path: str
    home: str
    files: int
    bytes: int
    """Of the files; `size` is the archive's."""
    size: int
    left: tuple[str, ...]
    """Links that lead elsewhere and files that cannot be carried: they are not in it."""


def backed_up(settings: Settings, database: Database | None, request: Backup) -> BackedUp:
    """Writes to a temporary name first, so that a failed backup leaves no half file.

    Raises:
        BadRequest: the file exists or would lie in the home.
        ArenaError: it could not be written.
    """
    path = request.path.expanduser().resolve()
    home = settings.home.resolve()
    if path.exists() and (path.is_dir() or not request.force):
        raise BadRequest(f"{path} exists already: name another{'' if path.is_dir() else ', or use --force'}")
    if home in path.parents:
        raise BadRequest(f"{path} lies in the home that is backed up: name a file elsewhere")
    beside = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        files, left = _write(beside, home, database)
        beside.replace(path)
    except OSError as error:
        raise ArenaError(f"{path}: the backup could not be written: {error.strerror or error}") from error
    finally:
        beside.unlink(missing_ok=True)
    total = sum(entry.size for entry in files)
    return BackedUp(str(path), str(home), len(files), total, path.stat().st_size, left)


def _write(path: Path, home: Path, database: Database | None) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    with database.write(facts=False) if database else nullcontext():
        top, imports = list(_top(home)), list(_below(home, home / "imports"))
    rest = [place for place in _folders(home) if place.name not in _FIRST]
    links: dict[str, str] = {}
    left: list[str] = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=2) as zipped:
        files = [archive.put(zipped, source) for source in (*top, *imports)]
        for place in (home / "runs", *rest):
            for source in _below(home, place):
                if not archive.sound(source.name):
                    left.append(source.name)
                elif source.path.is_symlink():
                    _link(source, links, left)
                else:
                    files.append(archive.put(zipped, source))
        kept = tuple(entry for entry in files if entry is not None)
        sure = {name: to for name, to in links.items() if _leads(name, to, kept)}
        left += sorted(set(links) - set(sure))
        made = datetime.now(UTC).replace(tzinfo=None).isoformat()
        archive.seal(zipped, Manifest(archive.FORM, __version__, folder.VERSION, made, kept, sure, str(home)))
    return kept, tuple(left)


def _top(home: Path) -> Iterator[Source]:
    """Files of the home itself; a journal only as far as it is written now."""
    for path in sorted(home.iterdir()):
        if path.is_file() and not _out(path):
            growing = _GROWING.fullmatch(path.name) is not None
            yield Source(path.name, path, path.stat().st_size if growing else None, growing)


def _folders(home: Path) -> Iterator[Path]:
    return (path for path in sorted(home.iterdir()) if path.is_dir() and not _out(path))


def _out(path: Path) -> bool:
    return path.name in OUT or path.name.startswith(".") or _DATABASE.fullmatch(path.name) is not None


def _below(home: Path, place: Path) -> Iterator[Source]:
    """Everything below a folder, files before folders; names with a dot in front are in the making."""
    try:
        found = sorted(place.iterdir(), key=lambda path: (path.is_dir() and not path.is_symlink(), path.name))
    except (FileNotFoundError, NotADirectoryError):
        return
    for path in found:
        if path.name.startswith("."):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _below(home, path)
        elif path.is_symlink() or path.is_file():
            name = path.relative_to(home).as_posix()
            yield Source(name, path, None, _GROWING.fullmatch(name) is not None)


def _link(source: Source, links: dict[str, str], left: list[str]) -> None:
    """A link to something beside it is kept as one; any other is told."""
    try:
        target = source.path.readlink()
    except OSError:
        return
    if len(target.parts) == 1 and archive.sound(str(target)):
        links[source.name] = str(target)
    else:
        left.append(source.name)


def _leads(name: str, target: str, files: tuple[Entry, ...]) -> bool:
    there = f"{name.rpartition('/')[0]}/{target}"
    return any(entry.name == there or entry.name.startswith(there + "/") for entry in files)
