"""What people did that no import can re-create, one JSON line each; `rebuild` reads it back.

Holds removals of boards. The name map is a file of its own that needs no journal (`arena.names`).
"""

import json
from datetime import UTC, datetime
from pathlib import Path

from arena.errors import ArenaError


def remove(path: Path, board: str, through: int) -> None:
    """Notes that a board was removed with all its imports up to number `through`."""
    line = {"verb": "remove", "board": board, "through": through, "at": datetime.now(UTC).isoformat()}
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")


def removals(path: Path) -> dict[str, int]:
    """Per removed board the last import number that went with it.

    Raises:
        ArenaError: a line cannot be read.
    """
    found: dict[str, int] = {}
    if not path.is_file():
        return found
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        try:
            entry = json.loads(line)
            if entry["verb"] == "remove":
                found[str(entry["board"])] = int(entry["through"])
        except (ValueError, KeyError, TypeError) as error:
            raise ArenaError(
                f"{path}, line {number}: not a journal line; mend or delete that line"
            ) from error
    return found
