"""Style control: finds an effect that was put in, and is Bradley-Terry where there is none."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.ratings.rank import rank
from arena.ratings.types import SCALE, Evidence, RankSettings, Styles
from tests.ratings.build import Battle, cells, played
from tests.ratings.fields import NAMES, tame, wild

STYLE = RankSettings(method="style")


def styled(battles: list[Battle], figures_a: np.ndarray, figures_b: np.ndarray) -> Evidence:
    evidence = played(battles)
    told, each = evidence.sequence, np.arange(len(battles))
    styles = Styles(told.a, told.b, told.y, np.ones(len(each)), each, figures_a, figures_b)
    return replace(evidence, sequence=None, styles=styles)


def long_winded(n: int = 6000, effect: float = 0.8) -> Evidence:
    """Two equal models; B writes longer, and the longer answer wins."""
    generator = np.random.default_rng(0)
    a, b = generator.integers(1, 100, (n, 4)).astype(float), generator.integers(1, 100, (n, 4)).astype(float)
    b[:, 0] *= 3
    share = (a - b)[:, 0] / (a + b)[:, 0]
    wins = generator.random(n) < 1 / (1 + np.exp(-effect * share / np.sqrt(np.mean(share**2))))
    return styled([("A", "B", "a" if won else "b") for won in wins], a, b)


@given(tame)
def test_without_style_it_is_bradley_terry(battles):
    alike = styled(battles, np.ones((len(battles), 4)), np.ones((len(battles), 4)))
    plain, found = rank(Evidence(cells(battles)), RankSettings()), rank(alike, STYLE)
    for line, other in zip(plain.ratings, found.ratings, strict=True):
        assert (line.low, line.value, line.high) == pytest.approx((other.low, other.value, other.high))
    assert all(coefficient.value == 0 for coefficient in found.coefficients)


def test_length_is_told_from_strength():
    evidence = long_winded()
    raw = rank(replace(evidence, styles=None), RankSettings()).ratings
    found = rank(evidence, STYLE)
    assert raw[0].model == "B"
    assert raw[0].value - raw[1].value > 80
    assert abs(found.ratings[0].value - found.ratings[1].value) < 30
    tokens, *rest = found.coefficients
    assert tokens.feature == "tokens"
    assert tokens.low < 0.8 * SCALE < tokens.high
    assert all(other.low < 0 < other.high for other in rest)


def test_bootstrap_is_as_wide_as_the_sandwich():
    evidence = long_winded(2000)
    wide = rank(evidence, STYLE).ratings[0]
    drawn = rank(evidence, replace(STYLE, intervals="bootstrap")).ratings[0]
    assert (drawn.high - drawn.low) / (wide.high - wide.low) == pytest.approx(1, abs=0.1)


@given(st.data())
def test_swapping_sides_changes_nothing(data):
    battles = data.draw(tame)
    figures = np.random.default_rng(len(battles)).integers(0, 50, (2, len(battles), 4)).astype(float)
    turned = {"a": "b", "b": "a"}
    straight = rank(styled(battles, *figures), STYLE)
    swapped = rank(styled([(b, a, turned.get(o, o)) for a, b, o in battles], *figures[::-1]), STYLE)
    for line, other in zip(straight.coefficients, swapped.coefficients, strict=True):
        assert (line.value, line.low) == pytest.approx((other.value, other.low), abs=1e-3)
    there = {line.model: line.value for line in swapped.ratings}
    assert there == pytest.approx({line.model: line.value for line in straight.ratings}, abs=1e-3)


@given(wild, st.integers(0, 5), st.sampled_from(["sandwich", "bootstrap"]))
def test_finite_on_any_input(battles, seed, intervals):
    figures = np.random.default_rng(seed).integers(0, 3, (2, len(battles), 4)).astype(float)
    ranking = rank(styled(battles, *figures), replace(STYLE, intervals=intervals, rounds=10))
    for line in (*ranking.ratings, *ranking.coefficients):
        assert np.isfinite([line.value, line.low, line.high]).all()


def test_says_how_many_battles_it_left_out():
    evidence = long_winded(100)
    wider = replace(evidence, cells=cells([("A", "B", "a")] * 70 + [("A", "B", "b")] * 70, NAMES[:2]))
    assert [warning.code for warning in rank(wider, STYLE).warnings] == ["styled"]
