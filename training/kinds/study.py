"""A study: one flywheel under several settings and seeds, each a run inside this one's folder.

Cells that do the same steps share them: a step that another cell has done is taken over. What is there so far
is `outputs/study.json`, written after every cell. A cell that fails is noted, and the others go on.
Leaves out what a cell does (`training.kinds.iteration`) and the comparison (`training.studies.table`).
"""

from dataclasses import replace
from typing import Any

from arena.errors import ArenaError
from arena.jobs import catalog
from arena.jobs.types import Cost, Desk
from arena.keys import key
from arena.preflight import Finding
from training.flywheel import child, costs, report
from training.studies import cells
from training.studies import config as settings
from training.studies.cells import Study

Config = settings.Config
VERSION = 1


def title(config: Config) -> str:
    """For people."""
    return config.about.get("title") or f"Study {config.name}"


def identity(config: Config) -> str:
    """What decides the figures: what each cell is, so also what the base preset says; baseline and figure."""
    told = (
        f"{arm.name} {seed} {_identity(settings.cell(config, arm, seed))}"
        for arm in config.arms
        for seed in config.seeds
    )
    return key("study", *told, config.control, config.figure)


def _identity(cell: dict[str, Any]) -> str:
    return catalog.identity(catalog.load(settings.KIND), catalog.config(settings.KIND, cell))


def check(config: Config) -> tuple[Finding, ...]:
    """Whether every arm can be run; the first seed stands for all."""
    try:
        settings.checked(config)
        found: list[Finding] = []
        for arm in config.arms:
            made = catalog.config(settings.KIND, settings.cell(config, arm, config.seeds[0]))
            told = catalog.load(settings.KIND).check(made)
            found += [
                replace(one, subject=f"{arm.name}: {one.subject}") for one in told if one.level == "red"
            ]
    except ArenaError as error:
        return (Finding("red", "study", str(error)),)
    count = len(config.arms) * len(config.seeds)
    ready = Finding(
        "green", "study", f"{len(config.arms)} arms x {len(config.seeds)} seeds: {count} flywheels"
    )
    return (*dict.fromkeys(found), ready)


def plan(config: Config, *, probe: bool = True) -> tuple[Cost, ...]:
    """The sums of all flywheels, as if none shared a step."""
    sums: dict[str, Cost] = {}
    for arm in config.arms:
        made = catalog.config(settings.KIND, settings.cell(config, arm, config.seeds[0]))
        told = catalog.load(settings.KIND).plan(made, probe=probe and arm is config.arms[0])
        costs.add(sums, told, len(config.seeds))
    return (Cost("flywheels", len(config.arms) * len(config.seeds), "", "arms x seeds"), *sums.values())


def gpu(config: Config) -> bool:
    """Training does."""
    return bool(config.arms)


def run(config: Config, desk: Desk) -> None:
    """All cells, seed by seed, so that a study that is cut short has whole comparisons."""
    settings.checked(config)
    study = Study(
        config.name,
        title(config),
        config.claim,
        config.base,
        config.figure,
        config.control,
        config.arms,
        config.seeds,
        note=config.about.get("note", ""),
    )
    desk.step("cells", study.expected)
    counted: dict[str, float] = {}
    for number, (seed, arm) in enumerate(((seed, arm) for seed in config.seeds for arm in config.arms), 1):
        try:
            study = _cell(config, arm, seed, study, desk, counted)
        except ArenaError as error:
            study = replace(study, trouble={**study.trouble, f"{arm.name}, {seed}": str(error)})
            desk.failure("cell", f"{arm.name}, seed {seed}: {error}")
        cells.write(desk.folder / "outputs", study)
        desk.progress("cells", number, study.expected)
    if not study.cells:
        raise ArenaError(
            f"no cell of study {config.name} came to an end: {next(iter(study.trouble.values()), '')}"
        )


def _cell(
    config: Config, arm: settings.Arm, seed: int, study: Study, desk: Desk, counted: dict[str, float]
) -> Study:
    """One cell more; the steps whose cost is in `counted` are not counted again."""
    name = f"{arm.name}-s{seed}".replace(" ", "-")
    step = child.run(desk, name, settings.KIND, settings.cell(config, arm, seed))
    told = report.read(step.outputs)
    if told is None:
        raise ArenaError(f"{step.path}: its report cannot be read")
    if lacking := cells.untrained(told):
        raise ArenaError(lacking)
    cpu, took = cells.cost(step, counted)
    counted.update(took)
    made = cells.made(arm, seed, step.path.name, told, cpu)
    value = made.after.get(config.figure)
    if value is not None:
        desk.figure(arm.name, seed, value, "cells")
    desk.note(f"{arm.name}, seed {seed}: {config.figure} {value if value is None else round(value, 3)}")
    return replace(study, cells=(*study.cells, made))
