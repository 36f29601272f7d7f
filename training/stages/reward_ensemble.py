"""Several reward models in one directory, of different seeds: harder to fool than one (arXiv 2401.16635).

The members are whole runs of the stage `reward` on the same held-out prompts, each on the rows as they are or
on a bootstrap of them. The first is the directory itself, the others stand in `members/`; the reward
`classifier` pools whatever it finds there by mean, least, or mean less some standard deviations.
"""

import random
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from annotated_types import Ge, Lt

from arena.jobs.types import Desk
from training import composing
from training import rows as files
from training.composing import Compound
from training.stages import course, loading
from training.stages.types import Result, Training
from training.types import PairRow

KIND = "pair"
VERSION = 1
PARTS = ("reward",)
ALONE = True
MAKES = "reward"


@dataclass(frozen=True, slots=True, kw_only=True)
class Config(Training):
    """Settings; those of the reward model, and how many."""

    members: Annotated[int, Ge(2)] = 4
    """Reward models."""
    bootstrap: bool = False
    """Each learns from as many rows drawn with replacement, instead of from all."""
    epochs: float = 1.0
    """Passes over the rows."""
    lr: float = 1e-6
    """Highest learning rate."""
    loss: Literal["logistic", "hinge"] = "logistic"
    """What is made of the distance between the two numbers of a pair."""
    margin: Annotated[float, Ge(0)] = 1.0
    """How far apart the numbers of a pair should be per point of the judge's gap; 0: no margin."""
    center: Annotated[float, Ge(0)] = 0.01
    """Pull of all numbers towards zero."""
    holdout: Annotated[float, Ge(0), Lt(1)] = 0.1
    """Share of the prompts that is held out to measure accuracy on."""
    chat_template: str = ""
    """For a model without one: `plain`, `vicuna`, or a file; empty: the model's own."""


POCKET = Config(members=3, epochs=2, lr=4e-4, batch=64, micro=64, max_length=256, margin=0.1)


def train(config: Config, rows: Path, start: Path, out: Path, desk: Desk) -> Result:
    """Trains the members from `start` on the pairs of `rows` and writes them to `out`.

    Raises:
        ArenaError: what went wrong, in one line.
    """
    plan = course.begin("reward_ensemble", config, rows, start, out, desk, version=VERSION)
    if (done := course.finished(plan)) is not None:
        return done
    loading.quiet()
    whole = Compound(plan)
    made: list[Result] = []
    for member in range(config.members):
        data = _drawn(config, rows, whole, member) if config.bootstrap else rows
        settings = composing.settings("reward", config, seed=config.seed + 7919 * member, held=config.seed)
        made.append(whole.part(f"member-{member + 1}", "reward", settings, data, start))
    figures = {
        name: sum(one.figures[name] for one in made) / len(made)
        for name in made[0].figures
        if all(name in one.figures for one in made)
    }
    return whole.publish(made[0].folder, made[0].rows, figures, [one.folder for one in made[1:]])


def _drawn(config: Config, rows: Path, whole: Compound, member: int) -> Path:
    """The member's own draw of the rows."""
    path = whole.work / f"rows-{member + 1}.jsonl"
    if not path.is_file():
        read = [row for row in files.read(rows, "pair") if isinstance(row, PairRow)]
        rng = random.Random(f"{config.seed}:{member}")  # noqa: S311 - seeded on purpose
        files.write(path, rng.choices(read, k=len(read)) if read else [])
    return path
