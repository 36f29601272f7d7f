"""The prompts of a tournament: read from their source into the ledger, and as the pairing plan sees them.

Leaves out where they come from (`arena.prompts`).
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from arena import plugins
from arena.pairing.types import Entry, Field
from arena.prompts.types import Read
from arena.tournament import users
from arena.tournament.config import Tournament
from arena.tournament.facts import Unit
from arena.tournament.ledger import Ledger
from arena.types import Prompt, Reference

PROMPTS = "arena.prompts"


def read(config: Tournament) -> Iterator[Read]:
    """The prompts and their reference answers, as the source has them."""
    options = plugins.config(PROMPTS, config.prompts)
    found: Iterator[Read] = plugins.load(PROMPTS, config.prompts.name).read(options, config.board)
    return found


def prompts(config: Tournament) -> Iterator[Prompt]:
    """The prompts alone, each once."""
    seen: set[str] = set()
    for item in read(config):
        if isinstance(item, Prompt) and item.id not in seen:
            seen.add(item.id)
            yield item


def field_of(config: Tournament, chosen: Iterable[Entry]) -> Field:
    """What the pairing plan of a tournament chooses from."""
    models = tuple(model.name for model in config.models)
    return Field(models, tuple(chosen), config.seed, config.target, config.ratings)


class Reader:
    """Takes the prompts in, in their order; each once, however often the source has it."""

    def __init__(self, config: Tournament, ledger: Ledger, check: Callable[[], None]) -> None:
        self._config, self._ledger, self._check = config, ledger, check
        self.entries: list[Entry] = []
        """What the pairing plan chooses from."""

    def units(self) -> Iterator[Unit]:
        """Reads everything. What simulated users say through a model is told before it is answered."""
        found = together(read(self._config))
        if not self._config.users:
            for number, (prompt, references) in enumerate(found):
                self._take(prompt, references, "")
                if number % 1000 == 0:
                    self._check()
            return
        speaking = [users.Speaking(self._config, choice, self._ledger) for choice in self._config.users]
        try:
            yield from self._spoken(found, speaking)
        finally:
            for user in speaking:
                user.close()

    def _spoken(
        self, found: Iterator[tuple[Prompt, tuple[Reference, ...]]], speaking: list["users.Speaking"]
    ) -> Iterator[Unit]:
        done = 0
        while batch := list(islice(found, self._config.unit)):
            references = dict(
                zip((prompt.id for prompt, _ in batch), (some for _, some in batch), strict=True)
            )
            for user in speaking:
                self._check()
                made = user.extend([prompt for prompt, _ in batch])
                for prompt in made.prompts:
                    self._take(prompt, references.get(prompt.id, ()), user.name)
                done += len(batch)
                if made.asked:
                    facts = self._ledger.fresh(made.prompts)
                    yield Unit("prompts", facts, done, done, made.failures)

    def _take(self, prompt: Prompt, references: tuple[Reference, ...], user: str) -> None:
        if self._ledger.add_prompt(prompt, references):
            cluster = prompt.categories[0] if prompt.categories else ""
            self.entries.append(Entry(prompt.id, f"{cluster}, {user}" if user else cluster))


def together(items: Iterator[Read]) -> Iterator[tuple[Prompt, tuple[Reference, ...]]]:
    """Each prompt with the references that follow it."""
    prompt: Prompt | None = None
    references: list[Reference] = []
    for item in items:
        if isinstance(item, Reference):
            references.append(item)
            continue
        if prompt is not None:
            yield prompt, tuple(references)
        prompt, references = item, []
    if prompt is not None:
        yield prompt, tuple(references)
