"""Stopping early: it stops when the first models stand apart, not before, and the same after a stop."""

from dataclasses import replace
from math import comb
from pathlib import Path

import numpy as np
import pytest

from arena.jobs.kinds import tournament as kind
from arena.pairing.types import Entry, Field, Pair, Settled
from arena.plugins import Choice
from arena.ratings.outlook import expected
from arena.ratings.rank import rank
from arena.ratings.types import RankSettings
from arena.tournament import cost, leads, parting, preflight
from arena.tournament.config import Contestant, Tournament
from arena.types import Battle
from tests.tournament.build import facts, plain, played, scene, tournament

NAMES = ("m0", "m1", "m2", "m3")
KNOWN = "160432bd-f38d-3938-81ba-07afb07600ff"
"""Key of a tournament that never stops early."""


def config(**more: object) -> Tournament:
    models = tuple(Contestant(name, Choice("recorded")) for name in NAMES)
    return replace(Tournament("t", Choice("file"), models, Choice("verifier"), separate=1), **more)


def decided(strengths: tuple[float, ...], prompts: int, seed: int) -> list[Settled]:
    """All pairs on each prompt, decided by Bradley-Terry."""
    draw, found = np.random.default_rng(seed), []
    for prompt in range(prompts):
        for a in range(len(NAMES)):
            for b in range(a + 1, len(NAMES)):
                wins = draw.random() < 1 / (1 + 10 ** ((strengths[b] - strengths[a]) / 400))
                found.append(Settled(Pair(NAMES[a], NAMES[b], f"p{prompt}"), "a" if wins else "b"))
    return found


