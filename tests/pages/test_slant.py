"""How the judges behind a comparison lean: figures on the agreement page, nothing where there are none."""

from pathlib import Path

from arena.filters import Filters
from arena.pages.slant import slant
from arena.service import requests as ask
from arena.service.service import Service
from tests.store import build


def test_judges_figures_stand_beside_the_board_whatever_else_is_filtered(tmp_path: Path) -> None:
    scores: dict[tuple[str, str], float | None] = {("q", "x"): 1, ("q", "y"): 2, ("r", "x"): 5, ("r", "y"): 5}
    with Service(build.settings(tmp_path / "home"), "test") as service:
        service.bring(ask.Import(build.grades(tmp_path / "j_single.jsonl", scores, "strict"), "g"))
        boards = {board.board: board for board in service.boards()}
        html = slant(service.database, boards["g"], Filters(judge="nobody", winner="a"))
        assert "How its judges lean" in html
        assert "strict" in html
        assert 'href="/judges?board=g"' in html
        assert "50.0 %" in html  # one of two battles is a tie
        assert slant(service.database, boards["lmsys-2024-05-27"], Filters()) == ""
