"""A home that nobody may write to: app, commands and workers say it in one line; what can be read is read."""

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
    assert "Read-only file system" in rig.refused(*rig.begun(home))
    states = {line["id"]: line["state"] for line in rig.answer(home, "runs", "list")}
    assert states[run.id] == "queued"
    assert sorted(states.values()) == ["done", "queued"]
    assert rig.answer(home, "backup", str(home.parent / "b.zip"))["left"] == []
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


def test_a_home_whose_bits_forbid_writing_is_one_line(home: Path) -> None:
    rig.lived_in(home)
    for places in (home,), (home / "tmp", home / "arena.duckdb"):
        for place in places:
            place.chmod(0o500)
        assert "Permission denied" in rig.line(rig.bound(home, "boards")), places
        for place in places:
            place.chmod(0o700)
    assert rig.bound(home, "boards").returncode == 0
