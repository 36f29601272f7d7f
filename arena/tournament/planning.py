"""From a plan's pairs to what is to be done: answers in units by model, and pairs in their order.

The same plan makes the same units, whatever is there already: a backend that answers a whole batch at once
is asked the same batch again after a kill. Leaves out doing it (`arena.tournament.play`).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from arena.errors import BadRequest
from arena.keys import key
from arena.pairing.types import Pair
from arena.tournament import answering
from arena.tournament.config import Tournament
from arena.tournament.ledger import Asked, Ledger, Planned

_BREATH = 1000
"""Pairs after which a stop is looked for."""


@dataclass(frozen=True, slots=True)
class Round:
    """What one round of a plan added: pairs and units of answers by number, the last ones excluded."""

    pairs: range
    units: range


class Planner:
    """Plans rounds into a ledger."""

    def __init__(self, config: Tournament, who: tuple[str, ...], ledger: Ledger) -> None:
        self._config, self._who, self._ledger = config, who, ledger
        self._numbers = {model.name: number for number, model in enumerate(config.models)}
        self._samplings = tuple(model.sampling or config.sampling for model in config.models)
        self._open: dict[int, tuple[int, int]] = {}
        self.models: list[int] = []
        """The model of each unit, by its number."""
        self.pairs = 0
        self.answers = 0

    def spool(self, pairs: Iterable[Pair], check: Callable[[], None]) -> Round:
        """Takes in a round.

        Raises:
            BadRequest: the plan names a model that does not fight.
        """
        first, unit = self.pairs, len(self.models)
        for pair in pairs:
            self._add(pair)
            if self.pairs % _BREATH == 0:
                check()
        self._open.clear()
        return Round(range(first, self.pairs), range(unit, len(self.models)))

    def _add(self, pair: Pair) -> None:
        try:
            a, b = self._numbers[pair.a], self._numbers[pair.b]
        except KeyError as error:
            raise BadRequest(f"the pairing plan names {error}, which does not fight here") from error
        left, right = (self._answer(model, pair) for model in (a, b))
        self._ledger.add_pair(self.pairs, Planned(pair.prompt, a, b, pair.propensity, left, right))
        self.pairs += 1

    def _answer(self, model: int, pair: Pair) -> str:
        """Plans all samples of a model's answer to a prompt; the one that this pair takes."""
        ids = [
            answering.response_id(pair.prompt, self._who[model], self._samplings[model], sample)
            for sample in range(self._config.samples)
        ]
        for sample, name in enumerate(ids):
            unit, place = self._room(model)
            if self._ledger.need(Asked(name, model, pair.prompt, sample), unit, place):
                self._open[model] = (unit, place + 1)
                self.answers += 1
        if len(ids) == 1:
            return ids[0]
        return ids[
            int(key("sample", self._config.seed, pair.prompt, pair.a, pair.b, model)[:8], 16) % len(ids)
        ]

    def _room(self, model: int) -> tuple[int, int]:
        unit, place = self._open.get(model, (-1, 0))
        if unit >= 0 and place < self._config.unit:
            return unit, place
        self.models.append(model)
        self._open[model] = (len(self.models) - 1, 0)
        return self._open[model]
