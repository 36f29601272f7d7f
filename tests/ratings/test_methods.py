"""Davidson, online Elo and win rate: what each is, beside Bradley-Terry."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from arena.ratings import davidson, elo, prior
from arena.ratings.pairs import fold
from arena.ratings.rank import rank
from arena.ratings.types import SCALE, Evidence, Ranking, RankSettings
from tests.ratings.build import cells, played
from tests.ratings.fields import NAMES, tame, wild

PLAIN = RankSettings(intervals="none")
DAVIDSON, ELO, WINRATE = (replace(PLAIN, method=name) for name in ("davidson", "elo", "winrate"))


def values(ranking: Ranking) -> dict[str, float]:
    return {line.model: line.value for line in ranking.ratings}


@given(tame)
def test_davidson_without_ties_is_bradley_terry(battles):
    decided = Evidence(cells([row for row in battles if row[2] in {"a", "b"}]))
    assert values(rank(decided, DAVIDSON)) == pytest.approx(values(rank(decided, PLAIN)))


@given(tame)
def test_davidson_is_the_maximum(battles):
    """Beside a general optimiser on the likelihood written out."""
    pairs = fold(cells(battles), DAVIDSON)
    strength, nu = davidson.solve(pairs, prior.of(pairs))
    wins, losses = pairs.points - pairs.ties / 2, pairs.weight - pairs.points - pairs.ties / 2

    def loss(x: np.ndarray) -> float:
        win, tie, lose = davidson.chances(x[pairs.a] - x[pairs.b], np.exp(x[-1]))
        return -(wins @ np.log(win) + pairs.ties @ np.log(tie) + losses @ np.log(lose))

    if nu > 0:
        here = np.append(strength, np.log(nu))
        assert loss(here) <= minimize(loss, here + 0.1, method="BFGS").fun + 1e-6


def test_davidson_two_models_by_hand():
    """40 : 20 : 10 gives e^(d/2) : nu : e^(-d/2), so d = log 4 and nu = 1."""
    table = cells([("A", "B", "a")] * 40 + [("A", "B", "tie")] * 20 + [("A", "B", "b")] * 10)
    found = values(rank(Evidence(table), DAVIDSON))
    assert (found["A"] - found["B"]) / SCALE == pytest.approx(np.log(4))
    assert davidson.solve(fold(table, DAVIDSON), np.zeros(2, dtype=bool))[1] == pytest.approx(1)


@pytest.mark.parametrize(
    ("ties", "both_bad", "nu"), [("half", "half", 1), ("half", "drop", 0.5), ("drop", "drop", 0)]
)
def test_davidson_counts_the_ties_of_the_policy(ties, both_bad, nu):
    kept = [("A", "B", "a")] * 20 + [("A", "B", "b")] * 20
    kept += [("A", "B", "tie")] * 10 * (ties == "half") + [("A", "B", "both_bad")] * 10 * (both_bad == "half")
    table = replace(cells(kept), tie=np.array([10.0]), both_bad=np.array([10.0]))
    settings = replace(DAVIDSON, ties=ties, both_bad=both_bad)
    assert davidson.solve(fold(table, settings), np.zeros(2, dtype=bool))[1] == pytest.approx(nu)


def test_davidson_with_nothing_but_ties():
    lines = rank(Evidence(cells([("A", "B", "tie")] * 50)), replace(DAVIDSON, intervals="sandwich")).ratings
    assert [line.value for line in lines] == pytest.approx([1000, 1000])


def test_elo_by_hand():
    found = values(rank(played([("A", "B", "a"), ("A", "B", "tie")]), replace(ELO, k=32)))
    assert found["A"] == pytest.approx(1016 + 32 * (0.5 - 1 / (1 + 10 ** (-32 / 400))))
    assert found["A"] + found["B"] == pytest.approx(2000)


def test_elo_depends_on_order_and_seed():
    battles = [("A", "B", "a"), ("B", "A", "a"), ("B", "C", "tie"), ("A", "C", "b")]
    forward, backward = values(rank(played(battles), ELO)), values(rank(played(battles[::-1]), ELO))
    assert forward != backward
    shuffled = {repr(values(rank(played(battles), replace(ELO, order="random", seed=i)))) for i in range(8)}
    assert len(shuffled) > 1


@given(tame, st.permutations(NAMES))
def test_elo_is_blind_to_names_and_sides(battles, order):
    new = dict(zip(NAMES, order, strict=True))
    turned = {"a": "b", "b": "a"}
    there = values(rank(played([(new[b], new[a], turned.get(o, o)) for a, b, o in battles]), ELO))
    here = values(rank(played(battles), ELO))
    assert there == pytest.approx({new[name]: value for name, value in here.items()})


def test_elo_intervals_are_from_the_bootstrap():
    battles = [
        (a, b, o) for a, b, o in [("A", "B", "a"), ("B", "A", "b"), ("A", "B", "b")] for _ in range(30)
    ]
    ranking = rank(played(battles), RankSettings(method="elo", rounds=200, anchor="B", anchor_value=1200))
    assert [warning.code for warning in ranking.warnings] == ["bootstrap"]
    assert ranking.draws.shape == (200, 2)
    lines = {line.model: line for line in ranking.ratings}
    assert (lines["B"].low, lines["B"].value, lines["B"].high) == pytest.approx((1200, 1200, 1200))
    assert lines["A"].low < lines["A"].high


def test_elo_rounds_are_played_like_one():
    """Every round of the vectorised bootstrap is the plain loop on its own sample."""
    evidence = played([("A", "B", "a"), ("B", "C", "tie"), ("C", "A", "a"), ("A", "C", "a"), ("B", "A", "a")])
    settings, told = replace(ELO, rounds=20), evidence.sequence
    drawn = elo.rounds(told, 3, settings)
    for row, picked in zip(drawn, elo.resampled(5, settings).T, strict=True):
        sample = type(told)(told.a[picked], told.b[picked], told.y[picked])
        assert row == pytest.approx(elo.play(sample, 3, settings))


def test_elo_says_when_intervals_cost_too_much(monkeypatch):
    monkeypatch.setattr(elo, "AFFORDABLE", 10)
    ranking = rank(played([("A", "B", "a")]), RankSettings(method="elo", rounds=11))
    assert "no_interval" in [warning.code for warning in ranking.warnings]
    assert ranking.ratings[0].low is None


@given(wild)
def test_winrate_is_points_over_battles(battles):
    found = values(rank(Evidence(cells(battles)), WINRATE))
    for name, value in found.items():
        worth = {"a": 1.0, "b": 0.0, "tie": 0.5, "both_bad": 0.5}
        own = [worth[o] if isinstance(o, str) else o for a, _, o in battles if a == name]
        own += [1 - (worth[o] if isinstance(o, str) else o) for _, b, o in battles if b == name]
        assert value == pytest.approx(np.mean(own))


def test_winrate_interval_by_hand():
    line = rank(
        Evidence(cells([("A", "B", "a")] * 30 + [("A", "B", "b")] * 10)), RankSettings(method="winrate")
    ).ratings[0]
    assert line.value == 0.75
    assert line.high - line.value == pytest.approx(1.96 * np.sqrt(0.75 * 0.25 / 40))


@pytest.mark.parametrize("intervals", ["sandwich", "bootstrap"])
def test_winrate_of_the_undefeated_is_not_certain(intervals):
    ranking = rank(
        Evidence(cells([("A", "B", "a")] * 3)), RankSettings(method="winrate", intervals=intervals)
    )
    assert ranking.ratings[0].value == 1
    assert ranking.ratings[0].low < 0.6
