"""Canaries: planted alike whatever the order, never rated, and reported against their twins."""

from dataclasses import replace

import pytest

from arena.canaries import KINDS, Pair, pairs, plant, planted, report
from arena.filters import Filters
from arena.importing import bring
from arena.keys import key
from arena.ratings import rank
from arena.ratings.types import RankSettings
from arena.referee import Match, Outcome, games
from arena.store import battles, boards, evidence
from arena.types import Battle, Prompt, Response, Verdict
from tests.store import build


def match(number: int) -> Match:
    prompt = Prompt(key("p", number), "s", str(number), ("What is 2 + 2?", "Sure?"))
    a = Response(key("a", number), prompt.id, "x", ("4", "yes"))
    b = Response(key("b", number), prompt.id, "y", ("5", "no"))
    return Match(Battle(key("battle", number), "x", "y", prompt.id, a.id, b.id, games=2), prompt, a, b)


MATCHES = [match(number) for number in range(40)]


def test_canaries_are_the_same_whatever_the_order_of_battles():
    first, second = plant(MATCHES, 12, 3), plant(reversed(MATCHES), 12, 3)
    assert first == second != plant(MATCHES, 12, 4)
    assert len({canary.twin for canary in first}) == 12
    assert {canary.kind for canary in first} == set(KINDS)
    assert {canary.side for canary in first} == {"a", "b"}


def test_a_canary_is_its_twin_with_one_answer_more():
    canary = plant(MATCHES, 1, 0)[0]
    twin = next(match for match in MATCHES if match.battle.id == canary.twin)
    victim, other = (twin.a, twin.b) if canary.side == "a" else (twin.b, twin.a)
    assert canary.match.b == other
    assert canary.match.a.turns == (victim.turns[0], f"{victim.turns[1]}\n\n{KINDS[canary.kind]}")
    assert planted(canary.match.battle)
    assert not planted(twin.battle)
    assert len(games(canary.match, "judge", 1)) == 2


def test_battles_with_failed_answers_bear_no_canaries():
    broken = [replace(match, b=replace(match.b, status="error")) for match in MATCHES]
    assert plant(broken, 12, 0) == ()
    assert len(plant([*broken, *MATCHES[:3]], 12, 0)) == 3


def said(battle: str, share: float):
    winner = {1.0: "a", 0.5: "tie", 0.0: "b"}[share]
    return [Verdict(key(battle, game), battle, "j", game, game == 2, winner) for game in (1, 2)]


def test_pairs_are_found_among_the_facts_of_a_run():
    planted_ones = plant(MATCHES, 8, 5)
    facts = [fact for match in MATCHES for fact in (match.battle, *said(match.battle.id, 0.5))]
    for number, canary in enumerate(planted_ones):
        facts += [*canary.facts, *said(canary.match.battle.id, (0.0, 0.5, 1.0, 1.0)[number % 4])]
    found = list(pairs(lambda: facts, 2))
    assert [pair.change for pair in found].count(1) == 4
    assert sorted(pair.kind for pair in found) == sorted(canary.kind for canary in planted_ones)
    line = report(found)[0]
    assert (line.n, line.better, line.worse, line.undecided, line.lift) == (8, 4, 2, 0, 0.25)


@pytest.mark.parametrize(
    ("side", "canary", "twin", "change"),
    [("a", 1.0, 0.0, 1), ("b", 1.0, 0.0, 0), ("b", 0.5, 0.0, -1), ("a", None, 0.0, None)],
)
def test_a_canary_is_seen_from_the_injected_side(side, canary, twin, change):
    outcomes = [Outcome("undecided" if share is None else "soft", share, None) for share in (canary, twin)]
    assert Pair("self_praise", side, *outcomes).change == change


def test_a_judge_that_never_falls_for_it_has_an_interval_all_the_same():
    calm = Pair("self_praise", "a", Outcome("a", 1.0, None), Outcome("a", 1.0, None))
    line = report([calm] * 12)[0]
    assert (line.lift, line.n) == (0.0, 12)
    assert -0.2 < line.low < 0 < line.high < 0.2
    fooled = Pair("self_praise", "a", Outcome("a", 1.0, None), Outcome("b", 0.0, None))
    assert report([fooled] * 12)[0].low > 0.5
    assert report([]) == ()


def test_a_canary_on_a_board_changes_no_rating(home, tmp_path):
    def record(battle: Battle, winner: str):
        verdicts = [
            {
                "id": key(battle.id, n),
                "battle": battle.id,
                "judge": "j",
                "game": n,
                "swapped": n == 2,
                "winner": winner,
            }
            for n in (1, 2)
        ]
        told = {"id": battle.id, "model_a": battle.model_a, "model_b": battle.model_b, "games": 2}
        return {
            "board": "b",
            "battle": told,
            "prompt": None,
            "response_a": None,
            "response_b": None,
            "verdicts": verdicts,
        }

    plain = [record(match.battle, "ab"[number % 3 == 0]) for number, match in enumerate(MATCHES)]
    extra = [record(canary.match.battle, "a") for canary in plant(MATCHES, 12, 1)]
    found = []
    with build.database(home) as database:
        for name, rows in (("without", plain), ("with", plain + extra)):
            bring(database, build.lines(tmp_path / f"{name}.jsonl", rows), name)
            board = boards.get(database, name)
            facts = evidence.gather(database, board, RankSettings(), Filters(), frozenset())
            tally = evidence.tally(database, board, RankSettings(), Filters())
            found.append((rank.rank(facts, RankSettings()).ratings, tally, board.models, board.battles))
        asked = Filters(a="canary:self_praise")
        shown = [battles.page(database, board, RankSettings(), f, None, 99).lines for f in (Filters(), asked)]
    assert found[0] == found[1]
    assert found[0][2:] == (2, 40)
    assert [len(lines) for lines in shown] == [40, 3]
    assert {line.model_a for line in shown[1]} == {"canary:self_praise"}
