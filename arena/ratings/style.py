"""Style-controlled Bradley-Terry: the strength that is left once length and markdown are accounted for.

Four columns beside the strengths, (a - b) / (a + b) of tokens, headers, lists and bolds (0 where both are 0),
each divided by its root mean square about 0, so that swapping sides changes nothing (LMSYS, "Does style
matter?", August 2024). Battles enter one by one. A coefficient's own separation is held finite by one virtual
draw per feature, always; strengths have the prior of `prior`. Leaves out how figures of style are counted
(`arena.types.Response`).
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array
from scipy.special import expit

from arena.errors import BadRequest
from arena.ratings import bootstrap, intervals, newton, prior, sandwich
from arena.ratings.fit import Fit
from arena.ratings.pairs import TINY
from arena.ratings.scale import elo, spread, zero
from arena.ratings.types import SCALE, Coefficient, Evidence, Floats, Ints, RankSettings, Styles, Warn

NEEDS = frozenset({"styles"})
SCALE_KIND = "elo"

FEATURES = ("tokens", "headers", "lists", "bolds")


@dataclass(frozen=True, slots=True)
class Columns:
    """The battles as a logistic regression: rows are battles, columns n strengths and 4 features."""

    size: int
    a: Ints
    b: Ints
    y: Floats
    weight: Floats
    cluster: Ints
    features: Floats
    """(battles, 4), standardised."""
    outside: prior.Bools
    """(n,)"""


def fit(evidence: Evidence, settings: RankSettings) -> Fit:
    """Elo values at equal style, and the coefficients. Raises BadRequest where style is not known.

    Sandwich by cluster; the bootstrap resamples clusters and takes one Newton step per round from the full
    fit.
    """
    styles, models = evidence.styles, evidence.cells.models
    if styles is None:
        raise BadRequest("method 'style' needs the answers' texts, which are not known: choose bradley_terry")
    columns = prepare(styles, len(models))
    solution = climb(columns)
    strength = solution[: columns.size]
    origin = zero(models, settings, ~columns.outside)
    values = elo(strength, origin, settings)
    warnings = (*prior.warn(models, columns.outside), *_part(evidence, styles))
    inverse = np.linalg.inv(bend(columns, solution))
    pushes, expected = scores(columns, solution), _expected(columns, solution)
    covariance = inverse @ ((pushes.T @ pushes).toarray() + expected) @ inverse.T
    worth = _coefficients(solution[columns.size :], covariance[columns.size :, columns.size :])
    if settings.intervals == "none":
        return Fit(values, coefficients=worth, warnings=warnings)
    if settings.intervals == "sandwich":
        half = sandwich.NORMAL * spread(covariance[: columns.size, : columns.size], origin)
        return Fit(values, values - half, values + half, coefficients=worth, warnings=warnings)
    draws = (solution + _resampled(pushes, expected, settings) @ inverse.T)[:, : columns.size]
    bounds = intervals.percentiles(values, elo(draws, origin, settings, fit=strength), settings, warnings)
    return replace(bounds, coefficients=worth)


def prepare(styles: Styles, size: int) -> Columns:
    """Standardise the features and find the models outside the core."""
    fair = styles.a != styles.b
    a, b, y, weight = styles.a[fair], styles.b[fair], styles.y[fair], styles.weight[fair]
    cluster = np.unique(styles.cluster[fair], return_inverse=True)[1]
    left, right = styles.figures_a[fair], styles.figures_b[fair]
    total = left + right
    share = np.divide(left - right, total, out=np.zeros_like(total), where=total > 0)
    scale = np.sqrt(np.mean(share**2, axis=0)) if len(share) else np.zeros(len(FEATURES))
    features = np.divide(share, scale, out=np.zeros_like(share), where=scale > TINY)
    outside = prior.outside(size, a, b, weight[:, None], (weight * y)[:, None])[:, 0]
    return Columns(size, a, b, y, weight, cluster, features, outside)


def climb(columns: Columns) -> Floats:
    """Strengths and coefficients (n + 4,) at which `push` is zero; steps cut as in `newton.climb`."""
    solution = np.zeros(columns.size + len(FEATURES))
    tall = np.abs(columns.features).max(axis=0, initial=0.0)
    for _ in range(newton.STEPS):
        matrix, force = bend(columns, solution), push(columns, solution)
        step = newton.solve(matrix[None], force[None])[0]
        reach = newton.reach(step[None, : columns.size]) + np.abs(step[columns.size :]) @ tall
        solution += step * newton.cut(reach)[0]
        if reach[0] <= newton.STILL:
            break
    return solution


def push(columns: Columns, solution: Floats) -> Floats:
    """Gradient (n + 4,): each strength's and each feature's points beyond those expected."""
    size, (hears_a, hears_b) = columns.size, heard(columns)
    rest = columns.weight * (columns.y - chance(columns, solution))
    strength, worth = solution[:size], solution[size:]
    own = np.bincount(columns.a, rest * hears_a, size) - np.bincount(columns.b, rest * hears_b, size)
    return np.concatenate(
        [own + columns.outside * (0.5 - expit(strength)), rest @ columns.features + 0.5 - expit(worth)]
    )


def bend(columns: Columns, solution: Floats) -> Floats:
    """Negative Jacobian (n + 4, n + 4) of `push`, the core's mean fixed as in `newton.bend`."""
    size, (hears_a, hears_b), share = columns.size, heard(columns), chance(columns, solution)
    slope = columns.weight * share * (1 - share)
    matrix = np.zeros((len(solution), len(solution)))
    matrix[:size, :size] = laplacian(columns, slope * hears_a, slope * hears_b)
    for at, feature in enumerate(columns.features.T, start=size):
        pull = slope * feature
        matrix[:size, at] = np.bincount(columns.a, pull * hears_a, size) - np.bincount(
            columns.b, pull * hears_b, size
        )
        matrix[at, :size] = np.bincount(columns.a, pull, size) - np.bincount(columns.b, pull, size)
    matrix[size:, size:] = columns.features.T @ (slope[:, None] * columns.features)
    core = np.concatenate([~columns.outside, np.zeros(len(FEATURES))])
    return matrix + np.outer(core, core) + _virtual(columns, solution)


