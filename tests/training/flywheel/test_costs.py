"""The dry run of a flywheel: sums of what can be summed, and of the rest what holds for one tournament."""

import shutil
from pathlib import Path

import pytest

from arena import presets
from arena.jobs import catalog
from arena.tournament.facts import Line
from training.flywheel import costs, fights
from training.kinds import iteration, study
from training.studies.config import Arm, Config


def test_widths_and_machines_are_told_once_and_amounts_are_summed() -> None:
    sums: dict = {}
    for times, half in ((1, 60.0), (3, 90.0)):
        lines = [Line("battles", 100), Line("interval", half, "Elo"), Line("nodes", 3), Line("minutes", 2.0)]
        costs.add(sums, lines, times)
    assert {name: line.value for name, line in sums.items()} == {
        "battles": 400, "interval": 60.0, "nodes": 3, "minutes": 8.0
    }  # fmt: skip


def test_the_interval_of_a_flywheel_and_of_a_study_is_that_of_its_panel() -> None:
    config = catalog.config("iteration", presets.load("iterate-nano").config)
    first = fights.contestant(config, "i0", config.start)
    panel = fights.on_panel(config, first, first=True)
    alone = {line.what: line.value for line in iteration.cost.estimate(panel, probe=False)}
    whole = {line.what: line.value for line in iteration.plan(config, probe=False)}
    assert whole["interval"] == alone["interval"]
    assert whole["half of that"] == alone["half of that"]
    assert whole["battles"] == 2520
    arms = (Arm("a"), Arm("b", ("seed=1",)))
    told = {line.what: line.value for line in study.plan(Config("s", "iterate-nano", arms), probe=False)}
    assert (told["interval"], told["battles"]) == (alone["interval"], 6 * 2520)


def test_room_is_looked_for_on_the_disk_of_the_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Path] = []
    usage = shutil.disk_usage

    def looked(place: Path) -> object:
        seen.append(Path(place))
        return usage(place)

    monkeypatch.setattr(shutil, "disk_usage", looked)
    monkeypatch.setenv("ARENA_HOME", str(tmp_path / "not" / "there yet"))
    found = iteration._disk(catalog.config("iteration", presets.load("iterate-nano").config))
    assert (found.subject, found.level, seen) == ("disk", "green", [tmp_path])
