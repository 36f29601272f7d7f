"""Cells with the two orientations of a pair folded into one row, and what can be recovered from their sums.

Leaves out the fit itself (`newton`) and resampling (`bootstrap`).
"""

from dataclasses import dataclass

import numpy as np

from arena.ratings.types import Cells, Floats, Ints, RankSettings

TINY = 1e-9
"""A share of a pair's weight below this is rounding, not a win."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """One row per unordered pair, a < b, seen from a. Arrays have length m; sums are named as in `Cells`."""

    size: int
    """Number of models."""
    a: Ints
    b: Ints
    weight: Floats
    points: Floats
    ww: Floats
    wwy: Floats
    wwyy: Floats
    ties: Floats
    """Weight of ties under the tie policy (for tie models); never more than the points allow."""


@dataclass(frozen=True, slots=True)
class Outcomes:
    """A pair's battles as counts of three outcomes (m, 3) worth 1, `middle` and 0, each of weight `unit`."""

    unit: Floats
    middle: Floats
    counts: Floats


def fold(cells: Cells, settings: RankSettings) -> Pairs:
    """Sum both orientations of each pair. Rows of a model against itself are left out."""
    size = len(cells.models)
    flip = cells.a > cells.b
    low, high = np.minimum(cells.a, cells.b), np.maximum(cells.a, cells.b)
    fair = low != high
    keys, at = np.unique(low[fair] * size + high[fair], return_inverse=True)

    def total(straight: Floats, flipped: Floats) -> Floats:
        return np.bincount(at, np.where(flip, flipped, straight)[fair], len(keys)).astype(np.float64)

    weight = total(cells.weight, cells.weight)
    points = total(cells.points, cells.weight - cells.points)
    tied = cells.tie * (settings.ties == "half") + cells.both_bad * (settings.both_bad == "half")
    return Pairs(
        size=size,
        a=keys // max(size, 1),
        b=keys % max(size, 1),
        weight=weight,
        points=points,
        ww=total(cells.ww, cells.ww),
        wwy=total(cells.wwy, cells.ww - cells.wwy),
        wwyy=total(cells.wwyy, cells.ww - 2 * cells.wwy + cells.wwyy),
        ties=np.clip(total(tied, tied), 0, 2 * np.clip(np.minimum(points, weight - points), 0, None)),
    )


def outcomes(pairs: Pairs) -> Outcomes:
    """Counts of single outcomes whose sums are those of `pairs`.

    Unit w = ww / weight, number weight^2 / ww. Hard verdicts come back exactly: ties = 4 (sum y - sum y^2).
    Where preferences are soft and no wins, ties and losses have those sums, the middle outcome is the pair's
    mean y and the rest is won and lost so that mean and variance of y stay what they were.
    """
    some = pairs.ww > 0
    unit = np.divide(pairs.ww, pairs.weight, out=np.zeros_like(pairs.ww), where=some & (pairs.weight > 0))
    safe = np.where(unit > 0, unit, 1.0)
    number = np.where(unit > 0, pairs.weight / safe, 0.0)
    total, square = pairs.points / safe, pairs.wwyy / safe**2
    ties = 4 * (total - square)
    hard = np.stack([total - ties / 2, ties, number - total - ties / 2], axis=1)
    slack = TINY * number
    exact = (hard >= -slack[:, None]).all(axis=1) & (np.abs(pairs.wwy / safe**2 - total) <= slack)
    many = np.where(number > 0, number, 1.0)
    mean = np.clip(total / many, 0, 1)
    room = mean * (1 - mean)
    spread = np.clip((square / many - mean**2) / np.where(room > 0, room, 1.0), 0, 1)
    soft = number[:, None] * np.stack([spread * mean, 1 - spread, spread * (1 - mean)], axis=1)
    counts = np.where(exact[:, None], np.where(hard > slack[:, None], hard, 0.0), soft)
    return Outcomes(unit=unit, middle=np.where(exact, 0.5, mean), counts=counts)
