"""Verdicts into outcomes: merge rules, undecided battles, pairs of grades, filters; whole rows compared."""

import dataclasses
from pathlib import Path

import pytest

from arena.errors import Unranked
from arena.filters import Filters
from arena.importing import bring
from arena.keys import key
from arena.ratings import rank
from arena.ratings.types import RankSettings
from arena.store import battles, boards, evidence
from tests.store import build

BOTH = RankSettings(merge="mean")


def pair(question: str, first: str, second: str, turn: int = 1) -> dict[str, object]:
    """A FastChat pair judgment of x against y: winners of both games, in terms of the models."""
    return {
        "question_id": question,
        "model_1": "x",
        "model_2": "y",
        "g1_winner": first,
        "g2_winner": second,
        "judge": ["gpt-4", "pair-v2"],
        "g1_user_prompt": "",
        "g1_judgment": "one",
        "g2_user_prompt": "",
        "g2_judgment": "two",
        "turn": turn,
        "tstamp": 1.0,
    }


@pytest.fixture
def games(home, tmp_path: Path):
    rows = [
        pair("q1", "model_1", "model_1"),
        pair("q2", "model_1", "model_2"),
        pair("q3", "model_1", "tie"),
        pair("q4", "tie", "tie"),
        pair("q5", "model_2", "error"),
    ]
    path = build.lines(tmp_path / "gpt-4_pair.jsonl", rows)
    with build.database(home) as database:
        bring(database, path, "games")
        yield database, boards.get(database, "games")


def kinds(found, settings):
    database, board = found
    return [line.outcome for line in battles.page(database, board, settings, Filters(), None, 50).lines]


@pytest.mark.parametrize(
    ("merge", "expected"),
    [
        ("mean", ["a", "tie", "a", "tie", "undecided"]),
        ("strict", ["a", "tie", "tie", "tie", "undecided"]),
    ],
)
def test_two_games_fold_into_one_outcome(games, merge, expected):
    assert kinds(games, RankSettings(merge=merge)) == expected


def test_two_half_weight_games(games):
    database, board = games
    facts = evidence.gather(database, board, RankSettings(merge="count2"), Filters(), frozenset({"clusters"}))
    assert (facts.cells.weight.sum(), facts.cells.points.sum()) == (4.0, 1 + 0.5 + 0.75 + 0.5)
    assert len(set(facts.clusters.cluster.tolist())) == 4


def test_flipped_and_failed_battles_are_found(games):
    database, board = games
    flipped = battles.page(database, board, BOTH, Filters(flipped=True), None, 50).lines
    failed = battles.page(database, board, BOTH, Filters(failed=True), None, 50).lines
    assert [line.outcome for line in flipped] == ["tie"]
    assert [line.outcome for line in failed] == ["undecided"]


def test_both_games_stay_separate_verdicts(games):
    database, board = games
    line = battles.page(database, board, BOTH, Filters(flipped=True), None, 1).lines[0]
    record = battles.record(database, board, line.id)
    said = [
        (verdict.game, verdict.swapped, verdict.winner, verdict.explanation) for verdict in record.verdicts
    ]
    assert said == [(1, False, "a", "one"), (2, True, "b", "two")]


def test_grades_become_battles_without_being_stored(home, tmp_path):
    scores = {("q1", "x"): 8.0, ("q1", "y"): 3.0, ("q1", "z"): 8.0, ("q2", "x"): 5.0, ("q2", "y"): None}
    with build.database(home) as database:
        bring(database, build.grades(tmp_path / "judge_single.jsonl", scores), "grades")
        board = boards.get(database, "grades")
        tally = evidence.tally(database, board, BOTH, Filters())
        assert dataclasses.asdict(tally) | {"a": 0, "b": 0} == {
            "a": 0,
            "b": 0,
            "tie": 1,
            "both_bad": 0,
            "soft": 0,
            "undecided": 1,
        }
        assert tally.a + tally.b == 2
        assert database.rows("SELECT count(*) FROM battles") == [(0,)]


@pytest.mark.parametrize(("policy", "n", "points"), [("half", 4, 2.0), ("drop", 2, 1.0)])
def test_ties_are_kept_apart_until_ranking(home, tmp_path, policy, n, points):
    path = build.votes(
        tmp_path / "v.csv", [("x", "y", "left"), ("x", "y", "right"), ("x", "y", "tie"), ("y", "x", "tie")]
    )
    with build.database(home) as database:
        bring(database, path)
        facts = evidence.gather(
            database, boards.get(database, "v"), RankSettings(ties=policy), Filters(), frozenset()
        )
        assert (facts.cells.n.sum(), facts.cells.points.sum(), facts.cells.tie.sum()) == (n, points, 2)


