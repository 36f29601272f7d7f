"""Every shipped flywheel plan holds: plug-ins and options exist, and what is to be filled in is said."""

from typing import Any

import pytest

from arena import plugins, presets
from arena.jobs import catalog
from arena.plugins import Choice
from arena.preflight import worst
from training.flywheel import rows
from training.kinds import iteration

NAMES = [shown.name for shown in presets.every() if shown.kind == "iteration"]
READY = ("iterate-nano", "iterate-pocket", "iterate-pocket-3", "iterate-pocket-true")


def choices(config: Any) -> list[tuple[str, Choice]]:
    """Every plug-in that a plan names, with its package."""
    judges = [judge for judge in (config.judge, config.evaluator) if judge is not None]
    backends = [one.backend for one in config.opponents]
    backends += [judge.options["backend"] for judge in judges if "backend" in judge.options]
    prompts = [*config.parts, config.panel, *([config.gate_prompts] if config.gate_prompts else [])]
    return [
        *(("arena.judges", one) for one in judges),
        *(("arena.backends", one if isinstance(one, Choice) else Choice(**one)) for one in backends),
        *(("arena.prompts", one) for one in prompts),
        *(("training.checks", one) for one in config.checks),
        *(("training.selection", rule) for stage in config.stages for rule in stage.rules),
    ]


@pytest.mark.parametrize("name", NAMES)
def test_every_plan_names_plug_ins_and_options_that_exist(name: str) -> None:
    kind, given = presets.load(name)
    config = catalog.config(kind, given)
    for package, choice in choices(config):
        plugins.config(package, choice)
    for stage in config.stages:
        assert rows.rules(stage, 1, "target", 0).rules
    findings = iteration.check(config)
    stages = [one for one in findings if one.subject.startswith("stage ")]
    assert worst(tuple(stages)) == "green"
    if name not in READY:
        told = " ".join(one.text for one in findings if one.level == "red")
        assert "<" in told


@pytest.mark.parametrize(
    ("stage", "options", "said"),
    [
        ("ppo", "samples_each: 1", "samples_each=2 at least, or baseline=value"),
        ("rloo", "batch: 6, group: 4", "batch 6 is no multiple of group 4"),
        ("mpo", "reinforcement: {samples_each: 1}", "samples_each=2 at least, or baseline=value"),
        ("mpo", "second: rloo, reinforcement: {batch: 6, group: 4}", "batch 6 is no multiple of group 4"),
    ],
)
def test_settings_that_clash_are_red_before_the_first_battle(stage: str, options: str, said: str) -> None:
    plan = f"stages.1={{stage: {stage}, part: 2, values: pocket, options: {{{options}}}}}"
    config = catalog.config("iteration", presets.load("iterate-pocket", (plan,)).config)
    red = [one for one in iteration.check(config) if (one.level, one.subject) == ("red", f"stage {stage}")]
    assert [one for one in red if one.text.endswith(said)]


def test_the_paper_s_thresholds_fall_from_iteration_to_iteration() -> None:
    kind, given = presets.load("iterate-paper-7b")
    config = catalog.config(kind, given)
    sft = [rows.rules(config.stages[0], number, "target", 0).rules[0].options["k"] for number in (1, 2, 3, 4)]
    assert sft == [3, 1, 1, 1]
    assert [len(config.parts), config.iterations] == [9, 3]
