"""What a flywheel's tournaments are made of."""

from dataclasses import replace

from arena import presets
from arena.jobs import catalog
from arena.plugins import Choice
from training.flywheel import fights


def test_another_seed_draws_other_prompts_to_learn_from_and_the_same_to_be_measured_on() -> None:
    config = catalog.config("iteration", presets.load("iterate-nano").config)
    other = replace(config, seed=1)
    target = fights.contestant(config, "i0", config.start)
    part, panel = (
        [make(one) for one in (config, other)]
        for make in (
            lambda plan: fights.on_part(plan, target, 1, 1).prompts,
            lambda plan: fights.on_panel(plan, target, first=True).prompts,
        )
    )
    assert [one.options["seed"] for one in part] == [0, 1]
    assert panel[0] == panel[1]


def test_a_part_that_names_its_seed_or_draws_nothing_is_left_as_it_is() -> None:
    named = Choice("pocket", {"split": "d1", "seed": 7})
    assert fights.drawn(named, 1) is named
    kept = Choice("testset", {"name": "mine", "file": "D1"})
    assert fights.drawn(kept, 1) is kept
