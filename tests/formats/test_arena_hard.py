"""Arena-Hard: questions, answers and graded judgments, with their nulls and their swapped second game.

The rows follow gen_answer.py, gen_judgment.py and show_result.py of lmarena/arena-hard-auto, v0.1 and v2.0.
"""

import pytest

from arena.formats import catalog
from arena.types import Note, Reject, Row

QUESTION = {
    "uid": "x", "category": "hard_prompt", "subcategory": "coding", "prompt": "Why?", "language": "en",
}  # fmt: skip
ANSWER = {
    "uid": "x", "ans_id": "a", "model": "org/m", "tstamp": 1.5,
    "messages": [
        {"role": "user", "content": "Why?"}, {"role": "assistant", "content": {"answer": "**So.**"}},
    ],
}  # fmt: skip
COUNTS = {
    "token_len": 9, "header_count": {"h1": 1, "h2": 0}, "list_count": {"ordered": 2, "unordered": 1},
    "bold_count": {"**": 1, "__": 0},
}  # fmt: skip
GAME = {"score": "A>B", "judgment": {"answer": "My verdict: [[A>B]]"}, "prompt": []}
JUDGMENT = {
    "uid": "x", "category": "hard_prompt", "judge": "gpt-4.1", "model": "m", "baseline": "o3-mini",
    "games": [GAME, GAME | {"score": "B>>A"}],
}  # fmt: skip


def test_a_question_has_its_category_and_subcategory(read, jsonl) -> None:
    rows = [QUESTION, {"uid": "y", "category": "arena-hard-v0.1", "cluster": "ABC", "prompt": "How?"}]
    path = jsonl(rows)
    assert catalog.sniff(path) == "arena_hard_question"
    one, two = (row.facts[0] for row in read("arena_hard_question", path))
    assert (one.categories, one.language, one.turns) == (("hard_prompt", "coding"), "en", ("Why?",))
    assert (two.categories, two.language) == (("arena-hard-v0.1", "ABC"), None)


@pytest.mark.parametrize("content", ["**So.**", {"answer": "**So.**", "thought": "hm"}])
def test_an_answer_is_text_or_an_object(read, jsonl, content) -> None:
    messages = [ANSWER["messages"][0], {"role": "assistant", "content": content}]
    path = jsonl([ANSWER | {"messages": messages}])
    assert catalog.sniff(path) == "arena_hard_answer"
    note, row = read("arena_hard_answer", path)
    assert (row.facts[0].turns, row.facts[0].bolds, row.facts[0].model) == (("**So.**",), 1, "m")
    assert note == Note("model org/m is called m")


def test_arena_hards_own_counts_are_kept_where_all_are_there(read, jsonl) -> None:
    rows = [ANSWER | {"metadata": metadata} for metadata in (COUNTS, COUNTS | {"list_count": None}, None)]
    answers = [row.facts[0] for row in read("arena_hard_answer", jsonl(rows)) if isinstance(row, Row)]
    assert [(answer.tokens, answer.headers, answer.lists, answer.bolds) for answer in answers] == [
        (9, 1, 3, 1),
        (6, 0, 0, 1),
        (6, 0, 0, 1),
    ]


@pytest.mark.parametrize("messages", [None, [], [3], [{"role": "user", "content": "Why?"}], "So."])
def test_an_answer_without_a_text_is_rejected(read, jsonl, messages) -> None:
    items = read("arena_hard_answer", jsonl([ANSWER, ANSWER | {"messages": messages}]))
    assert [type(item) for item in items] == [Note, Row, Reject]


LABELS = {
    "A>>B": ("a", 2), "A>B": ("a", 1), "A=B": ("tie", 1), "B>A": ("b", 1), "B>>A": ("b", 2),
    "B<<A": ("a", 2), "B<A": ("a", 1), "B=A": ("tie", 1), "A<B": ("b", 1), "A<<B": ("b", 2),
}  # fmt: skip
OTHER = {"a": "b", "b": "a", "tie": "tie"}


