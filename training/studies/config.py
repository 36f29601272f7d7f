"""What a study is: arms (settings of one flywheel) times seeds, one of them the baseline.

Leaves out running it (`training.kinds.study`) and comparing (`training.studies.table`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from arena import presets
from arena.errors import BadRequest
from training.flywheel import config as flywheel

KIND = "iteration"
Direction = Literal["", "higher", "lower", "same"]


@dataclass(frozen=True, slots=True)
class Arm:
    """One way to set the flywheel."""

    name: str
    """What it is called in the table."""
    settings: tuple[str, ...] = ()
    """Fields of the flywheel that it overrules: `stages.0.options.lr=1e-3`."""
    stages: tuple[str, ...] = ()
    """The stages of the base that it keeps; empty: all."""
    expected: Direction = ""
    """Where the paper (or the thought behind the study) sees it beside the baseline; empty: nowhere."""


@dataclass(frozen=True, slots=True)
class Config:
    """A study."""

    name: str
    """Stands before its cells."""
    base: str
    """Preset of the flywheel that all arms start from: a name or a file."""
    arms: tuple[Arm, ...]
    """What is compared."""
    baseline: str = ""
    """Arm that the others are held against; empty: the first."""
    seeds: tuple[int, ...] = (0, 1, 2)
    """Every arm is run with each of them; differences are taken seed by seed."""
    settings: tuple[str, ...] = ("gate.on=false",)
    """Fields that all arms overrule. The gate is off, so that every stage counts, whatever it came to."""
    figure: str = "rating"
    """What decides the verdict: `rating` (Elo on the panel), `characters`, or a measurement by its name, such
    as `skill, unseen items`."""
    claim: str = ""
    """What the paper says, in a sentence, with the place."""
    about: Mapping[str, str] = field(default_factory=dict)
    """For people: `title`, and in `note` the sizes in a sentence; decides nothing."""

    @property
    def control(self) -> str:
        """The baseline's name."""
        return self.baseline or self.arms[0].name


def checked(config: Config) -> Config:
    """The study, if it can be run.

    Raises:
        BadRequest: no arms or seeds, a name twice, an unknown baseline, a base that does not load, settings
            that do not fit it.
    """
    names = [arm.name for arm in config.arms]
    if len(names) < 2 or not config.seeds:
        raise BadRequest(
            f"study {config.name}: {len(names)} arm(s), {len(config.seeds)} seed(s); two arms at least"
        )
    for what, held in (("arm", names), ("seed", [str(seed) for seed in config.seeds])):
        if twice := {one for one in held if held.count(one) > 1}:
            raise BadRequest(f"study {config.name}: {what} {min(twice)} stands there twice")
    if config.control not in names:
        raise BadRequest(f"study {config.name}: no arm {config.control!r}; there are {', '.join(names)}")
    for arm in config.arms:
        cell(config, arm, config.seeds[0])
    return config


def cell(config: Config, arm: Arm, seed: int) -> dict[str, Any]:
    """The flywheel's settings of one arm and seed.

    Raises:
        BadRequest: they do not fit the base; the message names field and arm.
    """
    kind = presets.load(config.base).kind
    if kind != KIND:
        raise BadRequest(f"study {config.name}: {config.base} is a {kind}, no {KIND}")
    preset = presets.load(config.base, (*config.settings, *arm.settings, f"seed={seed}"))
    made = dict(preset.config)
    if arm.stages:
        there = [stage["stage"] for stage in made["stages"]]
        if missing := [name for name in arm.stages if name not in there]:
            raise BadRequest(
                f"arm {arm.name}: {config.base} has no stage {missing[0]!r}, only {', '.join(there)}"
            )
        made["stages"] = [stage for stage in made["stages"] if stage["stage"] in arm.stages]
    try:
        TypeAdapter(flywheel.Config).validate_python(made)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise BadRequest(f"arm {arm.name}: {place}: {first['msg'].lower()}") from error
    return made
