"""Principles: pairs relabelled by them, and one reward model that goes by what it reads."""

from dataclasses import replace

import pytest

from arena.errors import BadRequest
from arena.plugins import Choice, config, load
from tests.training import tiny
from tests.training.test_choosing import SCENE
from training import principles as words
from training import rows as files
from training.rewards import principled
from training.selection import asking, principles
from training.selection.types import Step
from training.stages import reward
from training.types import PairRow, PromptRow


def pairs(count=20):
    """The longer answer is preferred by the judge."""
    return tuple(
        PairRow(f"r{at}", f"p{at}", (f"what {at}",), ("red red red",), ("of",), "x", "y", gap=2.0)
        for at in range(count)
    )


def step(given, **options) -> Step:
    return principles.apply(config("training.selection", Choice("principles", options)), given, SCENE)


def test_each_pair_is_labelled_by_what_stands_in_front_of_it():
    made = step(pairs(), each=4).rows
    assert len({row.id for row in made}) == len(made) > 40
    for row in made:
        sentences = row.system.split("\n")
        wanted = {"Prefer the right and helpful answer.", "Prefer the long answer."}
        assert len({sentence in wanted for sentence in sentences}) == 1
        assert row.chosen == (("red red red",) if sentences[0] in wanted else ("of",))
        assert (row.gap, row.model) == (None, "x" if sentences[0] in wanted else "y")
    assert {row.chosen for row in made} == {("red red red",), ("of",)}


def test_principles_that_contradict_each_other_give_no_row_and_a_reason():
    found = step(pairs(), each=1, most=2, turned=0.0)
    assert {entry.reason for entry in found.dropped} == {"the principles drawn contradict each other"}
    assert len(found.rows) + len(found.dropped) == 20
    alike = step((replace(pairs()[0], chosen=("ab",), rejected=("cd",)),), principles=("brief",))
    assert [entry.reason for entry in alike.dropped] == ["no principle tells the answers apart"]
    with pytest.raises(BadRequest, match="'Be kind' can be told by a model only"):
        step(pairs(), principles=("Be kind",))


def test_a_model_judges_by_sentences_in_both_orders(tmp_path):
    row, names = pairs(1)[0], ("Name a colour.", "Be odd.")
    replies = {
        (names[0], 0): "first",
        (names[0], 1): "second",
        (names[1], 0): "first",
        (names[1], 1): "first",
    }
    told = [
        {"recording": str(at), "messages": [{"role": "user", "content": principles._question(row, *asked)}],
         "seed": 0, "reply": {"id": "x", "text": f'{{"more": "{said}"}}'}}
        for at, (asked, said) in enumerate(replies.items())
    ]  # fmt: skip
    text = (
        tiny.lines(tmp_path / "said.jsonl", told).read_text("utf-8").replace('"recording": ', '"recording":')
    )
    (tmp_path / "said.jsonl").write_text(text, "utf-8")
    backend = {"name": "recorded", "options": {"path": str(tmp_path / "said.jsonl")}}
    scores = principles._asked(config_of(backend), names, [row], SCENE)
    assert scores == {("r0", names[0]): 1, ("r0", names[1]): 0}
    made = step((row,), principles=(names[0],), backend=backend, turned=1.0, each=1).rows
    assert made[0].system == "Prefer the answer that follows this less: Name a colour."
    assert made[0].chosen == ("of",)
    assert asking.filled(
        principles.TEMPLATE, dict.fromkeys(("principle", "request", "first", "second"), "{mark}")
    )


def config_of(backend) -> Choice:
    return Choice(backend["name"], backend["options"])


def test_one_reward_model_prefers_what_it_is_told_to(llama, desk, tmp_path):
    made = step(pairs(60), principles=("brief",), each=4, turned=0.5).rows
    files.write(tmp_path / "rows.jsonl", made)
    options = replace(reward.POCKET, epochs=6, lr=5e-3, batch=8, micro=8, least=1, holdout=0.2)
    result = reward.train(options, tmp_path / "rows.jsonl", llama, tmp_path / "out", desk)
    assert result.figures["held_out/all/accuracy"] > 0.9
    asked = [PromptRow("1", "1", ("what 3",))] * 2
    found = {}
    for name in ("brief", "not brief"):
        settings = principled.Config(str(result.folder), (name,))
        short, long = principled.open(settings).score(asked, ["of", "red red red"])
        found[name] = short > long
    assert found == {"brief": True, "not brief": False}
    keys = {principled.identity(principled.Config(str(result.folder), (n,))) for n in ("brief", "not brief")}
    assert len(keys) == 2


def test_principles_are_read_by_name_and_must_be_there():
    assert words.parsed(("not brief", "Be kind.")) == (words.Asked("brief", True), words.Asked("Be kind."))
    with pytest.raises(BadRequest, match="no principle is named: choose from helpful"):
        words.parsed(())
    with pytest.raises(BadRequest, match="name the directory of a reward model"):
        load("training.rewards", "principled").open(principled.Config())
