"""Stored verdicts as the arrays that ratings are made from, under any filter and merge rule.

Leaves out the ratings themselves (`arena.ratings`). Models are dense indexes in order of name.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from arena.errors import BadRequest, Unranked
from arena.filters import Filters
from arena.ratings.types import Cells, Clusters, Evidence, Floats, Ints, RankSettings, Sequence, Styles
from arena.store.boards import Board
from arena.store.database import Database
from arena.store.sql import ask
from arena.store.where import where

_FIGURES = ("tokens", "headers", "lists", "bolds")


@dataclass(frozen=True, slots=True)
class Tally:
    """Outcomes of each kind that a filter leaves; `undecided` ones are shown, never ranked."""

    a: int = 0
    b: int = 0
    tie: int = 0
    both_bad: int = 0
    soft: int = 0
    undecided: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.a + self.b + self.tie + self.both_bad + self.soft + self.undecided


def merging(board: Board, settings: RankSettings) -> dict[str, Any]:
    """Parameters of the `outcomes` macro."""
    return {
        "board": board.id,
        "merge": settings.merge,
        "delta": settings.tie_delta,
        "bad_at": settings.both_bad_at,
        "strong": settings.strength_weight,
    }


def listing(board: Board, settings: RankSettings) -> dict[str, Any]:
    """The same for lists and counts, where a battle is one row: two half games are listed by their mean."""
    return merging(board, settings) | ({"merge": "mean"} if settings.merge == "count2" else {})


def tally(database: Database, board: Board, settings: RankSettings, filters: Filters) -> Tally:
    """Counts a board's outcomes by kind under a filter."""
    if board.kind == "pairs":
        cells = _counted(database, board, settings, filters)
        return Tally(*(int(getattr(cells, name).sum()) for name in ("win_a", "win_b", "tie", "both_bad")))
    condition = where(filters)
    rows = database.rows(ask("tally", condition.sql), listing(board, settings) | condition.params, kept=True)
    return Tally(**dict(rows))


def gather(
    database: Database, board: Board, settings: RankSettings, filters: Filters, needs: frozenset[str]
) -> Evidence:
    """The evidence that a method needs.

    Raises:
        Unranked: nothing is left after the filters.
        BadRequest: the board cannot give what the method needs, or the filter does not fit its kind.
    """
    if board.kind == "pairs":
        return _from_pairs(database, board, settings, filters, needs)
    condition = where(filters)
    params = (
        merging(board, settings) | condition.params | {"ties": settings.ties, "both_bad": settings.both_bad}
    )
    table = database.columns(ask("cells", condition.sql), params, kept=True)
    if not len(table["a"]):
        raise Unranked(f"board {board.name!r} has no decided battles under this filter: loosen it")
    index = _index(database, table)
    cells = Cells(
        index.names,
        index(table["a"]),
        index(table["b"]),
        _whole(table["n"]),
        *(
            _real(table[name])
            for name in ("weight", "points", "ww", "wwy", "wwyy", "win_a", "win_b", "tie", "both_bad")
        ),
    )
    clusters = sequence = styles = None
    if "clusters" in needs and _grouped(board, settings, filters):
        found = database.columns(ask("clusters", condition.sql), params | {"by": settings.cluster}, kept=True)
        clusters = Clusters(
            _dense(found["cluster"]),
            index(found["a"]),
            index(found["b"]),
            _real(found["weight"]),
            _real(found["points"]),
        )
    if "sequence" in needs:
        found = database.columns(ask("sequence", condition.sql), params | {"order": settings.order})
        sequence = Sequence(index(found["a"]), index(found["b"]), _real(found["y"]))
    if "styles" in needs:
        styles = _styles(
            database.columns(ask("styles", condition.sql), params | {"by": settings.cluster}), index, board
        )
    return Evidence(cells, clusters, sequence, styles)


def _grouped(board: Board, settings: RankSettings, filters: Filters) -> bool:
    """Whether some outcomes depend: of one prompt, of several judges, or two games of one battle."""
    several = len(board.judges) > 1 and filters.judge is None
    return several or settings.merge == "count2" or (settings.cluster == "prompt" and board.clustered)


