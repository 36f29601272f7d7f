"""From log-odds to the Elo scale: the anchor, and whose variation counts as zero.

Leaves out ranks (`ranks`) and methods that do not live on log-odds.
"""

import numpy as np
from numpy.typing import NDArray

from arena.ratings.types import SCALE, Floats, RankSettings


def zero(models: tuple[str, ...], settings: RankSettings, core: NDArray[np.bool_]) -> Floats:
    """Weights (n,), summing to one, of the average that intervals are measured against.

    The anchor, if there is one; else the mean of the core (all models, where all or none are in it), so that
    a model held only by the prior does not widen everybody's interval.
    """
    if settings.anchor is not None:
        return np.array([float(model == settings.anchor) for model in models])
    chosen = core if core.any() else np.ones(len(models), dtype=bool)
    return np.asarray(chosen / chosen.sum(), dtype=np.float64)


def elo(strength: Floats, zero: Floats, settings: RankSettings, fit: Floats | None = None) -> Floats:
    """Elo values of log-odds (n,) or, with `fit` the full one, of draws (rounds, n) on the same footing."""
    full = strength if fit is None else fit
    offset = 0.0 if settings.anchor is not None else float(full.mean() - zero @ full)
    return np.asarray(settings.anchor_value + SCALE * (strength - (strength @ zero)[..., None] - offset))


def spread(covariance: Floats, zero: Floats) -> Floats:
    """Standard deviations (n,) in Elo of differences to `zero`, from the covariance (n, n) of log-odds."""
    shift = np.eye(len(zero)) - zero
    variance = np.einsum("ij,ij->i", shift @ covariance, shift)
    return np.asarray(SCALE * np.sqrt(np.clip(variance, 0, None)))
