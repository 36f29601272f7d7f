"""What bandits share: arms of prompt cluster x opponent, their prompts, and what a battle was worth.

A battle is worth something when the target lost it by enough: then it can train. Rows are made one for each
prompt, so a prompt that was lost once is worth nothing more: no arm draws it again. Leaves out the choice.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

import numpy as np

from arena.pairing.drawing import Floats, Pools, clusters, floored, generator, opponents, target
from arena.pairing.sides import seat
from arena.pairing.types import Field, Pair, Settled

Arm = tuple[str, str]
"""A cluster of prompts and an opponent."""


class Chooser(Protocol):
    """What a bandit knows of its arms, by number."""

    def chances(self, there: Sequence[int], draws: np.random.Generator) -> Floats:
        """Probability of each of these arms, before the floor."""
        ...

    def drawn(self, arm: int) -> None:
        """An arm was chosen, its worth is not known yet."""
        ...

    def learn(self, worth: Sequence[tuple[int, float]]) -> None:
        """A round's arms and what each was worth, in 0-1."""
        ...


class Limits(Protocol):
    """What the settings of all bandits have."""

    @property
    def battles(self) -> int:
        """Battles in all."""
        ...

    @property
    def batch(self) -> int:
        """Battles between two looks at the outcomes."""
        ...

    @property
    def gap(self) -> float:
        """Gap of mean scores from which a lost battle can train."""
        ...

    @property
    def floor(self) -> float:
        """Share of battles that is drawn evenly."""
        ...


class Bandit:
    """Rounds of draws by a chooser."""

    def __init__(self, name: str, field: Field, chooser: Chooser, limits: Limits) -> None:
        self._name, self._field, self._chooser, self._limits = name, field, chooser, limits
        self._target = target(field, name)
        self._arms = arms(field, name)
        self._drawn: list[int] = []
        grouped = clusters(field)
        self._pools = Pools(((arm, grouped[arm[0]]) for arm in self._arms), field.seed)
        self._cluster = {prompt: cluster for cluster, some in grouped.items() for prompt in some}
        self._lost: set[str] = set()

    def rounds(self) -> Iterator[Iterable[Pair]]:
        """Each round is chosen from what those before were worth."""
        draws = generator(self._field.seed, self._name)
        left = self._limits.battles
        while size := min(left, self._limits.batch, sum(map(self._pools.left, self._arms))):
            self._drawn = []
            yield [self._draw(draws) for _ in range(size)]
            left -= size

    def _draw(self, draws: np.random.Generator) -> Pair:
        there = [number for number, arm in enumerate(self._arms) if self._pools.left(arm)]
        chances = floored(self._chooser.chances(there, draws), self._limits.floor)
        place = int(draws.choice(len(there), p=chances))
        number = there[place]
        self._chooser.drawn(number)
        self._drawn.append(number)
        prompt, share = self._pools.draw(self._arms[number])
        other = self._arms[number][1]
        return seat(self._target, other, prompt, self._field.seed, float(chances[place]) * share)

    def settle(self, outcomes: Sequence[Settled]) -> None:
        """Tells the chooser what each arm was worth; a battle that could not be read says nothing."""
        found = zip(self._drawn, outcomes, strict=True)
        self._chooser.learn(
            [(arm, self._worth(settled)) for arm, settled in found if settled.winner is not None]
        )

    def _worth(self, settled: Settled) -> float:
        """1 where the target lost by the gap at least, and had not lost on that prompt before."""
        lost = settled.winner == ("b" if settled.pair.a == self._target else "a")
        if not lost or (settled.gap is not None and abs(settled.gap) < self._limits.gap):
            return 0.0
        fresh = settled.pair.prompt not in self._lost
        self._lost.add(settled.pair.prompt)
        for arm in self._arms:
            if arm[0] == self._cluster[settled.pair.prompt]:
                self._pools.drop(arm, settled.pair.prompt)
        return float(fresh)


def arms(field: Field, plan: str) -> list[Arm]:
    """All arms, in the order of clusters and opponents."""
    return [(cluster, other) for cluster in clusters(field) for other in opponents(field, plan)]


def most(field: Field, plan: str, battles: int) -> int:
    """Battles that a bandit plays at most."""
    return min(battles, len(opponents(field, plan)) * len(field.prompts))
