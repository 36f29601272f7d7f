"""Two processes that learn together: from the same answers they come to the same weights as one."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from arena.errors import BadRequest
from tests.training import many
from training.rl import together
from training.stages import spread


@pytest.mark.slow
@pytest.mark.parametrize("stage", ["ppo", "online_dpo"])
def test_from_the_same_answers_two_learn_what_one_does(llama, tmp_path, stage):
    from tests.training.rl import pair

    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
    pair.main(stage, str(llama), str(one))
    learnt_by_two(stage, llama, two)
    alone, both = (json.loads((folder / "figures.json").read_text()) for folder in (one, two))
    assert alone.keys() == both.keys()
    assert both == pytest.approx(alone, rel=1e-4, abs=1e-5)
    assert many.weights_apart(llama, one / "model") > 1e-3
    assert many.weights_apart(one / "model", two / "model") < 5e-5


@pytest.mark.slow
def test_fresh_adapters_of_two_processes_are_those_of_the_first(llama, tmp_path):
    learnt_by_two("adapted", llama, tmp_path)
    first, second = (json.loads((tmp_path / f"adapter-{rank}.json").read_text()) for rank in (0, 1))
    assert first == second
    assert any(first.values())


def test_adapters_are_handed_on_where_all_can_hear_them(monkeypatch):
    import torch
    from torch import distributed

    monkeypatch.setenv("WORLD_SIZE", "2")
    monkeypatch.setattr(spread, "place", lambda: "meta")  # a place of which gloo says that it hears nothing
    distributed.init_process_group("gloo", store=distributed.HashStore(), rank=0, world_size=1)
    try:
        with pytest.raises(RuntimeError, match=r"(?i)meta"):
            together.alike(torch.nn.Linear(2, 2))
    finally:
        distributed.destroy_process_group()


def learnt_by_two(stage: str, start: Path, out: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    shared = {"WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "tests.training.rl.pair", stage, str(start), str(out)]
    both = [
        subprocess.Popen(
            command, cwd=many.ROOT, env={**os.environ, **shared, "RANK": rank, "LOCAL_RANK": rank}
        )
        for rank in ("0", "1")
    ]
    assert [process.wait(timeout=300) for process in both] == [0, 0]


def test_parts_are_all_rows_once_and_fewer_rows_than_processes_are_refused(monkeypatch):
    monkeypatch.setenv("WORLD_SIZE", "3")
    parts, seeds = [], set()
    for rank in ("0", "1", "2"):
        monkeypatch.setenv("RANK", rank)
        parts += range(8)[together.part(8)]
        seeds.add(together.seed(5) % (1 << 32))  # so much of it torch's generator takes
    assert parts == list(range(8))
    assert len(seeds) == 3
    with pytest.raises(BadRequest, match="2 rows a step are fewer than 3 processes"):
        together.part(2)


def test_alone_nothing_is_asked_of_others():
    assert (together.part(5), together.seed(7)) == (slice(0, 5), 7)
    assert together.sums({"loss": 2.0}) == {"loss": 2.0}
