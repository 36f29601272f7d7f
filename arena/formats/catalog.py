"""Which formats there are and which files are which.

Leaves out reading rows. A new format is a new file here; nothing else names it.
"""

import os
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType
from typing import Any, Literal, Protocol, cast

from arena.errors import BadRequest, NotFound, Unreadable
from arena.formats.read.text import BINARY, guard, head, pickled
from arena.formats.types import Item, Source, Takes, Written

MAPPED = "mapped"
"""The format that a person describes; no file is taken for it unasked."""

STAGES = ("questions", "answers", "battles")
"""The order of a folder's files: what others refer to comes first."""


class Format(Protocol):
    """What a format's file holds (see `types`); `GIVES` says to which stage of a folder it belongs."""

    __doc__: str | None
    CHECKED: str
    GIVES: Literal["questions", "answers", "battles"]

    def sniff(self, path: Path, head: bytes, /) -> bool:
        """Whether a file looks like this format by its first bytes."""

    def read(self, source: Source) -> Iterator[Item]:
        """Rows, rejects and notes, in the file's order."""


class Exporter(Protocol):
    """A format that can be written: its own file, or the one of its name in `write`."""

    __doc__: str | None
    WRITES: Takes

    def write(self, rows: Iterable[Any], path: Path) -> Written:
        """Writes what `WRITES` names to a file, or to a new folder where the format has several files."""


QUIET = {"dataset_info.json", "state.json", "dataset_dict.json"}
"""What Hugging Face's datasets keeps beside its tables: skipped without a word."""

Files = list[tuple[Path, str]]
"""Files to read, in order, each with its format."""


@cache
def names() -> tuple[str, ...]:
    """Every format, by name."""
    here = str(Path(__file__).parent)
    return tuple(
        sorted(m.name for m in iter_modules([here]) if not m.ispkg and m.name not in ("catalog", "types"))
    )


def load(name: str) -> Format:
    """The format of this name. Raises BadRequest naming the choices."""
    if name not in names():
        raise BadRequest(f"no format {name!r}; choose one of {', '.join(names())}")
    return cast("Format", import_module(f"arena.formats.{name}"))


@cache
def exporters() -> dict[str, Exporter]:
    """Every format that can be written, by name."""
    beside = [m.name for m in iter_modules([str(Path(__file__).parent / "write")])]
    modules = {name: import_module(f"arena.formats.write.{name}") for name in beside}
    modules |= {name: cast("ModuleType", load(name)) for name in names() if name not in modules}
    return {
        name: cast("Exporter", modules[name]) for name in sorted(modules) if hasattr(modules[name], "WRITES")
    }


def exporter(name: str) -> Exporter:
    """The format of this name, if it can be written. Raises BadRequest naming those that can."""
    if name not in exporters():
        what = f"{name} is only read, not written" if name in names() else f"no format {name!r}"
        raise BadRequest(f"{what}; choose one of {', '.join(exporters())}")
    return exporters()[name]


def sniff(path: Path, only: str | None = None) -> str | None:
    """The format of a file by its first bytes, `only` this one if named; None where no format knows it."""
    start = head(path)
    if pickled(path, start):
        return None
    choices = [name for name in names() if name != MAPPED] if only is None else [only]
    return next((name for name in choices if load(name).sniff(path, start)), None)


def find(
    root: Path,
    format: str | None = None,  # noqa: A002 - the option's name everywhere
) -> tuple[Files, tuple[str, ...]]:
    """(files, what was skipped): questions, then answers, then battles, each sorted by path.

    A named format takes a single file as it is, and of a folder the files that look like it.

    Raises:
        BadRequest: no format has this name.
        NotFound: there is no such file or folder.
        Unreadable: no format knows the file, or any file of the folder.
    """
    if format is not None:
        load(format)
    if not root.exists():
        raise NotFound(f"{root}: no such file or folder")
    if not root.is_dir():
        return [(root, _single(root, format))], ()
    paths = list(_files(root))
    found = [(path, name) for path in paths if (name := sniff(path, only=format))]
    if not found:
        what = format or "in a known format"
        raise Unreadable(f"{root}: none of its {len(paths)} files is {what}; known are {', '.join(names())}")
    known = {path for path, _ in found}
    skipped = (f"{path.relative_to(root)} is skipped: {_why(path)}" for path in _odd(paths, known))
    return sorted(found, key=_stage), tuple(skipped)


def _odd(paths: list[Path], known: set[Path]) -> list[Path]:
    return [path for path in paths if path not in known and path.name not in QUIET]


def _single(path: Path, named: str | None) -> str:
    start = head(path)
    if not start.startswith(BINARY):
        guard(path, start)
    if (name := named or sniff(path)) is None:
        raise Unreadable(f"{path}: in no known format ({', '.join(names())}); name one with --format")
    return name


def _files(root: Path) -> Iterator[Path]:
    """Regular files under a folder, sorted, without hidden ones."""
    for folder, below, files in os.walk(root):
        below[:] = sorted(name for name in below if not name.startswith("."))
        for name in sorted(files):
            path = Path(folder, name)
            if not name.startswith(".") and path.is_file():
                yield path


def _stage(file: tuple[Path, str]) -> tuple[int, Path]:
    return STAGES.index(load(file[1]).GIVES), file[0]


def _why(path: Path) -> str:
    return "a pickle is never loaded" if pickled(path, head(path)) else "no format knows it"
