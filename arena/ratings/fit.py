"""What a rating method returns: arrays in the order of the evidence's models. Leaves out names and ranks."""

from dataclasses import dataclass

from arena.ratings.types import Coefficient, Floats, Warn


@dataclass(frozen=True, slots=True)
class Fit:
    """Values (n,), their 95 % bounds (n,) or None, and draws (rounds, n) where there was a bootstrap."""

    values: Floats
    low: Floats | None = None
    high: Floats | None = None
    draws: Floats | None = None
    coefficients: tuple[Coefficient, ...] = ()
    warnings: tuple[Warn, ...] = ()
