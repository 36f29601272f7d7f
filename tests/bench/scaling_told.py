"""The measured growth as a picture and as tables, from the file that `scaling` wrote.

    python -m tests.bench.scaling_told data/measured/scaling.json data/pictures/scaling.svg

Writes the picture and prints the tables of the README, with what the curves come to at 100 million battles:
a straight line in both logarithms through the last two sizes. Leaves out measuring.
"""

import json
import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from arena.pages import theme
from arena.pages.markup import Markup, tag, text

Figures = dict[str, Any]
Curve = Sequence[tuple[float, float]]
"""(battles, value) by size."""
FAR = 100_000_000
DARK = {"a": "#7fb0ff", "b": "#f2a35e", "ink": "#e6eaf0", "quiet": "#98a3b2", "line": "#2a323d"}
"""The dark page's hues, as `static/arena.css` has them."""
WIDE, HIGH, LEFT, RIGHT, TOP, LOW = 480, 250, 62, 128, 34, 34
"""Pixels of a panel, and of the margins around its curves."""


@dataclass(frozen=True, slots=True)
class Line:
    """One curve: its name, how a size's figures give its value, and its hue."""

    name: str
    value: Callable[[Figures], float]
    hue: str = "a"


@dataclass(frozen=True, slots=True)
class Panel:
    """Curves that share an axis."""

    title: str
    unit: Callable[[float], str]
    lines: tuple[Line, ...]


def spell(value: float) -> str:
    """Seconds as people say them."""
    if value < 0.1:
        return f"{1000 * value:.0f} ms"
    if value < 90:
        return f"{value:.1f} s" if value < 10 else f"{value:.0f} s"
    return f"{value / 60:.0f} min" if value < 5400 else f"{value / 3600:.1f} h"


def weigh(value: float) -> str:
    """Bytes as people say them."""
    for unit in ("B", "KB", "MB"):
        if value < 1000:
            return f"{value:.0f} {unit}"
        value /= 1000
    return f"{value:.1f} GB" if value < 10 else f"{value:.0f} GB"


PANELS = (
    Panel(
        "Import",
        spell,
        (
            Line("read the files", lambda size: size["bring"]["read_s"]),
            Line("add to the database", lambda size: size["bring"]["add_s"], "b"),
        ),
    ),
    Panel(
        "On disk",
        weigh,
        (
            Line("database", lambda size: size["bring"]["database_bytes"]),
            Line("imports", lambda size: size["bring"]["import_bytes"], "b"),
        ),
    ),
    Panel(
        "Ratings with intervals",
        spell,
        (
            Line("rows, by prompt", lambda size: size["rate"]["clustered_s"]),
            Line("rows, by battle", lambda size: size["rate"]["plain_s"], "b"),
            Line("in the app", lambda size: size["look"]["clustered_ms"][0] / 1000, "quiet"),
        ),
    ),
    Panel(
        "What pages ask, in the app",
        spell,
        (
            Line("search", lambda size: size["look"]["search_ms"][0] / 1000, "quiet"),
            Line("counts of facets", lambda size: size["look"]["facets_ms"][0] / 1000, "b"),
            Line("page in the middle", lambda size: size["look"]["deep_page_ms"][0] / 1000),
        ),
    ),
)


def curve(line: Line, sizes: Sequence[Figures]) -> Curve:
    """A line's points."""
    return [(float(size["battles"]), line.value(size)) for size in sizes]


def far(points: Curve, at: float = FAR) -> tuple[float, float]:
    """(value at a size that was not measured, the power by which it grows), from the last two points."""
    (x, y), (u, v) = points[-2:]
    power = math.log(v / y) / math.log(u / x)
    return v * (at / u) ** power, power


