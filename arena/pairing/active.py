"""Pairs whose next battle shrinks the intervals most, in rounds, with a floor of even exploration.

`ratings` takes the expected fall of the summed variance of all ratings (Fisher information of Bradley-Terry);
`pair` that of the pair's own win rate (Chatbot Arena, arXiv 2403.04132, equation 9). Ratings from such
battles are not from an even sample: every battle has its propensity. Leaves out which prompt: that is even.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import Annotated, Literal

import numpy as np
from annotated_types import Ge, Le

from arena.pairing.drawing import Floats, Pools, floored, generator
from arena.pairing.sides import seat
from arena.pairing.types import Field, Pair, Settled

_STEPS, _PRIOR = 25, 1.0
"""Newton steps of the fit inside, and battles' worth of a draw that each model starts with."""


@dataclass(frozen=True, slots=True)
class Config:
    """How much is played, and how it is chosen."""

    battles: Annotated[int, Ge(1)] = 1000
    """Battles in all."""
    batch: Annotated[int, Ge(1)] = 50
    """Battles between two looks at the outcomes."""
    rule: Literal["ratings", "pair"] = "ratings"
    """What is to shrink: the intervals of all ratings, or that of the pair's win rate."""
    floor: Annotated[float, Ge(0), Le(1)] = 0.1
    """Share of battles that is drawn evenly, whatever was learnt."""


class Active:
    """Rounds of draws; wins and counts so far are all that is remembered."""

    def __init__(self, config: Config, field: Field) -> None:
        self._config, self._field = config, field
        self._number = {model: number for number, model in enumerate(field.models)}
        self._pairs = list(combinations(range(len(field.models)), 2))
        self._won = np.zeros((len(field.models), len(field.models)))
        """Points of row against column."""
        self._last = (0, 0)

    def rounds(self) -> Iterator[Iterable[Pair]]:
        """Each round is chosen from the outcomes of those before."""
        prompts = [entry.prompt for entry in self._field.prompts]
        pools = Pools(((pair, prompts) for pair in self._pairs), self._field.seed)
        draws = generator(self._field.seed, "active")
        left = estimate(self._config, self._field)
        while left:
            size = min(left, self._config.batch)
            yield [self._draw(pools, draws, gains) for gains in self._gains(size)]
            left -= size

    def _gains(self, size: int) -> Iterator[Floats]:
        """Gains of all pairs, once for each draw of a round; a draw counts as a battle half won."""
        played = self._won + self._won.T
        strength = _fit(self._won)
        for _ in range(size):
            gains = _gains(self._won, played, strength, self._config.rule)
            yield gains
            self._planned(played)

    def _planned(self, played: Floats) -> None:
        a, b = self._last
        played[a, b] += 1
        played[b, a] += 1

    def _draw(self, pools: Pools[tuple[int, int]], draws: np.random.Generator, gains: Floats) -> Pair:
        there = [number for number, pair in enumerate(self._pairs) if pools.left(pair)]
        chances = floored(gains[there], self._config.floor)
        place = int(draws.choice(len(there), p=chances))
        self._last = pair = self._pairs[there[place]]
        prompt, share = pools.draw(pair)
        x, y = (self._field.models[number] for number in pair)
        return seat(x, y, prompt, self._field.seed, float(chances[place]) * share)

    def settle(self, outcomes: Sequence[Settled]) -> None:
        """Adds a round's points."""
        for settled in outcomes:
            if settled.winner is not None:
                a, b = self._number[settled.pair.a], self._number[settled.pair.b]
                points = {"a": 1.0, "b": 0.0}.get(settled.winner, 0.5)
                self._won[a, b] += points
                self._won[b, a] += 1 - points


def _fit(won: Floats) -> Floats:
    """Bradley-Terry in log-odds, with a little of everybody's draw against everybody so that it exists."""
    size = len(won)
    won = won + _PRIOR / (2 * max(size - 1, 1)) * (1 - np.eye(size))
    played, strength = won + won.T, np.zeros(size)
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(strength[None, :] - strength[:, None]))
        step = np.linalg.solve(
            _information(played, strength) + 1 / size, won.sum(1) - (played * chance).sum(1)
        )
        strength = strength + np.clip(step, -2, 2)
        strength -= strength.mean()
    return np.asarray(strength, dtype=np.float64)


def _information(played: Floats, strength: Floats) -> Floats:
    chance = 1 / (1 + np.exp(strength[None, :] - strength[:, None]))
    weight = played * chance * (1 - chance)
    return np.asarray(np.diag(weight.sum(1)) - weight, dtype=np.float64)


def _gains(won: Floats, played: Floats, strength: Floats, rule: str) -> Floats:
    """Of each pair (in the order of `combinations`), what one more battle would shrink."""
    a, b = np.triu_indices(len(won), 1)
    chance = 1 / (1 + np.exp(strength[b] - strength[a]))
    weight = chance * (1 - chance)
    if rule == "pair":
        count = played[a, b]
        spread = np.sqrt(weight)
        return np.asarray(spread / np.sqrt(count + 1) - spread / np.sqrt(count + 2), dtype=np.float64)
    size = len(won)
    known = played + _PRIOR / max(size - 1, 1) * (1 - np.eye(size))
    spread = np.linalg.inv(_information(known, strength) + 1 / size) - 1 / size
    across = spread[:, a] - spread[:, b]
    own = across[a, np.arange(len(a))] - across[b, np.arange(len(a))]
    return np.asarray(weight * (across**2).sum(0) / (1 + weight * own), dtype=np.float64)


def open(config: Config, field: Field) -> Active:  # noqa: A001 - the entry point's name everywhere
    """The plan for a field."""
    return Active(config, field)


def estimate(config: Config, field: Field) -> int:
    """Battles."""
    return min(config.battles, comb(len(field.models), 2) * len(field.prompts))
