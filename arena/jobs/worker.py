"""The process that does a run: `python -m arena.jobs.worker RUN_FOLDER`.

It writes to its folder alone. SIGTERM stops it after the current batch, a second one at once; one that does
not come to an end of its batch within a quarter of a minute is stopped at once, too: nothing is lost but the
batch. The end marker is written last. Leaves out what the work is (`arena.jobs.kinds`) and who starts it
(`arena.jobs.launcher`).
"""

import argparse
import os
import signal
import sqlite3
import sys
import threading
import time
import traceback
from contextlib import suppress
from pathlib import Path
from types import FrameType

import psutil
from filelock import FileLock, Timeout

from arena.errors import FULL, ArenaError, room
from arena.jobs import catalog
from arena.jobs.desk import FolderDesk
from arena.jobs.folder import ENDS, RunFolder, Worker
from arena.jobs.launcher import follow
from arena.jobs.types import State, Stopped

BEAT = 1.0
"""Seconds between heartbeats."""
GRACE = 15.0
"""Seconds after which one who was asked to stop and does not hear it is stopped at once."""
_RESERVE = 1 << 16
"""Bytes kept free for the last words on a full disk."""


class Job:
    """A run at work: signals, heartbeat, end marker."""

    def __init__(self, run: RunFolder, packages: tuple[str, ...]) -> None:
        self.run, self.packages = run, packages
        self.stop, self.over = threading.Event(), threading.Event()
        self.desk: FolderDesk | None = None
        self._asked_at: float | None = None
        self._ending = threading.Lock()

    def work(self) -> State:
        """Does the job and says how it ended."""
        signal.signal(signal.SIGTERM, self._asked)
        signal.signal(signal.SIGINT, self._asked)
        pulse = threading.Thread(target=self._pulse, name="heartbeat", daemon=True)
        end: State = "failed"
        try:
            self._reserve()
            pulse.start()
            self._run()
            end, text = "done", ""
        except Stopped:
            end, text = self._stopped(), ""
        except ArenaError as error:
            text = str(error)
        except (OSError, sqlite3.OperationalError) as error:
            text = self._refused(error)
        except Exception as error:  # noqa: BLE001 - the last stop of a process: told, with its traceback
            traceback.print_exc()
            text = f"{type(error).__name__}: {_line(error)} (the log has the traceback)"
        return self._end(end, text)

    def _run(self) -> None:
        spec = self.run.spec()
        module = catalog.load(spec.kind, self.packages)
        config = catalog.config(spec.kind, spec.config, self.packages)
        self.desk = FolderDesk(self.run, self.stop)
        self.desk.check()
        module.run(config, self.desk)

    def _asked(self, _: int, __: FrameType | None) -> None:
        if self.stop.is_set():
            threading.Thread(target=self._at_once, daemon=True).start()
        self._asked_at = self._asked_at or time.monotonic()
        self.stop.set()

    def _pulse(self) -> None:
        beat = self.run.path / "heartbeat"
        while not self.over.wait(BEAT):
            _touch(beat)
            if self.run.has("asked") and not self.stop.is_set():
                self._asked_at = time.monotonic()
                self.stop.set()
            deaf = self.desk is None or not self.desk.heard
            if self._asked_at is not None and deaf and time.monotonic() - self._asked_at > GRACE:
                self._at_once()

    def _at_once(self) -> None:
        """Ends now, amid whatever the main thread does; a torn line is dropped when the run goes on."""
        self._end(self._stopped(), "")
        for child in psutil.Process().children(recursive=True):
            child.kill()
        os._exit(3)

    def _stopped(self) -> State:
        return "cancelled" if self.run.said("asked") == "cancel" else "stopped"

    def _end(self, end: State, text: str) -> State:
        """Writes the end marker, once."""
        with self._ending:
            if self.over.is_set():
                return end
            self.over.set()
            (self.run.path / "work" / "reserve").unlink(missing_ok=True)
            if self.desk is not None:
                self.desk.close(f"{end}: {text}" if text else end)
            with suppress(OSError):  # a full disk takes neither, and must not keep the run from its end
                if text:
                    print(f"{end}: {text}", flush=True)
                self.run.put("cpu", f"{_spent(self.run):.1f}")
            self.run.end(end, text)
            self.run.drop("asked", "pause")
        return end

    def _reserve(self) -> None:
        (self.run.path / "work").mkdir(exist_ok=True)
        (self.run.path / "work" / "reserve").write_bytes(b"\0" * _RESERVE)

    def _refused(self, error: OSError | sqlite3.OperationalError) -> str:
        if _full(error):
            return (
                f"the disk of {self.run.path} is full ({_line(error)}): what was done is kept; free some "
                f"space, then `arena runs resume {self.run.id}`"
            )
        traceback.print_exc()
        return f"{_line(error)} (the log has the traceback)"


def _spent(run: RunFolder) -> float:
    """Processor seconds of this process and those it waited for, and of the attempts before it."""
    return run.cpu() + sum(os.times()[:4])


def _line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or ["no more is known"])[0]


def _full(error: OSError | sqlite3.OperationalError) -> bool:
    """Whether a disk is full; scratch in SQLite says it in words."""
    if isinstance(error, OSError):
        return error.errno in FULL
    return "disk is full" in str(error)


def _touch(path: Path) -> None:
    try:
        path.touch()
    except OSError:
        return


def work(run: RunFolder, packages: tuple[str, ...]) -> State:
    """Does the run of a folder, unless another process does.

    Raises:
        ArenaError: it is no run folder, its run is done or under way, or the folder cannot be written.
    """
    run.spec()
    try:
        with room(run.path), FileLock(run.path / ".lock", timeout=0):
            if run.has("done"):
                raise ArenaError(f"{run.id} is done: nothing is left to do")
            if run.ended() is not None:
                run.drop(*ENDS, "asked", "pause")
            try:
                run.put("pid", Worker.of(os.getpid()).note())
            finally:
                run.drop("queued")  # where there is no room for a pid, it stands as stopped
            return Job(run, packages).work()
    except Timeout as error:
        raise ArenaError(f"{run.id} is under way in another process") from error


def main(words: list[str] | None = None) -> int:
    """The command: exit code 0 where the run is done."""
    parser = argparse.ArgumentParser(prog="arena.jobs.worker", description="Does one run, then ends.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--package", action="append", help="where kinds are looked for")
    parser.add_argument("--most", type=int, help="start what is queued beside this run, so many at a time")
    asked = parser.parse_args(words)
    packages = tuple(asked.package or catalog.PACKAGES)
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    if hasattr(os, "nice"):
        os.nice(5)  # whoever looks on goes first
    run = RunFolder(asked.folder.absolute())
    try:
        end = work(run, packages)
    except ArenaError as error:
        sys.stderr.write(f"arena: {error}\n")
        return 1
    if asked.most is not None:
        follow(run.path.parent, asked.most, packages)
    return 0 if end == "done" else 1


if __name__ == "__main__":
    sys.exit(main())
