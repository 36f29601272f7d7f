"""A home goes into one file and comes out the same, row for row, whatever happened while it was written."""

import json
import resource
import subprocess
import sys
import threading
from itertools import count

import pytest

from arena.cli.keeping import _taken
from arena.cli.restore import restore
from arena.errors import ArenaError, BadRequest, Busy, Unreadable
from arena.jobs.control import control
from arena.jobs.folder import RunFolder, Spec, Worker, step
from arena.service import requests as ask
from arena.service.backup import Backup, backed_up
from arena.service.service import Service
from arena.store import journal
from arena.wire import encode
from tests.jobs import rig
from tests.store import build
from tests.store.test_durability import contents

NOW = "2026-01-01T10:00:00"
VOTES = [("x", "y", "left"), ("z", "x", "tie"), ("y", "x", "left")]


def told(arena: Service) -> dict[str, list]:
    """Every fact, every stored ranking, what people said of names, and the ratings of the user's boards."""
    mine = [board.board for board in arena.boards() if not board.shipped]
    return {
        **contents(arena.database),
        "rankings": sorted(map(repr, arena.database.rows("SELECT * FROM rankings"))),
        "links": arena.links().links,
        "ratings": [arena.leaderboard(ask.Leaderboard(board)).ratings for board in mine],
    }


def lived_in(home, tmp_path) -> dict[str, list]:
    """A home with imports, rejects, a run, a removed board, a name and kept rankings."""
    run = rig.made(home / "runs", rows=6, bad=3)
    assert rig.started(run).wait() == 0
    with Service(build.settings(home), "test") as arena:
        arena.bring(ask.Import(build.votes(tmp_path / "votes.csv", [*VOTES, ("x", "y", "nobody")]), "votes"))
        arena.bring(
            ask.Import(build.grades(tmp_path / "j_single.jsonl", {("q", "x"): 1, ("q", "y"): 2}), "g")
        )
        arena.rename(ask.Rename("x", "gpt-4"))
        arena.leaderboard(ask.Leaderboard("votes", keep=True))
        arena.bring(ask.Import(build.votes(tmp_path / "gone.csv", VOTES), "gone"))
        arena.remove(ask.Remove("gone"))
        (home / "recordings").mkdir()
        (home / "recordings" / "said.jsonl").write_text('{"a": 1}\n{"torn')
        return told(arena)


def test_a_restored_home_is_the_same_row_for_row(home, tmp_path):
    before = lived_in(home, tmp_path)
    kept = _taken(build.settings(home), Backup(tmp_path / "b.zip"))
    assert (kept.left, kept.size) == ((), (tmp_path / "b.zip").stat().st_size)
    again = tmp_path / "again"
    found = restore(build.settings(again), tmp_path / "b.zip", None)
    assert (found.files, found.stopped) == (kept.files, ())
    with Service(build.settings(again), "test") as arena:
        assert told(arena) == before
        assert [board.board for board in arena.boards() if not board.shipped] == ["counted", "g", "votes"]
    assert (again / "recordings" / "said.jsonl").read_text() == '{"a": 1}\n'
    assert list((again / "rejects").iterdir())


@pytest.mark.slow
def test_a_backup_taken_while_a_run_works_and_imports_arrive_loses_nothing(home, tmp_path):
    run = rig.made(home / "runs", rows=2000, seconds=0.05)
    worker = rig.started(run)
    with Service(build.settings(home), "test") as arena:
        rig.until(lambda: len(rig.lines(run)) > 20)
        enough = threading.Event()
        feeder = threading.Thread(target=feed, args=(arena, tmp_path, enough))
        feeder.start()
        for number in range(4):
            arena.perform(Backup(tmp_path / f"b{number}.zip"))
        enough.set()
        feeder.join()
    worker.kill()
    worker.wait()
    for number in (0, 3):
        whole(tmp_path / f"b{number}.zip", tmp_path / f"again-{number}")


def feed(arena: Service, folder, enough: threading.Event) -> None:
    """Imports board after board, and takes facts of runs in between."""
    for number in count():
        arena.bring(ask.Import(build.votes(folder / f"{number}.csv", VOTES), f"votes-{number}"))
        arena.runs.step()
        if enough.is_set():
            return


