"""Repeated prefix: drops prompts that begin as an earlier one does (the paper's "another one's first 10").

The paper does not say 10 of what. Words are the default: ten characters ("Write a st") would leave a corner
of any collection. A prompt with fewer words is compared whole. Case and blanks do not count. Memory: about
80 bytes per prompt that is kept.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Annotated, Literal

from annotated_types import Ge

from arena.corpus.pool import Pool
from arena.corpus.types import Drop, Mask, Room


@dataclass(frozen=True, slots=True)
class Config:
    """What counts as the same beginning."""

    prefix: Annotated[int, Ge(0)] = 10
    """Length of the beginning that may stand only once; 0 keeps all."""
    prefix_unit: Literal["characters", "words"] = "words"
    """What it is counted in."""


def drops(pool: Pool, alive: Mask, config: Config, room: Room) -> Iterator[Drop]:
    """Prompts whose first turn begins as that of an earlier prompt."""
    if not config.prefix:
        return
    seen: dict[int, int] = {}
    reason = f"the first {config.prefix} {config.prefix_unit} are those of another"
    for number, prompt in room.watched("prefix", pool.walk(alive), int(alive.sum())):
        words = prompt.turns[0].casefold().split()
        start = " ".join(words[: config.prefix]) if config.prefix_unit == "words" else " ".join(words)
        start = start if config.prefix_unit == "words" else start[: config.prefix]
        mark = int.from_bytes(blake2b(start.encode("utf-8", "replace"), digest_size=8).digest(), "little")
        first = seen.setdefault(mark, number)
        if first != number:
            yield Drop(number, reason, f"as #{first}")
