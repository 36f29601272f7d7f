"""A capability set: prompts with reference answers, and the share that a model answers as one of them says.

Guards what a model could do before against being unlearnt. Leaves out judging (`training.checks.grades`).
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from arena import plugins
from arena.backends.types import Backend, Sampling
from arena.errors import BadRequest
from arena.jobs.types import Desk
from arena.keys import key
from arena.plugins import Choice
from arena.preflight import Finding
from arena.tournament import answering
from arena.tournament.config import Contestant
from arena.tournament.crew import BACKENDS
from arena.tournament.reading import PROMPTS, together
from arena.types import Prompt, Reference

_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of the set."""

    prompts: Choice
    """A file of `arena.prompts` and its options; those without a reference answer are passed over."""
    name: str = "capability"
    """What the figure is called."""
    match: Literal["same", "contains"] = "contains"
    """Whether an answer must be a reference or hold it; case, spaces and a full stop do not count."""
    backend: Choice = Choice("transformers")
    """What the model answers through; its `model` becomes the one that is measured."""
    sampling: Sampling = Sampling(temperature=0.0, max_tokens=256)
    """How it answers."""


def look(config: Config) -> Iterator[Finding]:
    """Whether the prompts are there."""
    found = plugins.load(PROMPTS, config.prompts.name).check(plugins.config(PROMPTS, config.prompts))
    yield from (replace(one, subject=f"{config.name} prompts") for one in found)


def measure(config: Config, model: str, desk: Desk) -> Mapping[str, float]:
    """The share that is right, with its 95 % interval.

    Raises:
        BadRequest: no prompt has a reference answer.
    """
    options = plugins.config(PROMPTS, config.prompts)
    read = plugins.load(PROMPTS, config.prompts.name).read(options, "check")
    asked = [(prompt, references) for prompt, references in together(read) if references]
    if not asked:
        raise BadRequest(f"{config.name}: none of the prompts has a reference answer to compare with")
    desk.step(config.name, len(asked))
    own = Contestant("model", Choice(config.backend.name, {**config.backend.options, "model": model}))
    backend = plugins.load(BACKENDS, own.backend.name).open(plugins.config(BACKENDS, own.backend))
    hits = 0
    try:
        for at in range(0, len(asked), _AT_ONCE):
            desk.check()
            hits += _hits(config, own, backend, asked[at : at + _AT_ONCE])
            desk.progress(config.name, min(at + _AT_ONCE, len(asked)))
    finally:
        backend.close()
    low, high = wilson(hits, len(asked))
    return {config.name: hits / len(asked), f"{config.name}, low": low, f"{config.name}, high": high}


def _hits(
    config: Config, own: Contestant, backend: Backend, asked: list[tuple[Prompt, tuple[Reference, ...]]]
) -> int:
    rows = [answering.Row(key("check", prompt.id), prompt, 0) for prompt, _ in asked]
    told = answering.answer(rows, own, backend, config.sampling, answering.Tries(1), bool)
    return sum(
        any(right(one.response.turns, reference.turns, config.match) for reference in references)
        for one, (_, references) in zip(told, asked, strict=True)
    )


def right(said: tuple[str, ...], reference: tuple[str, ...], match: Literal["same", "contains"]) -> bool:
    """Whether every turn is as the reference has it."""
    if len(said) != len(reference):
        return False
    pairs = [(_plain(own), _plain(other)) for own, other in zip(said, reference, strict=True)]
    return all(own == other or (match == "contains" and other and other in own) for own, other in pairs)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).removesuffix(".")


def wilson(hits: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share."""
    p, z = hits / n, 1.96
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)
