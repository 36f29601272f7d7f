"""Bootstrap rounds: resample battles (multinomial over pair and outcome) or whole prompts; fit each round.

Rounds go in chunks over a few threads, each chunk with its own random stream, so that memory stays bounded
and the result does not depend on the machine. Leaves out percentiles (`intervals`) and online Elo, which
depends on order.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array

from arena.ratings.newton import Equations, bend, climb, push
from arena.ratings.pairs import Pairs, outcomes
from arena.ratings.prior import outside
from arena.ratings.types import Clusters, Floats, Ints, RankSettings

CHUNK = 64
"""Rounds fitted together."""
CHORDS = 12
"""Steps with the full fit's matrix before a round gets its own."""
ROOM = 4_000_000
"""Matrix entries held at once by rounds that need their own: 32 MB."""
CLOSE = 1e-6
"""A step below this, in log-odds (0.0002 Elo), ends a round."""

Sample = Callable[[np.random.Generator, int], tuple[Floats, Floats]]
"""(generator, rounds) -> weights and points (m, rounds) of the pairs."""


def draws(
    equations: Equations, strength: Floats, pairs: Pairs, clusters: Clusters | None, settings: RankSettings
) -> Floats:
    """(rounds, n) log-odds of the core's models, the core's mean being zero; models outside are left at zero.

    Each round is the same fit on a resample: first with the full fit's matrix (chord method), then, where
    that has not settled, by Newton. A round in which a model happens to lose its footing gets the prior for
    that round.
    """
    out = equations.outside[:, 0]
    inner = ~out[pairs.a] & ~out[pairs.b]
    sample = by_battle(pairs) if clusters is None else by_cluster(pairs, clusters)
    inverse = np.linalg.inv(bend(equations, strength[:, None])[0])

    def solve(weight: Floats, points: Floats) -> Floats:
        weight, points = weight[inner], points[inner]
        a, b = pairs.a[inner], pairs.b[inner]
        lost = outside(pairs.size, a, b, weight, points)
        resampled = replace(equations, a=a, b=b, weight=weight, points=points, outside=lost)
        return refit(resampled, strength, inverse)

    fitted = play(sample, solve, settings)
    fitted -= fitted[:, ~out].mean(axis=1, keepdims=True)
    fitted[:, out] = 0.0
    return np.asarray(fitted)


def play(sample: Sample, solve: Callable[[Floats, Floats], Floats], settings: RankSettings) -> Floats:
    """(rounds, n): `solve` takes weights and points (m, r) of r resampled boards and gives (n, r)."""

    def chunk(seed: np.random.SeedSequence, rounds: int) -> Floats:
        return solve(*sample(np.random.default_rng(seed), rounds)).T

    sizes = [min(CHUNK, settings.rounds - done) for done in range(0, settings.rounds, CHUNK)]
    seeds = np.random.SeedSequence(settings.seed).spawn(len(sizes))
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        return np.concatenate(list(pool.map(chunk, seeds, sizes)))


def refit(equations: Equations, strength: Floats, inverse: Floats) -> Floats:
    """Strengths (n, r) of r resampled boards, from the full board's (n,) and its inverse matrix (n, n)."""
    found = np.repeat(strength[:, None], equations.weight.shape[1], axis=1)
    easy = np.asarray(~equations.outside.any(axis=0))
    busy = easy.copy()
    for _ in range(CHORDS):
        if not busy.any():
            break
        step = inverse @ push(equations.at(busy), found[:, busy])
        found[:, busy] += step
        busy[busy] = np.abs(step).max(axis=0) > CLOSE
    rest = np.asarray(busy | ~easy)
    left, batch = np.flatnonzero(rest), max(1, ROOM // equations.size**2)
    for start in range(0, len(left), batch):
        columns = left[start : start + batch]
        found[:, columns] = climb(equations.at(columns))
    return found


def by_battle(pairs: Pairs) -> Sample:
    """Multinomial over (pair, outcome), the number of battles fixed."""
    kinds = outcomes(pairs)
    flat = kinds.counts.ravel()
    there = np.flatnonzero(flat > 0)
    number = round(flat.sum())
    chance = flat[there] / flat[there].sum() if len(there) else np.ones(0)
    worth = (
        np.stack([np.ones_like(kinds.middle), kinds.middle, np.zeros_like(kinds.middle)], axis=1)
        * kinds.unit[:, None]
    )
    unit = np.repeat(kinds.unit, 3)
    rows = there // 3
    shape = len(pairs.a), len(there)
    columns = np.arange(len(there))
    to_weight = csr_array((unit[there], (rows, columns)), shape=shape)
    to_points = csr_array((worth.ravel()[there], (rows, columns)), shape=shape)

    def sample(generator: np.random.Generator, rounds: int) -> tuple[Floats, Floats]:
        counts = generator.multinomial(number, chance, size=rounds).T.astype(np.float64)
        return to_weight @ counts, to_points @ counts

    return sample


def by_cluster(pairs: Pairs, clusters: Clusters) -> Sample:
    """Clusters (prompts) drawn with replacement, as many as there are."""
    flip = clusters.a > clusters.b
    key = np.minimum(clusters.a, clusters.b) * pairs.size + np.maximum(clusters.a, clusters.b)
    points = np.where(flip, clusters.weight - clusters.points, clusters.points)
    fair = clusters.a != clusters.b
    rows = np.searchsorted(pairs.a * pairs.size + pairs.b, key[fair])
    number = int(clusters.cluster.max()) + 1
    shape = len(pairs.a), number
    to_weight = csr_array((clusters.weight[fair], (rows, clusters.cluster[fair])), shape=shape)
    to_points = csr_array((points[fair], (rows, clusters.cluster[fair])), shape=shape)

    def sample(generator: np.random.Generator, rounds: int) -> tuple[Floats, Floats]:
        counts = np.stack([redrawn(generator, number) for _ in range(rounds)], axis=1).astype(np.float64)
        return to_weight @ counts, to_points @ counts

    return sample


def redrawn(generator: np.random.Generator, number: int) -> Ints:
    """How often each of `number` units is drawn when as many are drawn with replacement."""
    return np.bincount(generator.integers(0, number, number), minlength=number)
