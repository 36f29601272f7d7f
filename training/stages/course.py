"""The course of a stage: finished ones are given back, killed ones go on, a whole directory comes out.

Holds what is the same for every TRL trainer: resume points that are checked, curves and progress for the
desk, stopping within a step, divergence, the smaller batch when memory is short. Leaves out the algorithms.
"""

import errno
import math
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from arena import models
from arena.backends.types import Message
from arena.errors import ArenaError, NotFound
from arena.jobs.types import Desk, Stopped
from arena.keys import file_hash
from training import checkpoints, versions
from training.checkpoints import Manifest
from training.errors import Diverged, TooFew, TooLarge
from training.stages import loading, slices, spread
from training.stages.types import Result, Training

Build = Callable[[int, Path], Any]
"""Makes the trainer, anew each time, from the rows the device takes at once and the work folder."""

Measure = Callable[[Any], Mapping[str, float]]
"""Figures of a trained trainer."""


@dataclass(frozen=True, slots=True)
class Course:
    """One run of one stage."""

    stage: str
    config: Training
    rows: Path
    out: Path
    desk: Desk
    manifest: Manifest
    """What is known of the checkpoint before it is made."""
    limits: Mapping[str, float] = field(default_factory=dict)
    """Curves that mean divergence above a value."""


def begin(
    stage: str,
    config: Training,
    rows: Path,
    start: Path,
    out: Path,
    desk: Desk,
    *,
    version: int,
    parents: Mapping[str, str] | None = None,
) -> Course:
    """The course of a stage. `parents`: further models that decide the result, by role.

    The versions of a stage's parts decide it, too.

    Raises:
        NotFound: no such rows file or start model.
    """
    if not rows.is_file():
        raise NotFound(f"{rows}: no such file of training rows")
    made_from = {"start": models.identity(models.place(str(start.absolute()))), **(parents or {})}
    if of := versions.parts("training.stages", stage):
        made_from["parts"] = ", ".join(of)
    bare = Manifest("", stage, version, made_from, file_hash(rows), asdict(config))
    return Course(stage, config, rows, out, desk, replace(bare, key=checkpoints.stage_key(bare)))


def finished(course: Course) -> Result | None:
    """The result, where it is there already.

    Raises:
        Torn: something else is there.
    """
    found = checkpoints.finished(course.out, course.manifest.key)
    return None if found is None else result(found, course.out)


def enough(course: Course, count: int, of: int, why: str = "") -> None:
    """Raises `TooFew` where there is too little to train on."""
    if count < course.config.least:
        left = f"; {why}" if why else ""
        raise TooFew(
            f"{course.stage}: {count} of {of} rows in {course.rows.name} can be trained on, "
            f"at least {course.config.least} are needed{left}"
        )


def result(manifest: Manifest, folder: Path) -> Result:
    """A finished checkpoint as a stage's result."""
    return Result(
        manifest.stage,
        folder,
        manifest.key,
        manifest.rows,
        manifest.steps,
        dict(manifest.figures),
        manifest.notes,
    )


def run(
    course: Course,
    build: Build,
    *,
    count: int,
    shown: Sequence[Sequence[Message]] = (),
    measure: Measure | None = None,
    notes: tuple[str, ...] = (),
    limits: Mapping[str, float] | None = None,
) -> Result:
    """Trains, from the last whole resume point on, and publishes the model.

    Raises:
        Stopped: the person asked for it; what was done is kept.
        Diverged: the loss is no number, or the model ran away.
        TooLarge: memory does not hold it, also at half the rows at a time.
    """
    from safetensors import SafetensorError

    course = replace(course, limits=limits or {})
    desk, manifest = course.desk, course.manifest
    work = desk.folder / "work" / f"{course.stage}-{manifest.key}"
    for note in notes:
        desk.note(note, course.stage)
    try:
        trainer, smaller = _trained(course, build, work, shown)
        figures = {**_last(trainer), **(measure(trainer) if measure else {})}
        _show(trainer, shown, course, "after")
        full = replace(
            manifest,
            rows=count,
            steps=int(trainer.state.global_step),
            figures=figures,
            notes=(*notes, *smaller),
        )
        made = slices.whole(trainer)
        if spread.first():
            full = _published(course, made, trainer.processing_class, full)
        spread.meet()
    except (OSError, RuntimeError, SafetensorError) as error:
        if not _is_full(error, work):
            raise
        raise ArenaError(
            f"{course.stage}: the disk is full at {work}: make room and resume, what was done is kept"
        ) from error
    if spread.first():
        shutil.rmtree(work, ignore_errors=True)
    return result(full, course.out)


