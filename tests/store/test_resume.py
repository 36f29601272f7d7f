"""An import that was stopped goes on where it was, and ends as if it had never been stopped."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from arena.formats import catalog
from arena.formats.types import Source
from arena.importing import bring
from arena.reading import Plan
from arena.store.draft import Checkpoint
from arena.types import Row
from tests.store import build

ROWS = 70_000


@pytest.fixture
def votes(tmp_path: Path) -> Path:
    lines = [(f"m{i % 7}", f"m{i % 11 + 7}", ("left", "right", "tie", "never")[i % 4]) for i in range(ROWS)]
    return build.votes(tmp_path / "votes.csv", lines)


class StopError(Exception):
    """The person's hand on Ctrl-C."""


def stop_after(rows: int):
    def told(path: Path, done: int, *_: int) -> None:
        if done >= rows:
            raise StopError(path)

    return told


def facts(database) -> list[tuple]:
    return database.rows("SELECT id, winner, seq, battle FROM verdicts ORDER BY seq")


def test_a_stopped_import_goes_on_and_ends_the_same(home, votes, tmp_path):
    with build.database(home) as database:
        with pytest.raises(StopError):
            bring(database, votes, progress=stop_after(50_000))
        assert database.rows("SELECT count(*) FROM boards") == [(0,)]
        report = bring(database, votes)
        assert report.resumed == 20_000  # the last whole part
        assert (report.read, report.kept, report.rejected) == (ROWS, ROWS * 3 // 4, ROWS // 4)
        rejects = Path(report.rejects_file).read_text("utf-8").splitlines()
        resumed = facts(database)
    assert len({json.loads(line)["line"] for line in rejects}) == len(rejects) == ROWS // 4
    with build.database(tmp_path / "other") as database:
        assert bring(database, votes).resumed == 0
        assert facts(database) == resumed


def test_another_file_starts_anew(home, votes, tmp_path):
    with build.database(home) as database:
        with pytest.raises(StopError):
            bring(database, votes, progress=stop_after(50_000))
        with votes.open("a", encoding="utf-8") as file:
            file.write("x,y,left\n")
        assert bring(database, votes).resumed == 0


def test_kill_9_then_the_same_command_goes_on(home, votes):
    command = [sys.executable, "-m", "arena", "--home", str(home), "import", str(votes), "--json"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    while process.poll() is None and not list(home.glob("tmp/import-*/checkpoint.json")):
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    report = json.loads(done.stdout)
    assert (report["read"], report["kept"] + report["duplicates"]) == (ROWS, ROWS * 3 // 4)
    assert list(home.glob("tmp/import-*")) == []


MORE = [pytest.param(content, marks=pytest.mark.slow) for content in ("", '{"file": 0}', "[]")]


@pytest.mark.parametrize("content", ["{", '{"notes": 3}', *MORE])
def test_a_checkpoint_that_cannot_be_read_starts_anew(home, votes, content):
    with build.database(home) as database:
        with pytest.raises(StopError):
            bring(database, votes, progress=stop_after(50_000))
        for path in home.glob("tmp/import-*/checkpoint.json"):
            path.write_text(content, "utf-8")
        report = bring(database, votes)
        assert (report.resumed, report.kept) == (0, ROWS * 3 // 4)


def test_files_are_read_the_same_way_twice(shared):
    """What resuming rests on: the same items in the same order."""
    root = shared / "vicuna_blog_eval"
    plan = Plan(root, "vicuna", None, *catalog.find(root))
    first, second = (
        [item for path, name in plan.files for item in catalog.load(name).read(Source(path, root, "vicuna"))]
        for _ in range(2)
    )
    assert first == second
    assert sum(isinstance(item, Row) for item in first) == 2_080
    assert Checkpoint() == Checkpoint(0, 0, 0, 0)
