"""The words of the pocket world: an item that can be asked, and a family of them.

Payload (what is asked about, what is answered) stands in capitals and digits, instructions in lower case.
Leaves out how a prompt is put together (`arena.pocket.task`) and checked (`arena.pocket.verify`).
"""

from dataclasses import dataclass, field
from typing import Literal

Category = Literal["knowledge", "tables", "order", "letters", "form", "follow-up"]
"""What kind of skill a family asks for."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a family can ask, and its right answer."""

    slots: tuple[str, ...]
    """What is put into the wording: `("FRANCE",)`, `("47", "23")`."""
    answer: str
    level: int = 0
    """How much harder than its family."""

    @property
    def key(self) -> str:
        """Its name inside its family and inside the ids of prompts."""
        return "-".join(self.slots)


@dataclass(frozen=True, slots=True)
class Family:
    """Items of one kind, and the words to ask for them and to answer in."""

    name: str
    category: Category
    level: int
    """1 (easy) to 5: how hard it is for a small model."""
    rule: bool
    """True: the answer follows from a rule, so items are held out. False: facts, so wordings are held out."""
    asks: tuple[str, ...]
    """Wordings with the slots as {0}, {1}. The last one is never taught where the family is one of facts."""
    says: str
    """The full sentence that answers, with {answer} and the slots."""
    again: str
    """How the next turn asks the same of something else."""
    items: tuple[Item, ...] = field(repr=False, compare=False)


def pairs(text: str) -> tuple[Item, ...]:
    """Items of a table of facts, written `HOT COLD, BIG SMALL`."""
    cells = [entry.split() for entry in text.replace("\n", " ").split(",") if entry.strip()]
    return tuple(Item((asked,), answer) for asked, answer in cells)
