"""Stages in one process and in several, side by side: run folders, curves, weights, and a reward to learn.

The machines of a cluster are processes here: each is told its rank, as a scheduler would.
"""

import os
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from arena import plugins
from arena.jobs import plan
from arena.jobs.events import since
from arena.jobs.folder import RunFolder
from arena.jobs.plan import Plan
from tests.training import tiny
from training.kinds import stage

ROOT = Path(__file__).parents[2]
Curve = dict[int, float]


def held(runs: Path, name: str, start: Path, rows: Path, **options: Any) -> RunFolder:
    """The folder of a stage that nobody works on yet."""
    told = {
        "stage": {"name": name, "options": options},
        "rows": str(rows),
        "start": str(start),
        "preset": "pocket",
    }
    return RunFolder(runs / plan.launch(runs, Plan("stage", told), hold=True).id)


def worker(run: RunFolder, rank: int = 0, machines: int = 1, port: int = 0) -> "subprocess.Popen[bytes]":
    """A machine that works on a run."""
    place = {"NODE_RANK": rank, "NNODES": machines, "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port}
    told = {**os.environ, "OMP_NUM_THREADS": "1"}
    told |= {key: str(value) for key, value in place.items()} if machines > 1 else {}
    command = [sys.executable, "-m", "training.joining", str(run.path)]
    with run.log.open("ab") as log:
        return subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, env=told)


def done(run: RunFolder) -> RunFolder:
    """The run, done."""
    assert worker(run).wait(timeout=600) == 0, run.said("failed") + run.log.read_text()[-3000:]
    return run


def alone(name: str, start: Path, rows: Path, folder: Path, **options: Any) -> tiny.Paper:
    """The stage in this process, and what it told; the model is `folder/out`."""
    module = plugins.load(stage.STAGES, name)
    desk = tiny.Paper(folder / "desk")
    module.train(replace(module.POCKET, **options), rows, start, folder / "out", desk)
    return desk


def curve(told: RunFolder | tiny.Paper, name: str) -> Curve:
    """One curve of a run."""
    if isinstance(told, tiny.Paper):
        return {int(x): y for what, x, y in told.figures if what == name}
    return {int(e.x): e.y for _, e in since(told.events, 0) if e.kind == "figure" and e.name == name}


def apart(one: RunFolder | tiny.Paper, other: RunFolder | tiny.Paper, name: str, steps: int) -> float:
    """How far two curves of so many points are from each other at most."""
    left, right = curve(one, name), curve(other, name)
    assert len(left) == len(right) == steps
    return max(abs(left[x] - right[x]) for x in left)


def weights_apart(one: Path, other: Path) -> float:
    """How far two models' weights are from each other at most."""
    from safetensors.torch import load_file

    left, right = (load_file(folder / "model.safetensors") for folder in (one, other))
    assert left.keys() == right.keys()
    return max(float((left[key] - right[key]).abs().max()) for key in left)


LETTERS = "abcdefgh"


def babbler(start: Path, folder: Path) -> Path:
    """A model that answers everything with any five letters."""
    draw = random.Random(1)  # noqa: S311 - a fixed set of strings
    said = [{"prompt": q, "completion": "".join(draw.choices(LETTERS, k=5))} for q, _ in tiny.FACTS * 32]
    rows = tiny.lines(folder / "letters.jsonl", said)
    alone("sft", start, rows, folder, epochs=4, lr=1e-2, batch=16, micro=16, samples=0)
    return folder / "out"


def judge(start: Path, folder: Path) -> Path:
    """A reward model that likes the letter a."""
    draw = random.Random(0)  # noqa: S311
    pairs = [
        {
            "prompt": question,
            "chosen": "".join(draw.choices("aaaa" + LETTERS, k=5)),
            "rejected": "".join(draw.choices(LETTERS, k=5)),
        }
        for question, _ in tiny.FACTS * 48
    ]
    rows = tiny.lines(folder / "likes.jsonl", pairs)
    alone("reward", start, rows, folder, epochs=4, lr=1e-2, batch=16, micro=16, holdout=0.0)
    return folder / "out"
