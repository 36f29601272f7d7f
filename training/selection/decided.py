"""Every decided battle as a pair, the judge's gap as its margin (the paper's data for the reward model)."""

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge

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
    made: list[Row] = []
    dropped: list[Dropped] = []
    for entry in making.open_prompts(scene, RULE):
        if isinstance(entry, Dropped):
            dropped.append(entry)
            continue
        prompt, contests = entry
        for contest in contests:
            if config.who == "target" and not any(contest.sides(scene.target)):
                dropped.append(Dropped(prompt.id, RULE, "not a battle of the target", (contest.id,)))
                continue
            if (won := contest.won) is None:
                dropped.append(Dropped(prompt.id, RULE, "the battle is a tie", (contest.id,)))
                continue
            best, worst, gap = won[0].response, won[1].response, won[2]
            fault = making.faults(scene, prompt, best, worst) or making.enough(gap, config.k, config.strict)
            if fault or best is None or worst is None:
                dropped.append(Dropped(prompt.id, RULE, str(fault), (contest.id,)))
                continue
            made.append(
                making.pair(
                    scene, prompt, best, worst, gap=gap, battles=(contest.id,), reason="won the battle"
                )
            )
    return Step((*rows, *made), tuple(dropped))
