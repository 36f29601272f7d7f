"""Imports as jobs: a real child process reads, the app adds; stopped, failed and repeated ones say so."""

import time
from pathlib import Path

import pytest

from arena.errors import BadRequest, NotFound
from arena.service import requests as ask
from arena.service.imports import Job
from arena.service.service import Service
from tests.store import build


@pytest.fixture
def arena(home: Path):
    with Service(build.settings(home), "test") as service:
        yield service


def many(path: Path, rows: int = 200_000) -> Path:
    return build.votes(path, ((f"m{i % 7}", f"m{i % 11 + 7}", ("left", "right")[i % 2]) for i in range(rows)))


def ended(arena: Service, number: int, states: tuple[str, ...] = ("done", "failed", "stopped")) -> Job:
    for _ in range(1200):
        job = next(job for job in arena.imports.all() if job.id == number)
        if job.state in states:
            return job
        time.sleep(0.05)
    raise AssertionError(job)


def test_a_job_reads_beside_the_app_and_adds(arena, tmp_path):
    path = build.votes(tmp_path / "votes.csv", [("x", "y", "left"), ("y", "z", "tie"), ("x", "y", "no")])
    job = ended(arena, arena.imports.start(ask.Import(path, judge="people")).id)
    assert (job.state, job.report.kept, job.report.rejected, job.rows) == ("done", 2, 1, 3)
    assert job.done == job.total == path.stat().st_size
    assert arena.leaderboard(ask.Leaderboard("votes")).n_battles == 2
    assert list(arena.settings.scratch.glob("import-*")) == []


def test_what_cannot_be_read_fails_with_its_line(arena, tmp_path):
    path = tmp_path / "torn.json"
    path.write_text('[{"model_a": "x", "model_b": "y", "winner": "model_a"}, {"model', "utf-8")
    job = ended(arena, arena.imports.start(ask.Import(path)).id)
    assert job.state == "failed"
    assert "torn.json" in job.error
    assert "\n" not in job.error


def test_a_stopped_job_goes_on_where_it_was(arena, tmp_path):
    path = many(tmp_path / "votes.csv")
    number = arena.imports.start(ask.Import(path)).id
    while not list(arena.settings.scratch.glob("import-*/checkpoint.json")):
        time.sleep(0.02)
    with pytest.raises(BadRequest, match="already"):
        arena.imports.start(ask.Import(path))
    assert arena.imports.stop(number).state == "stopped"
    time.sleep(0.5)
    assert {board.board for board in arena.boards() if not board.shipped} == set()
    job = ended(arena, arena.imports.start(ask.Import(path)).id)
    assert (job.state, job.report.kept) == ("done", 200_000)
    assert job.report.resumed >= 20_000


def test_only_what_is_reading_can_be_stopped(arena, tmp_path):
    number = arena.imports.start(ask.Import(build.votes(tmp_path / "v.csv", [("x", "y", "left")]))).id
    ended(arena, number)
    with pytest.raises(BadRequest, match="done"):
        arena.imports.stop(number)
    with pytest.raises(NotFound):
        arena.imports.stop(99)
