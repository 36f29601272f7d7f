"""What runs on a node: one actor holds models and judge as one machine would, and does one task at a time.

An error that a person can mend comes back as data, in one line. Leaves out who gets which task
(`arena.tournament.ray.pool`).
"""

import os
import socket
from dataclasses import dataclass

import arena
from arena.errors import ArenaError, BadRequest
from arena.tournament import tasks
from arena.tournament.config import Tournament
from arena.tournament.crew import Crew
from arena.tournament.tasks import Found, Task


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error that ends the tournament: its name and its line."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Hello:
    """An actor that is ready."""

    host: str
    pid: int


class Actor:
    """Works in a process of its own on some node. Made and asked by the pool alone, over Ray."""

    def __init__(self, config: Tournament, version: str) -> None:
        self._config = config
        self._crew: Crew | None = None
        self._refusal: Refusal | None = None
        try:
            if version != arena.__version__:
                raise BadRequest(
                    f"arena-learning {arena.__version__} is installed there, {version} here: install the same"
                )
            self._crew = Crew(config)
        except ArenaError as error:
            self._refusal = _refusal(error)

    def hello(self) -> Hello | Refusal:
        """Who this is, or why it cannot work."""
        return self._refusal or Hello(socket.gethostname(), os.getpid())

    def do(self, task: Task) -> Found | Refusal:
        """Does a task."""
        if self._crew is None:
            return self._refusal or Refusal("ArenaError", "the actor was closed")
        try:
            return tasks.do(task, self._config, self._crew, bool)
        except ArenaError as error:
            return _refusal(error)

    def close(self) -> None:
        """Lets go of models and processes."""
        if self._crew is not None:
            self._crew.close(frozenset((*self._crew.lanes, self._crew.judge_lane)))
            self._crew = None


def _refusal(error: ArenaError) -> Refusal:
    return Refusal(type(error).__name__, f"on {socket.gethostname()}: {error}")
