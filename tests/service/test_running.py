"""The queue in an app: started in turn, boards fed live, gone on with after a restart; one plan, one run."""

import time

import pytest

from arena import wire
from arena.errors import BadRequest, Unranked
from arena.jobs.control import control
from arena.jobs.folder import RunFolder
from arena.jobs.launcher import Launcher
from arena.jobs.plan import Plan, launch
from arena.service import requests as ask
from arena.service import running
from arena.service.service import Service
from arena.settings import Settings
from arena.store import runs
from tests.jobs import rig


def service(home, **settings) -> Service:
    return Service(Settings(home=home, wait=0, **settings), "test", packages=rig.PACKAGES)


def start(arena, again=False, **config):
    return arena.perform(running.Launch("counting", config, again))


def ended(arena, *ids) -> bool:
    return all(arena.perform(running.Run(name)).line.state in ("done", "failed") for name in ids)


def test_a_launched_plan_feeds_its_board_while_it_plays(home):
    with service(home) as arena:
        arena.live()
        run = start(arena, rows=2000, seconds=0.05)
        assert run.fate == "new"
        rig.until(lambda: arena.perform(running.Run(run.id)).battles)
        assert arena.perform(running.Run(run.id)).line.state == "running"
        assert arena.leaderboard(ask.Leaderboard("counted")).n_battles > 0
        arena.perform(running.Control(run.id, "cancel"))
        rig.until(lambda: arena.perform(running.Run(run.id)).line.state == "cancelled")


def test_a_run_that_is_done_leaves_a_ranking_in_the_history(home):
    with service(home) as arena:
        run = start(arena, rows=6)
        rig.until(lambda: ended(arena, run.id))
        assert arena.runs.step() == 30
        assert arena.runs.step() == 0
        assert [kept.source for kept in arena.history(ask.History("counted")).rankings] == ["run"]


def test_the_same_plan_again_finds_its_run(home):
    with service(home, jobs=1) as arena:
        first, second = start(arena, rows=30, seconds=0.02), start(arena, rows=30, seconds=0.02)
        assert (first.fate, second.fate, first.id) == ("new", "running", second.id)
        other = start(arena, rows=30, seconds=0.02, again=True)
        assert (other.fate, other.id) == ("new", f"{first.id}-2")
        arena.live()
        rig.until(lambda: ended(arena, first.id, other.id))
        assert start(arena, rows=30, seconds=0.02).fate == "finished"


def test_two_launches_at_once_make_one_run(tmp_path):
    plan = Plan("counting", {"rows": 3})

    def slow(*_):
        launch(tmp_path, plan, rig.PACKAGES)

    found = launch(tmp_path, plan, rig.PACKAGES, prepare=slow)
    assert found.fate == "running"
    assert [path.name for path in tmp_path.iterdir()] == [found.id]


def test_what_is_red_refuses_and_a_dry_run_shows_it(home):
    with service(home) as arena:
        dry = arena.perform(running.DryRun("counting", {"rows": 0}))
        assert [(finding.level, finding.subject) for finding in dry.findings] == [("red", "rows")]
        assert dry.costs == ()
        with pytest.raises(BadRequest, match="0 rows are nothing to count: give rows of 1 or more"):
            start(arena, rows=0)
        dry = arena.perform(running.DryRun("counting", {"rows": 4}))
        assert (dry.costs[0].what, dry.costs[0].value, dry.run) == ("battles", 4, None)
        with pytest.raises(BadRequest, match="no kind of job 'guess': there are counting"):
            arena.perform(running.DryRun("guess", {}))
        with pytest.raises(BadRequest, match="counting has no option 'raws'"):
            arena.perform(running.DryRun("counting", {"raws": 1}))
        with pytest.raises(BadRequest, match="came with the program"):
            start(arena, board="wizardarena-mix")


def test_no_more_runs_than_allowed_work_at_a_time_and_all_are_done_in_turn(tmp_path):
    runs = [rig.made(tmp_path, rows=20, seconds=0.02, board=f"b{number}") for number in range(3)]
    queue = rig.launcher(tmp_path, most=1)
    seen: list[int] = []
    while any(run.state() != "done" for run in runs):
        queue.tick()
        seen.append(sum(run.state() == "running" for run in runs))
        time.sleep(0.02)
    assert max(seen) == 1
    begun = [(run.path / "outputs" / "facts-00001.jsonl").stat().st_ctime for run in runs]
    assert begun == sorted(begun)


def test_one_run_alone_holds_the_gpu_and_others_work_beside_it(tmp_path):
    runs = [rig.made(tmp_path, rows=100, seconds=0.05, board=f"b{number}") for number in range(3)]
    for run in runs[:2]:
        config = run.path / "config.json"
        config.write_text(config.read_text().replace('"gpu": false', '"gpu": true'))
    queue = rig.launcher(tmp_path, most=1)
    assert queue.tick() == (runs[0].id, runs[2].id)
    assert queue.tick() == ()
    for run in runs:
        control(run, "stop")
    rig.until(lambda: runs[0].state() == "stopped")
    assert runs[1].state() == "stopped"


