"""The first start: the pocket tournament begins once, and never against a person's will."""

import os
import signal

import pytest

from arena.jobs.control import control
from arena.jobs.folder import RunFolder, every
from arena.service import first
from arena.service import requests as ask
from arena.service.service import Service
from tests.jobs import rig
from tests.store import build


@pytest.mark.slow
def test_the_pocket_arena_begins_once_and_a_removed_board_stays_away(home):
    said: list[str] = []
    with Service(build.settings(home), "test") as arena:
        name = first.begin(arena, said.append)
        assert name is not None
        assert said == ["the pocket arena plays in the background: board 'pocket' fills while it does"]
        (run,) = every(home / "runs")
        assert first.begin(arena, said.append) is None
        rig.until(lambda: rig.lines(run), 60)
        control(run, "stop")
        control(run, "stop")
        rig.until(lambda: run.state() == "stopped")
        arena.runs.step()
        arena.remove(ask.Remove("pocket"))
        control(run, "remove")
        assert first.begin(arena, said.append) is None
        assert len(said) == 1


@pytest.mark.slow
def test_one_whose_process_is_gone_goes_on_at_the_next_start(home):
    with Service(build.settings(home), "test") as arena:
        name = first.begin(arena, print)
        run = RunFolder(home / "runs" / str(name))
        rig.until(lambda: run.alive() and run.has("heartbeat"))
        worker = run.worker()
        assert worker is not None
        os.kill(worker.pid, signal.SIGKILL)
        rig.until(lambda: run.state() == "dead")
        assert first.begin(arena, print) == name
        assert run.state() in ("queued", "running")
        control(run, "cancel")
        control(run, "cancel")
        rig.until(lambda: run.state() == "cancelled")


def test_what_stands_in_the_way_is_told_in_one_line(home):
    (home / "presets").mkdir()
    (home / "presets" / "pocket.yaml").write_text("kind: tournament\nconfig: {board: pocket}\n")
    said: list[str] = []
    with Service(build.settings(home), "test") as arena:
        assert first.begin(arena, said.append) is None
    assert len(said) == 1
    assert "field required" in said[0]
