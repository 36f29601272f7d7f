"""Adds a condition that can be checked by eye: shorter, as a list, without some word, for a child.

A constraint shows whether a model follows a form, and keeps the content.
Leaves out answering.
"""

from dataclasses import dataclass

from arena.backends.types import Where
from arena.preflight import Finding
from arena.users import saying
from arena.users.saying import Speaking
from arena.users.types import User

NAME = "constraint"


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