def whole(file, home) -> None:
    """Restored, every battle is judged and every import is there once; the run goes on to the same end."""
    found = restore(build.settings(home), file, None)
    assert len(found.stopped) == 1
    with Service(build.settings(home), "test") as arena:
        sizes = {board.board: board.battles for board in arena.boards() if not board.shipped}
        loose = "SELECT count(*) FROM battles WHERE id NOT IN (SELECT battle FROM verdicts)"
        assert arena.database.rows(loose) in (
            [(0,)],
            [(1,)],
        )  # the last one of the run may wait for its verdict
    assert {size for name, size in sizes.items() if name != "counted"} <= {3}
    run = RunFolder(home / "runs" / found.stopped[0])
    assert (run.state(), run.worker()) == ("stopped", None)
    control(run, "resume")
    run.put("config.json", run.said("config.json").replace("0.05", "0.0"))
    assert rig.started(run).wait() == 0
    with Service(build.settings(home), "test") as arena:
        assert next(board.battles for board in arena.boards() if board.board == "counted") == 2000


def test_a_run_that_waits_or_works_stands_as_stopped_in_the_restored_home(home, tmp_path):
    waiting = rig.made(home / "runs", rows=3)
    working = rig.made(home / "runs", rows=4)
    working.put("pid", Worker.of(subprocess.os.getpid()).note())
    working.drop("queued")
    assert (waiting.state(), working.state()) == ("queued", "running")
    backed_up(build.settings(home), None, Backup(tmp_path / "b.zip"))
    found = restore(build.settings(tmp_path / "again"), tmp_path / "b.zip", None)
    assert sorted(found.stopped) == sorted((waiting.id, working.id))
    assert {RunFolder(tmp_path / "again" / "runs" / name).state() for name in found.stopped} == {"stopped"}


def test_promoted_models_keep_their_links_and_others_are_told(home, tmp_path):
    (home / "models" / "v1-abc").mkdir(parents=True)
    (home / "models" / "v1-abc" / "config.json").write_text("{}")
    (home / "models" / "head").symlink_to("v1-abc")
    (home / "models" / "out").symlink_to(tmp_path)
    (home / "models" / "lost").symlink_to("nothing")
    kept = backed_up(build.settings(home), None, Backup(tmp_path / "b.zip"))
    assert kept.left == ("models/out", "models/lost")
    restore(build.settings(tmp_path / "again"), tmp_path / "b.zip", None)
    assert sorted(path.name for path in (tmp_path / "again" / "models").iterdir()) == ["head", "v1-abc"]
    assert (tmp_path / "again" / "models" / "head" / "config.json").read_text() == "{}"


def test_a_home_whose_database_is_broken_is_backed_up_and_comes_back(home, tmp_path):
    before = lived_in(home, tmp_path)
    (home / "arena.duckdb").write_bytes(b"no database" * 1000)
    _taken(build.settings(home), Backup(tmp_path / "b.zip"))
    restore(build.settings(tmp_path / "again"), tmp_path / "b.zip", None)
    with Service(build.settings(tmp_path / "again"), "test") as arena:
        assert told(arena) == before


def test_what_somebody_else_holds_is_not_backed_up_behind_their_back(home, tmp_path):
    with Service(build.settings(home), "the first"):
        script = "import sys; from arena.cli.main import main; main()"
        words = [sys.executable, "-c", script, "--home", str(home), "backup", str(tmp_path / "b.zip")]
        done = subprocess.run(words, capture_output=True, text=True, check=False, env={"ARENA_WAIT": "0"})
    assert done.returncode == 1
    assert "the first" in done.stderr
    assert not (tmp_path / "b.zip").exists()
    assert issubclass(Busy, ArenaError)


@pytest.mark.parametrize(
    ("place", "reason"), [("b.zip", "exists already"), ("home/b.zip", "lies in the home"), (".", "exists")]
)
def test_a_backup_refuses_places_that_would_harm(home, tmp_path, place, reason):
    (tmp_path / "b.zip").write_text("mine")
    with pytest.raises(BadRequest, match=reason):
        backed_up(build.settings(home), None, Backup(tmp_path / place))
    assert (tmp_path / "b.zip").read_text() == "mine"


