"""Facts as lines of JSON, tagged by kind: how run folders hold them.

Lines are only ever appended, in shards of a bounded size; a torn last line (a machine that died) is dropped
when the folder is written to again and never read. Leaves out what facts mean (`arena.types`).
"""

import json
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import MISSING, dataclass, fields
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from arena.errors import Unreadable
from arena.keys import key
from arena.types import Battle, Fact, Grade, PairCount, Prompt, Published, Reference, Response, Verdict

SHARD = 64 << 20
"""Bytes after which a new shard is begun."""
_BLOCK = 1000
"""Facts that are written with one call."""

_KINDS: dict[str, type[Any]] = {
    "prompt": Prompt,
    "reference": Reference,
    "response": Response,
    "battle": Battle,
    "verdict": Verdict,
    "grade": Grade,
    "pair_count": PairCount,
    "published": Published,
}
_TAGS = {kind: tag for tag, kind in _KINDS.items()}
_FIRST = ("id", "status")
"""Fields that stand first in a line, so that a scan for them reads no more."""
_DEFAULTS: dict[type[Any], dict[str, Any]] = {
    kind: {entry.name: entry.default for entry in fields(kind)} for kind in _TAGS
}
_ORDER = {
    kind: tuple(sorted(names, key=lambda name: _FIRST.index(name) if name in _FIRST else 2))
    for kind, names in _DEFAULTS.items()
}
_LISTS = ("turns", "categories")
_HEAD = re.compile(rb'\{"fact":"\w+","id":"([^"\\]+)"(?:,"status":"(\w+)")?')
_NAME = re.compile(r"facts-(\d{5,})\.jsonl")


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place between two lines of a folder's shards."""

    shard: int = 0
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Head:
    """What a scan tells of a fact."""

    id: str
    failed: bool
    """Whether its status says that it could not be had."""
    end: Place
    """Behind its line."""


def line(fact: Fact) -> bytes:
    """A fact as one line. Half of a surrogate pair, which no encoding can carry, becomes `?`."""
    kind = type(fact)
    told: dict[str, Any] = {"fact": _TAGS[kind]}
    defaults = _DEFAULTS[kind]
    for name in _ORDER[kind]:
        value = getattr(fact, name)
        if value != defaults[name] or defaults[name] is MISSING:
            told[name] = value.isoformat() if isinstance(value, datetime) else value
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace") + b"\n"


def parse(text: bytes) -> Fact:
    """The fact of one line.

    Raises:
        ValueError, KeyError, TypeError: it is none.
    """
    raw = json.loads(text)
    kind = _KINDS[raw.pop("fact")]
    for name in _LISTS:
        if name in raw:
            raw[name] = tuple(raw[name])
    if raw.get("when") is not None:
        raw["when"] = datetime.fromisoformat(raw["when"])
    found: Fact = kind(**raw)
    return found


def identity(fact: Fact) -> str:
    """A fact's id; counts and published ratings, which have none, get one of what they are about."""
    if isinstance(fact, PairCount):
        return key("pair-count", fact.category, fact.model_a, fact.model_b)
    if isinstance(fact, Published):
        return key("published", fact.category, fact.model)
    return fact.id


def shards(folder: Path) -> list[tuple[int, Path]]:
    """Number and file of each shard, in order."""
    found = ((_NAME.fullmatch(path.name), path) for path in folder.glob("facts-*.jsonl"))
    return sorted((int(match[1]), path) for match, path in found if match)


def lines(folder: Path, start: Place = Place()) -> Iterator[tuple[Place, bytes]]:
    """Each whole line after a place, with the place behind it.

    Raises:
        Unreadable: a file of them cannot be read.
    """
    for number, path in shards(folder):
        if number < start.shard:
            continue
        offset = start.offset if number == start.shard else 0
        try:
            with path.open("rb") as file:
                for end, text in ended(file, offset):
                    yield Place(number, end), text
        except OSError as error:
            raise Unreadable(f"{path}: cannot be read: {error.strerror}") from error


