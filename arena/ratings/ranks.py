"""Ranks from intervals, by the arena's rule (arXiv 2403.04132). Leaves out where intervals come from."""

import numpy as np

from arena.ratings.types import Floats, Ints


def ranks(values: Floats, low: Floats | None, high: Floats | None) -> tuple[Ints, Ints, Ints]:
    """(rank, best, worst), each (n,). Rank = 1 + number of models whose lower bound is above my upper bound.

    That is also the best rank that the intervals allow; the worst is the same rule with bounds exchanged: 1 +
    number of other models whose upper bound is above my lower bound. Without intervals all three are the
    plain order of the values, equal values (to a billionth) sharing the better rank.
    """
    if low is None or high is None:
        plain = 1 + _above(values.round(9), values.round(9))
        return plain, plain, plain
    best = 1 + _above(low, high)
    worst = 1 + _above(high, low) - (high > low)
    return best, best, np.maximum(best, worst)


def _above(theirs: Floats, mine: Floats) -> Ints:
    """For each of `mine`, how many of `theirs` are strictly above it."""
    return np.asarray(len(theirs) - np.searchsorted(np.sort(theirs), mine, side="right"), dtype=np.int64)
