"""The prompts of a tournament: read from their source into the ledger, and as the pairing plan sees them.

Leaves out where they come from (`arena.prompts`).
"""

from collections.abc import Callable, Iterable, Iterator

from arena import plugins
from arena.pairing.types import Entry, Field
from arena.prompts.types import Read
from arena.tournament.config import Tournament
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


def entries(config: Tournament, ledger: Ledger, check: Callable[[], None]) -> Iterator[Entry]:
    """Takes the prompts in, in their order; each once, however often the source has it."""
    for number, (prompt, references) in enumerate(together(read(config))):
        if ledger.add_prompt(prompt, references):
            yield Entry(prompt.id, prompt.categories[0] if prompt.categories else "")
        if number % 1000 == 0:
            check()


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
