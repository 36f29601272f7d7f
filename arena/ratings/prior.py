"""The virtual draw: what keeps ratings finite where there is no maximum of the likelihood, and nowhere else.

A finite maximum exists exactly when the 'has beaten' graph is strongly connected (Ford 1957; Hunter 2004,
assumption 1; ties count for both sides). Where it is not, the *core* is the largest strongly connected
component. As the others drift to infinity, battles against them say nothing of the core, so its models are
fitted among themselves: their ratings are those of maximum likelihood. Each model outside gets one virtual
draw (half a win, half a loss) against an opponent of the core's average strength, and is fitted to that and
all its battles. Where two components are equally large there is no core: all models get the draw, against
strength zero. All of it is blind to names and sides.
"""

import numpy as np
from numpy.typing import NDArray

from arena.ratings.graph import strong
from arena.ratings.pairs import TINY, Pairs
from arena.ratings.types import Floats, Ints, Warn

Bools = NDArray[np.bool_]


def outside(size: int, a: Ints, b: Ints, weight: Floats, points: Floats) -> Bools:
    """(n, r): models outside the core of each of r boards, from weights and points (m, r) of the pairs.

    What is connected in all boards is merged first, so that a thousand resampled boards cost little more than
    one.
    """
    won, lost = points > TINY * weight, weight - points > TINY * weight
    winner, loser = np.concatenate([a, b]), np.concatenate([b, a])
    edges = np.concatenate([won, lost])
    always = edges.all(axis=1)
    label = strong(size, winner[always], loser[always])
    weights = np.bincount(label)
    if len(weights) == 1:
        return np.zeros((size, weight.shape[1]), dtype=bool)
    across = edges.any(axis=1) & (label[winner] != label[loser])
    winner, loser, edges = label[winner[across]], label[loser[across]], edges[across]
    columns = [_outside(weights, winner[seen], loser[seen]) for seen in edges.T]
    return np.stack(columns, axis=1)[label] if columns else np.zeros((size, 0), dtype=bool)


def of(pairs: Pairs) -> Bools:
    """(n,): models outside the core of one board."""
    return outside(pairs.size, pairs.a, pairs.b, pairs.weight[:, None], pairs.points[:, None])[:, 0]


def warn(models: tuple[str, ...], outside: Bools) -> tuple[Warn, ...]:
    """Says what the prior is and whom it touches."""
    touched = tuple(sorted(np.array(models, dtype=object)[outside]))
    if not touched:
        return ()
    rest = "the rest's average strength" if len(touched) < len(models) else "average strength"
    text = (
        f"{len(touched)} of {len(models)} models have no finite maximum-likelihood rating: each got one "
        f"virtual draw against an opponent of {rest}, and an interval from the variance the model expects"
    )
    return (Warn("prior", text, touched),)


def _outside(weights: Ints, winner: Ints, loser: Ints) -> Bools:
    """The same over merged models of the given weights."""
    label = strong(len(weights), winner, loser)
    mass = np.bincount(label, weights)
    core = mass == mass.max()
    return ~core[label] if core.sum() == 1 else np.ones(len(weights), dtype=bool)
