"""Bradley-Terry by choix's dense ILSR (Maystre and Grossglauser 2015): the same model, fitted by a library.

For whoever trusts a second implementation more than one: its values equal `bradley_terry`'s to a millionth of
a point. Has no prior, so it needs a maximum of the likelihood; bounds are our sandwich or bootstrap.
"""

import numpy as np

from arena.errors import Unranked
from arena.ratings import intervals, newton, prior
from arena.ratings.fit import Fit
from arena.ratings.pairs import fold
from arena.ratings.types import Evidence, RankSettings

NEEDS = frozenset({"clusters"})
SCALE_KIND = "elo"

CLOSE = 1e-12
"""Change of the strengths that ends choix's iterations."""


def fit(evidence: Evidence, settings: RankSettings) -> Fit:
    """Elo values by choix with our bounds.

    Raises:
        Unranked: some model never won or never lost, or met nobody: there is no finite maximum.
    """
    import choix

    pairs = fold(evidence.cells, settings)
    outside = prior.of(pairs)
    if outside.any():
        names = ", ".join(np.array(evidence.cells.models, dtype=object)[outside])
        raise Unranked(f"ilsr has no prior and {names} no finite rating: use bradley_terry, which has one")
    wins = np.zeros((pairs.size, pairs.size))
    wins[pairs.a, pairs.b], wins[pairs.b, pairs.a] = pairs.points, pairs.weight - pairs.points
    strength = choix.ilsr_pairwise_dense(wins, max_iter=1000, tol=CLOSE)
    equations = newton.equations(pairs, outside)
    return intervals.bound(evidence, settings, pairs, equations, strength - strength.mean())
