"""Draws that plans share: prompts that a pair has not met yet, and choices that log their probability.

Everything comes from the seed. Leaves out what is worth drawing: that is each plan's matter.
"""

from collections.abc import Hashable, Iterable, Sequence
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from arena.errors import BadRequest
from arena.keys import key
from arena.pairing.types import Field

Arm = TypeVar("Arm", bound=Hashable)
Floats = NDArray[np.float64]


def generator(seed: int, purpose: str) -> np.random.Generator:
    """Random numbers for one purpose of one seed."""
    return np.random.default_rng(int(key("draw", seed, purpose).replace("-", ""), 16))


def target(field: Field, plan: str) -> str:
    """The model that the tournament is about.

    Raises:
        BadRequest: there is none, or it does not fight.
    """
    if field.target is None:
        raise BadRequest(f"pairing {plan} needs a target: name the model that the tournament is about")
    if field.target not in field.models:
        raise BadRequest(
            f"target {field.target!r} does not fight: it must be one of {', '.join(field.models)}"
        )
    return field.target


def opponents(field: Field, plan: str) -> tuple[str, ...]:
    """Everybody but the target.

    Raises:
        BadRequest: nobody is left, or no target.
    """
    about = target(field, plan)
    others = tuple(model for model in field.models if model != about)
    if not others:
        raise BadRequest(f"pairing {plan} needs an opponent beside {about}: add a model")
    return others


def rated(field: Field, plan: str) -> tuple[str, ...]:
    """The opponents that have a rating, best first.

    Raises:
        BadRequest: none has one.
    """
    found = [model for model in opponents(field, plan) if model in field.ratings]
    if not found:
        raise BadRequest(f"pairing {plan} needs rated opponents: give their Elo in ratings")
    return tuple(sorted(found, key=lambda model: (-field.ratings[model], model)))


def floored(gains: Floats, floor: float) -> Floats:
    """Probabilities in proportion to the gains, a share `floor` of them spread evenly."""
    total = gains.sum()
    even = np.full(len(gains), 1 / len(gains))
    if not np.isfinite(total) or total <= 0:
        return even
    mixed = (1 - floor) * (gains / total) + floor * even
    return np.asarray(mixed / mixed.sum(), dtype=np.float64)


class Pools(Generic[Arm]):
    """Prompts that an arm has not met yet, drawn without putting back."""

    def __init__(self, prompts: Iterable[tuple[Arm, Sequence[str]]], seed: int) -> None:
        self._left: dict[Arm, list[str]] = {}
        for arm, some in prompts:
            order = generator(seed, f"pool {arm!r}").permutation(len(some))
            self._left[arm] = [some[place] for place in order]

    def arms(self) -> list[Arm]:
        """The arms that have prompts left, in their order."""
        return [arm for arm, left in self._left.items() if left]

    def left(self, arm: Arm) -> int:
        """How many prompts an arm has left."""
        return len(self._left[arm])

    def drop(self, arm: Arm, prompt: str) -> None:
        """Takes a prompt away that an arm shall not meet any more; it may have."""
        if prompt in self._left[arm]:
            self._left[arm].remove(prompt)

    def draw(self, arm: Arm) -> tuple[str, float]:
        """One of them, and the probability of that one."""
        left = self._left[arm]
        return left.pop(), 1 / (len(left) + 1)


def clusters(field: Field) -> dict[str, list[str]]:
    """The prompts of each cluster, in their order."""
    found: dict[str, list[str]] = {}
    for entry in field.prompts:
        found.setdefault(entry.cluster, []).append(entry.prompt)
    return found
