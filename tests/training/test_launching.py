"""How a stage is launched: shipped configs that accelerate reads, and what is refused before the start."""

from dataclasses import replace

import pytest

from arena.errors import BadRequest
from arena.jobs import catalog
from arena.settings import shipped
from tests.training import tiny
from training import launching, machines
from training.kinds import stage
from training.launching import Launch
from training.machines import Place
from training.stages import dpo, loading, ppo, rrhf, sft

CONFIGS = ("fsdp2", "fsdp2-multi-node", "multi-gpu", "multi-node", "single")
FOLDER = shipped() / "presets" / "accelerate"
PLACE = Place(1, 2, "10.0.0.1", 29500)


def test_every_shipped_config_is_one_that_accelerate_reads():
    reading = pytest.importorskip("accelerate.commands.config.config_args")
    assert launching.names() == CONFIGS
    found = {name: reading.load_config_from_file(str(FOLDER / f"{name}.yaml")) for name in CONFIGS}
    kinds = {name: one.distributed_type.value for name, one in found.items()}
    assert kinds == {
        name: "FSDP" if "fsdp2" in name else "NO" if name == "single" else "MULTI_GPU" for name in CONFIGS
    }
    assert {one.fsdp_config.get("fsdp_version") for name, one in found.items() if "fsdp2" in name} == {2}
    assert {name for name, one in found.items() if one.num_machines > 1} == {"fsdp2-multi-node", "multi-node"}


@pytest.mark.parametrize("name", CONFIGS)
def test_accelerate_takes_the_command_as_it_stands(name, tmp_path):
    launch = pytest.importorskip("accelerate.commands.launch")
    count = 1 if name == "single" else 4
    told = launching.command(sft.Config(processes=count, accelerate=name), tmp_path, PLACE)
    asked = launch.launch_command_parser().parse_args(told[3:])
    found, defaults, _ = launch._validate_launch_command(asked)
    assert (found.num_processes, found.module, found.training_script) == (count, True, "training.ranked")
    assert found.training_script_args == [str(tmp_path)]
    assert (found.use_fsdp, found.multi_gpu) == ("fsdp2" in name, name in ("multi-gpu", "multi-node"))
    if "fsdp2" in name:
        assert (found.fsdp_version, found.fsdp_cpu_ram_efficient_loading) == (2, False)
        assert set(defaults.fsdp_config) <= set(vars(found))
    if "node" in name:
        assert (found.num_machines, found.machine_rank, found.main_process_ip) == (2, 1, "10.0.0.1")


