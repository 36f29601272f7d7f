"""Every model against every other on every prompt, the paper's way: the surest ranking, and the dearest.

Prompt by prompt, so that a tournament that is stopped half-way has met every pair. Leaves out learning.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb

from arena.pairing.sides import seat
from arena.pairing.types import Field, Pair, Settled


@dataclass(frozen=True, slots=True)
class Config:
    """Nothing to set."""


@dataclass(frozen=True, slots=True)
class AllPairs:
    """One round of everything."""

    field: Field

    def rounds(self) -> Iterator[Iterable[Pair]]:
        """The one round, lazily."""
        yield (
            seat(x, y, entry.prompt, self.field.seed)
            for entry in self.field.prompts
            for x, y in combinations(self.field.models, 2)
        )

    def settle(self, outcomes: Sequence[Settled]) -> None:
        """Nothing is learnt."""


def open(config: Config, field: Field) -> AllPairs:  # noqa: A001, ARG001 - the entry point's form everywhere
    """The plan for a field."""
    return AllPairs(field)


def estimate(config: Config, field: Field) -> int:  # noqa: ARG001 - the entry point's form everywhere
    """Battles: pairs times prompts."""
    return comb(len(field.models), 2) * len(field.prompts)
