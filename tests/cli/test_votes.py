"""`arena votes`: a whole vote without a browser, blind until it is cast, and what is told of it."""

import json

import pytest
from typer.testing import CliRunner

from arena.cli.main import app
from arena.errors import BadRequest
from arena.formats import arena_battles
from tests.service import polled


@pytest.fixture
def run(home, tmp_path):
    """Runs a command on a home with a board to vote on; what it printed."""
    runner = CliRunner()

    def said(*words: str) -> str:
        done = runner.invoke(app, ["--home", str(home), *words])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.output

    arena_battles.write(polled.records([(5.0, 5.0)] * 3), tmp_path / "b.jsonl")
    said("import", str(tmp_path / "b.jsonl"), "--board", "polled")
    return said


def test_a_vote_without_a_browser(run, tmp_path):
    shown = run("votes", "next", "polled", "--as", "me")
    assert not any(name in shown for name in (*polled.MODELS, polled.JUDGE))
    battle = json.loads(run("votes", "next", "polled", "--as", "me", "--json"))["paper"]["record"]["battle"][
        "id"
    ]
    assert battle in shown
    told = run("votes", "cast", "polled", battle, "first", "--as", "me", "--comment", "clear\x1b[31m")
    assert f"{polled.JUDGE} says tie" in told
    listed = run("votes", "list", "polled")
    assert "clear[31m" in listed
    assert "\x1b" not in listed
    assert "1 votes by 1 voters" in run("votes", "summary", "polled")
    assert "1 rows" in run("votes", "export", "polled", str(tmp_path / "out.json"))
    assert "taken back" in run("votes", "undo", "polled", "--as", "me")
    assert "0 votes by 1 voters; taken back 1" in run("votes", "summary", "polled")


def test_a_choice_that_is_none_is_refused(run):
    with pytest.raises(BadRequest, match="say one of first, second, tie, both_bad"):
        run("votes", "cast", "polled", "abcdef", "left", "--as", "me")
