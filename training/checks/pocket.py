"""True skill in the pocket world: held-out prompts answered right, on seen and on unseen items apart.

Measured on answers that are sampled, as in the arena; counted by program, so no judge is asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge

from arena.jobs.types import Desk
from arena.pocket import skill


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of the measurement."""

    n: Annotated[int, Ge(10)] = 2000
    """Held-out prompts."""
    seed: Annotated[int, Ge(0)] = 0
    """Which prompts, and which samples."""


def measure(config: Config, model: str, desk: Desk) -> Mapping[str, float]:
    """Shares answered right with the bounds of their 95 % intervals, and the mean score."""
    desk.step("skill")
    found: dict[str, float] = {}
    for one in skill.measure(model, config.n, config.seed, ways=("sampled",)):
        if one.group == "all":
            name = {"all": "skill", "seen": "skill, seen items", "unseen": "skill, unseen items"}[one.items]
            found |= {name: one.right, f"{name}, low": one.low, f"{name}, high": one.high}
            if one.items == "all":
                found |= {"true score": one.score, "in form": one.formed}
    return found
