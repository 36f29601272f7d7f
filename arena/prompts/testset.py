"""A built test set as prompts: Diverse, Hard, Mix or a part of it, by the set's name or its folder."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Annotated

from annotated_types import Ge

from arena.corpus import manifest, sets
from arena.errors import ArenaError, BadRequest
from arena.keys import file_hash, key
from arena.preflight import Finding
from arena.prompts.types import Read, prompt_id
from arena.settings import Settings
from arena.types import Prompt


@dataclass(frozen=True, slots=True)
class Config:
    """Which prompts."""

    name: str
    """Name of a set that was built, or the path of its folder."""
    file: str = "mix"
    """Which of its files: diverse, hard, mix, D0, D1, ... or rest."""
    limit: Annotated[int, Ge(0)] = 0
    """So many from the beginning; 0: all."""


def read(config: Config, board: str) -> Iterator[Read]:
    """The prompts in the set's order."""
    with _file(config).open(encoding="utf-8") as file:
        for line in islice(file, config.limit or None):
            row = json.loads(line)
            natural = row["question_id"]
            yield Prompt(
                prompt_id(board, natural),
                row["source"],
                natural,
                tuple(row["turns"]),
                tuple(row["categories"]),
                row["language"],
                row["difficulty"],
            )


def identity(config: Config) -> str:
    """Content key of the file."""
    return key("testset-prompts", 1, file_hash(_file(config)), config.limit)


def check(config: Config) -> tuple[Finding, ...]:
    """Whether the set is there and as it was written."""
    try:
        path = _file(config)
        held = sets.find(Settings().home, config.name)
        count = manifest.lines(path)
    except ArenaError as error:
        return (Finding("red", "prompts", str(error)),)
    if not count:
        return (Finding("red", "prompts", f"{config.file} of {held.name} is empty: choose another file"),)
    if path.relative_to(held.folder).as_posix() in manifest.changed(held.folder):
        return (Finding("amber", "prompts", f"{path} was changed since the set was built"),)
    return (Finding("green", "prompts", f"{config.limit or count:,} prompts of {held.name} {config.file}"),)


def _file(config: Config) -> Path:
    held = sets.find(Settings().home, config.name)
    files = sets.files(held)
    if config.file not in files:
        raise BadRequest(f"set {held.name} has no {config.file!r}: choose one of {', '.join(files)}")
    return files[config.file]
