"""Who does the work of a tournament: threads of this process, one for each server and one for this machine.

Leaves out the work itself (`arena.tournament.tasks`) and many machines (`arena.tournament.ray`).
"""

from queue import Queue
from threading import Event
from time import monotonic
from typing import Protocol, TypeVar

from arena.tournament import tasks
from arena.tournament.config import Tournament
from arena.tournament.crew import Crew
from arena.tournament.lanes import Done, Lane, ThreadLane
from arena.tournament.tasks import Found, Task

T = TypeVar("T")


class Hands(Protocol[T]):
    """Those who do the work. Used from the thread that plays."""

    @property
    def alone(self) -> bool:
        """Whether models are loaded one after the other, the judge last."""
        ...

    @property
    def lanes(self) -> tuple[str, ...]:
        """The lane of each model."""
        ...

    @property
    def judge_lane(self) -> str:
        """The lane of the judge."""
        ...

    def lane(self, name: str) -> Lane[T]:
        """A lane, opened when first asked for."""
        ...

    def tend(self) -> None:
        """Called every moment."""
        ...

    def notes(self) -> tuple[str, ...]:
        """Lines for people since the last call."""
        ...

    def close(self, seconds: float) -> None:
        """Stops within about so many seconds and lets go of everything."""
        ...


class Here(Hands[T]):
    """This process."""

    def __init__(self, config: Tournament, out: "Queue[Done[T]]", halt: Event) -> None:
        self._config, self._out, self._halt = config, out, halt
        self._crew = Crew(config)
        self._open: dict[str, ThreadLane[T]] = {}

    @property
    def alone(self) -> bool:
        """Whether models are loaded one after the other, the judge last."""
        return self._crew.alone

    @property
    def lanes(self) -> tuple[str, ...]:
        """The lane of each model."""
        return self._crew.lanes

    @property
    def judge_lane(self) -> str:
        """The lane of the judge."""
        return self._crew.judge_lane

    def lane(self, name: str) -> Lane[T]:
        """A lane: a thread of its own."""
        if name not in self._open:
            self._open[name] = ThreadLane(name, self._do, self._out, self._halt)
        return self._open[name]

    def _do(self, task: Task) -> Found:
        return tasks.do(task, self._config, self._crew, self._halt.is_set)

    def tend(self) -> None:
        """Nothing to be done."""

    def notes(self) -> tuple[str, ...]:
        """Nothing: a thread has no fate of its own."""
        return ()

    def close(self, seconds: float) -> None:
        """Stops the threads; what a thread that does not hear still uses stays open."""
        self._halt.set()
        until = monotonic() + seconds
        ended = frozenset(name for name, lane in self._open.items() if lane.end(until - monotonic()))
        self._crew.close(ended)
