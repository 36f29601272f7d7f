"""How far two boards agree on the models they share: correlations, separated pairs, calibration, how sure.

Definitions are METRICS.md's: agreement and differentiation from Arena-Hard (Li et al., arXiv 2406.11939), as
the Arena Learning paper uses them (arXiv 2407.10627). Arrays in, an `Agreement` out; no names or boards.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from arena.errors import Unranked

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

METRICS = ("spearman", "kendall", "pearson", "agreement", "differentiation", "average", "brier")
NORMAL = 1.96
"""Standard errors on each side of a 95 % interval."""
CHUNK = 50
"""Redraws held at once: 129 models have 8,256 pairs."""


@dataclass(frozen=True, slots=True)
class Side:
    """One board's ratings of the shared models, in the order of `compare`'s names. A NaN bound is unknown."""

    values: Floats
    """(n,)"""
    low: Floats | None = None
    high: Floats | None = None
    """(n,) 95 % bounds; None where the board has none. It then separates nothing and is never redrawn."""
    draws: Floats | None = None
    """(rounds, n) bootstrap ratings, where the board has them."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A pair that both boards separate, in opposite directions: the board puts `above` over `below`."""

    above: str
    below: str
    gap: float
    """By how much on the board (positive), and on the reference (negative)."""
    reference_gap: float
    bounds: tuple[tuple[float, float], tuple[float, float]]
    """(low, high) of `above` and of `below` on the board, and the same on the reference."""
    reference_bounds: tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Calibration:
    """Least squares board = intercept + slope x reference; residuals in the order of `Agreement.models`."""

    slope: float
    intercept: float
    residuals: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Board against reference. Shares are 0-1; None: not defined (no bounds, no spread, no pairs)."""

    models: tuple[str, ...]
    n_models: int
    spearman: float | None
    kendall: float | None
    pearson: float | None
    agreement: float | None
    agreement_pairs: tuple[int, int]
    """[pairs ordered alike minus pairs ordered oppositely, pairs that the reference separates]."""
    differentiation: float | None
    differentiation_pairs: tuple[int, int]
    """[pairs that the board separates, all pairs]."""
    reference_differentiation: float | None
    reference_differentiation_pairs: tuple[int, int]
    """The same of the reference."""
    average: float | None
    """Mean of Spearman, agreement and differentiation: the paper's "consistency"."""
    brier: float | None
    calibration: Calibration | None
    disagreements: tuple[Disagreement, ...]
    """Widest first."""
    intervals: dict[str, tuple[float, float]]
    """2.5 and 97.5 % of each metric over redraws of both boards. A redraw adds noise to a board that is noisy
    already, so a figure near its ceiling can lie above its own interval."""
    ceiling: dict[str, float]
    """Noise ceiling: mean of each metric of the reference redrawn against the reference."""
    leave_one_out: dict[str, tuple[float, float]]
    """Smallest and largest of each metric as one model is left out."""
    without: tuple[tuple[str, float], ...]
    """Spearman without each model, the one that moves it most first; empty below three models."""


def compare(
    models: tuple[str, ...], board: Side, reference: Side, *, rounds: int = 1000, seed: int = 0
) -> Agreement:
    """Agreement of a board with a reference over `models`. Raises Unranked below two shared models."""
    if len(models) < 2:
        raise Unranked(f"only {len(models)} shared models, and it takes 2: map more names")
    ours, theirs = _seen(board, board.values[None]), _seen(reference, reference.values[None])
    pairs = _pairs(ours, theirs, chance(board))
    point = _metrics(ours, theirs, pairs)
    mine, other = pairs.board[0], pairs.reference[0]
    mirror, apart = _redrawn(reference, rounds, seed), int(np.abs(other).sum())
    left_out = _left_out(board, reference)
    known = {name: None if np.isnan(value[0]) else float(value[0]) for name, value in point.items()}
    return Agreement(
        models=models,
        n_models=len(models),
        spearman=known["spearman"],
        kendall=known["kendall"],
        pearson=known["pearson"],
        agreement=known["agreement"],
        agreement_pairs=(int((mine * other).sum()), apart),
        differentiation=known["differentiation"],
        differentiation_pairs=(int(np.abs(mine).sum()), len(mine)),
        reference_differentiation=apart / len(mine) if pairs.bounded[1] else None,
        reference_differentiation_pairs=(apart, len(mine)),
        average=known["average"],
        brier=known["brier"],
        calibration=calibrate(board.values, reference.values),
        disagreements=_disagreements(models, board, reference, mine * (mine * other < 0)),
        intervals=intervals(board, reference, rounds, seed) | _own(mirror),
        ceiling={name: float(values.mean()) for name, values in mirror.items()},
        leave_one_out=_ranges(left_out),
        without=_without(models, left_out, known["spearman"]),
    )


