"""Robust covariance of strengths: bread^-1 meat bread^-T (Huber 1967; White 1982; arXiv 2403.04132, sec. 5).

Bread is the negative Jacobian of the equations; meat sums the squares of what independent units (battles, or
all battles of one prompt) push with. Where the prior acts, a handful of one-sided battles says nothing of its
own spread: there the meat is the variance that the model expects, virtual draw included. Leaves out the scale
(`scale`).
"""

import numpy as np
from scipy.sparse import csr_array

from arena.ratings.newton import Equations, bend
from arena.ratings.pairs import Pairs
from arena.ratings.types import Clusters, Floats

NORMAL = 1.96
"""Standard errors on each side of a 95 % interval."""
NOISE = 16 * np.finfo(np.float64).eps
"""Squares below this share of the weight are what rounding leaves of an exact fit."""


def covariance(equations: Equations, pairs: Pairs, strength: Floats, pushes: Floats) -> Floats:
    """(n, n) covariance of strengths (n,) at the solution, the core's mean being zero, from its `meat`."""
    inverse = np.linalg.inv(bend(equations, strength[:, None])[0])
    if still(pushes, pairs):
        pushes = expected(equations, pairs, strength)
    return np.asarray(inverse @ pushes @ inverse.T)


def still(pushes: Floats, pairs: Pairs) -> bool:
    """Whether nothing pushes: all battles ended as the fit says (all tied), so their spread says nothing."""
    return bool(np.trace(pushes) <= NOISE * pairs.ww.sum())


def expected(equations: Equations, pairs: Pairs, strength: Floats) -> Floats:
    """(n, n) meat as the model expects it, where battles show no spread of their own."""
    variance = equations.curve(strength[pairs.a] - strength[pairs.b])[1]
    return laid(equations, pairs, strength, pairs.ww * variance)


def meat(equations: Equations, pairs: Pairs, strength: Floats, clusters: Clusters | None = None) -> Floats:
    """(n, n) sum of squares of the units' pushes.

    Unclustered, a pair of the core adds sum w^2 (y - p)^2 = wwyy - 2 p wwy + p^2 ww; clustered, S'S with a
    row of S per cluster. A pair that touches the outside adds w^2 times the curve's variance.
    """
    out = equations.outside[:, 0]
    inner = ~out[pairs.a] & ~out[pairs.b]
    share, variance = equations.curve(strength[pairs.a] - strength[pairs.b])
    robust = pairs.wwyy - 2 * share * pairs.wwy + share**2 * pairs.ww
    if clusters is not None:
        robust = np.zeros_like(robust)
    robust = np.where(robust > NOISE * pairs.ww, robust, 0)
    square = np.where(inner, robust, pairs.ww * variance)
    total = laid(equations, pairs, strength, square)
    return total if clusters is None else total + _clustered(equations, strength, clusters)


def laid(equations: Equations, pairs: Pairs, strength: Floats, square: Floats) -> Floats:
    """(n, n) from the square of each pair's push, and of the virtual draw."""
    out = equations.outside[:, 0]
    hears_a, hears_b = (side[:, 0] for side in equations.heard())
    total = np.diag(np.where(out, equations.curve(strength)[1], 0.0))
    total[pairs.a, pairs.b] -= square * (hears_a & hears_b)
    total[pairs.b, pairs.a] -= square * (hears_a & hears_b)
    total[np.diag_indices(pairs.size)] += np.bincount(pairs.a, square * hears_a, pairs.size)
    total[np.diag_indices(pairs.size)] += np.bincount(pairs.b, square * hears_b, pairs.size)
    return total


def _clustered(equations: Equations, strength: Floats, clusters: Clusters) -> Floats:
    """S'S over the core's battles. Sparse, so no threads that wait for each other where a machine is busy."""
    out = equations.outside[:, 0]
    inner = ~out[clusters.a] & ~out[clusters.b]
    rows, a, b = clusters.cluster[inner], clusters.a[inner], clusters.b[inner]
    rest = clusters.points[inner] - clusters.weight[inner] * equations.curve(strength[a] - strength[b])[0]
    number, size = int(rows.max(initial=-1)) + 1, equations.size
    entries = np.concatenate([rest, -rest]), (np.tile(rows, 2), np.concatenate([a, b]))
    scores = csr_array(entries, shape=(number, size))
    return np.asarray((scores.T @ scores).toarray())
