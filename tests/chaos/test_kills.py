"""kill -9 of app, worker, model server, trainer at seeded moments: nothing lost, nothing twice, and told."""

import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from arena.jobs import plan
from arena.jobs.control import control
from arena.jobs.folder import RunFolder
from arena.jobs.plan import Plan
from arena.keys import file_hash
from arena.service.running import Run, Runner
from arena.types import Battle, Fact, Verdict
from tests.chaos import rig
from tests.jobs import rig as jobs
from tests.store import build
from tests.tournament.build import plain
from tests.training import tiny
from tests.training.kinds.test_stage import config as stage

pytestmark = pytest.mark.slow


def same(found: list[Fact]) -> dict[str, object]:
    """Facts by id, without when and where; fails where one comes twice."""
    bare = [replace(fact, run=None, when=None) if isinstance(fact, Battle) else fact for fact in found]
    return dict(plain(bare))


def state(run: RunFolder) -> str:
    """As pages and commands show it."""
    return Runner(build.settings(run.path.parents[1])).one(Run(run.id)).line.state


def test_a_worker_and_its_judge_s_server_killed_at_ten_moments_tell_the_same_facts(home: Path) -> None:
    luck = Random(11)  # noqa: S311 - a draw
    with rig.judging() as server:
        config = rig.fight(home.parent, server.url, 24, patience=120.0)
        calm = rig.launched(home / "calm" / "runs", config)
        assert rig.worker(calm).wait(timeout=200) == 0
        run = rig.launched(home / "runs", config)
        for turn in range(10):
            had = len(jobs.lines(run))
            process = rig.worker(run)
            rig.until(lambda: process.poll() is not None or len(jobs.lines(run)) > had)  # noqa: B023 - at once
            time.sleep(luck.uniform(0.0, 0.15))
            if turn % 2:
                server.kill()
                time.sleep(luck.uniform(0.0, 0.3))
                server.start()
            process.kill()
            process.wait()
            assert state(run) in ("dead", "done")
        assert state(run) == "done" or rig.worker(run).wait(timeout=200) == 0
    assert state(run) == "done"
    assert same(rig.told(run)) == same(rig.told(calm))
    assert rig.battles(home, "t") == 72


def test_a_server_that_is_killed_amid_a_tournament_and_comes_back_costs_no_game(home: Path) -> None:
    with rig.judging() as server:
        run = rig.launched(home / "runs", rig.fight(home.parent, server.url, 24, patience=120.0))
        process = rig.worker(run)
        for _ in range(3):
            had = len(jobs.lines(run))
            rig.until(lambda: len(jobs.lines(run)) > had or process.poll() is not None)  # noqa: B023 - at once
            server.kill()
            time.sleep(0.5)
            server.start()
        assert process.wait(timeout=200) == 0
    verdicts = [fact for fact in rig.told(run) if isinstance(fact, Verdict)]
    assert {verdict.status for verdict in verdicts} == {"ok"}
    assert len({verdict.id for verdict in verdicts}) == len(verdicts) == 144


def test_a_server_that_never_comes_back_fails_the_run_with_a_line_and_no_verdict_is_made_up(
    home: Path,
) -> None:
    with rig.judging() as server:
        run = rig.launched(home / "runs", rig.fight(home.parent, server.url, 24, patience=1.0))
        process = rig.worker(run)
        rig.until(lambda: any(isinstance(fact, Verdict) for fact in rig.told(run)))
        server.kill()
        assert process.wait(timeout=200) == 1
        assert state(run) == "failed"
        said = run.said("failed")
        assert f"server {server.url} is gone (" in said
        assert "start it again" in said
        assert "\n" not in said
        kept = [fact for fact in rig.told(run) if isinstance(fact, Verdict)]
        assert {verdict.status for verdict in kept} <= {"ok"}
        assert 0 < len(kept) < 144
        server.start()
        control(run, "resume")
        assert rig.worker(run).wait(timeout=200) == 0
    verdicts = [fact for fact in rig.told(run) if isinstance(fact, Verdict)]
    assert len({verdict.id for verdict in verdicts}) == len(verdicts) == 144
    assert {verdict.status for verdict in verdicts} == {"ok"}


@pytest.mark.long
def test_an_app_killed_at_five_moments_while_it_takes_facts_in_takes_each_in_once(home: Path) -> None:
    luck = Random(3)  # noqa: S311 - a draw
    run = jobs.made(home / "runs", rows=4000, size=300, seconds=0.002)
    with jobs.started(run) as worker:
        for number in range(5):
            with rig.served(home) as app:
                votes = build.votes(home.parent / f"v{number}.csv", [("x", "y", "left")] * 200)
                if number % 2:
                    rig.command(home, "import", str(votes), "--board", f"v{number}")
                time.sleep(luck.uniform(0.0, 1.5))
                app.kill()
        assert worker.wait(timeout=200) == 0
    sizes = {board["board"]: board["battles"] for board in rig.answer(home, "boards")}
    assert (sizes["counted"], sizes["v1"], sizes["v3"]) == (4000, 200, 200)
    before = rig.rows(home)
    rig.answer(home, "rebuild")
    assert rig.rows(home) == before


def test_a_trainer_killed_twice_comes_to_the_same_weights(tmp_path: Path) -> None:
    start, rows = tiny.llama(tmp_path / "start"), tiny.sft_rows(tmp_path / "rows.jsonl")
    luck, made = Random(5), []  # noqa: S311 - a draw
    for kills, runs in ((0, tmp_path / "calm" / "runs"), (2, tmp_path / "storm" / "runs")):
        run = RunFolder(runs / plan.launch(runs, Plan("stage", stage(start, rows, epochs=20))).id)
        for _ in range(kills):
            process = rig.worker(run)
            had = len(list(run.path.glob("work/*/checkpoint-*/manifest.json")))
            points = lambda: len(list(run.path.glob("work/*/checkpoint-*/manifest.json")))  # noqa: E731, B023
            rig.until(lambda: process.poll() is not None or points() > had, 120)  # noqa: B023 - asked at once
            time.sleep(luck.uniform(0.0, 0.2))
            process.kill()
            process.wait()
            assert state(run) in ("dead", "done")
        assert state(run) == "done" or rig.worker(run).wait(timeout=200) == 0, run.log.read_text()[-2000:]
        made.append(file_hash(run.outputs / "model" / "model.safetensors"))
    assert made[0] == made[1]


def test_a_backup_and_a_restore_that_are_killed_leave_nothing_half_and_work_the_second_time(
    home: Path,
) -> None:
    before = rig.lived_in(home)
    (home / "recordings").mkdir()
    (home / "recordings" / "noise.npy").write_bytes(Random(1).randbytes(1 << 20) * 200)  # noqa: S311 - noise
    file, again = home.parent / "b.zip", home.parent / "again"
    for words, begun, made in (
        (("--home", str(home), "backup", str(file)), home.parent / ".b.zip.part", file),
        (("--home", str(again), "restore", str(file)), home.parent / ".again.restoring", again),
    ):
        command = [sys.executable, "-m", "arena", *words]
        process = subprocess.Popen(command, cwd=rig.ROOT, env=rig.environment(), stdout=subprocess.DEVNULL)
        rig.until(lambda: begun.exists() or process.poll() is not None)  # noqa: B023 - asked at once
        process.kill()
        assert process.wait() == -9
        assert not made.exists()
        assert rig.ran(*command).returncode == 0
    assert rig.rows(again) == rig.rows(home) == before
