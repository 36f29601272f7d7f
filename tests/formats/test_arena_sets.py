"""The arena's published sets: 33k, 100k, 140k and expert-5k by one format, 55k by its own.

The rows follow the data set cards of lmsys/chatbot_arena_conversations and lmarena-ai/arena-human-
preference-100k, -140k, -55k and arena-expert-5k.
"""

import csv
import json
from datetime import datetime

import pytest

from arena.formats import catalog
from arena.types import Prompt, Reject, Response, Row


def talk(question: str, answer: str) -> list[dict[str, str]]:
    return [{"content": question, "role": "user"}, {"content": answer, "role": "assistant"}]


def parts(question: str, answer: str) -> list[dict[str, object]]:
    """Messages as the 140k has them: lists of parts, some of them images."""
    image = {"type": "image", "text": None, "image": "x.png", "mimeType": "image/png"}
    text = {"type": "text", "image": None, "mimeType": None}
    return [
        {"role": "user", "content": [text | {"text": question}, image]},
        {"role": "assistant", "content": [text | {"text": answer}]},
    ]


def counted(side: str, tokens: int) -> dict[str, object]:
    return {
        f"sum_assistant_{side}_tokens": tokens,
        f"header_count_{side}": {"h1": 1, "h2": 2},
        f"list_count_{side}": {"ordered": 3, "unordered": 0},
        f"bold_count_{side}": {"**": 4, "__": None},
    }


SIDES = {"model_a": "m", "model_b": "n"}
OLD = SIDES | {
    "question_id": "q", "winner": "tie (bothbad)", "judge": "arena_user_7", "turn": 1, "anony": True,
    "conversation_a": talk("Why?", "So."), "conversation_b": talk("Why?", "No."),
    "language": "English", "tstamp": 1682351591.5, "openai_moderation": {"flagged": False},
}  # fmt: skip
NEW = SIDES | {
    "id": "u", "winner": "both_bad", "evaluation_session_id": "s", "evaluation_order": 1,
    "conversation_a": parts("Why?", "So."), "conversation_b": parts("Why?", "No."),
    "conv_metadata": counted("a", 50) | counted("b", 60) | {"turns": 1}, "language": "en", "is_code": True,
    "category_tag": {"math_v0.1": {"math": True}, "creative_writing_v0.1": {"score": "no"}},
    "timestamp": datetime(2025, 5, 9, 12),  # noqa: DTZ001 - UTC, naive
}  # fmt: skip


def test_the_33k_in_parquet_is_the_battle_log(read, parquet, jsonl) -> None:
    path = parquet([OLD])
    assert catalog.sniff(path) == "lmsys_battles"
    assert read("lmsys_battles", path) == read("lmsys_battles", jsonl([OLD]))
    battle, verdict, prompt, a, _ = read("lmsys_battles", path)[0].facts
    assert (verdict.winner, verdict.judge, battle.when.year) == ("both_bad", "human", 2023)
    assert (prompt.turns, a.turns, prompt.language) == (("Why?",), ("So.",), "English")


def test_the_140k_has_parts_figures_and_tags(read, parquet) -> None:
    battle, verdict, prompt, a, b = read("lmsys_battles", parquet([NEW]))[0].facts
    assert (prompt.turns, a.turns, b.turns) == (("Why?",), ("So.",), ("No.",))
    assert (a.tokens, a.headers, a.lists, a.bolds, b.tokens) == (50, 3, 3, 4, 60)
    assert (prompt.categories, prompt.language) == (("coding", "math"), "en")
    assert (verdict.winner, battle.when) == ("both_bad", NEW["timestamp"])


def test_a_vote_of_the_140k_is_known_by_its_id_and_its_prompt_by_its_words(read, jsonl) -> None:
    rows = [NEW | {"timestamp": "2025-05-09T14:00:00+02:00", "id": key} for key in ("u", "v")]
    (one, *_), (two, *_) = (row.facts for row in read("lmsys_battles", jsonl(rows)))
    assert one.id != two.id
    assert one.prompt == two.prompt
    assert one.when == NEW["timestamp"]


