"""What more battles would buy: intervals shrink with the square root of their number.

Two things are taken for granted: ratings stay where they are, and new battles are like those that are there.
Leaves out looking again and again until something stands apart, for which 95 % is too little.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from arena.ratings.sandwich import NORMAL
from arena.ratings.types import SCALE, Rating


@dataclass(frozen=True, slots=True)
class Step:
    """What it takes for the first models to stand apart."""

    top: int
    """The first so many: each one's interval wholly above that of the next."""
    times: float | None
    """Battles needed, over those there: 1 where they stand apart already; None where two are level."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """How far the intervals of a ranking are from deciding it."""

    half: float
    """Half of an interval's width now, on average over the models that have one, on the ranking's scale."""
    steps: tuple[Step, ...]


def outlook(ratings: Sequence[Rating], most: int = 5) -> Outlook | None:
    """What more battles would buy the first `most` models; None for a ranking without intervals.

    `ratings` stand best first, as `arena.ratings.rank` gives them.
    """
    bound = [one for one in ratings if one.low is not None and one.high is not None]
    if len(bound) < 2 or len(bound) < len(ratings):
        return None
    wide = [width for one in bound if (width := _span(one)) > 0]
    steps, times = [], 1.0
    for top, (above, below) in enumerate(pairwise(bound), start=1):
        if top > most:
            break
        needed = _times(above, below)
        times = max(times, needed) if needed is not None else float("inf")
        steps.append(Step(top, times if times < float("inf") else None))
    return Outlook(sum(wide) / len(wide) / 2 if wide else 0.0, tuple(steps))


@dataclass(frozen=True, slots=True)
class After:
    """A ranking after more battles."""

    more: int
    half: float
    """Half of an interval's width then, on average."""
    apart: int
    """How many of the first models stand apart then, of those that were asked about."""


def after(found: Outlook, battles: int, more: int) -> After:
    """What a ranking that rests on `battles` would be with so many more of the same kind."""
    times = (battles + more) / max(1, battles)
    parted = [step.top for step in found.steps if step.times is not None and step.times <= times]
    return After(more, shrunk(found.half, times), max(parted, default=0))


def expected(models: int, battles: float) -> float:
    """Half of a 95 % interval, in Elo, of models that are about even and meet alike, none of them anchored.

    From the information of Bradley-Terry at even odds: a plan's price before anything is played. Ties narrow
    it, unequal models widen it.
    """
    return float(NORMAL * SCALE * (models - 1) * (2 / (models * battles)) ** 0.5)


def shrunk(half: float, times: float) -> float:
    """Half of an interval's width with so many times the battles."""
    return float(half / times**0.5)


def _span(one: Rating) -> float:
    return (one.high or 0.0) - (one.low or 0.0)


def _times(above: Rating, below: Rating) -> float | None:
    """Battles needed, over those there, until two intervals part; None where the ratings are level."""
    gap = above.value - below.value
    reach = (above.value - (above.low or 0.0)) + ((below.high or 0.0) - below.value)
    if gap <= 0:
        return None
    return max(1.0, (reach / gap) ** 2)
