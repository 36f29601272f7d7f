"""Studies as they stand in the README: from the committed files and nothing else, and what the verbs find."""

import re
from dataclasses import replace
from pathlib import Path

from click.testing import Result
from typer.testing import CliRunner

from arena.cli.verbs import app
from arena.errors import BadRequest
from arena.jobs.folder import RunFolder, Spec
from tests.training.studies.test_studies import study as made_study
from training.studies import cells, summary, telling, verbs
from training.studies.cells import Study

study = made_study
README = Path(__file__).parents[3] / "README.md"
OPEN, CLOSE = "<!-- made by `arena study report` -->\n", "<!-- end of `arena study report` -->"
LOOPS = {
    "ser: loop_0/held_out/accuracy": 0.73,
    "ser: loop_1/self_label/accuracy": 0.92,
    "ser: loop_1/self_label/n": 418.0,
    "ser: loop_1/held_out/accuracy": 0.7,
    "ser: rolled_back": 1.0,
}


def test_the_tables_of_the_readme_are_those_of_the_committed_studies() -> None:
    held = README.read_text("utf-8").partition(OPEN)[2].partition(CLOSE)[0]
    found = [cells.read(path) for path in summary.committed().values()]
    assert found
    assert held.strip() == summary.report(found).strip()


def test_committed_studies_are_as_they_were_run_and_name_no_place_of_a_machine() -> None:
    for name, path in summary.committed().items():
        found = cells.read(path)
        assert found.name == name
        assert len(found.seeds) >= 3
        assert found.minutes > 0
        assert not re.search(r'[" ](/|[A-Z]:)[a-z]', path.read_text("utf-8"))


def test_a_report_says_claim_sizes_seeds_cost_and_what_is_missing(study: Study) -> None:
    some = tuple(replace(cell, cpu=90.0) for cell in study.cells[:8])
    said = summary.report([replace(study, cells=some, note="Of 10 prompts.")])
    assert said.startswith(
        "**A study** (`arena study run s`; seeds 0, 1, 2; 8 of 12 runs; 12 processor minutes)"
    )
    assert "Claim: The claim.\n\nOf 10 prompts.\n\n| arm | rating |" in said
    assert "| better |" in said
    assert "rolled back" not in said


def test_self_labelling_is_told_loop_by_loop(study: Study) -> None:
    first = replace(study.cells[0], after={**study.cells[0].after, **LOOPS})
    said = summary.report([replace(study, cells=(first, *study.cells[1:]))])
    assert "| arm | seed | loop 0: right on held-out pairs | loop 1: own labels" in said
    assert "| plain | 0 | 73.0% | 92.0% of 418, 70.0% | loop 1 |" in said


def said(home: Path, *words: str) -> Result:
    assert verbs.verbs.info.help  # its import hung them on the app
    return CliRunner().invoke(app, ["--home", str(home), "study", *words])


def test_a_study_is_found_by_its_name_its_run_or_its_file(study: Study, tmp_path: Path) -> None:
    cells.write(tmp_path, study)
    path = tmp_path / cells.FILE
    assert said(tmp_path, "show", str(path), "--format", "json").stdout == path.read_text("utf-8")
    name, held = next(iter(summary.committed().items()))
    assert said(tmp_path, "show", name, "--format", "tex").stdout == telling.table(cells.read(held), "tex")
    assert said(tmp_path, "report", str(path)).stdout == summary.report([study])
    run = RunFolder(tmp_path / "runs" / "study-1")
    run.make(Spec("study", {"name": name}, "", "2026", "k", 1, None, gpu=False))
    cells.write(run.outputs, study)
    for word in (name, "study-1", "dy-1"):
        assert said(tmp_path, "show", word, "--format", "csv").stdout == telling.table(
            cells.read(path), "csv"
        )


def test_an_unknown_form_is_refused(tmp_path: Path) -> None:
    found = said(tmp_path, "show", "stages", "--format", "xml")
    assert isinstance(found.exception, BadRequest)
    assert "choose one of md, csv, tex, json" in str(found.exception)
