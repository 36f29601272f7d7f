"""Imports as jobs of the app: a child process reads the files, the app adds them, pages watch.

Closing the page stops nothing. When the app ends, what was read stays as a draft and the same import goes
on there. Leaves out reading (`arena.reader`) and adding (`arena.importing`).
"""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from arena.errors import ArenaError, BadRequest, NotFound, named, room
from arena.importing import Imported
from arena.service.requests import Import

State = Literal["reading", "adding", "done", "failed", "stopped"]


@dataclass(frozen=True, slots=True)
class Job:
    """One import: what it is asked to do and how far it is."""

    id: int
    path: str
    board: str | None
    state: State
    started: float
    """Seconds since 1970."""
    seconds: float = 0.0
    rows: int = 0
    done: int = 0
    total: int = 0
    """Bytes read, of all bytes of all files."""
    begun: tuple[float, int, int] | None = None
    """Seconds, rows and bytes at the first word of the reader: where speed is counted from."""
    report: Imported | None = None
    error: str | None = None

    @property
    def running(self) -> bool:
        """Whether there is something to wait for."""
        return self.state in ("reading", "adding")


class Imports:
    """The imports of this app, newest first."""

    def __init__(
        self, scratch: Path, add: Callable[[Import], Imported], done: Callable[[Path], None] | None = None
    ) -> None:
        """`done` is told the path of every import that went in whole."""
        self._scratch, self._add, self._done = scratch, add, done
        self._jobs: dict[int, Job] = {}
        self._requests: dict[int, Import] = {}
        self._children: dict[int, subprocess.Popen[str]] = {}
        self._lock = threading.Lock()

    def start(self, request: Import) -> Job:
        """Starts reading; the same files for the same board are read once at a time.

        Raises:
            BadRequest: that import is under way.
        """
        path = str(request.path.expanduser().resolve())
        with self._lock:
            if any(
                job.running and (job.path, job.board) == (path, request.board) for job in self._jobs.values()
            ):
                raise BadRequest(f"{path} is being imported already: wait for it, or stop it")
            number = len(self._jobs) + 1
            self._jobs[number] = Job(number, path, request.board, "reading", time.time())
            self._requests[number] = request
        threading.Thread(target=self._run, args=(number, request), daemon=True).start()
        return self._jobs[number]

    def again(self, number: int) -> Job:
        """Starts the same import once more; one that was stopped goes on where it was.

        Raises:
            NotFound: no such import.
            BadRequest: that import is under way.
        """
        if number not in self._requests:
            raise NotFound(f"no import {number}")
        return self.start(self._requests[number])

    def all(self) -> tuple[Job, ...]:
        """All of them, newest first."""
        with self._lock:
            return tuple(reversed(self._jobs.values()))

    def stop(self, number: int) -> Job:
        """Stops the reading of an import; what was read stays, and the same import goes on there.

        Raises:
            NotFound: no such import.
            BadRequest: it is past stopping.
        """
        job = self._jobs.get(number)
        if job is None:
            raise NotFound(f"no import {number}")
        child = self._children.get(number)
        if job.state != "reading" or child is None:
            raise BadRequest(f"import {number} is {job.state}: only reading can be stopped")
        self._set(number, state="stopped")
        child.terminate()
        return self._jobs[number]

    def close(self) -> None:
        """Ends all readers."""
        for child in self._children.values():
            child.terminate()

    def _run(self, number: int, request: Import) -> None:
        try:
            self._read(number, request)
            if self._jobs[number].state != "stopped":
                self._set(number, state="adding")
                with room(self._scratch):
                    report = self._add(request)
                self._set(number, state="done", report=report)
                if self._done is not None:
                    self._done(request.path)
        except ArenaError as error:
            if self._jobs[number].state != "stopped":
                self._set(number, state="failed", error=str(error))
        except BaseException as error:
            self._set(number, state="failed", error=f"{type(error).__name__}: {error}")
            raise

    def _read(self, number: int, request: Import) -> None:
        asked = {
            "path": self._jobs[number].path,
            "board": request.board,
            "format": request.format,
            "judge": request.judge,
            "maps": request.maps,
            "values": request.values,
            "scratch": str(self._scratch),
        }
        command, pipe = [sys.executable, "-m", "arena.reader"], subprocess.PIPE
        with subprocess.Popen(  # noqa: S603 - our own module, nothing of the request in the command
            command, text=True, stdin=pipe, stdout=pipe, stderr=pipe
        ) as child:
            self._children[number] = child
            if child.stdin is None or child.stdout is None or child.stderr is None:
                raise ArenaError("the reader could not be spoken to")
            child.stdin.write(json.dumps(asked))
            child.stdin.close()
            for line in child.stdout:
                told = json.loads(line)
                job = self._jobs[number]
                begun = job.begun or (time.time() - job.started, told["rows"], told["done"])
                self._set(number, rows=told["rows"], done=told["done"], total=told["total"], begun=begun)
            said = child.stderr.read()
        del self._children[number]
        if child.returncode:
            raise _error(said, child.returncode)

    def _set(self, number: int, **changes: Any) -> None:
        with self._lock:
            job = self._jobs[number]
            self._jobs[number] = replace(job, seconds=time.time() - job.started, **changes)


def _error(said: str, code: int) -> ArenaError:
    """What the reader said on stderr, as the error it was."""
    try:
        told = json.loads(said.splitlines()[-1])
        return named(told["error"], told["text"])
    except (ValueError, IndexError, KeyError, TypeError):
        return ArenaError(
            f"the reader ended with {code}: {said.strip().splitlines()[-1:] or 'it said nothing'}"
        )