def intervals(board: Side, reference: Side, rounds: int, seed: int) -> dict[str, tuple[float, float]]:
    """95 % interval of each metric over redraws of both boards; empty where neither can be redrawn."""
    if not (_redrawable(board) or _redrawable(reference)):
        return {}
    ours, theirs = np.random.default_rng([seed, 0]), np.random.default_rng([seed, 1])

    def sample(count: int) -> tuple[_Seen, _Seen]:
        return _seen(board, redraw(board, ours, count)), _seen(reference, redraw(reference, theirs, count))

    return {name: _bounds(values) for name, values in _over_redraws(sample, board, rounds).items()}


def ceiling(reference: Side, rounds: int, seed: int) -> dict[str, float]:
    """Mean of each metric of redraws of the reference against the reference itself; empty without bounds."""
    return {name: float(values.mean()) for name, values in _redrawn(reference, rounds, seed).items()}


def leave_one_out(board: Side, reference: Side) -> dict[str, tuple[float, float]]:
    """Range of each metric as one model after the other is left out; empty below three models."""
    return _ranges(_left_out(board, reference))


def calibrate(board: Floats, reference: Floats) -> Calibration | None:
    """The line from the reference's values (n,) to the board's; None where the reference has no spread."""
    centred = reference - reference.mean()
    spread = float(centred @ centred)
    if spread <= 0:
        return None
    slope = float(centred @ board) / spread
    intercept = float(board.mean() - slope * reference.mean())
    return Calibration(slope, intercept, tuple((board - intercept - slope * reference).tolist()))


def chance(side: Side) -> Floats | None:
    """(pairs,) probability that i is above j, i < j: from bootstrap draws, else normal, from the bounds."""
    if side.draws is None:
        scatter = _scatter(side)
        return None if scatter is None else _normal(_gaps(side.values[None]), scatter)[0]
    parts = [_gaps(side.draws[at : at + CHUNK]) for at in range(0, len(side.draws), CHUNK)]
    above = sum(((part > 0) + (part == 0) / 2).sum(axis=0) for part in parts)
    return np.asarray(above / len(side.draws))


def redraw(side: Side, generator: np.random.Generator, rounds: int) -> Floats:
    """(rounds, n) values: bootstrap rounds at random, else normal draws from the bounds, else the values."""
    if side.draws is not None:
        return side.draws[generator.integers(0, len(side.draws), rounds)]
    shape = rounds, len(side.values)
    if side.low is None or side.high is None:
        return np.broadcast_to(side.values, shape)
    error = np.nan_to_num((side.high - side.low) / (2 * NORMAL))
    return np.asarray(side.values + error * generator.standard_normal(shape))


def _redrawn(reference: Side, rounds: int, seed: int) -> dict[str, Floats]:
    """Each metric (r,) of redraws of the reference against itself as it stands."""
    if not _redrawable(reference):
        return {}
    generator = np.random.default_rng([seed, 2])

    def sample(count: int) -> tuple[_Seen, _Seen]:
        still = np.repeat(reference.values[None], count, axis=0)
        return _seen(reference, redraw(reference, generator, count)), _seen(reference, still)

    return _over_redraws(sample, reference, rounds)


def _own(redrawn: dict[str, Floats]) -> dict[str, tuple[float, float]]:
    """95 % interval of the reference's own differentiation."""
    values = redrawn.get("differentiation")
    return {} if values is None else {"reference_differentiation": _bounds(values)}


def _left_out(board: Side, reference: Side) -> dict[str, Floats]:
    """Each metric (n,) without the i-th model; empty below three models."""
    size = len(board.values)
    if size < 3:
        return {}
    ours, theirs = _seen(board, board.values[None]), _seen(reference, reference.values[None])
    whole = _pairs(ours, theirs, chance(board))
    i, j = np.triu_indices(size, 1)
    rows = [
        _metrics(ours.without(out), theirs.without(out), whole.only((i != out) & (j != out)))
        for out in range(size)
    ]
    return {name: np.concatenate([row[name] for row in rows]) for name in METRICS}