@pytest.mark.parametrize("label", LABELS)
def test_the_second_game_is_swapped_and_mapped_back(read, jsonl, label) -> None:
    path = jsonl([JUDGMENT | {"games": [GAME | {"score": label}] * 2}])
    assert catalog.sniff(path) == "arena_hard_judgment"
    battle, first, second = read("arena_hard_judgment", path)[0].facts
    winner, strength = LABELS[label]
    assert (battle.model_a, battle.model_b, battle.games) == ("o3-mini", "m", 2)
    assert [(v.game, v.swapped, v.winner, v.strength) for v in (first, second)] == [
        (1, False, winner, strength),
        (2, True, OTHER[winner], strength),
    ]


@pytest.mark.parametrize(
    ("games", "statuses"),
    [
        ([None, GAME], ["error", "ok"]),
        ([GAME, None], ["ok", "error"]),
        ([GAME | {"score": None}, GAME], ["unparsed", "ok"]),
        ([GAME | {"score": "A≫B"}, GAME | {"judgment": None}], ["unparsed", "ok"]),
        ([GAME], ["ok"]),
    ],
)
def test_what_is_null_is_never_a_win(read, jsonl, games, statuses) -> None:
    battle, *verdicts = read("arena_hard_judgment", jsonl([JUDGMENT | {"games": games}]))[0].facts
    assert [verdict.status for verdict in verdicts] == statuses
    assert [verdict.winner is None for verdict in verdicts] == [status != "ok" for status in statuses]
    assert battle.games == 2


def test_an_early_judgment_names_neither_baseline_nor_judge(read, jsonl) -> None:
    game = {"user_prompt": "<|User Prompt|>", "judgment": "[[A=B]]", "score": "A=B"}
    row = {"question_id": "x", "model": "m", "games": [game, game]}
    path = jsonl([row], "model_judgment/gpt-4-1106-preview/m.jsonl")
    battle, first, _ = read("arena_hard_judgment", path)[0].facts
    assert (battle.model_a, first.judge, first.explanation) == ("gpt-4-0314", "gpt-4-1106-preview", "[[A=B]]")
    assert read("arena_hard_judgment", jsonl([row]), judge="told")[0].facts[1].judge == "told"


def test_early_questions_and_answers_are_fastchats(read, jsonl) -> None:
    asked = {"question_id": "x", "category": "c", "cluster": "ABC", "turns": [{"content": "Why?"}]}
    turns = [{"content": "So.", "token_len": 2}]
    said = {"question_id": "x", "answer_id": "a", "model_id": "m", "choices": [{"index": 0, "turns": turns}]}
    assert [catalog.sniff(jsonl([row])) for row in (asked, said)] == ["fastchat_question", "fastchat_answer"]
    assert read("fastchat_question", jsonl([asked]))[0].facts[0].turns == ("Why?",)
    assert read("fastchat_answer", jsonl([said]))[0].facts[0].turns == ("So.",)


def test_judges_share_a_battle_and_questions_and_answers_meet(read, jsonl) -> None:
    one, two = read("arena_hard_judgment", jsonl([JUDGMENT, JUDGMENT | {"judge": "gemini-2.5"}]))
    assert one.facts[0] == two.facts[0]
    assert {verdict.id for verdict in one.facts[1:]}.isdisjoint(verdict.id for verdict in two.facts[1:])
    (asked,), (_, said) = (
        read("arena_hard_question", jsonl([QUESTION])),
        read("arena_hard_answer", jsonl([ANSWER])),
    )
    assert one.facts[0].prompt == asked.facts[0].id == said.facts[0].prompt


@pytest.mark.parametrize("games", [None, [], [GAME] * 3, ["A>B", "A>B"], {"score": "A>B"}])
def test_games_that_are_no_pair_are_rejected(read, jsonl, games) -> None:
    items = read("arena_hard_judgment", jsonl([JUDGMENT, JUDGMENT | {"games": games}]))
    assert [type(item) for item in items] == [Row, Reject]
