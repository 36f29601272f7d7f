"""What the shared models of a comparison say two by two and rank by rank. Leaves out how it is drawn."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from arena.pages.figure import Scale
from arena.ratings import rank
from arena.service.requests import Compared, Point

Kind = Literal["agree", "disagree", "undecided", "unseparated"]
"""A pair: ordered alike, ordered oppositely, not separated by the board, not separated by the reference."""
Bounds = Sequence[tuple[float | None, float | None]]


@dataclass(frozen=True, slots=True)
class Move:
    """A model's place on both boards, with the places that the intervals allow (None: no intervals)."""

    point: Point
    range: tuple[int, int] | None
    reference_range: tuple[int, int] | None

    @property
    def up(self) -> int:
        """By how many places the board puts it higher than the reference."""
        return self.point.reference_rank - self.point.rank

    @property
    def apart(self) -> bool:
        """Whether no place is allowed by both boards."""
        if self.range is None or self.reference_range is None:
            return False
        return self.range[1] < self.reference_range[0] or self.reference_range[1] < self.range[0]


def unit(found: Compared) -> Scale:
    """The scale of the board's ratings; the reference is always on the Elo scale."""
    return rank.scale_kind(found.settings.method)


def by_reference(points: Sequence[Point]) -> list[Point]:
    """The reference's order, best first."""
    return sorted(points, key=lambda point: (-point.reference_value, point.model))


def moves(points: Sequence[Point]) -> list[Move]:
    """Every model's move, in the reference's order."""
    ordered = by_reference(points)
    ours = ranges([(point.low, point.high) for point in ordered])
    theirs = ranges([(point.reference_low, point.reference_high) for point in ordered])
    return [Move(*one) for one in zip(ordered, ours, theirs, strict=True)]


def ranges(bounds: Bounds) -> list[tuple[int, int] | None]:
    """Best and worst place that the intervals allow among these models."""
    known = [(low, high) for low, high in bounds if low is not None and high is not None]
    if len(known) < len(bounds):
        return [None] * len(bounds)
    return [
        (1 + sum(other > high for other, _ in known), len(known) - sum(other < low for _, other in known))
        for low, high in known
    ]


def kind(better: Point, worse: Point) -> Kind:
    """What both boards say of a pair; `better` stands higher on the reference."""
    if not above(better.reference_low, worse.reference_high):
        return "unseparated"
    if above(better.low, worse.high):
        return "agree"
    return "disagree" if above(worse.low, better.high) else "undecided"


def above(low: float | None, high: float | None) -> bool:
    """Whether a lower bound is above another model's upper bound; without bounds nothing is."""
    return low is not None and high is not None and low > high


def kinds(points: Sequence[Point]) -> list[Kind]:
    """Every pair, row by row of the upper triangle in the reference's order."""
    return [kind(*pair) for pair in combinations(by_reference(points), 2)]


def counted(found: Sequence[Kind]) -> Counter[Kind]:
    """How many pairs of each kind."""
    return Counter(found)


def close(points: Sequence[Point], within: float) -> tuple[int, int]:
    """Pairs of nearby models on the reference that both boards order alike, and all such pairs."""
    near = [
        pair
        for pair in combinations(by_reference(points), 2)
        if 0 < pair[0].reference_value - pair[1].reference_value <= within
    ]
    return sum(better.value > worse.value for better, worse in near), len(near)
