"""One training stage by itself: a rows file and a start model in, a model out.

Stopped or killed, it goes on from its last resume point; the model is `outputs/model` of the run. Leaves out
where rows come from (`training.pairs`) and what comes after (`training.flywheel`).
"""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from arena import models, plugins
from arena.backends import folders
from arena.errors import ArenaError, BadRequest
from arena.jobs.types import Cost, Desk
from arena.keys import file_hash, key
from arena.plugins import Choice
from arena.preflight import Finding
from training import launching, versions
from training import rows as files
from training.stages import loading
from training.stages.types import Result
from training.types import Kind

STAGES = "training.stages"
VERSION = 1
MODEL = "model"
"""Folder of the result, in `outputs`."""


@dataclass(frozen=True, slots=True)
class Config:
    """Which stage, on what."""

    stage: Choice
    """A file of `training.stages` and its options; what is missing has the paper's values."""
    rows: str
    """File of training rows (ours, TRL's forms or ShareGPT's)."""
    start: str
    """The model that is trained: a directory, or shipped:NAME."""
    name: str = ""
    """What the result is called."""
    preset: str = ""
    """`pocket`: begin with the values for the pocket models; empty: with the paper's."""


def options(config: Config) -> Any:
    """The stage's settings, those of the preset where none is given.

    Raises:
        BadRequest: no such stage, preset or option, or a value that does not fit.
    """
    module = plugins.load(STAGES, config.stage.name)
    given = dict(config.stage.options)
    if config.preset:
        if config.preset != "pocket":
            raise BadRequest(f"no preset {config.preset!r} of a stage: pocket, or none at all")
        given = {**plugins.chosen(module.POCKET).options, **given}
    return plugins.config(STAGES, Choice(config.stage.name, given))


def title(config: Config) -> str:
    """For people."""
    return config.name or f"{config.stage.name} of {Path(config.start).name} on {Path(config.rows).name}"


def identity(config: Config) -> str:
    """What decides the result: the stage with all its settings and its version, the rows, the start model."""
    full = plugins.chosen(options(config))
    rows = Path(config.rows)
    told = sorted(f"{name}={value}" for name, value in full.options.items())
    return key(
        "stage",
        full.name,
        *told,
        *versions.of(STAGES, full.name),
        file_hash(rows) if rows.is_file() else config.rows,
        models.identity(config.start),
    )


def check(config: Config) -> tuple[Finding, ...]:
    """Whether the stage, the rows and the model are there, and enough rows can be read."""
    found: list[Finding] = []
    for subject, look in (("stage", _stage), ("model", _start), ("rows", _rows), ("disk", _disk)):
        try:
            found.append(Finding("green", subject, look(config)))
        except ArenaError as error:
            found.append(Finding("red", subject, str(error)))
    return tuple(found)


def plan(config: Config) -> tuple[Cost, ...]:
    """Rows, steps and disk."""
    settings = options(config)
    count = _count(config)
    steps = max(1, round(settings.epochs * count / settings.batch))
    size = _size(Path(models.place(config.start)))
    return (
        Cost("rows", count, "", "counted"),
        Cost("steps", steps, "", f"{settings.epochs:g} passes, {settings.batch} rows a step"),
        Cost("disk", 7 * size / 1e9, "GB", "the model, and two resume points with optimizer states"),
    )


def run(config: Config, desk: Desk) -> None:
    """Trains; the model is in `outputs/model` when it returns."""
    result = train(config, desk, desk.folder / "outputs" / MODEL)
    told = ", ".join(f"{name} {value:.4g}" for name, value in result.figures.items() if "/" not in name)
    desk.note(f"{result.stage}: {result.rows} rows, {result.steps} steps; {told}", result.stage)
    for note in result.notes:
        desk.note(note, result.stage)


def train(config: Config, desk: Desk, out: Path) -> Result:
    """Runs the stage at a desk, the model going to `out`; where it asks for several processes, in those."""
    settings = options(config)
    if launching.wanted(settings) and not out.exists():
        launching.run(settings, desk)
    return alone(config, desk, out)


def alone(config: Config, desk: Desk, out: Path) -> Result:
    """Runs the stage in this process: what is finished is given back at once."""
    module = plugins.load(STAGES, config.stage.name)
    start = Path(models.place(config.start))
    done: Result = module.train(options(config), Path(config.rows).absolute(), start, out, desk)
    return done


def fits(name: str, settings: Any) -> int:
    """Whether a stage can be run so here; the accelerators that count, 0 where it does not ask for several.

    Raises:
        BadRequest: its settings clash, or do not fit this machine.
    """
    module = plugins.load(STAGES, name)
    if check := getattr(module, "check", None):
        check(settings)
    here = loading.accelerators() if launching.wanted(settings) else 0
    launching.fits(name, settings, module, here)
    return here


def _stage(config: Config) -> str:
    settings = options(config)
    here = fits(config.stage.name, settings)
    many = f", {launching.told(settings, here)}" if launching.wanted(settings) else ""
    return f"{config.stage.name}, learning rate {settings.lr:g}, {settings.epochs:g} passes{many}"


def _start(config: Config) -> str:
    folder = Path(models.place(config.start))
    if not (folder / "config.json").is_file() or not any(folder.glob("*.safetensors")):
        raise BadRequest(f"{folder}: no model directory (config.json and *.safetensors)")
    if wrong := folders.mismatch(folder):
        raise BadRequest(wrong)
    return f"{folder.name}, {_size(folder) / 1e6:,.1f} MB of weights"


def _rows(config: Config) -> str:
    count, least = _count(config), options(config).least
    if count < least:
        raise BadRequest(f"{config.rows}: {count} rows that {config.stage.name} can read, it needs {least}")
    return f"{count} rows"


def _disk(config: Config) -> str:
    needed = 7 * _size(Path(models.place(config.start)))
    free = shutil.disk_usage(Path(config.rows).absolute().parent).free
    if free < needed:
        raise BadRequest(f"{free / 1e9:,.1f} GB free, {needed / 1e9:,.1f} GB may be needed: make room")
    return f"{free / 1e9:,.1f} GB free"


def _count(config: Config) -> int:
    module = plugins.load(STAGES, config.stage.name)
    kind: Kind = module.KIND
    cls = files.KINDS[kind]
    return sum(isinstance(row, cls) for row in files.read(Path(config.rows), kind))


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob("*.safetensors"))
