"""Where names stand beside their points: above, below, right or left, but never over a point or another name.

Pure; counts with the size that the picture has on a wide page, and leaves a name out where it finds no room.
"""

from collections.abc import Sequence

WIDTH, HEIGHT = 860.0, 440.0
"""Of the picture in pixels, about."""
LETTER, LINE, POINT = 6.4, 14.0, 11.0
"""Pixels of a letter, of a line of text, and of a point."""
SIDES = ("top center", "bottom center", "middle right", "middle left")
"""As plotly names them, the best first."""

Box = tuple[float, float, float, float]
Spot = tuple[float, float]


def placed(spots: Sequence[Spot], names: Sequence[str], wanted: Sequence[int]) -> dict[int, str]:
    """The side of each name that found room; `wanted` says which names, the most important first."""
    points = pixels(spots)
    taken = [around(x, y, POINT, POINT) for x, y in points]
    found: dict[int, str] = {}
    for at in wanted:
        for side in SIDES:
            box = beside(points[at], side, LETTER * len(names[at]))
            others = (one for index, one in enumerate(taken) if index != at)
            if box[0] >= 0 and box[2] <= WIDTH and not any(overlap(box, one) for one in others):
                found[at] = side
                taken.append(box)
                break
    return found


def pixels(spots: Sequence[Spot]) -> list[Spot]:
    """Values as places in the picture; y grows downwards. A margin of a twentieth, as plotly leaves."""
    if not spots:
        return []
    xs, ys = zip(*spots, strict=True)

    def place(value: float, values: Sequence[float], size: float) -> float:
        span = (max(values) - min(values)) or 1.0
        return size * (0.05 + 0.9 * (value - min(values)) / span)

    return [(place(x, xs, WIDTH), HEIGHT - place(y, ys, HEIGHT)) for x, y in spots]


def beside(point: Spot, side: str, length: float) -> Box:
    """The box of a name on a side of its point."""
    x, y = point
    away = POINT / 2 + 3
    if side in ("top center", "bottom center"):
        return around(x, y + (-1 if side == "top center" else 1) * (away + LINE / 2), length, LINE)
    return around(x + (1 if side == "middle right" else -1) * (away + length / 2), y, length, LINE)


def around(x: float, y: float, width: float, height: float) -> Box:
    """A box by its middle: left, top, right, bottom."""
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def overlap(one: Box, other: Box) -> bool:
    """Whether two boxes share any place."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
