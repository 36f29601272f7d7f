"""Bump chart as SVG: every model's rank over categories, or over stored rankings, one line each."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import zip_longest

from arena.pages import theme
from arena.pages.bars import short
from arena.pages.markup import Markup, Piece, empty, tag

STEP, LEFT, RIGHT, TOP = 22, 256, 262, 46
NAMED = 40
"""Models with a line of their own; the others are left out and counted."""

HOW = (
    "The number is the rank; models share one while their intervals overlap. "
    "Point at a line to follow it, click to open the model."
)


@dataclass(frozen=True, slots=True)
class Rung:
    """One place to be ranked at: a category, or a stored ranking."""

    name: str
    href: str
    ranks: dict[str, int]
    """Rank of each model, best first; a model that is missing was not ranked there."""
    means: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """How a model's line looks, and where it leads."""

    href: str
    kind: str
    hue: str | None
    """Where lines are few enough to be told apart by hue."""


def ladder(rungs: list[Rung], card: Callable[[str], str], chosen: str | None = None) -> Markup:
    """The chart; models in the order of the first rung, each a link to its card."""
    if len(rungs) < 2:
        return nothing(rungs)
    order = ordered(rungs)
    shown, left_out = order[:NAMED], len(order) - NAMED
    rows = seated(rungs, shown)
    width = LEFT + RIGHT + max(110, min(200, 900 // len(rungs))) * (len(rungs) - 1) + 40
    step = (width - LEFT - RIGHT) / (len(rungs) - 1)
    height = TOP + STEP * len(shown) + 8
    heads = [head(rung, LEFT + step * at, height) for at, rung in enumerate(rungs)]
    hues = theme.RUNS if len(shown) <= len(theme.RUNS) else ()
    lines = [
        line(rungs, rows, name, step, Run(card(name), "run chosen" if name == chosen else "run", hue))
        for name, hue in zip_longest(shown, hues[: len(shown)])
    ]
    chart = tag(
        "svg",
        heads,
        lines,
        viewBox=f"0 0 {width:.0f} {height}",
        class_="chart ladder",
        role="group",
        data_name="bump",
        style=f"min-width:{width * 0.86:.0f}px",
        aria_label=f"Ranks of {len(shown)} models at {len(rungs)} places",
    )
    rest = (
        tag("p", f"The first {NAMED} models; {left_out} more are left out.", class_="quiet")
        if left_out > 0
        else None
    )
    return tag("div", tag("p", HOW, class_="quiet"), tag("div", chart, class_="scroll"), rest)


def nothing(rungs: list[Rung]) -> Markup:
    """Why there are no lines, and what to do."""
    what = (
        f"There is only one place to be ranked at here ({rungs[0].name})"
        if rungs
        else "There is nothing to follow here"
    )
    return empty(
        "A bump chart needs at least two rankings",
        f"{what}. Press “Keep this ranking” below now and again to follow the board over time, "
        "or choose a board with several categories.",
    )


def ordered(rungs: list[Rung]) -> list[str]:
    """All models in the order of the first rung, then those that only later ones have."""
    return list(dict.fromkeys(name for rung in rungs for name in rung.ranks))


def seated(rungs: list[Rung], shown: list[str]) -> list[dict[str, int]]:
    """Row of each model at each rung, in the order of that rung."""
    known = set(shown)
    return [{name: at for at, name in enumerate(n for n in rung.ranks if n in known)} for rung in rungs]


def head(rung: Rung, x: float, height: int) -> Markup:
    """A rung's name above its column, leading to its own leaderboard."""
    label = tag("text", short(rung.name, 16), x=f"{x:.1f}", y=18, class_="tick mid")
    under = tag("text", rung.means, x=f"{x:.1f}", y=32, class_="tick faint mid")
    leads = tag(
        "a", tag("title", f"{rung.name}: see this ranking"), label, under, href=rung.href, data_look=True
    )
    return tag("g", tag("path", d=f"M{x:.1f} {TOP - 8}V{height - 8}", class_="grid"), leads)


def line(
    rungs: list[Rung],
    rows: list[dict[str, int]],
    name: str,
    step: float,
    run: Run,
) -> Markup:
    """One model: its path where it is ranked, a number at each rung, its name at both ends."""
    spots = [
        (LEFT + step * at, TOP + STEP * row[name] + 8.0, rungs[at].ranks[name])
        for at, row in enumerate(rows)
        if name in row
    ]
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y, _ in spots)
    dots: list[Piece] = [
        tag(
            "g",
            tag("rect", x=f"{x - 11:.1f}", y=f"{y - 8:.1f}", width=22, height=16, rx=8, class_="spot"),
            tag("text", str(rank), x=f"{x:.1f}", y=f"{y + 4:.1f}", class_="number mid"),
        )
        for x, y, rank in spots
    ]
    ranks = ", ".join(f"{rung.name} {rung.ranks[name]}" for rung in rungs if name in rung.ranks)
    first, last = spots[0], spots[-1]
    ends = [
        tag("text", short(name, 30), x=f"{first[0] - 20:.1f}", y=f"{first[1] + 4:.1f}", class_="name end"),
        tag("text", short(name, 30), x=f"{last[0] + 20:.1f}", y=f"{last[1] + 4:.1f}", class_="name"),
    ]
    return tag(
        "a",
        tag("title", f"{name}: rank in {ranks}"),
        tag("path", d=path, class_="path"),
        dots,
        ends,
        href=run.href,
        data_look=True,
        data_model=name,
        class_=run.kind,
        style=f"--run:{run.hue}" if run.hue else None,
        aria_label=f"{name}: rank in {ranks}",
    )