def test_what_a_table_holds_as_json_text_is_decoded(read, parquet) -> None:
    text = {key: json.dumps(value) for key, value in NEW.items() if isinstance(value, dict | list)}
    tags = {"occupational_tags": {"mathematical": True, "travel": False}, "dedup_tag": '{"sampled": true}'}
    (plain,), (said,) = (
        read("lmsys_battles", parquet([NEW])),
        read("lmsys_battles", parquet([NEW | text | tags])),
    )
    assert said.facts[2].categories == ("coding", "math", "mathematical")
    assert [fact for fact in said.facts if not isinstance(fact, Prompt)] == [
        fact for fact in plain.facts if not isinstance(fact, Prompt)
    ]


def test_a_csv_of_three_columns_is_enough(read, tmp_path) -> None:
    path = tmp_path / "votes.csv"
    path.write_text("model_a,model_b,winner,anony,turn,tstamp\nm,n,model_a,True,2,1.5\nm,n,tie,False,1,1\n")
    assert catalog.sniff(path) == "lmsys_battles"
    row, reject = read("lmsys_battles", path)
    assert (row.facts[1].winner, row.facts[0].turn, row.facts[0].when.year) == ("a", 2, 1970)
    assert "not anonymous" in reject.reason


@pytest.mark.parametrize(
    "change",
    [
        {"timestamp": "yesterday"},
        {"conversation_a": "{torn"},
        {"conversation_b": [{"role": "user", "content": 3}]},
    ],
)
def test_a_row_that_is_broken_is_rejected(read, jsonl, change) -> None:
    good = NEW | {"timestamp": "2025-05-09"}
    assert [type(item) for item in read("lmsys_battles", jsonl([good, good | change]))] == [Row, Reject]


FLAGS = ("winner_model_a", "winner_model_b", "winner_tie")


def voted(flag: str | None, **change: object) -> dict[str, object]:
    """A row of the 55k's csv, every cell as text."""
    lists = {"prompt": '["Why?","And?"]', "response_a": '["So.","Yes."]', "response_b": '["No.",null]'}
    flags = {name: str(int(name == flag)) for name in FLAGS}
    return {"id": "30192"} | SIDES | lists | flags | change


@pytest.fixture
def train(tmp_path):
    """train(rows): the 55k's train.csv."""

    def write(*rows: dict[str, object]):
        path = tmp_path / "train.csv"
        with path.open("w", newline="") as file:
            table = csv.DictWriter(file, rows[0])
            table.writeheader()
            table.writerows(rows)
        return path

    return write


@pytest.mark.parametrize(("flag", "winner"), zip(FLAGS, ("a", "b", "tie"), strict=True))
def test_the_55k_merges_ties_and_double_losses_to_ties(read, train, flag, winner) -> None:
    path = train(voted(flag))
    assert catalog.sniff(path) == "arena_55k"
    battle, verdict, prompt, a, b = read("arena_55k", path)[0].facts
    assert (verdict.winner, verdict.judge, battle.model_a) == (winner, "human", "m")
    assert (prompt.turns, a.turns, b.turns) == (("Why?", "And?"), ("So.", "Yes."), ("No.", ""))


def test_the_55k_is_the_same_in_parquet(read, train, parquet) -> None:
    row = voted("winner_tie")
    typed = row | {"id": 30192} | {flag: int(row[flag]) for flag in FLAGS}
    assert read("arena_55k", parquet([typed]))[0].facts == read("arena_55k", train(row))[0].facts


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"winner_tie": "1"}, "not exactly one of winner_model_a, winner_model_b, winner_tie is 1"),
        ({"winner_model_a": ""}, "not exactly one"),
        ({"winner_model_a": "2"}, "not exactly one"),
        ({"prompt": "Why?"}, "prompt is not a JSON list of texts: Why?"),
        ({"response_a": "[]"}, "response_a is not a list of texts"),
        ({"response_b": "[1]"}, "response_b holds something that is not text: 1"),
        ({"model_b": " "}, "model_b is empty"),
    ],
)
def test_a_broken_row_of_the_55k_is_rejected(read, train, change, reason) -> None:
    row, reject = read("arena_55k", train(voted("winner_model_a"), voted("winner_model_a", **change)))
    assert isinstance(row, Row)
    assert reason in reject.reason


def test_a_model_against_itself_is_kept_with_both_answers(read, train, parquet) -> None:
    for name, path in (
        ("arena_55k", train(voted("winner_tie", model_b="m"))),
        ("lmsys_battles", parquet([OLD | {"model_b": "m"}])),
    ):
        answers = [fact for fact in read(name, path)[0].facts if isinstance(fact, Response)]
        assert len({answer.id for answer in answers}) == 2
