"""Whether a process is the very one that was noted: a number alone may be another's by now.

It is told by when it began, counted from the start of the machine, so that a wall clock that is set meanwhile
changes nothing; and by the wall clock where a note, or a system, does not know which start that was. Leaves
out where notes stand (`arena.jobs.folder`, `arena.store.owner`).
"""

from dataclasses import dataclass
from pathlib import Path

import psutil

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_NEAR = 1.0
"""Seconds by which two readings of one beginning may differ."""


@dataclass(frozen=True, slots=True)
class Birth:
    """When a process began."""

    started: float
    """Seconds since 1970, by the clock of the moment of asking."""
    since: float
    """Seconds since the machine started."""
    boot: str
    """Which start of the machine; empty where the system does not say."""

    @classmethod
    def of(cls, pid: int) -> "Birth":
        """Of a process that runs.

        Raises:
            psutil.Error: there is none of that number.
        """
        started = psutil.Process(pid).create_time()
        return cls(started, started - psutil.boot_time(), _boot())


def lives(pid: object, noted: Birth) -> bool:
    """Whether the process that was noted runs. A note is read from a file: one without sense is nobody's."""
    if not isinstance(pid, int):
        return False
    try:
        now = Birth.of(pid)
        if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return False
        if noted.boot and now.boot:
            return noted.boot == now.boot and abs(now.since - noted.since) < _NEAR
        return abs(now.started - noted.started) < _NEAR
    except (psutil.Error, TypeError, ValueError, OverflowError):
        return False


def _boot() -> str:
    try:
        return _BOOT.read_text("ascii").strip()
    except OSError:
        return ""
