"""All judged answers to a prompt with their scores, best first: what ranking losses learn from (RRHF).

An answer's score is its mean over the prompt's battles. Answers that say the same stand once.
"""

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge

from arena.keys import key
from arena.types import Prompt
from training import standing
from training.selection import making
from training.selection.types import Scene, Step
from training.standing import Place
from training.types import Dropped, Origin, RankedRow, Row

RULE = "ranking"


@dataclass(frozen=True, slots=True)
class Config:
    """Which prompts, and how many answers."""

    k: Annotated[float, Ge(0)] = 1.0
    """Least difference between the best and the worst score."""
    strict: bool = False
    """More than K instead of at least K."""
    answers: Annotated[int, Ge(2)] = 6
    """Answers at most; the worst always stays."""


def apply(config: Config, rows: tuple[Row, ...], scene: Scene) -> Step:
    """The rows given, and one for each prompt with several scored answers."""
    made: list[Row] = []
    dropped: list[Dropped] = []
    for entry in making.open_prompts(scene, RULE):
        if isinstance(entry, Dropped):
            dropped.append(entry)
            continue
        prompt, contests = entry
        places = _different(prompt, standing.ranked(contests, "score"))
        gap = (places[0].score or 0.0) - (places[-1].score or 0.0) if places else None
        fault = "fewer than two different answers with scores" if len(places) < 2 else None
        fault = fault or making.faults(scene, prompt, places[0].response)
        fault = fault or making.enough(gap, config.k, config.strict)
        if fault:
            dropped.append(Dropped(prompt.id, RULE, fault, tuple(one.id for one in contests)))
            continue
        taken = places if len(places) <= config.answers else [*places[: config.answers - 1], places[-1]]
        ids = {place.response.id for place in taken}
        sat = {one.id: (one.a.response, one.b.response) for one in contests}
        battles = [name for name, seats in sat.items() if any(seat and seat.id in ids for seat in seats)]
        made.append(_row(scene, prompt, taken, tuple(battles)))
    return Step((*rows, *made), tuple(dropped))


def _different(prompt: Prompt, places: tuple[Place, ...]) -> list[Place]:
    """The scored answers that can be learnt from, each text once."""
    found: dict[tuple[str, ...], Place] = {}
    for place in places:
        if place.score is not None and len(place.response.turns) == len(prompt.turns):
            found.setdefault(place.response.turns, place)
    return list(found.values())


def _row(scene: Scene, prompt: Prompt, places: list[Place], battles: tuple[str, ...]) -> RankedRow:
    own = sum(place.model == scene.target for place in places)
    origin: Origin = "on_policy" if own == len(places) else "mixed" if own else "off_policy"
    scores = tuple(place.score or 0.0 for place in places)
    return RankedRow(
        key("row", "ranked", prompt.id, *(place.response.id for place in places)),
        prompt.id,
        prompt.turns,
        tuple(place.response.turns for place in places),
        scores,
        tuple(place.model for place in places),
        battles,
        origin,
        "all judged answers",
        scene.category(prompt.id),
        model=places[0].model,
        over=places[-1].model,
        gap=scores[0] - scores[-1],
    )
