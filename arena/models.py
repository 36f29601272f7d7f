"""Where a model is: a local directory, `shipped:NAME` (comes with the program), or a name of the hub.

Leaves out loading one (`arena.backends`).
"""

import json
from hashlib import blake2b
from pathlib import Path

from arena.errors import NotFound
from arena.keys import file_hash, key
from arena.settings import shipped

PREFIX = "shipped:"
"""Marks a model that comes with the program, in `models/` of its data folder."""

_SMALL = 1 << 30
"""Bytes of weights up to which every byte is hashed; larger ones by size, head and tail of each file."""
_EDGE = 1 << 20


def place(reference: str) -> str:
    """The directory of a model as an absolute path, or the hub's name as it is.

    Raises:
        NotFound: `shipped:` and no such model, or a path that is not there.
    """
    if reference.startswith(PREFIX):
        folder = shipped() / "models"
        path = folder / reference.removeprefix(PREFIX)
        if not path.is_dir():
            there = sorted(p.name for p in folder.iterdir() if p.is_dir()) if folder.is_dir() else []
            raise NotFound(f"no model {reference}: there are {', '.join(there) or 'none'}")
        return str(path)
    path = Path(reference).expanduser()
    if path.is_dir():
        return str(path.resolve())
    if path.is_absolute() or reference.startswith((".", "~")):
        raise NotFound(f"{reference}: no such model directory")
    return reference


def identity(reference: str) -> str:
    """Content key of a model: of its files where they are local, of its name where they are not."""
    found = place(reference)
    folder = Path(found)
    if not folder.is_absolute():
        return key("hub-model", found)
    kept = sorted(
        p for p in folder.iterdir() if p.suffix in (".safetensors", ".json", ".jinja", ".model", ".txt")
    )
    small = sum(p.stat().st_size for p in kept) <= _SMALL
    told = {p.name: file_hash(p) if small else _edges(p) for p in kept if p.name != "manifest.json"}
    return key("local-model", json.dumps(told, sort_keys=True))


def _edges(path: Path) -> str:
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(_EDGE)
        file.seek(max(0, size - _EDGE))
        return blake2b(head + file.read(_EDGE) + str(size).encode(), digest_size=16).hexdigest()


def promoted(folder: Path) -> dict[str, Path]:
    """The promoted models in a home's `models` folder: name of the lineage, and its directory now."""
    if not folder.is_dir():
        return {}
    links = (path for path in sorted(folder.iterdir()) if path.is_symlink() and path.is_dir())
    return {path.name: path.resolve() for path in links}


def successor(lineage: str, head: Path) -> str:
    """What a lineage is called that begins with another one's promoted model: `pocket-loop-after-i1-dpo`."""
    version = head.name.removeprefix(f"{lineage}-").rpartition("-")[0]
    return f"{lineage}-after-{version}"
