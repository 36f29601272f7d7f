"""One shared axis for a column of whiskers: where a value lies, and round numbers to read it by."""

from dataclasses import dataclass
from math import ceil, floor, log10

from arena.pages.figure import Scale, rating
from arena.pages.markup import Markup, tag
from arena.ratings.types import Rating


@dataclass(frozen=True, slots=True)
class Axis:
    """From `low` to `high`, with `ticks` between."""

    low: float
    high: float
    ticks: tuple[float, ...]

    @classmethod
    def over(cls, ratings: tuple[Rating, ...]) -> "Axis":
        """The axis that holds all values and bounds, with a margin."""
        values = [
            value for line in ratings for value in (line.value, line.low, line.high) if value is not None
        ]
        low, high = min(values, default=0.0), max(values, default=1.0)
        margin = 0.04 * (high - low) or 1.0
        return cls(low - margin, high + margin, tuple(ticks(low - margin, high + margin)))

    def at(self, value: float) -> str:
        """Where a value lies, as CSS."""
        return f"{100 * (value - self.low) / (self.high - self.low):.2f}%"


def ticks(low: float, high: float, wanted: int = 5) -> list[float]:
    """About `wanted` round numbers between two bounds: steps of 1, 2 or 5 times a power of ten."""
    raw = (high - low) / wanted
    power = 10.0 ** floor(log10(raw))
    step = power * next(factor for factor in (1, 2, 5, 10) if raw <= factor * power * 1.0000001)
    return [round(step * i, 10) for i in range(ceil(low / step), floor(high / step) + 1)]


def scale(axis: Axis, unit: Scale) -> Markup:
    """The axis itself, for the head of the column."""
    marks = [tag("span", rating(tick, unit), style=f"left:{axis.at(tick)}") for tick in axis.ticks]
    return tag("div", marks, class_="axis", aria_hidden="true")


def whisker(axis: Axis, line: Rating) -> Markup:
    """A value with its interval, over the axis' ticks."""
    pieces = [tag("i", class_="tick", style=f"left:{axis.at(tick)}") for tick in axis.ticks]
    if line.low is not None and line.high is not None:
        pieces.append(
            tag(
                "i", class_="bar95", style=f"left:{axis.at(line.low)};right:calc(100% - {axis.at(line.high)})"
            )
        )
    pieces.append(tag("i", class_="dot", style=f"left:{axis.at(line.value)}"))
    return tag("div", pieces, class_="whisker", aria_hidden="true")
