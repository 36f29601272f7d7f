"""Content keys: the same fact gets the same 128-bit id on every machine and at every import.

Leaves out what a fact's natural key is; each format decides that (METRICS.md, "Identity").
"""

from hashlib import blake2b, file_digest
from pathlib import Path
from uuid import UUID


def key(*parts: str | int | None) -> str:
    """Id of a fact from the parts of its natural key, as a UUID string.

    Parts are length-prefixed, so ("ab", "c") and ("a", "bc") differ; None differs from "".
    """
    digest = blake2b(digest_size=16)
    for part in parts:
        text = b"" if part is None else str(part).encode("utf-8", "surrogatepass")
        digest.update(f"{'-' if part is None else len(text)}:".encode())
        digest.update(text)
    return str(UUID(bytes=digest.digest()))


def file_hash(path: Path) -> str:
    """Hex blake2b-128 of a file's bytes, read in blocks."""
    with path.open("rb") as file:
        return file_digest(file, lambda: blake2b(digest_size=16)).hexdigest()
