"""The cleaning steps over a pool, one after the other, each counted and kept on disk under what decides it.

A step that was finished is not done again; a changed option changes its key and those of all after it. Leaves
out what the steps do (`steps`).
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from arena import plugins
from arena.corpus import embed, sources
from arena.corpus.pool import Pool
from arena.corpus.recipe import STEPS, VERSION, Recipe
from arena.corpus.types import Drop, Mask, Room, whole
from arena.keys import key

EXAMPLES, CUT = 5, 200
"""Examples per step, and characters of each."""


@dataclass(frozen=True, slots=True)
class Example:
    """A prompt that was dropped, and why."""

    source: str
    natural: str
    text: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class StepFound:
    """What a step did. before = after + dropped."""

    step: str
    options: dict[str, str]
    before: int
    after: int
    dropped: int
    reasons: dict[str, int]
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What is left, and the funnel to it."""

    alive: Mask
    steps: tuple[StepFound, ...]
    folders: tuple[Path, ...]
    """Where each step left its drops (and `pairs.jsonl`)."""


def cleaned(pool: Pool, recipe: Recipe, room: Room, start: str) -> Cleaned:
    """Runs the steps of a recipe; `start` is the content key of the pool."""
    alive: Mask = np.ones(len(pool), dtype=bool)
    found, folders, before = [], [], start
    for choice in recipe.steps:
        config = plugins.config(STEPS, choice)
        options = {name: str(value) for name, value in asdict(config).items()}
        told = [before, VERSION, choice.name, json.dumps(options, sort_keys=True)]
        if choice.name == "safety":
            told.append(_list(options["blocklist"]))
        if choice.name == "decontaminate":
            told += [room_key(recipe), *(sources.identity(place) for place in recipe.against)]
        step = plugins.load(STEPS, choice.name)
        if version := getattr(step, "VERSION", None):
            told.append(version)
        before = key("step", *told)
        folder = room.folder / "steps" / f"{choice.name}-{before}"
        room.check()
        if not (folder / "drops.jsonl").is_file():
            folder.mkdir(parents=True, exist_ok=True)
            _write(step.drops(pool, alive, config, replace(room, folder=folder)), folder)
        step_found, alive = _taken(choice.name, options, folder, pool, alive)
        room.told(choice.name, step_found.before, step_found.before)
        found.append(step_found)
        folders.append(folder)
    return Cleaned(alive, tuple(found), tuple(folders))


def room_key(recipe: Recipe) -> str:
    """Content key of how a recipe embeds."""
    return key("embedding", embed.identity(recipe.drawing.model), recipe.drawing.tokens)


def drops(folder: Path) -> Iterator[Drop]:
    """What a finished step dropped."""
    with (folder / "drops.jsonl").open(encoding="utf-8") as file:
        yield from (Drop(*json.loads(line)) for line in file)


def _list(path: str) -> str:
    step = plugins.load(STEPS, "safety")
    return key("blocklist", *(line for _, line in step.listed(path)))


def _write(found: Iterator[Drop], folder: Path) -> None:
    fresh = folder / "drops.tmp"
    with fresh.open("w", encoding="utf-8") as file:
        for drop in found:
            file.write(json.dumps([drop.number, drop.reason, drop.detail], ensure_ascii=False) + "\n")
    fresh.replace(folder / "drops.jsonl")


def _taken(
    name: str, options: dict[str, str], folder: Path, pool: Pool, alive: Mask
) -> tuple[StepFound, Mask]:
    left, before = alive.copy(), int(alive.sum())
    reasons: Counter[str] = Counter()
    kept: list[Drop] = []
    for drop in drops(folder):
        left[drop.number] = False
        reasons[drop.reason] += 1
        if reasons[drop.reason] <= EXAMPLES and len(kept) < 4 * EXAMPLES:
            kept.append(drop)
    prompts = pool.get([drop.number for drop in kept])
    examples = tuple(
        Example(prompt.source, prompt.natural, whole(prompt)[:CUT], drop.reason, drop.detail)
        for prompt, drop in zip(prompts, kept, strict=True)
    )
    after = int(left.sum())
    told = dict(sorted(reasons.items(), key=lambda item: (-item[1], item[0])))
    return StepFound(name, options, before, after, before - after, told, examples), left