def _ranges(left_out: dict[str, Floats]) -> dict[str, tuple[float, float]]:
    table = {name: _finite(values) for name, values in left_out.items()}
    return {name: (float(v.min()), float(v.max())) for name, v in table.items() if len(v)}


def _without(
    models: tuple[str, ...], left_out: dict[str, Floats], whole: float | None
) -> tuple[tuple[str, float], ...]:
    """Spearman without each model, farthest from the whole first."""
    found = zip(models, left_out.get("spearman", ()), strict=False)
    known = [(model, float(value)) for model, value in found if np.isfinite(value)]
    return tuple(sorted(known, key=lambda pair: (-abs(pair[1] - (whole or 0.0)), pair[0])))


@dataclass(frozen=True, slots=True)
class _Seen:
    """A board as seen in r redraws: values (r, n), and bounds shifted with them."""

    values: Floats
    low: Floats | None
    high: Floats | None

    def without(self, out: int) -> "_Seen":
        """One model less."""
        low = None if self.low is None else np.delete(self.low, out, axis=1)
        high = None if self.high is None else np.delete(self.high, out, axis=1)
        return _Seen(np.delete(self.values, out, axis=1), low, high)

    def separated(self) -> Ints:
        """(r, pairs): 1 where i is above j beyond both bounds, -1 where below, else 0."""
        i, j = np.triu_indices(self.values.shape[1], 1)
        if self.low is None or self.high is None:
            return np.zeros((len(self.values), len(i)), dtype=np.int64)
        above, below = self.low[:, i] > self.high[:, j], self.low[:, j] > self.high[:, i]
        return above.astype(np.int64) - below


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Both boards' verdict on every pair, (r, pairs) each: 1 for i, -1 for j, 0 for neither."""

    order: Ints
    reference_order: Ints
    board: Ints
    """By separation."""
    reference: Ints
    chance: Floats | None
    """The board's probability of i above j."""
    bounded: tuple[bool, bool]
    """Do the board, the reference have bounds?"""

    def only(self, keep: NDArray[np.bool_]) -> "_Pairs":
        """Some of the pairs."""
        chance = None if self.chance is None else self.chance[:, keep]
        columns = (self.order, self.reference_order, self.board, self.reference)
        order, reference_order, board, reference = (column[:, keep] for column in columns)
        return _Pairs(order, reference_order, board, reference, chance, self.bounded)


def _seen(side: Side, values: Floats) -> _Seen:
    """Redraws keep the half-widths: bounds move with their value."""
    low = None if side.low is None else side.low + (values - side.values)
    high = None if side.high is None else side.high + (values - side.values)
    return _Seen(values, low, high)


def _pairs(board: _Seen, reference: _Seen, chance: Floats | None) -> _Pairs:
    """`chance` is (pairs,) or (r, pairs)."""
    order, other = (np.sign(_gaps(side.values)).astype(np.int64) for side in (board, reference))
    bounded = board.low is not None, reference.low is not None
    even = None if chance is None else np.atleast_2d(chance)
    return _Pairs(order, other, board.separated(), reference.separated(), even, bounded)


def _metrics(board: _Seen, reference: _Seen, pairs: _Pairs) -> dict[str, Floats]:
    """Each metric (r,); NaN where it is not defined."""
    from scipy.stats import rankdata

    nothing = np.full(len(board.values), np.nan)
    ranks = (rankdata(side.values, axis=1) for side in (board, reference))
    spearman, both = _correlation(*ranks), np.abs(pairs.reference)
    tied = np.sqrt((pairs.order != 0).sum(axis=1) * (pairs.reference_order != 0).sum(axis=1, dtype=float))
    agreement = _ratio((pairs.board * pairs.reference).sum(axis=1), both.sum(axis=1))
    differentiation = np.abs(pairs.board).mean(axis=1)
    brier = nothing
    if pairs.chance is not None and pairs.bounded[1]:
        miss = (pairs.chance - (pairs.reference + 1) / 2) ** 2
        brier = _ratio((miss * both).sum(axis=1), both.sum(axis=1))
    agreement = agreement if all(pairs.bounded) else nothing
    differentiation = differentiation if pairs.bounded[0] else nothing
    return {
        "spearman": spearman,
        "kendall": _ratio((pairs.order * pairs.reference_order).sum(axis=1), tied),
        "pearson": _correlation(board.values, reference.values),
        "agreement": agreement,
        "differentiation": differentiation,
        "average": (spearman + agreement + differentiation) / 3,
        "brier": brier,
    }


