"""Versions in keys: a mended stage, part of a stage or rule is another run, step and checkpoint."""

import inspect

import pytest

from arena import plugins, presets
from arena.jobs import catalog
from tests.training import tiny
from training import versions
from training.kinds import stage
from training.rl import steps
from training.selection import best
from training.stages import bpo, course, dpo, sft
from training.stages.types import Training

STAGES = [plugins.load(stage.STAGES, name) for name in plugins.names(stage.STAGES)]


def flywheel(*overrides):
    given = presets.load("iterate-pocket", overrides).config
    return catalog.identity(catalog.load("iteration"), catalog.config("iteration", given))


def test_first_versions_go_without_saying_and_parts_count(monkeypatch):
    assert versions.of(stage.STAGES, "sft") == ()
    assert versions.of(stage.STAGES, "bpo") == (f"bpo {bpo.VERSION}",)
    monkeypatch.setattr(dpo, "VERSION", 7)
    assert versions.of(stage.STAGES, "bpo") == (f"bpo {bpo.VERSION}", "dpo 7")


def test_a_mended_part_or_rule_makes_another_flywheel(monkeypatch):
    compound = "stages.1={stage: bpo, part: 2, values: pocket}"
    ruled = "stages.0.rules=[{name: best}]"
    before, plain = flywheel(compound, ruled), flywheel()
    monkeypatch.setattr(best, "VERSION", 2, raising=False)
    ruled_anew = flywheel(compound, ruled)
    assert flywheel() == plain
    monkeypatch.setattr(dpo, "VERSION", 7)
    assert len({before, ruled_anew, flywheel(compound, ruled)}) == 3


@pytest.mark.parametrize(("name", "mended"), [("bpo", dpo), ("bpo", bpo), ("sft", sft)])
def test_a_mended_stage_or_part_makes_another_step(llama, tmp_path, monkeypatch, name, mended):
    rows = tiny.prompt_rows(tmp_path / "rows.jsonl")
    given = {"stage": {"name": name}, "rows": str(rows), "start": str(llama)}
    before = catalog.identity(stage, catalog.config("stage", given))
    monkeypatch.setattr(mended, "VERSION", 7)
    assert catalog.identity(stage, catalog.config("stage", given)) != before


def test_a_mended_part_makes_another_checkpoint(llama, tmp_path, desk, monkeypatch):
    def key():
        rows = tiny.prompt_rows(tmp_path / "rows.jsonl")
        made = course.begin("bpo", bpo.POCKET, rows, llama, tmp_path / "out", desk, version=bpo.VERSION)
        return made.manifest.key

    before = key()
    monkeypatch.setattr(dpo, "VERSION", 7)
    assert key() != before


@pytest.mark.parametrize("module", STAGES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_a_stage_made_of_stages_names_them(module):
    said = inspect.getsource(module)
    parts = getattr(module, "PARTS", ())
    assert bool(parts) == ("training.composing" in said or "import composing" in said)
    assert set(parts) <= set(plugins.names(stage.STAGES))
    assert all(said.count(f'"{part}"') > 1 for part in parts)


@pytest.mark.parametrize("schedule", ["constant", "linear", "cosine"])
def test_the_first_step_learns_and_the_rate_rises_and_falls(schedule):
    config = Training(schedule=schedule, warmup=0.25)
    rates = [steps.slope(config, at, 20) for at in range(20)]
    assert rates[:4] == pytest.approx([0.2, 0.4, 0.6, 0.8])
    assert rates[4:] == sorted(rates[4:], reverse=True)
    assert min(rates) > 0
    assert steps.slope(Training(schedule=schedule, warmup=0.0), 0, 20) == 1
