"""What is to be read and its rows, one by one, for importing and for looking at it first.

Leaves out what becomes of the rows (`arena.importing`, `arena.surveying`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Protocol

from arena.errors import BadRequest, Unreadable
from arena.formats import catalog
from arena.formats.read import mapping
from arena.formats.read.position import watched
from arena.formats.types import Item, Source
from arena.store import boards
from arena.types import Note

STEP = 2_000
"""Rows between two reports of progress."""


class Progress(Protocol):
    """Told now and then how far an import is."""

    def __call__(self, path: Path, rows: int, done: int, total: int) -> None:
        """Takes the file being read, the rows read so far, and the bytes read of all bytes of all files."""
        ...


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be read, and where it is to go."""

    path: Path
    board: str
    judge: str | None
    files: list[tuple[Path, str]]
    """Files in order, each with its format."""
    skipped: tuple[str, ...]
    """Files that no format knows, in words."""
    maps: mapping.Maps = ()
    values: mapping.Values = ()

    @property
    def formats(self) -> str:
        """Their names, joined by "+"."""
        return "+".join(sorted({name for _, name in self.files}))

    def source(self, path: Path) -> Source:
        """One of the files, with what is known from outside of it."""
        return Source(path, self.path, self.board, self.judge, self.maps, self.values)


def planned(
    path: Path,
    board: str | None = None,
    format: str | None = None,  # noqa: A002 - the option's name everywhere
    judge: str | None = None,
    maps: tuple[str, ...] = (),
    values: tuple[str, ...] = (),
) -> Plan:
    """A file, or a folder of files, for a board (named after the path where none is given).

    Raises:
        Unreadable: there is no such path, or no format knows it.
        BadRequest: the board's name does not fit, or the mapping does not hold.
    """
    path = path.expanduser().resolve()
    if not path.exists():
        raise Unreadable(f"{path}: no such file or folder")
    name = boards.checked(board or path.stem)
    if not maps and (values or format == catalog.MAPPED):
        raise BadRequest("--format mapped and --value need --map, such as --map model_a=left")
    if not maps:
        return Plan(path, name, judge, *catalog.find(path, format))
    if format not in (None, catalog.MAPPED):
        raise BadRequest(f"--format {format} and --map clash: a mapping says what the columns are")
    said = mapping.parsed(maps, values)
    return Plan(path, name, judge, *catalog.find(path, catalog.MAPPED), *said)


def items(
    plan: Plan, progress: Progress | None = None, start: tuple[int, int] = (0, 0), rows: int = 0
) -> Iterator[tuple[int, Item]]:
    """(index of the file, row or reject or note), file by file.

    `start` is (file, items of it) to leave out, `rows` how many rows those were: so a stopped import goes on.

    Raises:
        Unreadable: a file cannot be read whole.
    """
    sizes = [path.stat().st_size for path, _ in plan.files]
    total = sum(sizes)
    for index, (path, name) in enumerate(plan.files):
        if index < start[0]:
            continue
        before, skip = sum(sizes[:index]), start[1] if index == start[0] else 0
        with watched(path) as place:
            for item in islice(catalog.load(name).read(plan.source(path)), skip, None):
                yield index, item
                rows += not isinstance(item, Note)
                if progress is not None and rows % STEP == 0:
                    progress(path, rows, before + place.bytes, total)
    if progress is not None:
        progress(plan.path, rows, total, total)
