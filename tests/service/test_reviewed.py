"""What a first reviewer broke, held: each case is one way in which facts got lost, doubled or mixed up."""

import json
import threading
from pathlib import Path

import pytest

from arena import shipped
from arena.cli.rebuild import rebuild
from arena.errors import ArenaError, BadRequest, Busy
from arena.fields import fill
from arena.filters import Filters
from arena.ratings.types import RankSettings
from arena.service import requests as ask
from arena.service.service import Service
from arena.store import boards
from tests.store import build


@pytest.fixture
def arena(home: Path):
    with Service(build.settings(home), "test") as service:
        yield service


def bring(arena: Service, path: Path, board: str | None = None, judge: str | None = None):
    return arena.bring(ask.Import(path, board, None, judge))


def export(arena: Service, board: str, path: Path, **how) -> Path:
    arena.export(ask.Export("battles", board, path, **how))
    return path


def judged(path: Path, judge: str, rows: int = 400) -> Path:
    """A FastChat-like export of one judge's verdicts on the same battles, in our own form."""
    lines = []
    for i in range(rows):
        battle = {
            "id": build_id(i),
            "model_a": "x",
            "model_b": "y",
            "prompt": None,
            "response_a": None,
            "response_b": None,
            "games": 1,
            "turn": 1,
            "when": None,
        }
        verdict = {
            "id": build_id(i, judge),
            "battle": battle["id"],
            "judge": judge,
            "winner": "a" if i % 3 else "b",
        }
        lines.append(
            {
                "board": "two",
                "battle": battle,
                "prompt": None,
                "response_a": None,
                "response_b": None,
                "verdicts": [verdict],
            }
        )
    return build.lines(path, lines)


def build_id(*parts: object) -> str:
    from arena.keys import key

    return key(*map(str, parts))


