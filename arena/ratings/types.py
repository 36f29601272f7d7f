"""What a rating method takes and gives: evidence in (arrays over a dense model index), a ranking out.

Arrays are named here once; every method, interval and check reads them. Leaves out where evidence comes from
(`arena.store`).
"""

from dataclasses import dataclass, field
from typing import Annotated, Literal

import numpy as np
from annotated_types import Ge, Gt, Le, Lt
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SCALE = 400 / np.log(10)
"""Elo points per unit of log-odds: P(i beats j) = 1 / (1 + 10^((Rj - Ri) / 400))."""


@dataclass(frozen=True, slots=True)
class RankSettings:
    """Everything that turns stored verdicts into one ranking. A ranking repeats the settings that made it."""

    method: str = "bradley_terry"
    """Name of a file in `arena.ratings`: bradley_terry, davidson, elo, ilsr, winrate, style."""
    merge: Literal["mean", "strict", "count2"] = "mean"
    """How a battle's two games fold: by the mean of scores or winners, to a tie unless both agree (strict),
    or as two half-weight games (count2)."""
    tie_delta: Annotated[float, Ge(0), Lt(1e9)] = 0.0
    """Under `mean` with scores: a difference up to this is a tie."""
    both_bad_at: float | None = None
    """Two scores both at or under this are both_bad. Off unless the judge's prompt defines such a score."""
    ties: Literal["half", "drop"] = "half"
    """A tie is half a win each, or is left out."""
    both_bad: Literal["half", "drop"] = "half"
    """The same choice for battles in which both were bad."""
    strength_weight: Annotated[float, Gt(0), Lt(1e9)] = 1.0
    """Weight of a 'much better' verdict; 3 is Arena-Hard's convention."""
    intervals: Literal["sandwich", "bootstrap", "none"] = "sandwich"
    """95 % intervals: robust covariance, resampling, or none."""
    cluster: Literal["prompt", "battle"] = "prompt"
    """What is independent: prompts (default, where they are known), or single battles."""
    rounds: Annotated[int, Ge(1), Le(100_000)] = 1000
    """Bootstrap rounds."""
    seed: Annotated[int, Ge(0)] = 0
    """Seed of everything random."""
    value: Literal["fit", "median"] = "fit"
    """Rating from all battles, or the paper's median of the bootstrap rounds."""
    anchor: str | None = None
    """Model whose rating is fixed (its interval is then 0 wide); None: the ratings average to 1000."""
    anchor_value: Annotated[float, Gt(-1e9), Lt(1e9)] = 1000.0
    """Rating of the anchor, or the average where there is none."""
    k: Annotated[float, Gt(0), Lt(1e6)] = 4.0
    """Online Elo: step."""
    start: Annotated[float, Gt(-1e9), Lt(1e9)] = 1000.0
    """Online Elo: every model's first rating."""
    order: Literal["given", "time", "random"] = "given"
    """Online Elo: battles in the order of the file, by time, or shuffled by `seed`."""


@dataclass(frozen=True, slots=True)
class Cells:
    """Outcomes summed by pair of models. One row per (a, b); a pair may stand in both orientations.

    `weight`, `points` and the three squares are under the tie policy (dropped outcomes are not in them);
    `win_a` ... `both_bad` count everything, a soft preference p entering as p of win_a and 1 - p of win_b.
    All arrays have length m; y is side a's share of a battle in 0-1, w its weight.
    """

    models: tuple[str, ...]
    a: Ints
    b: Ints
    n: Ints
    """Battles under the tie policy."""
    weight: Floats
    """Sum of w."""
    points: Floats
    """Sum of w y."""
    ww: Floats
    """Sum of w^2."""
    wwy: Floats
    """Sum of w^2 y."""
    wwyy: Floats
    """Sum of w^2 y^2."""
    win_a: Floats
    win_b: Floats
    tie: Floats
    both_bad: Floats


@dataclass(frozen=True, slots=True)
class Clusters:
    """The same outcomes with their clusters, one by one or summed by pair. Models are indexed as in cells."""

    cluster: Ints
    """0 .. number of clusters - 1."""
    a: Ints
    b: Ints
    weight: Floats
    points: Floats


@dataclass(frozen=True, slots=True)
class Sequence:
    """Battles one by one in their order, for online Elo."""

    a: Ints
    b: Ints
    y: Floats


@dataclass(frozen=True, slots=True)
class Styles:
    """Battles one by one with both answers' figures of style, for style control."""

    a: Ints
    b: Ints
    y: Floats
    weight: Floats
    cluster: Ints
    figures_a: Floats
    """(battles, 4): tokens, headers, lists, bolds of side a's answer."""
    figures_b: Floats
    """The same for side b."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a method may ask for. `cells` is always there; the rest where the method's NEEDS name it."""

    cells: Cells
    clusters: Clusters | None = None
    sequence: Sequence | None = None
    styles: Styles | None = None


@dataclass(frozen=True, slots=True)
class Rating:
    """One model's line. `low` and `high` bound 95 %; None where the method gives no interval."""

    model: str
    value: float
    low: float | None
    high: float | None
    battles: int
    rank: int
    rank_low: int
    """Best rank that the intervals allow."""
    rank_high: int
    """Worst rank that they allow."""


@dataclass(frozen=True, slots=True)
class Coefficient:
    """What one standard deviation of a style feature is worth in Elo points, with its 95 % interval."""

    feature: str
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Warn:
    """Something that limits what the numbers mean. `code` is stable, `text` says what and what to do."""

    code: str
    text: str
    models: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ranking:
    """Ratings, best first, with the settings and warnings that belong to them."""

    settings: RankSettings
    ratings: tuple[Rating, ...]
    n_battles: int
    warnings: tuple[Warn, ...] = ()
    coefficients: tuple[Coefficient, ...] = ()
    draws: Floats | None = field(default=None, repr=False, compare=False)
    """(rounds, models) bootstrap ratings in the order of `ratings`; None without a bootstrap."""
