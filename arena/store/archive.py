"""A home as one zip file: its files, and last a manifest with the size and hash of each.

Reading trusts nothing: names, kinds and sizes are checked before a byte is written, hashes while it is.
Leaves out what of a home goes in (`arena.service.backup`) and what is done with it (`arena.cli.restore`).
"""

import re
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from pydantic import TypeAdapter, ValidationError

from arena.errors import Unreadable

FORM = 1
"""Version of the archive's form."""
MANIFEST = "arena-backup.json"
LONGEST = 1 << 28
"""Bytes of a manifest that are read: about a million files."""
THICK, LARGE = 500, 100 << 20
"""A file that unpacks to so many times its bytes, and to so many bytes, is taken for a bomb."""
_BLOCK = 1 << 20
_PACKED = (".parquet", ".safetensors", ".gz", ".zst", ".zip", ".png", ".webp", ".npy")
"""Endings of files that no second packing makes smaller."""
_WAYS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ODD = re.compile(r"[\x00-\x1f\x7f\\:]")
_TORN = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError)
"""What zipfile raises on bent bytes; RuntimeError: packing is locked or unknown, ValueError: odd places."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file that goes in."""

    name: str
    """Path below the home, with slashes."""
    path: Path
    most: int | None = None
    """Only so many bytes of it."""
    lines: bool = False
    """Only whole lines: somebody may be writing the last one."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file that is in."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive holds."""

    form: int
    program: str
    """Version of the program that wrote it."""
    normal: int
    """Version of the normal form of its imports."""
    made: str
    """UTC, ISO 8601."""
    files: tuple[Entry, ...]
    links: dict[str, str]
    """Links, each to a name in its own folder."""
    home: str = ""
    """Where the home lay; empty in archives of before that was noted."""


def put(archive: zipfile.ZipFile, source: Source) -> Entry | None:
    """Writes a file into an archive; None where it is gone by now."""
    packed = source.name.endswith(_PACKED)
    info = zipfile.ZipInfo(source.name)
    info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
    try:
        file = source.path.open("rb")
    except FileNotFoundError:
        return None
    digest, size = sha256(), 0
    with file, archive.open(info, "w", force_zip64=True) as inside:
        blocks = _blocks(file, source.most)
        for block in _whole(blocks) if source.lines else blocks:
            inside.write(block)
            digest.update(block)
            size += len(block)
    return Entry(source.name, size, digest.hexdigest())


def seal(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Writes the manifest; an archive without one is torn."""
    archive.writestr(MANIFEST, TypeAdapter(Manifest).dump_json(manifest), zipfile.ZIP_DEFLATED)


def _blocks(file: BinaryIO, most: int | None) -> Iterator[bytes]:
    left = most
    while block := file.read(_BLOCK if left is None else min(_BLOCK, left)):
        yield block
        left = None if left is None else left - len(block)


def _whole(blocks: Iterable[bytes]) -> Iterator[bytes]:
    held = b""
    for block in blocks:
        upto = block.rfind(b"\n") + 1
        if upto:
            yield held + block[:upto]
            held = b""
        held += block[upto:]


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive that was looked through and found to be in order, but for the hashes."""

    path: Path
    zip: zipfile.ZipFile
    manifest: Manifest

    @property
    def size(self) -> int:
        """Bytes that it unpacks to."""
        return sum(entry.size for entry in self.manifest.files)

    def unpack(self, folder: Path) -> None:
        """Writes all files below a folder.

        Raises:
            Unreadable: a file is not what the manifest says.
            OSError: it could not be written.
        """
        for entry in self.manifest.files:
            place = folder / entry.name
            place.parent.mkdir(parents=True, exist_ok=True)
            with place.open("xb") as file:
                self._copy(entry, file)
        for name, target in self.manifest.links.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).symlink_to(target)

    def _copy(self, entry: Entry, file: BinaryIO) -> None:
        digest, size = sha256(), 0
        for block in self._read(entry):
            size += len(block)
            if size > entry.size:
                break
            digest.update(block)
            file.write(block)
        if (size, digest.hexdigest()) != (entry.size, entry.sha256):
            raise Unreadable(f"{self.path}: {entry.name!r} is not what was backed up; nothing was kept")

    def _read(self, entry: Entry) -> Iterator[bytes]:
        """A file's bytes; what cannot be read is the archive's fault, and told apart from a full disk."""
        try:
            with self.zip.open(entry.name) as inside:
                yield from iter(lambda: inside.read(_BLOCK), b"")
        except (OSError, *_TORN) as error:
            raise Unreadable(f"{self.path}: damaged at {entry.name!r}: {error}; nothing was kept") from error


