"""LMSYS battle logs: arrays and lines, conversations or none, and the rows that LMSYS does not rate."""

import json
from datetime import datetime

import pytest

from arena.formats.read import array
from arena.types import Reject, Response, Row

BATTLE = {"question_id": "q", "model_a": "m", "model_b": "n", "winner": "model_a", "judge": "arena_user_7"}
TALK = {
    "conversation_a": [
        {"role": "user", "content": "Why?"},
        {"role": "assistant", "content": "- So.\n- **Yes**."},
    ],
    "conversation_b": [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "No."}],
}
METADATA = {
    "sum_assistant_a_tokens": 5, "header_count_a": {"h1": 1, "h2": 2}, "bold_count_a": {"**": 5, "__": 1},
    "list_count_a": {"ordered": 3, "unordered": 4},
}  # fmt: skip


def facts(items) -> tuple:
    (row,) = items
    return row.facts


@pytest.mark.parametrize(
    ("said", "winner"),
    [
        ("model_a", "a"),
        ("model_b", "b"),
        ("tie", "tie"),
        ("tie (bothbad)", "both_bad"),
        ("both_bad", "both_bad"),
    ],
)
def test_every_spelling_of_an_outcome(read, jsonl, said, winner) -> None:
    battle, verdict = facts(read("lmsys_battles", jsonl([BATTLE | {"winner": said}])))
    assert (verdict.winner, verdict.judge, verdict.battle) == (winner, "human", battle.id)
    assert (battle.prompt, battle.response_a, battle.games) == (None, None, 1)


def test_conversations_become_a_prompt_and_two_responses(read, jsonl) -> None:
    extra = {"language": "English", "tstamp": 1682351591.5, "turn": 1, "is_code": True}
    battle, _, prompt, a, b = facts(read("lmsys_battles", jsonl([BATTLE | TALK | extra])))
    assert (prompt.turns, prompt.language, prompt.categories) == (("Why?",), "English", ("coding",))
    assert (battle.prompt, battle.response_a, battle.response_b) == (prompt.id, a.id, b.id)
    assert (a.model, a.lists, a.bolds, b.turns) == ("m", 2, 1, ("No.",))
    assert battle.when == datetime(2023, 4, 24, 15, 53, 11, 500000)  # noqa: DTZ001 - UTC, naive


def test_figures_are_lmsys_own_where_it_counted(read, jsonl) -> None:
    battle, _, prompt, a = facts(read("lmsys_battles", jsonl([BATTLE | {"conv_metadata": METADATA}])))
    assert isinstance(a, Response)
    assert (a.tokens, a.headers, a.lists, a.bolds, a.turns) == (5, 3, 7, 6, ())
    assert (battle.response_a, battle.response_b, prompt.turns) == (a.id, None, ())


def test_tags_that_are_plainly_true_are_categories(read, jsonl) -> None:
    names = ["specificity", "domain_knowledge", "complexity", "problem_solving", "creativity", "real_world"]
    tags = {
        "criteria_v0.1": dict.fromkeys(names, True) | {"technical_accuracy": False},
        "math_v0.1": {"math": False}, "if_v0.1": {"if": True, "score": 4}, "odd": 3,
    }  # fmt: skip
    prompt = facts(read("lmsys_battles", jsonl([BATTLE | {"category_tag": tags}])))[2]
    assert set(prompt.categories) == {*names, "hard", "instruction_following"}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"anony": False}, "not anonymous"),
        ({"dedup_tag": {"sampled": False}}, "de-duplication"),
        ({"winner": "left"}, "winner 'left' is none of"),
        ({"winner": None}, "winner is missing"),
        ({"model_b": 3}, "model_b is not text"),
        ({"tstamp": 1e300}, "tstamp is no time"),
        ({"turn": -1}, "turn is not a count"),
        ({"conversation_a": "Why?"}, "not a list of messages"),
        ({"conversation_b": [{"role": "user", "content": 3}]}, "message without text"),
        ({"conversation_b": ["hello"]}, "no message"),
    ],
)
def test_a_row_that_cannot_count_is_rejected(read, jsonl, change, reason) -> None:
    items = read(
        "lmsys_battles", jsonl([BATTLE, BATTLE | change, BATTLE | {"anony": True, "dedup_tag": None}])
    )
    assert [type(item) for item in items] == [Row, Reject, Row]
    assert reason in items[1].reason


def test_votes_without_an_id_are_told_apart_by_their_place(read, jsonl) -> None:
    vote = {key: value for key, value in BATTLE.items() if key != "question_id"}
    numbered = BATTLE | {"question_id": 81}
    rows = read("lmsys_battles", jsonl([vote, vote, numbered, numbered, BATTLE, BATTLE]))
    assert len({row.facts[0].id for row in rows}) == 5


def test_a_judge_that_is_no_person_keeps_its_name(read, jsonl) -> None:
    said = ["gpt-4", ["gpt-4", "pair-v2"], "arena_user_1", "expert_3", None]
    rows = read("lmsys_battles", jsonl([BATTLE | {"judge": judge} for judge in said]))
    assert [row.facts[1].judge for row in rows] == ["gpt-4", "gpt-4", "human", "human", "human"]


@pytest.mark.parametrize("chunk", [1, 100, array.CHUNK])
def test_an_array_is_the_same_in_pieces_of_any_size(read, jsonl, tmp_path, monkeypatch, chunk) -> None:
    rows = [BATTLE | TALK | {"question_id": f"q{n}", "tstamp": 1.5 * n} for n in range(30)]
    path = tmp_path / "clean_battle.json"
    path.write_text(json.dumps([*rows, 3], indent=1), "utf-8-sig")
    monkeypatch.setattr(array, "CHUNK", chunk)
    items = read("lmsys_battles", path)
    assert items[-1] == Reject(31, "not a JSON object", "3")
    assert [item.facts for item in items[:-1]] == [row.facts for row in read("lmsys_battles", jsonl(rows))]
