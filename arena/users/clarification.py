"""Did not understand: asks for the answer to be made clearer, without a new subject.

A clarification shows whether a model can say the same in other words, and stands by what is right.
Leaves out answering.
"""

from dataclasses import dataclass

from arena.backends.types import Where
from arena.preflight import Finding
from arena.users import saying
from arena.users.saying import Speaking
from arena.users.types import User

NAME = "clarification"


@dataclass(frozen=True, slots=True)
class Config(Speaking):
    """How often, and through what."""


def open(config: Config) -> User:  # noqa: A001 - the entry point's name everywhere
    """The user."""
    return saying.opened(NAME, config)


def identity(config: Config) -> str:
    """Content key of what would be said."""
    return saying.identity(NAME, config)


def check(config: Config) -> tuple[Finding, ...]:
    """What is known of its model."""
    return saying.check(NAME, config)


def where(config: Config) -> Where:
    """Where its model works."""
    return saying.where(config)
