"""Keeps rows of which the judge was sure: a high score, a clear share, both orders the same."""

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Le

from training.outcomes import Contest
from training.selection.types import Scene, Step
from training.types import Dropped, PromptRow, Row

RULE = "threshold"


@dataclass(frozen=True, slots=True)
class Config:
    """How sure."""

    score: Annotated[float, Ge(0)] = 0.0
    """Least mean score of the preferred answer; it must be good, not only better."""
    confidence: Annotated[float, Ge(0), Le(1)] = 0.0
    """Least distance of the outcome's share from a draw: 0 a draw, 1 certain."""
    agreed: bool = False
    """Both orders must have named the same winner."""


def apply(config: Config, rows: tuple[Row, ...], scene: Scene) -> Step:
    """The rows whose battles reach the thresholds."""
    contests = {contest.id: contest for contest in scene.material.contests}
    kept: list[Row] = []
    dropped: list[Dropped] = []
    for row in rows:
        fought = [contests[name] for name in row.battles if name in contests]
        reason = None if isinstance(row, PromptRow) else _fault(config, row.model, fought)
        if reason is None:
            kept.append(row)
        else:
            dropped.append(Dropped(row.prompt, RULE, reason, row.battles))
    return Step(tuple(kept), tuple(dropped))


def _fault(config: Config, model: str, fought: list[Contest]) -> str | None:
    seats = [seat for one in fought for seat in (one.a, one.b) if seat.model == model]
    scores = [seat.score for seat in seats if seat.score is not None]
    if config.score and (not scores or max(scores) < config.score):
        return "the answer's score is below the threshold"
    sure = [abs(one.share - 0.5) * 2 for one in fought if one.share is not None]
    if config.confidence and (not sure or max(sure) < config.confidence):
        return "the judge was not sure enough"
    if config.agreed and not any(one.agreed for one in fought):
        return "the two orders named different winners"
    return None
