"""Drop-k: how few battles, taken away, change who is first (Huang, Shen, Wei, Broderick: arXiv 2508.11847).

For each challenger the battles are ranked by influence on its gap to the leader, to first order: a battle
moves the strengths by inverse(bend) w (y - p) (e_a - e_b). The challenger that needs fewest is followed: its
most influential battles are dropped, refitting, and k is bisected. Greedy, so k is an upper bound. Always
Bradley-Terry on pair counts; battles are never listed one by one. Leaves out second-order search.
"""

from dataclasses import dataclass, replace

import numpy as np

from arena.ratings import newton, prior
from arena.ratings.pairs import Outcomes, Pairs, fold, outcomes
from arena.ratings.types import Cells, Floats, Ints, RankSettings


@dataclass(frozen=True, slots=True)
class Fragility:
    """Without `k` of `battles` (their `share`) `then` is first, not `first`; None where none was found."""

    first: str
    then: str | None
    k: int | None
    share: float | None
    battles: int


def fragility(cells: Cells, settings: RankSettings) -> Fragility:
    """Drop-k of the board's first place, under the tie policy of `settings`."""
    pairs = fold(cells, settings)
    kinds = outcomes(pairs)
    number = round(float(kinds.counts.sum()))
    strength = _strength(pairs)
    leader = min(range(pairs.size), key=lambda i: (-strength[i], cells.models[i]))
    nothing = Fragility(cells.models[leader], None, None, None, number)
    if pairs.size < 2 or number == 0:
        return nothing
    influence = influences(pairs, kinds, strength, leader)
    order = _challenge(strength, influence, kinds, leader)
    k = _fewest(pairs, kinds, order, leader)
    if k is None:
        return nothing
    after = _strength(drop(pairs, kinds, order, k))
    after[leader] = -np.inf
    return replace(nothing, then=cells.models[int(after.argmax())], k=k, share=k / number)


def influences(pairs: Pairs, kinds: Outcomes, strength: Floats, leader: int) -> Floats:
    """(n, m, 3): by how much one battle of that pair and outcome holds each model back behind the leader."""
    equations = newton.equations(pairs, prior.of(pairs))
    inverse = np.linalg.inv(newton.bend(equations, strength[:, None])[0])
    hears_a, hears_b = (side[:, 0] for side in equations.heard())
    lever = (inverse[leader] - inverse)[:, pairs.a] * hears_a - (inverse[leader] - inverse)[
        :, pairs.b
    ] * hears_b
    share = equations.curve(strength[pairs.a] - strength[pairs.b])[0]
    worth = np.stack([np.ones_like(share), kinds.middle, np.zeros_like(share)], axis=1)
    return np.asarray(lever[:, :, None] * (kinds.unit[:, None] * (worth - share[:, None])))


def drop(pairs: Pairs, kinds: Outcomes, order: Ints, k: int) -> Pairs:
    """The pairs without the first k battles, `order` being indices into the flattened (m, 3) outcomes."""
    flat = kinds.counts.ravel()
    taken = np.zeros_like(flat)
    before = np.concatenate([[0.0], np.cumsum(flat[order])[:-1]])
    taken[order] = np.clip(k - before, 0, flat[order])
    left = (flat - taken).reshape(-1, 3)
    points = kinds.unit * (left[:, 0] + kinds.middle * left[:, 1])
    return replace(pairs, weight=kinds.unit * left.sum(axis=1), points=points)


def _challenge(strength: Floats, influence: Floats, kinds: Outcomes, leader: int) -> Ints:
    """Battles to drop, most influential first, for the challenger that needs fewest to first order."""
    flat, gaps = kinds.counts.ravel(), strength[leader] - strength
    best: tuple[float, Ints] | None = None
    for rival in np.argsort(gaps, kind="stable"):
        if rival == leader:
            continue
        effect = influence[rival].ravel()
        order = np.argsort(-effect, kind="stable")
        order = order[(effect[order] > 0) & (flat[order] > 0)]
        closed = np.cumsum(effect[order] * flat[order])
        at = int(np.searchsorted(closed, gaps[rival]))
        need = float(flat[order[:at]].sum()) if at < len(order) else np.inf
        if best is None or need < best[0]:
            best = need, order
    return best[1] if best else np.zeros(0, dtype=np.int64)


def _fewest(pairs: Pairs, kinds: Outcomes, order: Ints, leader: int) -> int | None:
    """Smallest k, along `order`, after which somebody else is strictly first; None if none is."""

    def falls(k: int) -> bool:
        after = _strength(drop(pairs, kinds, order, k))
        return bool(after.max() > after[leader] + newton.STILL)

    most = int(kinds.counts.ravel()[order].sum())
    high = 1
    while high < most and not falls(high):
        high *= 2
    high = min(high, most)
    if most == 0 or not falls(high):
        return None
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if falls(middle) else (middle, high)
    return high


def _strength(pairs: Pairs) -> Floats:
    return newton.climb(newton.equations(pairs, prior.of(pairs)))[:, 0]