def ended(file: BinaryIO, offset: int) -> Iterator[tuple[int, bytes]]:
    """Each whole line after an offset, with the offset behind it; one without an end is none yet."""
    file.seek(offset)
    for text in file:
        if not text.endswith(b"\n"):
            return
        offset += len(text)
        yield offset, text


def read(folder: Path, start: Place = Place()) -> Iterator[tuple[Place, Fact]]:
    """Each fact after a place, with the place behind it.

    Raises:
        Unreadable: a line is no fact, or a file of them cannot be read.
    """
    for place, text in lines(folder, start):
        try:
            yield place, parse(text)
        except (ValueError, KeyError, TypeError) as error:
            raise _damaged(folder, place, text) from error


def known(path: Path) -> Iterator[Fact]:
    """The facts of one file, such as those that were put into a run's inputs; none where there is no file.

    Raises:
        Unreadable: a line is no fact.
    """
    if not path.is_file():
        return
    with path.open("rb") as file:
        for number, text in enumerate(file, 1):
            try:
                yield parse(text)
            except (ValueError, KeyError, TypeError) as error:
                raise Unreadable(f"{path}, line {number}: not a fact: {text[:80]!r}") from error


def write(path: Path, facts: Iterable[Fact]) -> int:
    """Writes a file of facts whole; returns how many."""
    beside, count = path.with_name(f"{path.name}.tmp"), 0
    with beside.open("wb") as file:
        for count, fact in enumerate(facts, 1):  # noqa: B007 - the last count is what is wanted
            file.write(line(fact))
    beside.replace(path)
    return count


def heads(folder: Path) -> Iterator[Head]:
    """Id and failure of every fact, without reading the rest of it."""
    for place, text in lines(folder):
        found = _HEAD.match(text)
        if found is not None:
            yield Head(found[1].decode(), found[2] is not None, place)
            continue
        try:
            fact = parse(text)
        except (ValueError, KeyError, TypeError) as error:
            raise _damaged(folder, place, text) from error
        yield Head(identity(fact), getattr(fact, "status", "ok") != "ok", place)


def _damaged(folder: Path, place: Place, text: bytes) -> Unreadable:
    where = f"{folder / f'facts-{place.shard:05d}.jsonl'}, up to byte {place.offset}"
    return Unreadable(f"{where}: the line is no fact (was the file edited?): {text[:80]!r}")


class Shards:
    """Appends facts to a folder; what `append` was given is on disk when it returns."""

    def __init__(self, folder: Path, shard: int = SHARD) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self._most = folder, shard
        there = shards(folder)
        self._number = there[-1][0] if there else 1
        self._file = self._open()

    def __enter__(self) -> "Shards":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def end(self) -> Place:
        """Behind the last fact."""
        return Place(self._number, self._file.tell())

    def append(self, facts: Iterable[Fact]) -> None:
        """Appends facts.

        Raises:
            OSError: they could not be written (disk full); the file is as it was before.
        """
        if self._file.tell() >= self._most:
            self._file.close()
            self._number += 1
            self._file = self._open()
        before, texts = self._file.tell(), map(line, facts)
        try:
            while block := b"".join(islice(texts, _BLOCK)):
                written(self._file, block)
            os.fsync(self._file.fileno())
        except OSError:
            self._file.truncate(before)
            self._file.seek(before)
            raise

    def close(self) -> None:
        """Lets go of the file."""
        self._file.close()

    def _open(self) -> BinaryIO:
        """The last shard, cut behind its last whole line. Unbuffered: what is written is the system's."""
        path = self.folder / f"facts-{self._number:05d}.jsonl"
        path.touch()
        file = path.open("r+b", buffering=0)
        file.truncate(whole(file))
        file.seek(0, os.SEEK_END)
        return file


def whole(file: BinaryIO) -> int:
    """How many bytes of a file are whole lines."""
    end = file.seek(0, os.SEEK_END)
    while end:
        start = max(0, end - (1 << 16))
        file.seek(start)
        found = file.read(end - start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0


def written(file: BinaryIO, data: bytes) -> None:
    """Writes all of it into an unbuffered file, which takes what it can at a time."""
    view = memoryview(data)
    while view:
        view = view[file.write(view) :]
