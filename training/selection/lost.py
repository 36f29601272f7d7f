"""Prompts that the target lost: the best winner's answer is to be imitated (the paper's rule for SFT).

A prompt is lost when an answer beat the target's by at least K points. Among those that did, the one that
stands best over all battles of the prompt is taken.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge

from arena.types import Prompt
from training import standing
from training.outcomes import Contest, Seat
from training.selection import making
from training.selection.types import Scene, Step
from training.types import Dropped, Row, SftRow

RULE = "lost"


@dataclass(frozen=True, slots=True)
class Config:
    """Which losses."""

    k: Annotated[float, Ge(0)] = 3.0
    """Least gap in the judge's points."""
    strict: bool = False
    """More than K instead of at least K."""
    winner: Literal["copeland", "score"] = "copeland"
    """Who stands best: most battles won, or the highest mean score."""


def apply(config: Config, rows: tuple[Row, ...], scene: Scene) -> Step:
    """The rows given, and one for each lost prompt."""

    def choose(prompt: Prompt, contests: list[Contest]) -> Iterator[Row | Dropped]:
        yield _chosen(config, scene, prompt, contests)

    made, dropped = making.over(scene, RULE, choose)
    known = {row.id for row in rows if isinstance(row, SftRow)}
    return Step((*rows, *(row for row in made if row.id not in known)), dropped)


def _chosen(config: Config, scene: Scene, prompt: Prompt, contests: list[Contest]) -> Row | Dropped:
    """The answer of a prompt that is to be imitated, or why there is none."""
    against = [one for one in contests if any(one.sides(scene.target))]
    losses = [(one, *lost) for one in against if (lost := _lost(one, scene.target)) is not None]
    reasons = {one.id: making.enough(gap, config.k, config.strict) for one, _, _, gap in losses}
    near = [one for one, _, _, _ in losses if reasons[one.id] is not None]
    if len(near) == len(losses):
        reason = reasons[near[0].id] if near else "the target did not lose"
        reason = reason if against else "the target did not fight"
        return Dropped(prompt.id, RULE, str(reason), tuple(one.id for one in near))
    far = [loss for loss in losses if reasons[loss[0].id] is None]
    places = [place.response.id for place in standing.ranked(contests, config.winner)]
    contest, best, own, gap = min(far, key=lambda loss: _place(loss[1], places))
    fault = making.faults(scene, prompt, best.response, own.response)
    if fault or best.response is None:
        return Dropped(prompt.id, RULE, str(fault), (contest.id,))
    named = [one.id for one, seat, _, _ in far if seat.model == best.model]
    return making.sft(
        scene, prompt, best.response, own.response, gap=gap, battles=named, reason="beat the target"
    )


def _lost(contest: Contest, target: str) -> tuple[Seat, Seat, float | None] | None:
    won = contest.won
    if won is None or won[1].model != target or won[0].model == target:
        return None
    return won


def _place(seat: Seat, places: list[str]) -> int:
    found = seat.response
    return places.index(found.id) if found is not None and found.id in places else len(places)
