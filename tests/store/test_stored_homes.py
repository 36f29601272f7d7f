"""Homes that programs of every schema wrote, kept in `homes/`: this program opens each and loses nothing.

A home is named after the newest migration that its program had (001 and 002 came together). All hold three
imports and a board that was removed again; from 003 on also a run, from 006 on two people's votes. A new
migration gets a home of its own, which `python -m tests.store.stored` writes.
"""

import zipfile
from pathlib import Path

import pytest

from arena.cli.rebuild import rebuild
from arena.service import requests as ask
from arena.service.service import Service
from arena.store.database import scripts
from tests.jobs import rig
from tests.store import build
from tests.store.test_durability import contents

HOMES = Path(__file__).parent / "homes"
NAMES = [path.stem for path in sorted(HOMES.glob("*.zip"))]
BETWEEN = [pytest.param(name, marks=pytest.mark.slow) for name in NAMES[1:-1]]


@pytest.fixture
def stored(home: Path, request: pytest.FixtureRequest) -> Path:
    with zipfile.ZipFile(HOMES / f"{request.param}.zip") as archive:
        archive.extractall(home)
    return home


def opened(home: Path) -> tuple[dict[str, int], dict[str, list[tuple]], list[str], list[tuple]]:
    """Sizes of its own boards, all rows, who leads them, and the votes."""
    with Service(build.settings(home), "test", packages=rig.PACKAGES) as arena:
        sizes = {board.board: board.battles for board in arena.boards() if not board.shipped}
        first = [arena.leaderboard(ask.Leaderboard(name)).ratings[0].model for name in sorted(sizes)]
        assert [kept.source for kept in arena.history(ask.History("votes")).rankings] == ["import"]
        votes = arena.database.rows("SELECT voter, winner FROM votes ORDER BY id")
        return sizes, contents(arena.database), first, votes


@pytest.mark.parametrize("stored", [NAMES[0], *BETWEEN, NAMES[-1]], indirect=True)
def test_a_home_of_every_schema_is_opened_with_all_it_held_and_rebuilt_the_same(
    stored: Path, request
) -> None:
    number = int(request.node.callspec.params["stored"].partition("_")[0])
    wanted = {"counts": 30, "grades": 36, "votes": 150}
    wanted |= {"counted": 6} if number >= 3 else {}
    wanted |= {"polled": 3} if number >= 6 else {}
    sizes, rows, first, votes = opened(stored)
    assert sizes == wanted
    assert len(votes) == (2 if number >= 6 else 0)
    rebuild(build.settings(stored), None)
    again = opened(stored)
    assert (again[0], again[2], again[3]) == (sizes, first, votes)
    for table in ("battles", "verdicts", "grades", "pair_counts", "prompts", "responses"):
        assert len(again[1][table]) == len(rows[table]), table


def test_every_schema_has_a_home() -> None:
    wanted = [name.removesuffix(".sql") for name, _ in scripts("migrations")][1:]
    assert wanted == NAMES
