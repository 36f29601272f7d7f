"""Battles drawn evenly from all pairs and prompts, none twice: the default where not everything is played.

What every adaptive plan is measured against. Leaves out learning.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb
from random import Random
from typing import Annotated

from annotated_types import Ge

from arena.keys import key
from arena.pairing.sides import seat
from arena.pairing.types import Field, Pair, Settled


@dataclass(frozen=True, slots=True)
class Config:
    """How much is played."""

    battles: Annotated[int, Ge(1)] = 1000
    """Battles that are drawn; all there are, where there are fewer."""


@dataclass(frozen=True, slots=True)
class Uniform:
    """One round of draws."""

    config: Config
    field: Field

    def rounds(self) -> Iterator[Iterable[Pair]]:
        """The one round, lazily."""
        yield self._drawn()

    def _drawn(self) -> Iterator[Pair]:
        pairs = list(combinations(self.field.models, 2))
        total = len(pairs) * len(self.field.prompts)
        draws = Random(key("uniform", self.field.seed))  # noqa: S311 - a draw, not a secret
        drawn = draws.sample(range(total), estimate(self.config, self.field))
        for nth, number in enumerate(drawn):
            prompt, pair = divmod(number, len(pairs))
            x, y = pairs[pair]
            yield seat(x, y, self.field.prompts[prompt].prompt, self.field.seed, 1 / (total - nth))

    def settle(self, outcomes: Sequence[Settled]) -> None:
        """Nothing is learnt."""


def open(config: Config, field: Field) -> Uniform:  # noqa: A001 - the entry point's name everywhere
    """The plan for a field."""
    return Uniform(config, field)


def estimate(config: Config, field: Field) -> int:
    """Battles."""
    return min(config.battles, comb(len(field.models), 2) * len(field.prompts))