def watched(settings: Tournament, outcomes: list[Settled]) -> parting.Watch:
    """Fed in the parts that it asks for."""
    watch, at = parting.Watch(settings, len(outcomes) // comb(len(NAMES), 2)), 0
    for part in watch.parts(one.pair for one in outcomes):
        size = len(list(part))
        watch.see(outcomes[at : at + size])
        at += size
    watch.note(0)
    return watch


def test_a_clear_first_stops_it_long_before_the_end() -> None:
    watch = watched(config(), decided((300.0, 0.0, 0.0, 0.0), 400, 1))
    assert watch.apart is not None
    assert watch.apart.models == ("m0",)
    assert 100 <= watch.apart.battles < 1200
    assert "stopped after" in watch.note(2400)[0]


def test_more_models_apart_take_more_battles_and_a_surer_level_too() -> None:
    outcomes = decided((300.0, 100.0, -100.0, -300.0), 1200, 2)
    ends = [watched(config(separate=top), outcomes).apart for top in (1, 3)]
    assert ends[0] is not None
    assert ends[1] is not None
    assert ends[1].models == NAMES[:3]
    assert ends[0].battles <= ends[1].battles
    sure = watched(config(level=0.999), outcomes).apart
    assert sure is not None
    assert sure.battles >= ends[0].battles


def test_even_models_are_hardly_ever_said_to_stand_apart() -> None:
    """At 80 %, of 40 tournaments of even models at most a fifth may be stopped."""
    wrong = [
        watched(config(level=0.8), decided((0.0,) * 4, 150, seed)).apart is not None for seed in range(40)
    ]
    assert sum(wrong) <= 8


@pytest.mark.parametrize("top", [1, 2])
def test_a_tournament_stops_early_and_goes_on_to_the_same_facts(tmp_path: Path, top: int) -> None:
    settings = tournament(tmp_path, n=160, separate=top, level=0.8, games=1)
    units = played(settings, scene(tmp_path))
    every = facts(units)
    battles = sum(isinstance(fact, Battle) for fact in every)
    assert 100 <= battles < 480
    assert units[-1].notes[-1].startswith(f"stopped after {battles} of 480 battles: the first ")
    assert "strong" in units[-1].notes[-1]
    half = facts(units[: len(units) // 2])
    again = played(settings, scene(tmp_path / "again", past=iter(half)))
    assert plain([*half, *facts(again)]) == plain(every)


def test_prompts_come_in_a_drawn_order_only_where_it_may_stop() -> None:
    field = Field(NAMES, tuple(Entry(f"p{at}") for at in range(40)), 0)
    assert parting.drawn(config(separate=0), field) == field
    mixed = parting.drawn(config(), field)
    assert mixed != field
    assert sorted(entry.prompt for entry in mixed.prompts) == sorted(entry.prompt for entry in field.prompts)
    assert parting.drawn(config(), field) == mixed


def test_a_plan_that_never_stops_is_the_plan_it_was(tmp_path: Path) -> None:
    usual = tournament(tmp_path)
    assert kind.identity(replace(usual, level=0.9)) == kind.identity(usual)
    assert kind.identity(replace(usual, separate=1)) != kind.identity(usual)


def test_another_stop_rule_is_another_tournament_where_it_may_stop_and_nowhere_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The known key is that of before the rule had a version."""
    models = tuple(Contestant(name, Choice("transformers"), identity=f"I am {name}") for name in "ab")
    usual = Tournament("t", Choice("pocket", {"split": "panel", "n": 8}), models, Choice("verifier"))
    may = replace(usual, separate=1)
    assert kind.identity(usual) == KNOWN
    before = kind.identity(may)
    monkeypatch.setattr(parting, "VERSION", parting.VERSION + 1)
    assert kind.identity(usual) == KNOWN
    assert kind.identity(may) != before


def test_the_dry_run_tells_width_its_price_and_that_of_looking(tmp_path: Path) -> None:
    lines = {line.what: line for line in cost.estimate(tournament(tmp_path, separate=2))}
    assert lines["interval"].value == pytest.approx(expected(3, 72), abs=0.1)
    assert lines["half of that"].value == 3 * 72
    assert "min more" in lines["half of that"].note
    assert "needs 3.0 times the battles" in lines["stops early"].note


def test_the_expected_width_is_what_even_models_then_have() -> None:
    rows = [
        (
            int(one.pair.prompt[1:]),
            int(one.pair.a[1]),
            int(one.pair.b[1]),
            parting.SHARES[one.winner or "tie"],
        )
        for one in decided((0.0,) * 4, 500, 3)
    ]
    found = rank(leads.evidence(NAMES, rows), RankSettings())
    halves = [(line.high - line.low) / 2 for line in found.ratings]
    assert np.mean(halves) == pytest.approx(expected(4, 3000), rel=0.05)


@pytest.mark.parametrize(("change", "level", "said"), [
    ({"separate": 3}, "red", "have no next one to stand apart from: set 2 or fewer"),
    ({"separate": 1, "pairing": Choice("active")}, "amber", "only approximately"),
    ({"separate": 1, "loading": "alone"}, "amber", "all over again after each look"),
])  # fmt: skip
def test_what_stopping_cannot_do_is_told_before(tmp_path: Path, change: dict, level: str, said: str) -> None:
    found = preflight.check(tournament(tmp_path, **change))
    assert [one.level for one in found if one.subject == "separate" and said in one.text] == [level]


def test_the_note_says_what_cannot_be_told() -> None:
    """The last one lost all of its few battles."""
    rare = [
        one if one.pair.b != "m3" else replace(one, winner="a")
        for one in decided((300.0, 0.0, 0.0, 0.0), 200, 1)
        if one.pair.b != "m3" or (one.pair.a == "m2" and int(one.pair.prompt[1:]) < 5)
    ]
    told = f"whether the first stands apart at 95 % after all {len(rare)} battles cannot be told: "
    assert watched(config(), rare).note(0) == (told + "m3 never won nor tied",)


def test_small_rounds_are_looked_at_no_more_often_than_a_large_one() -> None:
    outcomes, watch = decided((0.0, 0.0, 0.0, 0.0), 200, 1), parting.Watch(config(), 200)
    for start in range(0, len(outcomes), 7):
        at, some = start, outcomes[start : start + 7]
        for part in watch.parts(one.pair for one in some):
            size = len(list(part))
            watch.see(outcomes[at : at + size])
            at += size
    whole = watched(config(), outcomes)
    assert watch.note(0) == whole.note(0)
    assert watch._looks == whole._looks <= 10


def test_looking_without_loading_again_is_no_reason_to_warn(tmp_path: Path) -> None:
    for change in ({"separate": 1}, {"loading": "alone"}):
        assert "separate" not in {found.subject for found in preflight.check(tournament(tmp_path, **change))}
