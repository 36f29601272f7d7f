"""The lessons of the pocket judge: made-up pairs of answers, and pairs that the pocket models sampled.

Leaves out what a pair looks like to the judge, and what it is to say (`arena.pocket.judging`).
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from random import Random

from arena.pocket.answer import Speaker
from arena.pocket.judging import Answers, Pair, talks, written
from arena.pocket.lessons import Talk
from arena.pocket.parts import Part, draw
from arena.pocket.recipes import Recipe
from arena.pocket.task import Task

SPEAKERS = ("oak", "elm", "ash", "fir", "fern", "sprout")
"""Whose answers it is taught to judge."""
_PARTS: tuple[Part, ...] = ("d0", "d1", "d2")
"""Prompts whose answers are sampled: none that the models were taught."""
_WARMTHS = (0.7, 1.0)
"""Half of the answers are sampled at each of these temperatures."""


def lessons(recipe: Recipe, into: Path) -> Iterator[Talk]:
    """What the judge is taught: made-up pairs, and pairs that models in a folder sample."""
    yield from talks(written("pretrain", recipe.examples, recipe.seed), recipe.seed)
    each = recipe.sampled // len(_PARTS)
    tasks = tuple(chain.from_iterable(draw(part, each, recipe.seed) for part in _PARTS))
    folders = {name: str(into / name) for name in SPEAKERS}
    yield from talks(sampled(tasks, folders, recipe.seed), recipe.seed + 1)


def sampled(
    tasks: Sequence[Task], models: Mapping[str, str], seed: int, warmths: Sequence[float] = _WARMTHS
) -> Iterator[Pair]:
    """A pair of answers of two models for each task; `models` says where each is."""
    rng = Random(f"sampled:{seed}")  # noqa: S311 - seeded on purpose
    spread = [rng.sample(tuple(models), 2) for _ in tasks]
    said: dict[tuple[int, str], Answers] = {}
    for name, place in models.items():
        speaker = Speaker(place)
        mine = [at for at, pair in enumerate(spread) if name in pair]
        for number, warmth in enumerate(warmths):
            part = mine[number :: len(warmths)]
            given = speaker.answers([tasks[at] for at in part], warmth, seed)
            said |= {(at, name): answers for at, answers in zip(part, given, strict=True)}
    for at, (one, two) in enumerate(spread):
        yield tasks[at], said[at, one], said[at, two]
