"""What the leaderboard says of more battles."""

from dataclasses import replace
from typing import Any

import pytest

from arena.pages import prospect
from arena.service.requests import Leaderboard
from arena.service.service import Service
from arena.settings import Settings


@pytest.fixture
def ranked(home: Any) -> Any:
    with Service(Settings(home=home), "a test", keep=False) as service:
        return service.leaderboard(Leaderboard("lmsys-votes-2024-08-14"))


def test_a_board_says_how_many_battles_would_part_its_first_models(ranked: Any) -> None:
    said = prospect.prospect(ranked)
    assert "What would more battles buy?" in said
    assert said.count("<li>") == 5
    assert 'id="what-if"' in said
    assert "The first stands apart" in said
    assert prospect.prospect(replace(ranked, n_battles=0)) == ""
    assert (
        prospect.prospect(replace(ranked, ratings=tuple(replace(one, low=None) for one in ranked.ratings)))
        == ""
    )
