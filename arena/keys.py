"""Content keys: the same fact gets the same 128-bit id on every machine and at every import.

Leaves out what a fact's natural key is; each format decides that (METRICS.md, "Identity").
"""

from hashlib import blake2b, file_digest
from pathlib import Path


def key(*parts: str | int | None) -> str:
    """Id of a fact from the parts of its natural key, as a UUID string.

    Parts are length-prefixed, so ("ab", "c") and ("a", "bc") differ; None differs from "".
    """
    texts = (b"-:" if part is None else _framed(str(part)) for part in parts)
    digest = blake2b(b"".join(texts), digest_size=16).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:]}"


def _framed(part: str) -> bytes:
    text = part.encode("utf-8", "surrogatepass")
    return b"%d:%b" % (len(text), text)


def file_hash(path: Path) -> str:
    """Hex blake2b-128 of a file's bytes, read in blocks."""
    with path.open("rb") as file:
        return file_digest(file, lambda: blake2b(digest_size=16)).hexdigest()
