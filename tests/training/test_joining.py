"""Several machines that train one stage: the shipped scripts, started as a cluster starts them."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from arena.errors import NotFound
from arena.jobs import folder
from arena.jobs.folder import RunFolder, Spec, Worker
from arena.settings import shipped
from tests.training import many, tiny
from training import checkpoints, joining
from training.kinds.stage import MODEL
from training.machines import Place

CLUSTER = shipped() / "presets" / "cluster"
SKY = yaml.safe_load((CLUSTER / "skypilot.yaml").read_text("utf-8"))
FOLLOW = {"epochs": 2, "batch": 8, "micro": 8, "lr": 1e-2, "log_every": 1, "samples": 1, "save_every": 50}


def test_the_scripts_are_sound():
    subprocess.run(["bash", "-n", str(CLUSTER / "slurm.sh")], check=True)
    for part in ("setup", "run"):
        subprocess.run(["bash", "-n"], input=SKY[part].encode(), check=True)
    assert set(SKY) == {"name", "num_nodes", "resources", "workdir", "volumes", "envs", "setup", "run"}
    assert "[train]" in SKY["setup"]
    assert Path("constraints.txt").name in SKY["setup"]


def test_a_folder_that_is_no_run_is_refused(tmp_path):
    with pytest.raises(NotFound, match="no run folder"):
        joining.follow(RunFolder(tmp_path), Place(1, 2, "127.0.0.1", 1))
    told = subprocess.run(
        [sys.executable, "-m", "training.joining", str(tmp_path)],
        env={**place(), "NNODES": "2", "NODE_RANK": "2", "MASTER_ADDR": "127.0.0.1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (told.returncode, told.stderr.count("\n")) == (1, 1)
    assert "ranks go from 0 to NNODES - 1" in told.stderr


def test_only_a_worker_that_lives_is_joined(tmp_path):
    run = RunFolder(tmp_path)
    (tmp_path / "work").mkdir()
    for pid in ('{"pid": 4194000, "started": 1.0, "host": "elsewhere"}', "", "{"):
        run.put("pid", pid)
        (tmp_path / "work" / "launch").write_text('{"id": "one", "worker": "another"}')
        assert list(joining.calls(run)) == []


def test_a_step_of_a_flywheel_is_joined_while_its_worker_lives(tmp_path):
    run, step = RunFolder(tmp_path / "w"), folder.step(RunFolder(tmp_path / "w"), "i1-sft")
    for each in (run, step):
        each.make(Spec("stage", {}, "", "", "key", 1, None, False))
    step.put("pid", Worker.of(os.getpid()).note())
    call = {"id": "one", "worker": step.said("pid")}
    (step.path / "work" / "launch").write_text(json.dumps(call))
    assert [(where.id, name) for where, name in joining.calls(run)] == [("w.i1-sft", "one")]


def test_a_worker_whose_clock_is_off_lives_while_its_heart_beats(tmp_path):
    step, hour, now = folder.step(RunFolder(tmp_path), "i1-sft"), 3600 * 10**9, [0.0]
    for each in (RunFolder(tmp_path), step):
        each.make(Spec("stage", {}, "", "", "key", 1, None, False))
    step.put("pid", json.dumps({"pid": 7, "started": 1.0, "host": "elsewhere"}))
    (step.path / "work" / "launch").write_text(json.dumps({"id": "one", "worker": step.said("pid")}))
    watch = joining.Watch(lambda: now[0])

    def called():
        return [name for _, name in joining.calls(RunFolder(tmp_path), watch.alive)]

    step.put("heartbeat")
    for beat, living in ((hour, []), (hour, []), (hour + 1, ["one"]), (hour + 1, ["one"])):
        os.utime(step.path / "heartbeat", ns=(beat, beat))
        assert called() == living
    now[0] += folder.FRESH
    assert called() == []
    os.utime(step.path / "heartbeat", ns=(2 * hour, 2 * hour))
    assert called() == ["one"]


def place() -> dict[str, str]:
    """What every machine is told alike: here all are this one."""
    paths = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return {**os.environ, "PATH": paths, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(many.ROOT)}


def free() -> int:
    """A port that the script may come to: 20000 and up."""
    for port in range(20000 + os.getpid() % 10000, 40000):
        try:
            with socket.create_server(("127.0.0.1", port)):
                return port
        except OSError:
            continue
    raise AssertionError("all ports are taken")


SRUN = """#!/bin/bash
shift
for SLURM_NODEID in 1 0; do export SLURM_NODEID; "$@" & done
for job in $(jobs -p); do wait "$job" || exit 1; done
"""


def slurm(run: RunFolder, beside: Path) -> int:
    """The script in the hands of a scheduler with two machines, both of them this one."""
    for name, text in {"srun": SRUN, "scontrol": "#!/bin/bash\necho 127.0.0.1\n"}.items():
        (beside / name).write_text(text)
        (beside / name).chmod(0o755)
    told = place()
    told |= {"PATH": f"{beside}{os.pathsep}{told['PATH']}", "SLURM_JOB_NUM_NODES": "2"}
    told |= {"SLURM_JOB_NODELIST": "n[1-2]", "SLURM_JOB_ID": str(free() - 20000)}
    command = ["bash", str(CLUSTER / "slurm.sh"), str(run.path)]
    return subprocess.run(command, env=told, timeout=600, check=False).returncode


def skypilot(run: RunFolder, beside: Path) -> int:
    """What stands under `run`, on two machines."""
    del beside
    told = {**place(), "SKYPILOT_NUM_NODES": "2", "SKYPILOT_NODE_IPS": "127.0.0.1\n127.0.0.1"}
    told |= {"RUN": str(run.path), "MASTER_PORT": str(free())}
    both = [
        subprocess.Popen(["bash", "-c", SKY["run"]], env={**told, "SKYPILOT_NODE_RANK": rank})
        for rank in ("1", "0")
    ]
    return max(process.wait(timeout=600) for process in both)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cluster", "config", "lora"),
    [
        pytest.param(slurm, "fsdp2-multi-node", 4, id="slurm"),
        pytest.param(skypilot, "multi-node", 0, id="skypilot", marks=pytest.mark.long),
    ],
)
def test_two_machines_train_what_one_process_does(cluster, config, lora, llama, tmp_path):
    rows = tiny.sft_rows(tmp_path / "rows.jsonl")
    one = many.alone("sft", llama, rows, tmp_path, lora=lora, **FOLLOW)
    run = many.held(
        tmp_path / "runs", "sft", llama, rows, processes=2, accelerate=config, lora=lora, **FOLLOW
    )
    assert cluster(run, tmp_path) == 0, run.said("failed") + run.log.read_text()[-3000:]
    assert many.apart(one, run, "loss", 8) < 1e-4
    assert checkpoints.whole(run.outputs / MODEL)
    assert (run.outputs / MODEL / "adapter").is_dir() == bool(lora)
    assert many.weights_apart(tmp_path / "out", run.outputs / MODEL) < 1e-4
