"""A disk that is full: one line, nothing torn taken for whole, and all goes on once there is room again."""

import subprocess
import sys
from pathlib import Path

import pytest

from arena.cli.rebuild import rebuild
from arena.client import arena
from arena.jobs.control import control
from arena.service.backup import Backup, backed_up
from arena.service.running import Run
from tests.chaos import rig
from tests.jobs import rig as jobs
from tests.store import build
from tests.store.test_durability import many
from tests.tournament import build as fights

pytestmark = pytest.mark.slow
FULL = "is full"


@pytest.fixture
def small(disk) -> Path:
    """A home on a small disk."""
    (disk.path / "home").mkdir()
    return disk.path / "home"


@pytest.mark.parametrize("left", [0, 100_000, 1_000_000])
def test_an_import_into_a_full_disk_is_one_line_and_goes_on_with_room(
    disk, small: Path, tmp_path, left
) -> None:
    votes = many(tmp_path / "votes.csv", 24_000)
    assert rig.battles(small, "votes") == 0
    disk.fill(but=left)
    assert FULL in rig.line(rig.command(small, "import", str(votes)))
    disk.clear()
    done = rig.answer(small, "import", str(votes))
    assert done["kept"] + done["duplicates"] == done["read"] == 24_000
    assert rig.battles(small, "votes") == 24_000
    before = rig.rows(small)
    rebuild(build.settings(small), None)
    after = rig.rows(small)
    assert {name: rows for name, rows in after.items() if name != "imports"} == {
        name: rows for name, rows in before.items() if name != "imports"
    }


def test_a_worker_that_finds_no_room_fails_in_one_line_and_goes_on_without_loss(disk, small: Path) -> None:
    run = jobs.made(small / "runs", rows=300, size=20_000)
    disk.fill(but=3_000_000)
    assert jobs.started(run).wait() == 1
    assert run.state() == "failed"
    assert run.said("failed") == "" or FULL in run.said("failed")
    had = len(jobs.lines(run))
    assert 0 < had < 1500
    assert had % 5 == 0
    disk.clear()
    control(run, "resume")
    assert jobs.started(run).wait() == 0
    assert len(set(jobs.lines(run))) == len(jobs.lines(run)) == 1500


@pytest.mark.parametrize("left", [70_000, 300_000])
def test_a_tournament_that_finds_no_room_for_facts_or_scratch_goes_on_without_loss(
    disk, small: Path, home: Path, left: int
) -> None:
    config = fights.tournament(home, 120)
    calm = rig.launched(home / "calm" / "runs", config)
    run = rig.launched(small / "runs", config)
    disk.fill(but=left)
    assert rig.worker(run).wait() == 1
    assert run.state() == "failed"
    assert FULL in (run.said("failed") or FULL)
    assert "Traceback" not in run.log.read_text()
    disk.clear()
    control(run, "resume")
    assert [rig.worker(one).wait() for one in (run, calm)] == [0, 0]
    assert sorted(rig.ids(rig.told(run))) == sorted(set(rig.ids(rig.told(calm))))


def test_where_there_is_no_room_at_all_nothing_is_started_over_and_over(disk, small: Path) -> None:
    run = jobs.made(small / "runs", rows=3)
    jobs.launcher(small / "runs").tick()
    rig.until(lambda: run.state() == "done")
    waiting = jobs.made(small / "runs", rows=4)
    disk.fill()
    queue = jobs.launcher(small / "runs")
    started = [name for _ in range(3) for name in queue.tick()]
    rig.until(lambda: not waiting.alive())
    started += [name for _ in range(3) for name in queue.tick()]
    assert len(started) <= 1
    assert waiting.state() in ("stopped", "failed", "dead", "queued")
    disk.clear()
    if waiting.state() != "queued":
        control(waiting, "resume")
    queue.tick()
    rig.until(lambda: waiting.state() == "done")
    assert len(jobs.lines(waiting)) == 20


def test_an_app_whose_disk_is_full_says_it_and_takes_all_facts_in_once_there_is_room(
    disk, small: Path, tmp_path: Path
) -> None:
    (tmp_path / "runs").mkdir()
    (small / "runs").symlink_to(tmp_path / "runs")  # its facts and its log have room, the database has none
    with rig.served(small, tmp_path) as app:
        disk.fill()
        run = jobs.made(small / "runs", rows=300, size=2000)
        assert jobs.started(run).wait() == 0
        rig.until(lambda: FULL in app.said.read_text())
        with arena(build.settings(small), "test") as there:
            rig.until(lambda: FULL in (there.perform(Run(run.id)).line.trouble or ""))
        assert app.process.poll() is None
        disk.clear()
        rig.until(
            lambda: {b["board"]: b["battles"] for b in rig.answer(small, "boards")}.get("counted") == 300
        )
        with arena(build.settings(small), "test") as there:
            rig.until(lambda: there.perform(Run(run.id)).line.trouble is None)
        assert app.said.read_text().count(FULL) == 1
    assert rig.battles(small, "counted") == 300


def test_a_backup_of_a_home_onto_a_full_disk_leaves_nothing_and_harms_nothing(disk, home: Path) -> None:
    before = rig.lived_in(home)
    disk.fill(but=20_000)
    assert "could not be written" in rig.line(rig.command(home, "backup", str(disk.path / "b.zip")))
    assert [path.name for path in disk.path.iterdir()] == ["ballast"]
    disk.clear()
    backed_up(build.settings(home), None, Backup(disk.path / "b.zip"))
    assert rig.rows(home) == before


def test_a_full_terminal_is_one_line_too(home: Path) -> None:
    with Path("/dev/full").open("w") as full:
        words = [sys.executable, "-m", "arena", "--home", str(home), "boards"]
        done = subprocess.run(
            words,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env=rig.environment(),
            cwd=rig.ROOT,
        )
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
