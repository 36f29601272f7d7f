"""Exports from a real board on disk: what each word and ending gives, and what is refused in one line."""

import json

import pytest

from arena.errors import BadRequest, NoRoom
from arena.filters import Filters
from arena.formats import catalog
from arena.service import requests as ask
from arena.service.exporting import ENDINGS, TAKES
from arena.service.service import Service
from tests.store import build

GRADES = {("1", "x"): 8.0, ("1", "y"): 3.0, ("2", "x"): 5.0, ("2", "y"): None}


@pytest.fixture
def service(home, tmp_path):
    with Service(build.settings(home), "test") as service:
        votes = [("x", "y", "left"), ("y", "z", "left"), ("z", "x", "tie"), ("x", "y", "right")]
        service.bring(ask.Import(build.votes(tmp_path / "votes.csv", votes)))
        service.bring(ask.Import(build.grades(tmp_path / "grades.jsonl", GRADES)))
        yield service


def test_grades_go_out_as_they_came_in(service, tmp_path):
    path = tmp_path / "judge_single.jsonl"
    answer = service.export(ask.Export("battles", "grades", path, "fastchat_single"))
    assert (answer.rows, answer.format) == (4, "fastchat_single")
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    assert sorted(row["score"] for row in rows) == [-1, 3, 5, 8]
    assert answer.notes == ("4 questions are named by their keys: their own ids are not known",)
    again = service.bring(ask.Import(path, "again"))
    assert (again.kept, again.rejected) == (4, 0)
    assert service.leaderboard(ask.Leaderboard("again")).n_battles == 1


def test_an_export_that_finds_no_room_names_its_own_disk_and_leaves_nothing(service, tmp_path):
    path = tmp_path / "elsewhere" / "out.csv"
    with build.room(20), pytest.raises(NoRoom, match=f"the disk of {path.parent} is full"):
        service.perform(ask.Export("board", "votes", path))
    assert list(path.parent.iterdir()) == []


def test_votes_go_out_in_every_form_that_fits(service, tmp_path):
    for name, file in (("lmsys_battles", "a.json"), ("evalica", "a.csv"), ("arena_battles", "a.parquet")):
        answer = service.export(ask.Export("battles", "votes", tmp_path / file, name))
        again = service.bring(ask.Import(tmp_path / file, f"{name}-again"))
        assert (answer.rows, again.format, again.kept) == (4, name, 4)
        ratings = [service.leaderboard(ask.Leaderboard(board)).ratings for board in ("votes", again.board)]
        assert ratings[0] == ratings[1]


def test_counts_go_out_and_rank_alike(service, tmp_path):
    service.export(ask.Export("board", "votes", tmp_path / "counts.csv", "pair_counts"))
    assert service.bring(ask.Import(tmp_path / "counts.csv")).board == "counts"
    ratings = [service.leaderboard(ask.Leaderboard(board)).ratings for board in ("votes", "counts")]
    assert [(line.model, round(line.value, 6)) for line in ratings[0]] == [
        (line.model, round(line.value, 6)) for line in ratings[1]
    ]


@pytest.mark.parametrize(("file", "first"), [("b.md", "| Rank"), ("b.tex", "\\begin"), ("b.csv", "model,")])
def test_a_board_is_written_by_its_ending(service, tmp_path, file, first):
    answer = service.export(ask.Export("board", "votes", tmp_path / file))
    assert answer.rows == 3
    assert (tmp_path / file).read_text("utf-8").startswith(first)


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (
            ask.Export("battles", "votes", "x.json"),
            r"x\.json: battles can be written as \.jsonl.*lmsys_battles",
        ),
        (ask.Export("battles", "votes", "x.md", "board_markdown"), "does not hold battles"),
        (ask.Export("board", "votes", "x.csv", "evalica"), "evalica does not hold board"),
        (
            ask.Export("battles", "votes", "x.jsonl", "fastchat_pair"),
            "nothing of board 'votes' fits.*one order",
        ),
        (ask.Export("battles", "votes", "x.jsonl", "fastchat_single"), "nothing of board 'votes' fits"),
        (ask.Export("battles", "votes", "x.json", "llm_comparator"), "choose two with --a and --b"),
        (ask.Export("battles", "votes", "x.csv", filters=Filters(a="nobody")), "nothing under this filter"),
        (
            ask.Export("battles", "grades", "x", "fastchat_single", filters=Filters(a="x")),
            "--judge and --turn",
        ),
        (ask.Export("board", "lmsys-2024-05-27", "x.csv", "pair_counts"), "no battles to count"),
        (ask.Export("battles", "lmsys-2024-05-27", "x.jsonl"), "holds no single battles"),
    ],
)
def test_what_cannot_be_written_is_one_line_and_no_file(service, tmp_path, request_, reason):
    from dataclasses import replace

    with pytest.raises(BadRequest, match=reason) as error:
        service.export(replace(request_, path=tmp_path / "out" / request_.path))
    assert "\n" not in str(error.value)
    assert not list((tmp_path / "out").iterdir()) if (tmp_path / "out").exists() else True


def test_every_format_belongs_to_one_word():
    for name, found in catalog.exporters().items():
        assert sum(found.WRITES in takes for takes in TAKES.values()) == 1, name
    assert {name for known in ENDINGS.values() for name in known.values()} <= set(catalog.exporters())
