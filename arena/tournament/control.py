"""The canaries of a tournament: planted among its first battles, judged beside them, reported at its end.

Leaves out what is injected and how it is counted (`arena.canaries`).
"""

from arena.canaries import Canary, Pair, report
from arena.tournament.judging import Bout, Court
from arena.tournament.ledger import Ledger

_AMONG = 20
"""Battles of the plan for each canary among which its twin is chosen: the first ones, to be early."""


class Canaries:
    """Chosen once, when the first round is known; judged when their twins' answers are there."""

    def __init__(self, court: Court, ledger: Ledger) -> None:
        self._court, self._ledger = court, ledger
        self._among = range(0)
        self._chosen = court.config.canaries == 0
        self._planted: tuple[Canary, ...] = ()
        self.waiting = False
        """Whether they are still to be judged."""

    def choose(self, pairs: range) -> None:
        """Plants among the first pairs of the first round."""
        if not self._chosen and pairs:
            self._among = pairs[: _AMONG * self._court.config.canaries]
            self._chosen = self.waiting = True

    def bout(self, judged: int) -> Bout | None:
        """Their games, once the battles among which they are have been handed to the judge."""
        if not self.waiting or judged < self._among.stop:
            return None
        self.waiting = False
        pairs = self._ledger.pairs(self._among.start, self._among.stop)
        bout, self._planted = self._court.canaries(pairs, self._ledger)
        return bout if self._planted else None

    def notes(self) -> tuple[str, ...]:
        """What became of them, in one line."""
        pairs = [
            Pair(
                canary.kind,
                canary.side,
                self._court.outcome(canary.match.battle.id, self._ledger),
                self._court.outcome(canary.twin, self._ledger),
            )
            for canary in self._planted
        ]
        lines = report(pairs)
        if not lines:
            return ()
        every = lines[0]
        told = f"canaries: of {every.n} injected verdicts {every.better} helped, {every.worse} harmed it"
        said = f"{every.lift:+.2f} ({every.low:+.2f} to {every.high:+.2f})"
        return (f"{told}: {said}" + (f"; {every.undecided} undecided" if every.undecided else ""),)
