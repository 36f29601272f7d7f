"""Rows into JSON Lines or a JSON array, one by one, and into a folder with one file per model.

Leaves out what a row holds.
"""

import json
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

OPEN = 64
"""Files of a folder that are held open at a time."""


def dump(row: Mapping[str, Any], null: Sequence[str] = ()) -> str:
    """A row as JSON on one line; of the fields that are None only those of `null` are there."""
    kept = {field: value for field, value in row.items() if value is not None or field in null}
    return json.dumps(kept, ensure_ascii=False)


def lines(rows: Iterable[str], path: Path) -> int:
    """One row per line; returns how many."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        return sum(1 for row in rows if file.write(row + "\n"))


def array(rows: Iterable[str], path: Path, before: str = "[", after: str = "]") -> int:
    """Rows of one JSON array, in constant memory; returns how many."""
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(before)
        for row in rows:
            file.write((",\n" if count else "\n") + row)
            count += 1
        file.write(f"\n{after}\n")
    return count


def question(natural: str) -> int | str:
    """A question's id as its file had it: FastChat's are whole numbers."""
    return (
        int(natural) if natural.isascii() and natural.isdigit() and str(int(natural)) == natural else natural
    )


class Folder:
    """Text files under a folder, as many as there are, a few of them open."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._open: OrderedDict[Path, TextIO] = OrderedDict()
        self._begun: set[Path] = set()
        root.mkdir(parents=True)

    def __enter__(self) -> "Folder":
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._open.values():
            file.close()

    def file(self, place: Path, begin: str = "") -> TextIO:
        """The file at a place below the folder, open for appending; a new one starts with `begin`."""
        if place in self._open:
            self._open.move_to_end(place)
            return self._open[place]
        if len(self._open) >= OPEN:
            self._open.popitem(last=False)[1].close()
        path = self.root / place
        path.parent.mkdir(parents=True, exist_ok=True)
        file = self._open[place] = path.open("a", encoding="utf-8", newline="")
        if place not in self._begun:
            self._begun.add(place)
            file.write(begin)
        return file


def named(model: str) -> str:
    """A model's name as a file's: what no file may be called is an underscore."""
    kept = "".join("_" if char in '/\\:*?"<>|' or ord(char) < 32 else char for char in model)
    return f"_{kept[1:]}" if kept.startswith(".") else kept
