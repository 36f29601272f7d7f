"""What the parts of the corpus share: where prompts come from, what a step drops, what it works with.

A cleaning step is one file of `arena.corpus.steps` with a module docstring, a `Config` dataclass (a docstring
under each field; names are unique over all steps, for each is a flag) and `drops(pool, alive, config, room)
-> Iterator[Drop]`. Steps do not import each other. Leaves out their order (`recipe`) and running (`clean`).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from arena.keys import key
from arena.types import Prompt

Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]
Matrix = NDArray[np.float16] | NDArray[np.float32]
EVERY = 500
"""Rows between two looks at whether to stop."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of a table in no known format hold what. Left empty, the usual names are tried."""

    prompt: str = ""
    """Column of the prompt: a text, a list of turns, or a list of messages. Dots lead into nested values."""
    input: str = ""
    """Column whose text is put under the prompt (Alpaca's `input`)."""
    category: str = ""
    """Column of the category, or of a list of them."""
    id: str = ""
    """Column of a prompt's own id; else a prompt is known by its words."""
    tongue: str = ""
    """Column of the language."""


@dataclass(frozen=True, slots=True)
class Place:
    """A collection of prompts: a file, a folder of files, or `hub:OWNER/NAME`."""

    path: str
    name: str = ""
    """What it is called; else the file's name."""
    columns: Columns = Columns()

    @property
    def called(self) -> str:
        """The collection's name."""
        return self.name or Path(self.path.rpartition(":")[2]).stem


@dataclass(frozen=True, slots=True)
class Drop:
    """One prompt that a step takes out."""

    number: int
    """Its place in the pool."""
    reason: str
    """One of few words, so that it can be counted."""
    detail: str = ""
    """What exactly: the pattern, the other prompt, the figure."""


class Told(Protocol):
    """Hears how far a part of the work is."""

    def __call__(self, step: str, done: int, total: int | None = None) -> None:
        """Takes the part's name and rows done, of how many where that is known."""
        ...


class Embedder(Protocol):
    """Turns texts into vectors of length 1."""

    def corpus(self, numbers: Numbers) -> Matrix:
        """A matrix on disk with a row per prompt of the pool, of which at least these are filled."""
        ...

    def items(self, name: str, texts: list[str]) -> Matrix:
        """One row per text of a small collection."""
        ...


@dataclass(frozen=True, slots=True)
class Room:
    """What the work has: a folder to write to, a way to be stopped, somebody to tell, vectors."""

    folder: Path
    check: Callable[[], None]
    """Raises where the work is to stop."""
    told: Told
    embedder: Embedder
    against: tuple[Place, ...] = ()
    """Benchmarks that prompts must not resemble."""

    def watched(
        self, step: str, rows: Iterable[tuple[int, Prompt]], total: int
    ) -> Iterable[tuple[int, Prompt]]:
        """The rows, with a look at whether to stop and a word of progress now and then."""
        for done, row in enumerate(rows):
            if done % EVERY == 0:
                self.check()
                self.told(step, done, total)
            yield row
        self.told(step, total, total)


def whole(prompt: Prompt) -> str:
    """All turns of a prompt as one text."""
    return "\n".join(prompt.turns)


def prompt_id(source: str, natural: str) -> str:
    """Id of a prompt: the same as when its collection is imported under that name."""
    return key("prompt", source, natural)
