"""Studies: what is compared, what differences come to, what is refused, and a whole one at its smallest."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from scipy import stats

from arena import presets
from arena.errors import BadRequest, NotFound
from arena.jobs import catalog
from arena.jobs import plan as plans
from arena.jobs.folder import RunFolder, Spec
from training.flywheel.report import Report, StageReport, Version
from training.studies import cells, config, table, telling
from training.studies.cells import Cell, Study
from training.studies.config import Arm, Config
from training.studies.table import Estimate

ARMS = (
    Arm("plain"),
    Arm("better", expected="higher"),
    Arm("alike", expected="same"),
    Arm("worse", expected="higher"),
)
VALUES = {
    "plain": (900, 910, 930),
    "better": (950, 958, 981),
    "alike": (899, 912, 929),
    "worse": (800, 812, 829),
}


def cell(arm: str, seed: int, rating: float) -> Cell:
    before, after = {"rating": 550.0}, {"rating": rating, "skill": rating / 2000}
    return Cell(arm, seed, f"r.{arm}", before, after, {"i1-sft": "taken: yes"}, {"i1-sft": 100}, 60.0)


@pytest.fixture
def study() -> Study:
    held = tuple(cell(arm, seed, VALUES[arm][seed]) for seed in range(3) for arm in VALUES)
    return Study("s", "A study", "The claim.", "iterate-nano", "rating", "plain", ARMS, (0, 1, 2), held)


def test_an_effect_is_students_interval_of_the_differences_by_seed(study: Study) -> None:
    found = {line.arm: line for line in table.lines(study)}
    ours = found["better"].effect
    wanted = stats.ttest_rel(VALUES["better"], VALUES["plain"]).confidence_interval(0.95)
    assert ours is not None
    assert (ours.low, ours.high) == pytest.approx((wanted.low, wanted.high))
    assert found["plain"].effect is None
    assert found["better"].gain == table.estimate([value - 550 for value in VALUES["better"]])


def test_a_verdict_is_only_given_where_the_interval_is_on_one_side(study: Study) -> None:
    found = {line.arm: line.verdict for line in table.lines(study)}
    assert found == {"plain": "-", "better": "agrees", "alike": "agrees", "worse": "disagrees"}
    assert table.verdict(Estimate(5, -1, 11, 3), "higher") == "undecided"
    assert table.verdict(Estimate(5, None, None, 1), "higher") == "undecided"
    assert table.verdict(Estimate(5, 4, 6, 3), "") == "-"


def test_of_another_figure_than_the_one_that_decides_nothing_was_expected(study: Study) -> None:
    found = {line.arm: line for line in table.lines(study, "skill")}
    assert {(line.expected, line.verdict) for line in found.values()} == {("", "-")}
    assert found["better"].effect is not None
    rows = telling.table(study, "csv", "skill").splitlines()
    assert rows[2].split(",")[-4:-2] == ["", "-"]


@pytest.mark.parametrize("told", ["opponents=[]", "panel.options.n=9", "anchor = oak"])
def test_ratings_of_two_panels_are_not_compared(study: Study, told: str) -> None:
    arms = tuple(replace(arm, settings=("seed=1", told)) if arm.name == "better" else arm for arm in ARMS)
    other = replace(study, arms=arms)
    rated, skilled = ({line.arm: line for line in table.lines(other, name)} for name in ("rating", "skill"))
    assert (rated["better"].effect, rated["better"].verdict) == (None, "-")
    assert rated["better"].gain is not None
    assert rated["worse"].effect is not None
    assert skilled["better"].effect is not None


def test_half_a_study_compares_the_seeds_that_both_arms_have(study: Study) -> None:
    some = Study(*[getattr(study, name) for name in Study.__slots__[:8]], study.cells[:6])
    found = {line.arm: line for line in table.lines(some)}
    assert found["better"].effect is not None
    assert (found["better"].effect.n, found["worse"].effect and found["worse"].effect.n) == (2, 1)


def test_the_table_is_written_in_every_form(study: Study) -> None:
    assert "| better | 963 (" in telling.table(study, "md")
    assert telling.table(study, "md", "skill").startswith("| arm | skill |")
    rows = telling.table(study, "csv").splitlines()
    assert rows[0].split(",")[:4] == ["arm", "figure", "figure_low", "figure_high"]
    assert rows[2].startswith("better,963")
    tex = telling.table(study, "tex")
    assert tex.count(r"\\") == 5
    assert tex.startswith(r"\begin{tabular}{lrrrrrrr}")


def test_a_study_is_written_and_read_whole(study: Study, tmp_path: Path) -> None:
    cells.write(tmp_path, study)
    assert cells.read(tmp_path / cells.FILE) == study
    (tmp_path / "x.json").write_text('{"name": 3}')
    with pytest.raises(NotFound, match=r"x\.json is no study"):
        cells.read(tmp_path / "x.json")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"arms": (Arm("a"),)}, "two arms at least"),
        ({"arms": (Arm("a"), Arm("a"))}, "arm a stands there twice"),
        ({"seeds": (1, 1)}, "seed 1 stands there twice"),
        ({"baseline": "c"}, "no arm 'c'; there are a, b"),
        ({"base": "nothing"}, "no preset 'nothing'"),
        ({"base": "pocket"}, "pocket is a tournament, no iteration"),
        ({"arms": (Arm("a", stages=("sleep",)), Arm("b"))}, "has no stage 'sleep', only sft, dpo"),
        ({"arms": (Arm("a", settings=("gate.off=1",)), Arm("b"))}, "no such field"),
    ],
)
def test_a_study_that_cannot_be_run_is_refused(change: dict[str, Any], said: str) -> None:
    plain = {"name": "s", "base": "iterate-nano", "arms": (Arm("a"), Arm("b"))}
    with pytest.raises((BadRequest, NotFound), match=said):
        config.checked(Config(**{**plain, **change}))


def test_what_the_base_says_decides_whose_study_it_is() -> None:
    module = catalog.load("study")
    plain = Config("s", "iterate-nano", (Arm("a"), Arm("b", ("iterations=2",))))
    other = Config("s", "iterate-pocket", plain.arms)
    same = Config("s", "iterate-nano", plain.arms, about={"title": "Another title"})
    assert catalog.identity(module, plain) == catalog.identity(module, same)
    assert catalog.identity(module, plain) != catalog.identity(module, other)


def test_every_shipped_study_can_be_run() -> None:
    found = [shown for shown in presets.every() if shown.kind == "study"]
    assert len(found) >= 6
    for shown in found:
        preset = presets.load(shown.name)
        made = catalog.config("study", preset.config)
        assert isinstance(made, Config)
        config.checked(made)


def test_a_cells_cost_counts_shared_steps_once_and_those_of_other_studies(tmp_path: Path) -> None:
    first, second = (laid(tmp_path / name, "study-x.a-s0", 0.0) for name in ("one", "two"))
    first.put("cpu", "50")  # 40 of them in its one step
    laid(first.path / "steps", "study-x.a-s0.train", 40.0).put("pid")
    second.put("cpu", "12")
    laid(second.path / "steps", "study-x.a-s0.train", 40.0)  # taken over: it has no process
    assert cells.cost(first, {}) == (50.0, {"key train": 40.0})
    assert cells.cost(second, {"key train": 40.0}) == (12.0, {"key train": 40.0})
    assert cells.cost(second, {})[0] == 52.0


def laid(place: Path, name: str, cpu: float) -> RunFolder:
    run = RunFolder(place / name)
    run.make(Spec("stage", {}, "", "", f"key {name.partition('.')[2].partition('.')[2]}", 1, None, gpu=False))
    run.put("cpu", str(cpu))
    return run


def test_what_a_stage_measured_of_itself_is_a_figure() -> None:
    told = StageReport(1, "ser", "ready", "right on 76 %", figures={"loop_1/held_out/accuracy": 0.76})
    made = cells.made(Arm("a"), 0, "r", Report("x", (Version("x-i0", "m", 0, "start"),), (told,)), 7.0)
    assert made.after["ser: loop_1/held_out/accuracy"] == 0.76
    assert made.cpu == 7.0
    assert telling.number(0.76, "ser: loop_1/held_out/accuracy") == "76.0"


@pytest.mark.slow
@pytest.mark.long
def test_a_study_runs_its_cells_and_shares_what_is_the_same(tmp_path: Path) -> None:
    small = (
        "parts.0.options.n=60",
        "panel.options.n=20",
        "gate_prompts.options.n=10",
        "checks=[]",
        "gate.on=false",
    )
    plan = {
        "name": "tiny", "base": "iterate-nano", "seeds": [0], "settings": list(small),
        "arms": [
            {"name": "slow", "stages": ["sft"], "settings": ["stages.0.options.lr=1e-5"]},
            {"name": "fast", "stages": ["sft"], "settings": ["stages.0.options.lr=2e-3"]},
        ],
    }  # fmt: skip
    (tmp_path / "runs").mkdir()
    run = RunFolder(tmp_path / "runs" / plans.launch(tmp_path / "runs", plans.Plan("study", plan)).id)
    worker = [sys.executable, "-m", "arena.jobs.worker", str(run.path)]
    assert subprocess.run(worker, check=False).returncode == 0, run.log.read_text()
    study = cells.read(run.outputs / cells.FILE)
    assert [(one.arm, one.seed) for one in study.cells] == [("slow", 0), ("fast", 0)]
    first, second = (one.before for one in study.cells)
    assert first["characters"] == second["characters"]
    assert first["rating"] == pytest.approx(second["rating"], abs=30)  # ranked with whom it met
    assert study.cells[0].after != study.cells[1].after
    log = (run.path / "steps" / f"{run.id}.fast-s0" / "events.jsonl").read_text()
    assert f"taken over from {run.id}.slow-s0" in log
    assert json.loads((run.outputs / cells.FILE).read_text())["figure"] == "rating"
    assert study.cells[0].cpu > study.cells[1].cpu > 0
    turned = plans.Plan("study", {**plan, "name": "other", "arms": plan["arms"][::-1]})
    other = RunFolder(tmp_path / "runs" / plans.launch(tmp_path / "runs", turned).id)
    assert subprocess.run([*worker[:3], str(other.path)], check=False).returncode == 0, other.log.read_text()
    again = {one.arm: one for one in cells.read(other.outputs / cells.FILE).cells}
    assert {name: one.after for name, one in again.items()} == {one.arm: one.after for one in study.cells}
    assert not list(other.path.glob("steps/*/steps/*/pid"))


def test_a_cell_whose_last_stage_made_no_model_is_told_and_not_measured() -> None:
    made = StageReport(1, "sft", "kept", "not better", version="x-i1-sft")
    gated = StageReport(1, "ppo", "gated", "there is no reward model to learn from")
    judged = StageReport(1, "reward", "gated", "right on 51.0% of 40 pairs")
    assert cells.untrained(Report("x", stages=(made,))) == ""
    assert cells.untrained(Report("x", stages=(made, judged))) == ""
    assert cells.untrained(Report("x", stages=(made, gated))) == (
        "its last stage, ppo, made no model (gated: there is no reward model to learn from)"
    )
