"""The files of checks: one JSON Lines file per check, what was done first and a flag per line after it.

They are what `rebuild` takes flags from. A file is whole or not there. Leaves out the database
(`arena.store.flags`).
"""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from arena.errors import ArenaError
from arena.flags import Done, Flag, Looked


def write(folder: Path, done: Done, flags: Sequence[Flag]) -> Path:
    """Writes a check.

    Raises:
        ArenaError: it cannot be written; nothing is left of it.
    """
    path = folder / f"{done.id}.jsonl"
    half = folder / f".{done.id}.{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with half.open("w", encoding="utf-8", errors="replace") as file:
            file.write(_line({**asdict(done), "flags": len(flags)}))
            file.writelines(_line(asdict(flag)) for flag in flags)
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
    except OSError as error:
        half.unlink(missing_ok=True)
        raise ArenaError(
            f"{path} cannot be written: {error.strerror}; nothing was stored, make room and check again"
        ) from error
    return path


def read(path: Path) -> tuple[Done, tuple[Flag, ...]]:
    """A check.

    Raises:
        ArenaError: it is none, or not whole.
    """
    try:
        first, *rest = path.read_text("utf-8").split("\n")[:-1]
        done, count = head(first)
        flags = tuple(Flag(**json.loads(line)) for line in rest)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ArenaError(_torn(path)) from error
    if len(flags) != count:
        raise ArenaError(_torn(path))
    return done, flags


def _torn(path: Path) -> str:
    return f"{path}: not a whole check; delete it, then `arena check` the board again"


def head(line: str) -> tuple[Done, int]:
    """What a check's first line says, and how many flags follow."""
    held: dict[str, Any] = json.loads(line)
    count = int(held.pop("flags"))
    looked = tuple(Looked(**one) for one in held.pop("looked"))
    return Done(**{**held, "made": datetime.fromisoformat(held["made"]), "looked": looked}), count


def paths(folder: Path) -> tuple[Path, ...]:
    """All checks, by their names."""
    return tuple(sorted(folder.glob("[!.]*.jsonl"))) if folder.is_dir() else ()


def drop(folder: Path, board: str) -> int:
    """Takes the checks of a board away; how many there were."""
    kept = [path for path in paths(folder) if _is_of(path, board)]
    for path in kept:
        path.unlink(missing_ok=True)
    return len(kept)


def _is_of(path: Path, board: str) -> bool:
    """Whether a file is a check of a board; one that cannot be read is nobody's."""
    try:
        with path.open(encoding="utf-8") as file:
            return head(file.readline())[0].board == board
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _line(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, default=lambda one: one.isoformat()) + "\n"
