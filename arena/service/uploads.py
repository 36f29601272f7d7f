"""Files that a browser sent: each upload a folder of its own in the home's scratch, gone after its import.

They are only looked at and imported; an upload that nobody imports goes when the app starts anew. Leaves out
receiving them (`arena.pages.data`).
"""

import re
import secrets
import shutil
from collections.abc import Iterable
from pathlib import Path

from arena.errors import BadRequest, NotFound

_MARK = re.compile(r"[0-9a-f]{16}")
_ODD = re.compile(r"[\x00-\x1f\x7f/\\:]")
LONGEST = 120
"""Characters of a file name that are kept, its ending included."""


class Uploads:
    """The uploads of this app, by a mark that only the browser which sent them knows."""

    def __init__(self, scratch: Path) -> None:
        self.received = scratch / "uploads"
        """Where the web server puts what comes in."""
        self.folder = scratch / "arrived"

    def sweep(self) -> None:
        """Takes away what an earlier run left."""
        for folder in (self.received, self.folder):
            shutil.rmtree(folder, ignore_errors=True)

    def take(self, files: Iterable[Path]) -> str:
        """Moves received files to a folder of their own; gives its mark.

        Raises:
            BadRequest: a file does not lie where received files lie, or there is none.
        """
        found = list(files)
        if not found or not all(_within(file, self.received) and file.is_file() for file in found):
            raise BadRequest("the upload did not arrive whole: send it once more")
        mark = secrets.token_hex(8)
        place = self.folder / mark
        place.mkdir(parents=True)
        for number, file in enumerate(found):
            name = named(file.name)
            file.replace(place / (f"{number}-{name}" if (place / name).exists() else name))
        return mark

    def path(self, mark: str) -> Path:
        """The file of an upload, or its folder where there are several.

        Raises:
            NotFound: it is gone.
        """
        place = self.folder / mark
        files = sorted(place.iterdir()) if _MARK.fullmatch(mark) and place.is_dir() else []
        if not files:
            raise NotFound("the upload is no longer here: choose the files once more")
        return files[0] if len(files) == 1 else place

    def drop(self, path: Path) -> None:
        """Removes the upload that a path is, or lies in; any other path is left alone."""
        if _within(path, self.folder):
            first = path.resolve().relative_to(self.folder.resolve()).parts[0]
            shutil.rmtree(self.folder / first, ignore_errors=True)

    def holds(self, path: Path) -> bool:
        """Whether a path, wherever its dots and links lead, lies in an upload."""
        return _within(path, self.folder)

    def told(self, text: str) -> str:
        """A text without the places of uploads in it: only the names of files that were sent."""
        return re.sub(re.escape(str(self.folder.resolve())) + r"/[0-9a-f]{16}(/|\b)", _short, text)


def named(name: str) -> str:
    """A file name without anything that a file system or a screen could take for more than letters."""
    clean = _ODD.sub("_", name).strip(". ") or "file"
    if len(clean) <= LONGEST:
        return clean
    stem, dot, ending = clean.rpartition(".")
    room = LONGEST - len(ending) - 1
    return f"{stem[:room]}.{ending}" if dot and room > 0 else clean[:LONGEST]


def _short(found: re.Match[str]) -> str:
    return "" if found.group(1) else "the upload"


def _within(path: Path, folder: Path) -> bool:
    real, inside = path.resolve(), folder.resolve()
    return inside in real.parents
