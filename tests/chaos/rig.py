"""What faults are made with: commands, apps and model servers as processes of their own."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from arena.filters import Filters
from arena.jobs import catalog, facts, plan
from arena.jobs.folder import RunFolder
from arena.plugins import Choice
from arena.service import requests as ask
from arena.service.service import Service
from arena.store import boards
from arena.tournament.config import Tournament
from arena.types import Fact
from tests.jobs import rig as jobs
from tests.store import build
from tests.store.test_durability import contents
from tests.tournament import build as fights

ROOT = Path(__file__).parents[2]
until = jobs.until
BOUND = "--bounding-set=-dac_override,-dac_read_search"
"""What root gives up so that the bits of files and folders bind him, too."""


def environment() -> dict[str, str]:
    """Without what a person may have set, and without the pocket tournament of a first start."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("ARENA_")}
    return {**bare, "ARENA_POCKET": "off", "ARENA_WAIT": "1", "PYTHONPATH": str(ROOT)}


def command(home: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """`arena WORDS` on a home, to its end."""
    return ran(sys.executable, "-m", "arena", "--home", str(home), *words)


def ran(*words: str) -> "subprocess.CompletedProcess[str]":
    """Any command, to its end."""
    return subprocess.run(
        words, capture_output=True, text=True, check=False, cwd=ROOT, env=environment(), timeout=120
    )


def bound(home: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """`arena WORDS` on a home by somebody whom the bits of files and folders bind, root included."""
    told = [sys.executable, "-m", "arena", "--home", str(home), *words]
    if os.geteuid() != 0:
        return ran(*told)
    if shutil.which("setpriv") is None:
        pytest.skip("needs setpriv: nothing is forbidden to root")
    return ran("setpriv", BOUND, "--", *told)


def line(done: "subprocess.CompletedProcess[str]") -> str:
    """The one line that a command which failed has said; fails where it was more, or a traceback."""
    assert done.returncode == 1, (done.returncode, done.stdout, done.stderr)
    said = done.stderr.strip()
    assert said.startswith("arena: "), said
    assert "\n" not in said, said
    return said


def answer(home: Path, *words: str) -> Any:
    """What `arena WORDS --json` says."""
    done = command(home, *words, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@dataclass(frozen=True, slots=True)
class App:
    """`arena serve` as a process."""

    process: "subprocess.Popen[str]"
    url: str
    said: Path
    """What it wrote to stderr."""

    def kill(self) -> None:
        """As the machine's end would."""
        self.process.kill()
        self.process.wait()


def begun(home: Path, port: int = 0, log: Path | None = None) -> "tuple[subprocess.Popen[str], Path]":
    """An app that may or may not come up, and where its errors go: beside its home, or into `log`."""
    said = (log or home.parent) / f"app-{time.monotonic_ns()}.log"
    told = [sys.executable, "-m", "arena", "--home", str(home), "serve", "--port", str(port)]
    with said.open("w") as errors:
        made = subprocess.Popen(
            told, cwd=ROOT, env=environment(), text=True, stdout=subprocess.PIPE, stderr=errors
        )
    return made, said


def refused(process: "subprocess.Popen[str]", said: Path) -> str:
    """The one line of an app that did not come up."""
    assert process.wait(timeout=120) == 1, said.read_text()
    assert process.stdout is not None
    process.stdout.close()
    told = said.read_text().strip()
    assert told.startswith("arena: "), told
    assert "\n" not in told, told
    return told


@contextmanager
def served(home: Path, log: Path | None = None) -> Iterator[App]:
    """An app that is up."""
    process, said = begun(home, log=log)
    try:
        assert process.stdout is not None
        told = next((line for line in process.stdout if "http://" in line), "")
        assert told, said.read_text()
        yield App(process, told.split()[-1], said)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()  # type: ignore[union-attr]


def free() -> int:
    """A port that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(slots=True)
class ModelServer:
    """An OpenAI-compatible server as a process, on one port whenever it runs."""

    port: int = field(default_factory=free)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}/v1"

    def start(self) -> None:
        """Starts it and waits until it listens."""
        told = [sys.executable, "-m", "tests.chaos.judge", str(self.port)]
        self.process = subprocess.Popen(told, cwd=ROOT, env=environment())
        until(self._listens)

    def kill(self) -> None:
        """Kills it, if it runs."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


@contextmanager
def judging() -> Iterator[ModelServer]:
    """A judge's server that runs."""
    server = ModelServer()
    server.start()
    try:
        yield server
    finally:
        server.kill()


def fight(folder: Path, url: str, n: int, **options: Any) -> Tournament:
    """Three recorded contestants before a judge at an address."""
    patient = {"model": "tiny", "base_url": url, "concurrency": 4, **options}
    judge = Choice("pairwise_score", {"backend": Choice("openai", patient), "structured": False})
    return fights.tournament(folder, n, judge=judge, retries=0)


def launched(runs: Path, config: Tournament) -> RunFolder:
    """A queued run of it."""
    runs.mkdir(parents=True, exist_ok=True)
    return RunFolder(runs / plan.launch(runs, plan.Plan("tournament", catalog.plain(config))).id)


def worker(run: RunFolder, **options: Any) -> "subprocess.Popen[bytes]":
    """Its process."""
    told = [sys.executable, "-m", "arena.jobs.worker", str(run.path)]
    with run.log.open("ab") as log:
        return subprocess.Popen(told, cwd=ROOT, env=environment(), stdout=log, stderr=log, **options)


def told(run: RunFolder) -> list[Fact]:
    """Its facts."""
    return [fact for _, fact in facts.read(run.outputs)]


def ids(found: list[Fact]) -> list[str]:
    """Their ids."""
    return [facts.identity(fact) for fact in found]


def lived_in(home: Path) -> dict[str, list[Any]]:
    """A home with an import, a run's facts and a kept ranking; all of its rows."""
    run = jobs.made(home / "runs", rows=40)
    assert jobs.started(run).wait() == 0
    rows = [(f"m{i % 5}", f"m{i % 7 + 5}", ("left", "right", "tie")[i % 3]) for i in range(3000)]
    with Service(build.settings(home), "test", packages=jobs.PACKAGES) as arena:
        arena.bring(ask.Import(build.votes(home.parent / "votes.csv", rows), "votes"))
        arena.leaderboard(ask.Leaderboard("votes", filters=Filters(a="m1"), keep=True))
        return everything(arena)


def everything(arena: Service) -> dict[str, list[Any]]:
    """All rows of facts, and the kept rankings."""
    kept = arena.database.rows("SELECT id, board, made, n_battles FROM rankings")
    return {**contents(arena.database), "rankings": sorted(map(repr, kept))}


def rows(home: Path) -> dict[str, list[Any]]:
    """All rows of a home."""
    with Service(build.settings(home), "test", packages=jobs.PACKAGES) as arena:
        return everything(arena)


def battles(home: Path, board: str) -> int:
    """How many battles a board has; none where it is not there."""
    with Service(build.settings(home), "test", packages=jobs.PACKAGES) as arena:
        return sum(found.battles for found in boards.every(arena.database) if found.name == board)
