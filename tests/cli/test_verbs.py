"""The command line as a person uses it: exit codes, one JSON document, one line of error.

What a process adds is tested in real ones; the rest is said to the same entry point in this one, which
spares the start.
"""

import io
import json
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from arena.cli.main import app, main
from arena.formats import catalog
from tests.store import build

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
VERBS = sorted(get_command(app).commands)


def arena(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "arena", "--home", str(home), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def said(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The same without a process of its own."""
    out, err, command = io.StringIO(), io.StringIO(), ["arena", "--home", str(home), *words]
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", command)
        patch.setenv("ARENA_HOME", str(home))  # as the command sets it: undone with this
        with pytest.raises(SystemExit) as end:
            main()
    return subprocess.CompletedProcess(command, end.value.code or 0, out.getvalue(), err.getvalue())


def answer(home: Path, *words: str, run=said):
    done = run(home, *words, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def votes(tmp_path: Path) -> Path:
    rows = [("x", "y", "left"), ("y", "z", "left"), ("z", "x", "left"), ("x", "y", "tie")]
    return build.votes(tmp_path / "votes.csv", rows)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that is only asked; the first who does finds the shipped boards there."""
    return tmp_path_factory.mktemp("lived")


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_and_stands_in_the_readme(verb):
    result = CliRunner().invoke(app, [verb, "--help"])
    assert result.exit_code == 0
    assert f"arena {verb}" in README


def test_import_rank_list_and_export(home, votes, tmp_path):
    report = answer(home, "import", str(votes), "--judge", "people", run=arena)
    assert (report["board"], report["format"], report["kept"], report["rejects_file"]) == (
        "votes",
        "evalica",
        4,
        None,
    )
    ranked = answer(home, "leaderboard", "votes", "--method", "bradley_terry", "--ties", "drop", run=arena)
    assert (ranked["n_battles"], ranked["settings"]["ties"], len(ranked["ratings"])) == (3, "drop", 3)
    page = answer(home, "battles", "votes", "--limit", "3")
    assert len(page["battles"]) == 3
    assert len(answer(home, "battles", "votes", "--after", page["next"])["battles"]) == 1
    written = answer(home, "export", "battles", "votes", str(tmp_path / "out.parquet"))
    again = answer(home, "import", str(tmp_path / "out.parquet"), "--board", "votes")
    assert (written["rows"], again["kept"], again["duplicates"]) == (4, 0, 4)
    assert {board["board"] for board in answer(home, "boards")} >= {
        "votes",
        "lmsys-2024-05-27",
        "wizardarena-mix",
    }


def test_a_mapping_is_tried_first_and_then_imported(home, tmp_path):
    path = tmp_path / "odd.csv"
    path.write_text("left_model,right_model,label\nx,y,1\ny,x,0\nx,y,9\n")
    words = ["--map", "model_a=left_model", "--map", "model_b=right_model", "--map", "winner=label"]
    words += ["--value", "winner:1=a", "--value", "winner:0=tie"]
    found = answer(home, "import", str(path), *words, "--dry-run")
    assert (found["kept"], found["rejected"], found["winners"]) == (2, 1, {"a": 1, "tie": 1})
    shown = said(home, "import", str(path), *words, "--dry-run")
    assert "read 3, would keep 2, would reject 1" in shown.stdout
    assert "first in row 4: winner '9' is none of" in shown.stdout
    assert "odd" not in [board["board"] for board in answer(home, "boards")]
    assert answer(home, "import", str(path), *words)["kept"] == 2
    assert "need --map" in said(home, "import", str(path), "--value", "winner:1=a").stderr


@pytest.mark.parametrize("suffix", ["csv", "json"])
def test_a_board_goes_out_and_comes_back(home, votes, tmp_path, suffix):
    answer(home, "import", str(votes))
    path = tmp_path / f"board.{suffix}"
    answer(home, "export", "board", "votes", str(path))
    answer(home, "import", str(path), "--board", "copy")
    lines = [
        [(line["model"], line["value"], line["low"]) for line in answer(home, "leaderboard", name)["ratings"]]
        for name in ("votes", "copy")
    ]
    assert lines[0] == lines[1]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["leaderboard", "nothing"], "no board 'nothing'"),
        (["leaderboard", "lmsys-votes-2024-08-14", "--method", "magic"], "bradley_terry"),
        (["leaderboard", "lmsys-votes-2024-08-14", "--rounds", "few"], "--rounds few"),
        (["leaderboard", "lmsys-votes-2024-08-14", "--judge", "gpt-4"], "only --category"),
        (["leaderboard", "lmsys-2024-05-27", "--category", "nope"], "hard_english_6"),
        (["leaderboard", "lmsys-votes-2024-08-14", "--method", "elo"], "--order random"),
        (["leaderboard", "lmsys-votes-2024-08-14", "--style", "--method", "elo"], "clash"),
        (["import", "/nowhere/at-all"], "no such file"),
        (["battles", "lmsys-votes-2024-08-14"], "no single battles"),
        (["boards", "--remove", "lmsys-2024-05-27"], "came with the program"),
    ],
)
def test_an_error_is_one_line_and_exit_code_1(lived, words, says):
    done = said(lived, *words)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("arena: ")
    assert done.stderr.count("\n") == 1
    assert says in done.stderr


def test_an_error_of_a_process_is_one_line_and_exit_code_1(lived):
    done = arena(lived, "leaderboard", "nothing")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert done.stderr.startswith("arena: no board 'nothing'")


def test_the_help_of_export_names_every_format():
    helps = [["export", "battles", "--help"], ["export", "board", "--help"]]
    shown = " ".join(CliRunner().invoke(app, words, env={"COLUMNS": "400"}).output for words in helps)
    words = set(shown.replace(",", " ").replace(".", " ").split())
    assert set(catalog.exporters()) <= words


def test_an_export_does_not_write_over_a_file(home, votes, tmp_path):
    answer(home, "import", str(votes))
    taken = tmp_path / "taken.csv"
    taken.write_text("precious")
    assert "--force" in said(home, "export", "board", "votes", str(taken)).stderr
    assert taken.read_text() == "precious"
    assert said(home, "export", "board", "votes", str(taken), "--force").returncode == 0


def test_rename_and_doctor(home):
    assert answer(home, "name", "ours", "gpt-4-0314")["key"] == "gpt-4-0314"
    assert "ours,gpt-4-0314,exact" in (home / "name_map.csv").read_text("utf-8")
    found = answer(home, "doctor")
    assert found["packages"]["duckdb"].startswith("2.")
    assert found["holder"] == "nobody"


def test_rebuild_and_remove(home, votes):
    answer(home, "import", str(votes))
    assert answer(home, "rebuild")["imports"] == 1
    assert answer(home, "boards", "--remove", "votes")["board"] == "votes"
    assert answer(home, "rebuild")["imports"] == 0
