"""Before a start: what can go wrong is told in one line each; the dry run counts what is played."""

from dataclasses import replace
from math import isnan
from pathlib import Path

import pytest

from arena.backends.types import Sampling
from arena.plugins import Choice
from arena.preflight import worst
from arena.tournament import cost, preflight
from arena.tournament.config import Contestant, Tournament
from arena.types import Response
from tests.tournament.build import count, facts, played, scene, tournament


def red(config: Tournament) -> list[str]:
    return [f"{found.subject}: {found.text}" for found in preflight.check(config) if found.level == "red"]


def test_a_tournament_that_can_be_played_is_green(tmp_path: Path) -> None:
    found = preflight.check(tournament(tmp_path))
    assert worst(found) == "green"
    assert {"judge", "prompts", "pairing", "disk"} <= {finding.subject for finding in found}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"judge": Choice("verifyer")}, "judge: no 'verifyer' among judges: choose one of"),
        ({"judge": Choice("verifier", {"eror": 1})}, "judge: verifier has no option 'eror'"),
        ({"prompts": Choice("file", {"path": "/nowhere.jsonl"})}, "nowhere.jsonl"),
        ({"prompts": Choice("pocket", {"families": "sums of nothing"})}, "prompts:"),
        ({"pairing": Choice("star")}, "pairing: pairing star needs a target"),
        ({"pairing": Choice("field"), "target": "weak"}, "pairing: pairing field needs rated opponents"),
        ({"target": "who"}, "target: 'who' does not fight: choose one of strong, middle, weak"),
        ({"anchor": "who"}, "anchor: 'who' does not fight"),
        ({"users": (Choice("folow_up"),)}, "user folow_up: no 'folow_up' among users"),
        ({"judge": Choice("pairwise_score", {"backend": {"name": "openai", "options": {"model": "<one>"}}})},
         "judge: model is not set yet: it stands for <one>"),
    ],
)  # fmt: skip
def test_what_cannot_work_is_told_before(tmp_path: Path, change: dict[str, object], said: str) -> None:
    assert any(said in text and "\n" not in text for text in red(tournament(tmp_path, **change)))


def test_models_are_looked_at_one_by_one(tmp_path: Path) -> None:
    config = tournament(tmp_path)
    gone = Contestant("gone", Choice("transformers", {"model": str(tmp_path / "nothing")}))
    twice = replace(config, models=(*config.models, config.models[0], gone))
    assert any("model strong: 2 models have this name" in text for text in red(twice))
    assert any("nothing" in text for text in red(twice))
    assert any(
        "1 models: a battle needs two" in text for text in red(replace(config, models=config.models[:1]))
    )


def test_an_answer_that_cannot_fit_the_context_is_told(tmp_path: Path) -> None:
    config = tournament(tmp_path, sampling=Sampling(max_tokens=512))
    small = Contestant("small", Choice("transformers", {"model": "some/model", "context": 512}))
    said = "answers of up to 512 tokens do not fit its context of 512"
    assert any(said in text for text in red(replace(config, models=(*config.models, small))))


def test_a_judge_that_is_kin_or_contestant_is_warned_about(tmp_path: Path) -> None:
    config = tournament(tmp_path)
    choice = Choice("openai", {"model": "Llama-3-70B", "base_url": "http://127.0.0.1:9/v1"})
    kin = Contestant("kin", config.models[0].backend, family="llama")
    same = Contestant("same", choice)
    judge = Choice("pairwise_score", {"backend": {"name": "openai", "options": dict(choice.options)}})
    found = preflight.check(replace(config, models=(*config.models, kin, same), judge=judge))
    told = [(finding.level, finding.subject) for finding in found]
    assert ("amber", "judge ~ kin") in told
    assert ("amber", "judge = same") in told


def test_the_dry_run_counts_what_is_then_played(tmp_path: Path) -> None:
    config = tournament(tmp_path)
    lines = {line.what: line.value for line in cost.estimate(config)}
    found = facts(played(config, scene(tmp_path)))
    assert (lines["battles"], lines["games"], lines["answers"]) == (72, 144, count(found, Response))
    assert not isnan(lines["minutes"])
    assert lines["human annotation"] == pytest.approx(365 * 72 / 1e6, abs=0.01)


def test_a_million_battles_cost_people_a_year_and_the_papers_arena_nine_days(tmp_path: Path) -> None:
    base = tournament(tmp_path).models[0]
    models = tuple(replace(base, name=f"m{number}") for number in range(32))
    config = tournament(tmp_path, n=200, models=models)
    lines = {line.what: line.value for line in cost.estimate(config, probe=False)}
    assert lines["battles"] == 496 * 200
    assert lines["human annotation"] / lines["paper's arena"] == pytest.approx(40, rel=0.05)


def test_a_probe_that_fails_says_why_and_the_rest_is_counted(tmp_path: Path) -> None:
    config = tournament(tmp_path)
    gone = Contestant("gone", Choice("transformers", {"model": str(tmp_path)}))
    lines = {line.what: line for line in cost.estimate(replace(config, models=(gone, *config.models)))}
    assert isnan(lines["minutes"].value)
    assert "the probe failed: model" in lines["minutes"].note
    assert lines["battles"].value == 144
