"""The library's fit beside ours, through the same door."""

from dataclasses import replace

import pytest
from hypothesis import given

from arena.errors import Unranked
from arena.ratings.rank import rank
from arena.ratings.types import Evidence, RankSettings
from tests.ratings.build import cells
from tests.ratings.fields import tame


@given(tame)
def test_same_values_and_bounds_as_bradley_terry(battles):
    facts = Evidence(cells(battles))
    ours, theirs = (rank(facts, RankSettings(method=method)) for method in ("bradley_terry", "ilsr"))
    expected = {line.model: (line.value, line.low, line.high) for line in ours.ratings}
    assert {
        line.model: pytest.approx((line.value, line.low, line.high), abs=1e-4) for line in theirs.ratings
    } == expected


def test_without_a_maximum_it_says_who_has_none():
    facts = Evidence(cells([("x", "y", "a"), ("x", "z", "a"), ("y", "z", "a"), ("z", "y", "a")]))
    with pytest.raises(Unranked, match="x no finite"):
        rank(facts, replace(RankSettings(), method="ilsr"))
