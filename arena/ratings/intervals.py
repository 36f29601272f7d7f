"""From solved equations to a `Fit`: sandwich or bootstrap bounds, the anchor, and what limits them.

Shared by the methods that live on log-odds. Leaves out the equations (`newton`) and ranks (`ranks`).
"""

import numpy as np

from arena.ratings import bootstrap, prior, sandwich
from arena.ratings.fit import Fit
from arena.ratings.newton import Equations
from arena.ratings.pairs import Pairs
from arena.ratings.scale import elo, spread, zero
from arena.ratings.types import Clusters, Evidence, Floats, RankSettings, Warn

STILL = "all battles ended as the ratings say (all tied): intervals are what so many battles can tell"
FEW = 10
"""Below this many prompts, clustering by prompt says less than it hides: battles count as independent."""


def bound(
    evidence: Evidence, settings: RankSettings, pairs: Pairs, equations: Equations, strength: Floats
) -> Fit:
    """The fit of strengths (n,) that solve the equations, with the bounds that the settings ask for."""
    models, out = evidence.cells.models, equations.outside[:, 0]
    origin = zero(models, settings, ~out)
    values = elo(strength, origin, settings)
    warnings = prior.warn(models, out)
    if settings.intervals == "none":
        return Fit(values, warnings=warnings)
    clusters, few = grouped(evidence)
    pushes = sandwich.meat(equations, pairs, strength, clusters)
    covariance = sandwich.covariance(equations, pairs, strength, pushes)
    if sandwich.still(pushes, pairs):
        warnings += (Warn("no_spread", STILL),)
    if settings.intervals == "sandwich":
        half = sandwich.NORMAL * spread(covariance, origin)
        return Fit(values, values - half, values + half, warnings=warnings + few)
    rounds = np.zeros((settings.rounds, pairs.size))
    if not out.all():
        rounds = bootstrap.draws(equations, strength, pairs, clusters, settings)
    if out.any():
        rounds[:, out] = _imagined(strength[out], covariance[np.ix_(out, out)], settings)
    return percentiles(values, elo(rounds, origin, settings, fit=strength), settings, warnings + few)


def percentiles(
    values: Floats, draws: Floats, settings: RankSettings, warnings: tuple[Warn, ...] = ()
) -> Fit:
    """Bounds at 2.5 and 97.5 % of draws (rounds, n); the value is the fit's or, if so set, the median's."""
    low, middle, high = np.percentile(draws, [2.5, 50, 97.5], axis=0)
    return Fit(middle if settings.value == "median" else values, low, high, draws, warnings=warnings)


def grouped(evidence: Evidence) -> tuple[Clusters | None, tuple[Warn, ...]]:
    """The evidence's clusters, if there are enough; what a cluster is was settled with the evidence."""
    clusters = evidence.clusters
    if clusters is None:
        return None, ()
    number = len(np.unique(clusters.cluster))
    if number >= FEW:
        return clusters, ()
    text = f"only {number} prompts, under {FEW}: intervals take battles as independent, maybe too narrow"
    return None, (Warn("few_prompts", text),)


def _imagined(strength: Floats, covariance: Floats, settings: RankSettings) -> Floats:
    """Normal draws (rounds, models) for who cannot vary in a resample: who never lost never loses in one."""
    generator = np.random.default_rng([settings.seed, 1])
    even = (covariance + covariance.T) / 2
    return generator.multivariate_normal(strength, even, settings.rounds, method="eigh")
