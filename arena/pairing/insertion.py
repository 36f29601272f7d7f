"""One new model into a ranked field by binary search: first against the middle, then half of what is left.

When its place is found, it fights the neighbours there (De-Arena's fine search). Leaves out re-rating the
opponents.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil, log2
from typing import Annotated

from annotated_types import Ge

from arena.pairing.drawing import Pools, rated, target
from arena.pairing.sides import seat
from arena.pairing.types import Field, Pair, Settled


@dataclass(frozen=True, slots=True)
class Config:
    """How much is played."""

    probe: Annotated[int, Ge(1)] = 20
    """Battles against each opponent that the search asks."""
    neighbours: Annotated[int, Ge(0)] = 2
    """Opponents above and below its place that it then fights."""
    battles: Annotated[int, Ge(1)] = 60
    """Battles against each of these neighbours, those of the search counted in."""


@dataclass(slots=True)
class Insertion:
    """Rounds: one per opponent asked, and one of all neighbours."""

    config: Config
    field: Field
    share: float | None = None
    """The target's share in the last round; None where nothing was decided."""

    def rounds(self) -> Iterator[Iterable[Pair]]:
        """The search, then the neighbours."""
        middle, others = target(self.field, "insertion"), rated(self.field, "insertion")
        prompts = [entry.prompt for entry in self.field.prompts]
        pools = Pools(((other, prompts) for other in others), self.field.seed)
        low, high = 0, len(others)
        while low < high:
            place = (low + high) // 2
            yield self._against(middle, others[place], pools, self.config.probe)
            if self.share is None:  # nothing could be read: its place stays as wide as it is
                break
            low, high = (low, place) if self.share > 0.5 else (place + 1, high)
        place, reach = (low + high) // 2, self.config.neighbours
        near = range(max(0, place - reach), min(len(others), place + reach))
        fought = {place: len(prompts) - pools.left(others[place]) for place in near}
        yield [
            pair
            for place in near
            for pair in self._against(middle, others[place], pools, self.config.battles - fought[place])
        ]

    def _against(self, middle: str, other: str, pools: Pools[str], battles: int) -> list[Pair]:
        drawn = (pools.draw(other) for _ in range(min(max(battles, 0), pools.left(other))))
        return [seat(middle, other, prompt, self.field.seed, propensity) for prompt, propensity in drawn]

    def settle(self, outcomes: Sequence[Settled]) -> None:
        """The target's share of a round."""
        points = [
            {"a": 1.0, "b": 0.0}.get(settled.winner, 0.5)
            if settled.pair.a == self.field.target
            else {"a": 0.0, "b": 1.0}.get(settled.winner, 0.5)
            for settled in outcomes
            if settled.winner is not None
        ]
        self.share = sum(points) / len(points) if points else None


def open(config: Config, field: Field) -> Insertion:  # noqa: A001 - the entry point's name everywhere
    """The plan for a field.

    Raises:
        BadRequest: no target, or no rated opponent.
    """
    rated(field, "insertion")
    return Insertion(config, field)


def estimate(config: Config, field: Field) -> int:
    """Battles, at most: the search's and the neighbours'."""
    others = len(rated(field, "insertion"))
    asked = ceil(log2(others + 1))
    near = min(others, 2 * config.neighbours)
    return min(others * len(field.prompts), asked * config.probe + near * config.battles)
