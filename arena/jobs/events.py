"""How far a run is, as lines of `events.jsonl`: written by the worker, followed by everybody else.

A follower reads only what was added since it last looked, so that watching a long run costs the same at its
end as at its beginning. Leaves out what steps mean; each kind of job names its own.
"""

import json
import os
from collections import deque
from collections.abc import Iterator
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path

from arena.jobs.facts import ended
from arena.jobs.types import Event

_DEFAULTS = {entry.name: entry.default for entry in fields(Event)}
_WINDOW = 30.0
"""Seconds over which a rate is taken."""
_POINTS = 400
"""Points of a figure that are kept; where there are more, every second one is let go."""
_LATEST = 30
"""Notes and samples that are kept."""


@dataclass(frozen=True, slots=True)
class Step:
    """One part of a run."""

    name: str
    done: int
    total: int | None
    rate: float | None
    """Per second, of late; None: not known yet."""
    left: float | None
    """Seconds to its end at that rate."""
    seconds: float
    """Of all attempts, from its first word to its last; the time between attempts left out."""
    last: float
    """When it last moved; seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Failures:
    """Rows that went wrong in one way."""

    kind: str
    count: int
    last: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A curve."""

    name: str
    step: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A note or a sample."""

    at: float
    step: str
    text: str


@dataclass(frozen=True, slots=True)
class Summary:
    """All that is known of how a run went so far."""

    begun: float | None = None
    """When a worker first took it up; seconds since 1970."""
    last: float | None = None
    """When it last said something."""
    worked: float = 0.0
    """Seconds of all attempts, each from its first word to its last."""
    steps: tuple[Step, ...] = ()
    failures: tuple[Failures, ...] = ()
    """By kind, the most frequent first; since failed rows were last asked for again."""
    figures: tuple[Figure, ...] = ()
    notes: tuple[Said, ...] = ()
    samples: tuple[Said, ...] = ()
    events: int = 0
    """Lines that were read."""


def line(event: Event) -> bytes:
    """An event as one line; what is as usual is left out."""
    told = {name: getattr(event, name) for name in _DEFAULTS}
    kept = {n: v for n, v in told.items() if _DEFAULTS[n] is MISSING or v != _DEFAULTS[n]}
    text = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace") + b"\n"


def since(path: Path, offset: int) -> Iterator[tuple[int, Event]]:
    """Each event after an offset, with the offset behind it. A damaged line is passed over: it only tells."""
    try:
        file = path.open("rb")
    except OSError:
        return
    with file:
        for end, text in ended(file, offset):
            event = _parsed(text)
            if event is not None:
                yield end, event


def _parsed(text: bytes) -> Event | None:
    try:
        return Event(**json.loads(text))
    except (ValueError, TypeError):
        return None


@dataclass(slots=True)
class _Course:
    """How one step went."""

    last: float
    began: float
    """Seconds that the run had been worked on."""
    worked: float
    done: int = 0
    total: int | None = None
    marks: deque[tuple[float, int]] = field(default_factory=deque)
    """(time, done) of late."""

    def move(self, at: float, done: int) -> None:
        self.done = done
        self.marks.append((at, done))
        while len(self.marks) > 2 and at - self.marks[1][0] > _WINDOW:
            self.marks.popleft()

    def step(self, name: str) -> Step:
        rate = left = None
        if len(self.marks) > 1:
            (first, had), (at, done) = self.marks[0], self.marks[-1]
            rate = (done - had) / (at - first) if at > first and done > had else None
        if rate and self.total is not None:
            left = max(0, self.total - self.done) / rate
        return Step(name, self.done, self.total, rate, left, self.worked - self.began, self.last)


class Follower:
    """Follows one file of events. Not for several threads at once."""

    def __init__(self, path: Path) -> None:
        self._path, self._offset, self._count = path, 0, 0
        self._begun: float | None = None
        self._last: float | None = None
        self._worked = 0.0
        self._attempt = 0.0
        self._steps: dict[str, _Course] = {}
        self._failures: dict[str, tuple[int, str]] = {}
        self._figures: dict[tuple[str, str], dict[float, float]] = {}
        self._notes: deque[Said] = deque(maxlen=_LATEST)
        self._samples: deque[Said] = deque(maxlen=_LATEST)

    def look(self) -> Summary:
        """Reads what is new and tells how it stands."""
        for offset, event in since(self._path, self._offset):
            self._offset = offset
            self._count += 1
            if self._last is not None and event.kind != "begin":
                self._worked += max(0.0, event.at - self._last)  # a clock may be set back
            self._last = event.at
            self._take(event)
        return Summary(
            begun=self._begun,
            last=self._last,
            worked=self._worked,
            steps=tuple(course.step(name) for name, course in self._steps.items()),
            failures=tuple(
                Failures(kind, count, last)
                for kind, (count, last) in sorted(self._failures.items(), key=lambda item: -item[1][0])
            ),
            figures=tuple(
                Figure(name, step, tuple(sorted(points.items())))
                for (step, name), points in self._figures.items()
            ),
            notes=tuple(self._notes),
            samples=tuple(self._samples),
            events=self._count,
        )

    def _take(self, event: Event) -> None:
        if event.kind == "begin":
            self._begin(event)
        elif event.kind in ("step", "progress"):
            self._move(event)
        elif event.kind == "failure":
            count = self._failures.get(event.name, (0, ""))[0] + (event.done or 1)
            self._failures[event.name] = (count, event.text)
        elif event.kind == "figure" and event.x is not None and event.y is not None:
            points = self._figures.setdefault((event.step, event.name), {})
            points[event.x] = event.y  # told again after a resume, it takes the place of the first
            if len(points) > _POINTS:
                for x in sorted(points)[1:-1:2]:
                    del points[x]
        elif event.kind == "sample":
            self._samples.append(Said(event.at, event.step, event.text))
        elif event.text:
            self._notes.append(Said(event.at, event.step, event.text))

    def _begin(self, event: Event) -> None:
        self._begun = self._begun or event.at
        for course in self._steps.values():
            course.marks.clear()
        if event.x is not None and event.x != self._attempt:
            self._attempt = event.x
            self._failures.clear()

    def _move(self, event: Event) -> None:
        course = self._steps.setdefault(event.step, _Course(event.at, self._worked, self._worked))
        if event.kind == "step":
            course.marks.clear()
        if event.total is not None:
            course.total = event.total
        if event.done is not None:
            course.move(event.at, event.done)
        if event.done is not None or event.total is not None:
            course.last, course.worked = event.at, self._worked


class Pen:
    """Writes events. Losing one (a full disk) stops nothing."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a+b", buffering=0)
        if self._file.seek(0, os.SEEK_END):
            self._file.seek(-1, os.SEEK_END)
            if self._file.read(1) != b"\n":
                self._file.write(b"\n")

    def write(self, event: Event) -> None:
        """Appends one event, now."""
        try:
            self._file.write(line(event))
        except OSError:
            return

    def close(self) -> None:
        """Lets go of the file."""
        self._file.close()
