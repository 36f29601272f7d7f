"""Sandwich, bootstrap and ranks: equal where they must be equal, honest where data are few."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.ratings import bootstrap, newton, prior, sandwich
from arena.ratings.pairs import fold, outcomes
from arena.ratings.rank import rank
from arena.ratings.ranks import ranks
from arena.ratings.types import SCALE, Evidence, RankSettings
from tests.ratings.build import cells, grouped
from tests.ratings.fields import NAMES, tame, wild

SANDWICH, BOOTSTRAP = RankSettings(), RankSettings(intervals="bootstrap", rounds=2000)


def simulated(n: int = 3000, seed: int = 0) -> list[tuple[str, str, str]]:
    """Battles of six models, 60 Elo apart, a fifth of them ties."""
    generator = np.random.default_rng(seed)
    rows = []
    for _ in range(n):
        a, b = generator.choice(6, 2, replace=False)
        wins = generator.random() < 1 / (1 + 10 ** (0.15 * (a - b)))
        rows.append((NAMES[a], NAMES[b], "tie" if generator.random() < 0.2 else "a" if wins else "b"))
    return rows


def widths(evidence: Evidence, settings: RankSettings) -> np.ndarray:
    lines = sorted(rank(evidence, settings).ratings, key=lambda line: line.model)
    return np.array([line.high - line.low for line in lines])


@given(tame)
def test_every_battle_its_own_cluster_is_no_clustering(battles):
    battles = battles * 2
    clustered = grouped(battles, range(len(battles)))
    for method in ("bradley_terry", "davidson", "winrate"):
        settings = RankSettings(method=method)
        assert np.allclose(
            widths(clustered, settings), widths(replace(clustered, clusters=None), settings), atol=1e-6
        )


def test_repeating_every_prompt_changes_no_clustered_width():
    battles = simulated(400)
    once = widths(grouped(battles, range(400)), SANDWICH)
    four = widths(grouped(battles * 4, list(range(400)) * 4), SANDWICH)
    naive = widths(Evidence(cells(battles * 4)), SANDWICH)
    assert np.allclose(four, once)
    assert np.allclose(naive, once / 2)


def test_bootstrap_is_as_wide_as_the_sandwich():
    battles = simulated()
    prompts = [i // 3 for i in range(len(battles))]
    for evidence in (Evidence(cells(battles)), grouped(battles, prompts)):
        for method in ("bradley_terry", "davidson", "winrate"):
            wide = widths(evidence, replace(SANDWICH, method=method))
            drawn = widths(evidence, replace(BOOTSTRAP, method=method))
            assert drawn / wide == pytest.approx(np.ones(6), abs=0.1)


def test_intervals_cover_the_truth():
    truth = -60 * (np.arange(6) - 2.5)
    caught = []
    for seed in range(40):
        battles = [row for row in simulated(1500, seed) if row[2] != "tie"]
        lines = {line.model: line for line in rank(Evidence(cells(battles)), SANDWICH).ratings}
        caught += [lines[m].low <= 1000 + t <= lines[m].high for m, t in zip(NAMES, truth, strict=True)]
    assert 0.91 <= np.mean(caught) <= 0.99


def test_two_models_by_hand():
    """30 wins, 10 losses: log-odds log 3, variance 1 / (40 p q)."""
    ranking = rank(Evidence(cells([("A", "B", "a")] * 30 + [("A", "B", "b")] * 10)), RankSettings(anchor="B"))
    line = ranking.ratings[0]
    assert line.value == pytest.approx(1000 + SCALE * np.log(3))
    assert line.high - line.value == pytest.approx(1.96 * SCALE / np.sqrt(40 * 0.75 * 0.25))


def test_few_prompts_count_as_battles():
    battles = simulated(300)
    ranking = rank(grouped(battles, [i % 5 for i in range(300)]), SANDWICH)
    assert [warning.code for warning in ranking.warnings] == ["few_prompts"]
    assert np.allclose(
        widths(grouped(battles, [0] * 300), SANDWICH), widths(Evidence(cells(battles)), SANDWICH)
    )


def test_draws_come_in_the_order_of_the_ratings():
    ranking = rank(Evidence(cells(simulated())), replace(BOOTSTRAP, value="median", rounds=101))
    assert ranking.draws.shape == (101, 6)
    assert np.median(ranking.draws, axis=0) == pytest.approx([line.value for line in ranking.ratings])
    low, high = np.percentile(ranking.draws, [2.5, 97.5], axis=0)
    assert low == pytest.approx([line.low for line in ranking.ratings])
    assert high == pytest.approx([line.high for line in ranking.ratings])


def test_the_seed_decides_the_draws():
    evidence = Evidence(cells(simulated(200)))
    first, same, other = (
        rank(evidence, replace(BOOTSTRAP, rounds=150, seed=seed)).draws for seed in (0, 0, 1)
    )
    assert np.array_equal(first, same)
    assert not np.array_equal(first, other)


@given(wild, st.integers(0, 9))
def test_rounds_are_fits_of_their_own_battles(battles, seed):
    """The chord and the batched Newton end where one board's Newton ends."""
    pairs = fold(cells(battles), RankSettings())
    full = newton.equations(pairs, prior.of(pairs))
    strength = newton.climb(full)[:, 0]
    weight, points = bootstrap.by_battle(pairs)(np.random.default_rng(seed), 5)
    outside = prior.outside(pairs.size, pairs.a, pairs.b, weight, points)
    together = replace(full, weight=weight, points=points, outside=outside)
    inverse = np.linalg.inv(newton.bend(full, strength[:, None])[0])
    found = bootstrap.refit(together, strength, inverse)
    found -= np.where(outside, 0, found).sum(axis=0) / np.maximum((~outside).sum(axis=0), 1)
    for i in range(5):
        alone = replace(pairs, weight=weight[:, i], points=points[:, i])
        assert np.array_equal(prior.of(alone), outside[:, i])
        assert newton.climb(newton.equations(alone, prior.of(alone)))[:, 0] == pytest.approx(
            found[:, i], abs=1e-4
        )


