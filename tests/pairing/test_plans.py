"""Pairing plans: what each promises, whatever the field, the seed and the outcomes."""

from collections import Counter
from itertools import combinations
from math import comb
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arena import plugins
from arena.errors import BadRequest
from arena.pairing.drawing import Pools, floored
from arena.pairing.types import Entry, Field, Pair, Settled
from arena.plugins import Choice

PACKAGE = "arena.pairing"
PLANS = plugins.names(PACKAGE)
ADAPTIVE = ("active", "thompson", "ucb")
AIMED = ("field", "insertion", "star", "thirds", "thompson", "ucb")
"""Plans that are about a target."""


@st.composite
def fields(draw: st.DrawFn) -> Field:
    models = tuple(f"m{number}" for number in range(draw(st.integers(2, 6))))
    size = draw(st.integers(1, 12))
    prompts = tuple(Entry(f"p{n}", draw(st.sampled_from(["math", "code", ""]))) for n in range(size))
    ratings = {model: 1000.0 + 50 * number for number, model in enumerate(models)}
    return Field(models, prompts, draw(st.integers(0, 99)), models[0], ratings)


def field(models: int = 5, prompts: int = 30, seed: int = 0) -> Field:
    names = tuple(f"m{number}" for number in range(models))
    entries = tuple(Entry(f"p{n}", "even" if n % 2 == 0 else "odd") for n in range(prompts))
    return Field(names, entries, seed, names[0], {name: 1000.0 - 80 * n for n, name in enumerate(names)})


def play(name: str, chosen: Field, luck: int = 0, **options: object) -> list[list[Pair]]:
    """All rounds, where the model of the lower number wins more often."""
    module, choice = plugins.load(PACKAGE, name), Choice(name, options)
    config = plugins.config(PACKAGE, choice)
    plan, chance, told = module.open(config, chosen), Random(luck), []  # noqa: S311 - a draw
    for pairs in plan.rounds():
        told.append(list(pairs))
        plan.settle([_settled(pair, chance) for pair in told[-1]])
    assert sum(map(len, told)) <= module.estimate(config, chosen)
    return told


def _settled(pair: Pair, chance: Random) -> Settled:
    ahead = "a" if pair.a < pair.b else "b"
    behind = "b" if ahead == "a" else "a"
    drawn = chance.random()
    return Settled(pair, ahead if drawn < 0.7 else behind if drawn < 0.9 else None, 2.0)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", PLANS)
@given(chosen=fields(), luck=st.integers(0, 9))
@settings(max_examples=15, deadline=None)
def test_a_plan_pairs_different_models_on_known_prompts_and_none_twice(
    name: str, chosen: Field, luck: int
) -> None:
    pairs = [pair for round_ in play(name, chosen, luck) for pair in round_]
    met = [(frozenset((pair.a, pair.b)), pair.prompt) for pair in pairs]
    assert len(set(met)) == len(met)
    assert all(len(models) == 2 and models <= set(chosen.models) for models, _ in met)
    assert {prompt for _, prompt in met} <= {entry.prompt for entry in chosen.prompts}
    assert all(0 < pair.propensity <= 1 for pair in pairs)


@pytest.mark.parametrize("name", PLANS)
@given(chosen=fields(), luck=st.integers(0, 9))
@settings(max_examples=8, deadline=None)
def test_a_resumed_plan_proposes_the_same(name: str, chosen: Field, luck: int) -> None:
    assert play(name, chosen, luck) == play(name, chosen, luck)


@pytest.mark.parametrize("name", AIMED)
def test_a_plan_about_a_target_pairs_nobody_else_and_needs_one(name: str) -> None:
    for pair in (pair for round_ in play(name, field()) for pair in round_):
        assert "m0" in (pair.a, pair.b)
    for wrong, said in ((None, "needs a target"), ("who", "'who' does not fight")):
        aimless = Field(("a", "b"), (Entry("p"),), 0, wrong, {"a": 1.0})
        with pytest.raises(BadRequest, match=said):
            play(name, aimless)


def test_all_pairs_play_each_pair_once_per_prompt() -> None:
    chosen = field(4, 10)
    pairs = play("all_pairs", chosen)[0]
    assert len(pairs) == comb(4, 2) * 10
    assert Counter(frozenset((p.a, p.b)) for p in pairs) == {
        frozenset(pair): 10 for pair in combinations(chosen.models, 2)
    }


def test_sides_are_drawn_evenly() -> None:
    pairs = play("all_pairs", field(2, 400))[0]
    assert 150 < sum(pair.a == "m0" for pair in pairs) < 250


def test_thirds_deal_each_prompt_to_one_opponent_in_equal_parts() -> None:
    pairs = play("thirds", field(4, 30))[0]
    assert len({pair.prompt for pair in pairs}) == len(pairs) == 30
    assert set(Counter(({p.a, p.b} - {"m0"}).pop() for p in pairs).values()) == {10}


def test_uniform_draws_what_it_is_told_and_everything_where_there_is_less() -> None:
    assert len(play("uniform", field(), battles=17)[0]) == 17
    pairs = play("uniform", field(3, 5), battles=1000)[0]
    assert len(pairs) == 15
    assert [pair.propensity for pair in pairs] == [1 / left for left in range(15, 0, -1)]


