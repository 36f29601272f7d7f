"""The board that growth is measured on is a real one, and what is measured has all its figures.

`python -m tests.bench.scaling` measures; these tests see to it that it can.
"""

from pathlib import Path

import pytest

from arena.service import requests as ask
from arena.service.service import Service
from tests.bench import crowd, scaling, scaling_told
from tests.store import build


def test_the_crowd_comes_in_whole_and_ranks_as_it_was_made(tmp_path: Path) -> None:
    folder = crowd.write(tmp_path / "crowd", 700, models=40)
    with Service(build.settings(tmp_path / "home"), "test") as service:
        found = service.bring(ask.Import(folder, "crowd"))
        assert (found.rejected, found.duplicates, found.facts["verdicts"]) == (0, 0, 1_400)
        ranked = service.leaderboard(ask.Leaderboard("crowd"))
    order = [line.model for line in ranked.ratings]
    away = sum(abs(order.index(name) - at) for at, name in enumerate(crowd.names(40)))
    assert away < 250  # by chance it is 533


def test_the_curve_goes_on_as_it_went() -> None:
    value, power = scaling_told.far([(1e5, 2.0), (1e6, 20.0), (1e7, 200.0)])
    assert (value, power) == (pytest.approx(2000), pytest.approx(1))
    assert [scaling_told.spell(seconds) for seconds in (0.005, 2, 60, 600, 7200)] == [
        "5 ms", "2.0 s", "60 s", "10 min", "2.0 h",
    ]  # fmt: skip


@pytest.mark.bench
def test_memory_and_disk_have_a_bound(tmp_path: Path) -> None:
    small, large = (scaling.measure(tmp_path, battles) for battles in (50_000, 200_000))
    print(scaling_told.table([small, large]))
    assert large["bring"]["read_peak_mib"] < 1.5 * small["bring"]["read_peak_mib"]
    assert large["bring"]["database_bytes"] < 5 * small["bring"]["database_bytes"]
    assert not list(tmp_path.iterdir())
