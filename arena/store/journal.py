"""What people did that no import can re-create, one JSON line each; `rebuild` reads it back.

A line counts once it is whole: what a crash left of one is none, and is cut off by the next.
Holds removals of boards, rankings that were made, versions that were chosen, and in which order the facts of
runs came in. The name map is a file of its own that needs no journal (`arena.names`).
"""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from arena.errors import ArenaError
from arena.jobs.facts import Place
from arena.store import book
from arena.store.book import Written


@dataclass(frozen=True, slots=True)
class Taken:
    """A batch of a run's facts that went into a board."""

    run: str
    board: str
    start: Place
    end: Place
    after: int
    """Number of the last import before it."""


def remove(path: Path, board: str, through: int, runs: tuple[str, ...] = ()) -> Written:
    """Notes that a board was removed with its imports up to number `through` and what these runs fed it."""
    entry = {"verb": "remove", "board": board, "through": through, "runs": runs}
    return _append(path, {**entry, "at": datetime.now(UTC).isoformat()})


def take(path: Path, taken: Taken) -> Written:
    """Notes a batch."""
    return _append(path, {"verb": "take", **asdict(taken)})


def admit(path: Path, run: str, board: str) -> Written:
    """Notes that a run may feed its board again after that was removed."""
    return _append(path, {"verb": "admit", "run": run, "board": board})


def choose(path: Path, run: str, board: str, version: str) -> None:
    """Notes which of a run's versions a person chose."""
    entry = {"verb": "choose", "board": board, "run": run, "version": version}
    _append(path, {**entry, "at": datetime.now(UTC).isoformat()})


def choices(path: Path) -> dict[str, str]:
    """The version that was last chosen of each run."""
    return {entry["run"]: entry["version"] for entry in _entries(path) if entry["verb"] == "choose"}


def taken(path: Path) -> list[Taken]:
    """The batches of runs in order, without those of boards that were removed since.

    A batch that was noted and not stored (a crash in between) was noted again: the later note counts.
    """
    found: dict[tuple[str, Place], Taken] = {}
    for entry in _entries(path):
        if entry["verb"] == "take":
            start, end = Place(**entry["start"]), Place(**entry["end"])
            found.pop((entry["run"], start), None)
            found[entry["run"], start] = Taken(entry["run"], entry["board"], start, end, entry["after"])
        elif entry["verb"] == "remove":
            found = {key: batch for key, batch in found.items() if batch.board != entry["board"]}
    return list(found.values())


def dropped(path: Path) -> frozenset[str]:
    """The runs whose board was removed."""
    found: set[str] = set()
    for entry in _entries(path):
        if entry["verb"] == "remove":
            found |= set(entry.get("runs", ()))
        elif entry["verb"] == "admit":
            found.discard(entry["run"])
    return frozenset(found)


def rank(path: Path, board: str, head: list[Any], lines: list[list[Any]]) -> None:
    """Notes a ranking that was made: its row without the board, and its lines by model name."""
    _append(path, {"verb": "rank", "board": board, "head": head, "lines": lines})


def removals(path: Path) -> dict[str, int]:
    """Per removed board the last import number that went with it.

    Raises:
        ArenaError: a line cannot be read.
    """
    return {
        str(entry["board"]): int(entry["through"]) for entry in _entries(path) if entry["verb"] == "remove"
    }


def rankings(path: Path) -> list[dict[str, Any]]:
    """The rankings of boards that were not removed since: `board`, `head` and `lines` as `rank` took them."""
    found: list[dict[str, Any]] = []
    for entry in _entries(path):
        if entry["verb"] == "rank":
            found.append(entry)
        elif entry["verb"] == "remove":
            found = [ranking for ranking in found if ranking["board"] != entry["board"]]
    return found


def _append(path: Path, entry: dict[str, Any]) -> Written:
    """Writes an entry. One that a person's editor left without an end counts, and stays."""
    line = json.dumps(entry, ensure_ascii=False, default=str)
    return book.append(path, line, lambda rest: _said(rest) is not None)


def _entries(path: Path) -> list[dict[str, Any]]:
    if not path.is_file():
        return []
    found = []
    *lines, last = path.read_bytes().split(b"\n")
    for number, line in enumerate(lines, 1):
        entry = _said(line)
        if entry is None:
            raise ArenaError(f"{path}, line {number}: not a journal line; mend or delete that line")
        found.append(entry)
    return [*found, *filter(None, [_said(last)])]


def _said(line: bytes) -> dict[str, Any] | None:
    """A line's entry; None where it is none, or only the beginning of one."""
    try:
        entry: dict[str, Any] = json.loads(line)
        entry["verb"], entry["board"]
    except (ValueError, KeyError, TypeError):
        return None
    return entry
