"""The pocket models as a job: checked before it starts, stopped between steps, nothing half made left."""

import subprocess
import sys
from pathlib import Path

import pytest

from arena.errors import NotFound
from arena.jobs import catalog, plan
from arena.jobs.control import control
from arena.jobs.events import Follower
from arena.jobs.folder import RunFolder
from arena.jobs.kinds import pocket
from arena.jobs.kinds.pocket import Config
from arena.jobs.plan import Plan
from tests.jobs import rig


def test_names_are_checked_before_the_start() -> None:
    assert pocket.check(Config(("birch",)))[0].level == "red"
    assert pocket.check(Config())[0].level == "green"
    with pytest.raises(NotFound, match="no pocket model 'birch'"):
        pocket.chosen(("birch",))


def test_the_dry_run_counts_steps() -> None:
    costs = {cost.what: cost.value for cost in pocket.plan(Config(("sprout",)))}
    assert costs["steps"] == 350
    assert 0 < costs["minutes"] < 1
    assert pocket.title(Config(("sprout",))) == "pocket models: sprout"
    assert not catalog.gpu(pocket, Config())


@pytest.mark.slow
@pytest.mark.long
def test_a_job_that_is_stopped_leaves_no_half_model_and_goes_on(tmp_path: Path) -> None:
    run = RunFolder(tmp_path / plan.launch(tmp_path, Plan("pocket", {"names": ["sprout"]})).id)
    command = [sys.executable, "-m", "arena.jobs.worker", str(run.path)]
    process = subprocess.Popen(command)
    rig.until(lambda: any(step.done for step in Follower(run.events).look().steps), 300)
    control(run, "stop")
    process.wait(timeout=60)
    made = run.path / "outputs" / "models"
    assert run.state() == "stopped"
    assert not (made / "sprout").exists()
    control(run, "resume")
    assert subprocess.run(command, check=False).returncode == 0
    assert sorted(path.name for path in made.iterdir()) == ["sprout"]
    assert [step.done for step in Follower(run.events).look().steps] == [350]
