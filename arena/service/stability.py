"""A board's ranking without one judge, and without one category: how far it stays what it was.

Leaves out the comparison (`arena.stability`) and leaving out one model (`arena.service.sensitivity`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from arena import stability
from arena.errors import Unranked
from arena.filters import Filters
from arena.ratings import rank
from arena.ratings.types import Cells, Evidence, Ranking, RankSettings
from arena.stability import Held
from arena.store import audits, boards, closer, evidence
from arena.store.boards import Board
from arena.store.database import Database

MOST = 12
"""Categories that are left out in turn, those with most battles, and judges."""
_BYTES = 10_000
"""Of an answer that is kept, about."""


@dataclass(frozen=True, slots=True)
class Left:
    """One judge or category left out. People count as one judge; `why_not` says why nothing is left."""

    what: Literal["judge", "category"]
    name: str
    battles: int
    """Battles that are left."""
    of: int
    held: Held | None = None
    why_not: str | None = None


def left_out(database: Database, board: Board, settings: RankSettings, filters: Filters) -> tuple[Left, ...]:
    """The board's ranking without each judge and each category in turn, the least like the whole first.

    Counted are pairs, so methods that need more than their sums give way to Bradley-Terry.
    """
    question = ("left out", board.id, settings, filters)
    return database.known(
        question, lambda: _left_out(database, board, settings, filters), _BYTES, (board.id,)
    )


def _left_out(database: Database, board: Board, settings: RankSettings, filters: Filters) -> tuple[Left, ...]:
    asked = replace(settings, intervals="sandwich", cluster="battle", anchor=None, method=_method(settings))
    try:
        whole = _cells(database, board, asked, filters)
        ranking = rank.rank(Evidence(whole), asked)
    except Unranked:
        return ()
    lines = []
    for what, name, narrowed in _parts(database, board, settings, filters):
        try:
            part = _cells(database, board, asked, narrowed)
        except Unranked:  # it decided nothing: nothing changes without it
            continue
        lines.append(_left(what, name, whole, part, ranking, asked))
    return tuple(sorted(sorted(lines, key=_order), key=lambda line: line.what != "judge"))


def _method(settings: RankSettings) -> str:
    return settings.method if not rank.needs(settings.method) - {"clusters"} else "bradley_terry"


def _order(line: Left) -> tuple[str, bool, float, str]:
    """What cannot be had first, then what changes most."""
    spearman = line.held.spearman if line.held else None
    return line.what, spearman is not None, spearman or 0.0, line.name


def _parts(
    database: Database, board: Board, settings: RankSettings, filters: Filters
) -> Iterator[tuple[Literal["judge", "category"], str, Filters]]:
    """What is left out in turn; a judge or category that is all there is is no part."""
    known = audits.judges(database, board)
    machines = [one.name for one in known if not one.human]
    people = any(one.human for one in known)
    if filters.judge is None and filters.people is None and len(machines) + people > 1:
        for name in machines[:MOST]:
            yield "judge", name, replace(filters, judge=name)
        if people:
            yield "judge", "people", replace(filters, people=True)
    if filters.category is None:
        counts = closer.categories(database, board, settings, filters)
        for name, _ in counts[:MOST] if len(counts) > 1 else ():
            yield "category", name, replace(filters, category=name)


def _cells(database: Database, board: Board, settings: RankSettings, filters: Filters) -> Cells:
    return evidence.gather(database, board, settings, filters, frozenset()).cells


def _left(
    what: Literal["judge", "category"],
    name: str,
    whole: Cells,
    part: Cells,
    ranking: Ranking,
    settings: RankSettings,
) -> Left:
    total = int(whole.n.sum())
    try:
        rest = stability.without(whole, part)
        found = stability.held(ranking, rank.rank(Evidence(rest), settings), settings.seed)
    except Unranked as error:
        return Left(what, name, total - int(part.n.sum()), total, why_not=str(error))
    return Left(what, name, int(rest.n.sum()), total, found)


def of(database: Database, name: str, settings: RankSettings, filters: Filters) -> tuple[Left, ...]:
    """The same for a board by its name."""
    return left_out(database, boards.get(database, name), settings, filters)
