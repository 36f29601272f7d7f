"""A closer look at boards whose every verdict was written by hand, so that each figure can be counted."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from arena.errors import NotFound
from arena.filters import Filters
from arena.service import closer as look
from arena.service import requests as ask
from arena.service.sensitivity import Sensitivity
from arena.service.service import Service
from arena.service.trusting import share
from tests.store import build
from tests.store.test_outcomes import pair


@pytest.fixture(scope="module")
def arena(tmp_path_factory: pytest.TempPathFactory):
    folder: Path = tmp_path_factory.mktemp("closer")
    with Service(build.settings(folder / "home"), "test") as service:
        games = [
            pair("q1", "model_1", "model_1"),
            pair("q2", "model_1", "model_2"),
            pair("q3", "model_2", "model_2"),
            pair("q4", "model_1", "tie"),
            pair("q5", "error", "model_1"),
        ]
        service.bring(ask.Import(build.lines(folder / "gpt-4_pair.jsonl", games), "games"))
        votes = [
            ("x", "y", "left"),
            ("x", "y", "left"),
            ("y", "x", "left"),
            ("y", "z", "left"),
            ("z", "y", "left"),
            ("u", "v", "left"),
        ]
        service.bring(ask.Import(build.votes(folder / "votes.csv", votes)))
        scores = {("q1", "x"): 9.0, ("q1", "y"): 2.0, ("q1", "z"): 9.0, ("q2", "x"): 4.0, ("q2", "y"): None}
        service.bring(ask.Import(build.grades(folder / "g_single.jsonl", scores, "x"), "grades"))
        yield service


def test_trust_of_games_in_both_orders(arena):
    """9 of 10 games read; one of four readable pairs flips. In game 2 model_2 sat first.

    First seat won: q1 g1, q2 g1, q2 g2, q3 g2, q4 g1; the second: q1 g2, q3 g1, q5 g2.
    """
    found = arena.perform(look.Trust("games"))
    assert (found.coverage.value, found.coverage.n) == (0.9, 10)
    assert (found.flips.value, found.flips.n) == (0.25, 4)
    assert (found.position.value, found.position.n) == (5 / 8, 8)
    assert found.connected


def test_trust_of_single_votes_claims_no_position_bias(arena):
    found = arena.perform(look.Trust("votes"))
    assert (found.position, found.flips, found.coverage.value) == (None, None, 1)
    assert (found.connected, found.components, found.battles) == (False, 2, 6)


def test_trust_of_grades_counts_grades(arena):
    found = arena.perform(look.Trust("grades"))
    assert (found.coverage.value, found.coverage.n) == (0.8, 5)
    assert (found.ties.value, found.ties.n) == (1 / 3, 3)


def test_heatmap_counts_both_orientations(arena):
    found = arena.perform(look.Heatmap("votes", filters=Filters(a="y")))
    cells = {
        frozenset((cell.a, cell.b)): (cell.a, round(cell.share.value, 4), cell.share.n)
        for cell in found.cells
    }
    assert cells[frozenset("xy")] == ("x", 0.6667, 3)
    assert cells[frozenset("yz")][1:] == (0.5, 2)
    assert len(cells) == 2


def test_a_card_shows_each_opponent_and_battles_against_the_odds(arena):
    found = arena.perform(look.Card("votes", "y"))
    assert {cell.b: (round(cell.share.value, 4), cell.share.n) for cell in found.opponents} == {
        "x": (0.3333, 3),
        "z": (0.5, 2),
    }
    assert all(line.model_a == "y" for line in found.best)
    assert len(found.worst) == 3
    with pytest.raises(NotFound, match="nobody"):
        arena.perform(look.Card("votes", "nobody"))


def test_facets_count_under_all_filters_but_their_own(arena):
    found = arena.perform(look.Facets("games", Filters(winner="a")))
    assert dict(found.facets["winner"]) == {"a": 2, "b": 1, "tie": 1, "undecided": 1}
    assert dict(found.facets["flipped"]) == {"false": 2}
    assert dict(found.models) == {"x": 2, "y": 2}


def test_gaps_are_score_differences(arena):
    found = arena.perform(look.Facets("grades"))
    assert sum(count for _, count in found.gaps) == 3
    assert sorted(abs(gap) for gap, count in found.gaps for _ in range(count)) == [0, 7, 7]


def test_neighbours_share_the_prompt(arena):
    line = arena.battles(ask.Battles("grades", limit=1)).battles[0]
    found = arena.perform(look.Neighbours("grades", line.id))
    assert len(found.same_prompt) in (0, 2)
    assert line.id not in {other.id for other in found.same_prompt}


def test_sensitivity_changes_one_thing_at_a_time(arena):
    found = arena.perform(Sensitivity(ask.Compare("lmsys-votes-2024-08-14", "lmsys-2024-05-27")))
    assert found.asked.n_models == 102
    assert {(line.what, line.choice) for line in found.varied} >= {
        ("ties", "left out"),
        ("method", "winrate"),
    }
    assert all(line.why_not is None for line in found.varied)
    assert found.varied[0].compare.settings.ties == "drop"
    assert len(found.without) == 102
    moves = [abs(line.spearman - found.asked.spearman) for line in found.without]
    assert moves == sorted(moves, reverse=True)


def test_what_the_user_said_of_names_is_listed(arena):
    arena.perform(ask.Rename("x", "gpt-4-0314", "approx"))
    assert arena.perform(ask.Links()).links == (("x", "gpt-4-0314", "approx"),)
    arena.perform(ask.Rename("x", None))
    assert arena.perform(ask.Links()).links == ()


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_shares_carry_wilsons_interval(counts):
    points, n = counts
    found = share(points, n)
    peer = binomtest(points, n).proportion_ci(method="wilson")
    assert (found.low, found.high) == (pytest.approx(peer.low, abs=2e-4), pytest.approx(peer.high, abs=2e-4))


def test_the_past_is_told_oldest_first_with_ranks(arena):
    arena.leaderboard(ask.Leaderboard("votes", keep=True))
    stages = arena.perform(look.Past("votes")).stages
    assert len(stages) >= 2
    assert [stage.made for stage in stages] == sorted(stage.made for stage in stages)
    now = [(line.model, line.rank) for line in arena.leaderboard(ask.Leaderboard("votes")).ratings]
    assert sorted(stages[-1].ranks) == sorted(now)
    assert len(arena.perform(look.Past("votes", limit=1)).stages) == 1


def test_more_battles_part_the_first_models(arena):
    found = arena.perform(look.Outlook("games", top=2))
    ranked = arena.perform(ask.Leaderboard("games"))
    assert (found.board, found.battles) == ("games", ranked.n_battles)
    assert [step.top for step in found.steps] == [1, 2][: len(ranked.ratings) - 1]
    assert all(step.times is None or step.times >= 1 for step in found.steps)


def test_what_if_more_battles_were_added(arena):
    now = arena.perform(look.Outlook("votes"))
    then = arena.perform(look.Outlook("votes", more=3 * now.battles))
    assert now.after is None
    assert (then.after.more, then.after.half) == (3 * now.battles, pytest.approx(now.half / 2))
