"""What a tournament tells: units of facts that belong together, with how far it is and what failed; costs.

Leaves out where they go.
"""

from dataclasses import dataclass
from typing import Literal

from arena.types import Fact


@dataclass(frozen=True, slots=True)
class Failure:
    """One row that went wrong, which is data: it is also among the facts, with its status."""

    kind: str
    """Its status: `error`, `refused`, `truncated`, `unparsed`."""
    text: str
    """One line: which row, and why."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Facts to be appended whole. Those that were told before are not among them."""

    step: Literal["prompts", "answers", "games", "grades"]
    facts: tuple[Fact, ...]
    done: int
    """Rows of this step that are done, with those before."""
    total: int
    """Rows of this step that are planned so far."""
    failures: tuple[Failure, ...] = ()
    notes: tuple[str, ...] = ()
    """Lines for people."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a dry run."""

    what: str
    value: float
    unit: str = ""
    note: str = ""
