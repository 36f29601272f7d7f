"""Minimum length: drops prompts that say next to nothing (the paper's "shorter than 10").

The paper does not say 10 of what. Characters are the default: ten words would drop every plain question.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge

from arena.corpus.pool import Pool
from arena.corpus.types import Drop, Mask, Room, whole


@dataclass(frozen=True, slots=True)
class Config:
    """How short is too short."""

    min_length: Annotated[int, Ge(0)] = 10
    """Prompts shorter than this are dropped; 0 keeps all."""
    length_unit: Literal["characters", "words"] = "characters"
    """What the length is counted in."""


def drops(pool: Pool, alive: Mask, config: Config, room: Room) -> Iterator[Drop]:
    """Prompts that are too short, all turns together."""
    for number, prompt in room.watched("length", pool.walk(alive), int(alive.sum())):
        text = whole(prompt).strip()
        size = len(text) if config.length_unit == "characters" else len(text.split())
        if size < config.min_length:
            yield Drop(number, f"shorter than {config.min_length} {config.length_unit}", str(size))
