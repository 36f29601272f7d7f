"""Facts of runs reach the database exactly once, in any batches, through crashes, removals and rebuilds."""

import shutil
import signal
import subprocess
import sys
import time

import pytest

from arena.cli.rebuild import rebuild
from arena.errors import ArenaError
from arena.jobs.control import control
from arena.jobs.facts import Place
from arena.jobs.folder import RunFolder
from arena.service import requests as ask
from arena.service.service import Service
from arena.store import runs
from tests.jobs import rig
from tests.store import build
from tests.store.test_durability import contents


def done(home, **config) -> RunFolder:
    run = rig.made(home / "runs", **config)
    assert rig.started(run).wait() == 0
    return run


def kept(database) -> dict[str, list[tuple]]:
    """Every fact, and how far each run is."""
    places = {"runs": database.rows('SELECT id, shard, "offset", dropped, state FROM runs ORDER BY id')}
    return {**contents(database), **places}


def test_a_run_becomes_a_board_when_the_database_is_opened(home):
    run = done(home, rows=7)
    with Service(build.settings(home), "test") as arena:
        board = next(board for board in arena.boards() if board.board == "counted")
        assert (board.battles, board.models, board.judge) == (7, 2, "counter")
        assert (board.title, board.source) == ("counting counted", f"run {run.id}")
        assert runs.catch_up(arena.database, home / "runs").facts == 0


@pytest.mark.parametrize("most", [3, 1000])
def test_batches_of_any_size_give_the_same_facts(home, tmp_path, most):
    run = done(home, rows=7, bad=3)
    control(run, "retry")
    rig.started(run).wait()
    with build.database(home) as database:
        while runs.take(database, run, most=most):
            pass
        rows = database.rows("SELECT id, status, winner FROM verdicts ORDER BY id")
        assert len(rows) == 7
        assert all(status == "ok" and winner for _, status, winner in rows)
        assert database.rows("SELECT count(*), count(DISTINCT id) FROM battles") == [(7, 7)]


def test_a_crash_between_reading_and_storing_changes_nothing(home):
    run = done(home, rows=5)
    with build.database(home) as database:
        database.settings.journal.mkdir()
        with pytest.raises(OSError, match="directory"):
            runs.take(database, run)
        assert database.rows("SELECT count(*) FROM battles, runs") == [(0,)]
        database.settings.journal.rmdir()
        assert runs.take(database, run) == 25
        assert runs.take(database, run) == 0


@pytest.mark.slow
def test_kill_9_of_whoever_takes_facts_in(home):
    done(home, rows=800)
    command = [sys.executable, "-m", "arena", "--home", str(home), "boards"]
    for wait in (0.6, 1.2):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.wait()
    with Service(build.settings(home), "test") as arena:
        assert arena.database.rows("SELECT count(*), count(DISTINCT id) FROM verdicts") == [(800, 800)]


def test_rebuild_gives_the_same_rows_with_imports_in_between(home, tmp_path):
    first, second = done(home, rows=30), done(home, rows=20, board="other", bad=4)
    with Service(build.settings(home), "test") as arena:
        arena.remove(ask.Remove("counted"))
        arena.remove(ask.Remove("other"))
        for run in (first, second):
            runs.admit(arena.database, run.id)
        for most in (40, 30, 55):
            assert runs.take(arena.database, first, most=most) == most
            assert runs.take(arena.database, second, most=most // 2) == most // 2
            path = build.votes(tmp_path / f"v{most}.csv", [("left", f"m{most}", "left"), ("x", "y", "tie")])
            arena.bring(ask.Import(path, "votes"))
        runs.catch_up(arena.database, home / "runs")
        before = kept(arena.database)
    rebuild(build.settings(home), None)
    with Service(build.settings(home), "test") as arena:
        assert kept(arena.database) == before


def test_a_removed_board_is_not_fed_again_and_a_rebuild_leaves_it_out(home):
    run = rig.made(home / "runs", rows=40)
    with Service(build.settings(home), "test") as arena:
        process = rig.started(run)
        rig.until(lambda: runs.catch_up(arena.database, home / "runs").facts)
        arena.remove(ask.Remove("counted"))
        process.wait()
        assert runs.catch_up(arena.database, home / "runs").facts == 0
    rebuild(build.settings(home), None)
    with Service(build.settings(home), "test") as arena:
        assert [board.board for board in arena.boards() if not board.shipped] == []
        runs.admit(arena.database, run.id)
        assert runs.catch_up(arena.database, home / "runs").facts == 200
    rebuild(build.settings(home), None)
    with Service(build.settings(home), "test") as arena:
        assert [board.battles for board in arena.boards() if board.board == "counted"] == [40]


def test_an_older_copy_of_a_folder_is_read_from_its_beginning(home):
    run = done(home, rows=5)
    with build.database(home) as database:
        runs.take_all(database, run)
        path = run.outputs / "facts-00001.jsonl"
        lines = path.read_bytes().splitlines(keepends=True)
        path.write_bytes(b"".join(lines[:10]))
        runs.take_all(database, run)
        assert database.rows("SELECT count(*) FROM battles") == [(5,)]
        assert runs.one(database, run.id).place == Place(1, len(b"".join(lines[:10])))


def test_facts_that_a_board_cannot_hold_are_told_and_tried_again_later(home, tmp_path):
    run = done(home, rows=2, board="wizardarena-mix")
    with Service(build.settings(home), "test") as arena:
        trouble = runs.one(arena.database, run.id).trouble
        assert "wizardarena-mix" in trouble
        assert "\n" not in trouble
        assert runs.catch_up(arena.database, home / "runs", stubborn=False).facts == 0


def test_a_run_folder_from_elsewhere_is_taken_in(home, tmp_path):
    run = done(tmp_path / "other", rows=3)
    with Service(build.settings(home), "test") as arena:
        shutil.copytree(run.path, home / "runs" / run.id)
        assert runs.catch_up(arena.database, home / "runs").facts == 15


def test_answers_of_a_board_are_found_by_model(home):
    done(home, rows=4)
    with Service(build.settings(home), "test") as arena:
        found = list(runs.answers(arena.database, "counted", ("left", "nobody")))
    assert {(answer.model, answer.status) for answer in found} == {("left", "ok")}
    assert sorted(answer.turns[0].split()[2].rstrip(".") for answer in found) == ["0", "1", "2", "3"]


def test_a_damaged_line_is_named_and_what_came_before_is_kept(home):
    run = done(home, rows=3)
    path = run.outputs / "facts-00001.jsonl"
    path.write_bytes(path.read_bytes() + b"no fact\n")
    with build.database(home) as database, pytest.raises(ArenaError, match="no fact"):
        runs.take(database, run)
