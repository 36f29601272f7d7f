"""Single grades as a run: every turn of every answer once, resume to the same facts, failures."""

import json
from dataclasses import replace
from pathlib import Path
from statistics import stdev

import pytest
from scipy.stats import t

from arena import presets
from arena.backends.types import Sampling
from arena.errors import BadRequest
from arena.jobs import catalog
from arena.plugins import Choice
from arena.tournament.config import Contestant
from arena.tournament.grading import Grading, grade
from arena.tournament.scores import scores
from arena.types import Grade, Prompt, Reference, Response
from tests.backends.server import Answer, last, serving
from tests.store.build import lines

QUESTIONS = [
    {"question_id": n, "category": ("math", "writing")[n % 2], "turns": [f"Question {n}?", f"And then {n}?"]}
    | ({"reference": [f"gold {n}", f"gold then {n}"]} if n % 2 == 0 else {})
    for n in range(6)
]


def fair(body, _count):
    """A grader that likes answers with "good" in them."""
    said = last(body)
    return Answer(json.dumps({"explanation": "so it is", "score": 8 if "good" in said else 3}))


def bench(folder: Path, url: str, **settings: object) -> Grading:
    lines(folder / "question.jsonl", QUESTIONS)
    for model in ("good", "poor"):
        said = [
            {"question_id": n, "answer_id": f"{model}{n}", "model_id": model, "tstamp": 1.0,
             "choices": [{"index": 0, "turns": [f"{model} one {n}", f"{model} two {n}"]}]}
            for n in range(6) if (model, n) != ("poor", 5)
        ]  # fmt: skip
        lines(folder / "model_answer" / f"{model}.jsonl", said)
    models = tuple(
        Contestant(name, Choice("recorded", {"path": str(folder), "model": name}))
        for name in ("good", "poor")
    )
    grader = Choice(
        "single_score", {"backend": {"name": "openai", "options": {"model": "g", "base_url": url}}}
    )
    plain = Grading(
        "mt", Choice("file", {"path": str(folder / "question.jsonl")}), models, grader, unit=5, retries=0
    )
    return replace(plain, **settings)


def facts(units):
    return [fact for unit in units for fact in unit.facts]


def test_every_turn_of_every_answer_is_graded_once(tmp_path):
    with serving(fair) as server:
        units = list(grade(bench(tmp_path, server.url), ()))
    found = facts(units)
    grades = [fact for fact in found if isinstance(fact, Grade)]
    kinds = [sum(isinstance(fact, kind) for fact in found) for kind in (Prompt, Reference, Response)]
    assert (kinds, len(grades)) == ([6, 3, 12], 24)
    assert len({fact.id for fact in found}) == len(found)
    assert {(g.model, g.score) for g in grades} == {("good", 8), ("poor", 3), ("poor", None)}
    assert {g.judge for g in grades} == {"g/single_score"}
    assert [(unit.step, unit.done, unit.total) for unit in units][-1] == ("grades", 24, 24)
    assert sum("gold" in last(body) for body in server.seen) == 12


def test_an_answer_that_is_missing_is_counted_and_not_graded(tmp_path):
    with serving(fair) as server:
        units = list(grade(bench(tmp_path, server.url), ()))
    missing = [fact for fact in facts(units) if isinstance(fact, Grade) and fact.score is None]
    assert [(g.model, g.turn, g.status) for g in missing] == [("poor", 1, "error"), ("poor", 2, "error")]
    assert len(server.seen) == 22
    failed = [failure.text for unit in units for failure in unit.failures]
    assert sum("no answer to turn" in text for text in failed) == 2
    assert sum("no recorded answer" in text for text in failed) == 1


def test_stopped_after_any_unit_it_goes_on_to_the_same_facts(tmp_path):
    with serving(fair) as server:
        config = bench(tmp_path, server.url)
        whole = facts(grade(config, ()))
        asked = len(server.seen)
        for cut in (1, 3, 5, 7):
            before = [unit for unit, _ in zip(grade(config, ()), range(cut), strict=False)]
            server.seen.clear()
            rest = facts(grade(config, facts(before)))
            assert {f.id: f for f in facts(before) + rest} == {f.id: f for f in whole}
            assert len(facts(before)) + len(rest) == len(whole)
            assert len(server.seen) == asked - sum(
                isinstance(f, Grade) and f.score is not None for f in facts(before)
            )


def test_only_an_unread_grade_is_asked_again(tmp_path):
    def moody(body, count):
        return Answer("Hmm.") if count == 0 else fair(body, count)

    with serving(moody) as server:
        found = facts(grade(bench(tmp_path, server.url, retries=1), ()))
    assert sum(isinstance(fact, Grade) and fact.score is not None for fact in found) == 22
    assert len(server.seen) == 23


def test_categories_have_temperatures_of_their_own():
    model = Contestant("m", Choice("recorded"))
    config = Grading("b", Choice("file"), (model,), Choice("single_score"), temperatures={"math": 0.0})
    asked = [Prompt("p", "s", "1", ("?",), (name,)) for name in ("math", "writing")]
    assert [config.sampled(model, prompt).temperature for prompt in asked] == [0.0, 0.7]
    own = replace(model, sampling=Sampling(0.3))
    assert config.sampled(own, asked[0]).temperature == 0.3


def test_a_judge_of_games_is_refused(tmp_path):
    with serving(fair) as server:
        config = bench(tmp_path, server.url, grader=Choice("verifier"))
        with pytest.raises(BadRequest, match="judges games"):
            list(grade(config, ()))
        findings = catalog.load("grading").check(config)
    assert any(f.level == "red" and "judges games" in f.text for f in findings)


def told(model: str, prompt: str, turn: int, score: float | None) -> Grade:
    status = "ok" if score else "unparsed"
    return Grade(f"{model}{prompt}{turn}", prompt, model, "j", turn, score, status=status)


def test_means_come_with_intervals_over_prompts_and_counts():
    grades = [told("x", str(n), turn, s) for n, s in enumerate((4, 5, 6, 5)) for turn in (1, 2)]
    grades += [told("y", "0", 1, 9.0), told("y", "0", 2, None)]
    found = {(s.model, s.of): s for s in scores(grades, {"0": ("math",), "1": ("writing",)})}
    x, y = found["x", "all"], found["y", "all"]
    half = t.ppf(0.975, 3) * stdev((4, 5, 6, 5)) / 2
    assert (x.mean, x.n, x.failed, found["x", "turn 2"].mean, found["x", "math"].mean) == (5, 8, 0, 5, 4)
    assert (x.low, x.high) == (pytest.approx(5 - half), pytest.approx(5 + half))
    assert (y.mean, y.n, y.failed, y.low, y.high) == (9, 1, 1, 1, 10)
    assert next(iter(found)) == ("y", "all")


def test_the_preset_is_mt_benchs(shared):
    kind, options = presets.load("mt-bench", [f"prompts.options.path={shared / 'fastchat' / 'mt_bench'}"])
    config, module = catalog.config(kind, options), catalog.load(kind)
    costs = {cost.what: cost.value for cost in module.plan(config)}
    assert (costs["prompts"], costs["answers"], costs["grades"]) == (80, 160, 160)
    assert {f.subject for f in module.check(config) if "is not set yet" in f.text} == {"grader", "model mine"}
    assert set(config.temperatures) == {
        "writing", "roleplay", "extraction", "math", "coding", "reasoning", "stem", "humanities",
    }  # fmt: skip
