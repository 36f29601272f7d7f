"""Databases of every older schema are opened with their rows; those of a newer one are refused."""

import duckdb
import pytest

from arena.errors import ArenaError
from arena.service import ranking
from arena.service import requests as ask
from arena.service.service import Service
from arena.store.database import scripts
from tests.store import build

SCRIPTS = scripts("migrations")
BOARD = "INSERT INTO boards (id, name, kind, shipped, created, battles, models, judges) VALUES (1, 'old', "
ROWS = (
    BOARD + "'battles', false, TIMESTAMP '2026-01-01', 3, 2, ['people'])",
    "INSERT INTO models VALUES (1, 'x'), (2, 'y')",
    "INSERT INTO judges VALUES (1, 'people')",
    "INSERT INTO battles SELECT uuid(), 1, nth, NULL, 1, 2, NULL, NULL, 1, 1, NULL FROM range(3) one(nth)",
    """INSERT INTO verdicts SELECT uuid(), id, 1, seq, NULL, 1, 2, 1, 1, NULL, 1, 1, false,
       CASE seq WHEN 0 THEN 'b' ELSE 'a' END::winner, NULL, NULL, NULL, 1, NULL, NULL, 'ok', NULL, NULL
       FROM battles""",
)
"""Three battles as they lay in the first schema."""


def older(home, scripts_) -> None:
    """A database as a program with only these migrations left it."""
    with duckdb.connect(str(home / "arena.duckdb")) as connection:
        connection.execute("CREATE TABLE migrations (name VARCHAR PRIMARY KEY)")
        for number, (name, text) in enumerate(scripts_):
            connection.execute(text)
            connection.execute("INSERT INTO migrations VALUES (?)", [name])
            if number == 0:
                for row in ROWS:
                    connection.execute(row)


@pytest.mark.parametrize("upto", range(1, len(SCRIPTS) + 1))
def test_a_database_of_each_older_schema_opens_with_its_rows(home, upto):
    older(home, SCRIPTS[:upto])
    with build.database(home) as database:
        found = ranking.ranked(database, ask.Leaderboard("old"))
        assert [(line.model, line.battles) for line in found.ratings] == [("x", 3), ("y", 3)]
        assert database.rows("SELECT name FROM migrations ORDER BY name") == [(n,) for n, _ in SCRIPTS]


def test_an_older_database_is_opened_by_the_whole_program(home):
    older(home, SCRIPTS[:1])
    with Service(build.settings(home), "test") as arena:
        boards = {board.board: board.battles for board in arena.boards()}
        assert boards.pop("old") == 3
        assert len(boards) > 5  # those that come along


def test_a_database_of_a_newer_schema_is_refused_and_left_alone(home):
    older(home, [*SCRIPTS, ("999_later.sql", "CREATE TABLE later (a INTEGER)")])
    with pytest.raises(ArenaError, match=r"newer version .*999_later.*: update the program") as caught:
        build.database(home)
    assert "\n" not in str(caught.value)
    with duckdb.connect(str(home / "arena.duckdb")) as connection:
        assert connection.execute("SELECT count(*) FROM later, verdicts").fetchone() == (0,)


def test_a_migration_that_breaks_off_changes_nothing(home):
    older(home, SCRIPTS[:1])
    with duckdb.connect(str(home / "arena.duckdb")) as connection:
        connection.execute("CREATE TABLE runs (in_the_way INTEGER)")
    with pytest.raises(ArenaError, match="could not be brought to the newest schema at 004_jobs"):
        build.database(home)
    with duckdb.connect(str(home / "arena.duckdb")) as connection:
        done = connection.execute("SELECT name FROM migrations ORDER BY name").fetchall()
        assert done == [(name,) for name, _ in SCRIPTS[:3]]
        assert connection.execute("SELECT count(*) FROM verdicts").fetchone() == (3,)
