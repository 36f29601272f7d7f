"""A board without spread: everything tied. Its intervals are honest, and it says why."""

import numpy as np
import pytest

from arena.ratings.rank import rank
from arena.ratings.types import Evidence, RankSettings, Sequence
from tests.ratings.build import cells


def test_all_ties_leave_an_interval_that_narrows_with_the_battles() -> None:
    widths = []
    for n in (25, 100):
        found = rank(Evidence(cells([("x", "y", "tie")] * n)), RankSettings())
        assert [line.value for line in found.ratings] == pytest.approx([1000, 1000])
        assert "no_spread" in {warn.code for warn in found.warnings}
        widths.append([line.high - line.low for line in found.ratings])
    assert np.min(widths) > 10
    assert np.divide(widths[0], widths[1]) == pytest.approx([2, 2])


def test_one_decided_battle_is_spread_enough() -> None:
    found = rank(Evidence(cells([("x", "y", "tie")] * 20 + [("x", "y", "a")])), RankSettings())
    assert "no_spread" not in {warn.code for warn in found.warnings}
    assert found.ratings[0].value > found.ratings[1].value


def test_elo_says_that_it_knows_no_weights() -> None:
    played = Sequence(np.array([0, 0]), np.array([1, 1]), np.array([1.0, 0.0]))
    evidence = Evidence(cells([("x", "y", "a"), ("x", "y", "b")]), sequence=played)
    plain = rank(evidence, RankSettings(method="elo"))
    weighty = rank(evidence, RankSettings(method="elo", strength_weight=3))
    assert [line.value for line in plain.ratings] == [line.value for line in weighty.ratings]
    assert "unweighted" in {warn.code for warn in weighty.warnings} - {warn.code for warn in plain.warnings}
