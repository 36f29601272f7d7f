"""Bar chart of a ranking as SVG: one bar per model with its whisker; a bar leads to the model's card."""

from collections.abc import Callable

from arena.pages import figure
from arena.pages.axis import Axis
from arena.pages.markup import Markup, Piece, tag
from arena.ratings.types import Rating
from arena.service.requests import Ranked

WIDTH, NAMES, VALUES, STEP, TOP = 960, 250, 64, 24, 26
"""Pixels: the whole, the names' column, the values' column, a line, the axis above."""


def bars(ranked: Ranked, card: Callable[[str], str] | None = None) -> Markup:
    """The chart, best model on top. The axis does not begin at nought: ratings have none."""
    axis = Axis.over(ranked.ratings)
    height = TOP + STEP * len(ranked.ratings) + 6
    grid = [
        tag(
            "g",
            tag("path", d=f"M{x(axis, tick):.1f} {TOP - 4}V{height - 6}", class_="grid"),
            tag(
                "text",
                figure.rating(tick, ranked.scale),
                x=f"{x(axis, tick):.1f}",
                y=14,
                class_="tick",
                text_anchor="middle",
            ),
        )
        for tick in axis.ticks
    ]
    lines = [bar(ranked, axis, line, at, card) for at, line in enumerate(ranked.ratings)]
    unit = "rating" if ranked.scale == "elo" else "win rate"
    return tag(
        "svg",
        grid,
        lines,
        viewBox=f"0 0 {WIDTH} {height}",
        class_="chart bars",
        role="group",
        data_name="bars",
        aria_label=f"{ranked.board}: {unit} with 95 % intervals, {len(ranked.ratings)} models",
    )


def bar(ranked: Ranked, axis: Axis, line: Rating, at: int, card: Callable[[str], str] | None) -> Markup:
    """One model's bar from the axis' left end to its rating."""
    middle, value = TOP + STEP * at + STEP / 2, x(axis, line.value)
    parts: list[Piece] = [
        tag("title", said(ranked, line)),
        tag("text", short(line.model), x=NAMES - 10, y=f"{middle + 4:.1f}", text_anchor="end", class_="name"),
        tag(
            "rect",
            x=NAMES,
            y=f"{middle - 7:.1f}",
            width=f"{max(0.0, value - NAMES):.1f}",
            height=14,
            rx=2,
            class_="bar",
        ),
    ]
    if line.low is not None and line.high is not None:
        low, high = x(axis, line.low), x(axis, line.high)
        ends = (
            f"M{low:.1f} {middle - 4:.1f}v8M{high:.1f} {middle - 4:.1f}v8M{low:.1f} {middle:.1f}H{high:.1f}"
        )
        parts.append(tag("path", d=ends, class_="whiskers"))
    parts.append(
        tag(
            "text",
            figure.rating(line.value, ranked.scale),
            x=WIDTH - 4,
            y=f"{middle + 4:.1f}",
            text_anchor="end",
            class_="value",
        )
    )
    whole = tag("g", parts)
    if card is None:
        return whole
    return tag(
        "a",
        whole,
        href=card(line.model),
        data_look=True,
        data_model=line.model,
        aria_label=said(ranked, line),
    )


def x(axis: Axis, value: float) -> float:
    """Where a value lies, in pixels."""
    return NAMES + (WIDTH - NAMES - VALUES) * (value - axis.low) / (axis.high - axis.low)


def said(ranked: Ranked, line: Rating) -> str:
    """A bar in words."""
    bounds = figure.interval(line.low, line.high, ranked.scale)
    number = f", {figure.count(line.battles, 'battle')}" if line.battles else ""
    return f"{line.rank}. {line.model}: {figure.rating(line.value, ranked.scale)}, 95 % {bounds}{number}"


def short(name: str, longest: int = 34) -> str:
    """A name that fits its column."""
    return name if len(name) <= longest else name[: longest - 1] + "…"
