"""Single grades, turn by turn, with a reference where there is one."""

import json

import pytest

from arena import plugins
from arena.judges.types import Paper
from arena.plugins import Choice
from tests.backends.server import Answer, last, serving
from tests.judges import games


def graded(rule, papers, **options):
    with serving(rule) as server:
        backend = Choice("openai", {"model": "g", "base_url": server.url})
        choice = Choice("single_score", {"backend": backend, **options})
        grader = plugins.load("arena.judges", "single_score").open(plugins.config("arena.judges", choice))
        found = sorted(grader.grade(papers), key=lambda grade: grade.turn)
        grader.close()
    return found, server.seen


def papers(right=None):
    match = games.match(("Lima", "Santiago"), "-", ("Capital of Peru?", "And of Chile?"), right)
    return [Paper(f"grade {n}", match.prompt, match.a, n, 5, match.reference) for n in (1, 2)]


def test_each_turn_is_graded_in_sight_of_those_before():
    found, seen = graded(lambda *_: Answer(json.dumps({"explanation": "fine", "score": 6})), papers())
    assert [(g.id, g.model, g.turn, g.score, g.explanation, g.status) for g in found] == [
        ("grade 1", "x", 1, 6, "fine", "ok"), ("grade 2", "x", 2, 6, "fine", "ok"),
    ]  # fmt: skip
    shown = {("Grade turn 2" in last(body), "Lima" in last(body), "Santiago" in last(body)) for body in seen}
    assert shown == {(False, True, False), (True, True, True)}


def test_the_reference_is_shown_with_a_prompt_of_its_own():
    _, seen = graded(lambda *_: Answer("[[7]]"), papers("Lima it is"))
    assert all("Lima it is" in last(body) for body in seen)
    assert all("reference answer" in body["messages"][0]["content"] for body in seen)
    _, plain = graded(lambda *_: Answer("[[7]]"), papers())
    assert not any("reference" in body["messages"][0]["content"] for body in plain)


@pytest.mark.parametrize(
    ("text", "finish", "score", "status"),
    [
        ("Good.\n\nRating: [[7]]", "stop", 7, "ok"),
        ("Rating: [[7]] or [[8]]", "stop", None, "unparsed"),
        ("Rating: [[70]]", "stop", None, "unparsed"),
        ('{"explanation": "good", "score": 1', "length", None, "truncated"),
        ("I cannot grade this.", "stop", None, "refused"),
    ],
)
def test_a_grade_is_read_or_has_a_status_and_the_whole_reply(text, finish, score, status):
    found, _ = graded(lambda *_: Answer(text, finish=finish), papers()[:1])
    assert [(g.score, g.status, g.explanation) for g in found] == [(score, status, text)]