def test_what_a_config_says_is_read_and_the_stage_says_how_many():
    assert launching.read(sft.Config(processes=3)) == Launch(3)
    found = launching.read(sft.Config(processes=8, accelerate="fsdp2-multi-node"))
    assert (found.processes, found.several, found.sliced) == (8, True, True)
    assert launching.read(sft.Config(accelerate="single")).processes == 1


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            {"accelerate": "fdsp2"},
            "no accelerate config 'fdsp2': name one of fsdp2, fsdp2-multi-node, multi-gpu",
        ),
        ({"accelerate": "mine.yaml"}, "mine.yaml: no such file; `accelerate config` writes one"),
        ({"accelerate": "fsdp2"}, "accelerate fsdp2: say how many processes train together"),
        ({"accelerate": "single", "processes": 2}, "accelerate single is for one process, not for 2"),
        ({"processes": 4}, "sft: 4 processes need as many accelerators, here are 2: lower processes"),
        ({"processes": 3, "batch": 8}, "sft: a batch of 8 rows does not divide among 3 processes"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(options, words):
    with pytest.raises(BadRequest) as told:
        launching.fits("sft", replace(sft.Config(), **options), sft, 2)
    assert str(told.value).startswith(words)
    assert "\n" not in str(told.value)


def test_a_file_that_is_no_config_is_refused_and_ones_own_is_taken(tmp_path):
    mine = tmp_path / "mine.yaml"
    for text in (
        "",
        "- 1",
        "num_processes: 2",
        "distributed_type: FSDP\nnum_processes: many",
        "a: [",
        "\xff",
    ):
        mine.write_text(text, "latin-1")
        with pytest.raises(BadRequest, match=r"mine.yaml: no config of accelerate"):
            launching.read(sft.Config(accelerate=str(mine)))
    mine.write_text("distributed_type: MULTI_GPU\nnum_processes: 4\n")
    assert launching.read(sft.Config(accelerate=str(mine))) == Launch(4, file=mine)
    assert launching.read(sft.Config(accelerate=str(mine), processes=2)).processes == 2


def test_stages_that_need_the_whole_model_refuse_slices_and_those_of_one_process_all():
    settings = ppo.Config(processes=2, accelerate="fsdp2")
    with pytest.raises(
        BadRequest, match="ppo needs the whole model in each process: take accelerate multi-gpu"
    ):
        launching.fits("ppo", settings, ppo)
    launching.fits("ppo", replace(settings, accelerate="multi-gpu"), ppo)
    with pytest.raises(BadRequest, match="rrhf trains in one process"):
        launching.fits("rrhf", rrhf.Config(processes=2), rrhf)


def test_dpo_shares_one_model_in_slices_but_for_attacks_on_its_embeddings():
    settings = dpo.Config(processes=2, accelerate="fsdp2")
    launching.fits("dpo", settings, dpo)
    launching.fits("dpo", replace(settings, attack=0.1, accelerate="multi-gpu"), dpo)
    with pytest.raises(BadRequest, match="dpo with attack needs the whole model in each process"):
        launching.fits("dpo", replace(settings, attack=0.1), dpo)


def test_the_preflight_says_how_a_stage_is_launched(llama, tmp_path):
    options = {"processes": 2, "accelerate": "fsdp2", "batch": 8}
    rows = tiny.sft_rows(tmp_path / "rows.jsonl")
    told = {
        "stage": {"name": "sft", "options": options},
        "rows": str(rows),
        "start": str(llama),
        "preset": "pocket",
    }
    found = next(f for f in stage.check(catalog.config("stage", told)) if f.subject == "stage")
    assert "2 processes (fsdp2)" in found.text or "2 processes need as many accelerators" in found.text


def test_processes_that_share_accelerators_see_all_of_them_again(monkeypatch):
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.delenv("ARENA_ONE_ACCELERATOR", raising=False)
    with monkeypatch.context() as narrowed:
        narrowed.setenv("CUDA_VISIBLE_DEVICES", "0")
        narrowed.setenv("ARENA_ONE_ACCELERATOR", "1")
        assert "CUDA_VISIBLE_DEVICES" not in loading.environment()
        assert loading.accelerators() == 0
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1,3")
    loading.quiet()
    assert loading.environment()["CUDA_VISIBLE_DEVICES"] == "1,3"


def test_a_machine_reads_its_place_as_the_scheduler_tells_it(monkeypatch):
    for name in ("NNODES", "NODE_RANK", "MASTER_ADDR", "MASTER_PORT"):
        monkeypatch.delenv(name, raising=False)
    assert machines.here() == Place()
    for name, value in {"NNODES": "2", "NODE_RANK": "1", "MASTER_ADDR": "10.0.0.1"}.items():
        monkeypatch.setenv(name, value)
    assert machines.here() == PLACE
    monkeypatch.setenv("NODE_RANK", "2")
    with pytest.raises(BadRequest, match="NODE_RANK 2 with NNODES 2: ranks go from 0 to NNODES - 1"):
        machines.here()
    monkeypatch.setenv("NNODES", "two")
    with pytest.raises(BadRequest, match="NNODES='two' in the environment is no number"):
        machines.here()


def test_several_machines_are_waited_for_only_where_a_scheduler_tells_of_them(monkeypatch, tmp_path):
    monkeypatch.delenv("NNODES", raising=False)
    with pytest.raises(
        BadRequest, match="multi-node is for several machines: start it where the scheduler tells"
    ):
        launching.run(sft.Config(processes=4, accelerate="multi-node"), tiny.Paper(tmp_path))
    for name, value in {"NNODES": "3", "NODE_RANK": "0", "MASTER_ADDR": "10.0.0.1"}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(BadRequest, match="4 processes do not divide among 3 machines"):
        launching.run(sft.Config(processes=4, accelerate="multi-node"), tiny.Paper(tmp_path))
