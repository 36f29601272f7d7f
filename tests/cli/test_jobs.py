"""Tournaments from the command line, in real processes: dry run, start, watch, detach, stop, resume."""

import json
import signal
import subprocess
import sys
import time

import pytest
import yaml
from typer.testing import CliRunner

from arena.cli.main import app
from arena.errors import ArenaError
from arena.jobs import catalog
from arena.jobs.folder import RunFolder
from tests.cli.test_verbs import answer, arena
from tests.jobs import rig
from tests.tournament import build


@pytest.fixture
def preset(tmp_path):
    """A tournament of recorded models as a YAML file, of so many prompts."""

    def write(n: int = 6, **settings) -> str:
        config = catalog.plain(build.tournament(tmp_path, n, **settings))
        path = tmp_path / f"fight{n}.yaml"
        path.write_text(yaml.safe_dump({"kind": "tournament", "config": config}))
        return str(path)

    return write


def test_a_tournament_is_played_and_its_board_ranked(home, preset):
    found = answer(home, "battle", preset())
    assert (found["line"]["state"], found["battles"]) == ("done", 18)
    assert [step["name"] for step in found["summary"]["steps"]] == ["answers", "games"]
    ranked = answer(home, "leaderboard", "t")
    assert [rating["model"] for rating in ranked["ratings"]][-1] == "weak"
    again = arena(home, "battle", preset())
    assert again.returncode == 0
    assert "is done already; --again starts a new one" in again.stdout


def test_a_dry_run_starts_nothing(home, preset):
    found = answer(home, "battle", preset(), "--dry-run", "--set", "samples=2")
    assert found["run"] is None
    costs = {cost["what"]: cost["value"] for cost in found["costs"]}
    assert (costs["battles"], costs["answers"]) == (18, 36)
    assert answer(home, "runs") == []


def test_a_detached_run_is_listed_watched_and_taken_in(home, preset):
    started = answer(home, "battle", preset(), "--detach", run=arena)
    assert started["fate"] == "new"
    watched = arena(home, "runs", "watch", started["id"])
    assert watched.returncode == 0, watched.stderr
    assert "board t has 18 battles" in watched.stdout
    assert [line["state"] for line in answer(home, "runs", "list")] == ["done"]
    assert "arena leaderboard t" not in arena(home, "runs", "show", started["id"][:12]).stdout


def test_a_plan_that_is_held_waits_for_whoever_works_in_its_folder(home, preset):
    held = answer(home, "battle", preset(), "--hold")
    assert (held["fate"], held["state"]) == ("new", "stopped")
    command = [sys.executable, "-m", "arena.jobs.worker", str(home / "runs" / held["id"])]
    subprocess.run(command, check=True)
    found = answer(home, "runs", "watch", held["id"])
    assert (found["line"]["state"], found["battles"]) == ("done", 18)


@pytest.mark.slow
def test_ctrl_c_leaves_the_run_alone_and_says_so(home, preset):
    command = [sys.executable, "-m", "arena", "--home", str(home), "battle", preset(1000)]
    watching = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    runs = home / "runs"
    rig.until(lambda: list(runs.glob("*/outputs/facts-00001.jsonl")))
    time.sleep(1)
    watching.send_signal(signal.SIGINT)
    said = watching.communicate(timeout=20)[1]
    run = RunFolder(next(path for path in runs.iterdir() if path.is_dir()))
    assert watching.returncode == 0
    assert "goes on by itself" in said
    assert run.state() == "running"
    assert answer(home, "runs", "stop", run.id)["state"] in ("stopping", "stopped")
    rig.until(lambda: run.state() == "stopped")
    assert answer(home, "runs", "cancel", run.id)["state"] == "cancelled"


def test_mistakes_are_told_in_one_line(home, preset, tmp_path):
    bad = tmp_path / "bad.yaml"
    bad.write_text("kind: guess\nconfig: {}\n")
    for words, said in (
        (["battle", "nothing"], "no preset 'nothing'"),
        (["battle", str(bad)], "no kind of job 'guess'"),
        (["battle", preset(), "--set", "modles=1"], "modles"),
        (["battle", "wizardarena"], "cannot start: prompts"),
        (["runs", "show", "nobody"], "no run 'nobody'; `arena runs` lists them"),
    ):
        error = CliRunner().invoke(app, ["--home", str(home), *words]).exception
        assert isinstance(error, ArenaError)
        assert said in str(error)
        assert "\n" not in str(error)


@pytest.mark.slow
def test_a_run_that_failed_ends_the_watch_with_its_reason(home, preset, tmp_path):
    fight = preset()
    started = answer(home, "battle", fight, "--detach", "--set", "seed=5", run=arena)
    run = RunFolder(home / "runs" / started["id"])
    rig.until(lambda: run.ended() and not run.alive())
    config = json.loads((run.path / "config.json").read_text())
    config["config"]["models"][0]["backend"]["options"]["path"] = str(tmp_path / "gone.jsonl")
    (run.path / "config.json").write_text(json.dumps(config))
    run.drop("done")
    for path in run.outputs.iterdir():
        path.unlink()
    assert answer(home, "runs", "resume", run.id)["state"] in ("queued", "running", "failed")
    watched = arena(home, "runs", "watch", run.id)
    assert watched.returncode == 1
    assert "gone.jsonl" in watched.stderr
