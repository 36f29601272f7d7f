"""Online Elo: battle by battle, two ratings move by K (result - expectation) (Elo 1978; scale 400, base 10).

Depends on the order of battles by definition, and on no other file's fit. Intervals resample battles with
replacement, kept in order, all rounds played side by side; there is no sandwich and no clustering. Without an
anchor the ratings keep averaging `start`. Every battle counts alike: Elo as it is played knows no weights.
"""

import numpy as np

from arena.errors import BadRequest
from arena.ratings.fit import Fit
from arena.ratings.intervals import percentiles
from arena.ratings.types import Evidence, Floats, Ints, RankSettings, Sequence, Warn

NEEDS = frozenset({"sequence"})
SCALE_KIND = "elo"

AFFORDABLE = 20_000_000
"""Most battles x rounds for which intervals are computed: about two seconds and 80 MB."""


def fit(evidence: Evidence, settings: RankSettings) -> Fit:
    """Ratings after the last battle. Raises BadRequest where the battles are not known one by one."""
    sequence, models = evidence.sequence, evidence.cells.models
    if sequence is None:
        raise BadRequest("method 'elo' needs battles one by one, which are not known: choose bradley_terry")
    sequence = shuffled(sequence, settings)
    values = anchored(play(sequence, len(models), settings), models, settings)
    if settings.intervals == "none":
        return Fit(values)
    battles = len(sequence.y)
    if battles * settings.rounds > AFFORDABLE:
        text = f"no intervals: {battles} battles x {settings.rounds} rounds pass {AFFORDABLE}; ask for fewer"
        return Fit(values, warnings=(Warn("no_interval", text),))
    draws = anchored(rounds(sequence, len(models), settings), models, settings)
    text = f"online Elo has no sandwich: its intervals come from {settings.rounds} bootstrap rounds"
    warnings: tuple[Warn, ...] = (Warn("bootstrap", text),) if settings.intervals == "sandwich" else ()
    if settings.strength_weight != 1:
        warnings += (
            Warn("unweighted", "online Elo counts every battle once: 'much better' has no weight here"),
        )
    return percentiles(values, draws, settings, warnings)


def anchored(ratings: Floats, models: tuple[str, ...], settings: RankSettings) -> Floats:
    """Ratings (n,) or (rounds, n), shifted so that the anchor, if there is one, has its value."""
    if settings.anchor is None:
        return ratings
    return ratings + settings.anchor_value - ratings[..., [models.index(settings.anchor)]]


def shuffled(sequence: Sequence, settings: RankSettings) -> Sequence:
    """The sequence in the order asked for: as it is, or shuffled by the seed."""
    if settings.order != "random":
        return sequence
    order = np.random.default_rng(settings.seed).permutation(len(sequence.y))
    return Sequence(sequence.a[order], sequence.b[order], sequence.y[order])


def play(sequence: Sequence, size: int, settings: RankSettings) -> Floats:
    """Ratings (n,) after all battles: a plain loop, a million battles a second or so."""
    ratings = [settings.start] * size
    k = settings.k
    for a, b, y in zip(sequence.a.tolist(), sequence.b.tolist(), sequence.y.tolist(), strict=True):
        if a == b:
            continue
        move = k * (y - 1 / (1 + 10 ** ((ratings[b] - ratings[a]) / 400)))
        ratings[a] += move
        ratings[b] -= move
    return np.array(ratings, dtype=np.float64)


def rounds(sequence: Sequence, size: int, settings: RankSettings) -> Floats:
    """(rounds, n) ratings after resampled sequences, one step of all rounds at a time."""
    fair = np.flatnonzero(sequence.a != sequence.b)
    ratings = np.full((settings.rounds, size), settings.start)
    if len(fair) == 0:
        return ratings
    a, b, y = sequence.a[fair], sequence.b[fair], sequence.y[fair]
    row = np.arange(settings.rounds)
    for step in resampled(len(fair), settings):
        left, right = a[step], b[step]
        gap = ratings[row, right] - ratings[row, left]
        move = settings.k * (y[step] - 1 / (1 + 10 ** (gap / 400)))
        ratings[row, left] += move
        ratings[row, right] -= move
    return ratings


def resampled(battles: int, settings: RankSettings) -> Ints:
    """(battles, rounds) indices drawn with replacement, in order within each round."""
    generator = np.random.default_rng([settings.seed, 1])
    drawn = generator.integers(0, battles, (settings.rounds, battles), dtype=np.int32)
    drawn.sort(axis=1)
    return np.ascontiguousarray(drawn.T)
