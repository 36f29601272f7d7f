"""What a file format is asked: does this file look like yours, what rows are in it.

A format is one file in this folder; its file name is its name. Its module docstring is its help text. It has
`CHECKED` ("a real file" or "the published schema"), `sniff(path, head) -> bool` and `read(source) ->
Iterator[Item]`. One that can be exported has `WRITES` (what it takes) and `write(rows, path) -> Written`,
here or, where that is longer, in a file of the same name in `write`. Formats do not import each other and
never touch the database.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from arena.keys import file_hash
from arena.types import Grade, Note, Reject, Row

Item = Row | Reject | Note


@dataclass(frozen=True)
class Source:
    """One file to read, and what is known from outside of it."""

    path: Path
    root: Path
    """What the person named: the file itself, or its folder (other files there may explain it)."""
    board: str
    """The board the rows are for; part of every natural key, so that one file can stand in two boards."""
    judge: str | None = None
    """Name of the judge for rows that name none; None: the format's own default, else "unknown"."""
    maps: tuple[tuple[str, str], ...] = ()
    """For the format `mapped`: (our field, their column), or (our field, "=" and the value for every row)."""
    values: tuple[tuple[str, str, str], ...] = ()
    """For the format `mapped`: (our field, their value, ours)."""

    @cached_property
    def digest(self) -> str:
        """Hash of the file, for rows without a natural id."""
        return file_hash(self.path)


Takes = Literal["battles", "grades", "counts", "board", "standings"]
"""What an export is given: Records, Graded, PairCounts, Published or Standings."""


@dataclass(frozen=True, slots=True)
class Graded:
    """A single grade, and its question's own id where that is known."""

    grade: Grade
    question: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """One model's line of a ranking as a reader wants it."""

    rank: int
    model: str
    value: float
    low: float | None
    high: float | None
    battles: int


@dataclass(frozen=True, slots=True)
class Written:
    """What an export wrote, and what of the board its format could not carry."""

    rows: int
    notes: tuple[str, ...] = ()
