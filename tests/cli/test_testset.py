"""`arena testset` and the job `testset` as a person meets them: build, list, show, rebuild, the run."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from arena.cli.main import app
from arena.corpus.recipe import Drawing, Recipe
from arena.corpus.types import Place
from arena.errors import ArenaError
from arena.jobs import catalog, plan, worker
from arena.jobs.folder import RunFolder
from arena.plugins import Choice
from arena.preflight import worst
from arena.service import testsets
from arena.settings import Settings
from tests.corpus import made

STEPS = ("safety", "length", "prefix", "neardup")
SMALL = ("--steps", ",".join(STEPS), "--clusters", "4", "--hard", "5", "--parts", "2", "--tokens", "32")


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made.write(tmp_path_factory.mktemp("in") / "main.jsonl", made.prompts(40))


def arena(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "arena", "--home", str(home), "testset", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_build_list_show_and_rebuild(home, collection):
    built = arena(home, "build", f"mine={collection}", "--name", "small", *SMALL, "--json")
    assert built.returncode == 0, built.stderr
    found: dict[str, Any] = json.loads(built.stdout)
    assert [step["step"] for step in found["report"]["steps"]] == list(STEPS)
    assert [one["name"] for one in json.loads(arena(home, "list", "--json").stdout)["sets"]] == ["small"]
    shown = arena(home, "show", "small").stdout
    assert "mine: 40 prompts" in shown
    assert "clean prompts in 4 clusters" in shown
    again = json.loads(arena(home, "rebuild", "small", "--json").stdout)
    assert (again["differ"], again["again"]) == ([], found["manifest"]["digest"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("build", "/no/such/file.jsonl"), "/no/such/file.jsonl: no such file or folder"),
        (("build", "/no/such", "--name", "Big One"), "a set cannot be called 'Big One'"),
        (("build", "/no/such", "--steps", "length,colour"), "no 'colour' among steps: choose one of"),
        (
            ("build", "/no/such", "--clusters", "0"),
            "--clusters 0: input should be greater than or equal to 1",
        ),
        (("build", "/no/such", "--rater-option", "model=x"), "needs --rater"),
        (("show", "nothing"), "no test set 'nothing': there are none yet"),
    ],
)
def test_a_wrong_call_is_one_line(home, words, said):
    done = CliRunner().invoke(app, ["--home", str(home), "testset", *words])
    assert (done.exit_code, done.stdout) == (1, "")
    assert isinstance(done.exception, ArenaError)
    assert said in str(done.exception)
    assert "\n" not in str(done.exception)


def test_the_job_builds_the_same_set_and_the_home_gathers_it(home, collection):
    steps = tuple(Choice(name) for name in STEPS)
    drawing = Drawing(clusters=4, hard=5, parts=2, tokens=32)
    recipe = Recipe((Place(str(collection), "mine"),), (), steps, drawing)
    module = catalog.load("testset")
    config = module.Config("small", recipe)
    assert worst(module.check(config)) == "amber"
    assert {cost.what: cost.value for cost in module.plan(config)}["prompts"] == 40
    runs = Settings(home=home).runs
    started = plan.launch(runs, plan.Plan("testset", catalog.plain(config)))
    assert worker.main([str(runs / started.id)]) == 0
    assert RunFolder(runs / started.id).state() == "done"
    found = testsets.listed(Settings(home=home)).sets
    assert [one.name for one in found] == ["small"]
    assert found[0].files["hard"] == 5
    prompts = testsets.prompts(Settings(home=home), testsets.SetPrompts("small", "diverse", cluster=1))
    assert {prompt.cluster for prompt in prompts.prompts} == {1}
    assert plan.launch(runs, plan.Plan("testset", catalog.plain(config))).fate == "finished"


def test_a_bad_plan_is_red(collection, tmp_path):
    module = catalog.load("testset")
    gone = Recipe((Place(str(tmp_path / "gone.jsonl")),))
    findings = {finding.subject: finding.level for finding in module.check(module.Config("Not A Name", gone))}
    assert (findings["name"], findings["collection gone"]) == ("red", "red")
