"""Figures of judges against libraries, hand calculations and simulated truth."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena import audit
from arena.audit import Sums, Unit


def sums(f: np.ndarray, d: np.ndarray) -> Sums:
    return Sums(f.sum(), d.sum(), (f * f).sum(), (f * d).sum(), (d * d).sum(), len(f))


def test_single_observations_have_wilsons_interval() -> None:
    hits = np.array([1.0] * 30 + [0.0] * 70)
    found = audit.share(sums(hits, np.ones(100)))
    assert found is not None
    assert (found.value, found.n) == (0.3, 100)
    assert (found.low, found.high) == pytest.approx((0.2189, 0.3958), abs=0.002)  # Wilson 1927


@pytest.mark.parametrize(("hits", "edge"), [(0, "low"), (40, "high")])
def test_a_share_at_an_end_still_has_an_interval(hits: int, edge: str) -> None:
    found = audit.share(sums(np.array([1.0] * hits + [0.0] * (40 - hits)), np.ones(40)))
    assert found is not None
    assert getattr(found, edge) == found.value
    assert 0.05 < found.high - found.low < 0.15


def test_intervals_cover_the_truth_where_clusters_agree() -> None:
    random, covered = np.random.default_rng(3), 0
    for _ in range(400):
        chances = random.beta(3, 7, 60)
        games = random.integers(1, 9, 60)
        found = audit.share(sums(random.binomial(games, chances).astype(float), games.astype(float)))
        assert found is not None
        covered += found.low <= 0.3 <= found.high
    assert 0.91 <= covered / 400 <= 0.98


def test_a_share_of_one_cluster_says_nothing_of_others() -> None:
    found = audit.share(Sums(f=1, d=3, ff=1, fd=3, dd=9, clusters=1))
    assert found is not None
    assert (found.value, found.low, found.high) == (pytest.approx(1 / 3), 0.0, 1.0)


def test_nothing_has_no_share() -> None:
    assert audit.share(Sums(0, 0, 0, 0, 0, 0)) is None
    assert audit.mean(Sums(0, 0, 0, 0, 0, 0)) is None


def test_a_mean_may_be_negative() -> None:
    random = np.random.default_rng(1)
    values = random.normal(-0.2, 0.5, 400)
    found = audit.mean(sums(values, np.ones(400)))
    assert found is not None
    assert found.low < -0.2 < found.high
    assert found.high - found.low == pytest.approx(2 * 1.96 * values.std(ddof=1) / 20, rel=1e-3)


@given(st.lists(st.lists(st.integers(0, 40), min_size=3, max_size=3), min_size=3, max_size=3))
def test_kappa_is_scikit_learns(rows: list[list[int]]) -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    table = np.array(rows, float)
    one, two = np.nonzero(np.ones((3, 3)))
    times = table.ravel().astype(int)
    found = audit.kappa(table)
    if found is not None and np.count_nonzero(table.sum(0) + table.sum(1)) > 1:
        wanted = metrics.cohen_kappa_score(np.repeat(one, times), np.repeat(two, times))
        assert found == pytest.approx(wanted, abs=1e-9)


def test_alpha_is_krippendorffs_own_example() -> None:
    """Two observers and ten units with two values: Krippendorff, Computing alpha (2011), A: alpha = 0.095."""
    one, two = (0, 1, 0, 0, 0, 0, 0, 0, 1, 0), (1, 1, 1, 0, 0, 1, 0, 0, 0, 0)
    units = [Unit(((a, b).count(0), (a, b).count(1)), 1) for a, b in zip(one, two, strict=True)]
    assert audit.alpha(units) == pytest.approx(0.095, abs=5e-4)


def test_alpha_leaves_out_what_one_person_labelled() -> None:
    told = [Unit((2, 0, 0), 30), Unit((0, 2, 0), 20), Unit((1, 1, 0), 10)]
    assert audit.alpha(told) == audit.alpha([*told, Unit((0, 0, 1), 99)])
    found = audit.alpha_rate(told)
    assert found is not None
    assert found.low < found.value < found.high
    assert audit.alpha([Unit((3, 0, 0), 5)]) is None


def test_chance_agrees_to_no_kappa_and_a_perfect_judge_to_one() -> None:
    assert audit.kappa(np.outer([30, 50, 20], [30, 50, 20]) / 100) == pytest.approx(0, abs=1e-12)
    found = audit.kappa_rate(np.diag([10.0, 20.0, 5.0]))
    assert found is not None
    assert (found.value, found.low) == (1, 1)
