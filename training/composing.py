"""A stage made of stages: each part is a whole stage with its own model, done once, found done after a kill.

The parts' models and files lie in the stage's work folder until the last one is published as the result;
curves of the parts follow one another. Leaves out which parts there are (`training.stages`).
"""

import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from arena import plugins
from arena.jobs.types import Desk
from arena.types import Fact
from training import checkpoints
from training.checkpoints import MANIFEST
from training.stages import course, loading
from training.stages.course import Course
from training.stages.types import Result, Training

STAGES = "training.stages"


class Within:
    """The desk of a part: the same desk, under the part's name, its curves after those before it."""

    def __init__(self, desk: Desk, name: str, offset: int) -> None:
        self._desk, self._name, self._offset = desk, name, offset
        self.folder, self.attempt = desk.folder, getattr(desk, "attempt", 0)

    @property
    def inputs(self) -> Path:
        """Those of the whole."""
        return self._desk.inputs

    def check(self) -> None:
        """Raises `Stopped` where the whole was asked to stop."""
        self._desk.check()

    def append(self, facts: Iterable[Fact]) -> None:
        """Hands facts on."""
        self._desk.append(facts)

    def known(self) -> frozenset[str]:
        """Those of the whole."""
        return self._desk.known()

    def facts(self) -> Iterable[Fact]:
        """Those of the whole."""
        return self._desk.facts()

    def step(self, name: str, total: int | None = None) -> None:  # noqa: ARG002 - the part's name is told
        """The part begins."""
        self._desk.step(self._name, total)

    def progress(self, step: str, done: int, total: int | None = None) -> None:  # noqa: ARG002
        """How far the part is."""
        self._desk.progress(self._name, done, total)

    def note(self, text: str, step: str = "") -> None:  # noqa: ARG002
        """One line for people."""
        self._desk.note(text, self._name)

    def failure(self, kind: str, text: str, step: str = "") -> None:  # noqa: ARG002
        """One row went wrong."""
        self._desk.failure(kind, text, self._name)

    def figure(self, name: str, x: float, y: float, step: str = "") -> None:  # noqa: ARG002
        """One point of a curve, after those of the parts before."""
        self._desk.figure(name, x + self._offset, y, self._name)

    def sample(self, text: str, step: str = "") -> None:  # noqa: ARG002
        """A sample answer."""
        self._desk.sample(text, self._name)


class Compound:
    """One run of a stage that is made of stages."""

    def __init__(self, plan: Course) -> None:
        self.plan, self.steps, self.notes = plan, 0, list[str]()
        self.work = plan.desk.folder / "work" / f"{plan.stage}-{plan.manifest.key}"
        self.work.mkdir(parents=True, exist_ok=True)

    def part(self, name: str, stage: str, config: Any, rows: Path, start: Path) -> Result:
        """One part's model, in the work folder under the part's name.

        Raises:
            ArenaError: what went wrong, in one line.
            Stopped: the person asked for it; what was done is kept.
        """
        loading.release()  # what drew or scored before
        desk = Within(self.plan.desk, name, self.steps)
        done: Result = plugins.load(STAGES, stage).train(config, rows, start, self.work / name, desk)
        self.steps += done.steps
        return done

    def note(self, text: str) -> None:
        """One line for people, kept with the result."""
        self.notes.append(text)
        self.plan.desk.note(text, self.plan.stage)

    def keep(self, name: str, value: Any) -> None:
        """Writes something that JSON can hold, whole."""
        half = self.work / f".{name}.part"
        half.write_text(json.dumps(value), "utf-8")
        half.replace(self.work / name)

    def kept(self, name: str) -> Any:
        """What `keep` wrote before a stop or a kill; None where it did not."""
        path = self.work / name
        return json.loads(path.read_text("utf-8")) if path.is_file() else None

    def publish(
        self, model: Path, rows: int, figures: Mapping[str, float], members: Iterable[Path] = ()
    ) -> Result:
        """The last part's model as the result, further ones in `members/`; what the parts left is removed."""
        full = replace(
            self.plan.manifest, rows=rows, steps=self.steps, figures=dict(figures), notes=tuple(self.notes)
        )
        with checkpoints.publish(self.plan.out) as folder:
            _copied(model, folder)
            for at, member in enumerate(members, 1):
                _copied(member, folder / "members" / str(at))
            full = checkpoints.seal(folder, full)
        shutil.rmtree(self.work, ignore_errors=True)
        return course.result(full, self.plan.out)


def _copied(model: Path, folder: Path) -> None:
    ignored = shutil.ignore_patterns(MANIFEST)
    shutil.copytree(model, folder, ignore=ignored, dirs_exist_ok=True)


def settings(stage: str, config: Training, **more: Any) -> Any:
    """The settings of a part: those that the whole has by the same name, and `more`."""
    kind = plugins.load(STAGES, stage).Config
    shared = {one.name: getattr(config, one.name) for one in fields(kind) if hasattr(config, one.name)}
    return kind(**{**shared, **more})
