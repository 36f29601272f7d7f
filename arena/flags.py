"""What leak and copy checks find: a flag on a battle's answers, or on a prompt.

Flags are facts: they stay when a board is ranked without what they are on. Leaves out looking for them
(`arena.service.checking`) and where they are kept (`arena.store.checkbook`).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from arena.keys import key

Mark = Literal["copy", "alike", "trained", "public"]
"""copy: both answers are the same; alike: they are but for case and spaces; trained: the prompt is nearly
a row that a model of the battle was trained on; public: it is nearly one of a public collection."""
BITS: dict[Mark, int] = {"copy": 1, "alike": 2, "trained": 4, "public": 8}
"""How a battle's flags are one number."""


@dataclass(frozen=True, slots=True)
class Flag:
    """One finding."""

    mark: Mark
    battle: str | None = None
    """The battle whose answers are the same."""
    prompt: str | None = None
    """The prompt that is known elsewhere: all its battles are flagged, or those of `model`."""
    model: str | None = None
    """Who was trained on it."""
    source: str = ""
    """Where the like text stands: a collection, or a file of rows."""
    item: str = ""
    """Which row of it."""
    likeness: float = 1.0
    """In 0-1."""
    said: str = ""
    """The beginning of that text; of answers, nothing."""

    def id(self, board: str) -> str:
        """Content key: the same finding of two checks is one flag."""
        return key("flag", board, self.mark, self.battle, self.prompt, self.model, self.source, self.item)


@dataclass(frozen=True, slots=True)
class Looked:
    """A collection that prompts were held against."""

    mark: Mark
    source: str
    model: str | None
    """Who was trained on it."""
    rows: int
    prompts: int
    """Prompts of the board that are like one of its rows."""


@dataclass(frozen=True, slots=True)
class Done:
    """A check that was made."""

    id: str
    board: str
    made: datetime
    """UTC, naive."""
    battles: int
    """Battles that the board had then."""
    likeness: float
    """From which prompts count as nearly the same."""
    words: int
    """Answers of fewer words are never copies."""
    looked: tuple[Looked, ...] = ()
