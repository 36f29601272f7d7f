"""Stopping early: whether the first models of a tournament stand apart, looked at again and again.

A model stands apart where its lead over each below it is sure, over all looks and all pairs of models at
once. Prompts come in a drawn order, so that those played so far stand for all. Leaves out how sure a lead is
(`leads`) and the battles themselves (`arena.tournament.play`).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from arena.keys import key
from arena.pairing.types import Field, Pair, Settled
from arena.tournament.config import Tournament
from arena.tournament.leads import Bar, Row, leads

VERSION = 1
"""Of when it looks and of what stands apart (`leads` with it): part of what a tournament that may stop is."""
FIRST, GROWTH = 100, 0.2
"""Battles before the first look, and by how much more than what was played the next look comes later."""
PATIENT = frozenset({"all_pairs", "star", "thirds", "uniform"})
"""Plans that do not choose battles by earlier outcomes: for those the level holds."""
SHARES = {"a": 1.0, "b": 0.0, "tie": 0.5, "both_bad": 0.5}


@dataclass(frozen=True, slots=True)
class Apart:
    """The first models that stand apart, best first, and after how many battles."""

    models: tuple[str, ...]
    battles: int
    looks: int


def drawn(config: Tournament, field: Field) -> Field:
    """The field with its prompts in a drawn order, where the tournament may stop early."""
    if not config.separate:
        return field
    order = list(field.prompts)
    order.sort(key=lambda entry: key("separate", config.seed, entry.prompt))
    return replace(field, prompts=tuple(order))


class Watch:
    """Looks on as battles are decided; without `separate` it never looks."""

    def __init__(self, config: Tournament, prompts: int) -> None:
        self._config, self._planned = config, max(1, prompts // 2)
        self._names = tuple(sorted(model.name for model in config.models))
        self._number = {name: at for at, name in enumerate(self._names)}
        self._prompts: dict[str, int] = {}
        self._rows: list[Row] = []
        self._seen = self._looks = self._looked = 0
        self._next = max(FIRST, 10 * len(self._names))
        """Battles at which it looks next."""
        self._doubt = ""
        self.apart: Apart | None = None

    def parts(self, pairs: Iterable[Pair]) -> Iterator[Iterable[Pair]]:
        """A round in parts that end where it looks; the whole of it where nobody looks."""
        if not self._config.separate:
            yield pairs
            return
        left = iter(pairs)
        while self.apart is None and (part := list(islice(left, self._next - self._seen))):
            yield part

    def see(self, outcomes: Sequence[Settled]) -> None:
        """Takes decided battles in and looks where it is time; what stood apart is not looked at again."""
        if not self._config.separate or self.apart is not None:
            return
        self._seen += len(outcomes)
        for one in outcomes:
            if one.winner is not None and one.pair.a != one.pair.b:
                prompt = self._prompts.setdefault(one.pair.prompt, len(self._prompts))
                a, b = self._number[one.pair.a], self._number[one.pair.b]
                self._rows.append((prompt, a, b, SHARES[one.winner]))
        if self._seen >= self._next:
            self._next = self._seen + max(FIRST, int(GROWTH * self._seen))
            self._look()

    def _look(self) -> None:
        """Each of the first models surely above all below it, over all looks and pairs."""
        top = self._config.separate
        self._looks, self._looked = self._looks + 1, self._seen
        if top >= len(self._names):
            return
        found = leads(self._names, self._rows, top, Bar(self._config.level, self._planned))
        self._doubt = found.doubt
        if found.sure == top:
            self.apart = Apart(found.order[:top], self._seen, self._looks)

    def note(self, planned: int) -> tuple[str, ...]:
        """What came of looking, in one line, after a last look at what came since."""
        if not self._config.separate:
            return ()
        if self.apart is None and self._looked < self._seen:
            self._look()
        top, level = self._config.separate, f"{100 * self._config.level:g} %"
        who, stand, do = ("the first", "stands", "does") if top == 1 else (f"the first {top}", "stand", "do")
        if self.apart is None:
            after = f"after all {self._seen:,} battles"
            if self._doubt:
                return (f"whether {who} {stand} apart at {level} {after} cannot be told: {self._doubt}",)
            return (f"{who} {do} not stand apart at {level} {after}",)
        names = " > ".join(self.apart.models)
        played = f"stopped after {self.apart.battles:,} of {planned:,} battles"
        looks = f"{self.apart.looks} look{'s' * (self.apart.looks > 1)}"
        return (f"{played}: {who} {stand} apart at {level} over {looks} ({names})",)
