"""A few answers of a tournament's first model and a few games, timed: what the dry run reckons with.

Leaves out what they add up to (`arena.tournament.cost`).
"""

from dataclasses import dataclass
from functools import partial
from itertools import islice
from time import perf_counter

from arena import plugins, referee
from arena.backends.types import Backend
from arena.errors import ArenaError
from arena.judges.types import Judge
from arena.keys import key
from arena.plugins import Choice
from arena.tournament import answering
from arena.tournament.config import Contestant, Tournament
from arena.tournament.crew import BACKENDS, JUDGES
from arena.tournament.reading import read, together
from arena.types import Battle, Prompt, Reference, Response

ROWS = 4
"""Prompts that are answered and judged."""
_SLOW = ("vllm",)
"""Backends that are not loaded for it."""
_SHORT = 30.0
"""Seconds of opening up to which it is timed a second time."""


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds."""

    opening: float
    """Until the first model has given its first answer."""
    again: float
    """The same once its libraries are loaded."""
    answer: float
    """Each after the first."""
    game: float


def spent(config: Tournament) -> Spent:
    """Times a tournament's first model and its judge.

    Raises:
        ArenaError: they cannot be timed; says why.
    """
    loads = [name for name in _SLOW if name in (config.models[0].backend.name, _asked(config))]
    if loads:
        raise ArenaError(f"not probed: {loads[0]} takes minutes to load")
    try:
        return _measured(config)
    except ArenaError as error:
        raise ArenaError(f"the probe failed: {error}") from error


def _asked(config: Tournament) -> str:
    asked = getattr(plugins.config(JUDGES, config.judge), "backend", None)
    return asked.name if isinstance(asked, Choice) else ""


def _measured(config: Tournament) -> Spent:
    model = config.models[0]
    some = list(islice(together(read(config)), ROWS))
    rows = [answering.Row(key("probe", prompt.id), prompt, 0) for prompt, _ in some]
    opening, answer, answered = _answering(config, model, rows)
    again = _answering(config, model, rows[:1])[0] if opening < _SHORT else opening
    return Spent(opening, again, answer, _judging(config, some, [found.response for found in answered]))


def _answering(
    config: Tournament, model: Contestant, rows: list[answering.Row]
) -> tuple[float, float, tuple[answering.Answered, ...]]:
    """Seconds until the first answer and for each after it; the answers."""
    began, options = perf_counter(), plugins.config(BACKENDS, model.backend)
    backend: Backend = plugins.load(BACKENDS, model.backend.name).open(options)
    try:
        sampling = model.sampling or config.sampling
        ask = partial(answering.answer, contestant=model, backend=backend, sampling=sampling)
        ask(rows[:1], tries=answering.Tries(0), stop=bool)
        opened = perf_counter()
        answered = ask(rows, tries=answering.Tries(0), stop=bool)
        return opened - began, (perf_counter() - opened) / max(len(rows), 1), answered
    finally:
        backend.close()


def _judging(
    config: Tournament, some: list[tuple[Prompt, tuple[Reference, ...]]], responses: list[Response]
) -> float:
    games = [
        game
        for (prompt, references), response in zip(some, responses, strict=True)
        for game in referee.games(_match(config, prompt, references, response), "probe", 0)
    ]
    if not games:
        return 0.0
    judge: Judge = plugins.load(JUDGES, config.judge.name).open(plugins.config(JUDGES, config.judge))
    try:
        list(judge.judge(games[:1]))
        began = perf_counter()
        list(judge.judge(games))
        return (perf_counter() - began) / len(games)
    finally:
        judge.close()


def _match(
    config: Tournament, prompt: Prompt, references: tuple[Reference, ...], response: Response
) -> referee.Match:
    battle = Battle(key("probe", prompt.id), response.model, response.model, games=config.games)
    return referee.Match(battle, prompt, response, response, references[0] if references else None)
