"""Failed rows asked for again: a cut answer that was judged keeps its text, one that was left does not."""

from collections import Counter
from pathlib import Path
from threading import Event

import pytest

from arena.jobs import catalog, facts, plan
from arena.jobs.control import control
from arena.jobs.desk import FolderDesk
from arena.jobs.folder import RunFolder
from arena.jobs.kinds import grading as grading_kind
from arena.jobs.kinds import tournament as kind
from arena.tournament.config import Tournament
from arena.types import Grade, Response, Verdict
from tests.backends.server import serving
from tests.tournament.build import tournament
from tests.tournament.test_grading import bench, fair

CUT, OK = '"status":"truncated"', '"status":"ok"'


def cut(config: Tournament, model: int) -> None:
    """Has a model's recorded answers run into their limit."""
    path = Path(str(config.models[model].backend.options["path"]))
    text = path.read_text()
    assert OK in text
    path.write_text(text.replace(OK, CUT))


def made(runs: Path, name: str, config: object) -> RunFolder:
    """A run that nobody does yet."""
    runs.mkdir()
    return RunFolder(runs / plan.launch(runs, plan.Plan(name, catalog.plain(config))).id)


def worked(module, run: RunFolder) -> None:
    """Does a run in this process."""
    desk = FolderDesk(run, Event())
    module.run(catalog.config(run.spec().kind, run.spec().config), desk)
    desk.close("done")
    run.drop("queued")
    run.put("done")


def told(run: RunFolder, kind: type) -> Counter:
    """How often each fact of a kind is told, by status and id."""
    return Counter((fact.status, fact.id) for _, fact in facts.read(run.outputs) if isinstance(fact, kind))


@pytest.mark.parametrize(("truncated", "times"), [("judge", 1), ("leave", 2)])
def test_a_cut_answer_that_was_judged_is_not_asked_again(tmp_path: Path, truncated: str, times: int) -> None:
    config = tournament(tmp_path, n=4, truncated=truncated)
    cut(config, 0)
    run = made(tmp_path / "runs", "tournament", config)
    worked(kind, run)
    first = told(run, Verdict)
    control(run, "retry")
    worked(kind, run)
    assert {count for (status, _), count in told(run, Response).items() if status == "truncated"} == {times}
    assert told(run, Verdict) == first


def test_a_cut_answer_that_was_graded_is_not_asked_again(tmp_path: Path) -> None:
    with serving(fair) as server:
        run = made(tmp_path / "runs", "grading", bench(tmp_path, server.url))
        worked(grading_kind, run)
        shard = run.outputs / "facts-00001.jsonl"
        whole = shard.read_bytes().splitlines(keepends=True)
        good = next(n for n, line in enumerate(whole) if b'"model":"good"' in line and b"response" in line)
        head, _, tail = whole[good].partition(b',"prompt"')
        whole[good] = head + b',"status":"truncated","prompt"' + tail
        shard.write_bytes(b"".join(whole))
        before = told(run, Grade)
        control(run, "retry")
        worked(grading_kind, run)
    assert [count for (status, _), count in told(run, Response).items() if status == "truncated"] == [1]
    assert sum(told(run, Response).values()) == 12 + 1  # the one that was never answered, asked again
    after = told(run, Grade)
    assert {grade: after[grade] for grade in before if grade[0] == "ok"} == {
        grade: count for grade, count in before.items() if grade[0] == "ok"
    }
