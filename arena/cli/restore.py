"""Making a home out of a backup: checked, unpacked beside it, given its name, and the database made anew.

Nothing is left where anything was wrong. Runs that were at work or waiting stand as stopped: a backup starts
nothing by itself. What runs say of places in the old home leads to the new one, so that they can be resumed.
Leaves out the archive's form (`arena.store.archive`).
"""

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from arena.errors import ArenaError, BadRequest
from arena.jobs.folder import RunFolder, every, within
from arena.service.service import Service
from arena.settings import Settings
from arena.store import archive, folder
from arena.store.archive import Archive

SPARE = 64 << 20
"""Bytes that the disk must hold beside what is unpacked."""
_ASKED = ("queued", "asked", "pause", "pid", "heartbeat")
"""What people and processes said of a run that nobody works at any more."""
_PLACED = ("config.json", "outputs/report.json")
"""Files of a run that name places of its home: models, and rows that a stage learns from."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did."""

    home: str
    made: str
    """When the backup was taken: UTC, ISO 8601."""
    files: int
    bytes: int
    boards: int
    battles: int
    stopped: tuple[str, ...]
    """Runs that had not ended; they can be resumed."""


def restore(settings: Settings, path: Path, told: Callable[[str], None] | None) -> Restored:
    """Restores a backup into a home that holds nothing.

    Raises:
        BadRequest: the home holds something, or the disk has no room.
        Unreadable: the archive is torn, no backup, of a newer version, or not as its manifest says.
    """
    path, home = path.expanduser().resolve(), settings.home
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise BadRequest(
            f"{home} holds something already: restore into an empty one (arena --home DIR restore)"
        )
    with archive.opened(path, folder.VERSION) as found:
        stopped = _placed(found, home)
        manifest, size = found.manifest, found.size
    try:
        with Service(settings, "arena restore", told) as service:
            boards = service.boards()
    except ArenaError as error:
        raise ArenaError(f"{home} is restored, but its database could not be made: {error}") from error
    battles = sum(board.battles for board in boards)
    return Restored(str(home), manifest.made, len(manifest.files), size, len(boards), battles, stopped)


def _placed(found: Archive, home: Path) -> tuple[str, ...]:
    """Unpacks beside the home, and gives it the name once all is checked; the runs that had not ended."""
    beside = home.with_name(f".{home.name}.restoring")
    try:
        home.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(beside, ignore_errors=True)
        free = shutil.disk_usage(home.parent).free
        if found.size + SPARE > free:
            raise BadRequest(
                f"{found.path} unpacks to {found.size / 1e9:.1f} GB and {home.parent} has only "
                f"{free / 1e9:.1f} GB free: make room, or name another --home"
            )
        beside.mkdir()
        found.unpack(beside)
        runs = [one for run in every(beside / "runs") for one in (run, *within(run))]
        stopped = _stopped(runs)
        _led(runs, found.manifest.home, home)
        if home.exists():
            home.rmdir()
        beside.rename(home)
    except OSError as error:
        raise ArenaError(f"{home}: the backup could not be unpacked: {error.strerror or error}") from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return stopped


def _stopped(runs: list[RunFolder]) -> tuple[str, ...]:
    """Lets no run of the backup stand as at work or waiting; those that did."""
    found = []
    for run in runs:
        run.drop(*_ASKED)
        if run.ended() is None:
            run.put("stopped")
            found.append(run.id)
    return tuple(name for name in found if "." not in name)


def _led(runs: list[RunFolder], old: str, home: Path) -> None:
    """Lets places in the old home lead to the new one; content keys are of contents, so that they stay."""
    if not Path(old).is_absolute() or len(Path(old).parts) < 2:
        return
    before = re.compile(rb"(?<![\w./\x80-\xff-])" + re.escape(_inside(old)) + b'(?=[/"])')
    now = _inside(str(home.resolve()))
    for run in runs:
        for path in (run.path / name for name in _PLACED):
            if path.is_file():
                path.write_bytes(before.sub(lambda _: now, path.read_bytes()))


def _inside(text: str) -> bytes:
    """A text as it stands between the quotes of JSON."""
    return json.dumps(text, ensure_ascii=False)[1:-1].encode("utf-8", "replace")
