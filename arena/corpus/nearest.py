"""Nearest rows of a large matrix to each row of a small one, block by block: exact, in bounded memory.

Vectors have length 1, so a product is a cosine. Leaves out where they come from (`embed`).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from arena.corpus.types import Matrix, Numbers

CELLS = 16_000_000
"""Similarities that are held at a time: 64 MB."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How many nearest, and from which similarity on any number of them."""

    count: int
    least: float | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """One row near an item; `rank` 1 is the nearest, 0 means found by similarity alone."""

    item: int
    row: int
    rank: int
    similarity: float


def hits(
    rows: Matrix,
    numbers: Numbers,
    items: Matrix,
    asked: Asked,
    check: Callable[[], None] = lambda: None,
) -> Iterator[Hit]:
    """By rank, item by item; then what is only over the threshold: each row once, with its nearest item.

    Of `rows` only those of `numbers` are looked at, and told by number.
    """
    ranked = Ranked(len(items), min(asked.count, len(numbers)))
    over: list[Hit] = []
    small = np.asarray(items, dtype=np.float32).T
    block = max(256, CELLS // max(len(items), 1))
    for start in range(0, len(numbers), block):
        check()
        part = numbers[start : start + block]
        cosines = np.asarray(rows[part], dtype=np.float32) @ small
        ranked.take(cosines, part)
        if asked.least is not None:
            best = cosines.argmax(axis=1)
            top = cosines[np.arange(len(best)), best]
            found = np.flatnonzero(top >= asked.least)
            over += [Hit(int(best[at]), int(part[at]), 0, float(top[at])) for at in found]
    known = set()
    for hit in ranked.hits():
        known.add(hit.row)
        yield hit
    yield from (hit for hit in over if hit.row not in known)


class Ranked:
    """The best rows of each item so far. Of equal similarities the earlier row comes first."""

    def __init__(self, items: int, count: int) -> None:
        self.count = count
        self.rows: NDArray[np.int64] = np.full((items, count), -1, dtype=np.int64)
        self.best: NDArray[np.float32] = np.full((items, count), -np.inf, dtype=np.float32)

    def take(self, cosines: NDArray[np.float32], numbers: Numbers) -> None:
        """Sees a block of rows against all items."""
        if not self.count:
            return
        count = min(self.count, len(cosines))
        part = np.argpartition(-cosines, count - 1, axis=0)[:count].T
        values = np.take_along_axis(cosines.T, part, axis=1)
        rows = np.concatenate([self.rows, numbers[part]], axis=1)
        best = np.concatenate([self.best, values], axis=1)
        order = np.lexsort((rows, -best), axis=1)[:, : self.count]
        self.rows, self.best = np.take_along_axis(rows, order, 1), np.take_along_axis(best, order, 1)

    def hits(self) -> Iterator[Hit]:
        """Item by item, nearest first."""
        for item, (rows, best) in enumerate(zip(self.rows, self.best, strict=True)):
            for rank, (row, value) in enumerate(zip(rows, best, strict=True), 1):
                yield Hit(item, int(row), rank, float(value))
