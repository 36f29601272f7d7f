"""What is measured beside the panel: MT-Bench through a real server, and a capability set."""

import json

import pytest

from arena import plugins
from arena.errors import BadRequest
from arena.plugins import Choice
from tests.backends.server import Answer, last, serving
from tests.training import tiny
from training.checks import answers, grades
from training.kinds.check import CHECKS

QUESTIONS = [
    {"question_id": 1, "category": "math", "turns": ["one and one?", "and one more?"]},
    {"question_id": 2, "category": "writing", "turns": ["a word", "another"]},
]


@pytest.fixture
def asked(tmp_path):
    return tiny.lines(tmp_path / "question.jsonl", QUESTIONS)


def config(name: str, **options: object):
    return plugins.config(CHECKS, Choice(name, options))


def graded(url: str, asked, desk):
    backend = {"name": "openai", "options": {"model": "g", "base_url": url}}
    made = config(
        "grades",
        prompts={"name": "file", "options": {"path": str(asked)}},
        grader={"name": "single_score", "options": {"backend": backend}},
        sampling={"temperature": 0.7, "max_tokens": 8},
    )
    assert {finding.level for finding in grades.look(made)} <= {"green", "amber"}
    return grades.measure(made, "shipped:sprout", desk)


def test_mt_bench_is_the_mean_of_the_grades_and_is_not_asked_twice(desk, asked):
    def rule(body, _):
        return Answer(json.dumps({"explanation": "so", "score": 8 if "Grade turn 2" in last(body) else 4}))

    with serving(rule) as server:
        found = graded(server.url, asked, desk)
        count = len(server.seen)
        assert graded(server.url, asked, desk) == found
        assert len(server.seen) == count == 4
    assert (found["MT-Bench"], found["MT-Bench, turn 2"], found["MT-Bench, math"]) == (6, 8, 6)
    assert found["MT-Bench, low"] <= 6 <= found["MT-Bench, high"]


def test_a_judge_of_games_grades_nothing(asked):
    prompts = {"name": "file", "options": {"path": str(asked)}}
    made = config("grades", prompts=prompts, grader={"name": "verifier", "options": {}})
    assert "verifier judges games" in " ".join(finding.text for finding in grades.look(made))


def test_a_capability_set_counts_answers_that_hold_the_reference(desk):
    made = config("answers", prompts={"name": "pocket", "options": {"split": "skill", "n": 60}}, match="same")
    oak, sprout = (answers.measure(made, f"shipped:{name}", desk) for name in ("oak", "sprout"))
    assert oak["capability"] > sprout["capability"] + 0.2
    assert oak["capability, low"] < oak["capability"] < oak["capability, high"]


def test_an_answer_is_right_whatever_its_case_and_spaces():
    assert answers.right((" It is  PARIS. ",), ("Paris",), "contains")
    assert not answers.right((" It is  PARIS. ",), ("Paris",), "same")
    assert answers.right(("Paris",), ("paris.",), "same")
    assert not answers.right(("Paris", "Rome"), ("Paris",), "contains")
    assert not answers.right(("anything",), ("",), "contains")


def test_prompts_without_references_are_said(desk, asked):
    made = config("answers", prompts={"name": "file", "options": {"path": str(asked)}})
    with pytest.raises(BadRequest, match="capability: none of the prompts has a reference"):
        answers.measure(made, "shipped:sprout", desk)
