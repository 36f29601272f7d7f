"""The flywheel in real processes, on real models of a few thousand weights."""

import json
import os
import random
import shutil
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from arena import presets
from arena.errors import BadRequest
from arena.jobs import folder, plan
from arena.jobs.events import Follower, line
from arena.jobs.folder import RunFolder
from arena.jobs.plan import Plan
from arena.jobs.types import Event
from tests.backends.server import Answer, serving
from tests.training import tiny
from tests.training.flywheel import finished, small
from training.flywheel import child, course, report
from training.stages.chat import TEMPLATES

WHOLE = [
    small.stage("sft", 1),
    small.stage("dpo", 2),
    small.stage("reward", 3, samples=2, options={"epochs": 1, "holdout": 0.3}),
    small.stage("ppo", 3, options={"iterations": 2, "batch": 32, "max_tokens": 8}),
]


def done(run: RunFolder) -> report.Report:
    assert small.worker(run).wait(timeout=600) == 0, run.log.read_text()[-3000:]
    found = report.read(run.outputs)
    assert found is not None
    return found


@pytest.mark.slow
@pytest.mark.long
def test_a_stage_learns_from_what_beat_the_target(tmp_path: Path) -> None:
    config = small.settings(tmp_path / "made", [small.stage("sft", 1, options={"epochs": 4})])
    run = small.made(tmp_path / "runs", config)
    found = done(run)
    assert [version.name for version in found.versions] == ["small-i0", "small-i1-sft"]
    (stage,) = found.stages
    assert stage.rows is not None
    assert stage.rows.kept >= 30
    assert stage.rows.opponents == {"gold": 1.0}
    assert stage.decision is not None
    assert stage.fate in ("taken", "kept")
    assert found.versions[1].battles == small.SETS["panel"]
    assert found.opponents[0].rating == 1000
    assert found.verdict
    names = [step.id.partition(".")[2] for step in folder.steps(run)]
    assert names == ["i0-start-panel", "i1-battles-1", "i1-sft-gate", "i1-sft-panel", "i1-sft-train"]


@pytest.mark.slow
@pytest.mark.long
def test_a_sibling_takes_over_what_is_the_same(tmp_path: Path) -> None:
    config = small.settings(tmp_path / "made", [small.stage("sft", 1, options={"epochs": 1})])
    one = small.made(tmp_path / "runs", config)
    first = done(one)
    run = small.made(tmp_path / "runs", {**config, "gate": {"on": False}})
    found = done(run)
    notes = [note.text for note in Follower(run.events).look().notes]
    taken = {note.partition(":")[0] for note in notes if "taken over" in note}
    assert taken == {"i0-start-panel", "i1-battles-1", "i1-sft-train", "i1-sft-panel", "i1-sft-gate"}
    assert found.versions[1].model.startswith(str(run.path))
    again = found.stages[0]
    assert again.origins == dict.fromkeys(("battles", "training", "panel", "gate"), one.id)
    assert again.seconds == first.stages[0].seconds
    assert min(again.seconds.values()) > 0
    third = small.made(tmp_path / "runs", {**config, "gate": {"on": False, "worst": 0.4}})
    assert set(done(third).stages[0].origins.values()) <= {one.id}
    assert plain(found)[0] == plain(first)[0]


@pytest.mark.slow
@pytest.mark.parametrize(
    "stages", [WHOLE[:2], pytest.param(WHOLE, marks=pytest.mark.long)], ids=["two stages", "whole"]
)
def test_an_iteration_and_the_same_after_kills(tmp_path: Path, stages: list[dict[str, Any]]) -> None:
    config = small.settings(tmp_path / "made", stages)
    calm = done(small.made(tmp_path / "calm", config))
    assert [stage.stage for stage in calm.stages] == ["sft", "dpo", "reward", "ppo"][: len(stages)]
    wild = small.made(tmp_path / "wild", config)
    chance = random.Random(1)  # noqa: S311 - seeded on purpose
    for _ in range(6):
        process = small.worker(wild)
        time.sleep(chance.uniform(2, 25))
        for one in (wild, *folder.steps(wild)):
            kill(one)
        process.wait(timeout=60)
        if wild.has("done"):
            break
    again = done(wild) if not wild.has("done") else report.read(wild.outputs)
    assert again is not None
    assert plain(again) == plain(calm)


def kill(run: RunFolder) -> None:
    worker = run.worker()
    if worker is not None and run.alive():
        os.kill(worker.pid, signal.SIGKILL)


def plain(found: report.Report) -> Any:
    """What must be the same: everything but folders and seconds."""
    versions = [(v.name, v.rating, v.low, v.high, v.characters, dict(v.checks)) for v in found.versions]
    stages = [(s.stage, s.fate, s.verdict, s.rows, s.decision) for s in found.stages]
    return versions, stages, found.opponents, found.verdict


