"""The built sets of a home folder: `sets/NAME/`, each with its manifest. Installing one loses none.

Leaves out building (`build`) and what a folder holds (`manifest`, `telling`).
"""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from arena.corpus import manifest
from arena.corpus.manifest import Manifest
from arena.errors import BadRequest, NotFound, Unreadable

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class Held:
    """One set of a home folder."""

    name: str
    folder: Path
    manifest: Manifest


def root(home: Path) -> Path:
    """Where the sets of a home folder are."""
    return home / "sets"


def named(name: str) -> str:
    """The name, if a set can be called that.

    Raises:
        BadRequest: it cannot.
    """
    if not _NAME.fullmatch(name):
        raise BadRequest(
            f"a set cannot be called {name!r}: small letters, digits, dot, hyphen, underscore; 64 at most"
        )
    return name


def every(home: Path) -> tuple[Held, ...]:
    """All sets, by name; a folder that is no set, or a torn one, is passed over."""
    found = []
    for folder in sorted(root(home).iterdir()) if root(home).is_dir() else []:
        if _NAME.fullmatch(folder.name) and (folder / manifest.NAME).is_file():
            try:
                found.append(Held(folder.name, folder, manifest.read(folder)))
            except Unreadable:
                continue
    return tuple(found)


def find(home: Path, name: str) -> Held:
    """A set by its name, or by the path of its folder.

    Raises:
        NotFound: there is none; the message lists what there is. Unreadable: its manifest is torn.
    """
    folder = root(home) / name if _NAME.fullmatch(name) else Path(name).expanduser()
    if not (folder / manifest.NAME).is_file():
        folder = Path(name).expanduser()
    if not (folder / manifest.NAME).is_file():
        there = ", ".join(held.name for held in every(home)) or "none yet: `arena testset build` makes one"
        raise NotFound(f"no test set {name!r}: there are {there}")
    return Held(folder.name, folder.resolve(), manifest.read(folder))


def files(held: Held) -> dict[str, Path]:
    """The files of prompts of a set, by name: diverse, hard, mix, D0, D1, ..., rest; none from elsewhere."""
    names = (Path(output.path) for output in held.manifest.outputs)
    told = {"dropped", "pairs"}
    return {
        path.stem: held.folder / path
        for path in names
        if path.suffix == ".jsonl"
        and path.stem not in told
        and not path.is_absolute()
        and ".." not in path.parts
    }


def install(made: Path, home: Path, name: str) -> Held:
    """Copies a finished folder to its name. One of that name with other content is kept beside it."""
    target, mine = root(home) / named(name), manifest.read(made)
    if (target / manifest.NAME).is_file():
        old = manifest.read(target)
        if old.digest == mine.digest:
            return Held(name, target, old)
    root(home).mkdir(parents=True, exist_ok=True)
    fresh = root(home) / f".{name}-{uuid4().hex}"
    shutil.copytree(made, fresh)
    if target.exists():
        target.rename(root(home) / _aside(target))
    fresh.rename(target)
    return Held(name, target, mine)


def gather(runs: Path, home: Path) -> None:
    """Installs what finished jobs made and is not here yet."""
    known = {held.manifest.digest for held in every(home)}
    for made in sorted(runs.glob("testset-*/outputs/set")) if runs.is_dir() else []:
        if not (made.parents[1] / "done").is_file() or not (made / manifest.NAME).is_file():
            continue
        told = manifest.read(made)
        if told.digest not in known:
            install(made, home, told.name)
            known.add(told.digest)


def _aside(target: Path) -> str:
    digest = manifest.read(target).digest[:8] if (target / manifest.NAME).is_file() else uuid4().hex[:8]
    return f"{target.name[:50]}-{digest}"
