"""One pair for each prompt: the best answer against the target's own, or against the lowest (DPO).

The target's own winning answer may be the preferred one. `which` = all with `rejected` = lowest is best
against worst over all prompts; with many answers a quantile is a better opponent than the very worst
(arXiv 2502.16825).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Le

from arena.types import Prompt
from training import standing
from training.outcomes import Contest
from training.selection import making
from training.selection.types import Scene, Step
from training.standing import Place
from training.types import Dropped, Row

RULE = "contrast"


@dataclass(frozen=True, slots=True)
class Config:
    """Which pairs."""

    k: Annotated[float, Ge(0)] = 2.0
    """Least gap in the judge's points."""
    strict: bool = False
    """More than K instead of at least K."""
    which: Literal["lost", "fought", "all"] = "fought"
    """Prompts that the target lost, those it fought on, or all."""
    rejected: Literal["target", "lowest"] = "target"
    """The target's own answer where it is not the best (else the lowest), or always the lowest."""
    quantile: Annotated[float, Ge(0), Le(1)] = 0.0
    """Which of the lower answers is `lowest`: 0 the very lowest, 0.25 a quarter of the way up."""
    winner: Literal["copeland", "score"] = "copeland"
    """Who stands best: most battles won, or the highest mean score."""


def apply(config: Config, rows: tuple[Row, ...], scene: Scene) -> Step:
    """The rows given, and at most one pair for each prompt."""

    def choose(prompt: Prompt, contests: list[Contest]) -> Iterator[Row | Dropped]:
        places = standing.ranked(contests, config.winner)
        if reason := _passed(config, places, contests, scene.target):
            yield Dropped(prompt.id, RULE, reason)
            return
        best, worst = places[0], _rejected(config, places, scene.target)
        seen = making.Apart(best.response, worst.response, *between(best, worst, contests))
        threshold = (config.k, config.strict)
        yield making.decided_pair(scene, prompt, seen, RULE, threshold, "best against lower")

    made, dropped = making.over(scene, RULE, choose)
    return Step((*rows, *made), dropped)


def _passed(config: Config, places: Sequence[Place], contests: Sequence[Contest], target: str) -> str | None:
    if len(places) < 2:
        return making.UNKNOWN
    if config.which != "all" and not any(any(one.sides(target)) for one in contests):
        return "the target did not fight"
    lost = any((won := one.won) is not None and won[1].model == target for one in contests)
    return "the target did not lose" if config.which == "lost" and not lost else None


def _rejected(config: Config, places: Sequence[Place], target: str) -> Place:
    others = places[1:]
    own = [place for place in others if place.model == target]
    if config.rejected == "target" and own and places[0].model != target:
        return own[-1]
    return others[round((1 - config.quantile) * (len(others) - 1))]


def between(best: Place, worst: Place, contests: Sequence[Contest]) -> tuple[float | None, tuple[str, ...]]:
    """Points of one answer above another, and the battles that say so.

    From their own battle where they had a decided one, else from their mean scores over the prompt's battles.
    """
    ids = {best.response.id, worst.response.id}
    for contest in contests:
        sat = [None if s.response is None else s.response.id for s in (contest.a, contest.b)]
        if set(sat) == ids and len(ids) == 2 and contest.gap is not None:
            return (contest.gap if sat[0] == best.response.id else -contest.gap), (contest.id,)
    battles = tuple(
        one.id
        for one in contests
        if any(seat.response is not None and seat.response.id in ids for seat in (one.a, one.b))
    )
    if best.score is None or worst.score is None:
        return None, battles
    return best.score - worst.score, battles