def test_one_import_at_a_time_and_nothing_lost(arena, tmp_path):
    path = build.votes(tmp_path / "big.csv", ((f"m{i % 7}", f"n{i % 5}", "left") for i in range(30_000)))
    ends: list[object] = []

    def once() -> None:
        try:
            ends.append(bring(arena, path).kept)
        except Busy as error:
            ends.append(error)

    threads = [threading.Thread(target=once) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 30_000 in ends
    assert arena.leaderboard(ask.Leaderboard("big")).n_battles == 30_000


def test_a_copy_keeps_its_texts_when_the_original_goes(arena, tmp_path, shared):
    bring(arena, shared / "vicuna_blog_eval", "vicuna")
    path = export(arena, "vicuna", tmp_path / "v.jsonl")
    bring(arena, path, "copy")
    arena.remove(ask.Remove("vicuna"))
    line = arena.battles(ask.Battles("copy", limit=1)).battles[0]
    assert line.prompt
    assert arena.battle(ask.Battle(line.id, "copy")).record.response_a.turns[0]
    assert len(next(board for board in arena.boards() if board.board == "copy").categories) == 9


def test_a_board_of_the_users_bars_no_start(home, tmp_path):
    settings = build.settings(home)
    with Service(settings, "test") as arena:
        with arena.database.write() as cursor:
            number = boards.get(arena.database, "wizardarena-mix").id
            boards.remove(cursor, number)
        bring(arena, build.votes(tmp_path / "v.csv", [("x", "y", "left")]), "wizardarena-mix")
    with Service(settings, "test") as arena:
        assert boards.get(arena.database, "wizardarena-mix").kind == "battles"
        assert shipped.install(arena.database) == 0


def test_a_graded_boards_own_export_adds_nothing(arena, tmp_path):
    scores = {("q1", "x"): 8.0, ("q1", "y"): 3.0, ("q1", "z"): 5.0}
    bring(arena, build.grades(tmp_path / "j_single.jsonl", scores), "graded")
    path = export(arena, "graded", tmp_path / "graded.jsonl")
    again = bring(arena, path, "graded")
    assert (again.read, again.kept, again.duplicates) == (3, 0, 3)
    assert bring(arena, path, "other").kept == 3
    assert arena.leaderboard(ask.Leaderboard("graded")).n_battles == 3


def test_judges_of_one_battle_are_not_independent(arena, tmp_path):
    bring(arena, judged(tmp_path / "j1.jsonl", "j1"), "two")
    alone = arena.leaderboard(ask.Leaderboard("two")).ratings[0]
    bring(arena, judged(tmp_path / "j2.jsonl", "j2"), "two")
    both = arena.leaderboard(ask.Leaderboard("two")).ratings[0]
    assert both.high - both.low == pytest.approx(alone.high - alone.low, rel=1e-3)
    path = export(arena, "two", tmp_path / "out.jsonl", filters=Filters(judge="j1"))
    told = [
        verdict["judge"]
        for line in path.read_text("utf-8").splitlines()
        for verdict in json.loads(line)["verdicts"]
    ]
    assert told == ["j1"] * 400


def test_rankings_outlive_a_rebuild(home, tmp_path):
    settings = build.settings(home)
    with Service(settings, "test") as arena:
        bring(arena, build.votes(tmp_path / "v.csv", [("x", "y", "left"), ("y", "x", "tie")]), "kept")
        arena.leaderboard(ask.Leaderboard("kept", RankSettings(ties="drop"), keep=True))
        before = arena.history(ask.History("kept"))
    rebuild(settings, None)
    with Service(settings, "test") as arena:
        assert arena.history(ask.History("kept")) == before
        assert len(before.rankings) == 2


def test_a_damaged_database_can_be_rebuilt(home, tmp_path):
    settings = build.settings(home)
    with Service(settings, "test") as arena:
        bring(arena, build.votes(tmp_path / "v.csv", [("x", "y", "left")]), "kept")
    settings.database.write_bytes(b"not a database any more" * 500)
    assert rebuild(settings, None).imports == 1


def test_a_damaged_import_is_named(home, tmp_path):
    settings = build.settings(home)
    with Service(settings, "test") as arena:
        bring(arena, build.votes(tmp_path / "v.csv", [("x", "y", "left")]), "kept")
    part = next(settings.imports.glob("*/verdicts-*.parquet"))
    part.write_bytes(part.read_bytes()[:-40])
    with pytest.raises(ArenaError, match="is damaged"):
        rebuild(settings, None)
    assert settings.database.is_file()


def test_boards_with_categories_alone_are_shown_and_go_out_whole(arena, tmp_path):
    path = tmp_path / "dated.csv"
    path.write_text("category,model,rating\nfull,x,1100\nfull,y,1000\ncoding,x,900\n", "utf-8")
    bring(arena, path, "mine")
    assert [line.model for line in arena.leaderboard(ask.Leaderboard("mine")).ratings] == ["x", "y"]
    out = tmp_path / "out.csv"
    assert arena.export(ask.Export("board", "mine", out)).rows == 3
    assert bring(arena, out, "mine").duplicates == 3


def test_rejects_of_an_import_that_kept_nothing_stay(arena, tmp_path):
    bring(arena, build.votes(tmp_path / "v.csv", [("x", "y", "left")]), "b")
    first = bring(arena, build.votes(tmp_path / "v.csv", [("x", "y", "left"), ("x", "y", "odd")]), "b")
    again = bring(arena, build.votes(tmp_path / "w.csv", [("x", "y", "left"), ("x", "y", "strange")]), "b")
    assert first.rejects_file != again.rejects_file
    assert "odd" in Path(first.rejects_file).read_text("utf-8")


def test_conflicts_name_their_line(arena, tmp_path):
    for name, text in (("a", "One?"), ("b", "Another?")):
        row = {"question_id": 1, "category": "math", "turns": [text]}
        report = bring(arena, build.lines(tmp_path / name / "question.jsonl", [row]), "q")
    reject = json.loads(Path(report.rejects_file).read_text("utf-8"))
    assert (reject["line"], report.kept, report.rejected) == (1, 0, 1)
    assert "reads differently" in reject["reason"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("rounds", "0"),
        ("rounds", "-3"),
        ("seed", "-1"),
        ("anchor_value", "nan"),
        ("k", "inf"),
        ("strength_weight", "-1"),
    ],
)
def test_settings_out_of_range_are_refused(name, value):
    with pytest.raises(BadRequest, match=name.replace("_", "-")):
        fill(RankSettings, {name: value})


def test_a_cursor_of_nobodys_is_refused(arena, tmp_path):
    bring(arena, build.votes(tmp_path / "v.csv", [("x", "y", "left")]), "b")
    with pytest.raises(BadRequest, match="cursor"):
        arena.battles(ask.Battles("b", after="1_x_2"))


def test_a_home_that_is_a_file_is_one_line(tmp_path):
    (tmp_path / "home").write_text("a file")
    with pytest.raises(ArenaError, match="home folder"):
        build.database(tmp_path / "home")
