"""The page of studies: its picture and table, what is missing, hostile names, figures to choose."""

from dataclasses import replace
from pathlib import Path

import pytest

from arena.errors import NotFound
from arena.jobs.folder import RunFolder, Spec, find, look_up
from tests.training.studies.test_studies import study as made_study
from training.pages import arms, studies
from training.studies import cells
from training.studies.cells import Study

study = made_study


def test_a_study_is_drawn_with_its_seeds_and_verdicts(study: Study) -> None:
    said = arms.shown(study, "rating")
    assert said.count('class="seed"') == 12
    assert "963 (923 to 1,003)" in said
    assert "outcome-disagrees" in said
    assert "not done yet" not in said


def test_a_point_leads_to_its_run_where_that_is_on_this_machine(study: Study) -> None:
    there = {study.cells[0].run: "/iterate?run=x"}
    said = arms.shown(study, "rating", there)
    assert 'href="/iterate?run=x" aria-label="plain, seed 0: 900"' in said
    assert "Each small point leads to its run" in said
    assert "not on this machine" in arms.shown(study, "rating")


def test_the_runs_of_a_study_are_looked_for_in_the_home(study: Study, tmp_path: Path) -> None:
    run = RunFolder(tmp_path / "study-x" / "steps" / "study-x.a-s0")
    run.make(Spec("iteration", {}, "", "", "k", 1, None, gpu=False))
    assert look_up(tmp_path, "study-x.a-s0").path == run.path
    with pytest.raises(NotFound):
        look_up(tmp_path, "study-x.b-s0")
    with pytest.raises(NotFound):
        find(tmp_path, "study-x.a-s0")
    one = replace(study, cells=(replace(study.cells[0], run="study-x.a-s0"), study.cells[1]))
    assert studies.there(tmp_path, one) == {"study-x.a-s0": "/iterate?run=study-x.a-s0"}


def test_what_is_missing_or_failed_is_said_and_names_are_text(study: Study) -> None:
    some = replace(study, title="<b>x</b>", cells=study.cells[:5], trouble={"worse, 2": "out of memory"})
    said = arms.shown(some, "rating")
    assert "6 cells of 12 are not done yet." in said
    assert "worse, 2: out of memory" in said
    assert "&lt;b&gt;x" in said


def test_ratings_on_another_panel_are_told_and_not_compared(study: Study) -> None:
    arms_ = tuple(
        replace(arm, settings=("anchor=oak",)) if arm.name == "worse" else arm for arm in study.arms
    )
    other = replace(study, arms=arms_)
    assert "Rating on another panel is not held beside the others: worse." in arms.shown(other, "rating")
    assert "another panel" not in arms.shown(other, "skill")


def test_any_figure_can_be_looked_at(study: Study) -> None:
    assert studies.measured(study) == ["rating", "skill"]
    assert "<td" not in arms.compared(study, (), "skill")
    assert "45.0" in arms.shown(study, "skill")


def test_runs_of_studies_are_found_by_their_file(study: Study, tmp_path: Path) -> None:
    assert not [name for name in studies.known(tmp_path) if name.startswith("study-")]
    cells.write(tmp_path / "nothing" / "outputs", study)
    assert "nothing" not in studies.known(tmp_path)


@pytest.mark.parametrize("values", [(5.0,), (5.0, 5.0)])
def test_equal_values_can_be_drawn(study: Study, values: tuple[float, ...]) -> None:
    held = tuple(replace(cell, after={"rating": 5.0}) for cell in study.cells[: len(values)])
    assert 'class="mark"' in arms.shown(replace(study, cells=held), "rating")
