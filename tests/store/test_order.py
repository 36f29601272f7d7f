"""What people did, in order: removals after imports, imports beyond ten thousand; bounds that are missing."""

from arena.cli.rebuild import rebuild
from arena.pages import stock
from arena.pages.look import Scene
from arena.pages.standings import standings
from arena.service import intake
from arena.service import requests as ask
from arena.service.service import Service
from tests.store import build

VOTES = [("x", "y", "left"), ("y", "x", "left"), ("x", "y", "tie")]


def test_a_board_brought_again_after_its_removal_stands_after_a_rebuild(home, tmp_path):
    first, second = build.votes(tmp_path / "one.csv", VOTES), build.votes(tmp_path / "two.csv", VOTES[:2])
    with Service(build.settings(home), "test") as arena:
        arena.bring(ask.Import(first, "votes"))
        arena.remove(ask.Remove("votes"))
        arena.bring(ask.Import(second, "votes"))
    rebuild(build.settings(home), None)
    with Service(build.settings(home), "test") as arena:
        assert [(board.board, board.battles) for board in arena.boards() if not board.shipped] == [
            ("votes", 2)
        ]
        arena.remove(ask.Remove("votes"))
    rebuild(build.settings(home), None)
    with Service(build.settings(home), "test") as arena:
        assert [board for board in arena.boards() if not board.shipped] == []


def test_imports_go_on_beyond_ten_thousand(home, tmp_path):
    with Service(build.settings(home), "test") as arena:
        arena.settings.rejects.mkdir(parents=True, exist_ok=True)
        (arena.settings.rejects / "010233-old.jsonl").write_text("")
        arena.bring(ask.Import(build.votes(tmp_path / "votes.csv", VOTES), "votes"))
        found = arena.past(intake.ImportLog("votes"))
        info = next(board for board in arena.boards() if board.board == "votes")
    assert [one.number for one in found.imports] == [10_234]
    assert "10,234" in stock.history(info, found.imports)
    rebuild(build.settings(home), None)
    with Service(build.settings(home), "test") as arena:
        assert arena.past(intake.ImportLog("votes")).imports[0].number == 10_234


def test_a_board_with_some_bounds_missing_shows_no_nan(home, tmp_path):
    path = tmp_path / "board.csv"
    path.write_text("model,rating,low,high\na,1200,1190,1210\nb,1100,,\nc,1000,nan,nan\n")
    with Service(build.settings(home), "test") as arena:
        arena.bring(ask.Import(path, "p"))
        info = next(board for board in arena.boards() if board.board == "p")
        ranked = arena.leaderboard(ask.Leaderboard("p"))
    shown = standings(Scene(info), ranked)
    assert "no interval" in shown
    assert ">nan" not in shown.lower()
    assert "nan to" not in shown.lower()
