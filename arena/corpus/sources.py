"""Collections as a stream of prompts: our formats, JSON, JSON Lines, csv, parquet, arrow, folders, the hub.

A file in a format that holds prompts (questions, battles, conversations) is read as that; any other by its
columns. Several turns stay several turns. A prompt that stands in many rows (every battle repeats it) comes
once. Leaves out the columns (`columns`) and what becomes of the prompts (`pool`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from arena.corpus import columns, hub
from arena.corpus.types import Columns, Place
from arena.errors import ArenaError, NotFound, Unreadable
from arena.formats import catalog
from arena.formats.read import records
from arena.formats.read.fields import Malformed, excerpt
from arena.formats.read.text import CUT
from arena.formats.types import Source
from arena.keys import file_hash, key
from arena.types import Prompt, Reject, Row

SUFFIXES = (".parquet", ".arrow", ".jsonl", ".json", ".csv")
PROBED = 200
"""Rows of a known format after which it is clear that it holds no prompts."""
Found = Prompt | Reject


@dataclass(frozen=True, slots=True)
class File:
    """One file of a collection: what it is and how it is read."""

    path: Path
    format: str | None
    """A format of `arena.formats`; None: by its columns."""


def place(text: str, columns_: Columns | None = None) -> Place:
    """A collection from `PATH` or `NAME=PATH`."""
    name, equals, path = text.partition("=")
    if not equals or "/" in name:
        name, path = "", text
    return Place(path, name, columns_ or Columns())


def fetched(where: Place, home: Path) -> Place:
    """The collection on this machine: what is on the hub is fetched, once.

    Raises:
        Unreadable: the hub cannot be reached or has no such set.
    """
    name = hub.named(Path(where.path))
    return where if name is None else Place(str(hub.fetch(name, home)), where.called, where.columns)


def files(where: Place) -> tuple[File, ...]:
    """The files of a collection.

    Raises:
        NotFound: there is no such file or folder.
        Unreadable: nothing in it can be read as prompts.
    """
    root = _root(where)
    if root.is_file():
        return (_file(root, where),)
    found, why = [], ""
    for path in sorted(path for path in root.rglob("*") if _wanted(path, root)):
        try:
            found.append(_file(path, where))
        except ArenaError as error:
            why = why or str(error)
    if not found:
        raise Unreadable(why or f"{root}: no {', '.join(SUFFIXES)} in it")
    return tuple(found)


def identity(where: Place) -> str:
    """Content key of what a collection holds and how it is read."""
    read = files(where)
    told = (f"{file.format}:{file_hash(file.path)}" for file in read)
    return key("collection", where.called, str(where.columns), *told)


def read(where: Place) -> Iterator[Found]:
    """Prompts, each once, and rows without one.

    Raises:
        ArenaError: as `files`; or a file cannot be read whole.
    """
    seen: set[int] = set()
    for file in files(where):
        for item in _rows(file, where):
            if isinstance(item, Prompt):
                mark = int(item.id[:8] + item.id[9:13] + item.id[14:18], 16)
                if mark in seen:
                    continue
                seen.add(mark)
            yield item


def _root(where: Place) -> Path:
    root = Path(where.path).expanduser().resolve()
    if not root.exists():
        raise NotFound(f"{root}: no such file or folder")
    return root


def _wanted(path: Path, root: Path) -> bool:
    hidden = any(part.startswith(".") for part in path.relative_to(root).parts)
    return path.is_file() and path.suffix in SUFFIXES and not hidden and path.name not in catalog.QUIET


def _file(path: Path, where: Place) -> File:
    """How a file is read: as the format that it is in where that has prompts, else by its columns."""
    if not where.columns.prompt and (name := catalog.sniff(path)) is not None:
        rows = islice(catalog.load(name).read(_source(path, where)), PROBED)
        if any(
            isinstance(fact, Prompt) and fact.turns
            for row in rows
            if isinstance(row, Row)
            for fact in row.facts
        ):
            return File(path, name)
    names: set[str] = set()
    for row in islice(records.read(path, bool, "a table of prompts"), PROBED):
        if not isinstance(row, Reject):
            names |= row.values.keys()
    if not columns.knows(names, where.columns):
        wanted = where.columns.prompt or "one of " + ", ".join(columns.PROMPTS)
        raise Unreadable(
            f"{path}: no column for the prompt ({wanted}); it has {', '.join(sorted(names)) or 'none'}: "
            f"name one with --prompt"
        )
    return File(path, None)


def _source(path: Path, where: Place) -> Source:
    return Source(path, path, where.called)


def _rows(file: File, where: Place) -> Iterator[Found]:
    if file.format is None:
        yield from _table(file.path, where)
        return
    for item in catalog.load(file.format).read(_source(file.path, where)):
        if isinstance(item, Reject):
            yield item
        elif isinstance(item, Row):
            yield from (fact for fact in item.facts if isinstance(fact, Prompt) and fact.turns)


def _table(path: Path, where: Place) -> Iterator[Found]:
    for row in records.read(path, bool, "a table of prompts"):
        if isinstance(row, Reject):
            yield row
            continue
        try:
            yield columns.prompt(row.values, where.called, where.columns)
        except Malformed as error:
            yield Reject(row.number, str(error), excerpt(row.text or row.values, CUT))


def every(where: Place) -> tuple[Prompt, ...]:
    """All prompts of a small collection at once: a benchmark.

    Raises:
        Unreadable: it holds none.
    """
    found = tuple(item for item in read(where) if isinstance(item, Prompt))
    if not found:
        raise Unreadable(f"{where.path}: no prompts in it")
    return found
