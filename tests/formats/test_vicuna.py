"""Vicuna's reviews: scores, judges, and answers that are found by their ids."""

import pytest

from arena.types import Reject, Row

QUESTION = {"question_id": 1, "text": "Why?", "category": "generic"}
ANSWERS = [
    {"answer_id": "x", "question_id": 1, "model_id": "m:v1", "text": "So.", "metadata": {}},
    {"answer_id": "y", "question_id": 1, "model_id": "n:2023", "text": "**No.**", "metadata": {}},
]
REVIEW = {"review_id": "r", "question_id": 1, "answer1_id": "x", "answer2_id": "y", "text": "8 9.5\nGood."}


@pytest.fixture
def review(jsonl, read):
    """review(change, name=, judge=): items of a review beside its answers."""

    def items(*changes: dict[str, object], name: str = "review_m_n.jsonl", judge: str | None = None):
        for number, answer in enumerate(ANSWERS):
            jsonl([answer], f"answer/answer_{number}.jsonl")
        path = jsonl([REVIEW | change for change in changes], f"review/deep/{name}")
        return read("vicuna_review", path, judge=judge)

    return items


def test_a_review_is_a_battle_of_known_answers(review) -> None:
    ((battle, verdict, a, b),) = (row.facts for row in review({}))
    assert (battle.model_a, battle.model_b, battle.games) == ("m", "n-2023", 1)
    assert (battle.response_a, battle.response_b, battle.prompt) == (a.id, b.id, a.prompt)
    assert (verdict.winner, verdict.score_a, verdict.score_b, verdict.judge) == ("b", 8, 9.5, "gpt-4")
    assert (a.turns, b.bolds) == (("So.",), 1)


@pytest.mark.parametrize(
    ("change", "scores"),
    [
        ({"text": "8, 8"}, (8, 8)),
        ({"text": "My view:\n8 9", "score": [7, 6]}, (7, 6)),
        ({"text": "-1 -1"}, None),
        ({"text": "8 9", "score": [-1, -1]}, None),
        ({"text": "I'd say 8 and 9"}, None),
        ({"text": ""}, None),
        ({"text": "8 9", "score": [None, 4]}, None),
    ],
)
def test_scores_are_recorded_or_on_the_first_line(review, change, scores) -> None:
    (row,) = review(change)
    verdict = row.facts[1]
    assert (verdict.status, verdict.score_a, verdict.score_b) == (
        ("unparsed", None, None) if scores is None else ("ok", *scores)
    )
    assert (verdict.winner is None) == (scores is None)


def test_who_judged(review) -> None:
    names = {
        review({}, name="gpt-3.5-turbo_review_m_n.jsonl", judge="told")[0].facts[1].judge,
        review({}, judge="told")[0].facts[1].judge,
        review({})[0].facts[1].judge,
    }
    assert names == {"gpt-3.5-turbo", "told", "gpt-4"}


def test_a_model_against_itself_is_kept(review) -> None:
    (row,) = review({"answer2_id": "x", "text": "7 7"})
    assert (row.facts[0].model_a, row.facts[0].model_b, row.facts[1].winner) == ("m", "m", "tie")


def test_rows_that_cannot_be_resolved_are_rejected(review) -> None:
    changes = [
        {},
        {"answer1_id": "z"},
        {"question_id": 2},
        {"score": [1]},
        {"score": ["8", 9]},
        {"review_id": []},
    ]
    items = review(*changes)
    assert [type(item) for item in items] == [Row, *[Reject] * 5]
    assert items[1].reason == "answer1_id z is in no answer file: import the folder that holds those too"
    assert items[2].reason == "an answer is to another question than the review's"


def test_without_answer_files_every_review_says_what_is_missing(jsonl, read) -> None:
    (item,) = read("vicuna_review", jsonl([REVIEW], "a/b/c/d/e/review.jsonl"))
    assert isinstance(item, Reject)
    assert "import the folder" in item.reason


def test_a_torn_answer_file_hides_only_its_own_answers(jsonl, read, tmp_path) -> None:
    jsonl([ANSWERS[0], '{"answer_id": "y", "question_id"'], "answer/answer.jsonl")
    (tmp_path / "answer" / "other.jsonl").write_bytes(b"\xff\xfe{}")
    items = read(
        "vicuna_review", jsonl([REVIEW, REVIEW | {"answer2_id": "x"}], "review.jsonl"), root=tmp_path
    )
    assert [type(item) for item in items] == [Reject, Row]


def test_questions_and_answers_meet_by_number(jsonl, read) -> None:
    (question,) = read("vicuna_question", jsonl([QUESTION]))
    _, answer, *_ = read("vicuna_answer", jsonl(ANSWERS))
    assert question.facts[0].id == answer.facts[0].prompt
    assert question.facts[0].categories == ("generic",)
