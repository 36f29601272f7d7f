"""What a flywheel run came to so far: one file, `outputs/report.json`, written whole after every step.

Leaves out how it is shown (`training.pages`) and how figures are taken (`training.flywheel.standing`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from training.flywheel.gate import Decision
from training.flywheel.standing import Share
from training.types import Preview

FILE = "report.json"

Fate = Literal["taken", "kept", "empty", "gated", "ready", "failed"]
"""Of a stage: its model goes on; the old model is kept; there was nothing to learn from; the reward model is
not good enough; a reward model is ready; it could not be done."""


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the target on the panel. Ratings and shares are those when the report was written."""

    name: str
    model: str
    """Its directory, or what it was named in the plan."""
    iteration: int
    """0: the start."""
    stage: str
    rating: float | None = None
    low: float | None = None
    high: float | None = None
    battles: int = 0
    against: Mapping[str, Share] = field(default_factory=dict)
    """Share of its battles with each opponent."""
    characters: float = 0.0
    """Mean length of its answers on the panel."""
    failed: float = 0.0
    """Share of its answers that are missing or cut."""
    checks: Mapping[str, float] = field(default_factory=dict)
    """What else was measured."""
    flipped: int = 0
    """Panel battles lost by the version before and won by this one, against the same opponent and prompt."""
    lost: int = 0
    """The other way round."""


@dataclass(frozen=True, slots=True)
class StageReport:
    """One stage of one iteration."""

    iteration: int
    stage: str
    fate: Fate
    verdict: str
    """In a sentence."""
    model: str = ""
    """Directory of what was trained."""
    rows: Preview | None = None
    figures: Mapping[str, float] = field(default_factory=dict)
    """What the stage measured of itself."""
    decision: Decision | None = None
    version: str = ""
    """Name of the version that it made."""
    seconds: Mapping[str, float] = field(default_factory=dict)
    """What was worked on for how long: battles, training, panel, checks, gate. What was taken over counts
    as it did where it was done; battles that an earlier stage of the run fought count there."""
    origins: Mapping[str, str] = field(default_factory=dict)
    """What was taken over, and the run that did it."""


@dataclass(frozen=True, slots=True)
class Opponent:
    """An opponent's rating on the panel."""

    name: str
    rating: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Report:
    """Everything so far."""

    name: str
    versions: tuple[Version, ...] = ()
    stages: tuple[StageReport, ...] = ()
    opponents: tuple[Opponent, ...] = ()
    warnings: tuple[str, ...] = ()
    current: str = ""
    """The version that goes on from here."""
    verdict: str = ""
    """In a sentence, at the end."""

    def version(self, name: str) -> Version:
        """The version of that name."""
        return next(version for version in self.versions if version.name == name)

    def with_version(self, version: Version) -> "Report":
        """With a version added, or in the place of the one of its name."""
        if any(one.name == version.name for one in self.versions):
            placed = tuple(version if one.name == version.name else one for one in self.versions)
            return replace(self, versions=placed)
        return replace(self, versions=(*self.versions, version))

    def with_stage(self, stage: StageReport) -> "Report":
        """With a stage added, or in the place of the one that it is."""
        same = (stage.iteration, stage.stage)
        others = tuple(one for one in self.stages if (one.iteration, one.stage) != same)
        return replace(self, stages=(*others, stage))


def write(folder: Path, report: Report) -> None:
    """Writes it whole."""
    folder.mkdir(parents=True, exist_ok=True)
    beside = folder / f".{FILE}"
    beside.write_bytes(TypeAdapter(Report).dump_json(report, indent=1))
    beside.replace(folder / FILE)


def read(folder: Path) -> Report | None:
    """The report of a run's outputs; None where there is none yet."""
    try:
        return TypeAdapter(Report).validate_json((folder / FILE).read_bytes())
    except (OSError, ValidationError):
        return None
