"""A run in a real process: its facts, its end, kill -9, pause, stop, a full disk, a copied folder."""

import resource
import shutil
import signal
import subprocess
import sys
import time
from itertools import pairwise

import pytest

from arena.errors import BadRequest
from arena.jobs import events, facts
from arena.jobs.control import control
from arena.jobs.folder import RunFolder
from tests.jobs import rig


def test_a_run_ends_as_done_with_all_its_facts(tmp_path):
    run = rig.made(tmp_path, rows=5)
    assert rig.started(run).wait() == 0
    assert run.state() == "done"
    assert len(rig.lines(run)) == 5 * 5
    look = events.Follower(run.events).look()
    assert [(step.name, step.done, step.total) for step in look.steps] == [("counting", 5, 5)]
    assert [note.text for note in look.notes] == ["all counted", "done"]


def test_a_run_says_what_it_took_of_the_processor_over_all_attempts(tmp_path):
    run = rig.made(tmp_path, rows=50, seconds=0.05)
    assert run.cpu() == 0
    process = rig.started(run)
    rig.until(lambda: rig.lines(run))
    control(run, "stop")
    process.wait()
    first = run.cpu()
    assert first > 0
    assert rig.started(run).wait() == 0
    assert run.cpu() > first


def test_kill_9_at_any_moment_gives_the_same_facts(tmp_path):
    calm = rig.made(tmp_path / "calm", rows=60, size=3000)
    rig.started(calm).wait()
    run = rig.made(tmp_path / "storm", rows=60, size=3000, seconds=0.004)
    for wait in (0.0, 0.02, 0.05, 0.1):
        process, had = rig.started(run), len(rig.lines(run))
        rig.until(lambda: process.poll() is not None or len(rig.lines(run)) > had)  # noqa: B023 - asked at once
        time.sleep(wait)
        process.kill()
        process.wait()
        assert run.state() in ("dead", "done")
    if run.state() == "dead":
        assert rig.started(run).wait() == 0
    told = [text.replace(run.id.encode(), b"") for text in rig.lines(run)]
    assert told == [text.replace(calm.id.encode(), b"") for text in rig.lines(calm)]


def test_stop_takes_effect_after_the_batch_and_resume_goes_on(tmp_path):
    run = rig.made(tmp_path, rows=50, seconds=0.05)
    process = rig.started(run)
    rig.until(lambda: rig.lines(run))
    begun = time.monotonic()
    assert control(run, "stop") in ("stopping", "stopped")
    process.wait()
    assert time.monotonic() - begun < 2
    assert run.state() == "stopped"
    done = len(rig.lines(run))
    assert 0 < done < 250
    assert control(run, "resume") == "queued"
    assert rig.started(run).wait() == 0
    assert len(rig.lines(run)) == 250


def test_a_second_sigterm_stops_one_that_does_not_listen(tmp_path):
    run = rig.made(tmp_path, rows=5, seconds=30, deaf=True)
    process = rig.started(run)
    rig.until(lambda: events.Follower(run.events).look().steps)
    process.send_signal(signal.SIGTERM)
    time.sleep(0.2)
    assert run.state() == "running"
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=5)
    assert run.state() == "stopped"


def test_a_paused_run_waits_and_goes_on(tmp_path):
    run = rig.made(tmp_path, rows=40, seconds=0.02)
    process = rig.started(run)
    rig.until(lambda: rig.lines(run))
    assert control(run, "pause") == "paused"
    time.sleep(0.3)
    held = len(rig.lines(run))
    time.sleep(0.3)
    assert len(rig.lines(run)) == held < 200
    assert control(run, "resume") == "running"
    assert process.wait() == 0


def test_cancel_keeps_what_was_done(tmp_path):
    run = rig.made(tmp_path, rows=50, seconds=0.05)
    process = rig.started(run)
    rig.until(lambda: rig.lines(run))
    control(run, "cancel")
    process.wait()
    assert run.state() == "cancelled"
    assert rig.lines(run)


def test_failed_rows_alone_are_asked_again(tmp_path):
    run = rig.made(tmp_path, rows=10, bad=5)
    rig.started(run).wait()
    assert events.Follower(run.events).look().failures[0].count == 2
    control(run, "retry")
    assert rig.started(run).wait() == 0
    assert len(rig.lines(run)) == 10 * 5 + 2
    assert events.Follower(run.events).look().failures == ()
    with pytest.raises(BadRequest, match="no row failed"):
        control(run, "retry")


def test_a_run_that_cannot_go_on_says_why_in_one_line(tmp_path):
    run = rig.made(tmp_path, rows=5, crash=3)
    assert rig.started(run).wait() == 1
    assert (run.state(), run.said("failed")) == ("failed", "3 cannot be counted: set crash to another number")
    assert len(rig.lines(run)) == 15


def test_a_full_disk_fails_clean_and_what_was_done_is_kept(tmp_path):
    run = rig.made(tmp_path, rows=30, size=10_000)
    code = (
        "import resource, sys\nfrom arena.jobs.worker import main\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))\nsys.exit(main())"
    )
    command = [sys.executable, "-c", code, str(run.path), "--package", *rig.PACKAGES]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1
    assert "is full" in run.said("failed")
    assert f"arena runs resume {run.id}" in run.said("failed")
    kept = [place for place, _ in facts.read(run.outputs)]
    assert len(kept) % 5 == 0 < len(kept) < 150
    assert rig.started(run).wait() == 0
    assert len(rig.lines(run)) == 150


def test_a_copied_folder_is_gone_on_with_elsewhere(tmp_path):
    run = rig.made(tmp_path / "here", rows=40, seconds=0.03)
    process = rig.started(run)
    rig.until(lambda: rig.lines(run))
    process.kill()
    process.wait()
    other = RunFolder(tmp_path / "there" / "any-name")
    shutil.copytree(run.path, other.path)
    assert other.state() == "dead"
    assert rig.started(other).wait() == 0
    assert (other.state(), len(rig.lines(other))) == ("done", 200)
    assert run.state() == "dead"


def test_two_workers_never_share_a_folder(tmp_path):
    run = rig.made(tmp_path, rows=2000, seconds=0.05)
    first = rig.started(run)
    rig.until(lambda: rig.lines(run))
    second = rig.started(run)
    assert second.wait() == 1
    assert "under way in another process" in run.log.read_text()
    assert first.poll() is None
    control(run, "stop")
    first.wait()
    told = rig.lines(run)
    assert len(set(told)) == len(told) > 0


def test_an_unknown_kind_and_a_config_that_does_not_fit_are_told(tmp_path):
    run = rig.made(tmp_path, rows=1)
    for old, new, said in (
        ("counting", "guessing", "no kind of job 'guessing': there are counting"),
        ('"rows": 1', '"rows": "few"', "counting: rows = 'few': input should be a valid integer"),
    ):
        config = run.path / "config.json"
        before = config.read_text()
        config.write_text(before.replace(old, new))
        assert rig.started(run).wait() == 1
        assert said in run.said("failed")
        config.write_text(before)


def test_progress_never_goes_back_and_is_written_at_most_twice_a_second(tmp_path):
    run = rig.made(tmp_path, rows=300)
    rig.started(run).wait()
    told = [event for _, event in events.since(run.events, 0) if event.kind == "progress"]
    assert len(told) < 8
    assert told[-1].done == 300
    assert all(one.done < two.done for one, two in pairwise(told))
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY
