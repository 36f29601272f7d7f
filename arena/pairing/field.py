"""The target against rated opponents, each prompt dealt to a few of them: how a new model joins a field.

Every opponent gets the same share. Leaves out opponents without a rating, and choosing by what is learnt.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge

from arena.pairing.drawing import generator, rated, target
from arena.pairing.sides import seat
from arena.pairing.types import Field, Pair, Settled


@dataclass(frozen=True, slots=True)
class Config:
    """How much is played."""

    opponents: Annotated[int, Ge(0)] = 0
    """Opponents, spread evenly over the ratings from best to worst; 0: all that are rated."""
    each: Annotated[int, Ge(1)] = 1
    """Opponents that each prompt is fought against."""


@dataclass(frozen=True, slots=True)
class Against:
    """One round of deals."""

    config: Config
    field: Field

    def rounds(self) -> Iterator[Iterable[Pair]]:
        """The one round, lazily."""
        yield self._dealt()

    def _dealt(self) -> Iterator[Pair]:
        middle, others = (
            target(self.field, "field"),
            spread(rated(self.field, "field"), self.config.opponents),
        )
        each, draws = min(self.config.each, len(others)), generator(self.field.seed, "field")
        order = draws.permutation(len(others))
        for nth, entry in enumerate(self.field.prompts):
            if nth % len(others) == 0:
                order = draws.permutation(len(others))
            for step in range(each):
                other = others[order[(nth + step) % len(others)]]
                yield seat(middle, other, entry.prompt, self.field.seed, each / len(others))

    def settle(self, outcomes: Sequence[Settled]) -> None:
        """Nothing is learnt."""


def spread(ranked: tuple[str, ...], wanted: int) -> tuple[str, ...]:
    """That many of a ranking, first and last among them; 0: all."""
    if wanted in (0, 1) or wanted >= len(ranked):
        return ranked[len(ranked) // 2 :][:1] if wanted == 1 else ranked
    return tuple(ranked[round(step * (len(ranked) - 1) / (wanted - 1))] for step in range(wanted))


def open(config: Config, field: Field) -> Against:  # noqa: A001 - the entry point's name everywhere
    """The plan for a field.

    Raises:
        BadRequest: no target, or no rated opponent.
    """
    rated(field, "field")
    return Against(config, field)


def estimate(config: Config, field: Field) -> int:
    """Battles: prompts times opponents of each."""
    others = spread(rated(field, "field"), config.opponents)
    return len(field.prompts) * min(config.each, len(others))
