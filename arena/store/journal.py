"""What people did that no import can re-create, one JSON line each; `rebuild` reads it back.

Holds removals of boards and rankings that were made. The name map is a file of its own that needs no journal
(`arena.names`).
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from arena.errors import ArenaError


def remove(path: Path, board: str, through: int) -> None:
    """Notes that a board was removed with all its imports up to number `through`."""
    _append(path, {"verb": "remove", "board": board, "through": through, "at": datetime.now(UTC).isoformat()})


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


def _append(path: Path, entry: dict[str, Any]) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(entry, ensure_ascii=False, default=str) + "\n")


def _entries(path: Path) -> list[dict[str, Any]]:
    if not path.is_file():
        return []
    found = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        try:
            entry = json.loads(line)
            entry["verb"], entry["board"]
        except (ValueError, KeyError, TypeError) as error:
            raise ArenaError(
                f"{path}, line {number}: not a journal line; mend or delete that line"
            ) from error
        found.append(entry)
    return found
