"""Bradley-Terry: one strength per model, P(a beats b) = 1 / (1 + 10^((Rb - Ra) / 400)), a tie half a win.

The default method, and LMSYS's (arXiv 2403.04132). Maximum likelihood by Newton on pair counts; the prior
acts only where there is no maximum. Leaves out ties as outcomes of their own (`davidson`) and the answers'
style (`style`).
"""

from arena.ratings import intervals, newton, prior
from arena.ratings.fit import Fit
from arena.ratings.pairs import fold
from arena.ratings.types import Evidence, RankSettings

NEEDS = frozenset({"clusters"})
SCALE_KIND = "elo"


def fit(evidence: Evidence, settings: RankSettings) -> Fit:
    """Elo values with sandwich or bootstrap bounds, by cluster where `clusters` are given."""
    pairs = fold(evidence.cells, settings)
    outside = prior.of(pairs)
    equations = newton.equations(pairs, outside)
    return intervals.bound(evidence, settings, pairs, equations, newton.climb(equations)[:, 0])
