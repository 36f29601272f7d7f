"""Davidson's model: a tie is an outcome of its own, likelier between equals (Davidson 1970, JASA 65, 317).

P(win) : P(tie) : P(loss) = e^(d/2) : nu : e^(-d/2), d the gap in log-odds of a decided battle. For given nu
the strengths solve the Bradley-Terry equations with another curve, E[points | d] = P(win) + P(tie) / 2; for
given strengths nu solves ties = expected ties. The two are solved in turn. Without ties nu is 0 and the model
is Bradley-Terry's.

What counts as a tie is the tie policy's: tie and both_bad where they are "half". Intervals are
Bradley-Terry's (sandwich or bootstrap) at the estimated nu: nu comes from all battles of the board, so its
own error, smaller than a model's by about the square root of the number of models, is left out.
"""

import numpy as np

from arena.ratings import intervals, newton, prior
from arena.ratings.fit import Fit
from arena.ratings.pairs import Pairs, fold
from arena.ratings.types import Evidence, Floats, RankSettings

NEEDS = frozenset({"clusters"})
SCALE_KIND = "elo"

TURNS = 100
"""Most alternations; nearly equal models need a handful."""
STILL = 1e-10
"""A change of log nu below this ends them."""


def fit(evidence: Evidence, settings: RankSettings) -> Fit:
    """Elo values with sandwich or bootstrap bounds, by cluster where `clusters` are given."""
    pairs = fold(evidence.cells, settings)
    outside = prior.of(pairs)
    strength, nu = solve(pairs, outside)
    equations = newton.equations(pairs, outside, curve(nu))
    return intervals.bound(evidence, settings, pairs, equations, strength)


def solve(pairs: Pairs, outside: prior.Bools) -> tuple[Floats, float]:
    """Strengths (n,) and nu at which both sets of equations hold."""
    nu, strength = 0.0, np.zeros((pairs.size, 1))
    for _ in range(TURNS):
        before = nu
        strength = newton.climb(newton.equations(pairs, outside, curve(nu)), strength)
        nu = tie_rate(pairs, strength[pairs.a, 0] - strength[pairs.b, 0], before)
        if abs(np.log1p(nu) - np.log1p(before)) < STILL:
            break
    return strength[:, 0], nu


def curve(nu: float) -> newton.Curve:
    """Expected points and their slope at a gap: the points' variance, as in any exponential family."""

    def expected(gap: Floats) -> tuple[Floats, Floats]:
        win, tie, loss = chances(gap, nu)
        share = win + tie / 2
        return share, win * loss + tie * (win + loss) / 4

    return expected


def chances(gap: Floats, nu: float) -> tuple[Floats, Floats, Floats]:
    """P(win), P(tie), P(loss) at gaps in log-odds."""
    fade = np.exp(-np.abs(gap) / 2)
    total = 1 + fade**2 + nu * fade
    better, worse = 1 / total, fade**2 / total
    return np.where(gap > 0, better, worse), nu * fade / total, np.where(gap > 0, worse, better)


def tie_rate(pairs: Pairs, gap: Floats, start: float) -> float:
    """The nu at which as many ties are expected as there were; 0 where there were none.

    Where every battle is a tie, one virtual decided battle between equals keeps nu finite.
    """
    ties, weight = float(pairs.ties.sum()), float(pairs.weight.sum())
    if ties <= 1e-9 * weight:
        return 0.0
    battles, gaps = pairs.weight, gap
    if ties >= (1 - 1e-9) * weight:
        battles, gaps = np.append(battles, 1.0), np.append(gaps, 0.0)
    log_nu = np.log(start) if start > 0 else 0.0
    for _ in range(newton.STEPS):
        share = chances(gaps, float(np.exp(log_nu)))[1]
        force, slope = ties - battles @ share, battles @ (share * (1 - share))
        step = float(force / np.maximum(slope, 1e-300))
        reach = abs(step)
        log_nu += float(np.copysign(np.log1p(reach), step))
        if reach < STILL / 10:
            break
    return float(np.exp(log_nu))
