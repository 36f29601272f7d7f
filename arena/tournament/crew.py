"""A tournament's backends and judge: opened when first needed, one at a time where they must be.

Leaves out asking them (`arena.tournament.answering`, `arena.referee`).
"""

from threading import Lock
from typing import Any

from arena import plugins
from arena.backends.types import Backend, Where
from arena.judges.types import Judge
from arena.plugins import Choice
from arena.tournament.config import Tournament

BACKENDS, JUDGES = "arena.backends", "arena.judges"


def where(package: str, choice: Choice) -> Where:
    """Where a backend works, or the backend that a judge asks. Plug-ins say so by `where(config)`."""
    options = plugins.config(package, choice)
    says = getattr(plugins.load(package, choice.name), "where", None)
    if says:
        found: Where = says(options)
        return found
    asked = getattr(options, "backend", None)
    return where(BACKENDS, asked) if isinstance(asked, Choice) else "here"


def places(config: Tournament) -> tuple[Where, ...]:
    """Where each model works, and the judge last."""
    models = [where(BACKENDS, model.backend) for model in config.models]
    return (*models, where(JUDGES, config.judge))


class Crew:
    """Everything that answers and judges. Each thing is opened and used in the thread of its lane."""

    def __init__(self, config: Tournament) -> None:
        self._config = config
        *models, self._judging = places(config)
        here = [place for place in (*models, self._judging) if place != "elsewhere"]
        told = config.loading
        self.alone = told == "alone" or (told == "auto" and "alone" in here and len(here) > 1)
        """Whether what is on this machine is loaded one after the other."""
        self.lanes = tuple(
            f"server {number}" if place == "elsewhere" else "here" for number, place in enumerate(models)
        )
        """The lane of each model."""
        self.judge_lane = "here" if self.alone and self._judging != "elsewhere" else "judge"
        """The lane of the judge."""
        self._backends: dict[int, Backend] = {}
        self._judge: Judge | None = None
        self._opening = Lock()

    def backend(self, model: int) -> Backend:
        """What answers for a model.

        Raises:
            ArenaError: it cannot be opened.
        """
        if model not in self._backends:
            choice = self._config.models[model].backend
            alike = self._adapted(choice)
            if self.alone and self.lanes[model] == "here":
                self._clear()
            self._backends[model] = alike or self._opened(BACKENDS, choice)
        return self._backends[model]

    def _adapted(self, choice: Choice) -> Backend | None:
        """An open backend with another adapter, where that is all that differs."""
        for other, backend in list(self._backends.items()):
            adapted = getattr(backend, "adapted", None)
            if adapted and self._config.models[other].backend.name == choice.name:
                found: Backend | None = adapted(plugins.config(BACKENDS, choice))
                if found is not None:
                    return found
        return None

    def judge(self) -> Judge:
        """The judge.

        Raises:
            ArenaError: it cannot be opened.
        """
        if self._judge is None:
            if self.judge_lane == "here":
                self._clear()
            self._judge = self._opened(JUDGES, self._config.judge)
        return self._judge

    def _opened(self, package: str, choice: Choice) -> Any:
        with self._opening:  # libraries set defaults of the whole process while they load
            return plugins.load(package, choice.name).open(plugins.config(package, choice))

    def _clear(self) -> None:
        """Closes what is on this machine."""
        for model in [number for number in list(self._backends) if self.lanes[number] == "here"]:
            self._backends.pop(model).close()
        if self._judge is not None and self.judge_lane == "here":
            self._judge.close()
            self._judge = None

    def close(self, lanes: frozenset[str]) -> None:
        """Closes what works in these lanes."""
        for model in [number for number in list(self._backends) if self.lanes[number] in lanes]:
            self._backends.pop(model).close()
        if self._judge is not None and self.judge_lane in lanes:
            self._judge.close()
            self._judge = None
