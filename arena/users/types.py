"""What a simulated user is: prompts in, the turns out with which that user would go on.

A user is one file of this folder with a module docstring, a `Config` dataclass (a docstring under each
field) and three functions: `open(config) -> User`, `identity(config) -> str` (content key of what would be
said) and `check(config) -> tuple[Finding, ...]`. A user speaks before anybody has answered, so that both
sides of a battle hear the same; what is said fits whatever the answer is. Users do not import each other, but
for `saying`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from arena.types import Prompt


@dataclass(frozen=True, slots=True)
class Said:
    """With what a user goes on after a prompt."""

    prompt: str
    """Id of that prompt."""
    turns: tuple[str, ...]
    """Further turns; none: the prompt stays as it is."""
    error: str = ""
    """Why nothing could be said; empty: it could."""


class User(Protocol):
    """Somebody who goes on."""

    @property
    def exact(self) -> bool:
        """As of a backend: whether a batch that was cut short is asked again whole."""
        ...

    def say(self, prompts: Sequence[Prompt]) -> Iterator[Said]:
        """With what to go on after each prompt, in any order."""
        ...

    def close(self) -> None:
        """Lets go of what the user holds."""
        ...
