"""Prompts of any file and of a built set: ids as an import gives them, references, keys, and pre-flight."""

import json
from pathlib import Path

import pytest

from arena.corpus import manifest
from arena.corpus.recipe import Recipe
from arena.corpus.types import Place
from arena.errors import BadRequest
from arena.prompts import file, testset
from arena.prompts.types import prompt_id
from arena.types import Prompt, Reference


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    rows = [
        {"question_id": 81, "category": "math", "turns": ["2 + 2?", "And doubled?"], "reference": ["4", "8"]},
        {"question_id": 82, "category": "writing", "turns": ["Write."]},
    ]
    path = tmp_path / "question.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


@pytest.fixture
def folder(tmp_path: Path, questions: Path) -> Path:
    """A set's folder, laid out by hand."""
    out = tmp_path / "set"
    out.mkdir()
    row = {
        "question_id": "k1", "category": "math", "turns": ["2 + 2?", "And doubled?"], "source": "s",
        "natural": "81",
        "categories": ["math"], "language": "en", "difficulty": 3.5, "cluster": 2,
    }  # fmt: skip
    (out / "mix.jsonl").write_text(json.dumps(row) + "\n", "utf-8")
    (out / "hard.jsonl").write_text("", "utf-8")
    manifest.write("set", Recipe((Place(str(questions)),)), "model", out)
    return out


def test_a_file_gives_prompts_with_the_ids_of_an_import_and_their_references(questions):
    found = list(file.read(file.Config(str(questions)), "board"))
    assert [type(fact) for fact in found] == [Prompt, Reference, Prompt]
    assert found[0].id == prompt_id("board", "81") == found[1].prompt
    assert found[1].turns == ("4", "8")


def test_categories_and_limit_choose_and_change_the_key(questions):
    every = file.Config(str(questions))
    some = file.Config(str(questions), categories="writing, coding")
    assert [fact.turns for fact in file.read(some, "b")] == [("Write.",)]
    assert len({file.identity(config) for config in (every, some, file.Config(str(questions), limit=1))}) == 3


def test_a_file_that_cannot_be_read_is_red(questions, tmp_path):
    assert file.check(file.Config(str(questions)))[0].level == "green"
    assert file.check(file.Config(str(tmp_path / "none")))[0].level == "red"
    red = file.check(file.Config(str(questions), categories="poetry"))[0]
    assert (red.level, red.text.endswith("no prompts of poetry in it: name another file")) == ("red", True)


def test_a_set_gives_its_prompts_whole(folder):
    found = list(testset.read(testset.Config(str(folder)), "board"))
    want = Prompt(prompt_id("board", "k1"), "s", "k1", ("2 + 2?", "And doubled?"), ("math",), "en", 3.5)
    assert found == [want]
    assert testset.check(testset.Config(str(folder)))[0].level == "green"


def test_what_is_wrong_with_a_set_is_said(folder):
    assert testset.check(testset.Config(str(folder), "hard"))[0].text.startswith("hard of set is empty")
    assert testset.check(testset.Config("nowhere"))[0].level == "red"
    with pytest.raises(BadRequest, match="has no 'D7': choose one of hard, mix"):
        list(testset.read(testset.Config(str(folder), "D7"), "b"))
    before = testset.identity(testset.Config(str(folder)))
    with (folder / "mix.jsonl").open("a", encoding="utf-8") as lines:
        lines.write(" ")
    assert testset.check(testset.Config(str(folder)))[0].level == "amber"
    assert testset.identity(testset.Config(str(folder))) != before
