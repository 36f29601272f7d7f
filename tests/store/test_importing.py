"""Imports: what is kept, what is known, what is rejected, and what a bad file leaves behind (nothing)."""

import json
from pathlib import Path

import pytest

from arena.errors import BadRequest, Unreadable
from arena.importing import bring
from arena.store import boards
from tests.store import build

ROWS = [("x", "y", "left"), ("x", "y", "left"), ("y", "z", "tie"), ("z", "x", "right")]
TABLES = ("battles", "verdicts", "grades", "prompts", "responses", "imports", "boards", "models", "judges")


def sizes(database):
    return {table: database.row(f"SELECT count(*) FROM {table}")[0] for table in TABLES}


def test_equal_rows_are_different_facts(home, tmp_path):
    with build.database(home) as database:
        report = bring(database, build.votes(tmp_path / "votes.csv", ROWS), judge="people")
        assert (report.read, report.kept, report.rejected, report.duplicates) == (4, 4, 0, 0)
        assert boards.get(database, "votes").judges == ("people",)
        assert boards.get(database, "votes").battles == 4


def test_the_same_file_twice_adds_nothing(home, tmp_path):
    path = build.votes(tmp_path / "votes.csv", ROWS)
    with build.database(home) as database:
        bring(database, path)
        before = sizes(database)
        report = bring(database, path)
        assert (report.kept, report.duplicates) == (0, 4)
        assert sizes(database) == before
        assert len(list(database.settings.imports.iterdir())) == 1


def test_malformed_rows_are_kept_in_a_file_and_the_rest_goes_in(home, tmp_path):
    path = build.votes(tmp_path / "votes.csv", [*ROWS, ("x", "y", "perhaps"), ("", "y", "left")])
    with build.database(home) as database:
        report = bring(database, path)
        assert (report.read, report.kept, report.rejected) == (6, 4, 2)
        rejects = [json.loads(line) for line in Path(report.rejects_file).read_text("utf-8").splitlines()]
        assert [reject["line"] for reject in rejects] == [6, 7]
        assert "perhaps" in rejects[0]["reason"] + rejects[0]["text"]


@pytest.mark.parametrize(
    "content", [b"", b"left,right", b"\xff\xfe\x00bad", b"PK\x03\x04zip", b"\x80\x04]\x94."]
)
def test_a_file_that_cannot_be_read_leaves_everything_as_it_was(home, tmp_path, content):
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    with build.database(home) as database:
        before = sizes(database)
        with pytest.raises(Unreadable) as caught:
            bring(database, path)
        assert "\n" not in str(caught.value)
        assert "bad.csv" in str(caught.value)
        assert sizes(database) == before
        assert list(database.settings.scratch.iterdir()) == []


def test_a_torn_json_array_leaves_everything_as_it_was(home, tmp_path):
    path = tmp_path / "torn.json"
    rows = [{"model_a": "x", "model_b": "y", "winner": "model_a", "question_id": str(i)} for i in range(50)]
    path.write_text(json.dumps(rows)[:-20], "utf-8")
    with build.database(home) as database:
        before = sizes(database)
        with pytest.raises(Unreadable):
            bring(database, path)
        assert sizes(database) == before


def test_a_grade_found_in_two_files_counts_once(home, tmp_path):
    scores = {("q1", "x"): 8.0, ("q1", "y"): 3.0, ("q2", "x"): 5.0, ("q2", "y"): 5.0}
    build.grades(tmp_path / "set" / "a.jsonl", scores)
    build.grades(tmp_path / "set" / "b.jsonl", scores)
    with build.database(home) as database:
        report = bring(database, tmp_path / "set")
        assert (report.read, report.kept, report.duplicates) == (8, 4, 4)
        assert boards.get(database, "set").battles == 2


def test_two_grades_under_one_key_are_a_conflict_that_is_told(home, tmp_path):
    build.grades(tmp_path / "set" / "a.jsonl", {("q1", "x"): 8.0, ("q1", "y"): 3.0})
    build.grades(tmp_path / "set" / "b.jsonl", {("q1", "x"): 2.0})
    with build.database(home) as database:
        report = bring(database, tmp_path / "set")
        assert (report.read, report.kept, report.rejected) == (3, 2, 1)
        assert "8" in Path(report.rejects_file).read_text("utf-8")
        assert database.rows("SELECT score FROM grades ORDER BY score") == [(3.0,), (8.0,)]


def test_a_board_holds_one_kind_of_facts(home, tmp_path):
    counts = tmp_path / "counts.csv"
    counts.write_text("model_a,model_b,win_a,win_b,tie,both_bad\nx,y,3,1,0,0\n", "utf-8")
    with build.database(home) as database:
        bring(database, build.votes(tmp_path / "votes.csv", ROWS), "mine")
        with pytest.raises(BadRequest, match="holds battles"):
            bring(database, counts, "mine")


def test_a_board_name_must_fit_a_link(home, tmp_path):
    with build.database(home) as database, pytest.raises(BadRequest, match="--board"):
        bring(database, build.votes(tmp_path / "votes.csv", ROWS), "../etc")


def test_a_missing_path_is_one_line(home):
    with build.database(home) as database, pytest.raises(Unreadable, match="no such file"):
        bring(database, home / "nothing.csv")


def test_a_row_that_contradicts_twice_is_one_reject(home, tmp_path):
    row = {
        "question_id": 1, "model_1": "m", "model_2": "n", "judge": ["j", "pair"], "turn": 1,
        "g1_winner": "model_1", "g2_winner": "model_1",
    }  # fmt: skip
    other = row | {"g1_winner": "model_2", "g2_winner": "tie"}
    path = build.lines(tmp_path / "j_pair.jsonl", [row, other, row])
    with build.database(home) as database:
        report = bring(database, path, "twice")
    assert (report.read, report.kept, report.rejected, report.duplicates) == (3, 1, 1, 1)
