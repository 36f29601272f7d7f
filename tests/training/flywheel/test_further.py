"""Further methods in a flywheel: what the README says works, and small runs of them to their end."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from arena.errors import BadRequest
from arena.jobs import catalog
from arena.plugins import names
from tests.training.flywheel import small
from training import pairs, roles
from training.flywheel import report, rows
from training.flywheel.config import StagePlan
from training.kinds import iteration

README = Path(__file__).parents[3] / "README.md"
SECTION = README.read_text("utf-8").partition("### Further methods")[2].partition("\n### ")[0]


def excerpt() -> list[dict[str, Any]]:
    """The stages of the excerpt, those in its comments too."""
    (block,) = re.findall(r"```yaml\n(.*?)```", SECTION, re.DOTALL)
    more = "\n".join(re.sub(r"^#(  - )", r"\1", line) for line in block.splitlines())
    found: list[dict[str, Any]] = yaml.safe_load(more)["stages"]
    return found


def test_what_the_readme_shows_is_a_plan_that_is_green(tmp_path: Path) -> None:
    config = small.settings(tmp_path / "made", excerpt())
    plans = catalog.config("iteration", config).stages
    assert len(plans) == 8
    assert [iteration._stage(plan).text for plan in plans if iteration._stage(plan).level != "green"] == []
    kept = {name for name in (*names("training.stages"), *names(pairs.RULES)) if f"`{name}`" in SECTION}
    assert kept >= {"bpo", "ser", "rrhf", "mpo", "online_dpo", "self_augmented", "reward_ensemble"}
    assert kept >= {"random", "pair_judge", "kmeans", "longest", "ifd", "tags", "ask_llm", "density"}


def test_every_stage_has_rows_by_default_and_says_what_it_makes_and_wants() -> None:
    for name in names("training.stages"):
        for values in ("paper", "pocket"):
            assert rows.rules(StagePlan(name, 1, values=values), 1, "me", 0).rules
    assert {name for name in names("training.stages") if roles.makes_reward(name)} == {
        "reward", "ser", "reward_ensemble"
    }  # fmt: skip
    assert {name for name in names("training.stages") if roles.wants_reward(name, {})} == {
        "ppo", "rloo", "online_dpo", "bpo", "mpo"
    }  # fmt: skip
    assert not roles.wants_reward("bpo", {"judge": {"name": "verifier"}})
    with pytest.raises(BadRequest, match="no rules are known"):
        pairs.like("mine")


FURTHER = [
    small.stage("rrhf", 1, rules=[{"name": "ranking", "options": {"k": 0}}], options={"epochs": 1}),
    small.stage("ser", 2, options={"epochs": 1, "holdout": 0.3, "seed_share": 0.5, "enough": 5, "loops": 1}),
    small.stage(
        "bpo", 3, options={"rounds": 2, "max_tokens": 8, "micro": 32, "epochs": 1, "samples_each": 2}
    ),
]


@pytest.mark.slow
@pytest.mark.long
def test_a_flywheel_turns_with_further_methods(tmp_path: Path) -> None:
    config = small.settings(tmp_path / "made", FURTHER, gate={"on": False})
    run = small.made(tmp_path / "runs", config)
    assert small.worker(run).wait(timeout=600) == 0, run.log.read_text()[-3000:]
    found = report.read(run.outputs)
    assert found is not None
    fates = {stage.stage: stage.fate for stage in found.stages}
    assert fates == {"rrhf": "taken", "ser": "ready", "bpo": "taken"}
    told = {stage.stage: stage.figures for stage in found.stages}
    assert told["ser"]["loop_0/held_out/n"] > 0
    assert 0 < told["bpo"]["labels"] <= small.SETS["d3"] * 2
