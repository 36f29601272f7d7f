"""The prompts of a frozen panel, with their reference answers, under the ids that they have there.

Leaves out the opponents' answers, which the tournament takes from the panel itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from arena.errors import NotFound, Unreadable
from arena.keys import file_hash, key
from arena.preflight import Finding
from arena.prompts.types import Read
from arena.types import Prompt, Reference

_KINDS: dict[bytes, TypeAdapter[Prompt] | TypeAdapter[Reference]] = {
    b"prompt": TypeAdapter(Prompt),
    b"reference": TypeAdapter(Reference),
}


@dataclass(frozen=True, slots=True)
class Config:
    """Which panel."""

    path: str
    """The panel's folder."""


def read(config: Config, board: str) -> Iterator[Read]:  # noqa: ARG001 - ids are the panel's
    """The prompts in the panel's order."""
    with _file(config).open("rb") as file:
        for number, line in enumerate(file, 1):
            kind, _, body = line.partition(b"\t")
            try:
                yield _KINDS[kind].validate_json(body)
            except (KeyError, ValidationError) as error:
                raise Unreadable(
                    f"{_file(config)}, line {number}: no prompt: freeze the panel again"
                ) from error


def identity(config: Config) -> str:
    """Content key of the prompts."""
    return key("panel-prompts", file_hash(_file(config)))


def check(config: Config) -> tuple[Finding, ...]:
    """Whether the panel is there."""
    try:
        with _file(config).open("rb") as file:
            count = sum(line.startswith(b"prompt\t") for line in file)
    except NotFound as error:
        return (Finding("red", "prompts", str(error)),)
    return (Finding("green", "prompts", f"{count} prompts of panel {Path(config.path).name}"),)


def _file(config: Config) -> Path:
    path = Path(config.path).expanduser() / "prompts.jsonl"
    if not path.is_file():
        raise NotFound(f"{config.path}: no panel is there: freeze one first")
    return path
