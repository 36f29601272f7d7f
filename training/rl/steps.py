"""The course of a learner that is no trainer of TRL: steps, resume points, curves, a whole model at the end.

Killed or stopped, it goes on from the last whole resume point to the same weights; asked to stop, it leaves
one behind first. Leaves out what a step does (`training.stages`).
"""

import math
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from arena.backends.types import Message
from arena.jobs.types import Stopped
from training import checkpoints
from training.checkpoints import Manifest
from training.rl import points
from training.stages import course, loading, spread
from training.stages.course import Course
from training.stages.types import Result, Training


class Learner(Protocol):
    """What learns."""

    policy: Any
    """The model that is published."""
    tokens: Any
    """Its tokenizer."""

    def models(self) -> Mapping[str, Any]:
        """Everything with weights that change, by name."""
        ...

    def optimizers(self) -> Mapping[str, Any]:
        """Their optimizers, by name."""
        ...

    def kept(self) -> Mapping[str, Any]:
        """What else changes, as JSON can hold it."""
        ...

    def put(self, state: Mapping[str, Any]) -> None:
        """Takes back what `kept` gave."""
        ...

    def step(self, at: int, total: int) -> Mapping[str, float]:
        """The step numbered `at` from 0; its figures."""
        ...


def run(
    plan: Course,
    learner: Learner,
    total: int,
    *,
    count: int,
    shown: Sequence[Sequence[Message]] = (),
    notes: tuple[str, ...] = (),
    limits: Mapping[str, float] | None = None,
) -> Result:
    """All steps, from the last resume point on, and the model whole in its folder.

    Raises:
        Stopped: the person asked for it; what was done is kept.
        Diverged: a figure is no number, or above its limit.
    """
    plan = replace(plan, limits=limits or {})
    desk, config, manifest = plan.desk, plan.config, plan.manifest
    work = desk.folder / "work" / f"{plan.stage}-{manifest.key}"
    work.mkdir(parents=True, exist_ok=True)
    for note in notes:
        desk.note(note, plan.stage)
    desk.step(plan.stage, total)
    at = _resumed(plan, learner, work)
    if at == 0:
        _show(plan, learner, shown, "before")
    figures: Mapping[str, float] = {}
    while at < total:
        _checked(plan, learner, work, at)
        figures = learner.step(at, total)
        at += 1
        _told(plan, at, total, figures)
        if at % config.save_every == 0 and at < total:
            _save(plan, learner, work, at)
    _show(plan, learner, shown, "after")
    full = replace(manifest, rows=count, steps=at, figures=dict(figures), notes=notes)
    return publish(plan, learner.policy, learner.tokens, full, work)


def publish(plan: Course, policy: Any, tokens: Any, full: Manifest, work: Path) -> Result:
    """The model whole in its folder, written by the first process; scratch is cleared away."""
    if spread.first():
        with checkpoints.publish(plan.out) as folder:
            loading.save(policy, tokens, folder)
            full = checkpoints.seal(folder, full)
        shutil.rmtree(work, ignore_errors=True)
    spread.meet()
    return course.result(full, plan.out)


def _resumed(plan: Course, learner: Learner, work: Path) -> int:
    point = course.point(plan, work)
    if point is None:
        return 0
    state = points.load(point, learner.models(), learner.optimizers())
    learner.put(state["learner"])
    return int(state["at"])


def _save(plan: Course, learner: Learner, work: Path, at: int) -> None:
    state = {"at": at, "learner": dict(learner.kept())}
    manifest = replace(plan.manifest, steps=at)
    if spread.first():
        points.save(work, manifest, learner.models(), learner.optimizers(), state)
    spread.meet()


def _checked(plan: Course, learner: Learner, work: Path, at: int) -> None:
    try:
        course.hear(plan.desk)
    except Stopped:
        if at and spread.agreed(not checkpoints.whole(work / f"{checkpoints.STEP}{at}")):
            _save(plan, learner, work, at)
        raise


def _told(plan: Course, at: int, total: int, figures: Mapping[str, float]) -> None:
    plan.desk.progress(plan.stage, at, total)
    if at % plan.config.log_every == 0 or at == total:
        for name, value in figures.items():
            plan.desk.figure(name, at, value, plan.stage)
    course.check_loss(plan, at, figures)


def _show(plan: Course, learner: Learner, shown: Sequence[Sequence[Message]], when: str) -> None:
    for messages in list(shown)[: plan.config.samples] if spread.first() else ():
        said = loading.answer(learner.policy, learner.tokens, messages)
        plan.desk.sample(f"{when}: {messages[-1].content} -> {said}", plan.stage)


def picked(count: int, each: int, at: int, seed: int) -> list[int]:
    """Rows of one step: pass after pass over all of them, every pass shuffled anew."""
    import torch

    places = range(at * each, at * each + each)
    orders = {
        turn: torch.randperm(count, generator=torch.Generator().manual_seed(seeded(seed, -1 - turn))).tolist()
        for turn in {place // count for place in places}
    }
    return [orders[place // count][place % count] for place in places]


def seeded(seed: int, at: int) -> int:
    """A seed for each step."""
    return (seed * 1_000_003 + at * 7919 + 12_345) % (1 << 62)


def total(config: Training, rows: int) -> int:
    """Steps that the passes over the rows take."""
    return max(1, math.ceil(config.epochs * rows / config.batch))


def slope(config: Training, at: int, total: int) -> float:
    """Share of the learning rate in the step numbered `at` from 0 of so many; the first one has some."""
    if at + 1 < config.warmup * total:
        return (at + 1) / (config.warmup * total)
    done = at / total
    falls = {"constant": 1.0, "linear": 1 - done, "cosine": 0.5 * (1 + math.cos(math.pi * done))}
    return falls[config.schedule]
