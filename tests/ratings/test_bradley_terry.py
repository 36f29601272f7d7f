"""Bradley-Terry: peers, invariances, and finite ratings on any input."""

from dataclasses import replace

import choix
import evalica
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from arena.errors import BadRequest, Unranked
from arena.ratings.rank import methods, needs, rank
from arena.ratings.types import SCALE, Evidence, Ranking, RankSettings
from tests.ratings.build import cells
from tests.ratings.fields import NAMES, tame, wild

PLAIN = RankSettings(intervals="none")


def values(ranking: Ranking) -> dict[str, float]:
    return {line.model: line.value for line in ranking.ratings}


def bounds(ranking: Ranking) -> dict[str, tuple[float, ...]]:
    return {line.model: (line.value, line.low, line.high) for line in ranking.ratings}


def near(found: dict, expected: dict, within: float = 1e-6) -> bool:
    """Same models, figures within `within` Elo."""
    return found.keys() == expected.keys() and all(
        np.allclose(found[name], expected[name], rtol=0, atol=within) for name in found
    )


@given(tame)
def test_equals_choix(battles):
    table = cells(battles)
    wins = np.zeros((len(NAMES), len(NAMES)))
    np.add.at(wins, (table.a, table.b), table.points)
    np.add.at(wins, (table.b, table.a), table.weight - table.points)
    peer = choix.ilsr_pairwise_dense(wins, tol=1e-12, max_iter=1000)
    found = values(rank(Evidence(table), PLAIN))
    ours = np.array([found[name] for name in NAMES])
    assert np.abs((ours - 1000) / SCALE - (peer - peer.mean())).max() < 1e-6


@given(tame)
def test_equals_evalica(battles):
    winners = {"a": evalica.Winner.X, "b": evalica.Winner.Y}
    left, right, outcomes = zip(*battles, strict=True)
    told = [winners.get(outcome, evalica.Winner.Draw) for outcome in outcomes]
    peer = np.log(evalica.bradley_terry(left, right, told, tolerance=1e-12, limit=100_000).scores)
    found = values(rank(Evidence(cells(battles)), PLAIN))
    gaps = [found[name] / SCALE - peer[name] for name in NAMES]
    assert np.ptp(gaps) < 1e-6


@given(tame, st.permutations(NAMES))
def test_renaming_changes_nothing(battles, order):
    new = dict(zip(NAMES, order, strict=True))
    straight = bounds(rank(Evidence(cells(battles)), RankSettings()))
    renamed = bounds(rank(Evidence(cells([(new[a], new[b], o) for a, b, o in battles])), RankSettings()))
    assert near(renamed, {new[name]: line for name, line in straight.items()})


@given(wild)
@example([("B", "A", 1e-06)])
def test_swapping_sides_changes_nothing(battles):
    turned = {"a": "b", "b": "a"}
    swapped = [(b, a, turned.get(o, o) if isinstance(o, str) else 1 - o) for a, b, o in battles]
    straight = bounds(rank(Evidence(cells(battles)), RankSettings()))
    assert near(bounds(rank(Evidence(cells(swapped)), RankSettings())), straight, 1e-3)


@given(wild.flatmap(lambda battles: st.tuples(st.just(battles), st.permutations(battles))))
def test_order_of_rows_changes_nothing(both):
    straight, shuffled = (bounds(rank(Evidence(cells(battles)), RankSettings())) for battles in both)
    assert near(shuffled, straight, 1e-3)


@given(tame, st.integers(2, 5))
def test_a_weight_is_that_many_rows(battles, times):
    heavy = cells(battles, weights=[times] * len(battles))
    repeated = cells([row for row in battles for _ in range(times)])
    assert near(values(rank(Evidence(heavy), PLAIN)), values(rank(Evidence(repeated), PLAIN)))


@given(
    wild,
    st.sampled_from(["sandwich", "bootstrap"]),
    st.sampled_from(["bradley_terry", "davidson", "winrate"]),
)
def test_finite_on_any_input(battles, intervals, method):
    settings = RankSettings(method=method, intervals=intervals, rounds=20)
    for line in rank(Evidence(cells(battles)), settings).ratings:
        assert np.isfinite([line.value, line.low, line.high]).all()
        assert line.low <= line.high
        assert abs(line.value) < 1e4


