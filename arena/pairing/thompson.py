"""Discounted Thompson sampling over prompt cluster x opponent: where the target loses usefully, play more.

An arm's worth is a Beta distribution: a <- discount a + r, b <- discount b + 1 - r; r is 1 if the target lost
by the gap; the discount forgets, as the target improves. An extension of ours (the paper has none):
compare it with `uniform`. Leaves out ratings: battles chosen so are no even sample, and say their propensity.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from annotated_types import Ge, Gt, Le

from arena.pairing.arms import Bandit, arms, most
from arena.pairing.drawing import Floats
from arena.pairing.types import Field

_DRAWS = 400
"""Draws that an arm's chance of being the best is counted from: it is chosen by just that chance."""
VERSION = 2
"""Of the algorithm; another one is another tournament."""


@dataclass(frozen=True, slots=True)
class Config:
    """How much is played, and how fast it learns."""

    battles: Annotated[int, Ge(1)] = 1000
    """Battles in all."""
    batch: Annotated[int, Ge(1)] = 32
    """Battles between two looks at the outcomes."""
    gap: Annotated[float, Ge(0)] = 1.0
    """Gap of mean scores from which a lost battle can train."""
    discount: Annotated[float, Gt(0), Le(1)] = 0.98
    """What is left of older outcomes with each round; 1 forgets nothing."""
    floor: Annotated[float, Ge(0), Le(1)] = 0.1
    """Share of battles that is drawn evenly, whatever was learnt."""


class _Thompson:
    """Two counts for each arm, from 1 and 1."""

    def __init__(self, size: int, discount: float) -> None:
        self._useful, self._useless = np.zeros(size), np.zeros(size)
        self._discount = discount

    def chances(self, there: Sequence[int], draws: np.random.Generator) -> Floats:
        """How often each arm's draw is the largest."""
        drawn = draws.beta(
            1 + self._useful[list(there)], 1 + self._useless[list(there)], (_DRAWS, len(there))
        )
        return np.bincount(drawn.argmax(1), minlength=len(there)) / _DRAWS

    def drawn(self, arm: int) -> None:
        """Nothing is known before the outcome."""

    def learn(self, worth: Sequence[tuple[int, float]]) -> None:
        """Forgets a little, then counts."""
        self._useful *= self._discount
        self._useless *= self._discount
        for arm, value in worth:
            self._useful[arm] += value
            self._useless[arm] += 1 - value


def open(config: Config, field: Field) -> Bandit:  # noqa: A001 - the entry point's name everywhere
    """The plan for a field.

    Raises:
        BadRequest: no target, or nobody beside it.
    """
    chooser = _Thompson(len(arms(field, "thompson")), config.discount)
    return Bandit("thompson", field, chooser, config)


def estimate(config: Config, field: Field) -> int:
    """Battles."""
    return most(field, "thompson", config.battles)