class _Index:
    """Stored model numbers to dense ones, in order of name."""

    def __init__(self, names: dict[int, str]) -> None:
        order = sorted(names, key=lambda number: names[number])
        self.names = tuple(names[number] for number in order)
        self._dense = np.full(max(order) + 1, -1, np.int64)
        self._dense[order] = np.arange(len(order))

    def __call__(self, numbers: Any) -> Ints:
        found: Ints = self._dense[_whole(numbers)]
        return found


def _index(database: Database, table: dict[str, Any]) -> _Index:
    numbers = np.unique(np.concatenate([_whole(table["a"]), _whole(table["b"])]))
    return _Index(
        dict(
            database.rows(
                "SELECT id, name FROM models WHERE id IN (SELECT unnest($ids))", {"ids": numbers.tolist()}
            )
        )
    )


def _styles(found: dict[str, Any], index: _Index, board: Board) -> Styles:
    if not len(found["a"]):
        raise Unranked(
            f"board {board.name!r} has no battles with both answers' texts: style control needs them"
        )
    sides = [np.column_stack([_real(found[f"{name}_{side}"]) for name in _FIGURES]) for side in "ab"]
    return Styles(
        index(found["a"]),
        index(found["b"]),
        _real(found["y"]),
        _real(found["weight"]),
        _dense(found["cluster"]),
        *sides,
    )


def _from_pairs(
    database: Database, board: Board, settings: RankSettings, filters: Filters, needs: frozenset[str]
) -> Evidence:
    if "styles" in needs:
        raise BadRequest(f"board {board.name!r} holds pair counts without texts: style control cannot be had")
    cells = _counted(database, board, settings, filters)
    if not cells.n.sum():
        raise Unranked(f"board {board.name!r} has no pair counts under this filter: loosen it")
    if "sequence" not in needs:
        return Evidence(cells)
    if settings.order != "random":
        raise BadRequest(
            f"board {board.name!r} holds pair counts, which have no order: online Elo needs --order random"
        )
    return Evidence(cells, sequence=_expanded(cells, settings))


def _counted(database: Database, board: Board, settings: RankSettings, filters: Filters) -> Cells:
    if filters != Filters(category=filters.category):
        raise BadRequest(f"board {board.name!r} holds pair counts: only --category can narrow it")
    category = filters.category if filters.category is not None else board.category or ""
    table = database.columns(ask("pairs"), {"board": board.id, "category": category})
    if not len(table["a"]):
        raise Unranked(f"board {board.name!r} has no pair counts in category {category!r}")
    index = _index(database, table)
    win_a, win_b, tie, bad = (_real(table[name]) for name in ("win_a", "win_b", "tie", "both_bad"))
    half = tie * (settings.ties == "half") + bad * (settings.both_bad == "half")
    n, points = win_a + win_b + half, win_a + half / 2
    return Cells(
        index.names,
        index(table["a"]),
        index(table["b"]),
        n.round().astype(np.int64),
        n,
        points,
        n,
        points,
        win_a + half / 4,
        win_a,
        win_b,
        tie,
        bad,
    )


def _expanded(cells: Cells, settings: RankSettings) -> Sequence:
    half = cells.tie * (settings.ties == "half") + cells.both_bad * (settings.both_bad == "half")
    counts = np.concatenate([cells.win_a, cells.win_b, half]).round().astype(np.int64)
    shares = np.repeat([1.0, 0.0, 0.5], len(cells.a))
    return Sequence(
        *(np.repeat(column, counts) for column in (np.tile(cells.a, 3), np.tile(cells.b, 3), shares))
    )


def _dense(column: Any) -> Ints:
    """Numbers without gaps, in the same order."""
    numbers = _whole(column)
    there = np.zeros(int(numbers.max(initial=-1)) + 1, np.int64)
    there[numbers] = 1
    return (np.cumsum(there) - 1)[numbers]


def _whole(column: Any) -> Ints:
    return np.asarray(column, np.int64)


def _real(column: Any) -> Floats:
    return np.asarray(column, np.float64)
