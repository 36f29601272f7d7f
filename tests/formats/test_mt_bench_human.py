"""MT-bench's judgments: people and GPT-4 on the same battles, whichever side a model stood on.

The rows follow the data set card of lmsys/mt_bench_human_judgments.
"""

import pytest

from arena.formats import catalog
from arena.types import Prompt


def said(question: str, *answers: str) -> list[dict[str, str]]:
    turns = [(question, answers[0]), *(("And?", answer) for answer in answers[1:])]
    roles = ("user", "assistant")
    return [{"content": text, "role": role} for turn in turns for role, text in zip(roles, turn, strict=True)]


ROW = {
    "question_id": 81, "model_a": "alpaca-13b", "model_b": "vicuna-13b", "winner": "model_b",
    "judge": "expert_3", "conversation_a": said("Why?", "So.", "Yes."),
    "conversation_b": said("Why?", "No.", "Never."), "turn": 2,
}  # fmt: skip
TURNED = ROW | {
    "model_a": ROW["model_b"], "model_b": ROW["model_a"], "winner": "model_a", "judge": "gpt4_pair",
    "conversation_a": ROW["conversation_b"], "conversation_b": ROW["conversation_a"],
}  # fmt: skip


def test_people_and_judges_meet_in_one_battle(read, parquet) -> None:
    path = parquet([ROW, ROW | {"judge": "author_1", "winner": "tie"}, TURNED])
    assert catalog.sniff(path) == "mt_bench_human"
    facts = [row.facts for row in read("mt_bench_human", path)]
    assert facts[0][0] == facts[1][0] == facts[2][0]
    verdicts = [verdict for _, verdict, *_ in facts]
    assert [verdict.judge for verdict in verdicts] == ["expert_3", "author_1", "gpt4_pair"]
    assert [(verdict.winner, verdict.swapped) for verdict in verdicts] == [
        ("b", False),
        ("tie", False),
        ("b", True),
    ]


def test_texts_stay_with_their_models_when_sides_are_turned(read, parquet) -> None:
    plain, turned = (row.facts[2:] for row in read("mt_bench_human", parquet([ROW, TURNED])))
    assert plain == turned
    assert [(fact.model, fact.turns) for fact in plain[1:]] == [
        ("alpaca-13b", ("So.", "Yes.")),
        ("vicuna-13b", ("No.", "Never.")),
    ]


def test_prompts_meet_mt_benchs_questions(read, parquet, jsonl) -> None:
    (judged,) = read("mt_bench_human", parquet([ROW]))
    (asked,) = read("fastchat_question", jsonl([{"question_id": 81, "turns": ["Why?", "And?"]}]))
    (prompt,) = (fact for fact in judged.facts if isinstance(fact, Prompt))
    assert (prompt.id, prompt.turns) == (asked.facts[0].id, asked.facts[0].turns)


def test_turns_and_pairs_are_battles_of_their_own(read, parquet) -> None:
    rows = [ROW, ROW | {"turn": 1}, ROW | {"model_b": "gpt-4"}, ROW | {"question_id": 82}]
    assert len({row.facts[0].id for row in read("mt_bench_human", parquet(rows))}) == 4


@pytest.mark.parametrize("field", ["tstamp", "language", "anony"])
def test_a_vote_of_the_arena_is_not_one_of_mt_benchs(jsonl, field) -> None:
    assert catalog.sniff(jsonl([ROW])) == "mt_bench_human"
    assert catalog.sniff(jsonl([ROW | {field: "x"}])) == "lmsys_battles"
