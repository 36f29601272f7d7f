"""Prompts on disk, by number: read once, walked in order or looked up singly, never held in memory.

One JSON line per prompt and a file of where each begins: 8 bytes per prompt are what memory maps. Leaves out
which of them are still in (`clean`).
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from arena.corpus.types import Mask, Numbers, whole
from arena.types import Prompt


class Pool:
    """The prompts of a folder."""

    def __init__(self, folder: Path) -> None:
        """Opens a pool that was written."""
        self.path = folder / "pool.jsonl"
        offsets = folder / "offsets.npy"
        self.offsets: Numbers = (
            np.load(offsets, mmap_mode="r") if offsets.stat().st_size else np.zeros(0, int)
        )

    def __len__(self) -> int:
        return len(self.offsets)

    def get(self, numbers: Sequence[int] | range | Numbers) -> list[Prompt]:
        """The prompts of these numbers, in that order."""
        with self.path.open("rb") as file:
            return [self._one(file, int(number)) for number in numbers]

    def texts(self, numbers: Sequence[int] | range | Numbers) -> list[str]:
        """All turns of each, as one text."""
        return [whole(prompt) for prompt in self.get(numbers)]

    def walk(self, alive: Mask | None = None) -> Iterator[tuple[int, Prompt]]:
        """(number, prompt) in order, of those that are still in."""
        with self.path.open("rb") as file:
            for number, line in enumerate(file):
                if alive is None or alive[number]:
                    yield number, _prompt(line)

    def _one(self, file: BinaryIO, number: int) -> Prompt:
        file.seek(int(self.offsets[number]))
        return _prompt(file.readline())


def write(prompts: Iterable[Prompt], folder: Path) -> int:
    """Writes a pool; how many prompts it has. `offsets.npy` comes last: with it the pool is whole."""
    folder.mkdir(parents=True, exist_ok=True)
    raw, count, at = folder / "offsets.raw", 0, 0
    with (folder / "pool.jsonl").open("wb") as file, raw.open("wb") as marks:
        for prompt in prompts:
            marks.write(at.to_bytes(8, "little"))
            at += file.write(_line(prompt))
            count += 1
    found = np.fromfile(raw, dtype="<i8")
    np.save(folder / "offsets.tmp.npy", found)
    (folder / "offsets.tmp.npy").replace(folder / "offsets.npy")
    raw.unlink()
    return count


def there(folder: Path) -> bool:
    """Whether a pool was written whole."""
    return (folder / "offsets.npy").is_file()


def _line(prompt: Prompt) -> bytes:
    row: list[Any] = [
        prompt.id,
        prompt.source,
        prompt.natural,
        prompt.turns,
        prompt.categories,
        prompt.language,
        prompt.difficulty,
    ]
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _prompt(line: bytes) -> Prompt:
    key, source, natural, turns, categories, language, difficulty = json.loads(line)
    return Prompt(key, source, natural, tuple(turns), tuple(categories), language, difficulty)
