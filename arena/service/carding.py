"""One model's card, and a battle's neighbours.

Best and worst battles went against the odds: won against the strongest, lost against the weakest.
"""

from dataclasses import replace
from typing import Literal

from rapidfuzz import fuzz, process, utils

from arena.errors import NotFound, Unranked
from arena.filters import Filters
from arena.ratings.types import RankSettings, Rating
from arena.service import ranking, trusting
from arena.service.closer import Card, CardFound, Cell, InCategory, Neighbours, NeighboursFound, Share
from arena.store import battles, boards, closer
from arena.store.battles import Line
from arena.store.boards import Board
from arena.store.database import Database

_SHOWN = 5
"""Best and worst battles on a card."""
_CATEGORIES = 12
"""Categories on a card, those with most battles."""
_READ = 50_000
"""Prompts that are looked through for similar ones."""
_ALIKE = 55.0
"""Likeness of words in 0-100 from which on prompts count as similar."""


def card(database: Database, request: Card) -> CardFound:
    """Everything about one model.

    Raises:
        NotFound: the model is not ranked on the board under this filter.
    """
    board = boards.get(database, request.board)
    found, cells = ranking.made(database, board, request.settings, request.filters)
    if request.model not in {line.model for line in found.ratings}:
        raise NotFound(f"no model {request.model!r} is ranked on board {board.name!r} under this filter")
    met = [_seen(cell, request.model) for cell in trusting.cells(found, cells)]
    order = {line.model: at for at, line in enumerate(found.ratings)}
    opponents = sorted((cell for cell in met if cell is not None), key=lambda cell: order[cell.b])
    best: tuple[Line, ...] = ()
    worst: tuple[Line, ...] = ()
    if board.kind == "battles":
        best = _against(database, board, request, [cell.b for cell in opponents], "a")
        worst = _against(database, board, request, [cell.b for cell in reversed(opponents)], "b")
    categories = _categories(database, board, request)
    return CardFound(board.name, request.model, tuple(opponents), categories, best, worst)


def _seen(cell: Cell, model: str) -> Cell | None:
    """A cell from this model's side; None where it is not in it."""
    if cell.a == model:
        return cell
    if cell.b != model:
        return None
    other = cell.share
    turned = Share(1 - other.value, 1 - other.high, 1 - other.low, other.n)
    return Cell(model, cell.a, turned, None if cell.expected is None else 1 - cell.expected)


def _against(
    database: Database, board: Board, request: Card, opponents: list[str], winner: Literal["a", "b"]
) -> tuple[Line, ...]:
    lines: list[Line] = []
    for opponent in opponents:
        filters = replace(request.filters, a=request.model, b=opponent, winner=winner)
        page = battles.page(database, board, request.settings, filters, None, _SHOWN - len(lines))
        lines += page.lines
        if len(lines) >= _SHOWN:
            break
    return tuple(lines)


def _categories(database: Database, board: Board, request: Card) -> tuple[InCategory, ...]:
    if board.kind == "battles":
        counted = closer.categories(database, board, request.settings, request.filters)
        names = [name for name, _ in counted[:_CATEGORIES]]
    else:
        names = list(boards.categories(database, board)[:_CATEGORIES])
    found = (_in(database, board, request.model, request.settings, request.filters, name) for name in names)
    return tuple(place for place in found if place is not None)


def _in(
    database: Database, board: Board, model: str, settings: RankSettings, filters: Filters, category: str
) -> InCategory | None:
    try:
        ratings = ranking.made(database, board, settings, replace(filters, category=category))[0].ratings
    except Unranked:
        return None
    line: Rating | None = next((rating for rating in ratings if rating.model == model), None)
    if line is None:
        return None
    return InCategory(category, line.value, line.low, line.high, line.rank, len(ratings), line.battles)


def neighbours(database: Database, request: Neighbours) -> NeighboursFound:
    """Other battles on the same prompt, and battles on prompts that read alike."""
    board = boards.get(database, request.board)
    _, battle = battles.resolve(database, board, request.battle)
    prompt = battles.record(database, board, battle).battle.prompt
    if prompt is None:
        return NeighboursFound(board.name, (), ())
    same = battles.page(
        database, board, RankSettings(), Filters(prompt=prompt), None, request.limit + 1
    ).lines
    others = tuple(line for line in same if line.id != battle)[: request.limit]
    return NeighboursFound(board.name, others, tuple(_alike(database, board, prompt, request.limit)))


def _alike(database: Database, board: Board, prompt: str, limit: int) -> list[Line]:
    texts = battles.openings(database, board, _READ)
    if prompt not in texts:
        return []
    own = texts.pop(prompt)
    found = process.extract(
        own,
        texts,
        scorer=fuzz.token_set_ratio,
        processor=utils.default_process,
        limit=limit,
        score_cutoff=_ALIKE,
    )
    lines: list[Line] = []
    for _, _, other in found:
        lines += battles.page(database, board, RankSettings(), Filters(prompt=other), None, 1).lines
    return lines
