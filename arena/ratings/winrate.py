"""Plain win rate: points over battles, a share 0-1. Blind to who the opponents were: only fair on full grids.

Intervals are the same two: sandwich (a ratio's robust variance) and bootstrap. A model that only won or only
lost has those of its battles and one virtual draw, Beta(points + 1/2, lost points + 1/2). Anchors do not
apply.
"""

import numpy as np

from arena.ratings import bootstrap, intervals, sandwich
from arena.ratings.fit import Fit
from arena.ratings.graph import totals
from arena.ratings.pairs import TINY, Pairs, fold
from arena.ratings.types import Clusters, Evidence, Floats, RankSettings

NEEDS = frozenset({"clusters"})
SCALE_KIND = "share"


def fit(evidence: Evidence, settings: RankSettings) -> Fit:
    """Shares (n,); a model without battles stands at 0.5."""
    from scipy.stats import beta

    pairs = fold(evidence.cells, settings)
    values = shares(pairs, pairs.weight[:, None], pairs.points[:, None])[:, 0]
    if settings.intervals == "none":
        return Fit(values)
    weight, points = totals(pairs)
    onesided = np.minimum(points, weight - points) <= TINY * weight
    own = beta(points[onesided] + 0.5, np.clip(weight - points, 0, None)[onesided] + 0.5)
    clusters, few = intervals.grouped(evidence)
    if settings.intervals == "sandwich":
        half = sandwich.NORMAL * np.sqrt(variance(pairs, values, clusters))
        low, high = np.clip(values - half, 0, 1), np.clip(values + half, 0, 1)
        low[onesided] = np.minimum(own.ppf(0.025), values[onesided])
        high[onesided] = np.maximum(own.ppf(0.975), values[onesided])
        return Fit(values, low, high, warnings=few)
    sample = bootstrap.by_battle(pairs) if clusters is None else bootstrap.by_cluster(pairs, clusters)
    draws = bootstrap.play(sample, lambda weight, points: shares(pairs, weight, points), settings)
    generator = np.random.default_rng([settings.seed, 1])
    draws[:, onesided] = own.rvs((settings.rounds, int(onesided.sum())), random_state=generator)
    return intervals.percentiles(values, draws, settings, few)


def shares(pairs: Pairs, weight: Floats, points: Floats) -> Floats:
    """(n, r) shares of r boards from weights and points (m, r) of the pairs."""
    won, played = np.zeros((2, pairs.size, weight.shape[1]))
    for model, gained in ((pairs.a, points), (pairs.b, weight - points)):
        np.add.at(won, model, gained)
        np.add.at(played, model, weight)
    return np.divide(won, played, out=np.full_like(won, 0.5), where=played > 0)


def variance(pairs: Pairs, values: Floats, clusters: Clusters | None) -> Floats:
    """(n,) robust variance of points / weight: sum of squared residuals of the units, over weight squared."""
    weight = totals(pairs)[0]
    square = _paired(pairs, values) if clusters is None else _clustered(values, clusters)
    return np.asarray(np.clip(square, 0, None) / np.where(weight > 0, weight, 1.0) ** 2)


def _paired(pairs: Pairs, values: Floats) -> Floats:
    """(n,) sum over battles of the squared residual of each model."""
    a, b = values[pairs.a], values[pairs.b]
    of_a = pairs.wwyy - 2 * a * pairs.wwy + a**2 * pairs.ww
    lost, squares = pairs.ww - pairs.wwy, pairs.ww - 2 * pairs.wwy + pairs.wwyy
    of_b = squares - 2 * b * lost + b**2 * pairs.ww
    square = np.bincount(pairs.a, of_a, pairs.size) + np.bincount(pairs.b, of_b, pairs.size)
    return np.asarray(square, dtype=np.float64)


def _clustered(values: Floats, clusters: Clusters) -> Floats:
    """(n,) sum over clusters of the squared residual of each model."""
    fair = clusters.a != clusters.b
    a, b, cluster = clusters.a[fair], clusters.b[fair], clusters.cluster[fair]
    weight, points = clusters.weight[fair], clusters.points[fair]
    rest = np.concatenate([points - values[a] * weight, weight - points - values[b] * weight])
    key = np.concatenate([cluster, cluster]) * len(values) + np.concatenate([a, b])
    keys, at = np.unique(key, return_inverse=True)
    square = np.bincount(at, rest) ** 2
    return np.asarray(np.bincount(keys % len(values), square, len(values)), dtype=np.float64)
