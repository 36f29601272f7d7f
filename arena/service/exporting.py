"""Writing battles and boards to files that other tools, and our own import, read back."""

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from arena.errors import BadRequest, room
from arena.formats import catalog
from arena.formats.types import Graded, Standing, Takes, Written
from arena.service.ranking import ranked
from arena.service.requests import Export, Exported, Leaderboard, Ranked
from arena.store import battles, boards, evidence, grades
from arena.store.database import Database
from arena.types import PairCount, Published

ENDINGS = {
    "battles": {".jsonl": "arena_battles", ".parquet": "arena_battles", ".csv": "evalica"},
    "board": {
        ".csv": "published_board",
        ".json": "published_board",
        ".parquet": "published_board",
        ".md": "board_markdown",
        ".tex": "board_latex",
    },
}
"""What a file's ending means where no format is named."""

TAKES: dict[str, tuple[Takes, ...]] = {
    "battles": ("battles", "grades"),
    "board": ("board", "standings", "counts"),
}
"""What a board gives under each of the two words."""


def exported(database: Database, request: Export) -> Exported:
    """Writes to a temporary name first, so that a failed export leaves no half file.

    Raises:
        BadRequest: the file exists, the ending is unknown, or nothing of the board fits the format.
        NoRoom: its disk is full, or its folder may not be written to.
    """
    board = boards.get(database, request.board)
    path = request.path.expanduser().resolve()
    if path.exists() and (path.is_dir() or not request.force):
        tip = "" if path.is_dir() else ", or use --force"
        raise BadRequest(f"{path} exists already: name another{tip}")
    name = _format(request, path)
    rows = _rows(database, board, request, catalog.exporter(name).WRITES)
    beside = path.parent / f".{path.name}.part"
    with room(path.parent):
        beside.mkdir(parents=True, exist_ok=True)
        try:
            written = catalog.exporter(name).write(rows, beside / path.name)
            if not written.rows:
                raise BadRequest(_nothing(board.name, name, written))
            (beside / path.name).replace(path)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    return Exported(board.name, request.what, name, str(path), written.rows, written.notes)


def _format(request: Export, path: Path) -> str:
    endings = ENDINGS[request.what]
    able = [name for name, found in catalog.exporters().items() if found.WRITES in TAKES[request.what]]
    name = request.format or endings.get(path.suffix.lower())
    if name is None:
        known = f"{request.what} can be written as {', '.join(endings)}"
        raise BadRequest(f"{path.name}: {known}; or name a --format: {', '.join(able)}")
    if catalog.exporter(name).WRITES not in TAKES[request.what]:
        raise BadRequest(f"--format {name} does not hold {request.what}; choose one of {', '.join(able)}")
    return name


def _nothing(board: str, name: str, written: Written) -> str:
    why = "; ".join(written.notes) or "there is nothing under this filter"
    return f"nothing of board {board!r} fits {name}: {why}"


def _rows(database: Database, board: boards.Board, request: Export, takes: Takes) -> Iterable[Any]:
    if takes in ("battles", "grades") and board.kind != "battles":
        raise BadRequest(f"board {board.name!r} holds no single battles: export the board instead")
    if takes == "battles":
        return battles.stream(database, board, request.settings, request.filters)
    if takes == "grades":
        return (Graded(*found) for found in grades.stream(database, board, request.filters))
    if takes == "counts":
        return _counts(database, board, request)
    if takes == "board" and board.kind == "published" and request.filters.category is None:
        return _whole(database, board)
    answer = ranked(database, Leaderboard(board.name, request.settings, request.filters))
    return _published(answer) if takes == "board" else _standings(answer)


def _whole(database: Database, board: boards.Board) -> Iterable[Published]:
    """All categories of a published board."""
    for category in ("", *boards.categories(database, board)):
        yield from boards.published(database, board, category)


def _published(answer: Ranked) -> Iterable[Published]:
    for line in answer.ratings:
        yield Published(line.model, line.value, line.low, line.high, line.battles or None)


def _standings(answer: Ranked) -> Iterable[Standing]:
    for line in answer.ratings:
        yield Standing(line.rank, line.model, line.value, line.low, line.high, line.battles)


def _counts(database: Database, board: boards.Board, request: Export) -> Iterable[PairCount]:
    """Outcomes by pair, as the ranking would take them before any tie policy."""
    if board.kind == "published":
        raise BadRequest(f"board {board.name!r} holds published ratings: it has no battles to count")
    cells = evidence.gather(database, board, request.settings, request.filters, frozenset()).cells
    category = request.filters.category or ""
    columns = (cells.a, cells.b, cells.win_a, cells.win_b, cells.tie, cells.both_bad)
    for a, b, win_a, win_b, tie, both_bad in zip(*(column.tolist() for column in columns), strict=True):
        yield PairCount(cells.models[a], cells.models[b], win_a, win_b, tie, both_bad, category)
