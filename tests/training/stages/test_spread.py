"""Stages in two processes beside one, on real models: the same curves, the same weights, the same reward.

Rows, their order and `batch` are the same; two processes take half of each step's rows each. What learns from
given rows is compared step by step; what draws its own answers, by the reward it comes to.
"""

import signal
import time
from statistics import mean, stdev

import pytest

from arena.plugins import Choice
from tests.training import many, tiny
from training import checkpoints
from training.kinds.stage import MODEL
from training.stages import loading, sft

FOLLOW = {"epochs": 4, "batch": 8, "micro": 8, "log_every": 1, "samples": 1, "save_every": 4}
STEPS = 16
CURVE, WEIGHTS = 1e-4, 1e-4
"""How far losses may be apart, of some 5 to 0.7 at the start, and weights, of some 0.1."""
SEEDS = 5
KNOWN = 0.1
"""How well a reward is known that is the mean over 192 answers, which are 1.5 apart."""
WITHIN = 4.604 * (1 + 1 / SEEDS) ** 0.5
"""Standard deviations of so many seeds within which one more stays, 99 % (Student's t)."""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("stage", "options"),
    [
        ("dpo", {"lr": 1e-3, "sft": 1.0}),
        ("reward", {"lr": 1e-3, "holdout": 0.0}),
    ],
)
@pytest.mark.parametrize("accelerate", ["", "fsdp2"])
def test_two_processes_follow_the_curve_of_one(llama, tmp_path, stage, options, accelerate):
    rows = tiny.pair_rows(tmp_path / "rows.jsonl")
    one = many.alone(stage, llama, rows, tmp_path, **FOLLOW, **options)
    told = {"processes": 2, "accelerate": accelerate, **FOLLOW, **options}
    two = many.done(many.held(tmp_path / "runs", stage, llama, rows, **told))
    assert many.apart(one, two, "loss", STEPS) < CURVE
    assert many.apart(one, two, "grad_norm", STEPS) < 10 * CURVE
    assert many.weights_apart(tmp_path / "out", two.outputs / MODEL) < WEIGHTS


@pytest.mark.slow
def test_a_model_in_slices_is_learnt_killed_resumed_and_saved_whole(llama, tmp_path):
    rows = tiny.sft_rows(tmp_path / "rows.jsonl")
    one = many.alone("sft", llama, rows, tmp_path, **FOLLOW, lr=1e-2)
    run = many.held(tmp_path / "runs", "sft", llama, rows, processes=2, accelerate="fsdp2", lr=1e-2, **FOLLOW)
    process = many.worker(run)
    while process.poll() is None and not list(run.path.glob("work/*/checkpoint-*/manifest.json")):
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert run.state() == "dead"
    two = many.done(run)
    assert many.apart(one, two, "loss", STEPS) < CURVE
    made = checkpoints.read(two.outputs / MODEL)
    assert made is not None
    assert (made.steps, checkpoints.whole(two.outputs / MODEL)) == (STEPS, True)
    assert many.weights_apart(tmp_path / "out", two.outputs / MODEL) < WEIGHTS
    tokens = loading.tokenizer(two.outputs / MODEL)
    assert loading.model(two.outputs / MODEL, sft.POCKET, tokens).config.model_type == "llama"


RL = {
    "ppo": {
        "lr": 3e-3,
        "batch": 64,
        "iterations": 12,
        "max_tokens": 6,
        "warmup_values": 1,
        "missing_end": 0.0,
    },
    "rloo": {"lr": 1e-2, "batch": 64, "micro": 32, "epochs": 6, "longest": 6, "kl": 0.0},
    "online_dpo": {"lr": 1e-2, "batch": 32, "epochs": 12, "max_tokens": 6, "missing_end": 0.0},
}


@pytest.fixture(scope="module")
def judge(llama, tmp_path_factory):
    return many.judge(llama, tmp_path_factory.mktemp("judge"))


@pytest.fixture(scope="module")
def start(llama, tmp_path_factory):
    return many.babbler(llama, tmp_path_factory.mktemp("start"))


@pytest.mark.slow
@pytest.mark.parametrize(
    "stage", ["rloo", *(pytest.param(stage, marks=pytest.mark.long) for stage in ("ppo", "online_dpo"))]
)
def test_two_processes_earn_what_one_does(judge, start, tmp_path, stage):
    rows = tiny.prompt_rows(tmp_path / "prompts.jsonl", 8)
    options = {**RL[stage], "least": 2, "log_every": 1, "samples": 0}
    paid = {"reward": Choice("classifier", {"model": str(judge)})}
    alone = [
        many.alone(stage, start, rows, tmp_path / str(seed), seed=seed, **options, **paid)
        for seed in range(SEEDS)
    ]
    told = {"reward": {"name": "classifier", "options": {"model": str(judge)}}}
    two = many.done(many.held(tmp_path / "runs", stage, start, rows, processes=2, **options, **told))
    ends = [end(one) for one in alone]
    assert end(two) > begun(two) + 0.5
    assert abs(end(two) - mean(ends)) < WITHIN * max(stdev(ends), KNOWN)


def end(told) -> float:
    return mean(list(many.curve(told, "reward").values())[-3:])


def begun(told) -> float:
    return many.curve(told, "reward")[1]
