"""Tests of judges: LLMBar's pairs and replies, PandaLM's labels; and what the real files hold."""

from collections import Counter, defaultdict
from pathlib import Path

import pytest

from arena.formats import catalog
from arena.types import Battle, Prompt, Reject, Response, Row, Verdict
from tests.formats.gathered import facts

PAIR = {"subset": "Natural", "idx": 0, "input": "Why?", "output_1": "So.", "output_2": "No.", "label": 2}
REPLY = {
    "subset": "Natural", "idx": 0, "judge": "GPT-4", "strategy": "Vanilla", "swapped": False,
    "completion": "Output (a)", "winner": "1", "label": 2,
}  # fmt: skip
LABELLED = {
    "idx": 4, "cmp_key": "bloom-7b_llama-7b", "instruction": "Rewrite.", "input": "A text.",
    "response1": "So.", "response2": "", "annotator1": 0, "annotator2": 1, "annotator3": 2,
    "gpt_result": "Tie", "gpt_reason": "Same.", "gpt_reference": "",
    "pandalm_result": "0", "pandalm_reason": "", "pandalm_reference": "",
}  # fmt: skip


def test_a_label_is_a_persons_verdict_on_two_outputs(read, parquet) -> None:
    path = parquet([PAIR, PAIR | {"idx": 1, "label": 1}])
    assert catalog.sniff(path) == "llmbar"
    (battle, verdict, prompt, a, b), (_, other, *_) = (row.facts for row in read("llmbar", path))
    assert (verdict.winner, other.winner, verdict.judge, battle.games) == ("b", "a", "human", 1)
    assert (battle.model_a, a.turns, b.turns) == ("output_1", ("So.",), ("No.",))
    assert (prompt.natural, prompt.categories) == ("Natural/0", ("Natural",))


def test_a_swapped_replys_winner_is_mapped_back_already(read, parquet) -> None:
    path = parquet(
        [REPLY, REPLY | {"swapped": True, "completion": "Output (b)"}, REPLY | {"idx": 1, "winner": None}]
    )
    assert catalog.sniff(path) == "llmbar_judge_outputs"
    (battle, one), (same, two), (_, none) = (row.facts for row in read("llmbar_judge_outputs", path))
    assert battle == same
    assert battle.games == 2
    assert [(v.game, v.swapped, v.winner) for v in (one, two)] == [(1, False, "a"), (2, True, "a")]
    assert (two.explanation, none.winner, none.status) == ("Output (b)", None, "unparsed")


def test_a_judge_that_is_asked_once_more_is_a_second_round(read, parquet) -> None:
    rows = read("llmbar_judge_outputs", parquet([REPLY, REPLY | {"winner": "2"}, REPLY]))
    assert [row.facts[1].judge for row in rows[:2]] == ["GPT-4 Vanilla", "GPT-4 Vanilla (second round)"]
    assert rows[0].facts[1].id != rows[1].facts[1].id
    assert "for the 3. time" in rows[2].reason


def test_replies_and_pairs_share_their_prompt_and_not_their_battle(read, parquet) -> None:
    (pair,), (reply,) = read("llmbar", parquet([PAIR])), read("llmbar_judge_outputs", parquet([REPLY]))
    assert pair.facts[0].prompt == reply.facts[0].prompt
    assert pair.facts[0].id != reply.facts[0].id


def test_three_people_and_two_judges_label_a_battle(read, parquet) -> None:
    path = parquet([LABELLED | {"pandalm_result": "garbage"}])
    assert catalog.sniff(path) == "pandalm"
    battle, *verdicts, prompt, a, b = read("pandalm", path)[0].facts
    assert [(verdict.judge, verdict.winner, verdict.status) for verdict in verdicts] == [
        ("human 1", "tie", "ok"),
        ("human 2", "a", "ok"),
        ("human 3", "b", "ok"),
        ("gpt-3.5-turbo", "tie", "ok"),
        ("PandaLM-7B", None, "unparsed"),
    ]
    assert (battle.model_a, battle.model_b, battle.games) == ("bloom-7b", "llama-7b", 1)
    assert (prompt.turns, a.turns, b.turns) == (("Rewrite.\n\nA text.",), ("So.",), ("",))


