"""A flywheel's battles on Ray: its tournaments say so, it is the same flywheel, the facts are the same."""

from dataclasses import replace
from pathlib import Path

import pytest

from arena import presets
from arena.jobs import catalog, facts, folder
from arena.jobs.folder import RunFolder
from arena.tournament.cluster import Cluster
from arena.types import Battle, Fact
from tests.tournament.build import plain
from tests.training.flywheel import small
from training.flywheel import child, fights
from training.flywheel.config import Config
from training.kinds import iteration
from training.studies import config as studies

NOTHING_LOST = [{"name": "lost", "options": {"k": 20}}]


def nano(*overrides: str) -> Config:
    made: Config = catalog.config("iteration", presets.load("iterate-nano", overrides).config)
    return made


def identity(config: Config) -> str:
    return catalog.identity(catalog.load("iteration"), config)


def test_all_battles_of_a_flywheel_are_fought_where_it_says() -> None:
    config = nano("executor=ray", "ray.most=3", "ray.address=auto")
    first = fights.contestant(config, "i0", config.start)
    for made in (
        fights.on_part(config, first, 1, 1),
        fights.on_panel(config, first, first=True),
        fights.on_gate(config, first, first),
    ):
        assert (made.executor, made.ray) == ("ray", Cluster(address="auto", most=3))
        told = fights.plain(made)
        assert (told["executor"], told["ray"]["most"]) == ("ray", 3)


def test_one_machine_or_many_it_is_the_same_flywheel_and_study() -> None:
    """The first key is that of before a flywheel could say where it fights."""
    assert identity(nano()) == "3bd0c96f-734b-84a5-d99b-0ae2b4760dba"
    assert identity(nano("executor=ray", "ray.most=64")) == identity(nano())
    kind, arms = catalog.load("study"), (studies.Arm("a"), studies.Arm("b", ("seed=1",)))
    here = studies.Config("s", "iterate-nano", arms)
    there = replace(here, settings=(*here.settings, "executor=ray", "ray.most=3"))
    assert catalog.identity(kind, there) == catalog.identity(kind, here)
    assert studies.cell(there, arms[0], 0)["ray"] == {"most": 3}


def test_the_dry_run_tells_the_cluster_and_what_its_nodes_must_see() -> None:
    pytest.importorskip("ray")
    local = [one for one in iteration.check(nano("executor=ray", "ray.most=1")) if one.subject == "Ray"]
    assert [(one.level, "room for 1 actor of at most 1" in one.text) for one in local] == [("green", True)]
    (none,) = [one for one in iteration.check(nano("executor=ray", "ray.gpus=64")) if one.level == "red"]
    assert "room for 0 actors with 1 CPU and 64 GPUs each" in none.text
    (shared,) = iteration._shared(nano("executor=ray", "ray.address=127.0.0.1:9"))
    assert (shared.level, "every node must see it" in shared.text) == ("amber", True)


def test_a_step_that_was_stopped_goes_on_where_the_flywheel_says_now(tmp_path: Path) -> None:
    config = nano()
    first = fights.contestant(config, "i0", config.start)
    specs = [
        child._spec("tournament", fights.plain(fights.on_part(made, first, 1, 1)), "")
        for made in (config, nano("executor=ray", "ray.most=2"))
    ]
    assert specs[0].key == specs[1].key
    step = RunFolder(tmp_path / "step")
    step.make(replace(specs[0], created="2026-01-01T10:00:00"))
    child._moved(step, specs[1])
    found = step.spec()
    assert (found.config["executor"], found.config["ray"]["most"]) == ("ray", 2)
    assert found.created == "2026-01-01T10:00:00"


def told(run: RunFolder) -> dict[str, dict[str, Fact]]:
    """Facts of each step by id, without what tells runs apart; fails where one comes twice."""
    return {
        step.id.partition(".")[2]: plain(
            replace(fact, run=None, when=None) if isinstance(fact, Battle) else fact
            for _, fact in facts.read(step.outputs)
        )
        for step in folder.steps(run)
    }


@pytest.mark.slow
def test_on_ray_a_flywheel_s_battles_come_to_the_facts_of_one_machine(tmp_path: Path) -> None:
    pytest.importorskip("ray")
    config = small.settings(tmp_path / "made", [small.stage("sft", 1, rules=NOTHING_LOST)])
    here = small.made(tmp_path / "here", config)
    there = small.made(tmp_path / "there", {**config, "executor": "ray", "ray": {"most": 1}})
    assert here.id == there.id
    for run, process in [(run, small.worker(run)) for run in (here, there)]:
        assert process.wait() == 0, run.log.read_text()[-3000:]
    known = told(here)
    assert set(known) == {"i0-start-panel", "i1-battles-1"}
    assert min(map(len, known.values())) > small.SETS["panel"]
    assert told(there) == known
    said = [step.spec().config["executor"] for step in folder.steps(there)]
    assert said == ["ray", "ray"]
    assert all("Ray at local" in step.events.read_text() for step in folder.steps(there))
