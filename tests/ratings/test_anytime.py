"""Bounds that may be looked at at any time: their shape, their price, and how often they are wrong."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.ratings.anytime import once, price, reach

LEVELS = st.floats(0.5, 0.999)


def test_the_numbers_of_the_theorem() -> None:
    """By hand, where 95 % is tightest: rho^2 n = 7.937, so sqrt(2 * 8.937 / 7.937 * log(2.990 / 0.05))."""
    assert reach(500, 500) == pytest.approx(3.035, abs=0.001)
    assert once() == pytest.approx(1.95996, abs=1e-5)
    assert price() == pytest.approx((3.035 / 1.96) ** 2, abs=0.003)


@given(st.integers(1, 10**6), st.integers(1, 10**6), LEVELS, st.integers(1, 50))
def test_looking_always_costs_more_than_looking_once(units, planned, level, several) -> None:
    wide = reach(units, planned, level, several)
    assert wide > once(level, several)
    assert reach(units, planned, level, several + 1) > wide


@given(st.integers(2, 10**6), LEVELS)
def test_it_is_tightest_about_where_it_was_planned(planned, level) -> None:
    width = [reach(n, planned, level) / n**0.5 * planned**0.5 for n in (planned, 10 * planned)]
    assert width[1] < width[0]  # an interval still shrinks as units come in
    assert reach(planned, planned, level) < min(reach(1, 50 * planned, level), reach(10**9, planned, level))


def test_over_all_looks_it_is_wrong_no_more_often_than_it_says_and_a_plain_interval_is() -> None:
    """2,000 walks of 2,000 units of mean 0, looked at from 50 units on."""
    steps = np.random.default_rng(7).standard_normal((2_000, 2_000))
    n = np.arange(1, 2_001)
    z = np.abs(np.cumsum(steps, axis=1) / np.sqrt(n))[:, 49:]
    bounds = np.array([reach(int(at), 1_000) for at in n[49:]])
    assert (z > bounds).any(axis=1).mean() <= 0.05
    assert (z > once()).any(axis=1).mean() > 0.25
