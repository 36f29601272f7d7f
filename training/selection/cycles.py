"""Drops prompts whose battles go in a circle: a beats b beats c beats a is noise (arXiv 2505.17691)."""

from dataclasses import dataclass

from training import standing
from training.selection.types import Scene, Step
from training.types import Dropped, Row

RULE = "cycles"


@dataclass(frozen=True, slots=True)
class Config:
    """Nothing to set."""


def apply(config: Config, rows: tuple[Row, ...], scene: Scene) -> Step:  # noqa: ARG001 - as all rules
    """The rows without those of cyclic prompts."""
    cyclic = {prompt for prompt, contests in scene.material.by_prompt().items() if standing.cyclic(contests)}
    return Step(
        tuple(row for row in rows if row.prompt not in cyclic),
        tuple(
            Dropped(row.prompt, RULE, "the battles of the prompt go in a circle", row.battles)
            for row in rows
            if row.prompt in cyclic
        ),
    )
