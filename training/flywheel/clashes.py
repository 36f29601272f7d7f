"""What of a flywheel's plan cannot stand together: told before the first battle, not at the step that fails.

Steps go by the names of stages and checks, battles by data part and the model that fights, and models on a
board by their names alone. Leaves out what each part by itself needs (`training.kinds.iteration`).
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from arena import plugins
from arena.errors import ArenaError
from arena.plugins import Choice
from arena.preflight import Finding
from arena.tournament.reading import PROMPTS
from training import roles
from training.flywheel.config import Config


def found(config: Config) -> Iterator[Finding]:
    """Everything, as red findings.

    Raises:
        BadRequest: a stage that there is not.
    """
    yield from _twice("stage", [plan.stage for plan in config.stages])
    yield from _twice("check", [check.name for check in config.checks])
    yield from _fought_again(config)
    yield from _called_alike(config)
    yield from _sources(config)


def _twice(what: str, names: list[str]) -> Iterator[Finding]:
    for name, count in Counter(names).items():
        if count > 1:
            text = (
                f"stands there {count} times: its steps and figures go by its name, so it can be there once"
            )
            yield Finding("red", f"{what} {name}", text)


def _fought_again(config: Config) -> Iterator[Finding]:
    """One version of the target fights on a data part: stages share it up to the one that changes it."""
    changed: dict[int, str] = {}
    for plan in config.stages:
        if plan.part in changed:
            text = (
                f"data part {plan.part} was fought on by the model before {changed[plan.part]}: take another"
            )
            yield Finding("red", f"stage {plan.stage}", text)
        elif not roles.makes_reward(plan.stage):
            changed[plan.part] = plan.stage


def _called_alike(config: Config) -> Iterator[Finding]:
    rounds = range(1, config.iterations + 1)
    made = {f"{config.name}-i{n}-{plan.stage}" for n in rounds for plan in config.stages}
    for opponent in config.opponents:
        if opponent.name in made:
            text = (
                "a model of this flywheel will be called so: give the opponent, or the flywheel, another name"
            )
            yield Finding("red", f"opponent {opponent.name}", text)


def _sources(config: Config) -> Iterator[Finding]:
    """The prompts of all parts but the first, which is looked at with its battles, and of the gate."""
    needed = config.iterations * max(plan.part for plan in config.stages)
    named = [(f"part {number}", part) for number, part in enumerate(config.parts[:needed], 1)][1:]
    if config.gate_prompts is not None:
        named.append(("gate", config.gate_prompts))
    told: dict[Finding, list[str]] = {}
    for name, choice in named:
        for one in _looked(choice):
            if one.level != "green":
                told.setdefault(one, []).append(name)
    yield from (replace(one, subject=f"{', '.join(names)}: {one.subject}") for one, names in told.items())


def _looked(choice: Choice) -> tuple[Finding, ...]:
    try:
        told: tuple[Finding, ...] = plugins.load(PROMPTS, choice.name).check(plugins.config(PROMPTS, choice))
    except ArenaError as error:
        return (Finding("red", "prompts", str(error)),)
    return told
