"""Every decided battle as a pair, the judge's gap as its margin (the paper's data for the reward model)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge

from arena.types import Prompt
from training.outcomes import Contest
from training.selection import making
from training.selection.types import Scene, Step
from training.types import Dropped, Row

RULE = "decided"


@dataclass(frozen=True, slots=True)
class Config:
    """Which battles."""

    k: Annotated[float, Ge(0)] = 1.0
    """Least gap in the judge's points."""
    strict: bool = False
    """More than K instead of at least K."""
    who: Literal["any", "target"] = "any"
    """Battles between any two, or those of the target."""


def apply(config: Config, rows: tuple[Row, ...], scene: Scene) -> Step:
    """The rows given, and one for each decided battle."""

    def choose(prompt: Prompt, contests: list[Contest]) -> Iterator[Row | Dropped]:
        for contest in contests:
            if config.who == "target" and not any(contest.sides(scene.target)):
                yield Dropped(prompt.id, RULE, "not a battle of the target", (contest.id,))
            elif (won := contest.won) is None:
                yield Dropped(prompt.id, RULE, "the battle is a tie", (contest.id,))
            else:
                seen = making.Apart(won[0].response, won[1].response, won[2], (contest.id,))
                threshold = (config.k, config.strict)
                yield making.decided_pair(scene, prompt, seen, RULE, threshold, "won the battle")

    made, dropped = making.over(scene, RULE, choose)
    return Step((*rows, *made), dropped)
