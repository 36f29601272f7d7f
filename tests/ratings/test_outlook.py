"""What more battles would buy: enough is enough, less is not."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.ratings.outlook import Outlook, after, outlook, shrunk
from arena.ratings.rank import rank
from arena.ratings.types import RankSettings, Rating
from arena.tournament.leads import evidence

GAPS = st.lists(st.floats(0.5, 60), min_size=1, max_size=6)
HALVES = st.lists(st.floats(0.5, 80), min_size=7, max_size=7)


def ratings(gaps: list[float], halves: list[float], times: float = 1.0) -> list[Rating]:
    values = [1000.0]
    for gap in gaps:
        values.append(values[-1] - gap)
    return [
        Rating(f"m{i}", value, value - shrunk(half, times), value + shrunk(half, times), 100, 1, 1, 1)
        for i, (value, half) in enumerate(zip(values, halves, strict=False))
    ]


def apart(lines: list[Rating], top: int) -> bool:
    """Whether each of the first stands wholly above the next."""
    return all(above.low > below.high for above, below in list(pairwise(lines))[:top])


@given(GAPS, HALVES)
def test_so_many_battles_part_the_first_and_fewer_do_not(gaps: list[float], halves: list[float]) -> None:
    found = outlook(ratings(gaps, halves))
    assert isinstance(found, Outlook)
    for step in found.steps:
        assert step.times is not None
        assert apart(ratings(gaps, halves, step.times * 1.001), step.top)
        if step.times > 1:
            assert not apart(ratings(gaps, halves, step.times * 0.999), step.top)


def test_four_times_the_battles_halve_an_interval() -> None:
    assert shrunk(20.0, 4) == 10.0
    found = outlook(ratings([10.0], [10.0] * 7))
    assert found is not None
    assert (found.half, found.steps[0].times) == (10.0, 4.0)


@given(GAPS, HALVES, st.integers(1, 10**6), st.integers(0, 10**7))
def test_after_more_battles_as_many_stand_apart_as_then_do(gaps, halves, battles, more) -> None:
    found = outlook(ratings(gaps, halves), most=10)
    assert found is not None
    then = after(found, battles, more)
    later = ratings(gaps, halves, (battles + more) / battles)
    standing = [top for top in range(1, len(gaps) + 1) if apart(later, top)]
    assert then.apart >= max(standing, default=0)
    assert then.half == shrunk(found.half, (battles + more) / battles)


def test_real_battles_narrow_intervals_as_was_said() -> None:
    """A quarter of 4,000 drawn battles of six models says how wide the intervals of all of them are."""
    draw, skill = np.random.default_rng(5), np.linspace(300, -300, 6)
    sides = np.array([draw.choice(6, 2, replace=False) for _ in range(4000)])
    wins = draw.random(4000) < 1 / (1 + 10 ** ((skill[sides[:, 1]] - skill[sides[:, 0]]) / 400))
    names = tuple("abcdef")
    rows = [
        (at, int(a), int(b), float(won)) for at, ((a, b), won) in enumerate(zip(sides, wins, strict=True))
    ]
    some, every = (outlook(rank(evidence(names, rows[:n]), RankSettings()).ratings) for n in (1000, 4000))
    assert some is not None
    assert every is not None
    assert after(some, 1000, 3000).half == pytest.approx(every.half, rel=0.08)


def test_level_models_never_part_and_no_intervals_say_nothing() -> None:
    level = ratings([10.0, 0.0, 10.0], [1.0] * 7)
    found = outlook(level)
    assert found is not None
    assert [step.times for step in found.steps] == [1.0, None, None]
    bare = [Rating("a", 1.0, None, None, 1, 1, 1, 1), Rating("b", 0.0, None, None, 1, 2, 2, 2)]
    assert outlook(bare) is None
    assert outlook(level[:1]) is None
