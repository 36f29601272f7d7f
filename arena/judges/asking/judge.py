"""The judge that all judges of games by a model are: fill the prompt, ask, read, map back.

A judge's own file says which prompts, which form of verdict and which settings.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from arena.backends.types import Reply
from arena.judges.asking import shown
from arena.judges.asking.model import Asker
from arena.judges.asking.template import Template, fill
from arena.judges.reading.parse import read
from arena.judges.reading.types import Form, Reading
from arena.judges.types import Game
from arena.types import Verdict

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Asking(Generic[T]):
    """A judge that asks a model."""

    name: str
    asker: Asker
    form: Form[T]
    verdict: Callable[[Game, str, Reply, Reading[T]], Verdict]
    template: Template
    guided: Template | None = None
    """The prompt of games with a reference answer; None: references are not shown."""

    @property
    def exact(self) -> bool:
        """As the backend is."""
        return self.asker.backend.exact

    def judge(self, games: Sequence[Game]) -> Iterator[Verdict]:
        """One verdict for each game, when it is ready."""
        told = {game.id: self._told(game) for game in games}
        questions = [(game, fill(told[game.id][0], told[game.id][1])) for game in games]
        for game, reply in self.asker.replies(questions):
            reading = read(reply, self.form, told[game.id][2])
            yield self.verdict(game, self.name, reply, reading)

    def _told(self, game: Game) -> tuple[Template, dict[str, str], tuple[str, ...]]:
        values, material = shown.game(game)
        guided = self.guided if game.reference else None
        return guided or self.template, values, material

    def close(self) -> None:
        """Lets go of the backend."""
        self.asker.backend.close()
