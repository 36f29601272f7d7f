"""SFT that trains the first model anew in later iterations: the model of the last one fights all the same."""

from dataclasses import replace
from pathlib import Path

import pytest

from arena import presets
from arena.jobs import catalog
from tests.training import tiny
from training.flywheel import loop
from training.flywheel.config import Config, StagePlan
from training.flywheel.loop import Loop, Target
from training.flywheel.report import StageReport, Version


def nano(*overrides: str) -> Config:
    made: Config = catalog.config("iteration", presets.load("iterate-nano", overrides).config)
    return made


def test_later_iterations_are_fought_by_the_last_model_and_train_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every stage is taken, and nothing is played or trained."""
    config = nano("iterations=2", "sft_from=start", "parts.3={name: pocket}", "parts.4={name: pocket}",
                  "parts.5={name: pocket}")  # fmt: skip
    fought: list[tuple[str, str]] = []

    def rated(self: Loop, target: Target, iteration: int, stage: str) -> None:
        version = Version(target.name, target.model, iteration, stage)
        self.report = replace(self.report, versions=(*self.report.versions, version))

    def taken(self: Loop, iteration: int, plan: StagePlan) -> StageReport:
        fought.append((self.target.name, self._start(iteration, plan) if plan.start == "target" else ""))
        new = Target(f"i{iteration}-{plan.stage}", f"/made/i{iteration}-{plan.stage}")
        rated(self, new, iteration, plan.stage)
        self.target, self.report = new, replace(self.report, current=new.name)
        return StageReport(iteration, plan.stage, "taken", "yes", version=new.name)

    monkeypatch.setattr(Loop, "_rate", rated)
    monkeypatch.setattr(Loop, "_stage", taken)
    run = Loop(config, tiny.Paper(tmp_path))
    first = run.target.model
    run.run()
    assert fought[0] == ("nano-loop-i0", first)
    assert fought[4] == ("i1-ppo", first)
    assert fought[5] == ("i2-sft", "/made/i2-sft")


def test_only_flywheels_that_begin_anew_are_others_than_they_were(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = catalog.load("iteration")
    plans = [nano(), nano("iterations=2"), nano("sft_from=start"), nano("iterations=2", "sft_from=start")]
    before = [catalog.identity(kind, plan) for plan in plans]
    monkeypatch.setattr(loop, "ANEW", loop.ANEW + 1)
    assert [catalog.identity(kind, plan) != key for plan, key in zip(plans, before, strict=True)] == [
        False, False, False, True
    ]  # fmt: skip