def _published(course: Course, made: Any, tokens: Any, manifest: Manifest) -> Manifest:
    with checkpoints.publish(course.out) as folder:
        loading.save(made, tokens, folder)
        return checkpoints.seal(folder, manifest)


def _trained(
    course: Course, build: Build, work: Path, shown: Sequence[Sequence[Message]]
) -> tuple[Any, tuple[str, ...]]:
    share = course.config.batch // spread.size()
    micro = _divisor(share, course.config.micro)
    return halved(
        course,
        micro,
        _divisor(share, max(1, micro // 2)),
        lambda rows: _attempt(course, build, work, rows, shown),
    )


T = TypeVar("T")


def halved(course: Course, micro: int, half: int, attempt: Callable[[int], T]) -> tuple[T, tuple[str, ...]]:
    """What an attempt with `micro` rows at a time comes to; where memory is too small, one more with `half`.

    Raises:
        TooLarge: memory does not hold it with either.
    """
    try:
        return attempt(micro), ()
    except (RuntimeError, MemoryError) as error:
        if not _is_memory(error):
            raise
        if micro == 1 or spread.size() > 1:  # the others would not know of a smaller batch
            raise _too_large(course, error) from error
        said = str(error).split("\n", 1)[0][:120]
    loading.release()
    note = f"memory was too small for {micro} rows at a time: went on with {half} ({said})"
    course.desk.note(note, course.stage)
    try:
        return attempt(half), (note,)
    except (RuntimeError, MemoryError) as error:
        if not _is_memory(error):
            raise
        raise _too_large(course, error) from error


def _divisor(batch: int, most: int) -> int:
    """The most rows at a time that a batch divides into evenly."""
    return next(size for size in range(min(batch, max(1, most)), 0, -1) if batch % size == 0)


def _attempt(course: Course, build: Build, work: Path, micro: int, shown: Sequence[Sequence[Message]]) -> Any:
    from transformers import PrinterCallback

    work.mkdir(parents=True, exist_ok=True)
    course.desk.check()
    spread.numbered()
    trainer = build(micro, work)
    found = point(course, work)
    trainer.remove_callback(PrinterCallback)
    watch = watcher(course, course.manifest)
    trainer.add_callback(watch)
    if found is None:
        _show(trainer, shown, course, "before")
    trainer.train(resume_from_checkpoint=None if found is None else str(found))
    if watch.stopped is not None:
        raise watch.stopped
    return trainer


def point(course: Course, work: Path) -> Path | None:
    """The resume point that all of them go on at; the first one clears away what is not whole."""
    if spread.first():
        checkpoints.latest(work, course.manifest.key)
    spread.meet()
    return checkpoints.latest(work, course.manifest.key)


_PATIENCE = 3.0
"""Seconds that a step may still take after the person asked to stop."""


def watcher(course: Course, manifest: Manifest) -> Any:
    """A callback that tells the desk, listens to it, seals resume points and looks for divergence."""
    from transformers import TrainerCallback

    class Watch(TrainerCallback):
        stopped: Stopped | None = None
        _since = 0.0

        def _ask(self) -> None:
            asked = _asked(course.desk)
            if spread.agreed(asked is not None):
                self._since = self._since or time.monotonic()
                self.stopped = asked or Stopped()

        def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:  # noqa: ARG002
            course.desk.step(course.stage, state.max_steps)

        def on_substep_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:  # noqa: ARG002
            self._ask()
            late = self.stopped is not None and time.monotonic() - self._since > _PATIENCE
            if spread.agreed(late):
                control.should_training_stop = True  # a long step is given up, up to its last resume point

        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:  # noqa: ARG002
            course.desk.progress(course.stage, state.global_step, state.max_steps)
            self._ask()
            if self.stopped is not None:
                control.should_save = control.should_training_stop = True

        def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:  # noqa: ARG002
            folder = Path(args.output_dir) / f"{checkpoints.STEP}{state.global_step}"
            _sealed(folder, replace(manifest, steps=state.global_step))

        def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:  # noqa: ARG002
            _tell(course, state.global_step, logs or {})

    return Watch()


def hear(desk: Desk) -> None:
    """Raises `Stopped` in all processes where one of them was asked to stop."""
    asked = _asked(desk)
    if spread.agreed(asked is not None):
        raise asked or Stopped()


def _asked(desk: Desk) -> Stopped | None:
    """Whether this process was asked to stop."""
    try:
        desk.check()
    except Stopped as error:
        return error
    return None


def _sealed(folder: Path, manifest: Manifest) -> None:
    """Seals a resume point once every process has written its part of it."""
    spread.meet()
    if spread.first():
        checkpoints.seal(folder, manifest)
    spread.meet()


_DULL = {"epoch", "total_flos", "train_runtime", "train_samples_per_second", "train_steps_per_second"}


def _tell(course: Course, step: int, logs: Mapping[str, Any]) -> None:
    for name, value in logs.items():
        if isinstance(value, int | float) and name not in _DULL:
            course.desk.figure(name, step, value, course.stage)
    check_loss(course, step, logs)


def check_loss(course: Course, step: int, logs: Mapping[str, Any]) -> None:
    """Raises `Diverged` where a curve is no number any more, or above its limit."""
    for name in ("loss", "grad_norm", *course.limits):
        value, most = logs.get(name), course.limits.get(name, math.inf)
        if value is not None and not (math.isfinite(value) and value <= most):
            limit = f" (at most {most:g})" if name in course.limits else ""
            raise Diverged(
                f"{course.stage}: {name} is {value:.4g}{limit} at step {step}: lower the learning rate "
                f"({course.config.lr:g}), or look for broken rows in {course.rows.name}"
            )


def _last(trainer: Any) -> dict[str, float]:
    """The last value of each curve."""
    found: dict[str, float] = {}
    for entry in trainer.state.log_history:
        numbers = {name: float(v) for name, v in entry.items() if isinstance(v, int | float)}
        found |= {name: v for name, v in numbers.items() if name not in {*_DULL, "step", "train_loss"}}
    first = next((entry["loss"] for entry in trainer.state.log_history if "loss" in entry), None)
    return found if first is None else {**found, "loss_first": float(first)}


def _show(trainer: Any, shown: Sequence[Sequence[Message]], course: Course, when: str) -> None:
    for messages in list(shown)[: course.config.samples]:
        asked = messages[-1].content
        said = loading.answer(trainer.model, trainer.processing_class, messages)
        course.desk.sample(f"{when}: {asked} -> {said}", course.stage)


def _is_full(error: BaseException, work: Path) -> bool:
    told = getattr(error, "errno", None) == errno.ENOSPC or "no space left" in str(error).lower()
    return told or (work.exists() and shutil.disk_usage(work).free < 1 << 20)


def _is_memory(error: BaseException) -> bool:
    said = str(error).lower()
    return isinstance(error, MemoryError) or "out of memory" in said or "can't allocate memory" in said


def _too_large(course: Course, error: BaseException) -> TooLarge:
    said = str(error).split("\n", 1)[0][:120]
    return TooLarge(
        f"{course.stage}: memory does not hold it, also with fewer rows at a time ({said}): "
        "shorten max_length, train with lora, or take a smaller model"
    )
