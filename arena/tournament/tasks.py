"""A piece of a tournament's work as plain data: rows for one model to answer, or games for the judge.

Whoever does it, here or on another machine, gets the same batch with the same seeds, so it comes to the same
facts. Leaves out who does it (`arena.tournament.hands`) and what is made of the result.
"""

from collections.abc import Callable
from dataclasses import dataclass

from arena.judges.types import Game
from arena.tournament import answering, judging
from arena.tournament.answering import Answered, Row, Tries
from arena.tournament.config import Tournament
from arena.tournament.crew import Crew
from arena.types import Verdict


@dataclass(frozen=True, slots=True)
class Answering:
    """A unit of answers of one model."""

    model: int
    """Its number in the tournament."""
    rows: tuple[Row, ...]
    """The whole unit."""
    missing: tuple[Row, ...]
    """Those that are not there: all that is asked where each row stands for itself."""
    attempt: int = 0
    """How often a person had the failed rows asked for again."""


@dataclass(frozen=True, slots=True)
class Judging:
    """A unit of games."""

    games: tuple[Game, ...]
    """All of them."""
    missing: tuple[Game, ...]
    """Those without a verdict."""


Task = Answering | Judging


@dataclass(frozen=True, slots=True)
class Found:
    """What came of a task: answers or verdicts; neither where it was stopped."""

    answers: tuple[Answered, ...] = ()
    verdicts: tuple[Verdict, ...] = ()


def do(task: Task, config: Tournament, crew: Crew, stop: Callable[[], bool]) -> Found:
    """Does a task.

    Raises:
        ArenaError: the model or the judge cannot work at all.
    """
    if isinstance(task, Judging):
        verdicts = judging.judged(task.games, task.missing, crew.judge(), config.retries, stop)
        return Found(verdicts=verdicts)
    contestant, backend = config.models[task.model], crew.backend(task.model)
    answers = answering.answer(
        task.rows if backend.exact else task.missing,
        contestant,
        backend,
        contestant.sampling or config.sampling,
        Tries(config.retries, task.attempt),
        stop,
    )
    return Found(answers)