@given(wild, st.sampled_from(["bradley_terry", "davidson", "winrate"]))
def test_finite_without_any_weight(battles, method):
    empty = cells(battles, weights=[0.0] * len(battles))
    for line in rank(Evidence(empty), RankSettings(method=method)).ratings:
        assert np.isfinite([line.value, line.low, line.high]).all()


def test_one_model_alone():
    lonely = replace(cells([("A", "B", "a")]), models=("A",), **dict.fromkeys(("a", "b"), np.array([0])))
    assert values(rank(Evidence(lonely), RankSettings())) == {"A": 1000.0}


def test_undefeated_gets_one_virtual_draw():
    ranking = rank(Evidence(cells([("A", "B", "a"), ("A", "B", "a"), ("A", "B", "a")])), RankSettings())
    found = values(ranking)
    gap = (found["A"] - found["B"]) / SCALE
    p, own = 1 / (1 + np.exp(-gap)), 1 / (1 + np.exp(-gap / 2))
    assert 3 * (1 - p) + 0.5 - own == pytest.approx(0, abs=1e-9)
    assert [(warning.code, warning.models) for warning in ranking.warnings] == [
        ("winless", ("B",)),
        ("undefeated", ("A",)),
        ("thin", ("A", "B")),
        ("prior", ("A", "B")),
    ]


@given(tame, st.lists(st.sampled_from(NAMES), min_size=1, max_size=5))
def test_outsiders_leave_the_core_alone(battles, beaten):
    extra = [("X", name, "a") for name in beaten] + [("Y", "Z", "tie")]
    core = bounds(rank(Evidence(cells(battles)), RankSettings(anchor="A")))
    joined = bounds(rank(Evidence(cells(battles + extra)), RankSettings(anchor="A")))
    assert near({name: joined[name] for name in core}, core)
    assert joined["X"][0] > np.mean([core[name][0] for name in core])


def test_disconnected_names_the_groups():
    ranking = rank(
        Evidence(cells([("A", "B", "tie"), ("C", "D", "tie"), ("D", "E", "tie")] * 40)), RankSettings()
    )
    told = {warning.code: warning for warning in ranking.warnings}
    assert told.keys() == {"disconnected", "prior"}
    assert told["disconnected"].models == ("A", "B")
    assert told["disconnected"].text.endswith("C, D, E; A, B")
    assert told["prior"].models == ("A", "B")


@given(tame, st.sampled_from(["sandwich", "bootstrap"]), st.sampled_from(["bradley_terry", "davidson"]))
def test_anchor_is_fixed(battles, intervals, method):
    settings = RankSettings(method=method, intervals=intervals, rounds=20, anchor="C", anchor_value=1114)
    line = next(line for line in rank(Evidence(cells(battles)), settings).ratings if line.model == "C")
    assert (line.value, line.low, line.high) == pytest.approx((1114, 1114, 1114))


def test_without_an_anchor_the_average_is_fixed():
    ranking = rank(Evidence(cells([("A", "B", "a"), ("B", "C", "a"), ("C", "A", "tie")])), RankSettings())
    assert np.mean(list(values(ranking).values())) == pytest.approx(1000)


def test_ratings_come_best_first():
    ranking = rank(
        Evidence(cells([("B", "A", "a"), ("A", "B", "a"), ("B", "A", "a"), ("C", "A", "tie")])), PLAIN
    )
    assert [line.model for line in ranking.ratings] == ["B", "A", "C"]
    assert [(line.rank, line.rank_low, line.rank_high) for line in ranking.ratings] == [
        (1, 1, 1),
        (2, 2, 2),
        (2, 2, 2),
    ]
    assert [line.battles for line in ranking.ratings] == [3, 4, 1]
    assert ranking.n_battles == 4


def test_methods_are_the_files_that_fit():
    assert methods() == ("bradley_terry", "davidson", "elo", "ilsr", "style", "winrate")
    assert needs("elo") == {"sequence"}


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (RankSettings(method="glicko"), "unknown method 'glicko': choose one of bradley_terry, davidson"),
        (RankSettings(anchor="Z"), "unknown anchor 'Z': choose one of A, B"),
        (RankSettings(method="elo"), "one by one"),
        (RankSettings(method="style"), "the answers' texts"),
    ],
)
def test_wrong_calls_name_the_choices(settings, words):
    with pytest.raises(BadRequest, match=words):
        rank(Evidence(cells([("A", "B", "a")])), settings)


def test_nothing_to_rank():
    with pytest.raises(Unranked, match="no battles"):
        rank(Evidence(cells([], models=())), RankSettings())
