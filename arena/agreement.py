"""How far two boards agree on the models they share: rank correlations, separated pairs, calibration, and how sure.

Definitions are METRICS.md's: agreement and differentiation from Arena-Hard (Li et al. 2024, arXiv 2406.11939), as the
Arena Learning paper uses them (arXiv 2407.10627). Arrays in, one frozen `Agreement` out. Leaves out how names are
matched and boards are read.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from arena.errors import Unranked

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

METRICS = ("spearman", "kendall", "pearson", "agreement", "differentiation", "average", "brier")
NORMAL = 1.96
"""Standard errors on each side of a 95 % interval."""
CHUNK = 50
"""Redraws held at once: 129 models have 8,256 pairs."""


@dataclass(frozen=True, slots=True)
class Side:
    """One board's ratings of the shared models, in the order of the names given to `compare`. NaN bounds: unknown."""

    values: Floats
    """(n,)"""
    low: Floats | None = None
    high: Floats | None = None
    """(n,) 95 % bounds; None where the board has none. It then separates nothing and is never redrawn."""
    draws: Floats | None = None
    """(rounds, n) bootstrap ratings, where the board has them."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A pair that both boards separate, in opposite directions: the board puts `above` over `below`."""

    above: str
    below: str
    gap: float
    """By how much on the board (positive), and on the reference (negative)."""
    reference_gap: float
    bounds: tuple[tuple[float, float], tuple[float, float]]
    """(low, high) of `above` and of `below` on the board, and the same on the reference."""
    reference_bounds: tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Calibration:
    """Least squares board = intercept + slope x reference; residuals in the order of `Agreement.models`."""

    slope: float
    intercept: float
    residuals: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Board against reference. Shares are 0-1; None where a figure is not defined (no bounds, no spread, no pairs)."""

    models: tuple[str, ...]
    n_models: int
    spearman: float | None
    kendall: float | None
    pearson: float | None
    agreement: float | None
    agreement_pairs: tuple[int, int]
    """[pairs ordered alike minus pairs ordered oppositely, pairs that the reference separates]."""
    differentiation: float | None
    differentiation_pairs: tuple[int, int]
    """[pairs that the board separates, all pairs]."""
    average: float | None
    """Mean of Spearman, agreement and differentiation: the paper's "consistency"."""
    brier: float | None
    calibration: Calibration | None
    disagreements: tuple[Disagreement, ...]
    """Widest first."""
    intervals: dict[str, tuple[float, float]]
    """2.5 and 97.5 % of each metric over redraws of both boards. Redrawing adds noise to what is already a noisy
    draw, so a figure near its ceiling can lie above its own interval."""
    ceiling: dict[str, float]
    """Noise ceiling: mean of each metric of the reference redrawn against the reference."""
    leave_one_out: dict[str, tuple[float, float]]
    """Smallest and largest of each metric as one model is left out."""


def compare(
    models: tuple[str, ...], board: Side, reference: Side, *, rounds: int = 1000, seed: int = 0
) -> Agreement:
    """Agreement of a board with a reference over `models`. Raises Unranked below two shared models."""
    if len(models) < 2:
        raise Unranked(
            f"only {len(models)} shared models: at least 2 are needed; map more names, or choose other boards"
        )
    ours, theirs = _contest(board), _contest(reference)
    point = {
        name: float(value[0]) for name, value in _metrics(ours, theirs, ours.fixed(), theirs.fixed()).items()
    }
    mine, other = separates(ours, ours.fixed())[0], separates(theirs, theirs.fixed())[0]
    figures = {name: None if np.isnan(value) else value for name, value in point.items()}
    return Agreement(
        models=models,
        n_models=len(models),
        agreement_pairs=(int((mine * other).sum()), int(np.abs(other).sum())),
        differentiation_pairs=(int(np.abs(mine).sum()), len(mine)),
        calibration=calibrate(board.values, reference.values),
        disagreements=_disagreements(models, board, reference, mine * other < 0),
        intervals=_intervals(ours, theirs, rounds, seed),
        ceiling=_ceiling(theirs, rounds, seed),
        leave_one_out=_leave_one_out(board, reference),
        **figures,
    )
