"""The pocket world's own check of an answer, 1 to 10: shows what the algorithm can do with a perfect reward.

Only prompts of the pocket world have it. A learned reward is `classifier`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from annotated_types import Gt

from arena.errors import BadRequest
from arena.keys import key
from arena.pocket import task, verify
from arena.preflight import Finding
from training.rewards.types import Reward
from training.types import PromptRow


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of the true score."""

    scale: Annotated[float, Gt(0)] = 3.0
    """Points of the verifier that are worth 1."""


class Truth:
    """Scores by verification."""

    critic: Path | None = None

    def __init__(self, config: Config) -> None:
        self._scale = config.scale

    def score(self, rows: Sequence[PromptRow], answers: Sequence[str]) -> list[float]:
        """Points above the middle of the scale, in units of `scale`."""
        return [self._one(row, answer) for row, answer in zip(rows, answers, strict=True)]

    def _one(self, row: PromptRow, answer: str) -> float:
        if not row.natural:
            raise BadRequest(
                f"prompt {row.prompt[:8]} is not of the pocket world: take reward `classifier` for it"
            )
        mark = verify.mark(task.parse(row.natural), (*row.history, answer))
        return (mark.score - 5.5) / self._scale


def open(config: Config) -> Reward:  # noqa: A001 - the entry point's name everywhere
    """The scorer."""
    return Truth(config)


def identity(config: Config) -> str:
    """Changes with the verifier's version and the scale."""
    return key("truth", verify.VERSION, str(config.scale))


def check(config: Config) -> tuple[Finding, ...]:
    """Nothing can be missing."""
    return (
        Finding("green", "reward", f"the pocket world's true score, {config.scale:g} points are worth 1"),
    )
