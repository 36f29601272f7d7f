"""What a ranking hangs on: the same ranking without one judge's verdicts, or without one category's battles.

Counts are sums over battles, so what stays is the whole minus a part; nothing is read twice. Leaves out where
counts come from (`arena.service.stability`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np

from arena.agreement import CHUNK, Floats, Ints, Side, redraw
from arena.errors import Unranked
from arena.ratings.types import Cells, Ranking, Rating

ROUNDS = 200
"""Redraws behind an interval: enough for one that is only looked at."""
MOVED = 3
"""Models that are named because they moved most."""
_SUMS = tuple(field.name for field in fields(Cells) if field.name not in ("models", "a", "b"))


@dataclass(frozen=True, slots=True)
class Move:
    """A model's place in the order of ratings, before and after something was left out."""

    model: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Held:
    """A ranking beside the one of which something was left out, over the models of both."""

    n_models: int
    spearman: float | None
    interval: tuple[float, float] | None
    """95 %, over redraws of both rankings from their own intervals."""
    agreement: tuple[int, int]
    """[pairs ordered alike minus pairs ordered oppositely, pairs that the whole ranking separates]."""
    first: str
    """The model on top of what is left."""
    moves: tuple[Move, ...]
    """Those that moved most; empty where the order is the same."""


def without(whole: Cells, part: Cells) -> Cells:
    """What is left of sums by pair when a part of them is taken away; models without battles go, too."""
    left = {name: np.array(getattr(whole, name), copy=True) for name in _SUMS}
    at = {pair: row for row, pair in enumerate(_pairs(whole))}
    for row, pair in enumerate(_pairs(part)):
        for name in _SUMS:
            left[name][at[pair]] -= getattr(part, name)[row]
    stays = left["n"] > 0
    left = {name: np.maximum(column[stays], 0) for name, column in left.items()}
    a, b = whole.a[stays], whole.b[stays]
    known = np.unique(np.concatenate([a, b]))
    place = np.full(len(whole.models), -1, np.int64)
    place[known] = np.arange(len(known))
    return Cells(tuple(whole.models[at] for at in known), place[a], place[b], **left)


def _pairs(cells: Cells) -> list[tuple[str, str]]:
    return [(cells.models[a], cells.models[b]) for a, b in zip(cells.a, cells.b, strict=True)]


def held(whole: Ranking, left: Ranking, seed: int = 0) -> Held:
    """How far a ranking stays what it was.

    Raises:
        Unranked: fewer than two models are in both.
    """
    before = {line.model: line for line in whole.ratings}
    shared = tuple(line.model for line in left.ratings if line.model in before)
    after = {line.model: line for line in left.ratings}
    if len(shared) < 2:
        raise Unranked(f"{len(shared)} models are left, and it takes 2")
    ours, theirs = _side(after, shared), _side(before, shared)
    return Held(
        len(shared),
        *_spearman(ours, theirs, seed),
        _separations(ours, theirs),
        max(shared, key=lambda model: after[model].value),
        _moves(before, after, shared),
    )


def _spearman(board: Side, reference: Side, seed: int) -> tuple[float | None, tuple[float, float] | None]:
    """As `arena.agreement.compare` has it, in a hundredth of its time: nothing else is counted."""
    mine, other = np.random.default_rng([seed, 0]), np.random.default_rng([seed, 1])
    value = _correlations(board.values[None], reference.values[None])
    if board.low is None and reference.low is None:
        return (float(value[0]) if len(value) else None), None
    chunks = [min(CHUNK, ROUNDS - done) for done in range(0, ROUNDS, CHUNK)]
    drawn = [_correlations(redraw(board, mine, many), redraw(reference, other, many)) for many in chunks]
    known = np.concatenate(drawn)
    low, high = np.percentile(known, [2.5, 97.5]) if len(known) else (np.nan, np.nan)
    return (float(value[0]) if len(value) else None), (float(low), float(high)) if len(known) else None


def _correlations(ours: Floats, theirs: Floats) -> Floats:
    """Spearman row by row, where both have spread."""
    from scipy.stats import rankdata

    x, y = (rankdata(values, axis=1) for values in (ours, theirs))
    x, y = x - x.mean(axis=1, keepdims=True), y - y.mean(axis=1, keepdims=True)
    spread = np.sqrt((x * x).sum(axis=1) * (y * y).sum(axis=1))
    return np.asarray((x * y).sum(axis=1)[spread > 0] / spread[spread > 0])


def _separations(board: Side, reference: Side) -> tuple[int, int]:
    """[pairs ordered alike minus pairs ordered oppositely, pairs that the reference separates]."""
    ours, theirs = _separated(board), _separated(reference)
    return int((ours * theirs).sum()), int(np.abs(theirs).sum())


def _separated(side: Side) -> Ints:
    """(pairs,): 1 where i is above j beyond both bounds, -1 where below, else 0."""
    i, j = np.triu_indices(len(side.values), 1)
    if side.low is None or side.high is None:
        return np.zeros(len(i), dtype=np.int64)
    return (side.low[i] > side.high[j]).astype(np.int64) - (side.low[j] > side.high[i])


def _side(lines: Mapping[str, Rating], models: tuple[str, ...]) -> Side:
    values, low, high = (
        np.array([getattr(lines[model], name) for model in models], np.float64)
        for name in ("value", "low", "high")
    )
    return Side(values, low, high)


def _moves(
    before: Mapping[str, Rating], after: Mapping[str, Rating], models: tuple[str, ...]
) -> tuple[Move, ...]:
    orders = [
        {model: at for at, model in enumerate(sorted(models, key=lambda one: (-lines[one].value, one)), 1)}
        for lines in (before, after)
    ]
    moves = [Move(model, orders[0][model], orders[1][model]) for model in models]
    moved = [move for move in moves if move.before != move.after]
    return tuple(sorted(moved, key=lambda one: (-abs(one.after - one.before), one.model))[:MOVED])
