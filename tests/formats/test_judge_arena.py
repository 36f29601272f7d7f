"""JudgeArena: battles of people and judges, soft preferences, and annotations beside their sample.

The rows follow battles.py, benchmarks/elo/artifacts.py and benchmarks/meta_eval of OpenEuroLLM/JudgeArena.
"""

import json

import pytest

from arena.formats import catalog
from arena.types import Prompt, Reject, Row

BATTLE = {
    "model_a": "m", "model_b": "n", "winner": "model_b", "pref": 0.75, "source": "llm-judge",
    "judge_model": "gpt-4", "question_id": "q", "lang": "fr",
}  # fmt: skip
PASS = {"battle_id": "b", "orientation": "direct", "pref": 0.25, "judge_completion": "A is better."}
SAMPLE = {"battle_id": "b", "question_id": "q", "model_a": "m", "model_b": "n", "winner": "tie", "lang": "fr"}


@pytest.mark.parametrize(
    ("change", "share", "winner", "status"),
    [
        ({}, 0.25, None, "ok"),
        ({"pref": 0.0}, 1.0, None, "ok"),
        ({"pref": None}, None, "b", "ok"),
        ({"pref": None, "winner": "tie (bothbad)"}, None, "both_bad", "ok"),
        ({"pref": None, "winner": None}, None, None, "unparsed"),
        ({"pref": float("nan"), "winner": None}, None, None, "unparsed"),
    ],
)
def test_a_preference_is_bs_share_and_stays_soft(read, parquet, change, share, winner, status) -> None:
    path = parquet([BATTLE | change])
    assert catalog.sniff(path) == "judge_arena"
    battle, verdict, prompt = read("judge_arena", path)[0].facts
    assert (verdict.preference, verdict.winner, verdict.status) == (share, winner, status)
    assert (verdict.judge, battle.games, prompt.language) == ("gpt-4", 1, "fr")


def test_people_and_judges_are_told_apart(read, jsonl) -> None:
    path = jsonl([BATTLE, BATTLE | {"source": "human", "judge_model": None}], "battles.jsonl")
    assert catalog.sniff(path) == "judge_arena"
    judged, voted = (row.facts for row in read("judge_arena", path))
    assert (judged[1].judge, voted[1].judge) == ("gpt-4", "human")
    assert judged[0].id != voted[0].id
    assert judged[0].prompt == voted[0].prompt


def test_both_orientations_are_games_of_one_battle(read, parquet) -> None:
    path = parquet([BATTLE | {"orientation": order} for order in ("direct", "reversed")])
    (one, first, _), (two, second, _) = (row.facts for row in read("judge_arena", path))
    assert one == two
    assert one.games == 2
    assert [(v.game, v.swapped, v.preference) for v in (first, second)] == [(1, False, 0.25), (2, True, 0.25)]


@pytest.fixture
def run(parquet, tmp_path):
    """run(passes): annotations.parquet of a run folder with its sample and results."""
    parquet([SAMPLE], "sample.parquet")
    (tmp_path / "results.json").write_text(json.dumps({"task": "meta", "judge_model": "judge-7b"}))
    return lambda *passes: parquet(passes, "annotations.parquet")


def test_annotations_find_their_models_and_judge_in_the_run(read, run) -> None:
    path = run(PASS, PASS | {"orientation": "reversed", "pref": None})
    assert catalog.sniff(path) == "judge_arena"
    (battle, first, prompt), (_, second, _) = (row.facts for row in read("judge_arena", path))
    assert (battle.model_a, battle.model_b, battle.games) == ("m", "n", 2)
    assert (first.judge, first.preference, first.explanation) == ("judge-7b", 0.75, "A is better.")
    assert (second.status, second.swapped, prompt.natural) == ("unparsed", True, "q")


def test_the_sample_is_the_peoples_votes(read, run, tmp_path) -> None:
    files, _ = catalog.find(run(PASS).parent)
    assert [(path.name, name) for path, name in files] == [
        ("annotations.parquet", "judge_arena"),
        ("sample.parquet", "lmsys_battles"),
    ]
    battle, verdict, *_ = read("lmsys_battles", tmp_path / "sample.parquet")[0].facts
    assert (verdict.winner, verdict.judge, battle.model_a) == ("tie", "human", "m")


def test_an_annotation_without_its_sample_is_rejected(read, run, tmp_path) -> None:
    path = run(PASS, PASS | {"battle_id": "other"})
    assert [type(item) for item in read("judge_arena", path)] == [Row, Reject]
    (tmp_path / "sample.parquet").write_bytes(b"PAR1 torn")
    (tmp_path / "results.json").unlink()
    assert "not in sample.parquet" in read("judge_arena", path)[0].reason


@pytest.mark.parametrize(
    "change",
    [
        {"pref": 1.5},
        {"pref": "0.5"},
        {"pref": None, "winner": "left"},
        {"orientation": "up"},
        {"model_a": " "},
    ],
)
def test_a_broken_battle_is_rejected(read, jsonl, change) -> None:
    items = read("judge_arena", jsonl([BATTLE, BATTLE | change]))
    assert [type(item) for item in items] == [Row, Reject]


def test_battles_without_an_id_are_told_apart_by_their_place(read, jsonl) -> None:
    row = {key: value for key, value in BATTLE.items() if key != "question_id"}
    facts = [row.facts for row in read("judge_arena", jsonl([row, row]))]
    assert facts[0][0].id != facts[1][0].id
    assert not any(isinstance(fact, Prompt) for fact in facts[0])
