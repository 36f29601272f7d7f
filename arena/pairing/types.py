"""What a pairing plan is: rounds of pairs, each round chosen from the outcomes of those before.

A plan is one file of this folder with a module docstring, a `Config` dataclass (a docstring under each
field), `open(config, field) -> Plan` and `estimate(config, field) -> int` (battles, at most). A plan draws
only from `field.seed` and the outcomes it is told, so that a resumed tournament proposes the same pairs.
Plans do not import each other.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from arena.types import Winner


@dataclass(frozen=True, slots=True)
class Entry:
    """A prompt as a plan sees it."""

    prompt: str
    """Its id."""
    cluster: str = ""
    """Category or cluster: the first half of a bandit's arm."""


@dataclass(frozen=True, slots=True)
class Field:
    """Everything that a plan chooses from."""

    models: tuple[str, ...]
    prompts: tuple[Entry, ...]
    seed: int
    target: str | None = None
    """The model that the tournament is about, where it is about one."""
    ratings: Mapping[str, float] = field(default_factory=dict)
    """Elo of models that are rated already."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A battle to be played."""

    a: str
    b: str
    prompt: str
    propensity: float = 1.0
    """Probability with which the plan chose this pair among those it could have chosen in this draw."""


@dataclass(frozen=True, slots=True)
class Settled:
    """A battle that was played."""

    pair: Pair
    winner: Winner | None
    """None: undecided."""
    gap: float | None = None
    """Mean score of a minus mean score of b, where the judge gave scores."""


class Plan(Protocol):
    """Rounds of pairs."""

    def rounds(self) -> Iterator[Iterable[Pair]]:
        """Each round; the next is asked for only after `settle` of this one. A round may be lazy."""
        ...

    def settle(self, outcomes: Sequence[Settled]) -> None:
        """Takes in a round's outcomes, in the order of its pairs. Plans that do not learn ignore it."""
        ...