def test_a_home_that_holds_something_is_not_restored_into(home, tmp_path):
    backed_up(build.settings(home), None, Backup(tmp_path / "b.zip"))
    (home / "mine.txt").write_text("mine")
    with pytest.raises(BadRequest, match="holds something already"):
        restore(build.settings(home), tmp_path / "b.zip", None)
    assert [path.name for path in home.iterdir()] == ["mine.txt"]


def limited(home, *words: str) -> subprocess.CompletedProcess[str]:
    """A command that may write files of a hundred kilobytes only: the same error as of a full disk."""
    lowered = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))  # noqa: E731
    command = [sys.executable, "-m", "arena", "--home", str(home), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=lowered)


def test_a_full_disk_is_one_line_and_leaves_nothing(home, tmp_path):
    (home / "recordings").mkdir()
    (home / "recordings" / "noise.npy").write_bytes(bytes(300_000))
    done = limited(home, "backup", str(tmp_path / "b.zip"))
    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
    assert "could not be written" in done.stderr
    backed_up(build.settings(home), None, Backup(tmp_path / "b.zip"))
    done = limited(tmp_path / "again", "restore", str(tmp_path / "b.zip"))
    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
    assert "could not be unpacked" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.zip", "home"]


def test_a_torn_journal_line_is_not_carried_over(home, tmp_path):
    journal.choose(home / "journal.jsonl", "run", "board", "v1")
    with (home / "journal.jsonl").open("a") as file:
        file.write('{"verb": "cho')
    backed_up(build.settings(home), None, Backup(tmp_path / "b.zip"))
    restore(build.settings(tmp_path / "again"), tmp_path / "b.zip", None)
    assert journal.choices(tmp_path / "again" / "journal.jsonl") == {"run": "v1"}


def test_the_answer_travels_as_json(home, tmp_path):
    found = backed_up(build.settings(home), None, Backup(tmp_path / "b.zip"))
    assert b'"files":' in encode(found)
    assert issubclass(Unreadable, ArenaError)


def test_places_in_the_old_home_lead_to_the_new_one_in_runs_of_runs_too(home, tmp_path):
    study = RunFolder(home / "runs" / "study-x")
    cell = step(study, "a-s0")
    train = step(cell, "i1-sft-train")
    model, beside = str(home / "models" / "m"), f"{home}-other/models/m"
    for run, kind in ((study, "study"), (cell, "iteration"), (train, "stage")):
        run.make(
            Spec(kind, {"start": model, "else": beside, "hub": "org/name"}, "", NOW, "k", 1, None, gpu=False)
        )
    (cell.outputs / "report.json").write_text(json.dumps({"model": f"{model}/final", "said": f"not{home}/x"}))
    train.put("queued")
    _taken(build.settings(home), Backup(tmp_path / "b.zip"))
    again = tmp_path / "again"
    restore(build.settings(again), tmp_path / "b.zip", None)
    found = RunFolder(again / "runs" / "study-x")
    inner = step(step(found, "a-s0"), "i1-sft-train")
    assert inner.spec().config == {"start": str(again / "models" / "m"), "else": beside, "hub": "org/name"}
    assert inner.state() == "stopped"
    told = json.loads((step(found, "a-s0").outputs / "report.json").read_text())
    assert told == {"model": f"{again}/models/m/final", "said": f"not{home}/x"}


def test_a_report_with_a_bad_byte_is_restored_as_it_is_and_led_to_the_new_home(home, tmp_path):
    run = rig.made(home / "runs", rows=3)
    told = f'{{"model": "{home}/models/m", "said": "é{home}/x \udcff"}}'.encode("utf-8", "surrogateescape")
    (run.outputs / "report.json").write_bytes(told)
    backed_up(build.settings(home), None, Backup(tmp_path / "b.zip"))
    restore(build.settings(tmp_path / "again"), tmp_path / "b.zip", None)
    found = (RunFolder(tmp_path / "again" / "runs" / run.id).outputs / "report.json").read_bytes()
    assert found == told.replace(f'"{home}/'.encode(), f'"{tmp_path}/again/'.encode())
