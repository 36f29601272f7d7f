"""Figures of a judge's health from counts: shares whose observations hang together, kappa, alpha.

Verdicts on one prompt are no independent observations, so a share is a ratio of sums over prompts, and its
interval is Wilson's with the effective number of observations. Leaves out counting (`arena.store.audits`).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import inf, sqrt

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
_Z = 1.959963984540054
ROUNDS = 1000
"""Redraws behind an interval of kappa or alpha."""


@dataclass(frozen=True, slots=True)
class Sums:
    """Hits f out of d observations, summed over clusters; the squares tell how clusters differ."""

    f: float
    d: float
    ff: float
    fd: float
    dd: float
    clusters: int


@dataclass(frozen=True, slots=True)
class Rate:
    """A figure with its 95 % interval, and what is behind it."""

    value: float
    low: float
    high: float
    n: int
    """Observations."""
    clusters: int
    """Prompts, or battles where prompts are unknown."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Things that were labelled alike: how often each label was given, and how many such things there are."""

    labels: tuple[int, ...]
    times: int


def share(sums: Sums) -> Rate | None:
    """Hits in observations, 0 to 1; None of nothing.

    Wilson's interval (1927) with n = p (1 - p) / variance, the variance robust to clusters.
    """
    if sums.d <= 0:
        return None
    p = min(1.0, max(0.0, sums.f / sums.d))
    variance = _variance(sums, sums.f / sums.d)
    n = float(sums.clusters)
    if 0 < p < 1:
        n = p * (1 - p) / variance if variance > 0 else inf
    if not n:  # a single cluster tells nothing of others
        return Rate(p, 0.0, 1.0, round(sums.d), sums.clusters)
    z = _Z * _Z / n
    middle, half = (p + z / 2) / (1 + z), sqrt(p * (1 - p) * z + z * z / 4) / (1 + z)
    return Rate(p, max(0.0, middle - half), min(1.0, middle + half), round(sums.d), sums.clusters)


def mean(sums: Sums) -> Rate | None:
    """A mean that may be negative, with the normal interval robust to clusters; None of nothing."""
    if sums.d <= 0:
        return None
    value = sums.f / sums.d
    half = _Z * sqrt(_variance(sums, value))
    return Rate(value, value - half, value + half, round(sums.d), sums.clusters)


def _variance(sums: Sums, ratio: float) -> float:
    if sums.clusters < 2:
        return inf if 0 < ratio < 1 else 0.0
    spread = max(0.0, sums.ff - 2 * ratio * sums.fd + ratio * ratio * sums.dd)
    return spread / sums.d**2 * sums.clusters / (sums.clusters - 1)


def kappa(table: Floats) -> float | None:
    """Cohen's kappa (1960) of a square table of counts; None where chance alone agrees always."""
    n = table.sum()
    if not n:
        return None
    expected = float(table.sum(0) @ table.sum(1)) / n**2
    return None if expected >= 1 else float((np.trace(table) / n - expected) / (1 - expected))


def kappa_rate(table: Floats, seed: int = 0) -> Rate | None:
    """Kappa with the percentile interval of redrawn tables."""
    flat = table.ravel()
    return _redrawn(flat, lambda one: kappa(one.reshape(table.shape)), int(table.sum()), seed)


def alpha(units: Iterable[Unit]) -> float | None:
    """Krippendorff's alpha for nominal labels (2004, chapter 11); None where all labels are the same."""
    kept = _told_twice(units)
    return _alpha(*_arrays(kept)) if kept else None


def alpha_rate(units: Iterable[Unit], seed: int = 0) -> Rate | None:
    """Alpha with the percentile interval of redrawn things."""
    kept = _told_twice(units)
    if not kept:
        return None
    labels, times = _arrays(kept)
    return _redrawn(times, lambda one: _alpha(labels, one), int(times.sum()), seed)


def _told_twice(units: Iterable[Unit]) -> list[Unit]:
    return [unit for unit in units if sum(unit.labels) > 1]


def _arrays(units: list[Unit]) -> tuple[Floats, Floats]:
    labels = np.array([unit.labels for unit in units], np.float64)
    return labels, np.array([unit.times for unit in units], np.float64)


def _alpha(labels: Floats, times: Floats) -> float | None:
    size = labels.sum(1)
    total = float((size * times).sum())
    given = (labels * times[:, None]).sum(0)
    differing = total**2 - float((given**2).sum())
    if total < 2 or differing <= 0:
        return None
    inside = (size**2 - (labels**2).sum(1)) / (size - 1)
    return 1 - (total - 1) * float((inside * times).sum()) / differing


def _redrawn(counts: Floats, figure: Callable[[Floats], float | None], n: int, seed: int) -> Rate | None:
    value = figure(counts)
    if value is None:
        return None
    draws = np.random.default_rng(seed).multinomial(n, counts / counts.sum(), ROUNDS).astype(np.float64)
    found = [one for draw in draws if (one := figure(draw)) is not None]
    low, high = np.percentile(found, [2.5, 97.5])
    return Rate(value, float(low), float(high), n, n)
