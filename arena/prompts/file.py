"""Any collection as prompts: a file or folder in one of our formats, or a table with a column of prompts.

Reference answers that the format holds come along. Several turns stay several turns.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Annotated

from annotated_types import Ge

from arena.corpus import sources
from arena.corpus.types import Columns, Place
from arena.errors import ArenaError
from arena.formats import catalog
from arena.formats.types import Source
from arena.keys import key
from arena.preflight import Finding
from arena.prompts.types import Read, prompt_id, reference_id
from arena.types import Prompt, Reference, Row


@dataclass(frozen=True, slots=True)
class Config:
    """Which prompts."""

    path: str
    """File or folder."""
    prompt: str = ""
    """Column of the prompt, for a table in no known format; empty: the usual names are tried."""
    category: str = ""
    """Column of the category."""
    categories: str = ""
    """Only prompts of these categories, separated by commas; empty: all."""
    limit: Annotated[int, Ge(0)] = 0
    """So many from the beginning; 0: all."""

    @property
    def place(self) -> Place:
        """As a collection."""
        return Place(self.path, "", Columns(prompt=self.prompt, category=self.category))

    @property
    def only(self) -> frozenset[str]:
        """The names in `categories`."""
        return frozenset(name.strip() for name in self.categories.split(",") if name.strip())


def read(config: Config, board: str) -> Iterator[Read]:
    """Each prompt, and the references that its format gives it."""
    answers = _references(config)
    only = config.only
    found = (item for item in sources.read(config.place) if isinstance(item, Prompt))
    chosen = (prompt for prompt in found if not only or only & set(prompt.categories))
    for prompt in islice(chosen, config.limit or None):
        mine = replace(prompt, id=prompt_id(board, prompt.natural))
        yield mine
        for one in answers.get(prompt.id, ()):
            yield replace(one, id=reference_id(mine.id, one.author, one.turns), prompt=mine.id)


def identity(config: Config) -> str:
    """Content key of the files and of how they are read."""
    return key("file-prompts", 1, sources.identity(config.place), ",".join(sorted(config.only)), config.limit)


def check(config: Config) -> tuple[Finding, ...]:
    """Whether there is a prompt to be read."""
    try:
        first = next(read(config, "check"), None)
    except ArenaError as error:
        return (Finding("red", "prompts", str(error)),)
    if first is None:
        which = f" of {config.categories}" if config.categories else ""
        return (Finding("red", "prompts", f"{config.path}: no prompts{which} in it: name another file"),)
    return (Finding("green", "prompts", f"{config.path} can be read"),)


def _references(config: Config) -> dict[str, list[Reference]]:
    """References by their prompt's id, as the formats give them."""
    found: dict[str, list[Reference]] = {}
    root = Path(config.path).expanduser().resolve()
    for file in sources.files(config.place):
        if file.format is None:
            continue
        source = Source(file.path, root, config.place.called)
        for row in catalog.load(file.format).read(source):
            for fact in row.facts if isinstance(row, Row) else ():
                if isinstance(fact, Reference):
                    found.setdefault(fact.prompt, []).append(fact)
    return found
