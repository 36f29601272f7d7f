"""Versions rated on the panel: over all panels so far, each of them read once."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from arena.jobs import catalog, folder
from arena.jobs.folder import RunFolder
from tests.training import tiny
from tests.training.flywheel import finished
from training.flywheel import standing
from training.flywheel.loop import Loop, Target
from training.flywheel.standing import Bout


def test_a_version_is_rated_beside_those_before_and_no_panel_is_read_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = finished.flywheel(tmp_path / "runs")
    panels = [folder.step(run, name) for name in ("i0-start-panel", "i1-sft-panel")]
    left, read, bouts = iter(panels), [], standing.bouts

    def counted(runs: Iterable[RunFolder]) -> list[Bout]:
        found = list(runs)
        read.extend(found)
        return bouts(found)

    monkeypatch.setattr(standing, "bouts", counted)
    monkeypatch.setattr(Loop, "_fight", lambda *_: next(left))
    monkeypatch.setattr(Loop, "_checks", lambda *_: {})
    made = Loop(catalog.config("iteration", run.spec().config), tiny.Paper(tmp_path))
    made._rate(Target(finished.OLD, "shipped:sprout"), 0, "start")
    made._rate(Target(finished.NEW, "/made"), 1, "sft")
    assert read == panels
    old, new = made.report.versions
    assert (old.battles, new.battles, new.flipped, new.lost) == (2, 2, 1, 1)
    assert old.rating == pytest.approx(new.rating)
    assert [one.name for one in made.report.opponents] == ["elm"]