@pytest.mark.slow
@pytest.mark.long
def test_another_architecture_and_tokenizer_go_the_way_of_small(tmp_path: Path) -> None:
    start = tiny.neox(tmp_path / "neox")
    (start / "chat_template.jinja").write_text((TEMPLATES / "plain.jinja").read_text())
    quick = {"epochs": 1.0, "batch": 16, "micro": 8, "max_length": 220, "least": 2, "samples": 1}
    stages = [
        {**stage, "least_accuracy": 0.0, "options": {**stage.get("options", {}), **quick}}
        for stage in presets.load("iterate-small").config["stages"]
    ]
    stages[-1]["options"] |= {"iterations": 2, "max_tokens": 8}
    config = small.settings(tmp_path / "made", stages, start=str(start))
    found = done(small.made(tmp_path / "runs", config))
    assert [stage.stage for stage in found.stages] == ["sft", "dpo", "reward", "ppo"]
    assert {stage.fate for stage in found.stages} <= {"taken", "kept", "ready"}
    told = json.loads((Path(found.stages[-1].model) / "config.json").read_text())
    assert told["architectures"] == ["GPTNeoXForCausalLM"]


@pytest.mark.slow
@pytest.mark.long
def test_an_opponent_that_never_answers_is_told_and_learnt_without(tmp_path: Path) -> None:
    with serving(lambda *_: Answer(status=500, message="no")) as server:
        options = {"model": "tiny", "base_url": server.url, "retries": 0, "patience": 1.0, "timeout": 2.0}
        config = small.settings(tmp_path / "made", [small.stage("sft", 1, options={"epochs": 1})])
        config["opponents"].append({"name": "mute", "backend": {"name": "openai", "options": options}})
        run = small.made(tmp_path / "runs", config)
        found = done(run)
    (stage,) = found.stages
    assert stage.rows is not None
    assert stage.rows.opponents == {"gold": 1.0}
    assert [one.name for one in found.opponents] == ["gold"]
    battles = Follower(folder.step(run, "i1-battles-1").events).look()
    assert sum(failure.count for failure in battles.failures) >= small.SETS["d1"]


def test_a_model_without_a_chat_template_or_whose_tokenizer_does_not_match_is_refused(tmp_path: Path) -> None:
    config = small.settings(tmp_path / "made", WHOLE)
    bare = tiny.llama(tmp_path / "bare", template="")
    with pytest.raises(BadRequest, match="has no chat template"):
        small.made(tmp_path / "runs", {**config, "start": str(bare)})
    mixed = tiny.llama(tmp_path / "mixed")
    told = json.loads((mixed / "config.json").read_text())
    (mixed / "config.json").write_text(json.dumps({**told, "vocab_size": 50}))
    with pytest.raises(BadRequest, match=r"its tokenizer has [0-9]+ tokens, its model 50"):
        small.made(tmp_path / "runs", {**config, "start": str(mixed)})


@pytest.mark.slow
def test_a_target_that_lost_nothing_stops_in_peace(tmp_path: Path) -> None:
    config = small.settings(
        tmp_path / "made", [small.stage("sft", 1, rules=[{"name": "lost", "options": {"k": 20}}])]
    )
    found = done(small.made(tmp_path / "runs", config))
    (stage,) = found.stages
    assert stage.fate == "empty"
    assert "nothing to train" in stage.verdict
    assert found.verdict == "small-i0 stays: no stage made a model that was taken"


def test_the_time_between_two_attempts_is_nobody_s(tmp_path: Path) -> None:
    told = [(10.0, "begin"), (13.0, "note"), (15.0, "end"), (900.0, "begin"), (901.5, "end")]
    run = RunFolder(tmp_path)
    step = folder.step(run, "i1-sft-train")
    step.make(finished.spec("stage"))
    step.events.write_bytes(b"".join(line(Event(at=at, kind=kind)) for at, kind in told))
    assert child.seconds(step) == 6.5
    assert child.seconds(RunFolder(tmp_path / "none")) == 0
    look = Follower(step.events).look()
    assert course._step(run, "i1-sft-train", "train", lambda _: look, over=False).seconds == 6.5


def test_a_sibling_of_the_same_name_is_warned_about(tmp_path: Path) -> None:
    config = small.settings(tmp_path / "made", [small.stage("sft", 1)])
    runs = tmp_path / "runs"
    first = small.made(runs, config)

    def named(**change: Any) -> list[str]:
        asked = Plan("iteration", {**config, **change})
        return [one.text for one in plan.launch(runs, asked).findings if one.subject == "name"]

    assert named() == []  # the same plan is the same run
    assert named(name="other", seed=1) == []
    (told,) = named(seed=1)
    assert told.startswith(
        f"small is {first.id}'s, too: they share the boards small-battles, -panel and -gate"
    )
    assert len(named(seed=2)) == 1


def test_a_plan_that_cannot_work_is_refused_before_it_starts(tmp_path: Path) -> None:
    config = small.settings(tmp_path / "made", WHOLE)
    with pytest.raises(BadRequest, match=r"data parts: 3; 2 iteration\(s\) need 6"):
        small.made(tmp_path / "runs", {**config, "iterations": 2})
    with pytest.raises(BadRequest, match="no 'grpo' among stages"):
        small.made(tmp_path / "runs", {**config, "stages": [{"stage": "grpo", "part": 1}]})
    with pytest.raises(BadRequest, match="sft has no option 'speed'"):
        small.made(tmp_path / "runs", {**config, "stages": [small.stage("sft", 1, options={"speed": 1})]})
    shutil.rmtree(config["start"])
    with pytest.raises(BadRequest, match="no such model directory"):
        small.made(tmp_path / "runs", config)
