"""Writing battles and boards to files that other tools, and our own import, read back."""

from pathlib import Path

from arena.errors import BadRequest
from arena.formats import catalog
from arena.service.ranking import ranked
from arena.service.requests import Export, Exported, Leaderboard
from arena.store import battles, boards
from arena.store.database import Database
from arena.types import Published

_BATTLES = {".jsonl": "arena_battles", ".parquet": "arena_battles", ".csv": "evalica"}
_BOARDS = {".csv": "published_board", ".json": "published_board"}


def exported(database: Database, request: Export) -> Exported:
    """Writes to a temporary name first, so that a failed export leaves no half file.

    Raises:
        BadRequest: the file exists, the ending is unknown, or the board has no battles to write.
    """
    board = boards.get(database, request.board)
    path = request.path.expanduser().resolve()
    if path.exists() and not request.force:
        raise BadRequest(f"{path} exists already: name another file, or use --force")
    if request.what == "battles" and board.kind != "battles":
        raise BadRequest(f"board {board.name!r} holds no single battles: export the board instead")
    name = request.format or (_BATTLES if request.what == "battles" else _BOARDS).get(path.suffix)
    if name is None:
        endings = ", ".join(_BATTLES if request.what == "battles" else _BOARDS)
        raise BadRequest(f"{path.name}: {request.what} can be written as {endings}; or name a --format")
    beside = path.with_name(f".{path.stem}.part{path.suffix}")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        rows = _write(database, board, request, name, beside)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return Exported(board.name, request.what, name, str(path), rows)


def _write(database: Database, board: boards.Board, request: Export, name: str, path: Path) -> int:
    exporter = catalog.exporter(name)
    if request.what == "battles":
        return exporter.write(battles.stream(database, board, request.settings, request.filters), path)
    answer = ranked(database, Leaderboard(board.name, request.settings, request.filters))
    lines = [
        Published(line.model, line.value, line.low, line.high, line.battles or None)
        for line in answer.ratings
    ]
    return exporter.write(lines, path)
