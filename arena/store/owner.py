"""Who holds the database: a small file that the holder writes and others read to say whom to ask.

The lock itself is DuckDB's; this only gives it a name and, for the app, an address and a token to talk to it.
"""

import json
import os
import secrets
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from arena.jobs.life import Birth, lives


@dataclass(frozen=True, slots=True)
class Owner:
    """A process (pid and beginning, so that a reused pid is not taken for it), and how to reach it."""

    pid: int
    started: float
    what: str
    url: str | None = None
    token: str | None = None
    since: float = 0.0
    boot: str = ""
    """Its beginning once more, by a clock that nobody sets (`arena.jobs.life`)."""

    @classmethod
    def claim(cls, path: Path, what: str) -> "Owner":
        """Notes the current process as the holder."""
        born = Birth.of(os.getpid())
        owner = cls(os.getpid(), born.started, what, since=born.since, boot=born.boot)
        owner.write(path)
        return owner

    @classmethod
    def read(cls, path: Path) -> "Owner | None":
        """The holder, or None where none is noted or the noted one has ended."""
        try:
            owner = cls(**json.loads(path.read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return None
        return owner if owner.alive() else None

    def alive(self) -> bool:
        """Whether that very process still runs."""
        return lives(self.pid, Birth(self.started, self.since, self.boot))

    def serve(self, path: Path, url: str) -> "Owner":
        """Adds the address at which the holder takes requests, and a token that only this user can read."""
        served = replace(self, url=url, token=secrets.token_urlsafe(24))
        served.write(path)
        return served

    @staticmethod
    def release(path: Path) -> None:
        """Takes the note away if it is this process's."""
        noted = Owner.read(path)
        if noted is not None and noted.pid == os.getpid():
            path.unlink(missing_ok=True)

    def write(self, path: Path) -> None:
        """Notes this holder, readable by its user only."""
        beside = path.with_suffix(f".{self.pid}")
        with os.fdopen(
            os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
        ) as file:
            json.dump(asdict(self), file)
        beside.replace(path)
