"""Work beside other work: a lane is one thread that does what it is given, in order, a little ahead.

Results and errors of all lanes come out of one queue, to the thread that gave the work. Leaves out what the
work is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, Queue
from threading import Event, Thread
from typing import Generic, TypeVar

T = TypeVar("T")

AHEAD = 2
"""Pieces of work that a lane holds at most: one in hand, one waiting."""


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """What came of a piece of work: its result, or the error that it ended with."""

    lane: "Lane[T]"
    result: T | None = None
    error: BaseException | None = None


class Lane(Generic[T]):
    """One thread. `halt` ends it after the piece in hand; it never keeps the process alive."""

    def __init__(self, name: str, out: "Queue[Done[T]]", halt: Event) -> None:
        self._work: Queue[Callable[[], T] | None] = Queue()
        self._out, self._halt = out, halt
        self.held = 0
        """Pieces given and not yet collected; counted by the giver."""
        self._thread = Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def free(self) -> bool:
        """Whether it takes another piece."""
        return self.held < AHEAD

    def give(self, work: Callable[[], T]) -> None:
        """Hands over a piece of work."""
        self.held += 1
        self._work.put(work)

    def pass_on(self, result: T) -> None:
        """Tells a result that needed no work, in its turn with the others."""
        self.held += 1
        self._out.put(Done(self, result))

    def end(self, seconds: float) -> bool:
        """Asks the thread to end; whether it did within the time."""
        self._work.put(None)
        self._thread.join(max(0.0, seconds))
        return not self._thread.is_alive()

    def _run(self) -> None:
        while (work := self._work.get()) is not None and not self._halt.is_set():
            self._out.put(self._done(work))

    def _done(self, work: Callable[[], T]) -> Done[T]:
        try:
            return Done(self, work())
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
