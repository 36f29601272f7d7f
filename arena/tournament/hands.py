"""Who does the work of a tournament: threads of this process, one for each server and one for this machine.

Leaves out the work itself (`arena.tournament.tasks`) and many machines (`arena.tournament.ray`).
"""

from abc import ABC, abstractmethod
from queue import Queue
from threading import Event
from time import monotonic
from typing import Generic, TypeVar

from arena.tournament import tasks
from arena.tournament.config import Tournament
from arena.tournament.crew import Crew
from arena.tournament.lanes import Done, Lane, ThreadLane
from arena.tournament.tasks import Found, Task

T = TypeVar("T")


class Hands(ABC, Generic[T]):
    """Those who do the work. Used from the thread that plays."""

    def __init__(self, config: Tournament) -> None:
        self._config = config
        self._crew = Crew(config)
        self.alone = self._crew.alone
        """Whether models are loaded one after the other, the judge last."""
        self.lanes = self._crew.lanes
        """The lane of each model."""
        self.judge_lane = self._crew.judge_lane
        """The lane of the judge."""

    @abstractmethod
    def lane(self, name: str) -> Lane[T]:
        """A lane, opened when first asked for."""

    @abstractmethod
    def tend(self) -> None:
        """Called every moment."""

    @abstractmethod
    def notes(self) -> tuple[str, ...]:
        """Lines for people since the last call."""

    @abstractmethod
    def close(self, seconds: float) -> None:
        """Stops within about so many seconds and lets go of everything."""


class Here(Hands[T]):
    """This process."""

    def __init__(self, config: Tournament, out: "Queue[Done[T]]", halt: Event) -> None:
        super().__init__(config)
        self._out, self._halt = out, halt
        self._open: dict[str, ThreadLane[T]] = {}

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
