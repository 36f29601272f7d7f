"""Bar chart of a ranking as SVG: one bar per model with its whisker; a bar leads to the model's card."""

from collections.abc import Callable
from dataclasses import dataclass

from arena.pages import figure
from arena.pages.axis import Axis
from arena.pages.markup import Markup, Piece, tag, text
from arena.ratings.types import Rating
from arena.service.requests import Ranked

WIDTH, NAMES, VALUES, STEP, TOP = 960, 250, 64, 24, 26
"""Pixels: the whole, the names' column, the values' column, a line, the axis above."""
SLIM = 358
"""Pixels of the whole on a phone, where names stand above their bars."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Where things lie: the bars' left and right end, and a line's height."""

    width: int
    left: int
    right: int
    step: int
    axis: Axis

    def x(self, value: float) -> float:
        """Where a value lies, in pixels."""
        return self.left + (self.right - self.left) * (value - self.axis.low) / (
            self.axis.high - self.axis.low
        )


def bars(ranked: Ranked, card: Callable[[str], str] | None = None) -> Markup:
    """The chart, best model on top, for wide screens and for phones: the style sheet shows one of them.

    The axis does not begin at nought: ratings have none.
    """
    axis = Axis.over(ranked.ratings)
    broad = Frame(WIDTH, NAMES, WIDTH - VALUES, STEP, axis)
    if card is None:
        return drawn(ranked, broad, None, "broad")
    slim = Frame(SLIM, 0, SLIM - 4, 2 * STEP - 6, axis)
    return text([drawn(ranked, broad, card, "broad"), drawn(ranked, slim, card, "slim")])


def drawn(ranked: Ranked, frame: Frame, card: Callable[[str], str] | None, kind: str) -> Markup:
    """One of the two."""
    height = TOP + frame.step * len(ranked.ratings) + 6
    grid = [
        tag(
            "g",
            tag("path", d=f"M{frame.x(tick):.1f} {TOP - 4}V{height - 6}", class_="grid"),
            tag("text", figure.rating(tick, ranked.scale), x=f"{frame.x(tick):.1f}", y=14, class_="tick mid"),
        )
        for tick in frame.axis.ticks
    ]
    lines = [bar(ranked, frame, line, at, card) for at, line in enumerate(ranked.ratings)]
    unit = "rating" if ranked.scale == "elo" else "win rate"
    return tag(
        "svg",
        grid,
        lines,
        viewBox=f"0 0 {frame.width} {height}",
        class_=f"chart bars {kind}",
        role="group",
        data_name="bars",
        aria_label=f"{ranked.board}: {unit} with 95 % intervals, {len(ranked.ratings)} models",
    )


def bar(ranked: Ranked, frame: Frame, line: Rating, at: int, card: Callable[[str], str] | None) -> Markup:
    """One model's bar from the axis' left end to its rating; on a phone under its name."""
    above, value = frame.left == 0, frame.x(line.value)
    middle = TOP + frame.step * at + (frame.step - STEP / 2 if above else frame.step / 2)
    words = middle - 11 if above else middle + 4
    parts: list[Piece] = [
        tag("title", said(ranked, line)),
        tag(
            "text",
            short(line.model),
            x=0 if above else frame.left - 10,
            y=f"{words:.1f}",
            class_="name" if above else "name end",
        ),
        tag(
            "rect",
            x=frame.left,
            y=f"{middle - 7:.1f}",
            width=f"{max(0.0, value - frame.left):.1f}",
            height=14,
            rx=2,
            class_="bar",
        ),
        whiskers(frame, line, middle),
        tag(
            "text",
            figure.rating(line.value, ranked.scale),
            x=frame.width - 4,
            y=f"{words:.1f}",
            class_="value end",
        ),
    ]
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


def whiskers(frame: Frame, line: Rating, middle: float) -> Markup | None:
    """The interval, where there is one."""
    if line.low is None or line.high is None:
        return None
    low, high = frame.x(line.low), frame.x(line.high)
    ends = f"M{low:.1f} {middle - 4:.1f}v8M{high:.1f} {middle - 4:.1f}v8M{low:.1f} {middle:.1f}H{high:.1f}"
    return tag("path", d=ends, class_="whiskers")


def said(ranked: Ranked, line: Rating) -> str:
    """A bar in words."""
    bounds = figure.interval(line.low, line.high, ranked.scale)
    number = f", {figure.count(line.battles, 'battle')}" if line.battles else ""
    return f"{line.rank}. {line.model}: {figure.rating(line.value, ranked.scale)}, 95 % {bounds}{number}"


def short(name: str, longest: int = 34) -> str:
    """A name that fits its column."""
    return name if len(name) <= longest else name[: longest - 1] + "…"
