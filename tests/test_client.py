"""A command beside another process that holds the home: asked where it takes requests, else named."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from arena import client
from arena.errors import Busy
from arena.settings import Settings
from tests.chaos.rig import ROOT, environment

HOLDER = """
import sys, time
from pathlib import Path
from arena.settings import Settings
from arena.store.database import Database

settings = Settings(home=Path(sys.argv[1]))
with Database(settings, "somebody") as database:
    print("held", flush=True)
    if len(sys.argv) > 2:
        time.sleep(0.5)
        database.owner.serve(settings.owner, sys.argv[2])
    sys.stdin.read()
"""


@contextmanager
def held(home: Path, *address: str) -> Iterator[None]:
    """A process that holds a home, and half a second later notes where it takes requests."""
    command = [sys.executable, "-c", HOLDER, str(home), *address]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment(), text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield
        process.communicate(timeout=60)


def test_an_app_that_was_still_opening_is_asked_once_it_says_where(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, wait=120)
    with held(tmp_path, "http://127.0.0.1:9"), client.arena(settings, "arena boards") as found:
        assert isinstance(found, client.Remote)
        assert found.owner.url == "http://127.0.0.1:9"


def test_a_home_that_something_else_holds_stays_busy(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, wait=0.2)
    with held(tmp_path), pytest.raises(Busy, match="somebody"), client.arena(settings, "arena boards"):
        pass
