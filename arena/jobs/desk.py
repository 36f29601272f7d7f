"""The desk of a worker: the run folder as a job sees it. Implements `arena.jobs.types.Desk`.

Leaves out the process around it (`arena.jobs.worker`).
"""

import json
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from arena.jobs import facts
from arena.jobs.events import Pen
from arena.jobs.facts import Place, Shards
from arena.jobs.folder import RunFolder
from arena.jobs.types import Event, Stopped
from arena.types import Fact

EVERY = 0.5
"""Seconds between two words about one step."""
_START = Place()
_EACH = 1000
"""Failures of a kind that are told one by one; later ones are told together."""
_LOOK = 0.2
"""Seconds between two looks at whether a pause is over."""


@dataclass(frozen=True, slots=True)
class Again:
    """That a person asked for the failed rows again: how often, and which failures are meant."""

    attempt: int = 0
    until: Place = _START
    """Failures before this place are forgotten."""

    @classmethod
    def of(cls, run: RunFolder) -> "Again":
        """As it stands in the folder."""
        try:
            raw = json.loads(run.said("retry"))
            return cls(int(raw["attempt"]), Place(**raw["until"]))
        except (ValueError, TypeError, KeyError):
            return cls()

    def note(self, run: RunFolder) -> None:
        """Writes it into the folder."""
        run.put("retry", json.dumps(asdict(self)))


@dataclass(slots=True)
class _Told:
    """What was said of a step or a kind of failure, and what was not said yet."""

    at: float = 0.0
    count: int = 0
    waiting: Event | None = None


@dataclass(slots=True)
class _Words:
    steps: dict[str, _Told] = field(default_factory=dict)
    failures: dict[str, _Told] = field(default_factory=dict)

    def waiting(self) -> Iterator[Event]:
        for told in (*self.steps.values(), *self.failures.values()):
            if told.waiting is not None:
                yield told.waiting
                told.waiting = None


class FolderDesk:
    """A desk over a run folder. Safe to use from several threads."""

    def __init__(self, run: RunFolder, stop: threading.Event, shard: int = facts.SHARD) -> None:
        self.folder: Path = run.path
        self.heard = False
        """Whether the job was told to stop and knows it."""
        self._run, self._stop, self._again = run, stop, Again.of(run)
        self.attempt = self._again.attempt
        self._shards, self._pen = Shards(run.outputs, shard), Pen(run.events)
        self._words, self._lock = _Words(), threading.RLock()
        self._write(Event(time.time(), "begin", x=float(self.attempt)))

    @property
    def inputs(self) -> Path:
        """Files that were put there when the run was made."""
        return self._run.inputs

    def check(self) -> None:
        """Waits while the run is paused.

        Raises:
            Stopped: it was asked to stop.
        """
        while not self._stop.is_set() and self._run.has("pause"):
            self._stop.wait(_LOOK)
        if self._stop.is_set():
            self.heard = True
            raise Stopped

    def append(self, found: Iterable[Fact]) -> None:
        """Appends facts; they are on disk when this returns."""
        with self._lock:
            self._shards.append(found)

    def known(self) -> frozenset[str]:
        """Ids of the facts that are there; reads them all from disk."""
        heads = facts.heads(self._run.outputs)
        return frozenset(head.id for head in heads if not (head.failed and head.end <= self._again.until))

    def facts(self) -> Iterator[Fact]:
        """The facts that are there, in order, from disk."""
        for place, fact in facts.read(self._run.outputs):
            if place > self._again.until or getattr(fact, "status", "ok") == "ok":
                yield fact

    def step(self, name: str, total: int | None = None) -> None:
        """A part of the job begins."""
        self._flush()
        self._write(Event(time.time(), "step", name, total=total))

    def progress(self, step: str, done: int, total: int | None = None) -> None:
        """How far a part is."""
        with self._lock:
            told = self._words.steps.setdefault(step, _Told())
            self._soon(told, Event(time.time(), "progress", step, done=done, total=total))

    def note(self, text: str, step: str = "") -> None:
        """One line for people."""
        self._write(Event(time.time(), "note", step, text))

    def failure(self, kind: str, text: str, step: str = "") -> None:
        """One row went wrong."""
        with self._lock:
            told = self._words.failures.setdefault(kind, _Told())
            told.count += 1
            event = Event(time.time(), "failure", step, text, done=1, name=kind)
            if told.count <= _EACH:
                self._pen.write(event)
                return
            if told.waiting is not None:
                event = replace(event, done=(told.waiting.done or 0) + 1)
            self._soon(told, event)

    def figure(self, name: str, x: float, y: float, step: str = "") -> None:
        """One point of a curve."""
        self._write(Event(time.time(), "figure", step, name=name, x=x, y=y))

    def sample(self, text: str, step: str = "") -> None:
        """A sample answer."""
        self._write(Event(time.time(), "sample", step, text))

    def close(self, end: str) -> None:
        """Says how it ended and lets go of the files."""
        self._flush()
        self._write(Event(time.time(), "end", text=end))
        self._pen.close()
        self._shards.close()

    def _soon(self, told: _Told, event: Event) -> None:
        """Writes an event, or keeps it until it is time or a later one takes its place."""
        if 0 <= event.at - told.at < EVERY:  # a clock that is set back holds nothing back
            told.waiting = event
            return
        told.at, told.waiting = event.at, None
        self._pen.write(event)

    def _flush(self) -> None:
        with self._lock:
            for event in self._words.waiting():
                self._pen.write(event)

    def _write(self, event: Event) -> None:
        with self._lock:
            self._pen.write(event)
