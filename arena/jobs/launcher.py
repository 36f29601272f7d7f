"""The queue of runs: starts what is queued as processes of their own, first come first served.

At most one run holds the GPU; beside it so many others work as are allowed. The queue is nothing but the
run folders, so whoever looks next goes on with it: an app, a command that watches, or a worker that ended.
Leaves out making runs (`arena.jobs.plan`).
"""

import argparse
import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import psutil
from filelock import FileLock, Timeout

import arena
from arena.jobs.catalog import PACKAGES
from arena.jobs.folder import RunFolder, Worker, every

_LINGER = 120.0
"""Seconds for which the process of an ended run may still hold the GPU."""
_PATIENCE = 30.0
"""Seconds that a follower waits for the worker before it."""


class Launcher:
    """Starts queued runs of one folder of runs."""

    def __init__(self, runs: Path, most: int, packages: tuple[str, ...] = PACKAGES) -> None:
        """`most` runs at a time beside the one that holds the GPU."""
        self.runs, self.most, self.packages = runs, most, packages

    def tick(self, wait: float = 0) -> tuple[str, ...]:
        """Starts what can be started now; ids of what was. Another who is at it is waited for so long."""
        if not self.runs.is_dir():
            return ()
        try:
            with FileLock(self.runs / ".lock", timeout=wait):
                return self._start()
        except Timeout:
            return ()

    def _start(self) -> tuple[str, ...]:
        waiting: list[tuple[str, RunFolder]] = []
        free, gpu_free, started = self.most, True, []
        for run in every(self.runs):
            state = run.state()
            if state == "queued":
                waiting.append((run.said("queued"), run))
            elif state in ("running", "paused", "stopping") or _lingers(run):
                gpu = run.spec().gpu
                gpu_free, free = gpu_free and not gpu, free - (not gpu)
        for _, run in sorted(waiting, key=lambda entry: (entry[0], entry[1].id)):
            gpu = run.spec().gpu
            if not (gpu_free if gpu else free > 0):
                continue
            gpu_free, free = gpu_free and not gpu, free - (not gpu)
            self._spawn(run)
            started.append(run.id)
        return tuple(started)

    def _spawn(self, run: RunFolder) -> None:
        command = [sys.executable, "-m", "arena.jobs.worker", str(run.path), "--most", str(self.most)]
        child = _detached([*command, *_named(self.packages)], run.log)
        with suppress(
            psutil.Error, OSError
        ):  # it has ended and said why; or the disk is full, as it will say
            run.put("pid", Worker.of(child.pid).note())
        run.drop("queued")
        threading.Thread(target=child.wait, name=f"end of {run.id}", daemon=True).start()  # leaves no zombie


def follow(runs: Path, most: int, packages: tuple[str, ...]) -> None:
    """Has the queue gone on with once this process has ended and let go of the GPU."""
    if any(run.state() == "queued" for run in every(runs)):
        command = [sys.executable, "-m", "arena.jobs.launcher", str(runs), "--most", str(most)]
        _detached([*command, "--after", str(os.getpid()), *_named(packages)], runs / ".launcher.log")


def _lingers(run: RunFolder) -> bool:
    """Whether an ended run's process is still there."""
    end = run.ended()
    if end is None:
        return False
    try:
        recent = time.time() - (run.path / end).stat().st_mtime < _LINGER
    except OSError:
        return False
    return recent and run.spec().gpu and run.alive()


def _named(packages: tuple[str, ...]) -> list[str]:
    return [word for package in packages for word in ("--package", package)]


def _detached(command: list[str], log: Path) -> subprocess.Popen[bytes]:
    """A process in a session of its own, which lives on when this one ends."""
    root = str(Path(arena.__file__).parent.parent)
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    with log.open("ab") as said:
        return subprocess.Popen(  # noqa: S603 - our own modules
            command,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONUNBUFFERED": "1"},
        )


def _wait(pid: int) -> None:
    deadline = time.monotonic() + _PATIENCE
    while psutil.pid_exists(pid) and time.monotonic() < deadline:
        time.sleep(0.1)


def main() -> None:
    """The command: looks at the queue once, after another process has ended."""
    parser = argparse.ArgumentParser(prog="arena.jobs.launcher", description="Starts what is queued.")
    parser.add_argument("runs", type=Path)
    parser.add_argument("--most", type=int, required=True)
    parser.add_argument("--after", type=int)
    parser.add_argument("--package", action="append")
    asked = parser.parse_args()
    if asked.after is not None:
        _wait(asked.after)
    Launcher(asked.runs, asked.most, tuple(asked.package or PACKAGES)).tick(_PATIENCE)


if __name__ == "__main__":
    main()
