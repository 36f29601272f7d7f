"""Clocks that jump: what lives stays alive, what is dead stays dead, and nothing is held back."""

import json
import os
import socket
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest

from arena.jobs import events
from arena.jobs.folder import FRESH, RunFolder, Worker
from arena.store.owner import Owner
from tests.chaos import rig
from tests.jobs import rig as jobs

DAY = 24 * 3600.0


def amended(path: Path, **change: object) -> None:
    """A note as it would stand there had the clock been another."""
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))


@pytest.mark.parametrize("jump", [-DAY, -10.0, 10.0, 400 * DAY])
def test_a_process_is_the_same_however_the_wall_clock_was_set_since(tmp_path: Path, jump: float) -> None:
    run = jobs.made(tmp_path / "runs", rows=1)
    run.put("pid", Worker.of(os.getpid()).note())
    Owner.claim(tmp_path / "owner.json", "me")
    for path in (run.path / "pid", tmp_path / "owner.json"):
        amended(path, started=json.loads(path.read_text())["started"] + jump)
    assert run.state() == "running"
    assert Owner.read(tmp_path / "owner.json") is not None
    for path in (run.path / "pid", tmp_path / "owner.json"):
        amended(path, boot="another start of the machine")
    assert not run.alive()
    assert Owner.read(tmp_path / "owner.json") is None


def test_a_note_of_an_older_version_is_told_by_the_wall_clock(tmp_path: Path) -> None:
    run = jobs.made(tmp_path / "runs", rows=1)
    born = json.loads(Worker.of(os.getpid()).note())
    run.put("pid", json.dumps({name: born[name] for name in ("pid", "started", "host")}))
    assert run.alive()
    amended(run.path / "pid", started=born["started"] - 5)
    assert not run.alive()


@pytest.mark.parametrize(
    ("age", "state"),
    [(0, "running"), (-5, "running"), (FRESH + 9, "dead"), (-FRESH - 9, "dead"), (-400 * DAY, "dead")],
)
def test_a_heartbeat_of_a_time_to_come_keeps_no_dead_run_of_another_machine_alive(
    tmp_path, age, state
) -> None:
    run = jobs.made(tmp_path / "runs", rows=1)
    run.drop("queued")
    run.put("pid", json.dumps({"pid": 1, "started": 1.0, "host": f"not-{socket.gethostname()}"}))
    (run.path / "heartbeat").touch()
    os.utime(run.path / "heartbeat", (time.time() - age,) * 2)
    assert run.state() == state


JUMPY = """
import os, sys, time
real = time.time
time.time = lambda: real() + ({jump} if os.path.exists({sign!r}) else 0)
from arena.jobs.worker import main
sys.exit(main())
"""


@pytest.mark.slow
@pytest.mark.parametrize("jump", [-DAY, DAY])
def test_a_run_whose_clock_jumps_amid_it_goes_on_telling_how_far_it_is(tmp_path: Path, jump: float) -> None:
    run, sign = jobs.made(tmp_path / "runs", rows=120, seconds=0.05), tmp_path / "jump"
    code = JUMPY.format(jump=jump, sign=str(sign))
    words = [sys.executable, "-c", code, str(run.path), "--package", *jobs.PACKAGES]
    with subprocess.Popen(words, cwd=rig.ROOT) as process:
        rig.until(lambda: len(jobs.lines(run)) > 100)
        sign.touch()
        assert process.wait() == 0
    told = [event for _, event in events.since(run.events, 0) if event.kind == "progress"]
    assert any(abs(one.at - two.at) > DAY / 2 for one, two in pairwise(told))
    assert len([event for event in told if event.done > 30]) > 2
    (step,) = events.Follower(run.events).look().steps
    assert (step.done, run.state(), len(jobs.lines(run))) == (120, "done", 600)
    assert step.seconds >= 0
    assert step.rate is None or step.rate > 0


def test_a_run_made_before_the_clock_was_set_back_is_still_found_and_resumed(tmp_path: Path) -> None:
    run = jobs.made(tmp_path, rows=4)
    amended(run.path / "config.json", created="2099-01-01T00:00:00")
    run.put("queued", f"{time.time_ns() + int(400 * DAY * 1e9):020d}")
    again = jobs.made(tmp_path, rows=4)
    assert again == RunFolder(run.path)
    assert jobs.launcher(tmp_path).tick() == (run.id,)
    rig.until(lambda: run.state() == "done")
