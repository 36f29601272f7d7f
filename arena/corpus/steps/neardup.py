"""Near-duplicates: drops prompts whose word n-grams are mostly those of an earlier one (MinHash-LSH).

Signatures are compared, so a likeness is an estimate: with 128 permutations it is off by 0.04 or so.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from annotated_types import Ge, Le

from arena.corpus import minhash
from arena.corpus.pool import Pool
from arena.corpus.types import Drop, Mask, Room, whole

VERSION = "2"
"""Raised by hand where the same prompts would come to other signatures."""


@dataclass(frozen=True, slots=True)
class Config:
    """What counts as nearly the same."""

    jaccard: Annotated[float, Ge(0), Le(1)] = 0.7
    """Likeness (Jaccard) from which the later of two prompts is dropped; 0 keeps all."""
    shingle: Annotated[int, Ge(1), Le(20)] = 3
    """Words of an n-gram."""
    permutations: Annotated[int, Ge(16), Le(1024)] = 128
    """Length of a signature: more is more exact and slower."""


def drops(pool: Pool, alive: Mask, config: Config, room: Room) -> Iterator[Drop]:
    """Prompts that are nearly an earlier, kept one."""
    numbers = np.flatnonzero(alive)
    if not config.jaccard or len(numbers) < 2:
        return
    path = room.folder / "signatures.npy"
    rows = room.watched("neardup", pool.walk(alive), len(numbers))
    shingles = (minhash.grams(whole(prompt), config.shingle) for _, prompt in rows)
    signatures = minhash.signed(shingles, len(numbers), config.permutations, path)
    for row, other, likeness in minhash.near(signatures, config.jaccard, room.check):
        yield Drop(int(numbers[row]), "nearly another", f"{likeness:.2f} of #{numbers[other]}")
    path.unlink()
