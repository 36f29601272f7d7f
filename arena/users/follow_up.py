"""Asks on: a follow-up question about the subject of the conversation so far.

A follow-up shows whether a model keeps to what was said before.
Leaves out answering.
"""

from dataclasses import dataclass

from arena.backends.types import Where
from arena.preflight import Finding
from arena.users import saying
from arena.users.saying import Speaking
from arena.users.types import User

NAME = "follow_up"


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
