"""What a judge is: games in, one verdict each out; what could not be read is a status, never a guess.

A judge is one file of this folder with a module docstring, a `Config` dataclass (a docstring under each
field) and three functions: `open(config) -> Judge`, `identity(config) -> str` (content key: prompt text,
model and settings; part of every verdict's key) and `check(config) -> tuple[Finding, ...]`. A judge that
asks a model has a field `backend: Choice` and opens it through `arena.plugins`; its prompts are text files
in `prompts/` beside it. Judges do not import each other, but for what they share in `asking/` and `reading/`.
A file whose `open` gives a `Grader` says `GIVES = "grades"`. Leaves out playing both games of a battle and
retrying (`arena.referee`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from arena.types import Grade, Prompt, Reference, Response, Verdict


@dataclass(frozen=True, slots=True)
class Game:
    """One judging of a battle in one order. `a` and `b` are the battle's sides, whatever the order shown."""

    id: str
    """Id of the verdict to be given."""
    battle: str
    prompt: Prompt
    a: Response
    b: Response
    game: int
    """1: a is shown first; 2: b is."""
    seed: int
    reference: Reference | None = None
    tried: int = 0
    """How often it was judged before without a readable verdict; then other words are wanted."""

    @property
    def swapped(self) -> bool:
        """Whether b is shown first."""
        return self.game == 2

    @property
    def shown(self) -> tuple[Response, Response]:
        """The responses in the order in which the judge sees them."""
        return (self.b, self.a) if self.swapped else (self.a, self.b)


class Judge(Protocol):
    """Something that decides games."""

    @property
    def name(self) -> str:
        """As boards show it."""
        ...

    @property
    def exact(self) -> bool:
        """As of a backend: whether a batch that was cut short is judged again whole."""
        ...

    def judge(self, games: Sequence[Game]) -> Iterator[Verdict]:
        """One verdict for each game, in any order, sides mapped back to the battle's.

        Raises:
            ArenaError: nothing can be judged at all.
        """
        ...

    def close(self) -> None:
        """Lets go of what the judge holds."""
        ...


@dataclass(frozen=True, slots=True)
class Paper:
    """One response to be graded alone, up to and including one turn."""

    id: str
    """Id of the grade to be given."""
    prompt: Prompt
    response: Response
    turn: int
    seed: int
    reference: Reference | None = None
    tried: int = 0
    """How often it was graded before without a readable grade."""


class Grader(Protocol):
    """Something that grades single responses: what `open` of `single_score` gives."""

    @property
    def name(self) -> str:
        """As boards show it."""
        ...

    @property
    def exact(self) -> bool:
        """As of a judge."""
        ...

    def grade(self, papers: Sequence[Paper]) -> Iterator[Grade]:
        """One grade for each paper, in any order."""
        ...

    def close(self) -> None:
        """Lets go of what the grader holds."""
        ...