def test_a_field_is_met_evenly_and_spread_over_the_ratings() -> None:
    pairs = play("field", field(6, 30), opponents=3, each=2)[0]
    met = Counter(({p.a, p.b} - {"m0"}).pop() for p in pairs)
    assert met == {"m1": 20, "m3": 20, "m5": 20}
    assert {pair.propensity for pair in pairs} == {2 / 3}


def test_a_field_without_ratings_is_refused() -> None:
    bare = Field(("a", "b"), (Entry("p"),), 0, "a")
    for name in ("field", "insertion"):
        with pytest.raises(BadRequest, match="needs rated opponents"):
            play(name, bare)


def test_insertion_asks_log_many_opponents_and_then_the_neighbours() -> None:
    rounds = play("insertion", field(16, 100), probe=10, neighbours=1, battles=30)
    *search, near = [{*(p.a for p in r), *(p.b for p in r)} - {"m0"} for r in rounds]
    assert [len(asked) for asked in search] == [1] * len(search)
    assert len(search) <= 4
    assert near <= {"m1", "m2"}  # the target wins most: its place is at the top
    assert sum(map(len, rounds)) <= 4 * 10 + 2 * 30


@given(
    gains=st.lists(st.floats(0, 1e6), min_size=1, max_size=20),
    floor=st.floats(0, 1),
)
def test_probabilities_sum_to_one_and_hold_the_floor(gains: list[float], floor: float) -> None:
    chances = floored(np.array(gains), floor)
    assert chances.sum() == pytest.approx(1)
    assert (chances >= floor / len(gains) - 1e-12).all()


@pytest.mark.parametrize("name", ADAPTIVE)
def test_no_draw_of_an_adaptive_plan_is_less_likely_than_the_floor(name: str) -> None:
    chosen = field(4, 40)
    arms = comb(4, 2) if name == "active" else 3 * 2
    pairs = [p for r in play(name, chosen, battles=60, batch=10, floor=0.3) for p in r]
    assert len(pairs) == 60
    assert all(pair.propensity >= 0.3 / arms / 40 for pair in pairs)


@pytest.mark.parametrize("name", ["thompson", "ucb"])
def test_a_bandit_goes_where_the_target_loses_usefully(name: str) -> None:
    chosen = field(4, 400)
    module, config = plugins.load(PACKAGE, name), plugins.config(PACKAGE, Choice(name, {"battles": 400}))
    plan, met = module.open(config, chosen), Counter[str]()
    clusters = {entry.prompt: entry.cluster for entry in chosen.prompts}
    for pairs in plan.rounds():
        told = list(pairs)
        met.update(f"{({p.a, p.b} - {'m0'}).pop()} {clusters[p.prompt]}" for p in told)
        lost = [("b" if p.a == "m0" else "a") if "m3" in (p.a, p.b) else "tie" for p in told]
        plan.settle([Settled(p, won, 3.0) for p, won in zip(told, lost, strict=True)])  # type: ignore[arg-type]
    assert met["m3 even"] + met["m3 odd"] > 250
    assert min(met.values()) > 5


@pytest.mark.parametrize("name", ["thompson", "ucb"])
def test_a_prompt_that_was_lost_is_not_asked_again(name: str) -> None:
    """One row is made of it, however often it is lost."""
    config = plugins.config(PACKAGE, Choice(name, {"battles": 10_000, "batch": 8}))
    plan = plugins.load(PACKAGE, name).open(config, field(4, 60))
    lost, played = set[str](), 0
    for pairs in plan.rounds():
        told = list(pairs)
        assert not lost & {pair.prompt for pair in told}
        played += len(told)
        worse = [pair for pair in told if "m3" in (pair.a, pair.b)]
        lost |= {pair.prompt for pair in worse}
        ends = [("b" if p.a == "m0" else "a") if p in worse else "tie" for p in told]
        plan.settle([Settled(p, end, 3.0) for p, end in zip(told, ends, strict=True)])  # type: ignore[arg-type]
    assert len(lost) == 60
    assert played < 180


def test_a_gap_that_is_too_small_is_worth_nothing() -> None:
    chosen = field(3, 200)
    config = plugins.config(PACKAGE, Choice("thompson", {"battles": 200, "gap": 4.0}))
    plan = plugins.load(PACKAGE, "thompson").open(config, chosen)
    met = Counter[str]()
    for pairs in plan.rounds():
        told = list(pairs)
        met.update(({p.a, p.b} - {"m0"}).pop() for p in told)
        plan.settle([Settled(p, "b" if p.a == "m0" else "a", 3.0) for p in told])
    assert abs(met["m1"] - met["m2"]) < 80


def test_active_plays_the_pairs_that_are_least_known() -> None:
    pairs = [p for r in play("active", field(6, 200), battles=600, rule="pair") for p in r]
    met = Counter(frozenset((pair.a, pair.b)) for pair in pairs)
    assert len(met) == 15
    assert max(met.values()) < 3 * min(met.values())


def test_a_pool_gives_each_prompt_once_with_its_probability() -> None:
    pool = Pools([("arm", [f"p{n}" for n in range(9)])], 4)
    drawn = [pool.draw("arm") for _ in range(9)]
    assert {prompt for prompt, _ in drawn} == {f"p{n}" for n in range(9)}
    assert [share for _, share in drawn] == [1 / left for left in range(9, 0, -1)]
    assert pool.arms() == []
