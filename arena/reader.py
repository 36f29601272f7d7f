"""The process that reads files for an import beside the app: `python -m arena.reader`, a request on stdin.

Prints a JSON line of progress now and then; ends with 0, or with 1 and the error as a JSON line on stderr.
Touches only the draft in the home's scratch folder. Leaves out the database: the app adds the draft itself.
"""

import json
import sys
import time
from pathlib import Path

from arena.errors import ArenaError, room
from arena.importing import read
from arena.reading import planned

_EVERY = 0.25
"""Seconds between two lines of progress."""


class _Told:
    """Prints how far it is, not too often."""

    def __init__(self) -> None:
        self.last = 0.0

    def __call__(self, path: Path, rows: int, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self.last >= _EVERY or done == total:
            self.last = now
            print(json.dumps({"file": path.name, "rows": rows, "done": done, "total": total}), flush=True)


def main() -> None:
    """Reads one request."""
    asked = json.load(sys.stdin)
    try:
        maps, values = tuple(asked["maps"]), tuple(asked["values"])
        plan = planned(Path(asked["path"]), asked["board"], asked["format"], asked["judge"], maps, values)
        with room(Path(asked["scratch"])):
            read(Path(asked["scratch"]), plan, _Told())
    except ArenaError as error:
        print(json.dumps({"error": type(error).__name__, "text": str(error)}), file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
