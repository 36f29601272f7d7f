"""The paper's figure: the target's rating on the panel after every stage, beside the opponents.

Leaves out how ratings are made (`training.flywheel.standing`).
"""

from collections.abc import Callable

from arena.pages.ancestry import name as stage_name
from arena.pages.axis import ticks
from arena.pages.figure import count, interval, number
from arena.pages.markup import Markup, Piece, tag, text
from training.flywheel.report import Report, Version

WIDE, HIGH, LEFT, RIGHT, TOP, FOOT = 760, 300, 52, 150, 14, 44
_LEAST = 14
"""Pixels between two names."""
Place = Callable[[float], float]
"""Where a value lies: pixels from the top."""


def label(version: Version) -> str:
    """`I1 DPO`."""
    return "I0" if version.iteration == 0 else f"I{version.iteration} {stage_name(version.stage)}"


def figure(report: Report) -> Markup:
    """The picture."""
    rated = [version for version in report.versions if version.rating is not None]
    if not rated:
        return Markup()
    return tag(
        "section",
        tag("h3", "Rating after every stage"),
        tag("div", _drawn(report, rated), class_="drawn", tabindex=0, role="region", aria_label="Ratings"),
        tag(
            "p",
            "On the panel, which is never trained on; bars are 95 % intervals. Filled: the model was taken. "
            "Hollow: the old one was kept. Dashed: the opponents.",
            class_="quiet",
        ),
        class_="part",
        aria_label="Rating after every stage",
    )


def _drawn(report: Report, rated: list[Version]) -> Markup:
    bounds = [v for one in rated for v in (one.rating, one.low, one.high) if v is not None]
    bounds += [one.rating for one in report.opponents]
    low, high = min(bounds), max(bounds)
    margin = 0.05 * (high - low) or 10.0
    low, high = low - margin, high + margin

    def y(value: float) -> float:
        return TOP + (high - value) / (high - low) * (HIGH - TOP - FOOT)

    def x(at: int) -> float:
        return LEFT + (at + 0.5) * (WIDE - LEFT - RIGHT) / len(rated)

    taken = _taken(report)
    line = " ".join(
        f"{x(at):.1f},{y(one.rating or 0):.1f}" for at, one in enumerate(rated) if one.name in taken
    )
    pieces: list[Piece] = [_grid(low, high, y), _opponents(report, y)]
    pieces.append(tag("polyline", points=line, fill="none", class_="course"))
    pieces += [_point(one, x(at), y, taken=one.name in taken) for at, one in enumerate(rated)]
    told = "; ".join(f"{label(one)} {number(one.rating)} ({interval(one.low, one.high)})" for one in rated)
    return tag(
        "svg", pieces, viewBox=f"0 0 {WIDE} {HIGH}", class_="chart ratings", role="img", aria_label=told
    )


def _taken(report: Report) -> set[str]:
    """The versions that went on."""
    return {report.versions[0].name} | {one.version for one in report.stages if one.fate == "taken"}


def _grid(low: float, high: float, y: Place) -> Markup:
    lines = []
    for value in ticks(low, high):
        at = f"{y(value):.1f}"
        lines.append(tag("path", d=f"M{LEFT} {at}H{WIDE - RIGHT}", class_="grid"))
        lines.append(tag("text", number(value), x=LEFT - 8, y=f"{y(value) + 4:.1f}", class_="tick end"))
    return text(lines)


def _opponents(report: Report, y: Place) -> Markup:
    """A dashed line each; names keep apart."""
    found, last = [], -float("inf")
    for one in sorted(report.opponents, key=lambda one: -one.rating):
        at = y(one.rating)
        words = max(at + 4, last + _LEAST)
        last = words
        found.append(tag("path", d=f"M{LEFT} {at:.1f}H{WIDE - RIGHT}", class_="rival"))
        told = f"{one.name} {number(one.rating)}"
        found.append(tag("text", told, x=WIDE - RIGHT + 8, y=f"{words:.1f}", class_="tick"))
    return text(found)


def _point(one: Version, x: float, y: Place, *, taken: bool) -> Markup:
    value = one.rating or 0.0
    told = f"{label(one)}: {number(value)} ({interval(one.low, one.high)}), {count(one.battles, 'battle')}"
    bar = (
        tag("path", d=f"M{x:.1f} {y(one.low):.1f}V{y(one.high):.1f}", class_="reach")
        if one.low is not None and one.high is not None
        else None
    )
    dot = tag("path", d=f"M{x - 5:.1f} {y(value):.1f}a5 5 0 1 0 10 0a5 5 0 1 0 -10 0Z", class_="mark")
    words = tag("text", label(one), x=f"{x:.1f}", y=HIGH - 22, class_="mid")
    below = tag("text", number(value), x=f"{x:.1f}", y=HIGH - 6, class_="tick mid")
    return tag(
        "g", tag("title", told), bar, dot, words, below, class_="version" + (" taken" if taken else "")
    )
