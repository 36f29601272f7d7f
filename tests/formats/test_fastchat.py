"""FastChat's four files, and every trap of theirs."""

import pytest

from arena.errors import Unreadable
from arena.types import Battle, Grade, Note, Prompt, Reference, Reject, Response, Row, Verdict

GRADE = {"question_id": "q1", "model": "m", "judgment": "Good. [[8]]", "score": 8}
PAIR = {
    "question_id": 81, "model_1": "m", "model_2": "n", "g1_winner": "model_1", "g2_winner": "tie",
    "judge": ["gpt-4", "pair-v2"], "g1_judgment": "[[A]]", "g2_judgment": "[[C]]", "turn": 1, "tstamp": 1.5,
}  # fmt: skip


def only(items) -> Grade | Battle | Prompt | Response:
    """The first fact of the only row."""
    (row,) = [item for item in items if isinstance(item, Row)]
    return row.facts[0]


def test_a_question_brings_its_reference(read, jsonl) -> None:
    path = jsonl(
        [{"question_id": 1, "category": "math", "turns": ["1+1?", "Why?"], "reference": ["2", "So."]}]
    )
    (row,) = read("fastchat_question", path)
    prompt, reference = row.facts
    assert (prompt.natural, prompt.turns, prompt.categories) == ("1", ("1+1?", "Why?"), ("math",))
    assert (reference.prompt, reference.author, reference.turns) == (prompt.id, "question file", ("2", "So."))


def test_in_model_answer_the_file_is_the_model(read, jsonl) -> None:
    rows = [
        {"question_id": 1, "model_id": name, "choices": [{"index": 0, "turns": ["x"]}]}
        for name in ("m", "org/m")
    ]
    items = read("fastchat_answer", jsonl([*rows, rows[1]], "model_answer/m.jsonl"))
    answers = [item.facts[0] for item in items if isinstance(item, Row)]
    assert {answer.model for answer in answers} == {"m"}
    assert len({answer.id for answer in answers}) == 1
    assert [item for item in items if isinstance(item, Note)] == [Note("model org/m is called m")]


def test_elsewhere_the_row_names_the_model_and_choices_are_samples(read, jsonl) -> None:
    row = {"question_id": 1, "model_id": "org/m", "choices": [{"turns": ["x"]}, {"turns": ["y"]}]}
    note, answers = read("fastchat_answer", jsonl([row]))
    assert note == Note("model org/m is called m")
    assert [(a.model, a.sample, a.turns) for a in answers.facts] == [("m", 0, ("x",)), ("m", 1, ("y",))]


def test_answers_in_reference_answer_are_references(read, jsonl) -> None:
    row = {"question_id": 1, "model_id": "gpt-4", "choices": [{"turns": ["x"]}]}
    reference = only(read("fastchat_answer", jsonl([row], "reference_answer/gpt-4.jsonl")))
    assert isinstance(reference, Reference)
    assert (reference.author, reference.turns) == ("gpt-4", ("x",))


@pytest.mark.parametrize("score", [None, -1, -1.0])
def test_a_grade_without_a_score_is_unread_not_zero(read, jsonl, score) -> None:
    grade = only(read("fastchat_single", jsonl([GRADE | {"score": score}])))
    assert (grade.score, grade.status, grade.explanation) == (None, "unparsed", "Good. [[8]]")


@pytest.mark.parametrize(
    ("row", "told", "judge"),
    [
        ({}, None, "unknown"),
        ({}, "gpt-4", "gpt-4"),
        ({"judge": ["claude", "single-v1"]}, "gpt-4", "claude"),
        ({"judge": "claude"}, None, "claude"),
    ],
)
def test_who_judged(read, jsonl, row, told, judge) -> None:
    assert only(read("fastchat_single", jsonl([GRADE | row]), judge=told)).judge == judge


def test_spellings_of_one_grade_are_one_grade(read, jsonl) -> None:
    renamed = {key: value for key, value in GRADE.items() if key != "model"} | {"model_id": "m"}
    spellings = [GRADE, GRADE | {"turn": 1.0}, GRADE | {"model": "org/m", "tstamp": 5.0}, renamed]
    items = read("fastchat_single", jsonl(["", *spellings, "", ""]))
    grades = {item.facts[0] for item in items if isinstance(item, Row)}
    assert len(grades) == 1
    assert [item for item in items if not isinstance(item, Row)] == [Note("model org/m is called m")]


