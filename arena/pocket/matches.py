"""The lessons of the pocket judge: made-up pairs of answers, and pairs that the pocket models sampled.

Leaves out what a pair looks like to the judge, and what it is to say (`arena.pocket.judging`).
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

from arena.pocket.answer import Speaker
from arena.pocket.judging import Answers, Pair, written
from arena.pocket.judging import talks as judged
from arena.pocket.lessons import Talk
from arena.pocket.lessons import talks as taught
from arena.pocket.parts import draw
from arena.pocket.recipes import Recipe, load

SPEAKERS = ("oak", "elm", "ash", "fir", "fern", "sprout")
"""Whose answers it is taught to judge."""
_LONG = 0.4
"""Share of conversations of two turns that is kept: they are twice as long and cost twice as much."""


def lessons(recipe: Recipe, into: Path) -> Iterator[Talk]:
    """What the judge is taught: made-up pairs, pairs that the models in a folder sample, and prompts.

    Half, a quarter and a quarter of the examples; the prompts are there so that it forgets no answers.
    """
    size, seed = recipe.examples, recipe.seed
    made = (written("pretrain", size // 2, seed), sampled(size // 4, into, seed))
    for number, pairs in enumerate(made):
        rng = Random(f"long:{seed}:{number}")  # noqa: S311 - seeded on purpose
        kept = (pair for pair in pairs if len(pair[0].turns) == 1 or rng.random() < _LONG)
        yield from judged(kept, seed + number, letters=recipe.letters)
    yield from taught(replace(load("sequoia"), examples=size // 4))


def sampled(count: int, into: Path, seed: int) -> Iterator[Pair]:
    """Pairs of answers of two models, sampled at temperature 1 on prompts that are not among the made-up."""
    rng = Random(f"sampled:{seed}")  # noqa: S311 - seeded on purpose
    tasks = list(draw("d0", count // 4, seed)) + list(draw("pretrain", count - count // 4, seed + 1))
    names = SPEAKERS
    spread = [rng.sample(names, 2) for _ in tasks]
    said: dict[tuple[int, str], Answers] = {}
    for name in names:
        mine = [at for at, pair in enumerate(spread) if name in pair]
        given = Speaker(str(into / name)).answers([tasks[at] for at in mine], 1.0, seed)
        said |= {(at, name): answers for at, answers in zip(mine, given, strict=True)}
    for at, (one, two) in enumerate(spread):
        yield tasks[at], said[at, one], said[at, two]
