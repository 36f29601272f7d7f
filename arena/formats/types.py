"""What a file format is asked: does this file look like yours, what rows are in it.

A format is one file in this folder; its file name is its name. Its module docstring is its help text. It has
`CHECKED` ("a real file" or "the published schema"), `sniff(path, head) -> bool` and `read(source) ->
Iterator[Item]`; one that can be exported has `write(...)` too. Formats do not import each other and never
touch the database.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from arena.keys import file_hash
from arena.types import Note, Reject, Row

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

    @cached_property
    def digest(self) -> str:
        """Hash of the file, for rows without a natural id."""
        return file_hash(self.path)
