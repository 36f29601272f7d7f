"""The shared models by their distance from the fitted line, and all of them as a table."""

from collections.abc import Callable

from arena.pages import figure, points
from arena.pages.markup import Markup, Piece, table, tag, text
from arena.service.requests import Compared, Point

Address = Callable[[str], str | None]
MOST = 8
"""How many stand beside the picture."""


def outliers(found: Compared, battles: Address) -> Markup:
    """The models that the line misses most, widest first."""
    known = [point for point in found.points if point.residual is not None]
    far = sorted(known, key=lambda point: -abs(point.residual or 0.0))[:MOST]
    if not far:
        return tag("section", tag("h3", "Outliers"), tag("p", "No line can be fitted here.", class_="quiet"))
    scale = points.unit(found)
    rows = [tag("li", who(point, battles), signed(point.residual, scale), places(point)) for point in far]
    return tag(
        "section",
        tag("h3", "Farthest from the line"),
        tag("p", "Board's rating minus what the line expects from the reference.", class_="quiet"),
        tag("ol", rows, class_="outliers"),
    )


def who(point: Point, battles: Address) -> Markup:
    """A name, leading to its battles where there are any."""
    address = battles(point.model)
    return tag("a", point.model, href=address) if address else tag("span", point.model)


def signed(value: float | None, scale: str) -> Markup:
    """`▲ +120`: direction by icon, sign and hue."""
    up = (value or 0) >= 0
    said = figure.rating(value, scale)
    return tag("b", f"{'▲ +' if up else '▼ '}{said}", class_="up" if up else "down")


def places(point: Point) -> Markup:
    """Both places."""
    return tag("span", f"place {point.rank}, reference {point.reference_rank}", class_="quiet")


def everyone(found: Compared, battles: Address) -> Markup:
    """All shared models with both ratings, intervals and places, folded."""
    scale = points.unit(found)
    head = ("Model", "Board", "95 %", "Place", "Reference", "95 %", "Place", "From the line", "Read")
    rows = [line(point, scale, battles(point.model)) for point in found.points]
    title = tag("summary", f"All {figure.count(len(found.points), 'shared model')} as a table")
    return text(tag("details", title, table(head, rows), data_open="models"))


def line(point: Point, scale: str, battles: str | None) -> tuple[Piece, ...]:
    """One model's figures."""
    same = point.model == point.reference_model
    sign = "≈" if point.match == "approx" else "="
    name = point.model if same else f"{point.model} {sign} {point.reference_model}"
    return (
        name,
        figure.rating(point.value, scale),
        figure.interval(point.low, point.high, scale),
        str(point.rank),
        figure.number(point.reference_value),
        figure.interval(point.reference_low, point.reference_high),
        str(point.reference_rank),
        figure.rating(point.residual, scale),
        tag("a", "battles", href=battles) if battles else "–",
    )
