"""AlpacaEval: outputs, and annotations whose preference is a share."""

import pytest

from arena.types import Reject, Row

OUTPUT = {"instruction": "Why?", "output": "So.", "generator": "m", "dataset": "koala"}
ANNOTATION = {
    "instruction": "Why?", "output_1": "So.", "generator_1": "m", "output_2": "No.", "generator_2": "n",
    "dataset": "koala", "annotator": "judge", "preference": 1.25, "time_per_example": 0.5,
}  # fmt: skip


@pytest.mark.parametrize(
    ("preference", "share", "status"),
    [
        (1, 1.0, "ok"),
        (2.0, 0.0, "ok"),
        (1.25, 0.75, "ok"),
        (1.5, 0.5, "ok"),
        (0, 0.5, "ok"),
        (None, None, "error"),
    ],
)
def test_a_preference_is_the_first_sides_share(read, jsonl, preference, share, status) -> None:
    (row,) = read("alpaca_eval_annotations", jsonl([ANNOTATION | {"preference": preference}]))
    verdict = row.facts[1]
    assert (verdict.preference, verdict.status, verdict.winner) == (share, status, None)
    assert (verdict.judge, verdict.milliseconds) == ("judge", 500)


@pytest.mark.parametrize("preference", [0.5, 2.01, -1, float("nan"), "1.5", True])
def test_what_is_no_preference_is_rejected(read, jsonl, preference) -> None:
    items = read("alpaca_eval_annotations", jsonl([ANNOTATION, ANNOTATION | {"preference": preference}]))
    assert [type(item) for item in items] == [Row, Reject]
    assert "preference" in items[1].reason


def test_outputs_and_annotations_share_prompts_and_responses(read, jsonl) -> None:
    (output,) = read("alpaca_eval_outputs", jsonl([OUTPUT]))
    (annotation,) = read("alpaca_eval_annotations", jsonl([ANNOTATION]))
    battle, _, prompt, a, b = annotation.facts
    assert output.facts == (a, prompt)
    assert (prompt.turns, prompt.categories) == (("Why?",), ("koala",))
    assert (battle.prompt, battle.response_a, battle.response_b) == (prompt.id, a.id, b.id)


def test_judges_share_a_battle_and_pairs_do_not(read, jsonl) -> None:
    rows = [ANNOTATION, ANNOTATION | {"annotator": "other"}, ANNOTATION | {"generator_2": "o"}]
    facts = [row.facts for row in read("alpaca_eval_annotations", jsonl(rows))]
    assert facts[0][0] == facts[1][0] != facts[2][0]
    assert len({verdict.id for _, verdict, *_ in facts}) == 3


def test_a_text_is_an_explanation_and_anything_else_is_raw(read, jsonl) -> None:
    replies = ["m is better", {"logprobs": [{"token": "m"}] * 5000}, [1, 2]]
    rows = [ANNOTATION | {"raw_completion": reply} for reply in replies]
    said = [row.facts[1] for row in read("alpaca_eval_annotations", jsonl(rows))]
    assert [verdict.explanation for verdict in said] == ["m is better", None, None]
    assert said[0].raw is None
    assert said[1].raw.startswith('{"logprobs":[{"token":"m"}')
    assert (len(said[1].raw), said[2].raw) == (4000, "[1,2]")


def test_a_judge_that_no_row_names_is_the_imports(read, jsonl) -> None:
    path = jsonl([{key: value for key, value in ANNOTATION.items() if key != "annotator"}])
    (row,) = read("alpaca_eval_annotations", path, judge="told")
    assert row.facts[1].judge == "told"
