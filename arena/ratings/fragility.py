"""Drop-k: how few battles, taken away, change who is first (Huang, Shen, Wei, Broderick: arXiv 2508.11847).

For each challenger the battles are ranked by influence on its gap to the leader, to first order: a battle
moves the strengths by inverse(bend) w (y - p) (e_a - e_b). The few challengers that need fewest are followed
to the end: their most influential battles are dropped, refitting, and k is bisected. Greedy, so k is an upper
bound. Always Bradley-Terry on pair counts; battles are never listed. Leaves out second-order search.
"""

from dataclasses import dataclass, replace

import numpy as np

from arena.ratings import newton, prior
from arena.ratings.pairs import Outcomes, Pairs, fold, outcomes
from arena.ratings.types import Cells, Floats, Ints, RankSettings

RIVALS = 3
"""Challengers that are followed to the end."""


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
    tries = [
        (_fewest(pairs, kinds, order, strength, leader), order)
        for order in challenges(pairs, kinds, strength, leader)
    ]
    found = [(k, order) for k, order in tries if k is not None]
    if not found:
        return nothing
    k, order = min(found, key=lambda pair: pair[0])
    after = _strength(drop(pairs, kinds, order, k), strength)
    after[leader] = -np.inf
    return replace(nothing, then=cells.models[int(after.argmax())], k=k, share=k / number)


def challenges(pairs: Pairs, kinds: Outcomes, strength: Floats, leader: int) -> list[Ints]:
    """What to drop (indices of the flattened (m, 3) outcomes) for each of the rivals that need fewest."""
    equations = newton.equations(pairs, prior.of(pairs))
    inverse = np.linalg.inv(newton.bend(equations, strength[:, None])[0])
    hears_a, hears_b = (side[:, 0] for side in equations.heard())
    share = equations.curve(strength[pairs.a] - strength[pairs.b])[0]
    worth = np.stack([np.ones_like(share), kinds.middle, np.zeros_like(share)], axis=1)
    push = kinds.unit[:, None] * (worth - share[:, None])
    counts = kinds.counts.ravel()

    def need(rival: int) -> tuple[float, Ints]:
        effect = _effect(pairs, inverse[leader] - inverse[rival], hears_a, hears_b, push)
        return _greedy(effect, counts, strength[leader] - strength[rival])

    rivals = np.delete(np.arange(pairs.size), leader)
    least = [
        float(strength[leader] - strength[rival])
        / max(
            _effect(pairs, inverse[leader] - inverse[rival], hears_a, hears_b, push).max(initial=0.0), 1e-300
        )
        for rival in rivals
    ]
    found: list[tuple[float, int, Ints]] = []
    for at in np.argsort(least, kind="stable"):
        if len(found) >= RIVALS and least[at] > found[RIVALS - 1][0]:
            break  # no battle does more than the strongest: the others need more than those that were found
        fewest, order = need(int(rivals[at]))
        found = sorted([*found, (fewest, int(rivals[at]), order)], key=lambda one: one[:2])
    return [order for _, _, order in found[:RIVALS]]


def _effect(
    pairs: Pairs, lever: Floats, hears_a: newton.Bools, hears_b: newton.Bools, push: Floats
) -> Floats:
    """By how much each outcome holds a gap open, to first order."""
    return np.asarray(((lever[pairs.a] * hears_a - lever[pairs.b] * hears_b)[:, None] * push).ravel())


def _greedy(effect: Floats, count: Floats, gap: float) -> tuple[float, Ints]:
    """How many battles close the gap to first order, and the outcomes by falling effect."""
    order = np.flatnonzero((effect > 0) & (count > 0))
    order = order[np.argsort(-effect[order], kind="stable")]
    closed = np.concatenate([[0.0], np.cumsum(effect[order] * count[order])])
    dropped = np.concatenate([[0.0], np.cumsum(count[order])])
    return (float(np.interp(gap, closed, dropped)) if gap <= closed[-1] else np.inf), order


def drop(pairs: Pairs, kinds: Outcomes, order: Ints, k: int) -> Pairs:
    """The pairs without the first k battles, `order` being indices into the flattened (m, 3) outcomes."""
    flat = kinds.counts.ravel()
    taken = np.zeros_like(flat)
    before = np.concatenate([[0.0], np.cumsum(flat[order])[:-1]])
    taken[order] = np.clip(k - before, 0, flat[order])
    left = (flat - taken).reshape(-1, 3)
    points = kinds.unit * (left[:, 0] + kinds.middle * left[:, 1])
    return replace(pairs, weight=kinds.unit * left.sum(axis=1), points=points)


def _fewest(pairs: Pairs, kinds: Outcomes, order: Ints, strength: Floats, leader: int) -> int | None:
    """Smallest k, along `order`, after which somebody else is strictly first; None if none is."""

    def falls(k: int) -> bool:
        after = _strength(drop(pairs, kinds, order, k), strength)
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


def _strength(pairs: Pairs, near: Floats | None = None) -> Floats:
    """Strengths, climbed to from those of nearly the same pairs where they are known."""
    outside = prior.of(pairs)
    start = None
    if near is not None and not outside.all():
        start = (near - near[~outside].mean())[:, None]  # the climb keeps the core's mean
    return newton.climb(newton.equations(pairs, outside), start)[:, 0]