def test_the_queue_goes_on_without_anybody_who_watches(tmp_path):
    runs = [rig.made(tmp_path, rows=5, board=f"b{number}") for number in range(3)]
    Launcher(tmp_path, 1, rig.PACKAGES).tick()
    rig.until(lambda: all(run.state() == "done" for run in runs))


def test_a_restarted_app_goes_on_with_the_queue(home):
    with service(home, jobs=1) as arena:
        ids = [start(arena, rows=20, seconds=0.05, board=f"b{number}").id for number in range(2)]
        assert [line.state for line in arena.perform(running.Runs())] == ["queued", "running"]
    with service(home, jobs=1) as arena:
        arena.live()
        rig.until(lambda: ended(arena, *ids))
        rig.until(lambda: {"b0", "b1"} <= {board.board for board in arena.boards()})


def test_what_is_in_the_way_of_facts_keeps_no_queued_run_waiting(home):
    def refused(board: str) -> None:
        raise Unranked(f"nothing to rank on {board}")

    with service(home) as arena:
        watched = running.Running(arena.database, refused, rig.PACKAGES)
        first = rig.made(home / "runs", rows=3)
        watched.step()
        rig.until(lambda: first.state() == "done")
        second = rig.made(home / "runs", rows=4, board="other")
        with pytest.raises(Unranked, match="nothing to rank on counted"):
            watched.step()
        rig.until(lambda: second.state() == "done")


def test_a_full_disk_is_the_trouble_of_runs_that_have_facts_left_alone(home):
    with service(home) as arena:
        first, second = start(arena, rows=3), start(arena, rows=4, board="other")
        rig.until(lambda: ended(arena, first.id, second.id))
        runs.take_all(arena.database, RunFolder(home / "runs" / first.id))
        arena.runs.short = "the disk is full"
        told = {line.id: line.trouble for line in arena.perform(running.Runs())}
        assert told == {first.id: None, second.id: "the disk is full"}
        assert arena.runs.step() == 20
        assert arena.perform(running.Run(second.id)).line.trouble is None


def test_failed_rows_that_come_later_take_their_place_on_the_board(home):
    with service(home) as arena:
        arena.live()
        run = start(arena, rows=12, bad=4)
        rig.until(lambda: ended(arena, run.id))
        found = arena.perform(running.Run(run.id))
        assert (found.line.failed, "retry" in found.line.may) == (3, True)
        rig.until(lambda: arena.database.rows("SELECT count(*) FROM verdicts") == [(12,)])
        arena.perform(running.Control(run.id, "retry"))
        good = "SELECT count(*) FROM verdicts WHERE status = 'ok'"
        rig.until(lambda: arena.database.rows(good) == [(12,)])
        assert arena.database.rows("SELECT count(*) FROM verdicts") == [(12,)]


def test_what_models_answered_before_is_given_to_the_next_run_of_the_board(home):
    with service(home) as arena:
        arena.live()
        run = start(arena, rows=3)
        rig.until(lambda: arena.perform(running.Run(run.id)).battles == 3)
        other = start(arena, rows=4)
        known = (home / "runs" / other.id / "inputs" / "known.jsonl").read_text().splitlines()
    assert len(known) == 2 * 3


def test_a_run_is_removed_only_after_its_board(home):
    with service(home) as arena:
        arena.live()
        run = start(arena, rows=3)
        rig.until(lambda: arena.perform(running.Run(run.id)).battles == 3)
        with pytest.raises(BadRequest, match="arena boards --remove counted"):
            arena.perform(running.Control(run.id, "remove"))
        arena.remove(ask.Remove("counted"))
        assert start(arena, rows=3).fate == "finished"
        rig.until(lambda: arena.perform(running.Run(run.id)).battles == 3)
        arena.remove(ask.Remove("counted"))
        arena.perform(running.Control(run.id, "remove"))
        assert arena.perform(running.Runs()) == ()


def test_a_removal_that_is_refused_brings_no_removed_board_back(home):
    with service(home) as arena:
        arena.live()
        run = start(arena, rows=2000, seconds=0.05)
        rig.until(lambda: arena.perform(running.Run(run.id)).battles)
        arena.remove(ask.Remove("counted"))
        with pytest.raises(BadRequest, match="is running: remove does nothing"):
            arena.perform(running.Control(run.id, "remove"))
        had = runs.one(arena.database, run.id)
        assert had is not None
        assert had.dropped
        arena.perform(running.Control(run.id, "stop"))
        rig.until(lambda: arena.perform(running.Run(run.id)).line.state == "stopped")


def test_requests_and_answers_travel(home):
    with service(home) as arena:
        run = start(arena, rows=2)
        rig.until(lambda: ended(arena, run.id))
        for request in (
            running.DryRun("counting", {"rows": 3}),
            running.Runs(),
            running.Run(run.id),
            running.Launch("counting", {"rows": 2}),
        ):
            word = wire.verb(request)
            assert wire.decode_request(word, wire.encode(request)) == request
            result = arena.perform(request)
            assert type(wire.decode_result(word, wire.encode(result))) is type(result)
        assert wire.decode_result("run", wire.encode(arena.perform(running.Run(run.id)))).line.id == run.id
