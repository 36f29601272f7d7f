"""Nothing is lost: kill -9 amid an import, a crash before the commit, a rebuild, a second process."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from arena.cli.rebuild import rebuild
from arena.errors import ArenaError, Busy
from arena.filters import Filters
from arena.ratings.types import RankSettings
from arena.service import requests as ask
from arena.service.service import Service
from arena.store import folder
from arena.store.owner import Owner
from tests.store import build

TABLES = (
    "boards",
    "models",
    "judges",
    "imports",
    "prompts",
    "reference_answers",
    "responses",
    "battles",
    "verdicts",
    "grades",
    "pair_counts",
    "published",
)


def contents(database) -> dict[str, list[tuple]]:
    """Every row of every table of facts."""
    return {table: sorted(map(repr, database.rows(f"SELECT * FROM {table}"))) for table in TABLES}


def command(home: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "arena", "--home", str(home), *words]


def many(path: Path, rows: int) -> Path:
    return build.votes(
        path, ((f"m{i % 7}", f"m{i % 11 + 7}", ("left", "right", "tie")[i % 3]) for i in range(rows))
    )


def test_rebuild_gives_the_same_database(home, tmp_path):
    with Service(build.settings(home), "test") as arena:
        arena.bring(ask.Import(build.votes(tmp_path / "votes.csv", [("x", "y", "left"), ("z", "x", "tie")])))
        arena.bring(
            ask.Import(build.grades(tmp_path / "j_single.jsonl", {("q", "x"): 1, ("q", "y"): 2}), "grades")
        )
        arena.bring(ask.Import(build.votes(tmp_path / "more.csv", [("w", "y", "left")]), "votes"))
        before = contents(arena.database)
    assert rebuild(build.settings(home), None).imports == 3
    with Service(build.settings(home), "test") as arena:
        after = contents(arena.database)
    assert after == before


def test_a_removed_board_stays_away_after_a_rebuild(home, tmp_path):
    with Service(build.settings(home), "test") as arena:
        path = build.votes(tmp_path / "votes.csv", [("x", "y", "left")])
        arena.bring(ask.Import(path, "gone"))
        arena.bring(ask.Import(path, "kept"))
        arena.remove(ask.Remove("gone"))
        arena.bring(ask.Import(path, "back"))
    rebuild(build.settings(home), None)
    with Service(build.settings(home), "test") as arena:
        names = {board.board for board in arena.boards() if not board.shipped}
    assert names == {"kept", "back"}


@pytest.mark.parametrize("wait", [0.3, 0.9, 1.5])
def test_kill_9_in_the_middle_of_an_import(home, tmp_path, wait):
    path = many(tmp_path / "votes.csv", 60_000)
    with Service(build.settings(home), "test") as arena:
        arena.bring(ask.Import(many(tmp_path / "first.csv", 10)))
    process = subprocess.Popen(command(home, "import", str(path)), stdout=subprocess.DEVNULL)
    time.sleep(wait)
    process.send_signal(signal.SIGKILL)
    process.wait()
    with Service(build.settings(home), "test") as arena:
        boards = {board.board: board.battles for board in arena.boards() if not board.shipped}
        assert boards["first"] == 10
        assert boards.get("votes", 60_000) == 60_000
        report = arena.bring(ask.Import(path))
        assert report.kept + report.duplicates == 60_000
        assert arena.leaderboard(ask.Leaderboard("votes")).n_battles == 60_000


def test_an_import_that_was_sealed_but_not_committed_is_taken_in(home, tmp_path):
    with Service(build.settings(home), "test") as arena:
        arena.bring(ask.Import(build.votes(tmp_path / "votes.csv", [("x", "y", "left")])))
        with arena.database.write() as cursor:
            cursor.execute("DELETE FROM imports; DELETE FROM battles; DELETE FROM verdicts")
    with Service(build.settings(home), "test") as arena:
        assert arena.database.rows("SELECT count(*) FROM verdicts") == [(1,)]


def test_a_folder_without_a_manifest_does_not_count(home, tmp_path):
    with Service(build.settings(home), "test") as arena:
        arena.bring(ask.Import(build.votes(tmp_path / "votes.csv", [("x", "y", "left")])))
        place, _ = next(iter(folder.sealed(arena.settings.imports)))
        (place / "manifest.json").unlink()
        assert list(folder.sealed(arena.settings.imports)) == []


def test_a_second_process_is_told_who_holds_the_database(home):
    with Service(build.settings(home), "the first"):
        script = "import pathlib, sys, tests.store.build as b; b.database(pathlib.Path(sys.argv[1]))"
        done = subprocess.run(
            [sys.executable, "-c", script, str(home)], capture_output=True, text=True, check=False
        )
    assert "Busy" in done.stderr
    assert f"process {os.getpid()} (the first)" in done.stderr


def test_an_owner_that_ended_is_nobody(home):
    gone = subprocess.Popen([sys.executable, "-c", "pass"])
    gone.wait()
    Owner(gone.pid, 0.0, "gone").write(home / "owner.json")
    assert Owner.read(home / "owner.json") is None
    assert (home / "owner.json").stat().st_mode & 0o077 == 0


def test_a_file_that_is_no_database_is_one_clear_line(home):
    (home / "arena.duckdb").write_bytes(b"this is no database" * 1000)
    with pytest.raises(ArenaError) as caught:
        build.database(home)
    assert "arena.duckdb" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_rebuild_refuses_while_another_process_holds_the_database(home):
    with Service(build.settings(home), "test"), pytest.raises(Busy, match="stop it"):
        rebuild(build.settings(home), None)


def test_rankings_are_kept_with_settings_and_time(home, tmp_path):
    with Service(build.settings(home), "test") as arena:
        arena.bring(ask.Import(build.votes(tmp_path / "votes.csv", [("x", "y", "left"), ("y", "x", "tie")])))
        kept = arena.leaderboard(
            ask.Leaderboard("votes", RankSettings(method="davidson"), Filters(a="x"), keep=True)
        ).kept
        found = arena.history(ask.History("votes")).rankings
        assert [(line.source, line.leader) for line in found] == [("request", "x"), ("import", "x")]
        assert found[0].id == kept
        assert '"method": "davidson"' in found[0].settings
        assert arena.database.rows("SELECT count(*) FROM ranking_lines") == [(4,)]
