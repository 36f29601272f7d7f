"""A dry run that can be watched and left: it runs in a thread and ends when nobody looks any more."""

import threading
import time
from pathlib import Path

from arena.errors import ArenaError
from arena.service import requests as ask
from arena.service.service import Service
from arena.surveying import Surveyed

PATIENCE = 15.0
"""Seconds after which a dry run that nobody asks about ends."""


class _Left(Exception):
    """Nobody looks any more."""


class Looking:
    """One dry run: `found` or `error` is there when it is over."""

    def __init__(self, service: Service, request: ask.Survey) -> None:
        self.found: Surveyed | None = None
        self.error: ArenaError | None = None
        self.at = (request.path.name, 0, 0, 0)
        """File, rows, bytes read, all bytes."""
        self._asked, self._left = time.monotonic(), False
        self._thread = threading.Thread(target=self._run, args=(service, request), daemon=True)
        self._thread.start()

    def over(self, seconds: float) -> bool:
        """Waits that long for the end; says whether it has come."""
        self._asked = time.monotonic()
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def leave(self) -> None:
        """Ends it as soon as it can."""
        self._left = True

    def _run(self, service: Service, request: ask.Survey) -> None:
        try:
            self.found = service.survey(request, self._told)
        except ArenaError as error:
            self.error = error
        except (OSError, ValueError) as error:
            self.error = ArenaError(f"{request.path}: {error}")
        except _Left:
            self.error = ArenaError("the dry run was left before its end")

    def _told(self, path: Path, rows: int, done: int, total: int) -> None:
        self.at = (path.name, rows, done, total)
        if self._left or time.monotonic() - self._asked > PATIENCE:
            raise _Left
