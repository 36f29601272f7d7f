"""How far a flywheel run is: every step of the plan in order, those that are still to come too.

Step names are those of `training.flywheel.loop`. Leaves out what came of them (`training.flywheel.report`).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from arena.jobs import folder
from arena.jobs.events import Step, Summary
from arena.jobs.folder import RunFolder
from arena.jobs.types import State
from training import roles
from training.flywheel import child
from training.flywheel.config import Config, StagePlan
from training.flywheel.report import Report, StageReport
from training.flywheel.rows import ROWS

What = Literal["battles", "rows", "train", "merge", "panel", "check", "gate"]
Now = State | Literal["waiting", "skipped"]
"""A step is `waiting` until its turn comes, and `skipped` where its stage ended without it."""


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step of the plan."""

    name: str
    """`i1-dpo-train`."""
    what: What
    run: str
    """Its run; empty for the choice of rows, which is no process."""
    state: Now
    parts: tuple[Step, ...] = ()
    """How far it is."""
    failed: int = 0
    """Rows that went wrong."""
    said: str = ""
    """The last it said, or why it failed."""
    seconds: float = 0.0
    """That it was worked on."""
    origin: str = ""
    """The run that did it, where it was taken over."""


@dataclass(frozen=True, slots=True)
class StageLine:
    """One stage of one iteration."""

    name: str
    """`i1-dpo`; `i0-start` for the rating of the first model."""
    iteration: int
    stage: str
    state: Now
    steps: tuple[StepLine, ...]
    came: StageReport | None = None
    """What it came to, once it has."""


_TELLING: tuple[State, ...] = (
    "failed",
    "running",
    "paused",
    "stopping",
    "dead",
    "stopped",
    "cancelled",
    "queued",
)
"""States of a step that are those of its stage, the stronger first."""
Look = Callable[[RunFolder], Summary]
"""What the events of a run say."""


def stages(run: RunFolder, config: Config, told: Report | None, look: Look) -> tuple[StageLine, ...]:
    """The whole plan, each stage with its steps."""
    reports = {(one.iteration, one.stage): one for one in told.stages} if told else {}
    found = [_stage(run, "i0-start", 0, "start", list(_rating("i0-start", config)), None, look)]
    for iteration in range(1, config.iterations + 1):
        for plan in config.stages:
            name = f"i{iteration}-{plan.stage}"
            steps = list(_planned(name, iteration, plan, config))
            came = reports.get((iteration, plan.stage))
            found.append(_stage(run, name, iteration, plan.stage, steps, came, look))
    return tuple(found)


def _planned(name: str, iteration: int, plan: StagePlan, config: Config) -> Iterator[tuple[str, What]]:
    """Names of a stage's steps, in order."""
    part = max(one.part for one in config.stages) * (iteration - 1) + plan.part
    samples = config.samples(plan.part)
    yield f"i{iteration}-battles-{part}" + (f"x{samples}" if samples > 1 else ""), "battles"
    yield name, "rows"
    yield f"{name}-train", "train"
    if plan.blend is not None:
        yield f"{name}-merge", "merge"
    if not roles.makes_reward(plan.stage):
        yield from _rating(name, config)
        yield f"{name}-gate", "gate"


def _rating(name: str, config: Config) -> Iterator[tuple[str, What]]:
    yield f"{name}-panel", "panel"
    for check in config.checks:
        yield f"{name}-{check.name}", "check"


def _stage(  # noqa: PLR0917 - what a stage is, and where to look
    run: RunFolder,
    name: str,
    iteration: int,
    stage: str,
    planned: list[tuple[str, What]],
    came: StageReport | None,
    look: Look,
) -> StageLine:
    steps = tuple(_step(run, step, what, look, over=came is not None) for step, what in planned)
    return StageLine(name, iteration, stage, _state(steps, came), steps, came)


def _state(steps: tuple[StepLine, ...], came: StageReport | None) -> Now:
    if came is not None:
        return "done"
    states = [step.state for step in steps]
    first = next((now for now in _TELLING if now in states), None)
    if first is not None:
        return first
    if all(state == "done" for state in states):
        return "done"
    return "waiting" if all(state == "waiting" for state in states) else "running"


def _step(run: RunFolder, name: str, what: What, look: Look, *, over: bool) -> StepLine:
    absent: Now = "skipped" if over else "waiting"
    if what == "rows":
        there = (run.outputs / "rows" / name / ROWS).exists()
        return StepLine(name, what, "", "done" if there else absent)
    step = folder.step(run, name)
    if not step.has("config.json"):
        return StepLine(name, what, step.id, absent)
    seen = look(step)
    state = step.state()
    said = step.said("failed").strip() or (seen.notes[-1].text if seen.notes else "")
    failed = sum(one.count for one in seen.failures)
    return StepLine(name, what, step.id, state, seen.steps, failed, said, seen.worked, child.origin(step))
