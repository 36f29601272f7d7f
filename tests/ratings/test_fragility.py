"""Drop-k: small cases by exhaustion, the real votes, and boards that nothing topples."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arena.ratings.fragility import Fragility, fragility
from arena.ratings.rank import rank
from arena.ratings.types import Evidence, RankSettings
from tests.ratings.build import cells
from tests.ratings.fields import hard, votes

PLAIN = RankSettings(intervals="none")


def leads(battles: list, names: tuple[str, ...], leader: str) -> bool:
    """Is nobody above the leader?"""
    lines = rank(Evidence(cells(battles, names)), PLAIN).ratings
    own = next(line.value for line in lines if line.model == leader)
    return own >= lines[0].value - 1e-6


def test_two_models_by_hand():
    """12 to 8: five of A's wins must go."""
    found = fragility(cells([("A", "B", "a")] * 12 + [("A", "B", "b")] * 8), PLAIN)
    assert found == Fragility(first="A", then="B", k=5, share=0.25, battles=20)


def test_ties_are_never_worth_dropping_between_two():
    found = fragility(cells([("A", "B", "a")] * 3 + [("A", "B", "b")] * 2 + [("A", "B", "tie")] * 20), PLAIN)
    assert (found.k, found.then) == (2, "B")


@settings(max_examples=30, deadline=None)
@given(st.lists(hard, min_size=3, max_size=9))
def test_no_fewer_than_the_least(battles):
    """Greedy k is never below the true least, and one removal is found when one is enough."""
    table = cells(battles)
    found = fragility(table, PLAIN)
    least = next(
        (
            k
            for k in range(1, len(battles))
            if any(
                not leads([battles[i] for i in kept], table.models, found.first)
                for kept in combinations(range(len(battles)), len(battles) - k)
            )
        ),
        None,
    )
    if found.k is not None:
        assert least is not None
        assert least <= found.k <= len(battles)


def test_nothing_topples_a_lone_model_or_an_even_board():
    assert fragility(cells([("A", "B", "tie")] * 3), PLAIN).k is None
    alone = fragility(cells([], models=("A",)), PLAIN)
    assert alone == Fragility(first="A", then=None, k=None, share=None, battles=0)


def test_human_votes():
    found = fragility(votes(), PLAIN)
    assert (found.first, found.then) == ("chatgpt-4o-latest", "gemini-1.5-pro-exp-0801")
    assert found.battles == 1_670_250
    assert 100 < found.k < 1000
    assert found.share == pytest.approx(found.k / 1_670_250)
