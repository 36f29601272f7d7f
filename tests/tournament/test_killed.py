"""A tournament as a job, killed at random moments: gone on with, it tells what it would have told."""

import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from arena.backends.types import Sampling
from arena.jobs import catalog, facts, plan
from arena.jobs.folder import RunFolder
from arena.plugins import Choice
from arena.tournament.config import Contestant, Tournament
from arena.types import Battle, Fact
from tests.backends.tiny import gpt2, llama
from tests.tournament.build import plain, prompts

pytestmark = pytest.mark.slow
KILLS = 20


def launched(runs: Path, config: Tournament) -> RunFolder:
    made = plan.launch(runs, plan.Plan("tournament", catalog.plain(config)))
    return RunFolder(runs / made.id)


def work(run: RunFolder) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-m", "arena.jobs.worker", str(run.path)])


def told(run: RunFolder) -> list[Fact]:
    return [fact for _, fact in facts.read(run.outputs)]


def test_killed_twenty_times_it_tells_the_same_facts_none_twice_none_missing(tmp_path: Path) -> None:
    folders = {"llama": llama(tmp_path / "llama"), "gpt2": gpt2(tmp_path / "gpt2")}
    models = tuple(
        Contestant(name, Choice("transformers", {"model": str(folder)})) for name, folder in folders.items()
    )
    warm = Sampling(temperature=1.0, max_tokens=24)
    config = Tournament("t", prompts(150), models, Choice("verifier"), sampling=warm, unit=8, canaries=4)
    began = time.monotonic()
    calm = launched(tmp_path / "calm", config)
    assert work(calm).wait() == 0
    whole, luck = time.monotonic() - began, random.Random(5)  # noqa: S311 - a draw
    run = launched(tmp_path / "killed", config)
    for _ in range(KILLS):
        process = work(run)
        time.sleep(luck.uniform(0.3, 1.0) * whole)
        process.send_signal(signal.SIGKILL)
        if process.wait() == 0:
            break
        (run.path / "stopped").unlink(missing_ok=True)
    if run.state() != "done":
        assert work(run).wait() == 0
    assert _same(told(run)) == _same(told(calm))


def _same(found: list[Fact]) -> dict[str, object]:
    """Without the run's own name and the moment when it was made."""
    kept = [replace(f, run=None, when=None) if isinstance(f, Battle) else f for f in found]
    return dict(plain(kept))
