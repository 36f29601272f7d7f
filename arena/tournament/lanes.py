"""Work beside other work: a lane takes tasks in order, a little ahead of what is told.

Results and errors of all lanes come out of one queue, to the thread that gave the work. Leaves out what the
work is (`arena.tournament.tasks`) and lanes whose work is done elsewhere (`arena.tournament.ray`).
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, Queue
from threading import Event, Thread
from typing import Generic, TypeVar

from arena.tournament.tasks import Found, Task

T = TypeVar("T")

AHEAD = 2
"""Pieces of work that a lane with one worker holds at most: one in hand, one waiting."""


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """What came of a piece of work: its result, or the error that it ended with."""

    lane: "Lane[T]"
    result: T | None = None
    error: BaseException | None = None


@dataclass(frozen=True, slots=True)
class Work(Generic[T]):
    """A task, and what is made of what it finds."""

    task: Task
    then: Callable[[Found], T]


class Lane(ABC, Generic[T]):
    """Takes work and tells what came of it."""

    def __init__(self, out: "Queue[Done[T]]", ahead: int = AHEAD) -> None:
        self.out, self._ahead = out, ahead
        self.held = 0
        """Pieces given and not yet collected; counted by the giver."""

    @property
    def free(self) -> bool:
        """Whether it takes another piece."""
        return self.held < self._ahead

    def give(self, task: Task, then: Callable[[Found], T]) -> None:
        """Hands over a piece of work."""
        self.held += 1
        self._begin(Work(task, then))

    def pass_on(self, result: T) -> None:
        """Tells a result that needed no work, in its turn with the others."""
        self.held += 1
        self.out.put(Done(self, result))

    @abstractmethod
    def _begin(self, work: Work[T]) -> None:
        """Takes a piece up."""


class ThreadLane(Lane[T]):
    """One thread. `halt` ends it after the piece in hand; it never keeps the process alive."""

    def __init__(self, name: str, do: Callable[[Task], Found], out: "Queue[Done[T]]", halt: Event) -> None:
        super().__init__(out)
        self._do, self._halt = do, halt
        self._work: Queue[Work[T] | None] = Queue()
        self._thread = Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def _begin(self, work: Work[T]) -> None:
        self._work.put(work)

    def end(self, seconds: float) -> bool:
        """Asks the thread to end; whether it did within the time."""
        self._work.put(None)
        self._thread.join(max(0.0, seconds))
        return not self._thread.is_alive()

    def _run(self) -> None:
        while (work := self._work.get()) is not None and not self._halt.is_set():
            self.out.put(self._done(work))

    def _done(self, work: Work[T]) -> Done[T]:
        try:
            return Done(self, work.then(self._do(work.task)))
        except BaseException as error:  # noqa: BLE001 - it is raised again by the thread that gave the work
            return Done(self, error=error)


def collect(out: "Queue[Done[T]]", seconds: float) -> Done[T] | None:
    """The next thing that came out, or None after the time."""
    try:
        done = out.get(timeout=seconds)
    except Empty:
        return None
    done.lane.held -= 1
    return done
