"""What can be known to go wrong before a job starts: findings, red ones stop it, amber ones are told."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["red", "amber", "green"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    level: Level
    """red: it cannot work as it is; amber: it may not; green: looked at and fine."""
    subject: str
    """What was looked at: `model gpt-x`, `judge`, `disk`, `prompts`."""
    text: str
    """One line: what was found, with the value, and where it is not fine what to do."""


def worst(findings: tuple[Finding, ...]) -> Level:
    """The worst level among findings; green where there are none."""
    levels: tuple[Level, ...] = ("red", "amber", "green")
    return next((level for level in levels if any(f.level == level for f in findings)), "green")