@pytest.mark.parametrize(
    ("name", "good", "change"),
    [
        ("llmbar", PAIR, {"label": 0}),
        ("llmbar", PAIR, {"input": " "}),
        ("llmbar", PAIR, {"output_2": None}),
        ("llmbar_judge_outputs", REPLY, {"winner": "3"}),
        ("llmbar_judge_outputs", REPLY, {"judge": None}),
        ("pandalm", LABELLED, {"annotator2": None}),
        ("pandalm", LABELLED, {"cmp_key": "llama-7b"}),
        ("pandalm", LABELLED, {"instruction": None}),
    ],
)
def test_a_broken_row_is_rejected(read, parquet, name, good, change) -> None:
    assert [type(item) for item in read(name, parquet([good, good | {"idx": 9} | change]))] == [Row, Reject]


@pytest.fixture(scope="module")
def judged(request: pytest.FixtureRequest) -> dict[type, dict]:
    """The facts of the real judge_tests folder, none of them rejected."""
    shared: Path = request.getfixturevalue("shared")
    found, _, rejects = facts(shared / "judge_tests")
    assert rejects == []
    return found


def said(judged: dict[type, dict], prefix: str = "") -> dict[str, list[tuple[Battle, Verdict]]]:
    """Battles and verdicts by judge."""
    by: dict[str, list[tuple[Battle, Verdict]]] = defaultdict(list)
    for verdict in judged[Verdict].values():
        by[verdict.judge].append((judged[Battle][verdict.battle], verdict))
    return {judge: found for judge, found in by.items() if judge.startswith(prefix)}


def test_llmbar_has_419_labelled_pairs_and_4284_replies(judged) -> None:
    counts = {judge: len(found) for judge, found in said(judged).items()}
    assert counts["human"] == 419
    assert {judge: count for judge, count in counts.items() if judge.startswith(("GPT-4", "ChatGPT"))} == {
        "GPT-4 Vanilla": 838, "GPT-4 CoT": 838, "GPT-4 Swap": 838, "GPT-4 Swap (second round)": 94,
        "ChatGPT Vanilla": 838, "ChatGPT CoT": 838,
    }  # fmt: skip
    unread = [v for found in said(judged, "GPT-4").values() for _, v in found if v.status == "unparsed"]
    assert sum(v.status == "unparsed" for v in judged[Verdict].values() if v.judge != "gpt-3.5-turbo") == 5
    assert all(verdict.winner is None for verdict in unread)


def test_gpt_4_plain_is_right_in_84_5_percent_and_the_same_after_a_swap_in_92_8(judged) -> None:
    by = said(judged)
    labels = {battle.prompt: verdict.winner for battle, verdict in by["human"]}
    games = defaultdict(dict)
    for battle, verdict in by["GPT-4 Vanilla"]:
        games[battle.prompt][verdict.game] = verdict.winner
    right = sum(winner == labels[prompt] for prompt, two in games.items() for winner in two.values())
    assert (len(games), round(100 * right / 838, 1)) == (419, 84.5)
    assert round(100 * sum(two[1] == two[2] for two in games.values()) / 419, 1) == 92.8


def test_pandalm_has_999_pairs_with_a_majority_879_unanimous(judged) -> None:
    labels = defaultdict(list)
    for judge, found in said(judged, "human ").items():
        assert judge in ("human 1", "human 2", "human 3")
        for battle, verdict in found:
            labels[battle.id].append(verdict.winner)
    most = {battle: Counter(three).most_common(1)[0] for battle, three in labels.items()}
    assert len(most) == 999
    assert Counter(count for _, count in most.values()) == {3: 879, 2: 120}
    agreed = {
        judge: sum(verdict.winner == most[battle.id][0] for battle, verdict in found)
        for judge, found in said(judged).items()
        if judge in ("gpt-3.5-turbo", "PandaLM-7B")
    }
    assert {judge: round(count / 9.99, 1) for judge, count in agreed.items()} == {
        "gpt-3.5-turbo": 69.8,
        "PandaLM-7B": 66.8,
    }
    assert sum(verdict.status == "unparsed" for _, verdict in said(judged)["gpt-3.5-turbo"]) == 25


def test_every_text_of_the_judges_tests_is_there(judged) -> None:
    models = {response.model for response in judged[Response].values()}
    assert models - {"output_1", "output_2"} == {
        "bloom-7b", "cerebras-gpt-6.7B", "llama-7b", "opt-7b", "pythia-6.9b",
    }  # fmt: skip
    assert {battle.prompt for battle in judged[Battle].values()} == set(judged[Prompt])
