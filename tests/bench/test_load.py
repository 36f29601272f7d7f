"""Many people at the app at once, with a tournament played and taken in meanwhile: no error, no lost vote.

The small crowd runs with the slow tests; `python -m tests.bench.load` is the measured one, with its table.
"""

from pathlib import Path

import pytest

from tests.bench import client, load, visits
from tests.bench.load import Crowd


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return load.filled(tmp_path_factory.mktemp("load"), 20_000)


def test_every_event_that_the_crowd_asks_is_one_of_the_app(home: Path) -> None:
    text = Path(visits.__file__).read_text("utf-8")
    known = load.events(home)
    asked = set(client.NAMED.findall(text))
    assert "battles:arrive" in asked
    assert asked <= set(known), asked - set(known)


@pytest.mark.slow
def test_a_crowd_and_a_tournament_at_once_lose_no_vote(home: Path) -> None:
    known = load.events(home)
    came = load.loaded(home, 20, lambda url: Crowd(url, known, 8, 3, 0, 20))
    assert came.notes.wrong == []
    assert came.notes.votes == came.stored > 0
    assert came.state == "done"
    assert came.course[-1][1] == 20 * 15
    assert {"/ whole", "/battles whole"} <= set(came.notes.took)


@pytest.mark.bench
def test_fifty_browse_and_five_vote(tmp_path: Path) -> None:
    home = load.filled(tmp_path, 100_000)
    known = load.events(home)
    came = load.loaded(home, 100, lambda url: Crowd(url, known, 50, 5, 0, 60))
    for name, marks in came.notes.table().items():
        print(f"  {name:24} {marks}")
    assert came.notes.wrong == []
    assert came.notes.votes == came.stored > 0
