"""Board against reference as one SVG: a dot and both intervals per model, and the fitted line.

What plotly draws in the app, without it: an offprint runs no script.
"""

from collections.abc import Sequence
from math import ceil, floor, log10

from arena.pages import comparison, figure, labels, points
from arena.pages.markup import Markup, tag
from arena.service.requests import Compared, Point

WIDE, HIGH, LEFT, FOOT, TOP, RIGHT = 880, 520, 76, 46, 14, 120
NAMED = 14
"""Models farthest from the line that are named."""
TICKS = 6
PLACES = {
    "top center": (0, -10, "mid"),
    "bottom center": (0, 18, "mid"),
    "middle right": (9, 4, ""),
    "middle left": (-9, 4, "end"),
}
"""Where a name stands beside its dot: points to the right, points down, which end is held."""


class Reach:
    """Where a value lies between two ends, in points of the picture."""

    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        low, high = min(values), max(values)
        margin = 0.04 * (high - low) or 1.0
        self.low, self.high, self.start, self.end = low - margin, high + margin, start, end

    def at(self, value: float) -> float:
        """In points."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self) -> list[float]:
        """Round values, evenly spaced."""
        rough = (self.high - self.low) / TICKS
        size = 10.0 ** floor(log10(rough))
        step = next(size * by for by in (1, 2, 5, 10) if size * by >= rough)
        first = ceil(self.low / step)
        return [step * at for at in range(first, floor(self.high / step) + 1)]


def crosses(found: Compared) -> Markup:
    """The picture with a sentence that says how to read it."""
    shared = found.points
    x = Reach([value for point in shared for value in _there(point)], LEFT, WIDE - RIGHT)
    y = Reach([value for point in shared for value in _here(point)], HIGH - FOOT, TOP)
    scale = points.unit(found)
    far = sorted(range(len(shared)), key=lambda at: -abs(shared[at].residual or 0.0))[:NAMED]
    spots = [(point.reference_value, point.value) for point in shared]
    sides = labels.placed(spots, [_short(point.model) for point in shared], far)
    chart = tag(
        "svg",
        _grid(x, y, scale),
        _fitted(found, x, y),
        [_cross(point, x, y) for point in shared],
        [_name(shared[at], side, x, y) for at, side in sides.items()],
        tag(
            "text", f"{found.reference}, rating", x=(LEFT + WIDE - RIGHT) // 2, y=HIGH - 6, class_="tick mid"
        ),
        tag("text", f"{found.board}, rating", x=LEFT, y=TOP - 2, class_="tick"),
        viewBox=f"0 -12 {WIDE} {HIGH + 12}",
        class_="chart crosses",
        role="img",
        aria_label=f"Ratings of {len(shared)} models on both boards",
    )
    lead = "Dots are models, crosses their 95 % intervals on both boards, the dashed line is fitted."
    said = [lead, comparison.calibration(found)]
    return tag("figure", tag("figcaption", said, class_="quiet"), tag("div", chart, class_="scroll"))


def _there(point: Point) -> list[float]:
    known = (point.reference_value, point.reference_low, point.reference_high)
    return [value for value in known if value is not None]


def _here(point: Point) -> list[float]:
    return [value for value in (point.value, point.low, point.high) if value is not None]


def _grid(x: Reach, y: Reach, scale: str) -> list[Markup]:
    lines = []
    for value in x.ticks():
        at = x.at(value)
        label = tag("text", figure.number(value), x=f"{at:.1f}", y=HIGH - FOOT + 18, class_="tick mid")
        lines += [tag("path", d=f"M{at:.1f} {TOP}V{HIGH - FOOT}", class_="grid"), label]
    for value in y.ticks():
        at = y.at(value)
        label = tag("text", tick(value, scale), x=LEFT - 8, y=f"{at + 4:.1f}", class_="tick end")
        lines += [tag("path", d=f"M{LEFT} {at:.1f}H{WIDE - RIGHT}", class_="grid"), label]
    return lines


def tick(value: float, scale: str) -> str:
    """A value at an axis."""
    return f"{value * 100:g} %" if scale == "share" else figure.number(value)


def _fitted(found: Compared, x: Reach, y: Reach) -> Markup | None:
    if found.slope is None or found.intercept is None:
        return None
    ends = [
        (x.at(value), y.at(found.intercept + found.slope * value))
        for value in _within(x, y, found.intercept, found.slope)
    ]
    path = "L".join(f"{across:.1f} {up:.1f}" for across, up in ends)
    return tag("path", d=f"M{path}", class_="fitted")


def _within(x: Reach, y: Reach, intercept: float, slope: float) -> tuple[float, float]:
    """From where to where the line lies in the picture."""
    if not slope:
        return x.low, x.high
    first, last = sorted(((y.low - intercept) / slope, (y.high - intercept) / slope))
    return max(x.low, first), min(x.high, last)


def _cross(point: Point, x: Reach, y: Reach) -> Markup:
    across, up = x.at(point.reference_value), y.at(point.value)
    bars = []
    if point.reference_low is not None and point.reference_high is not None:
        bars.append(f"M{x.at(point.reference_low):.1f} {up:.1f}H{x.at(point.reference_high):.1f}")
    if point.low is not None and point.high is not None:
        bars.append(f"M{across:.1f} {y.at(point.low):.1f}V{y.at(point.high):.1f}")
    kind = "dot" if point.match == "exact" else "dot near"
    return tag(
        "g",
        tag("title", _said(point)),
        tag("path", d="".join(bars), class_="reach") if bars else None,
        tag("circle", cx=f"{across:.1f}", cy=f"{up:.1f}", r=4, class_=kind),
    )


def _said(point: Point) -> str:
    return (
        f"{point.model}: {figure.number(point.value, 1)} ({figure.interval(point.low, point.high)}), "
        f"reference {figure.number(point.reference_value, 1)} "
        f"({figure.interval(point.reference_low, point.reference_high)})"
    )


def _short(name: str) -> str:
    return name if len(name) <= 28 else f"{name[:27]}…"


def _name(point: Point, side: str, x: Reach, y: Reach) -> Markup:
    across, up, kind = PLACES[side]
    spot = {"x": f"{x.at(point.reference_value) + across:.1f}", "y": f"{y.at(point.value) + up:.1f}"}
    return tag("text", _short(point.model), class_=f"name {kind}".strip(), **spot)
