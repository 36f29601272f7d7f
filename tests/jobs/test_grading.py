"""A benchmark of grades as a job in a process of its own: facts, figures, and the same after a kill."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from arena.jobs import catalog, facts, plan
from arena.jobs.folder import RunFolder
from arena.jobs.plan import Plan
from arena.types import Grade
from tests.backends.server import Answer, serving
from tests.jobs import rig
from tests.tournament.test_grading import bench, fair


def started(run: RunFolder) -> subprocess.Popen[bytes]:
    with run.log.open("ab") as log:
        command = [sys.executable, "-m", "arena.jobs.worker", str(run.path)]
        return subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)


def launched(folder: Path, url: str) -> RunFolder:
    runs = folder / "runs"
    runs.mkdir()
    config = catalog.plain(bench(folder / "data", url))
    return RunFolder(runs / plan.launch(runs, Plan("grading", config)).id)


@pytest.mark.slow
def test_a_killed_run_goes_on_and_ends_with_the_figures(tmp_path):
    seen = []

    def slow(body, count):
        seen.append(count)
        return Answer(fair(body, count).text, wait=0.05 if len(seen) < 15 else 0)

    with serving(slow) as server:
        run = launched(tmp_path, server.url)
        worker = started(run)
        rig.until(lambda: len(seen) >= 6, 60)
        worker.kill()
        worker.wait()
        assert run.state() == "dead"
        assert started(run).wait(120) == 0
    assert run.state() == "done"
    grades = [fact for _, fact in facts.read(run.outputs) if isinstance(fact, Grade)]
    assert len({grade.id for grade in grades}) == len(grades) == 24
    with (run.outputs / "scores.csv").open(encoding="utf-8") as file:
        rows = {(row["model"], row["of"]): row for row in csv.DictReader(file)}
    assert [rows[model, "all"]["mean"] for model in ("good", "poor")] == ["8.0", "3.0"]
    assert (rows["poor", "all"]["n"], rows["poor", "all"]["failed"], rows["poor", "math"]["n"]) == (
        "10",
        "2",
        "6",
    )
