"""Panels from the command line: freeze a finished tournament, join it, play only the new battles."""

import pytest
import yaml

from arena.jobs import catalog
from tests.cli.test_verbs import answer, arena
from tests.tournament import build


@pytest.fixture
def frozen(home, tmp_path):
    """Panel `p` of a played tournament; the folder with its contestants."""
    config = catalog.plain(build.tournament(tmp_path, 6))
    path = tmp_path / "fight.yaml"
    path.write_text(yaml.safe_dump({"kind": "tournament", "config": config}))
    run = answer(home, "battle", str(path))["line"]["id"]
    answer(home, "panel", "freeze", run, "p")
    return tmp_path


def test_a_model_joins_a_panel_and_plays_only_its_battles(home, frozen):
    (line,) = answer(home, "panel", "list")
    assert (line["name"], line["prompts"], line["battles"]) == ("p", 6, 18)
    new = build.recorded(frozen, "new", 0.7, build.prompts(6)).options
    options = ("--backend", "recorded", "--option", f"path={new['path']}", "--option", "model=new")
    joined = answer(home, "panel", "join", "p", "new", *options)
    assert (joined["preset"], joined["battles"]) == ("p-new", 18)
    done = answer(home, "battle", "p-new")
    assert (done["line"]["state"], done["battles"]) == ("done", 36)  # the board's, with those of the panel
    ratings = answer(home, "leaderboard", "t")["ratings"]
    assert {rating["model"]: rating["battles"] for rating in ratings}["new"] == 18
    wrong = arena(home, "panel", "join", "p", "weak", "--backend", "recorded", "--option", "path=x")
    assert (wrong.returncode, "has a weak already" in wrong.stderr) == (1, True)
