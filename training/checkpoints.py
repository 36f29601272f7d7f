"""Model directories that are whole or not there: written under another name, renamed, manifest last.

The manifest says what a checkpoint was made from (parents, data, config, algorithm version) and lists its
files, so that a directory which a killed process left behind is never taken for one. Leaves out what a
checkpoint holds (`training.stages`) and where a model is (`arena.models`).
"""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any

from arena.keys import key
from training.errors import Torn

MANIFEST = "manifest.json"
"""Written last."""
STEP = "checkpoint-"
"""What resume points are called in a stage's work folder; a number follows."""

_EDGE = 1 << 22
"""Bytes from head and tail of a file that its mark is made of; smaller files are read whole."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a checkpoint is and where it came from."""

    key: str
    """Content key of everything that decided it: same key, same checkpoint."""
    stage: str
    version: int
    """Hand-set version of the algorithm."""
    parents: Mapping[str, str]
    """`start`, `reference`, `reward`, ... -> content key of that model (`arena.models.identity`)."""
    data: str
    """Hash of the rows file."""
    config: Mapping[str, Any]
    rows: int = 0
    steps: int = 0
    figures: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    """Size and hash of every file."""


def stage_key(manifest: Manifest) -> str:
    """The content key that the manifest's stage, version, parents, data and config come to."""
    told = json.dumps([dict(manifest.parents), dict(manifest.config)], sort_keys=True, default=str)
    return key("checkpoint", manifest.stage, manifest.version, manifest.data, told)


def read(folder: Path) -> Manifest | None:
    """A directory's manifest, or None where there is none that can be read."""
    try:
        found = json.loads((folder / MANIFEST).read_text("utf-8"))
        return Manifest(**{**found, "notes": tuple(found.get("notes", ()))})
    except (OSError, ValueError, TypeError, AttributeError):
        return None


def whole(folder: Path) -> bool:
    """Whether a directory has its manifest, and every file is as the manifest says."""
    manifest = read(folder)
    return manifest is not None and all(
        (folder / name).is_file() and _mark(folder / name) == mark for name, mark in manifest.files.items()
    )


def finished(out: Path, wanted: str) -> Manifest | None:
    """The manifest of a checkpoint that is there already; None where nothing is.

    Raises:
        Torn: something is there that is not whole or was made otherwise.
    """
    if not out.exists():
        return None
    found = read(out)
    if found is None or not whole(out):
        raise Torn(f"{out}: holds no whole checkpoint; move it away, or write to another folder")
    if found.key != wanted:
        raise Torn(f"{out}: holds a checkpoint of other data or settings; write to another folder")
    return found


def seal(folder: Path, manifest: Manifest) -> Manifest:
    """Lists the files of a directory in its manifest and writes that last, all of it on disk on return."""
    kept = sorted(p for p in folder.rglob("*") if p.is_file() and p != folder / MANIFEST)
    for path in kept:
        _flush(path)
    full = Manifest(
        **{**_fields(manifest), "files": {p.relative_to(folder).as_posix(): _mark(p) for p in kept}}
    )
    half = folder / (MANIFEST + ".part")
    half.write_text(json.dumps(_fields(full), indent=1, default=str), "utf-8")
    _flush(half)
    half.replace(folder / MANIFEST)
    _flush(folder)
    return full


@contextmanager
def publish(out: Path) -> Iterator[Path]:
    """A folder to write a checkpoint to and `seal`; it becomes `out` in one rename when all went well."""
    half = out.with_name(f".{out.name}.part")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(parents=True)
    yield half
    if not whole(half):
        raise Torn(f"{half}: was not sealed")
    half.replace(out)
    _flush(out.parent)


def latest(work: Path, wanted: str) -> Path | None:
    """The last resume point that is whole and of this key; those that are not are removed."""
    for folder in sorted(work.glob(STEP + "*"), key=_number, reverse=True):
        found = read(folder)
        if found is not None and found.key == wanted and whole(folder):
            return folder
        shutil.rmtree(folder, ignore_errors=True)
    return None


def _number(folder: Path) -> int:
    tail = folder.name.removeprefix(STEP)
    return int(tail) if tail.isdigit() else -1


def _fields(manifest: Manifest) -> dict[str, Any]:
    return asdict(manifest)


def _mark(path: Path) -> str:
    size = path.stat().st_size
    with path.open("rb") as file:
        digest = blake2b(file.read(_EDGE), digest_size=16)
        if size > 2 * _EDGE:
            file.seek(size - _EDGE)
        digest.update(file.read())
    return f"{size}:{digest.hexdigest()}"


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
