"""Upper confidence bounds over prompt cluster x opponent: the arm that may be most useful is played next.

Bound = mean worth + width sqrt(log(all draws) / draws of the arm), both discounted, as the target improves.
An extension of ours (the paper has none): compare it with `uniform`. Leaves out ratings: battles chosen so
are no even sample, and say their propensity.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from annotated_types import Ge, Gt, Le

from arena.pairing.arms import Bandit, arms, most
from arena.pairing.drawing import Floats
from arena.pairing.types import Field

VERSION = 2
"""Of the algorithm; another one is another tournament."""


@dataclass(frozen=True, slots=True)
class Config:
    """How much is played, and how curious it is."""

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
    width: Annotated[float, Ge(0)] = 0.7
    """How much an arm gains by being little known."""


class _Bounds:
    """Worth and draws of each arm; a draw counts at once, so that a round spreads."""

    def __init__(self, size: int, discount: float, width: float) -> None:
        self._worth, self._known, self._pulls = np.zeros(size), np.zeros(size), np.zeros(size)
        self._discount, self._width = discount, width

    def chances(self, there: Sequence[int], draws: np.random.Generator) -> Floats:  # noqa: ARG002
        """1 for the highest bound; even between equal ones."""
        known, pulls = self._known[list(there)], self._pulls[list(there)]
        mean = np.divide(self._worth[list(there)], known, out=np.full(len(there), 0.5), where=known > 0)
        wide = np.sqrt(np.log(1 + self._pulls.sum()) / np.maximum(pulls, 1e-9))
        bound = np.where(pulls > 0, mean + self._width * wide, np.inf)
        best = bound == bound.max()
        return np.asarray(best / best.sum(), dtype=np.float64)

    def drawn(self, arm: int) -> None:
        """Counts the draw."""
        self._pulls[arm] += 1

    def learn(self, worth: Sequence[tuple[int, float]]) -> None:
        """Forgets a little, then counts."""
        self._worth *= self._discount
        self._known *= self._discount
        self._pulls *= self._discount
        for arm, value in worth:
            self._worth[arm] += value
            self._known[arm] += 1


def open(config: Config, field: Field) -> Bandit:  # noqa: A001 - the entry point's name everywhere
    """The plan for a field.

    Raises:
        BadRequest: no target, or nobody beside it.
    """
    chooser = _Bounds(len(arms(field, "ucb")), config.discount, config.width)
    return Bandit("ucb", field, chooser, config)


def estimate(config: Config, field: Field) -> int:
    """Battles."""
    return most(field, "ucb", config.battles)