@given(wild)
def test_outcomes_keep_the_sums(battles):
    pairs = fold(cells(battles), RankSettings())
    kinds = outcomes(pairs)
    worth = kinds.unit[:, None] * np.stack(
        [np.ones_like(kinds.middle), kinds.middle, np.zeros_like(kinds.middle)], 1
    )
    assert (kinds.counts >= 0).all()
    assert kinds.unit * kinds.counts.sum(axis=1) == pytest.approx(pairs.weight)
    assert (worth * kinds.counts).sum(axis=1) == pytest.approx(pairs.points, abs=1e-6)
    assert (worth**2 * kinds.counts).sum(axis=1) == pytest.approx(pairs.wwyy, abs=1e-6)


@given(tame)
def test_covariance_is_that_of_the_scores(battles):
    """Bread and meat summed battle by battle give the same matrix."""
    pairs = fold(cells(battles), RankSettings())
    equations = newton.equations(pairs, prior.of(pairs))
    strength = newton.climb(equations)[:, 0]
    index = {name: i for i, name in enumerate(NAMES)}
    scores = np.zeros((len(battles), len(NAMES)))
    for row, (a, b, outcome) in zip(scores, battles, strict=True):
        rest = {"a": 1, "b": 0}.get(outcome, 0.5) - 1 / (1 + np.exp(strength[index[b]] - strength[index[a]]))
        row[index[a]], row[index[b]] = rest, -rest
    bread = np.linalg.inv(newton.bend(equations, strength[:, None])[0])
    by_hand = bread @ scores.T @ scores @ bread
    assert np.allclose(
        sandwich.covariance(equations, pairs, strength, sandwich.meat(equations, pairs, strength)), by_hand
    )


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=15))
def test_ranks_are_counted(lines):
    values = np.array([line[0] for line in lines], dtype=float)
    low, high = values - [line[1] for line in lines], values + [line[2] for line in lines]
    rank_of, best, worst = ranks(values, low, high)
    for i in range(len(lines)):
        others = np.arange(len(lines)) != i
        assert rank_of[i] == best[i] == 1 + (low > high[i]).sum()
        assert worst[i] == max(best[i], 1 + (high > low[i])[others].sum())


def test_ranks_without_intervals_are_the_plain_order():
    assert [part.tolist() for part in ranks(np.array([3.0, 1.0, 3.0]), None, None)] == [[1, 3, 1]] * 3
