"""What a reward is: answers in, one number each out, higher is better.

A reward is one file of this folder with a module docstring, a `Config` dataclass (a docstring under each
field) and three functions: `open(config) -> Reward`, `identity(config) -> str` (content key of what scores)
and `check(config) -> tuple[Finding, ...]`. Rewards do not import each other. Leaves out the learning
(`training.stages`).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from training.types import PromptRow


class Reward(Protocol):
    """Something that scores answers."""

    critic: Path | None
    """Directory of a sequence classifier that a value model may start from; None: there is none."""

    def score(self, rows: Sequence[PromptRow], answers: Sequence[str]) -> list[float]:
        """Worth of each answer to the last turn of its prompt."""
        ...
