"""Runs of the tests' own kinds, in real processes: launch, wait, look."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from arena.jobs import facts, plan
from arena.jobs.folder import RunFolder
from arena.jobs.launcher import Launcher
from arena.jobs.plan import Plan

PACKAGES = ("tests.jobs.kinds",)


def made(runs: Path, **config: Any) -> RunFolder:
    """A queued run of `counting`."""
    runs.mkdir(parents=True, exist_ok=True)
    return RunFolder(runs / plan.launch(runs, Plan("counting", config), PACKAGES).id)


def started(run: RunFolder) -> subprocess.Popen[bytes]:
    """Its worker, as a process."""
    command = [sys.executable, "-m", "arena.jobs.worker", str(run.path), "--package", *PACKAGES]
    with run.log.open("ab") as log:
        return subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)


def launcher(runs: Path, most: int = 2) -> Launcher:
    """A queue over the tests' kinds."""
    return Launcher(runs, most, PACKAGES)


def until(true: Callable[[], object], seconds: float = 60) -> None:
    """Waits until something holds."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.02)


def lines(run: RunFolder) -> list[bytes]:
    """The lines of all facts."""
    return [text for _, text in facts.lines(run.outputs)]
