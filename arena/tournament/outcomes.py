"""Outcomes of a round's pairs, folded from their verdicts when looked at: a round may be of any size.

Leaves out the rule itself (`arena.referee`).
"""

from collections.abc import Iterator, Sequence
from typing import overload

from arena.pairing.types import Pair, Settled
from arena.tournament.judging import Court
from arena.tournament.ledger import Ledger, Planned

_PAGE = 256


class Outcomes(Sequence[Settled]):
    """As `Plan.settle` takes them: in the order of the pairs."""

    def __init__(self, pairs: range, court: Court, ledger: Ledger) -> None:
        self._pairs, self._court, self._ledger = pairs, court, ledger

    def __len__(self) -> int:
        return len(self._pairs)

    @overload
    def __getitem__(self, index: int) -> Settled: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Settled]: ...
    def __getitem__(self, index: int | slice) -> Settled | Sequence[Settled]:
        found = self._pairs[index]
        if isinstance(found, range):
            return [self._settled(pair) for nth in found for pair in self._ledger.pairs(nth, nth + 1)]
        return self._settled(self._ledger.pairs(found, found + 1)[0])

    def __iter__(self) -> Iterator[Settled]:
        for start in range(self._pairs.start, self._pairs.stop, _PAGE):
            for pair in self._ledger.pairs(start, min(start + _PAGE, self._pairs.stop)):
                yield self._settled(pair)

    def _settled(self, pair: Planned) -> Settled:
        battle = self._court.battle(pair)
        found = self._court.outcome(battle.id, self._ledger)
        plain = Pair(battle.model_a, battle.model_b, pair.prompt, pair.propensity)
        return Settled(plain, found.winner, found.gap)
