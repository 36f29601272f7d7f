"""A stage as a job: pre-flight, dry run, a real worker process, and a kill that loses nothing."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from arena.errors import BadRequest
from arena.jobs import catalog, plan
from arena.jobs.events import Follower
from arena.jobs.folder import RunFolder
from arena.jobs.plan import Plan
from tests.training import tiny
from training import checkpoints
from training.kinds import stage
from training.stages import sft

OPTIONS = {"epochs": 30, "lr": 0.01, "batch": 8, "micro": 8, "save_every": 20}


def config(start: Path, rows: Path, **options: object) -> dict[str, object]:
    told = {"name": "sft", "options": {**OPTIONS, **options}}
    return {"stage": told, "rows": str(rows), "start": str(start), "preset": "pocket"}


def worker(run: RunFolder) -> subprocess.Popen[bytes]:
    """A worker whose words go to the run's log, as those of a launched one do."""
    with run.log.open("ab") as log:
        return subprocess.Popen([sys.executable, "-m", "arena.jobs.worker", str(run.path)], stderr=log)


def test_a_preset_fills_in_what_is_not_given(llama, tmp_path):
    rows = tiny.sft_rows(tmp_path / "rows.jsonl")
    made = stage.options(catalog.config("stage", config(llama, rows)))
    assert isinstance(made, sft.Config)
    assert (made.epochs, made.max_length) == (30, sft.POCKET.max_length)
    with pytest.raises(BadRequest, match="no preset 'large'"):
        stage.options(catalog.config("stage", {**config(llama, rows), "preset": "large"}))


def test_what_is_missing_is_red_before_anything_starts(llama, tmp_path):
    rows = tiny.lines(tmp_path / "rows.jsonl", [{"prompt": "a", "completion": "b"}])
    found = stage.check(catalog.config("stage", config(tmp_path / "none", rows)))
    assert {f.subject: f.level for f in found} == {
        "stage": "green",
        "model": "red",
        "rows": "red",
        "disk": "red",
    }
    assert "1 rows that sft can read, it needs 8" in next(f.text for f in found if f.subject == "rows")
    with pytest.raises(BadRequest, match="stage cannot start: rows"):
        plan.launch(tmp_path / "runs", Plan("stage", config(llama, rows)))


def test_the_dry_run_counts_rows_and_steps(llama, tmp_path):
    rows = tiny.sft_rows(tmp_path / "rows.jsonl")
    found = plan.dry(tmp_path / "runs", Plan("stage", config(llama, rows)))
    assert {cost.what: cost.value for cost in found.costs if cost.what != "disk"} == {
        "rows": 32,
        "steps": 120,
    }
    assert {finding.level for finding in found.findings} == {"green"}


@pytest.mark.slow
def test_a_worker_that_is_killed_is_resumed_by_launching_the_same_plan(llama, tmp_path):
    rows = tiny.sft_rows(tmp_path / "rows.jsonl")
    runs, told = tmp_path / "runs", Plan("stage", config(llama, rows, epochs=60))
    run = RunFolder(runs / plan.launch(runs, told).id)
    process = worker(run)
    while process.poll() is None and not list(run.path.glob("work/*/checkpoint-*/manifest.json")):
        time.sleep(0.01)
    process.kill()
    process.wait()
    assert run.state() == "dead"
    assert plan.launch(runs, told).fate == "resumed"
    assert worker(run).wait() == 0
    assert run.state() == "done"
    made = checkpoints.read(run.outputs / stage.MODEL)
    assert made is not None
    assert (made.stage, made.rows, made.steps) == ("sft", 32, 240)
    assert plan.launch(runs, told).fate == "finished"


def test_several_processes_are_refused_where_they_cannot_be(llama, tmp_path):
    rows = tiny.sft_rows(tmp_path / "rows.jsonl")
    for options, words in (
        ({"processes": 3}, "a batch of 8 rows does not divide among 3 processes"),
        (
            {"accelerate": str(tmp_path / "none.yaml")},
            "none.yaml: no such file; `accelerate config` writes one",
        ),
    ):
        found = stage.check(catalog.config("stage", config(llama, rows, **options)))
        assert next(f.text for f in found if f.level == "red").endswith(words)
    alone = {**config(llama, rows), "stage": {"name": "rrhf", "options": {"processes": 2}}}
    assert "rrhf trains in one process" in stage.check(catalog.config("stage", alone))[0].text


def spread(start: Path, rows: Path, runs: Path, **options: object) -> RunFolder:
    told = Plan("stage", config(start, rows, processes=2, **options))
    return RunFolder(runs / plan.launch(runs, told).id)


@pytest.mark.slow
def test_two_processes_train_one_model_and_stop_and_go_on_together(llama, tmp_path):
    rows = tiny.sft_rows(tmp_path / "rows.jsonl")
    run = spread(llama, rows, tmp_path / "runs", epochs=60)
    process = worker(run)
    while process.poll() is None and not list(run.path.glob("work/*/checkpoint-*/manifest.json")):
        time.sleep(0.05)
    process.terminate()
    assert process.wait(timeout=60) == 1
    assert run.state() == "stopped", run.log.read_text()[-2000:]
    assert worker(run).wait(timeout=300) == 0, run.log.read_text()[-2000:]
    made = checkpoints.finished(run.outputs / stage.MODEL, checkpoints.read(run.outputs / stage.MODEL).key)
    assert (made.stage, made.rows, made.steps, made.config["processes"]) == ("sft", 32, 240, 2)
    assert made.figures["loss"] < made.figures["loss_first"] / 4
    notes = [note.text for note in Follower(run.events).look().notes]
    assert "accelerate launch: 2 processes" in notes


@pytest.mark.slow
def test_what_goes_wrong_in_one_of_two_processes_is_said_in_its_words(llama, tmp_path):
    rows = tiny.sft_rows(tmp_path / "rows.jsonl")
    run = spread(llama, rows, tmp_path / "runs", max_length=8)
    assert worker(run).wait(timeout=300) == 1
    assert run.said("failed").startswith("sft: 0 of 32 rows in rows.jsonl can be trained on")
