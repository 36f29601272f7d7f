"""A home that nobody may write to: app, commands and workers say it in one line; what can be read is read."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from arena.jobs.events import Follower
from tests.chaos import rig
from tests.jobs import rig as jobs

pytestmark = pytest.mark.slow


def test_a_read_only_home_is_one_line_for_every_command_and_reading_runs_works(home: Path, shut) -> None:
    rig.lived_in(home)
    run = jobs.made(home / "runs", rows=3, board="other")
    before = sorted(path for path in home.rglob("*"))
    shut()
    votes = str(home.parent / "votes.csv")
    for words in (["boards"], ["import", votes, "--board", "new"], ["rebuild"], ["runs", "stop", run.id]):
        said = rig.line(rig.command(home, *words))
        assert "Read-only file system" in said, words
        assert "name another --home" in said
    process, log = rig.begun(home)
    assert process.wait(timeout=60) == 1
    assert log.read_text().count("\n") == 1
    assert "Read-only file system" in log.read_text()
    states = {line["id"]: line["state"] for line in rig.answer(home, "runs", "list")}
    assert states[run.id] == "queued"
    assert sorted(states.values()) == ["done", "queued"]
    assert rig.command(home, "backup", str(home.parent / "b.zip")).returncode in (0, 1)
    assert sorted(path for path in home.rglob("*")) == before


def test_a_worker_in_a_shut_folder_says_so_and_the_run_stays_what_it_was(home: Path, shut) -> None:
    run = jobs.made(home / "runs", rows=3)
    shut()
    command = [sys.executable, "-m", "arena.jobs.worker", str(run.path), "--package", *jobs.PACKAGES]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=rig.ROOT)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1, done.stderr
    assert "cannot be used (Read-only file system)" in done.stderr
    assert (run.state(), Follower(run.events).look().events) == ("queued", 0)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root: another user is taken")
def test_another_user_s_home_is_one_line(home: Path) -> None:
    rig.lived_in(home)
    for place in (home, *home.parents):
        if place.owner() == "root" and place.stat().st_mode & 0o005 != 0o005 and "pytest" in str(place):
            place.chmod(place.stat().st_mode | 0o055)
    for words in (["boards"], ["runs", "list"]):
        done = rig.command(home, *words, user=65534, group=65534, extra_groups=[])
        if words == ["boards"]:
            assert "Permission denied" in rig.line(done)
        else:
            assert done.returncode == 0, done.stderr
