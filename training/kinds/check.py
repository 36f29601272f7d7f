"""One measurement of one model, such as its true skill in the pocket world.

The figures are `outputs/figures.json`. Leaves out what is measured (`training.checks`).
"""

import json
from dataclasses import dataclass
from pathlib import Path

from arena import models, plugins
from arena.errors import ArenaError
from arena.jobs.types import Cost, Desk
from arena.keys import key
from arena.plugins import Choice
from arena.preflight import Finding

CHECKS = "training.checks"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Config:
    """What is measured of which model."""

    check: Choice
    """A file of `training.checks` and its options."""
    model: str
    """A directory, or shipped:NAME."""


def title(config: Config) -> str:
    """For people."""
    return f"{config.check.name} of {Path(config.model).name}"


def identity(config: Config) -> str:
    """What decides the figures."""
    options = plugins.chosen(plugins.config(CHECKS, config.check)).options
    told = sorted(f"{name}={value}" for name, value in options.items())
    return key("check", config.check.name, *told, models.identity(config.model))


def check(config: Config) -> tuple[Finding, ...]:
    """Whether both are there."""
    try:
        plugins.config(CHECKS, config.check)
        models.place(config.model)
    except ArenaError as error:
        return (Finding("red", "check", str(error)),)
    return (Finding("green", "check", title(config)),)


def plan(config: Config) -> tuple[Cost, ...]:
    """Nothing that is worth counting."""
    return (Cost("measurements", 1, "", title(config)),)


def run(config: Config, desk: Desk) -> None:
    """Measures and writes the figures whole."""
    module = plugins.load(CHECKS, config.check.name)
    found = module.measure(plugins.config(CHECKS, config.check), config.model, desk)
    outputs = desk.folder / "outputs"
    beside = outputs / ".figures.json"
    beside.write_text(json.dumps(dict(found), indent=1), "utf-8")
    beside.replace(outputs / "figures.json")
    for name, value in found.items():
        desk.figure(name, 0, value, config.check.name)
