"""The target against every opponent on every prompt: opponents are not compared with each other.

With one opponent it is the protocol of one baseline (AlpacaEval, Arena-Hard) when that opponent is the
target. Leaves out learning.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from arena.pairing.drawing import opponents, target
from arena.pairing.sides import seat
from arena.pairing.types import Field, Pair, Settled


@dataclass(frozen=True, slots=True)
class Config:
    """Nothing to set."""


@dataclass(frozen=True, slots=True)
class Star:
    """One round of everything that the target can meet."""

    field: Field

    def rounds(self) -> Iterator[Iterable[Pair]]:
        """The one round, lazily."""
        middle, others = target(self.field, "star"), opponents(self.field, "star")
        yield (
            seat(middle, other, entry.prompt, self.field.seed)
            for entry in self.field.prompts
            for other in others
        )

    def settle(self, outcomes: Sequence[Settled]) -> None:
        """Nothing is learnt."""


def open(config: Config, field: Field) -> Star:  # noqa: A001, ARG001 - the entry point's form everywhere
    """The plan for a field.

    Raises:
        BadRequest: no target, or nobody beside it.
    """
    opponents(field, "star")
    return Star(field)


def estimate(config: Config, field: Field) -> int:  # noqa: ARG001 - the entry point's form everywhere
    """Battles: opponents times prompts."""
    return len(opponents(field, "star")) * len(field.prompts)
