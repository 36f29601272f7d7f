"""Steps beside their parent: pauses and stops, other machines' processes, what is taken over and reused."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

import pytest

from arena.errors import ArenaError
from arena.jobs import catalog, facts, folder
from arena.jobs.desk import FolderDesk
from arena.jobs.events import Follower, Summary
from arena.jobs.folder import RunFolder, Worker
from arena.jobs.types import Stopped
from arena.plugins import Choice
from arena.tournament.config import Contestant
from arena.types import Prompt, Response
from tests.training.flywheel import finished
from training.flywheel import child, course, fights, loop


@contextmanager
def desk(run: RunFolder, stop: Event | None = None) -> Iterator[FolderDesk]:
    made = FolderDesk(run, stop or Event())
    try:
        yield made
    finally:
        made.close("done")


def looked(run: RunFolder) -> Summary:
    return Follower(run.events).look()


def parent(path: Path) -> RunFolder:
    run = RunFolder(path / "iteration-1")
    run.make(finished.spec("iteration"))
    return run


def test_a_step_that_was_paused_with_its_parent_goes_on_when_that_was_killed(tmp_path: Path) -> None:
    run = parent(tmp_path)
    step = folder.step(run, "i1-sft-train")
    step.make(finished.spec("stage"))
    step.put("pause")  # by a parent that is gone; the one that was resumed is not paused
    with desk(run) as told:
        child._listen(told, step)
    assert not step.has("pause")


def test_a_stop_leaves_a_process_alone_whose_number_is_another_machine_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "_GRACE", 0.2)
    run, stop = parent(tmp_path), Event()
    step = folder.step(run, "i1-sft-train")
    step.make(finished.spec("stage"))
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as mine:
        step.put("pid", replace(Worker.of(mine.pid), host="elsewhere").note())
        step.put("heartbeat")
        assert step.alive()
        stop.set()
        with desk(run, stop) as told, pytest.raises(Stopped):
            child._listen(told, step)
        assert (mine.poll(), step.said("asked")) == (None, "stop")
        mine.kill()


def test_a_stop_of_a_step_before_its_parent_was_there_does_not_end_the_parent(tmp_path: Path) -> None:
    run = parent(tmp_path)
    step = folder.step(run, "i1-sft-train")
    step.make(finished.spec("stage"))
    ends = "import pathlib, sys, time; time.sleep(1); pathlib.Path(sys.argv[1]).touch()"
    with subprocess.Popen([sys.executable, "-c", ends, str(step.path / "stopped")]) as orphan:
        step.put("pid", Worker.of(orphan.pid).note())
        Thread(target=orphan.wait).start()
        with (
            desk(run) as told,
            pytest.raises(ArenaError, match="i1-sft-train: "),
        ):  # a bare stage can do nothing
            child._work(told, step, "i1-sft-train")
    assert step.has("failed")
    assert not step.has("stopped")


def test_a_cell_that_another_study_did_is_taken_over_with_its_steps(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    for name in ("study-a", "study-b"):
        RunFolder(runs / name).make(finished.spec("study"))
    cell = finished.flywheel(runs / "study-a" / "steps", "study-a.plain-s0")
    ours = folder.step(RunFolder(runs / "study-b"), "plain-s0")
    ours.path.parent.mkdir(parents=True)
    assert child._taken_over(ours, "plain-s0", cell.spec())
    config = catalog.config("iteration", cell.spec().config)
    told = [
        [(step.name, step.state) for line in course.stages(one, config, None, looked) for step in line.steps]
        for one in (cell, ours)
    ]
    assert told[0] == told[1]
    assert ("i1-sft-panel", "done") in told[1]


def test_an_opponent_s_cut_answers_are_taken_over_too(tmp_path: Path) -> None:
    run = RunFolder(tmp_path / "panel")
    run.make(finished.spec("tournament"))
    said = [
        Prompt("p", "made", "p", ("q",)),
        Response("1", "p", "elm", ("a",)),
        Response("2", "p", "elm", ("b",), sample=1, status="truncated"),
        Response("3", "p", "elm", (), sample=2, status="error"),
        Response("4", "p", "me", ("c",)),
    ]
    facts.write(run.outputs / "facts-00001.jsonl", said)
    (tmp_path / "inputs").mkdir()
    assert fights.reused(tmp_path / "inputs", [run], frozenset({"elm"})) == 3
    assert list(facts.known(tmp_path / "inputs" / fights.KNOWN)) == said[:3]


def test_a_server_s_model_is_nothing_to_start_from_whatever_it_is_called(tmp_path: Path) -> None:
    server = {"base_url": "http://127.0.0.1:9/v1"}
    for name in ("/none/llama-70b", str(tmp_path)):
        assert loop._local(Contestant("far", Choice("openai", {"model": name, **server}))) == ""
    assert loop._local(Contestant("near", Choice("transformers", {"model": str(tmp_path)}))) == str(tmp_path)
