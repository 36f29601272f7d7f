"""What a ranking hangs on: sums less a part are the sums of the rest, and a ranking agrees with itself."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena import stability
from arena.agreement import compare
from arena.errors import Unranked
from arena.ratings import rank
from arena.ratings.types import Cells, Evidence, RankSettings

MODELS = ("m0", "m1", "m2", "m3")
BATTLE = st.tuples(st.integers(0, 3), st.integers(1, 3), st.sampled_from([0.0, 0.5, 1.0]), st.booleans())
SETTINGS = RankSettings(cluster="battle")


def cells(battles: list[tuple[int, int, float, bool]]) -> Cells:
    """Sums by pair of (a, steps to b, share of a, which part)."""
    found: dict[tuple[int, int], list[float]] = {}
    for a, step, share, _ in battles:
        found.setdefault((a, (a + step) % 4), []).append(share)
    pairs = sorted(found)
    known = sorted({model for pair in pairs for model in pair})
    y = [np.array(found[pair]) for pair in pairs]
    n = np.array([len(one) for one in y], np.int64)
    won, lost, tied = (np.array([(one == x).sum() for one in y], float) for x in (1.0, 0.0, 0.5))
    points = np.array([one.sum() for one in y])
    squares = np.array([(one**2).sum() for one in y])
    a, b = (np.array([known.index(pair[at]) for pair in pairs], np.int64) for at in (0, 1))
    names = tuple(MODELS[model] for model in known)
    return Cells(names, a, b, n, n * 1.0, points, n * 1.0, points, squares, won, lost, tied, n * 0.0)


@given(st.lists(BATTLE, min_size=1, max_size=40))
def test_the_whole_less_a_part_is_the_rest(battles) -> None:
    part, rest = ([one for one in battles if one[3] is which] for which in (True, False))
    left = stability.without(cells(battles), cells(part))
    asked = cells(rest)
    assert left.models == asked.models
    for name in ("a", "b", "n", "weight", "points", "ww", "wwy", "wwyy", "win_a", "win_b", "tie", "both_bad"):
        np.testing.assert_allclose(getattr(left, name), getattr(asked, name), atol=1e-9)


@given(st.lists(BATTLE, min_size=20, max_size=60))
def test_a_ranking_held_against_itself_stays_as_it_is(battles) -> None:
    whole = rank.rank(Evidence(cells(battles)), SETTINGS)
    found = stability.held(whole, whole)
    assert found.spearman is None or found.spearman == pytest.approx(1)
    assert found.agreement[0] == found.agreement[1]
    assert found.moves == ()


def test_a_part_that_carries_the_ranking_turns_it_round() -> None:
    up = [(0, 1, 1.0, True)] * 30 + [(1, 1, 1.0, True)] * 30
    down = [(0, 1, 0.0, False)] * 10 + [(1, 1, 0.0, False)] * 10
    whole = cells(up + down)
    left = rank.rank(Evidence(stability.without(whole, cells(up))), SETTINGS)
    found = stability.held(rank.rank(Evidence(whole), SETTINGS), left)
    assert (found.spearman, found.first) == (pytest.approx(-1), "m2")
    assert {(one.model, one.before, one.after) for one in found.moves} == {("m0", 1, 3), ("m2", 3, 1)}


def test_of_too_little_nothing_is_said() -> None:
    one = rank.rank(Evidence(cells([(0, 1, 1.0, True)])), SETTINGS)
    other = rank.rank(Evidence(cells([(1, 1, 1.0, True)])), SETTINGS)
    with pytest.raises(Unranked, match="1 models are left"):
        stability.held(one, other)


def test_the_figures_are_those_of_a_comparison() -> None:
    played = [(a, step, share, True) for a in range(4) for step in (1, 2) for share in (1.0, 0.5, 0.0)]
    some = played + [(0, 1, 1.0, True)] * 9 + [(1, 1, 1.0, True)] * 9 + [(0, 3, 0.0, True)] * 4
    whole, left = (rank.rank(Evidence(cells(battles)), SETTINGS) for battles in (played * 4 + some, some))
    models = tuple(line.model for line in left.ratings)
    ours, theirs = (
        stability._side({line.model: line for line in one.ratings}, models) for one in (left, whole)
    )
    full = compare(models, ours, theirs, rounds=stability.ROUNDS, seed=3)
    held = stability.held(whole, left, seed=3)
    assert held.spearman == pytest.approx(full.spearman)
    assert held.interval == pytest.approx(full.intervals["spearman"])
    assert held.agreement == full.agreement_pairs
