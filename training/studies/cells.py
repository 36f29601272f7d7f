"""What one run of the flywheel came to, as a row of a study; the study's file, written after each run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from arena.errors import NotFound
from arena.jobs import folder
from arena.jobs.folder import RunFolder
from training import roles
from training.flywheel.report import Report, Version
from training.studies.config import Arm

FILE = "study.json"


@dataclass(frozen=True, slots=True)
class Cell:
    """One arm with one seed."""

    arm: str
    seed: int
    run: str
    """Where it lies: its folder's name in the study's `steps`."""
    before: Mapping[str, float]
    """Figures of I0."""
    after: Mapping[str, float]
    """Figures of the last version that was made, and what each stage measured of itself: `ser: loops`."""
    stages: Mapping[str, str]
    """What became of each stage, in a sentence."""
    rows: Mapping[str, int]
    """Rows that each stage was given."""
    seconds: float
    """Battles, training, panel and gates together; steps taken over from another run count nothing."""
    cpu: float = 0.0
    """Processor seconds of the run and its steps, less the steps that an earlier cell of the study did."""


@dataclass(frozen=True, slots=True)
class Study:
    """A study and the cells that are done."""

    name: str
    title: str
    claim: str
    base: str
    figure: str
    baseline: str
    arms: tuple[Arm, ...]
    seeds: tuple[int, ...]
    cells: tuple[Cell, ...] = ()
    trouble: Mapping[str, str] = field(default_factory=dict)
    """Cells that failed, by `arm, seed`, with the reason."""
    note: str = ""
    """Sizes and what else must be known to read it, in a sentence."""

    @property
    def expected(self) -> int:
        """How many cells there will be."""
        return len(self.arms) * len(self.seeds)

    @property
    def minutes(self) -> float:
        """Processor minutes of all cells together; a step that several share is counted once."""
        return sum(cell.cpu for cell in self.cells) / 60


def made(arm: Arm, seed: int, run: str, report: Report, cpu: float = 0.0) -> Cell:
    """The row of a finished run."""
    last = report.versions[-1]
    own = {f"{one.stage}: {name}": value for one in report.stages for name, value in one.figures.items()}
    return Cell(
        arm.name,
        seed,
        run,
        figures(report.versions[0]),
        {**figures(last), **own},
        {f"i{one.iteration}-{one.stage}": f"{one.fate}: {one.verdict}" for one in report.stages},
        {f"i{one.iteration}-{one.stage}": one.rows.kept for one in report.stages if one.rows},
        sum(sum(one.seconds.values()) for one in report.stages),
        cpu,
    )


def untrained(report: Report) -> str:
    """Why the last stage made no model to measure; empty where it did, or was to make a reward model."""
    last = report.stages[-1] if report.stages else None
    if last is None or last.version or roles.makes_reward(last.stage):
        return ""
    return f"its last stage, {last.stage}, made no model ({last.fate}: {last.verdict})"


def cost(run: RunFolder, known: Mapping[str, float]) -> tuple[float, dict[str, float]]:
    """Processor seconds of a cell, and those of each of its steps by key; `known` are those counted before.

    A step that was taken over from another study counts with what it took there.
    """
    own, took = run.cpu(), dict[str, float]()
    for step in folder.steps(run):
        took[step.spec().key] = step.cpu()
        if step.has("pid"):  # done here, so its time is in the run's
            own -= step.cpu()
    return max(0.0, own) + sum(took[key] for key in took.keys() - known.keys()), took


def figures(version: Version) -> dict[str, float]:
    """Everything that is measured of a version, by name."""
    held = {"rating": version.rating, "low": version.low, "high": version.high}
    known = {name: value for name, value in held.items() if value is not None}
    return {**known, "characters": version.characters, "failed": version.failed, **version.checks}


def write(place: Path, study: Study) -> None:
    """Writes the study whole into a folder."""
    place.mkdir(parents=True, exist_ok=True)
    beside = place / f".{FILE}"
    beside.write_bytes(TypeAdapter(Study).dump_json(study, indent=1) + b"\n")
    beside.replace(place / FILE)


def read(path: Path) -> Study:
    """A study's file.

    Raises:
        NotFound: there is none, or it cannot be read.
    """
    try:
        return TypeAdapter(Study).validate_json(path.read_bytes())
    except OSError as error:
        raise NotFound(f"no study in {path}: has it been started?") from error
    except ValidationError as error:
        raise NotFound(f"{path} is no study: {error.errors()[0]['msg']}") from error
