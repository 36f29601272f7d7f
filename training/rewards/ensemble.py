"""Several rewards of any kind, pooled: the mean, the least, or the mean less deviations (arXiv 2401.16635).

Rewards have scales of their own, so each is divided by the spread that it has over the answers at hand unless
`scaled` is off. Several classifiers of one kind need no more than `classifier` itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from annotated_types import Ge

from arena import plugins
from arena.errors import BadRequest
from arena.keys import key
from arena.plugins import Choice
from arena.preflight import Finding
from training.rewards.types import Reward
from training.types import PromptRow

REWARDS = "training.rewards"


@dataclass(frozen=True, slots=True)
class Config:
    """Whose numbers, and how they are pooled."""

    members: tuple[Choice, ...] = ()
    """Files of this folder with their options."""
    pool: Literal["mean", "least", "cautious"] = "cautious"
    """How numbers are pooled; `cautious`: the mean less `caution` standard deviations."""
    caution: Annotated[float, Ge(0)] = 1.0
    """Standard deviations that `cautious` takes off."""
    scaled: bool = True
    """Bring each member's numbers to mean 0 and spread 1 over the answers that are scored together."""


class Ensemble:
    """The members."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._members = [plugins.load(REWARDS, one.name).open(_options(one)) for one in _members(config)]
        self.critic: Path | None = next((one.critic for one in self._members if one.critic), None)

    def score(self, rows: Sequence[PromptRow], answers: Sequence[str]) -> list[float]:
        """The pooled number of each answer."""
        import numpy as np

        each = np.array([member.score(rows, answers) for member in self._members])
        if self._config.scaled and each.size:
            each = (each - each.mean(1, keepdims=True)) / (each.std(1, keepdims=True) + 1e-8)
        if self._config.pool == "least":
            return [float(value) for value in each.min(0)]
        lowered = self._config.caution * each.std(0) if self._config.pool == "cautious" else 0.0
        return [float(value) for value in each.mean(0) - lowered]


def _members(config: Config) -> tuple[Choice, ...]:
    if not config.members:
        raise BadRequest("reward ensemble: name its members, each a reward with its options")
    if any(one.name == "ensemble" for one in config.members):
        raise BadRequest("reward ensemble: a member is no ensemble itself")
    return config.members


def _options(choice: Choice) -> object:
    return plugins.config(REWARDS, choice)


def open(config: Config) -> Reward:  # noqa: A001 - the entry point's name everywhere
    """The members, loaded.

    Raises:
        ArenaError: there is none, or one of them cannot be loaded.
    """
    return Ensemble(config)


def identity(config: Config) -> str:
    """Changes with any member and with how they are pooled."""
    told = [plugins.load(REWARDS, one.name).identity(_options(one)) for one in _members(config)]
    return key("ensemble", config.pool, str(config.caution), config.scaled, *told)


def check(config: Config) -> tuple[Finding, ...]:
    """What the members find."""
    return tuple(
        finding
        for one in _members(config)
        for finding in plugins.load(REWARDS, one.name).check(_options(one))
    )
