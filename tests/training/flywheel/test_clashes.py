"""What of a plan cannot stand together is red before the first battle; what can is left alone."""

from dataclasses import replace

import pytest

from arena import presets
from arena.errors import BadRequest
from arena.jobs import catalog
from arena.plugins import Choice
from training.flywheel import clashes
from training.flywheel.config import Config
from training.kinds import iteration


def nano(*overrides: str) -> Config:
    made: Config = catalog.config("iteration", presets.load("iterate-nano", overrides).config)
    return made


@pytest.mark.parametrize(
    ("changed", "subject", "said"),
    [
        ("stages.1.stage=sft", "stage sft", "stands there 2 times"),
        ("stages.1.part=1", "stage dpo", "data part 1 was fought on by the model before sft"),
        ("checks.1={name: pocket}", "check pocket", "stands there 2 times"),
        ("opponents.0.name=nano-loop-i1-dpo", "opponent nano-loop-i1-dpo", "will be called so"),
        ("parts.2={name: file, options: {path: /none/d3.jsonl}}", "part 3: prompts", "/none/d3.jsonl"),
        ("gate_prompts={name: file, options: {path: /none/g.jsonl}}", "gate: prompts", "/none/g.jsonl"),
    ],
)
def test_what_would_fail_in_the_middle_is_told_before(changed: str, subject: str, said: str) -> None:
    found = [one for one in clashes.found(nano(changed)) if one.level == "red"]
    assert any(one.subject == subject and said in one.text for one in found), found


def test_the_pre_flight_tells_it() -> None:
    (red,) = [one for one in iteration.check(nano("stages.1.part=1")) if one.level == "red"]
    assert red.subject == "stage dpo"


def test_reward_and_rl_share_a_part_and_nothing_is_said() -> None:
    config = nano()
    assert [plan.part for plan in config.stages] == [1, 2, 3, 3]
    assert list(clashes.found(config)) == []
    again = replace(config, stages=(*config.stages, replace(config.stages[-1], stage="rloo")))
    assert ["ppo" in one.text for one in clashes.found(again)] == [True]


def test_parts_that_lack_the_same_are_told_together() -> None:
    gone = Choice("file", {"path": "/none/d.jsonl"})
    config = nano()
    (found,) = clashes.found(replace(config, parts=(config.parts[0], gone, gone)))
    assert found.subject == "part 2, part 3: prompts"


@pytest.mark.parametrize("name", ["parts", "stages", "opponents"])
def test_a_plan_without_parts_stages_or_opponents_is_refused_in_a_line(name: str) -> None:
    given = {**presets.load("iterate-nano").config, name: []}
    with pytest.raises(BadRequest, match=f"{name}.*at least 1 item"):
        catalog.config("iteration", given)


def test_a_reward_model_of_any_stage_is_not_merged_with_the_target() -> None:
    blend = "stages.2={stage: ser, part: 3, values: pocket, blend: {way: average}}"
    (red,) = [one for one in iteration.check(nano(blend)) if one.level == "red"]
    assert (red.subject, "leave blend out" in red.text) == ("stage ser", True)