def laplacian(columns: Columns, of_a: Floats, of_b: Floats) -> Floats:
    """(n, n) sum over battles of e_a (e_a - e_b)' times `of_a` and e_b (e_b - e_a)' times `of_b`."""
    size = columns.size
    cross = np.bincount(columns.a * size + columns.b, of_a, size**2)
    cross += np.bincount(columns.b * size + columns.a, of_b, size**2)
    square = cross.reshape(size, size)
    return np.diag(square.sum(axis=1)) - square


def chance(columns: Columns, solution: Floats) -> Floats:
    """(battles,) P(a beats b) given strengths and style."""
    strength, worth = solution[: columns.size], solution[columns.size :]
    return np.asarray(expit(strength[columns.a] - strength[columns.b] + columns.features @ worth))


def heard(columns: Columns) -> tuple[prior.Bools, prior.Bools]:
    """(battles,) each: does side a, does side b hear of this battle? Features hear of all."""
    out_a, out_b = columns.outside[columns.a], columns.outside[columns.b]
    return out_a | ~out_b, out_b | ~out_a


def scores(columns: Columns, solution: Floats) -> csr_array:
    """(clusters, n + 4) pushes of each cluster; strengths only from battles within the core."""
    size, count = columns.size, len(FEATURES)
    rest = columns.weight * (columns.y - chance(columns, solution))
    inner = rest * ~(columns.outside[columns.a] | columns.outside[columns.b])
    values = np.concatenate([inner, -inner, (columns.features * rest[:, None]).T.ravel()])
    places = [columns.a, columns.b, np.repeat(np.arange(size, size + count), len(rest))]
    shape = int(columns.cluster.max(initial=-1)) + 1, size + count
    rows = np.tile(columns.cluster, 2 + count)
    return csr_array((values, (rows, np.concatenate(places))), shape=shape)


def _virtual(columns: Columns, solution: Floats) -> Floats:
    """Diagonal (n + 4, n + 4): the virtual draws' share of the curvature, which is also their variance."""
    drawn = np.concatenate([columns.outside, np.ones(len(FEATURES))])
    return np.diag(drawn * expit(solution) * expit(-solution))


def _expected(columns: Columns, solution: Floats) -> Floats:
    """(n + 4, n + 4) meat of what the prior touches, as `sandwich` has it: the model's own variance."""
    share, (hears_a, hears_b) = chance(columns, solution), heard(columns)
    square = columns.weight**2 * share * (1 - share)
    square = square * (columns.outside[columns.a] | columns.outside[columns.b])
    matrix = _virtual(columns, solution)
    both = square * hears_a * hears_b
    matrix[: columns.size, : columns.size] += laplacian(columns, both, both)
    alone = np.bincount(columns.a, square * hears_a - both, columns.size)
    alone += np.bincount(columns.b, square * hears_b - both, columns.size)
    matrix[np.diag_indices(columns.size)] += alone
    return matrix


def _resampled(pushes: csr_array, expected: Floats, settings: RankSettings) -> Floats:
    """(rounds, n + 4) pushes of boards of resampled clusters, and normal ones where the prior acts."""
    generator = np.random.default_rng(settings.seed)
    number, size = pushes.shape
    drawn = (pushes.T @ (bootstrap.redrawn(generator, number) - 1.0) for _ in range(settings.rounds))
    normal = generator.multivariate_normal(np.zeros(size), expected, settings.rounds, method="eigh")
    return np.stack(list(drawn)) + normal


def _coefficients(worth: Floats, covariance: Floats) -> tuple[Coefficient, ...]:
    half = sandwich.NORMAL * np.sqrt(np.clip(np.diag(covariance), 0, None))
    lines = zip(FEATURES, SCALE * worth, SCALE * half, strict=True)
    return tuple(
        Coefficient(name, float(value), float(value - w), float(value + w)) for name, value, w in lines
    )


def _part(evidence: Evidence, styles: Styles) -> tuple[Warn, ...]:
    """Says of how many battles the style is known, where not of all."""
    known, battles = len(styles.y), int(evidence.cells.n.sum())
    if known >= battles:
        return ()
    return (Warn("styled", f"style is known for {known} of {battles} battles; the others are left out"),)
