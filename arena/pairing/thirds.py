"""The target against one opponent per part of the prompts: of three opponents, one per third (the paper).

A third of the battles of `star` and none between opponents; the paper found it weaker than all pairs
(1046 against 1117). Leaves out learning.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from arena.pairing.drawing import generator, opponents, target
from arena.pairing.sides import seat
from arena.pairing.types import Field, Pair, Settled


@dataclass(frozen=True, slots=True)
class Config:
    """Nothing to set."""


@dataclass(frozen=True, slots=True)
class Thirds:
    """One round: each prompt once, dealt to the opponents in turn in a drawn order."""

    field: Field

    def rounds(self) -> Iterator[Iterable[Pair]]:
        """The one round, lazily."""
        yield self._dealt()

    def _dealt(self) -> Iterator[Pair]:
        middle, others = target(self.field, "thirds"), opponents(self.field, "thirds")
        order = generator(self.field.seed, "thirds").permutation(len(self.field.prompts))
        dealt = {int(place): others[turn % len(others)] for turn, place in enumerate(order)}
        for place, entry in enumerate(self.field.prompts):
            yield seat(middle, dealt[place], entry.prompt, self.field.seed, 1 / len(others))

    def settle(self, outcomes: Sequence[Settled]) -> None:
        """Nothing is learnt."""


def open(config: Config, field: Field) -> Thirds:  # noqa: A001, ARG001 - the entry point's form everywhere
    """The plan for a field.

    Raises:
        BadRequest: no target, or nobody beside it.
    """
    opponents(field, "thirds")
    return Thirds(field)


def estimate(config: Config, field: Field) -> int:  # noqa: ARG001 - the entry point's form everywhere
    """Battles: one per prompt."""
    return len(field.prompts)
