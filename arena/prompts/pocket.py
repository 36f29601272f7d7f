"""Prompts of the pocket world: instructions whose answers can be checked, with the right answers.

Parts are disjoint, and those that measure ask what the others do not teach (`arena.pocket.parts`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge

from arena.errors import BadRequest
from arena.keys import key
from arena.pocket.parts import Part, chosen, draw
from arena.pocket.task import Task
from arena.preflight import Finding
from arena.prompts.types import Read, prompt_id, reference_id
from arena.types import Prompt, Reference

_VERSION = 1
"""Changes when the same settings give other prompts."""


@dataclass(frozen=True, slots=True)
class Config:
    """Which prompts."""

    split: Part = "panel"
    """Part of the world: pretrain, d0 to d9 (taught), panel, skill, heldout-seen, heldout-unseen."""
    n: Annotated[int, Ge(1)] = 200
    """How many prompts."""
    families: str = ""
    """Families or categories to draw from, separated by commas; empty: all of them, evenly."""
    seed: Annotated[int, Ge(0)] = 0
    """Seed of the draw; a longer draw of the same seed begins with the same prompts."""

    @property
    def only(self) -> frozenset[str]:
        """The names in `families`."""
        return frozenset(name.strip() for name in self.families.split(",") if name.strip())


def read(config: Config, board: str) -> Iterator[Read]:
    """Each prompt and its right answer."""
    for task in draw(config.split, config.n, config.seed, config.only):
        asked = prompt(task, board)
        turns = tuple(turn.gold for turn in task.turns)
        yield asked
        yield Reference(reference_id(asked.id, "pocket", turns), asked.id, "pocket", turns)


def prompt(task: Task, board: str) -> Prompt:
    """A task as a prompt of a board."""
    return Prompt(
        id=prompt_id(board, task.natural),
        source="pocket",
        natural=task.natural,
        turns=tuple(turn.text for turn in task.turns),
        categories=(task.category,),
        language="en",
        difficulty=task.difficulty,
    )


def identity(config: Config) -> str:
    """Content key of the draw."""
    names = ",".join(sorted(config.only))
    return key("pocket-prompts", _VERSION, config.split, config.n, names, config.seed)


def check(config: Config) -> tuple[Finding, ...]:
    """Whether the families exist."""
    try:
        chosen(config.only)
    except BadRequest as error:
        return (Finding("red", "prompts", str(error)),)
    return (Finding("green", "prompts", f"{config.n} prompts of the pocket world's part {config.split}"),)
