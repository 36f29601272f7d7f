"""The lessons of the pocket judge: worded as the judge is asked, answered as replies are read."""

from itertools import islice

from arena.backends.types import Reply
from arena.judges.asking import shown, template
from arena.judges.pairwise_score import KNOWN, NEEDED
from arena.judges.reading import forms
from arena.judges.reading.parse import read
from arena.judges.types import Game
from arena.pocket import judging
from arena.pocket.verify import mark
from arena.prompts import pocket
from arena.types import Response


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
