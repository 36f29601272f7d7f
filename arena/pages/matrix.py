"""Every pair of shared models as a cell: agree, disagree, undecided, or not separated by the reference.

One path per kind keeps 8,000 cells small; static/agreement.js finds the cell under pointer or keys.
"""

import json
from collections.abc import Mapping, Sequence
from itertools import combinations

from arena.pages import points, taking
from arena.pages.markup import Markup, empty, tag
from arena.pages.points import Kind
from arena.service.requests import Compared, Point

WIDTH, NAMES, LARGEST = 640, 190, 30
"""Of the picture, of the column of names, of a cell."""
READABLE = 13
"""Cells of this size have a name beside them and an icon inside."""
WORDS: dict[Kind, tuple[str, str]] = {
    "agree": ("✓", "agree: both separate the pair, alike"),
    "disagree": ("×", "disagree: both separate it, in opposite directions"),
    "undecided": ("–", "undecided: the board's intervals overlap"),
    "unseparated": ("", "not separated by the reference"),
}
"""Icon and meaning."""
LETTERS: dict[Kind, str] = {"agree": "a", "disagree": "d", "undecided": "u", "unseparated": "n"}
HOW = (
    "Each row against each column, both in the reference's order. "
    "Point at a cell, or use the arrow keys, to read it."
)
LARGER, OPENS = " Larger cells have more battles.", " A click or Enter opens its battles."
BARE = "The reference has no intervals"
Counts = Mapping[tuple[str, str], int]


def matrix(found: Compared, counts: Counts, battles: str | None) -> Markup:
    """The picture with legend and counts. `battles`: the address that takes `a` and `b`, if any."""
    title = tag("h2", "Pair by pair")
    if found.reference_differentiation is None:
        none = empty(BARE, "It separates no pair. Choose a reference with intervals above.")
        return tag("section", title, none, class_="pairs")
    ordered = points.by_reference(found.points)
    each = points.kinds(found.points)
    told = tag("p", "Point at a cell to read it.", class_="pointed quiet", aria_live="polite")
    return tag(
        "section",
        tag("div", title, taking.pictures(".pairs", "pairs", found), class_="figured"),
        tag("p", HOW, LARGER if counts else None, OPENS if battles else None, class_="quiet"),
        legend(each),
        tag("div", drawn(ordered, each, counts, battles), class_="drawn"),
        told,
        class_="pairs",
    )


def legend(each: Sequence[Kind]) -> Markup:
    """What the cells mean, with how many there are of each kind."""
    number = points.counted(each)
    shown = []
    for name, (sign, meaning) in WORDS.items():
        square = tag("i", sign or "\N{MIDDLE DOT}", class_=name, aria_hidden="true")
        shown.append(tag("li", square, tag("b", f"{number[name]:,}"), f" {meaning}"))
    return tag("ul", shown, class_="kinds")


def drawn(ordered: Sequence[Point], each: Sequence[Kind], counts: Counts, battles: str | None) -> Markup:
    """The picture itself, with what its script needs to know."""
    names = [point.model for point in ordered]
    side = min(LARGEST, (WIDTH - NAMES) / max(len(names), 1))
    spots = list(combinations(range(len(names)), 2))
    most = max(counts.values(), default=0)
    numbers = [counts.get((names[i], names[j]), 0) for i, j in spots]
    paths = [cells(name, spots, each, numbers, side, most) for name in WORDS]
    labels = [label(name, at, side) for at, name in enumerate(names)] if side >= READABLE else []
    edge = side * len(names)
    size = f"0 0 {NAMES + edge + 2:g} {edge + 20:g}" if labels else f"{NAMES} 0 {edge + 2:g} {edge + 4:g}"
    number = points.counted(each)
    about = ", ".join(f"{number[name]} {name}" for name in WORDS)
    return tag(
        "svg",
        [
            *paths,
            *labels,
            tag("rect", class_="here", width=f"{side:g}", height=f"{side:g}", visibility="hidden"),
        ],
        viewBox=size,
        class_="chart",
        role="img",
        tabindex=0,
        aria_label=f"{len(each):,} pairs: {about}",
        data_models=json.dumps(names),
        data_kinds="".join(LETTERS[name] for name in each),
        data_counts=json.dumps(numbers) if most else None,
        data_side=f"{side:g}",
        data_left=NAMES,
        data_battles=battles,
    )


def cells(
    name: Kind,
    spots: Sequence[tuple[int, int]],
    each: Sequence[Kind],
    numbers: Sequence[int],
    side: float,
    most: int,
) -> Markup:
    """All cells of one kind as one path, and their icons as another."""
    squares, icons = [], []
    for (i, j), found, count in zip(spots, each, numbers, strict=True):
        if found != name:
            continue
        part = 0.5 + 0.5 * (count / most) ** 0.5 if most else 1.0
        width = max(1.0, (side - 1) * part)
        x, y = NAMES + j * side + (side - width) / 2, i * side + (side - width) / 2
        squares.append(f"M{x:.1f} {y:.1f}h{width:.1f}v{width:.1f}h-{width:.1f}z")
        if side >= READABLE:
            icons.append(icon(name, NAMES + j * side + side / 2, i * side + side / 2))
    return tag(
        "g", tag("path", d="".join(squares)), tag("path", d="".join(icons), class_="icon"), class_=name
    )


def icon(name: Kind, x: float, y: float) -> str:
    """A tick, a cross, a dash, or nothing, around a point."""
    shapes = {
        "agree": f"M{x - 3.5:.1f} {y:.1f}l2.5 3l4.5 -6",
        "disagree": f"M{x - 3:.1f} {y - 3:.1f}l6 6m0 -6l-6 6",
        "undecided": f"M{x - 2.5:.1f} {y:.1f}h5",
    }
    return shapes.get(name, "")


def label(name: str, at: int, side: float) -> Markup:
    """A model beside its row, and its number under its column (the first column has no cells)."""
    said = name if len(name) <= 24 else name[:23] + "…"
    top, left = at * side, NAMES + at * side
    row = tag("text", f"{said}  {at + 1}", x=f"{left - 6:g}", y=f"{top + side / 2 + 4:g}", class_="end")
    below = tag("text", str(at + 1), x=f"{left + side / 2:g}", y=f"{top + side + 2:g}", class_="mid")
    return tag("g", row, below if at else None)


def summed(cells: Sequence[tuple[str, str, int]]) -> dict[tuple[str, str], int]:
    """Battles per pair, whichever way round it is asked for."""
    return {pair: n for a, b, n in cells for pair in ((a, b), (b, a))}
