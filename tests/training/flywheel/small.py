"""A flywheel small enough for a test: a target of a few thousand weights against recorded right answers."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from arena.jobs import plan
from arena.jobs.folder import RunFolder
from arena.jobs.plan import Plan
from arena.plugins import Choice, config, load
from arena.types import Prompt, Reference
from tests.training import tiny

SETS = {"d1": 40, "d2": 40, "d3": 40, "panel": 16, "heldout-seen": 16}


def pocket(split: str) -> dict[str, Any]:
    """A set of pocket prompts, as a plan names it."""
    return {"name": "pocket", "options": {"split": split, "n": SETS[split]}}


def recorded(folder: Path) -> Path:
    """What a model says that is always right, in FastChat's files."""
    asked, said = [], []
    module = load("arena.prompts", "pocket")
    for split in SETS:
        choice = pocket(split)
        options = config("arena.prompts", Choice("pocket", choice["options"]))
        for fact in module.read(options, "any"):
            if isinstance(fact, Prompt):
                asked.append({"question_id": fact.natural, "category": "x", "turns": list(fact.turns)})
            elif isinstance(fact, Reference):
                turns = [{"index": 0, "turns": list(fact.turns)}]
                said.append({"question_id": asked[-1]["question_id"], "answer_id": fact.id,
                             "model_id": "gold", "choices": turns, "tstamp": 0.0})  # fmt: skip
    (folder / "model_answer").mkdir(parents=True)
    tiny.lines(folder / "question.jsonl", asked)
    tiny.lines(folder / "model_answer" / "gold.jsonl", said)
    return folder


def settings(folder: Path, stages: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """The config of a run; its models and answers are made in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    gold = {"name": "recorded", "options": {"path": str(recorded(folder / "gold"))}}
    return {
        "name": "small",
        "start": str(tiny.llama(folder / "start")),
        "opponents": [{"name": "gold", "backend": gold}],
        "parts": [pocket(f"d{number}") for number in (1, 2, 3)],
        "panel": pocket("panel"),
        "gate_prompts": pocket("heldout-seen"),
        "judge": {"name": "verifier", "options": {"error": 0.01}},
        "evaluator": {"name": "verifier"},
        "sampling": {"temperature": 0.7, "max_tokens": 12},
        "anchor": "gold",
        "stages": stages,
        **more,
    }


def stage(name: str, part: int, **more: Any) -> dict[str, Any]:
    """A stage with the values for the pocket models, and little of it."""
    quick = {"samples": 1, "least": 2, **more.pop("options", {})}
    return {"stage": name, "part": part, "values": "pocket", "options": quick, **more}


def made(runs: Path, given: dict[str, Any]) -> RunFolder:
    """A queued run."""
    runs.mkdir(parents=True, exist_ok=True)
    return RunFolder(runs / plan.launch(runs, Plan("iteration", given)).id)


def worker(run: RunFolder) -> "subprocess.Popen[bytes]":
    """Its process."""
    with run.log.open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "arena.jobs.worker", str(run.path)], stdout=log, stderr=log
        )


def told(run: RunFolder) -> dict[str, Any]:
    """The report, as a file."""
    found: dict[str, Any] = json.loads((run.outputs / "report.json").read_text("utf-8"))
    return found
