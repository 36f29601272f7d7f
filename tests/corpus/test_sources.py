"""Collections as prompts: every shape of row, our own formats, folders, and what is told of a bad one."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from arena.corpus import sources
from arena.corpus.types import Columns, Place
from arena.errors import NotFound, Unreadable
from arena.types import Prompt, Reject


def jsonl(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def turns(path: Path, **columns: str) -> list[tuple[str, ...]]:
    found = sources.read(Place(str(path), columns=Columns(**columns)))
    return [prompt.turns for prompt in found if isinstance(prompt, Prompt)]


def test_alpaca_rows_put_the_input_under_the_instruction(tmp_path):
    path = jsonl(
        tmp_path / "a.jsonl",
        {"instruction": "Translate.", "input": "Guten Tag", "output": "Good day"},
        {"instruction": "Say hello.", "input": "<noinput>", "output": "Hello"},
    )
    assert turns(path) == [("Translate.\n\nGuten Tag",), ("Say hello.",)]


def test_several_turns_stay_several_turns_in_every_shape(tmp_path):
    talk = [
        {"role": "user", "content": "One?"},
        {"role": "assistant", "content": "1"},
        {"role": "user", "content": "Two?"},
    ]
    share = [
        {"from": "human", "value": "One?"},
        {"from": "gpt", "value": "1"},
        {"from": "human", "value": "Two?"},
    ]
    shapes = (
        {"messages": talk}, {"conversations": share}, {"turns": ["One?", "Two?"]},
        {"prompt": json.dumps(["One?", "Two?"])},
        {"chosen": "\n\nHuman: One?\n\nAssistant: 1\n\nHuman: Two?"},
    )  # fmt: skip
    for at, row in enumerate(shapes):
        assert turns(jsonl(tmp_path / f"{at}.jsonl", row)) == [("One?", "Two?")], row


def test_columns_can_be_named_and_nested(tmp_path):
    path = jsonl(tmp_path / "a.jsonl", {"task": {"ask": "Why?"}, "topic": "x", "key": 7})
    found = next(
        iter(sources.read(Place(str(path), "mine", Columns(prompt="task.ask", category="topic", id="key"))))
    )
    assert isinstance(found, Prompt)
    assert (found.turns, found.categories, found.natural, found.source) == (("Why?",), ("x",), "7", "mine")


def test_a_prompt_that_stands_in_many_battles_comes_once(tmp_path):
    rows = [
        {
            "question_id": "q1", "model_a": "x", "model_b": f"y{at}", "winner": "model_a",
            "conversation_a": [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "So."}],
            "conversation_b": [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "No."}],
        }
        for at in range(5)
    ]  # fmt: skip
    path = jsonl(tmp_path / "battles.jsonl", *rows)
    assert turns(path) == [("Why?",)]
    assert sources.files(Place(str(path)))[0].format == "lmsys_battles"


def test_rows_without_a_prompt_are_rejected_and_their_siblings_go_on(tmp_path):
    path = jsonl(
        tmp_path / "a.jsonl",
        {"prompt": "Why is that?"},
        {"prompt": ""},
        {"prompt": 3},
        {"prompt": "And now?"},
    )
    found = list(sources.read(Place(str(path))))
    assert [type(item) for item in found] == [Prompt, Reject, Reject, Prompt]
    assert [item.reason for item in found if isinstance(item, Reject)][
        1
    ] == "prompt is neither text nor a list: 3"


def test_a_folder_of_a_hugging_face_set_is_its_tables(tmp_path):
    folder = tmp_path / "set" / "train"
    folder.mkdir(parents=True)
    for shard in range(2):
        pq.write_table(pa.table({"prompt": [f"Question {shard}?"]}), folder / f"{shard}.parquet")
    (folder / "dataset_info.json").write_text('{"features": {}}', "utf-8")
    assert turns(tmp_path / "set") == [("Question 0?",), ("Question 1?",)]


def test_what_cannot_be_read_is_one_line(tmp_path):
    with pytest.raises(NotFound, match="no such file or folder"):
        list(sources.read(Place(str(tmp_path / "none.jsonl"))))
    table = tmp_path / "t.csv"
    table.write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(Unreadable, match=r"no column for the prompt .* it has a, b: name one with --prompt"):
        list(sources.read(Place(str(table))))


def test_a_place_may_have_a_name_of_its_own():
    assert sources.place("mine=/x/y.jsonl") == Place("/x/y.jsonl", "mine")
    assert sources.place("/x/a=b.jsonl") == Place("/x/a=b.jsonl")
    assert sources.place("hub:owner/name").called == "name"
