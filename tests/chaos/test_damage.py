"""A database that is damaged: told in one line with what helps, and made anew, row for row."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from arena.cli.rebuild import rebuild
from arena.errors import ArenaError
from tests.chaos import rig
from tests.store import build

Spoil = Callable[[Path], object]


def flipped(seed: int, low: float, high: float) -> Spoil:
    """Turns bytes over between two parts of a file."""

    def spoil(path: Path) -> None:
        held, chance = bytearray(path.read_bytes()), Random(seed)  # noqa: S311 - a draw
        for _ in range(200):
            held[int(chance.uniform(low, high) * (len(held) - 1))] ^= 0xFF
        path.write_bytes(held)

    return spoil


def cut(share: float) -> Spoil:
    """Keeps the beginning of a file."""
    return lambda path: path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])


def stray(path: Path) -> None:
    """A log that is no log of this database, beside a file of which half is missing."""
    cut(0.5)(path)
    path.with_name("arena.duckdb.wal").write_bytes(b"nothing of ours" * 5000)


SPOILS = {
    "half of it": cut(0.5),
    "its head alone": cut(0.001),
    "nothing": cut(0),
    "noise": lambda path: path.write_bytes(Random(7).randbytes(300_000)),  # noqa: S311 - a draw
    "turned bytes in the head": flipped(1, 0, 0.002),
    "turned bytes in the middle": flipped(2, 0.45, 0.55),
    "turned bytes at the end": flipped(3, 0.9, 1),
    "a stray log": stray,
    "a folder": lambda path: (path.unlink(), path.mkdir()),
}


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, list]]:
    home = tmp_path_factory.mktemp("lived") / "home"
    home.mkdir()
    return home, rig.lived_in(home)


@pytest.fixture
def own(lived: tuple[Path, dict[str, list]], tmp_path: Path) -> Path:
    """A copy of the home that has seen something."""
    return Path(shutil.copytree(lived[0], tmp_path / "home"))


@pytest.mark.parametrize("how", [pytest.param(how, marks=pytest.mark.slow) for how in SPOILS])
def test_a_damaged_database_is_told_in_one_line_and_rebuilt_row_for_row(lived, own: Path, how: str) -> None:
    SPOILS[how](own / "arena.duckdb")
    with pytest.raises(ArenaError) as told:
        rig.rows(own)
    assert "arena.duckdb: cannot be opened as a database" in str(told.value)
    assert "`arena rebuild` makes it anew" in str(told.value)
    assert "\n" not in str(told.value)
    assert rebuild(build.settings(own), None).imports == 1
    assert rig.rows(own) == lived[1]
    assert list(own.glob("arena.before-*.duckdb"))


@pytest.mark.slow
def test_commands_say_it_in_one_line_and_the_rebuild_of_a_killed_rebuild_gives_all(lived, own: Path) -> None:
    SPOILS["turned bytes in the middle"](own / "arena.duckdb")
    assert "`arena rebuild` makes it anew" in rig.line(rig.command(own, "leaderboard", "votes"))
    words = [sys.executable, "-m", "arena", "--home", str(own), "rebuild"]
    process = subprocess.Popen(words, cwd=rig.ROOT, env=rig.environment(), stdout=subprocess.DEVNULL)
    rig.until(lambda: list(own.glob("arena.before-*.duckdb")) and (own / "arena.duckdb").exists())
    process.kill()
    process.wait()
    assert rig.rows(own) == lived[1]


@pytest.mark.slow
def test_what_was_not_put_into_the_database_when_its_log_was_torn_comes_in_again(lived, own: Path) -> None:
    code = (
        "import os, sys, pathlib, tests.chaos.rig as rig\nfrom tests.store import build\n"
        "from arena.service.service import Service\nfrom arena.service import requests as ask\n"
        "home = pathlib.Path(sys.argv[1])\narena = Service(build.settings(home), 'test')\n"
        "arena.bring(ask.Import(build.votes(home.parent / 'more.csv', [('x', 'y', 'left')] * 50), 'more'))\n"
        "os._exit(9)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(own)], cwd=rig.ROOT, check=False).returncode == 9
    log = own / "arena.duckdb.wal"
    assert log.stat().st_size > 100
    cut(0.6)(log)
    done = rig.command(own, "boards", "--json")
    if done.returncode:
        assert "`arena rebuild` makes it anew" in rig.line(done)
        rig.answer(own, "rebuild")
    assert rig.battles(own, "more") == 50
    assert rig.battles(own, "votes") == 3000