def _over_redraws(sample: Callable[[int], tuple[_Seen, _Seen]], side: Side, rounds: int) -> dict[str, Floats]:
    """Each metric's defined values over redraws (`side` is the first's board); undefined ones left out."""
    scatter, rows = _scatter(side), []
    for done in range(0, rounds, CHUNK):
        board, reference = sample(min(CHUNK, rounds - done))
        likely = None if scatter is None else _normal(_gaps(board.values), scatter)
        rows.append(_metrics(board, reference, _pairs(board, reference, likely)))
    table = {name: _finite(np.concatenate([row[name] for row in rows])) for name in METRICS}
    return {name: values for name, values in table.items() if len(values)}


def _disagreements(
    models: tuple[str, ...], board: Side, reference: Side, winner: Ints
) -> tuple[Disagreement, ...]:
    """`winner` (pairs,): 1 where the board alone has i above j, -1 where it alone has j above i, else 0."""
    left, right = np.triu_indices(len(models), 1)
    found = []
    for at in np.flatnonzero(winner):
        i, j = (left[at], right[at]) if winner[at] > 0 else (right[at], left[at])
        gap, reference_gap = (float(side.values[i] - side.values[j]) for side in (board, reference))
        bounds, reference_bounds = ((_span(side, i), _span(side, j)) for side in (board, reference))
        found.append(Disagreement(models[i], models[j], gap, reference_gap, bounds, reference_bounds))
    return tuple(sorted(found, key=lambda pair: (pair.reference_gap - pair.gap, pair.above, pair.below)))


def _span(side: Side, i: int) -> tuple[float, float]:
    """(low, high) of a model that its board separates, so both are there."""
    if side.low is None or side.high is None:
        return (float("nan"), float("nan"))
    return (float(side.low[i]), float(side.high[i]))


def _scatter(side: Side) -> Floats | None:
    """(pairs,) standard deviation of each gap, from bootstrap draws, else bounds; None without either."""
    i, j = np.triu_indices(len(side.values), 1)
    if side.draws is not None:
        covariance = np.atleast_2d(np.cov(side.draws, rowvar=False))
        variance = np.diag(covariance)
        return np.asarray(np.sqrt(np.clip(variance[i] + variance[j] - 2 * covariance[i, j], 0, None)))
    if side.low is None or side.high is None:
        return None
    error = np.nan_to_num((side.high - side.low) / (2 * NORMAL))
    return np.asarray(np.hypot(error[i], error[j]))


def _normal(gaps: Floats, scatter: Floats) -> Floats:
    """(r, pairs) probability that i is above j; without scatter it is the order itself."""
    sure = (np.sign(gaps) + 1) / 2
    return np.where(scatter > 0, ndtr(gaps / np.where(scatter > 0, scatter, 1.0)), sure)


def _gaps(values: Floats) -> Floats:
    """(r, pairs) value of i minus value of j, i < j."""
    i, j = np.triu_indices(values.shape[1], 1)
    return np.asarray(values[:, i] - values[:, j])


def _correlation(x: Floats, y: Floats) -> Floats:
    """(r,) Pearson correlation row by row; NaN without spread."""
    x, y = x - x.mean(axis=1, keepdims=True), y - y.mean(axis=1, keepdims=True)
    return _ratio((x * y).sum(axis=1), np.sqrt((x * x).sum(axis=1) * (y * y).sum(axis=1)))


def _ratio(top: Floats | Ints, bottom: Floats | Ints) -> Floats:
    """NaN where the bottom is zero."""
    return np.asarray(np.divide(top, bottom, out=np.full(len(bottom), np.nan), where=bottom > 0))


def _finite(values: Floats) -> Floats:
    return np.asarray(values[np.isfinite(values)])


def _bounds(values: Floats) -> tuple[float, float]:
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)


def _redrawable(side: Side) -> bool:
    return side.draws is not None or side.low is not None
