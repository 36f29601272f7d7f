"""Steps whose parent was killed: a stop reaches them, and nothing is removed under their hands."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from arena.errors import BadRequest
from arena.jobs import folder
from arena.jobs.control import control
from arena.jobs.folder import RunFolder, Spec, Worker

SPEC = Spec("counting", {}, "made", "2026-01-01T10:00:00", "k", 1, None, gpu=False)


@pytest.fixture
def orphan(tmp_path: Path) -> Iterator[tuple[RunFolder, "subprocess.Popen[bytes]"]]:
    """A run whose process is gone, and the process of its step, which is not."""
    run = RunFolder(tmp_path / "loop-1")
    run.make(SPEC)
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        run.put("pid", Worker.of(gone.pid).note())
    step = folder.step(run, "train")
    step.make(SPEC)
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as mine:
        step.put("pid", Worker.of(mine.pid).note())
        yield run, mine
        mine.kill()


@pytest.mark.parametrize("verb", ["stop", "cancel"])
def test_a_stop_reaches_the_step_of_a_dead_run(orphan, verb) -> None:
    run, process = orphan
    assert run.state() == "dead"
    assert control(run, verb) == ("stopped" if verb == "stop" else "cancelled")
    assert process.wait(timeout=30) != 0
    assert folder.step(run, "train").said("asked") == "stop"


def test_a_dead_run_is_not_removed_while_a_step_of_it_works(orphan) -> None:
    run, process = orphan
    with pytest.raises(BadRequest, match=r"its step loop-1\.train still works and was asked to stop: remove"):
        control(run, "remove")
    process.wait(timeout=30)
    control(run, "remove")
    assert not run.path.exists()