def test_another_judge_turn_model_or_board_is_another_grade(read, jsonl) -> None:
    rows = [
        GRADE,
        GRADE | {"judge": "j"},
        GRADE | {"turn": 2},
        GRADE | {"model": "n"},
        GRADE | {"question_id": 2},
    ]
    path = jsonl(rows)
    ids = {row.facts[0].id for board in ("one", "two") for row in read("fastchat_single", path, board=board)}
    assert len(ids) == 10


def test_a_pair_is_one_battle_of_two_games(read, jsonl) -> None:
    (row,) = read("fastchat_pair", jsonl([PAIR]))
    battle, first, second = row.facts
    assert (battle.model_a, battle.model_b, battle.games, battle.turn) == ("m", "n", 2, 1)
    assert [(v.game, v.swapped, v.winner, v.explanation) for v in (first, second)] == [
        (1, False, "a", "[[A]]"),
        (2, True, "tie", "[[C]]"),
    ]
    assert {v.judge for v in (first, second)} == {"gpt-4"}
    assert {v.battle for v in (first, second)} == {battle.id}


def test_a_game_in_error_is_kept_as_one(read, jsonl) -> None:
    (row,) = read("fastchat_pair", jsonl([PAIR | {"g2_winner": "error"}]))
    second = row.facts[2]
    assert isinstance(second, Verdict)
    assert (second.winner, second.status) == (None, "error")


def test_two_judges_of_a_pair_judge_one_battle(read, jsonl) -> None:
    path = jsonl([PAIR, PAIR | {"judge": "claude"}, PAIR | {"turn": 2}, PAIR | {"model_2": "o"}])
    rows = [row.facts for row in read("fastchat_pair", path)]
    assert len({facts[0].id for facts in rows}) == 3
    assert len({verdict.id for facts in rows for verdict in facts[1:]}) == 8


BAD = [
    ({"score": "8"}, "score is not a number"),
    ({"score": True}, "score is not a number"),
    ({"score": float("nan")}, "score is not finite"),
    ({"score": float("inf")}, "score is not finite"),
    ({"score": 10**400}, "score is not finite"),
    ({"model": ""}, "model is empty"),
    ({"model": "org/"}, "no name after its organisation"),
    ({"model": ["m"]}, "model is not text"),
    ({"question_id": None}, "question_id is missing"),
    ({"question_id": 1.5}, "question_id is not text"),
    ({"turn": 0}, "turn is 0"),
    ({"turn": 1.5}, "turn is not a count"),
    ({"judgment": {"a": 1}}, "judgment is not text"),
    ({"judge": 3}, "judge is not text"),
]


@pytest.mark.parametrize(("change", "reason"), BAD)
def test_a_malformed_grade_is_rejected_and_the_rest_goes_on(read, jsonl, change, reason) -> None:
    items = read("fastchat_single", jsonl([GRADE, GRADE | change, GRADE | {"question_id": "q3"}]))
    assert [type(item) for item in items] == [Row, Reject, Row]
    assert items[1].line == 2
    assert reason in items[1].reason
    assert items[1].text.startswith('{"question_id"')


def test_missing_fields_and_unknown_winners_are_named(read, jsonl) -> None:
    without = {key: value for key, value in GRADE.items() if key != "score"}
    assert read("fastchat_single", jsonl([GRADE, without]))[1].reason == "score is missing"
    reject = read("fastchat_pair", jsonl([PAIR, PAIR | {"g1_winner": "both"}]))[1]
    assert reject.reason == "g1_winner 'both' is none of model_1, model_2, tie"


def test_a_file_of_another_format_is_refused(read, jsonl) -> None:
    with pytest.raises(
        Unreadable, match=r"rows\.jsonl: not fastchat_single: row 1 has the fields question_id, m"
    ):
        read("fastchat_single", jsonl([PAIR]))
