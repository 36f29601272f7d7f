"""The equations of a paired comparison model, and Newton's method on them, for many resampled boards at once.

The log-odds strengths t maximise sum [points log P + (weight - points) log(1 - P)], P = curve(t_a - t_b): the
Bradley-Terry likelihood (Bradley and Terry 1952; Hunter 2004, doi:10.1214/aos/1079120141) with a tie as half
a win each. Its gradient is points - weight P summed over a model's pairs; a model outside the core (`prior`)
has a virtual draw added. Leaves out scale and anchor (`scale`) and intervals (`sandwich`, `bootstrap`).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.special import expit

from arena.ratings.pairs import Pairs
from arena.ratings.types import Floats, Ints

Bools = NDArray[np.bool_]

Curve = Callable[[Floats], tuple[Floats, Floats]]
"""Log-odds gap -> (expected points of the stronger side, slope). The slope is the variance of the points."""

STEPS = 200
"""Most Newton steps; a dozen is usual."""
STILL = 1e-11
"""A step below this, in log-odds, ends the search."""


def logistic(gap: Floats) -> tuple[Floats, Floats]:
    """Bradley-Terry: P = 1 / (1 + e^-gap), slope P (1 - P)."""
    share = expit(gap)
    return share, share * expit(-gap)


@dataclass(frozen=True, slots=True)
class Equations:
    """What is to be solved, for r boards on the same pairs. One board is r = 1."""

    size: int
    a: Ints
    b: Ints
    weight: Floats
    """(m, r)"""
    points: Floats
    """(m, r)"""
    outside: Bools
    """(n, r): models that get a virtual draw, and that models of the core do not hear."""
    curve: Curve = logistic

    def at(self, columns: Bools | Ints) -> "Equations":
        """The same for some of the boards."""
        pick = self.weight[:, columns], self.points[:, columns], self.outside[:, columns]
        return replace(self, weight=pick[0], points=pick[1], outside=pick[2])

    def heard(self) -> tuple[Bools, Bools]:
        """(m, r) each: does side a, does side b hear of this pair? A core model hears only of core models."""
        out_a, out_b = self.outside[self.a], self.outside[self.b]
        return out_a | ~out_b, out_b | ~out_a


def equations(pairs: Pairs, outside: Bools, curve: Curve = logistic) -> Equations:
    """The equations of one board; `outside` is (n,)."""
    columns = pairs.weight[:, None], pairs.points[:, None], outside[:, None]
    return Equations(pairs.size, pairs.a, pairs.b, *columns, curve)


def push(equations: Equations, strength: Floats) -> Floats:
    """Gradient (n, r) at strengths (n, r): points won beyond those expected."""
    a, b, outside = equations.a, equations.b, equations.outside
    rest = equations.points - equations.weight * equations.curve(strength[a] - strength[b])[0]
    if rest.shape[1] == 1:
        return _push(equations, strength, rest[:, 0])[:, None]
    if not outside.any():
        return np.asarray(_incidence(equations, 1.0, -1.0) @ rest)
    hears_a, hears_b = equations.heard()
    force = _incidence(equations, 1.0, 0.0) @ (rest * hears_a) - _incidence(equations, 0.0, 1.0) @ (
        rest * hears_b
    )
    return np.asarray(force + outside * (0.5 - equations.curve(strength)[0]))


def _push(equations: Equations, strength: Floats, rest: Floats) -> Floats:
    """The same (n,) for a single board: sums by model, without the matrix that many boards share."""
    a, b, size = equations.a, equations.b, equations.size
    outside = equations.outside[:, 0]
    if not outside.any():
        return np.asarray(np.bincount(a, rest, size) - np.bincount(b, rest, size))
    hears_a, hears_b = (side[:, 0] for side in equations.heard())
    force = np.bincount(a, rest * hears_a, size) - np.bincount(b, rest * hears_b, size)
    return np.asarray(force + outside * (0.5 - equations.curve(strength[:, 0])[0]))


def bend(equations: Equations, strength: Floats) -> Floats:
    """Negative Jacobian (r, n, n) of `push`, regular as the core's mean is fixed (1 1' over the core)."""
    a, b, outside = equations.a, equations.b, equations.outside
    slope = equations.weight * equations.curve(strength[a] - strength[b])[1]
    hears_a, hears_b = equations.heard()
    matrix = np.zeros((strength.shape[1], equations.size, equations.size))
    matrix[:, a, b] = -(slope * hears_a).T
    matrix[:, b, a] = -(slope * hears_b).T
    own = outside * equations.curve(strength)[1]
    diagonal = np.einsum("rii->ri", matrix)
    diagonal += own.T - matrix.sum(axis=2)
    core = (~outside).T.astype(np.float64)
    matrix += core[:, :, None] * core[:, None, :]
    return matrix


def climb(equations: Equations, start: Floats | None = None) -> Floats:
    """Strengths (n, r) at which `push` is zero, the core's mean being zero.

    A Newton step of reach M (largest change of any gap) is cut to log(1 + M) / M of its length: as the third
    derivative of the likelihood along it is at most M times the second, it climbs from any start without a
    line search, and the last steps are whole (self-concordance of the logistic loss: Bach 2010, arXiv
    0910.4627).
    """
    boards = equations.weight.shape[1]
    strength = np.zeros((equations.size, boards)) if start is None else start.copy()
    busy = np.ones(boards, dtype=bool)
    for _ in range(STEPS):
        if not busy.any():
            break
        left = equations.at(busy)
        matrix, force = bend(left, strength[:, busy]), push(left, strength[:, busy])
        step = solve(matrix, force.T)
        far = reach(step)
        strength[:, busy] += (step * cut(far)[:, None]).T
        busy[busy] = far > STILL
    return strength


def solve(matrix: Floats, force: Floats) -> Floats:
    """Newton's steps (r, n) from matrices (r, n, n) and forces (r, n).

    A millionth of a millionth of the largest diagonal is added to the diagonal, in place: near-singular
    matrices stay solvable, a step may be slower, no solution moves.
    """
    diagonal = np.einsum("rii->ri", matrix)
    diagonal += 1e-12 * diagonal.max(axis=1, keepdims=True, initial=1e-9)
    return np.asarray(np.linalg.solve(matrix, force[:, :, None])[:, :, 0])


def reach(step: Floats) -> Floats:
    """(r,) largest change that steps (r, n) make to any gap, or to any strength."""
    return np.asarray(step.max(axis=1, initial=0.0) - step.min(axis=1, initial=0.0))


def cut(reach: Floats) -> Floats:
    """(r,) share of a step of this reach to take: log(1 + M) / M."""
    return np.asarray(np.divide(np.log1p(reach), reach, out=np.ones_like(reach), where=reach > STILL))


def _incidence(equations: Equations, side_a: float, side_b: float) -> csr_array:
    """(n, m): `side_a` where the model is the pair's a, `side_b` where it is its b."""
    m = len(equations.a)
    values = np.repeat([side_a, side_b], m)
    rows, columns = np.concatenate([equations.a, equations.b]), np.tile(np.arange(m), 2)
    return csr_array((values, (rows, columns)), shape=(equations.size, m))