def picture(sizes: Sequence[Figures]) -> str:
    """All panels, two in a row."""
    rows = -(-len(PANELS) // 2)
    panels = [
        tag("g", panel(one, sizes), transform=f"translate({at % 2 * WIDE} {at // 2 * HIGH})")
        for at, one in enumerate(PANELS)
    ]
    light = {"a": theme.A, "b": theme.B, "ink": theme.INK, "quiet": theme.QUIET, "line": theme.LINE}
    style = f"{hues(light)} @media (prefers-color-scheme: dark) {{ {hues(DARK)} }}"
    style += f" text {{ font: 12px {theme.FONT}; fill: var(--quiet); }}"
    style += " .title { fill: var(--ink); font-weight: 600; }"
    return tag(
        "svg",
        tag("style", Markup(style)),
        panels,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {2 * WIDE} {rows * HIGH}",
        role="img",
        aria_label="Growth of import, storage, ratings and page questions with the number of battles",
    )


def hues(of: dict[str, str]) -> str:
    """CSS variables."""
    return "svg { " + " ".join(f"--{name}: {hue};" for name, hue in of.items()) + " }"


def panel(one: Panel, sizes: Sequence[Figures]) -> Markup:
    """One pair of axes, both logarithmic, with its curves."""
    curves = [curve(line, sizes) for line in one.lines]
    values = [value for points in curves for _, value in points]
    bottom, top = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    first, last = (math.log10(sizes[at]["battles"]) for at in (0, -1))

    def x(battles: float) -> float:
        return LEFT + (WIDE - LEFT - RIGHT) * (math.log10(battles) - first) / max(last - first, 1e-9)

    def y(value: float) -> float:
        return HIGH - LOW - (HIGH - LOW - TOP) * (math.log10(value) - bottom) / max(top - bottom, 1)

    grid = [
        (
            tag("path", d=f"M{LEFT} {y(10.0**at):.1f}H{WIDE - RIGHT}", stroke="var(--line)", fill="none"),
            tag("text", mark(one, 10.0**at), x=LEFT - 8, y=f"{y(10.0**at) + 4:.1f}", text_anchor="end"),
        )
        for at in range(bottom, top + 1)
    ]
    below = [
        tag("text", f"{size['battles']:,}", x=f"{x(size['battles']):.1f}", y=HIGH - 14, text_anchor="middle")
        for size in sizes
    ]
    drawn = [
        tag("g", drawing(line, [(x(u), y(v)) for u, v in points]), beside)
        for line, points, beside in zip(one.lines, curves, labels(one, curves, y), strict=True)
    ]
    return text([tag("text", one.title, x=LEFT, y=18, class_="title"), grid, below, drawn])


def mark(one: Panel, value: float) -> str:
    """A power of ten at the axis: 100 s, not two minutes."""
    return f"{value:,.0f} s" if one.unit is spell and value >= 1 else one.unit(value)


def drawing(line: Line, points: Sequence[tuple[float, float]]) -> Markup:
    """A curve with a dot at each size."""
    path = "M" + "L".join(f"{u:.1f} {v:.1f}" for u, v in points)
    hue = f"var(--{line.hue})"
    dots = [tag("circle", cx=f"{u:.1f}", cy=f"{v:.1f}", r=3, fill=hue) for u, v in points]
    return text(
        [tag("path", d=path, fill="none", stroke=hue, stroke_width=2), [_closed(dot) for dot in dots]]
    )


def _closed(dot: Markup) -> Markup:
    """A void tag as XML wants it."""
    return Markup(dot.removesuffix(">") + "/>")


def labels(one: Panel, curves: Sequence[Curve], y: Callable[[float], float]) -> list[Markup]:
    """Each curve's name at its end, 14 pixels apart at least."""
    places = [y(points[-1][1]) + 4 for points in curves]
    order = sorted(range(len(places)), key=places.__getitem__)
    for before, at in pairwise(order):
        places[at] = max(places[at], places[before] + 14)
    return [
        tag("text", line.name, x=WIDE - RIGHT + 8, y=f"{place:.1f}", style=f"fill: var(--{line.hue})")
        for line, place in zip(one.lines, places, strict=True)
    ]


def pace(bring: Figures) -> float:
    """Rows a second, from files to the database."""
    return float(bring["rows"] / (bring["read_s"] + bring["add_s"]))


ROWS: tuple[tuple[str, Callable[[Figures], float], Callable[[float], str]], ...] = (
    ("files as FastChat writes them", lambda s: s["bring"]["source_bytes"], weigh),
    ("read into the normal form", lambda s: s["bring"]["read_s"], spell),
    ("added to the database", lambda s: s["bring"]["add_s"], spell),
    ("rows a second, both together", lambda s: pace(s["bring"]), lambda v: f"{v:,.0f}"),
    ("most memory, reading", lambda s: s["bring"]["read_peak_mib"] * 2**20, weigh),
    ("most memory, adding", lambda s: s["bring"]["add_peak_mib"] * 2**20, weigh),
    ("database, a battle", lambda s: s["bring"]["database_bytes"] / s["battles"], weigh),
    ("imports kept, a battle", lambda s: s["bring"]["import_bytes"] / s["battles"], weigh),
    ("rows to ratings, intervals by battle", lambda s: s["rate"]["plain_s"], spell),
    ("rows to ratings, intervals by prompt", lambda s: s["rate"]["clustered_s"], spell),
    ("most memory, ratings", lambda s: s["rate"]["peak_mib"] * 2**20, weigh),
    ("app: first list after a write, once", lambda s: s["look"]["first_page_once_ms"] / 1000, spell),
    ("app: next page", lambda s: s["look"]["next_page_ms"][0] / 1000, spell),
    ("app: page in the middle", lambda s: s["look"]["deep_page_ms"][0] / 1000, spell),
    ("app: a battle with its texts", lambda s: s["look"]["battle_ms"][0] / 1000, spell),
    ("app: counts of facets under a new filter", lambda s: s["look"]["facets_ms"][0] / 1000, spell),
    ("app: ratings by prompt under a new filter", lambda s: s["look"]["clustered_ms"][0] / 1000, spell),
    ("app: search for a new text", lambda s: s["look"]["search_ms"][0] / 1000, spell),
    ("most memory, app", lambda s: s["look"]["peak_mib"] * 2**20, weigh),
)  # fmt: skip


def table(sizes: Sequence[Figures]) -> str:
    """The README's table."""
    heads = [f"{size['battles']:,}" for size in sizes]
    lines = [f"| battles | {' | '.join(heads)} | grows with power |", "|---" * (len(sizes) + 2) + "|"]
    for name, value, unit in ROWS:
        said = " | ".join(unit(value(size)) for size in sizes)
        power = f"{far([(s['battles'], value(s)) for s in sizes])[1]:.2f}" if len(sizes) > 1 else ""
        lines.append(f"| {name} | {said} | {power} |")
    return "\n".join(lines) + "\n"


FARTHER: tuple[tuple[str, Callable[[Figures], float], Callable[[float], str]], ...] = (
    ("files", lambda s: s["bring"]["source_bytes"], weigh),
    ("imports kept", lambda s: s["bring"]["import_bytes"], weigh),
    ("database", lambda s: s["bring"]["database_bytes"], weigh),
    ("read into the normal form", lambda s: s["bring"]["read_s"], spell),
    ("added to the database", lambda s: s["bring"]["add_s"], spell),
    ("rows to ratings, intervals by prompt", lambda s: s["rate"]["clustered_s"], spell),
    ("app: first list after a write, once", lambda s: s["look"]["first_page_once_ms"] / 1000, spell),
    ("app: counts of facets under a new filter", lambda s: s["look"]["facets_ms"][0] / 1000, spell),
    ("app: a battle with its texts", lambda s: s["look"]["battle_ms"][0] / 1000, spell),
)
"""What has no bound of its own: memory has one, `ARENA_MEMORY`."""


def plan(sizes: Sequence[Figures]) -> str:
    """What the last two sizes come to at 100 million battles."""
    lines = [f"| one board of {FAR:,} battles, as the curves go on | comes to |", "|---|---|"]
    for name, value, unit in FARTHER:
        lines.append(f"| {name} | {unit(far([(s['battles'], value(s)) for s in sizes])[0])} |")
    return "\n".join(lines) + "\n"


def main(found: Path, drawn: Path | None) -> None:
    """Draws the picture where one is named, and prints the tables."""
    sizes = json.loads(found.read_text("utf-8"))["sizes"]
    if drawn is not None:
        drawn.write_text(picture(sizes) + "\n", "utf-8")
    print(table(sizes))
    if len(sizes) > 1:
        print(plan(sizes))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
