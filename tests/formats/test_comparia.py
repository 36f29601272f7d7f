"""compar:IA: votes on whole conversations, and preferences turn by turn.

The rows follow the data set cards of ministere-culture/comparia-votes and comparia-fr-arena, and
utils/dataset of betagouv/ComparIA.
"""

from datetime import datetime

import pytest

from arena.formats import catalog
from arena.types import Battle, Reject, Response, Row


def said(*texts: str) -> list[dict[str, str]]:
    return [{"role": ("user", "assistant")[place % 2], "content": text} for place, text in enumerate(texts)]


VOTE = {
    "id": 7, "timestamp": datetime(2024, 10, 1), "model_a_name": "m", "model_b_name": "n",  # noqa: DTZ001
    "chosen_model_name": "n", "both_equal": False, "categories": ["Culture"], "languages": ["fr"],
    "conversation_a": said("Pourquoi ?", "Voilà."), "conversation_b": said("Pourquoi ?", "Non."),
}  # fmt: skip
TURN = {
    "response_id": "r", "comparison_id": "c", "turn": 0, "model_a": "m", "model_b": "n", "choice": "a_better",
    "timestamp": datetime(2025, 1, 1),  # noqa: DTZ001
    "full_conversation_a": said("Un ?", "A1", "Deux ?", "A2"),
    "full_conversation_b": said("Un ?", "B1", "Deux ?", "B2"),
    "metadata": {"tokens_a": 3, "categories": ["Culture"], "languages": ["fr", "en"]},
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "winner"),
    [({}, "b"), ({"chosen_model_name": "m"}, "a"), ({"chosen_model_name": None, "both_equal": True}, "tie")],
)
def test_a_vote_names_the_chosen_model(read, parquet, change, winner) -> None:
    path = parquet([VOTE | change])
    assert catalog.sniff(path) == "comparia"
    battle, verdict, prompt, a, b = read("comparia", path)[0].facts
    assert (verdict.winner, verdict.judge, battle.when) == (winner, "human", VOTE["timestamp"])
    assert (prompt.turns, prompt.categories, prompt.language) == (("Pourquoi ?",), ("Culture",), "fr")
    assert (a.turns, b.turns) == (("Voilà.",), ("Non.",))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"chosen_model_name": None}, "chosen_model_name is missing"),
        ({"chosen_model_name": "o"}, "chosen_model_name o is neither m nor n"),
        ({"model_b_name": "m", "chosen_model_name": "m"}, "m against itself: the name does not say which"),
    ],
)
def test_a_vote_that_chooses_nobody_is_rejected(read, parquet, change, reason) -> None:
    row, reject = read("comparia", parquet([VOTE, VOTE | change]))
    assert isinstance(row, Row)
    assert reason in reject.reason


@pytest.mark.parametrize(
    ("choice", "winner", "status"),
    [
        ("a_better", "a", "ok"),
        ("b_better", "b", "ok"),
        ("both_good", "tie", "ok"),
        ("both_bad", "both_bad", "ok"),
        ("idk", None, "refused"),
    ],
)
def test_a_turns_choice(read, parquet, choice, winner, status) -> None:
    path = parquet([TURN | {"choice": choice}])
    assert catalog.sniff(path) == "comparia"
    verdict = read("comparia", path)[0].facts[1]
    assert (verdict.winner, verdict.status, verdict.judge) == (winner, status, "human")


def test_a_turn_ends_where_it_was_judged(read, parquet) -> None:
    first, second = (row.facts for row in read("comparia", parquet([TURN, TURN | {"turn": 1}])))
    assert (first[0].turn, second[0].turn) == (1, 2)
    assert [fact.turns for fact in first[2:]] == [("Un ?",), ("A1",), ("B1",)]
    assert [fact.turns for fact in second[2:]] == [("Un ?", "Deux ?"), ("A1", "A2"), ("B1", "B2")]
    assert first[0].id != second[0].id
    assert (first[2].categories, first[2].language) == (("Culture",), "fr")


def test_a_turn_without_a_choice_gives_its_texts(read, parquet) -> None:
    (row,) = read("comparia", parquet([TURN | {"choice": None}]))
    assert not any(isinstance(fact, Battle) for fact in row.facts)
    assert isinstance(row.facts[0], Response)
    assert len(row.facts) == 3


def test_what_comparia_excludes_is_rejected(read, parquet) -> None:
    items = read("comparia", parquet([TURN | {"excluded": False}, TURN | {"excluded": True}]))
    assert [type(item) for item in items] == [Row, Reject]
    assert "excluded by compar:IA" in items[1].reason


@pytest.mark.parametrize("change", [{"turn": None}, {"turn": -1}, {"choice": "left"}, {"model_a": ""}])
def test_a_broken_turn_is_rejected(read, jsonl, change) -> None:
    good = TURN | {"timestamp": "2025-01-01T00:00:00"}
    assert [type(item) for item in read("comparia", jsonl([good, good | change]))] == [Row, Reject]
