"""Says nothing more: the prompt as it is, to stand beside the other users where several are compared.

As an arm of a bandit it is the choice not to go on. Leaves out everything else.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from arena.keys import key
from arena.preflight import Finding
from arena.types import Prompt
from arena.users.types import Said, User


@dataclass(frozen=True, slots=True)
class Config:
    """Nothing to set."""


@dataclass(frozen=True, slots=True)
class Plain:
    """Nobody."""

    exact: bool = False

    def say(self, prompts: Sequence[Prompt]) -> Iterator[Said]:
        """Nothing, of each prompt."""
        return (Said(prompt.id, ()) for prompt in prompts)

    def close(self) -> None:
        """Holds nothing."""


def open(config: Config) -> User:  # noqa: A001, ARG001 - the entry point's form everywhere
    """The user."""
    return Plain()


def identity(config: Config) -> str:  # noqa: ARG001 - the entry point's form everywhere
    """Always the same."""
    return key("user", "plain")


def check(config: Config) -> tuple[Finding, ...]:  # noqa: ARG001 - the entry point's form everywhere
    """Nothing can go wrong."""
    return (Finding("green", "user plain", "leaves prompts as they are"),)
