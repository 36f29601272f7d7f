"""Two apps on one home: one has it, the other says who does and where; a killed one leaves it free."""

import json
import shutil
import time
from pathlib import Path

import pytest

from tests.chaos import rig
from tests.jobs import rig as jobs
from tests.store import build

pytestmark = pytest.mark.slow


def test_a_second_app_says_who_has_the_home_and_where_and_commands_go_through_the_first(home: Path) -> None:
    with rig.served(home) as app:
        told = rig.refused(*rig.begun(home))
        assert f"held by process {app.process.pid} (the app) at {app.url}: use that" in told
        told = rig.refused(*rig.begun(home, port=int(app.url.rpartition(":")[2])))
        assert "is taken: stop what uses it, or choose another with --port" in told
        assert rig.line(rig.command(home, "rebuild")).startswith(
            f"arena: process {app.process.pid} (the app)"
        )
        votes = build.votes(home.parent / "votes.csv", [("x", "y", "left")])
        assert rig.answer(home, "import", str(votes))["kept"] == 1
        assert app.process.poll() is None


def test_of_two_that_start_at_the_same_moment_one_has_the_home(home: Path) -> None:
    shutil.rmtree(home)
    both = [rig.begun(home) for _ in range(2)]
    try:
        rig.until(lambda: any(process.poll() is not None for process, _ in both), 120)
        (lost,) = [one for one in both if one[0].poll() is not None]
        (won,) = [one for one in both if one is not lost]
        assert f"is held by process {won[0].pid} (" in rig.refused(*lost)
        rig.until(lambda: json.loads((home / "owner.json").read_text())["url"])
        assert rig.answer(home, "boards")
    finally:
        for process, _ in both:
            process.kill()
            process.wait()
        won[0].stdout.close()


def test_a_killed_app_is_followed_at_once_and_its_run_went_on(home: Path) -> None:
    run = jobs.made(home / "runs", rows=400, seconds=0.02)
    with rig.served(home) as app:
        rig.until(lambda: rig.answer(home, "boards"))
        with jobs.started(run) as worker:
            rig.until(lambda: len(jobs.lines(run)) > 20)
            app.kill()
            assert not run.has("done")
            assert (home / "owner.json").exists()
            state = rig.answer(home, "runs", "show", run.id)["line"]["state"]
            assert state == "running" or (state == "done" and run.has("done"))
            with rig.served(home) as second:
                assert rig.answer(home, "doctor")["holder"].endswith(second.url)
                worker.wait()
                began = time.monotonic()
                rig.until(lambda: rig.answer(home, "runs", "show", run.id)["line"]["state"] == "done")
                found = lambda: {b["board"]: b["battles"] for b in rig.answer(home, "boards")}  # noqa: E731
                rig.until(lambda: found().get("counted") == 400)
                assert time.monotonic() - began < 60
    assert rig.battles(home, "counted") == 400
