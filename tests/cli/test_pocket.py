"""`arena pocket build|skill|judge` as a person uses it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from arena.cli.main import app


def arena(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "arena", "--home", str(home), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_skill_is_one_document_with_counts_and_intervals(home: Path, tmp_path: Path) -> None:
    done = arena(home, "pocket", "skill", "sprout", "--n", "60", "--board", str(tmp_path / "b.csv"), "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert {(one["model"], one["way"]) for one in found} == {("sprout", "greedy"), ("sprout", "sampled")}
    assert all(one["low"] <= one["right"] <= one["high"] for one in found)
    whole = {one["items"]: one["n"] for one in found if (one["way"], one["group"]) == ("greedy", "all")}
    assert whole == {"all": 60, "seen": 30, "unseen": 30}
    assert (tmp_path / "b.csv").read_text().startswith("category,model,rating,low,high,battles\nfull,sprout,")


def test_skill_is_a_table_for_people(home: Path) -> None:
    done = CliRunner().invoke(app, ["--home", str(home), "pocket", "skill", "sprout", "--n", "20"])
    assert done.exit_code == 0, done.output
    assert "unseen" in done.output
    assert "knowledge" in done.output


def test_a_judge_is_measured_in_a_table_for_people(home: Path) -> None:
    done = CliRunner().invoke(app, ["--home", str(home), "pocket", "judge", "--n", "12"])
    assert done.exit_code == 0, done.output
    assert "pocket-judge beside the verifier, with 95 % intervals" in done.output
    assert "unseen items" in done.output


def test_an_unknown_model_is_one_line_that_says_what_there_is(home: Path) -> None:
    done = arena(home, "pocket", "build", "birch")
    assert done.returncode == 1
    assert done.stderr.startswith("arena: no pocket model 'birch': there are sequoia, oak")
    assert len(done.stderr.splitlines()) == 1
    assert arena(home, "pocket", "skill", str(home / "no")).stderr.startswith("arena: ")
    assert arena(home, "pocket", "judge", str(home / "no")).stderr.startswith("arena: ")


def test_models_that_are_there_are_left_alone(home: Path, tmp_path: Path) -> None:
    (tmp_path / "sprout").mkdir()
    (tmp_path / "sprout" / "manifest.json").write_text("{}")
    done = arena(home, "pocket", "build", "sprout", "--into", str(tmp_path), "--json")
    assert json.loads(done.stdout) == {"sprout": str(tmp_path / "sprout")}
    assert [path.name for path in (tmp_path / "sprout").iterdir()] == ["manifest.json"]
