"""Files of answers alone: AutoArena's csv and ShareGPT's conversations.

The rows follow kolenaIO/autoarena's documentation and the published ShareGPT files.
"""

import json

import pytest

from arena.formats import catalog
from arena.types import Prompt, Reject, Row

TALK = {
    "id": "x_0",
    "conversations": [
        {"from": "human", "value": "Why?"},
        {"from": "gpt", "value": "So."},
        {"from": "human", "value": "And?"},
        {"from": "gpt", "value": "Yes."},
    ],
}


def test_a_models_file_is_named_after_it_and_prompts_meet(read, tmp_path) -> None:
    for model, answer in (("gpt-4o", "So."), ("m-7b", "No.")):
        (tmp_path / f"{model}.csv").write_text(f'prompt,response\n"Why,\nnow?",{answer}\nHow?,\n')
    files, _ = catalog.find(tmp_path)
    assert [name for _, name in files] == ["autoarena", "autoarena"]
    (one, empty), (two, _) = ([row.facts for row in read(name, path)] for path, name in files)
    assert (one[0].model, two[0].model, one[0].turns, empty[0].turns) == ("gpt-4o", "m-7b", ("So.",), ("",))
    assert one[1] == two[1]
    assert one[1].turns == ("Why,\nnow?",)


@pytest.mark.parametrize("column", ["model", "winner", "label", "score"])
def test_a_table_that_says_more_is_not_autoarenas(tmp_path, column) -> None:
    path = tmp_path / "m.csv"
    path.write_text(f"prompt,response,{column}\nWhy?,So.,1\n")
    assert not catalog.load("autoarena").sniff(path, path.read_bytes())


def test_an_empty_prompt_is_rejected(read, tmp_path) -> None:
    path = tmp_path / "m.csv"
    path.write_text("prompt,response\nWhy?,So.\n,So.\n")
    assert [type(item) for item in read("autoarena", path)] == [Row, Reject]


def test_a_conversation_is_a_prompt_and_gpts_answer(read, jsonl, parquet, tmp_path) -> None:
    array = tmp_path / "sharegpt.json"
    array.write_text(json.dumps([TALK]))
    texts = TALK | {"conversations": json.dumps(TALK["conversations"])}
    for path in (array, jsonl([TALK]), parquet([TALK]), parquet([texts], "texts.parquet")):
        assert catalog.sniff(path) == "sharegpt"
        prompt, answer = read("sharegpt", path)[0].facts
        assert (prompt.natural, prompt.turns) == ("x_0", ("Why?", "And?"))
        assert (answer.model, answer.turns, answer.prompt) == ("gpt", ("So.", "Yes."), prompt.id)


@pytest.mark.parametrize(
    ("turns", "kinds"),
    [
        ([{"from": "system", "value": "Be kind."}, {"from": "user", "value": "Why?"}], [Prompt]),
        ([{"from": "gpt", "value": "So."}], None),
        ([], None),
        ([{"from": "robot", "value": "So."}], None),
        ([{"from": "human", "value": None}], None),
        ("Why?", None),
    ],
)
def test_a_conversation_in_which_nobody_asks_is_rejected(read, jsonl, turns, kinds) -> None:
    _, item = read("sharegpt", jsonl([TALK, {"id": 2, "conversations": turns}]))
    assert (None if isinstance(item, Reject) else [type(fact) for fact in item.facts]) == kinds


def test_a_preference_pair_is_not_a_conversation(jsonl) -> None:
    path = jsonl([TALK | {"chosen": "So.", "rejected": "No."}])
    assert not catalog.load("sharegpt").sniff(path, path.read_bytes())
