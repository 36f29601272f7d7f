"""The lessons of the pocket judge: worded as it is asked, answered as replies are read, in whole words."""

import json
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from arena.backends.types import Reply
from arena.judges.asking import shown, template
from arena.judges.pairwise_score import KNOWN, NEEDED
from arena.judges.reading import forms
from arena.judges.reading.parse import read
from arena.judges.types import Game
from arena.models import place
from arena.pocket import build, judging, matches, recipes
from arena.pocket import lessons as rowing
from arena.pocket.verify import mark
from arena.prompts import pocket
from arena.settings import shipped
from arena.types import Response


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    return build.load_tokenizer(Path(place("shipped:pocket-judge")))


def lessons(count: int = 60) -> list[tuple[judging.Pair, judging.Talk]]:
    pairs = list(judging.written("panel", count))
    both = [pair for pair in pairs for _ in range(2)]
    return list(zip(both, judging.talks(iter(pairs)), strict=True))


def test_a_lesson_is_worded_as_the_judge_is_asked() -> None:
    found = template.load("pocket", NEEDED, KNOWN)
    for task, one, two in islice(judging.written("panel", 30), 30):
        prompt = pocket.prompt(task, "b")
        sides = [Response(str(at), prompt.id, str(at), turns) for at, turns in enumerate((one, two))]
        values, _ = shown.game(Game("v", "b", prompt, *sides, 1, seed=7))
        system, user = template.fill(found, values)
        assert system.content == judging.SYSTEM
        assert user.content == judging.asked(task, one, two, values["code"])


def test_a_lessons_reply_is_read_as_the_verifiers_scores() -> None:
    for number, ((task, one, two), talk) in enumerate(lessons()):
        first, second = (two, one) if number % 2 else (one, two)
        reading = read(Reply("r", talk[2][1]), forms.PAIR)
        assert reading.status == "ok"
        assert reading.value == (mark(task, first).score, mark(task, second).score)
        assert all(note.answer in reading.explanation for note in mark(task, one).notes)


def test_only_the_reply_is_learned() -> None:
    for _, talk in lessons(20):
        assert [(role, learned) for role, _, learned in talk] == [
            ("system", False),
            ("user", False),
            ("assistant", True),
        ]


def test_made_up_answers_are_of_every_worth() -> None:
    scores = {mark(task, one).score for task, one, _ in judging.written("pretrain", 600)}
    assert {1, 2, 3, 4, 6, 8, 9, 10} <= scores


def test_words_and_tags_are_read_whole_and_no_code_is_left(tokenizer: Any) -> None:
    task, _, _ = next(judging.written("panel", 1))
    asked = judging.asked(task, ("the capital of FRANCE is PARIS.",), ("PARISS",), "0123abcd")
    read = tokenizer.tokenize(asked)
    assert read[0] == "<question>"
    assert read[read.index("<answer-1>") :] == [
        "<answer-1>", "the", "Ġcapital", "Ġof", "Ġ", "FRANCE", "Ġis", "Ġ", "PARIS", ".", "</answer-1>",
        "<answer-2>", "P", "A", "R", "I", "S", "S", "</answer-2>",
    ]  # fmt: skip


def test_every_reply_is_written_as_it_was_taught(tokenizer: Any) -> None:
    for _, talk in lessons(100):
        assert tokenizer.decode(tokenizer.encode(talk[2][1], add_special_tokens=False)) == talk[2][1]


def test_a_drill_teaches_only_whether_two_answers_are_the_same(tokenizer: Any) -> None:
    for row in judging.drills(tokenizer, 30):
        taught = [token for token, learned in zip(row.tokens, row.learned, strict=True) if learned]
        assert {tokenizer.decode([token]) for token in taught} <= {": right", ": wrong"}
        for told in tokenizer.decode(row.tokens).removeprefix("<|assistant|>").split(".")[:-1]:
            one, two = told.rpartition(":")[0].split(" says ")[1].split(" for ")
            assert (one == two) == told.endswith(": right")


@pytest.mark.slow
@pytest.mark.long
def test_the_judges_lessons_are_made_again_to_the_last_token(tokenizer: Any) -> None:
    recipe = recipes.JUDGE
    manifest = json.loads((shipped() / "models" / recipe.name / "manifest.json").read_text("utf-8"))
    said = matches.lessons(recipe, shipped() / "models")
    rows = [
        *rowing.rows(tokenizer, said),
        *judging.drills(tokenizer, recipe.drills, recipe.seed),
    ]
    assert (len(rows), build.digest(rows)) == (manifest["rows"], manifest["data"])
