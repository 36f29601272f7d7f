"""What reading a reply gives, and what a judge says of the verdicts that it asks for.

Leaves out how a reply is read (`parse`).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from arena.types import Status

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Pattern(Generic[T]):
    """A verdict as it stands in prose. All places where it stands must say the same."""

    regex: re.Pattern[str]
    value: Callable[[re.Match[str]], T | None]
    """What a match says; None where it says nothing that can be (a score of 11)."""


@dataclass(frozen=True, slots=True)
class Form(Generic[T]):
    """How a kind of verdict looks: in JSON, and in prose."""

    keys: tuple[str, ...]
    """Keys that the JSON object must have for the verdict."""
    value: Callable[[Mapping[str, object]], T | None]
    """The verdict in an object with these keys; None where the values cannot be."""
    patterns: tuple[Pattern[T], ...]
    """In prose: the first that is found decides."""
    why: str = "explanation"
    """Key of the explanation in the JSON object."""


@dataclass(frozen=True, slots=True)
class Reading(Generic[T]):
    """What a reply came to."""

    status: Status
    value: T | None
    """The verdict; None unless the status is ok."""
    explanation: str
    """The judge's reasons: the object's explanation, else the reply itself."""
