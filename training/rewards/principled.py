"""A principle-conditioned reward: a classifier that is told first what to prefer (arXiv 2310.05910).

Trained by the stage `reward` on rows of the rule `principles`. Which principles count is chosen here, when
the reward is used: the same model can be asked for other answers without training it again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

from annotated_types import Ge

from arena import models, plugins
from arena.errors import BadRequest
from arena.keys import key
from arena.plugins import Choice
from arena.preflight import Finding
from training.principles import parsed, said
from training.rewards.types import Reward
from training.types import PromptRow

REWARDS = "training.rewards"


@dataclass(frozen=True, slots=True)
class Config:
    """Whose numbers, by which principles."""

    model: str = ""
    """Directory of the classifier."""
    principles: tuple[str, ...] = ("helpful",)
    """Names or sentences as in its training; `not NAME` turns one round."""
    batch: Annotated[int, Ge(1)] = 64
    """Conversations that are read at a time."""
    max_length: Annotated[int, Ge(8)] = 4096
    """Longest conversation in tokens; a longer one keeps its end."""


class Principled:
    """The classifier, and what it reads first."""

    def __init__(self, config: Config) -> None:
        self._words = said(parsed(config.principles))
        choice = _classifier(config)
        self._inner: Reward = plugins.load(REWARDS, choice.name).open(plugins.config(REWARDS, choice))
        self.critic: Path | None = self._inner.critic

    def score(self, rows: Sequence[PromptRow], answers: Sequence[str]) -> list[float]:
        """The number of each answer under the principles."""
        shown = [replace(row, system="\n".join(filter(None, (row.system, self._words)))) for row in rows]
        return self._inner.score(shown, answers)


def _classifier(config: Config) -> Choice:
    if not config.model:
        raise BadRequest("reward principled: name the directory of a reward model in `model`")
    options = {"model": config.model, "batch": config.batch, "max_length": config.max_length}
    return Choice("classifier", options)


def open(config: Config) -> Reward:  # noqa: A001 - the entry point's name everywhere
    """The classifier, loaded.

    Raises:
        ArenaError: it cannot be loaded, or no principle is named.
    """
    return Principled(config)


def identity(config: Config) -> str:
    """Changes with the weights and the principles."""
    _classifier(config)
    return key(
        "principled", models.identity(config.model), said(parsed(config.principles)), config.max_length
    )


def check(config: Config) -> tuple[Finding, ...]:
    """Whether the classifier is there."""
    choice = _classifier(config)
    found: tuple[Finding, ...] = plugins.load(REWARDS, choice.name).check(plugins.config(REWARDS, choice))
    return found