def test_two_low_scores_are_both_bad_where_the_setting_says_so(home, tmp_path):
    scores = {("q1", "x"): 1.0, ("q1", "y"): 2.0}
    with build.database(home) as database:
        bring(database, build.grades(tmp_path / "judge_single.jsonl", scores), "grades")
        board = boards.get(database, "grades")
        assert evidence.tally(database, board, RankSettings(both_bad_at=2), Filters()).both_bad == 1
        assert evidence.tally(database, board, RankSettings(tie_delta=1), Filters()).tie == 1


def test_filters_narrow_to_one_model_its_wins_and_nothing(games):
    database, board = games
    won = battles.page(database, board, BOTH, Filters(a="y", winner="b"), None, 50).lines
    assert [line.outcome for line in won] == ["a", "a"]
    with pytest.raises(Unranked, match="loosen"):
        evidence.gather(database, board, BOTH, Filters(turn=7), frozenset())


def test_order_of_import_changes_no_rating(home, tmp_path):
    rows = [
        ("x", "y", "left"),
        ("y", "z", "left"),
        ("z", "x", "left"),
        ("x", "y", "tie"),
        ("z", "y", "right"),
    ]
    with build.database(home) as database:
        for name, order in (("there", rows), ("back", rows[::-1])):
            bring(database, build.votes(tmp_path / f"{name}.csv", order))
        made = [
            rank.rank(
                evidence.gather(database, boards.get(database, name), BOTH, Filters(), frozenset()), BOTH
            ).ratings
            for name in ("there", "back")
        ]
        assert [(line.model, pytest.approx(line.value)) for line in made[0]] == [
            (line.model, line.value) for line in made[1]
        ]


def test_battles_by_the_longer_answer(home, tmp_path: Path):
    def row(number: int, long: int) -> dict[str, object]:
        talk = [
            [{"role": "user", "content": "?"}, {"role": "assistant", "content": "word " * n}]
            for n in (2, long)
        ]
        return {
            "question_id": f"q{number}",
            "model_a": "x",
            "model_b": "y",
            "winner": "model_a",
            "judge": "j",
            "conversation_a": talk[0],
            "conversation_b": talk[1],
        }

    path = build.lines(tmp_path / "talks.jsonl", [row(1, 3), row(2, 40), row(3, 400)])
    with build.database(home) as database:
        bring(database, path, "talks")
        board = boards.get(database, "talks")
        for filters, left in (
            (Filters(length_min=30), 2),
            (Filters(length_max=80), 2),
            (Filters(length_min=30, length_max=80), 1),
        ):
            assert len(battles.page(database, board, BOTH, filters, None, 50).lines) == left
        assert battles.page(database, board, BOTH, Filters(length_min=5000), None, 50).lines == ()


def told(winner, scores=(None, None), game=1, strength=1, status="ok", battle="b1", games=2, judge="j"):
    """One verdict as our own export holds it."""
    return {
        "id": key(battle, judge, str(game), str(winner), str(scores), status),
        "battle": key(battle),
        "judge": judge,
        "game": game,
        "swapped": game == 2,
        "winner": winner,
        "score_a": scores[0],
        "score_b": scores[1],
        "strength": strength,
        "status": status,
    }


@pytest.mark.parametrize(
    ("verdicts", "settings", "expected"),
    [
        ([told("a", (3, 7)), told("a", (3, 7), 2)], {}, ("a", 1)),
        ([told("both_bad", (2, 2)), told("both_bad", (2, 2), 2)], {"merge": "strict"}, ("both_bad", 1)),
        ([told("a", (2, 2)), told("a", (2, 2), 2)], {"merge": "strict"}, ("a", 1)),
        ([told("a", strength=2), told("b", game=2)], {"strength_weight": 3.0}, ("tie", 1)),
        ([told("a", strength=2), told("a", game=2)], {"strength_weight": 3.0}, ("a", 3)),
        ([told(None, status="unparsed"), told("a"), told("a", game=2)], {"merge": "strict"}, ("a", 1)),
        ([told("a"), told("b"), told("a", game=2)], {"merge": "strict"}, ("a", 1)),
        ([told("a"), told(None, game=2, status="error")], {}, ("undecided", 0)),
    ],
)
def test_contradictions_and_repeats_within_a_battle(home, tmp_path, verdicts, settings, expected):
    battle = {"id": key("b1"), "model_a": "x", "model_b": "y", "games": 2}
    record = {
        "board": "b",
        "battle": battle,
        "prompt": None,
        "response_a": None,
        "response_b": None,
        "verdicts": verdicts,
    }
    with build.database(home) as database:
        bring(database, build.lines(tmp_path / "b.jsonl", [record]), "b")
        board, chosen = boards.get(database, "b"), RankSettings(**settings)
        line = battles.page(database, board, chosen, Filters(), None, 5).lines[0]
        assert line.outcome == expected[0]
        if expected[1]:
            cells = evidence.gather(database, board, chosen, Filters(), frozenset()).cells
            assert (cells.weight.sum(), cells.n.sum()) == (expected[1], 1)
