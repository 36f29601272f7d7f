"""Pairs of the target's own samples: its best answer to a prompt against its worst (on-policy).

What a reward model and preference losses in the strict sense want. Needs several samples of the target that
were judged, against each other or against others. With many samples a quantile is a better opponent than the
very worst (arXiv 2502.16825).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Le

from arena.types import Prompt
from training import standing
from training.outcomes import Contest
from training.selection import making
from training.selection.types import Scene, Step
from training.types import Dropped, Row

RULE = "own_samples"


@dataclass(frozen=True, slots=True)
class Config:
    """Which samples."""

    k: Annotated[float, Ge(0)] = 1.0
    """Least difference of mean scores in the judge's points."""
    strict: bool = False
    """More than K instead of at least K."""
    quantile: Annotated[float, Ge(0), Le(1)] = 0.0
    """Which sample is rejected: 0 the very worst, 0.25 a quarter of the way up."""
    winner: Literal["copeland", "score"] = "score"
    """Which sample is best: the highest mean score, or most battles won."""


def apply(config: Config, rows: tuple[Row, ...], scene: Scene) -> Step:
    """The rows given, and one pair for each prompt with several samples of the target."""

    def choose(prompt: Prompt, contests: list[Contest]) -> Iterator[Row | Dropped]:
        places = [one for one in standing.ranked(contests, config.winner) if one.model == scene.target]
        if len(places) < 2:
            yield Dropped(prompt.id, RULE, "fewer than two judged samples of the target")
            return
        best = places[0]
        worst = places[1:][round((1 - config.quantile) * (len(places) - 2))]
        gap = None if best.score is None or worst.score is None else best.score - worst.score
        sampled = {best.response.id, worst.response.id}
        battles = tuple(
            one.id
            for one in contests
            if any(seat.response is not None and seat.response.id in sampled for seat in (one.a, one.b))
        )
        seen = making.Apart(best.response, worst.response, gap, battles)
        yield making.decided_pair(scene, prompt, seen, RULE, (config.k, config.strict), "own best and worst")

    made, dropped = making.over(scene, RULE, choose)
    return Step((*rows, *made), dropped)