@contextmanager
def opened(path: Path, normal: int) -> Iterator[Archive]:
    """An archive, looked through; `normal` is the version of normal forms that can be read.

    Raises:
        Unreadable: it is torn, no backup, of a newer version, or holds what no backup holds.
    """
    try:
        archive = zipfile.ZipFile(path)
    except OSError as error:
        raise Unreadable(f"{path}: cannot be read: {error.strerror}") from error
    except _TORN as error:
        raise Unreadable(f"{path}: no backup, or the end of one is missing: {error}") from error
    with archive:
        if odd := next((one.filename for one in archive.infolist() if one.compress_type not in _WAYS), None):
            raise Unreadable(f"{path}: {odd[:80]!r} is packed as no backup packs; nothing was restored")
        manifest = _manifest(path, archive)
        if manifest.form > FORM or manifest.normal > normal:
            raise Unreadable(
                f"{path}: written by a newer version ({manifest.program}): update the program, then restore"
            )
        if wrong := _wrong(archive, manifest):
            raise Unreadable(f"{path}: {wrong}; nothing was restored")
        yield Archive(path, archive, manifest)


def _manifest(path: Path, archive: zipfile.ZipFile) -> Manifest:
    try:
        with archive.open(MANIFEST) as file:
            text = file.read(LONGEST + 1)
        if len(text) > LONGEST:
            raise Unreadable(f"{path}: its manifest is too long to be one")
        return TypeAdapter(Manifest).validate_json(text)
    except KeyError as error:
        raise Unreadable(f"{path}: no backup of this program: {MANIFEST} is missing") from error
    except (ValidationError, OSError, *_TORN) as error:
        raise Unreadable(f"{path}: its manifest cannot be read; take another backup") from error


def _wrong(archive: zipfile.ZipFile, manifest: Manifest) -> str | None:
    """What an archive holds that no backup holds."""
    said = {entry.name: entry.size for entry in manifest.files}
    names = [info.filename for info in archive.infolist()]
    if len(names) != len(set(names)) or len(said) != len(manifest.files):
        return "it holds a name twice"
    if set(names) != {*said, MANIFEST}:
        odd = min({*said, MANIFEST} ^ set(names))
        return f"manifest and content differ at {odd[:80]!r}"
    folders = {str(parent) for name in (*said, *manifest.links) for parent in PurePosixPath(name).parents}
    for name in (*said, *manifest.links):
        if not sound(name):
            return f"the name {name[:80]!r} would leave the home"
        if name in folders:
            return f"{name[:80]!r} is both a file and a folder"
    if crooked := next((name for name, to in manifest.links.items() if not _beside(name, to, said)), None):
        return f"the link {crooked[:80]!r} leads out of its folder"
    return next(filter(None, (_odd(info, said) for info in archive.infolist())), None)


def sound(name: str) -> bool:
    """Whether a name is a plain path below a folder."""
    parts = name.split("/")
    return len(name) <= 1024 and not _ODD.search(name) and not any(part in ("", ".", "..") for part in parts)


def _beside(name: str, target: str, files: Iterable[str]) -> bool:
    """Whether a link leads to something in its own folder, and is not itself a folder of files."""
    if "/" in target or not sound(target) or name in files:
        return False
    there = str(PurePosixPath(name).parent / target)
    return any(file == there or file.startswith(there + "/") for file in files)


def _odd(info: zipfile.ZipInfo, said: dict[str, int]) -> str | None:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        return f"{info.filename[:80]!r} is no plain file"
    if info.flag_bits & 1:
        return f"{info.filename[:80]!r} is encrypted"
    if info.filename != MANIFEST and info.file_size != said[info.filename]:
        return f"{info.filename[:80]!r} is not as long as its manifest says"
    if info.file_size > LARGE and info.file_size > THICK * info.compress_size:
        return f"{info.filename[:80]!r} would unpack to {info.file_size / 1e9:.1f} GB out of nearly nothing"
    return None
