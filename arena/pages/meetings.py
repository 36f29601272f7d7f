"""Who beats whom as a heatmap: share of the points of the row against the column, with counts and intervals.

A is blue, B orange, an even match grey; every cell says its figure. A cell leads to its battles.
"""

from arena.pages import figure
from arena.pages.bars import short
from arena.pages.look import MOST, Scene
from arena.pages.markup import Markup, Piece, empty, tag, text
from arena.service.closer import Cell, HeatmapFound, Share

TOPS = (10, 20, 40, 60)


def heatmap(scene: Scene, found: HeatmapFound) -> Markup:
    """Controls, the grid, and a line that says the cell one points at."""
    if len(found.models) < 2 or not found.cells:
        return empty("Nobody met here", "Loosen a filter, or choose another board above.")
    hint = "Point at a cell, or walk with the arrow keys, to read it here."
    if scene.info.kind == "battles":
        hint += " Click, or press Enter, to read its battles."
    return text(
        [
            controls(scene, len(found.models)),
            tag("p", hint, class_="readout", aria_live="polite", id="readout"),
            grid(scene, found),
            legend(scene),
        ]
    )


def grid(scene: Scene, found: HeatmapFound) -> Markup:
    """The grid itself."""
    names = found.models[: scene.look.top]
    cells = both(found.cells)
    head = tag(
        "tr",
        tag("td", class_="corner"),
        [tag("th", tag("span", short(name, 28)), scope="col", title=name) for name in names],
    )
    rows = [
        tag(
            "tr",
            tag(
                "th",
                tag("a", short(name, 30), href=scene.at(model=name), data_look=True, data_model=name),
                scope="row",
                title=name,
            ),
            [cell(scene, name, other, cells.get((name, other))) for other in names],
        )
        for name in names
    ]
    table = tag(
        "table",
        tag("thead", head),
        tag("tbody", rows),
        class_="heat",
        style=f"--n:{len(names)}",
        data_grid=True,
        data_name="who-beats-whom",
    )
    return tag("div", table, class_="scroll heated")


def both(cells: tuple[Cell, ...]) -> dict[tuple[str, str], Cell]:
    """Every pair from both sides."""
    found = {}
    for one in cells:
        found[one.a, one.b] = one
        found[one.b, one.a] = turned(one)
    return found


def turned(one: Cell) -> Cell:
    """A cell seen from the other side."""
    share = one.share
    back = Share(1 - share.value, 1 - share.high, 1 - share.low, share.n)
    return Cell(one.b, one.a, back, None if one.expected is None else 1 - one.expected)


def controls(scene: Scene, models: int) -> Markup:
    """How many models, and which figure."""
    sizes = [size for size in TOPS if size < models] + (
        [min(models, MOST)] if models not in TOPS or models > MOST else []
    )
    offered = sorted({*sizes, min(models, MOST)})
    current = min(scene.look.top, models)
    tops = [
        choice(f"all {size}" if size == models else f"top {size}", scene.at(top=size), size == current)
        for size in offered
    ]
    kinds = [
        choice("share of the points", scene.at(cells="share"), scene.look.cells == "share"),
        choice("surprise: observed − expected", scene.at(cells="surprise"), scene.look.cells == "surprise"),
    ]
    return tag("div", group("Models", tops), group("Show", kinds), class_="switches")


def group(name: str, choices: list[Markup]) -> Markup:
    """A named row of choices, of which one is current."""
    return tag("div", tag("span", name), choices, class_="switch", role="group", aria_label=name)


def choice(name: str, href: str, current: bool) -> Markup:
    """One of several ways to look: a link, so that it can be copied."""
    return tag("a", name, href=href, data_look=True, aria_current="true" if current else None)


def cell(scene: Scene, row: str, column: str, found: Cell | None) -> Markup:
    """One meeting: the figure, coloured, and everything about it in words."""
    if row == column:
        return tag("td", class_="self", aria_hidden="true")
    if found is None:
        return tag(
            "td",
            tag("span", "·", data_said=f"{row} and {column} never met here.", tabindex=-1),
            class_="never",
        )
    value, words = measure(scene, found), said(found)
    label = "–" if value is None else shown(scene, value)
    href = scene.battles(a=row, b=column)
    marks: dict[str, str | int] = {"data_said": words, "aria_label": words, "tabindex": -1}
    inner: Piece = tag("a", label, href=href, **marks) if href else tag("span", label, **marks, role="img")
    return tag("td", inner, style=hue(value))


def measure(scene: Scene, found: Cell) -> float | None:
    """What the colour says, from -0.5 (the column's) to 0.5 (the row's)."""
    if scene.look.cells == "surprise":
        return None if found.expected is None else found.share.value - found.expected
    return found.share.value - 0.5


def shown(scene: Scene, value: float) -> str:
    """A share in percent, or a surprise with its sign in percentage points."""
    if scene.look.cells == "share":
        return figure.number((value + 0.5) * 100)
    return f"{'+' if value > 0.005 else ''}{figure.number(round(value * 100) or 0)}"


def hue(value: float | None) -> str | None:
    """Blue for the row, orange for the column, stronger the farther from even."""
    if value is None:
        return None
    side = "a" if value >= 0 else "b"
    return f"--hue:var(--{side});--much:{min(62, round(abs(value) * 130))}%"


def said(found: Cell) -> str:
    """A meeting in words: share, interval, n, and what the ratings expect."""
    share = found.share
    expected = f"; the ratings expect {figure.percent(found.expected)}" if found.expected is not None else ""
    bounds = f"95 % {figure.interval(share.low, share.high, 'share')}, {figure.count(share.n, 'battle')}"
    return f"{found.a} against {found.b}: {figure.percent(share.value)} of the points ({bounds}){expected}"


def legend(scene: Scene) -> Markup:
    """What the colours mean."""
    much = (
        ("row wins", "even", "column wins")
        if scene.look.cells == "share"
        else ("row does better than rated", "as rated", "worse than rated")
    )
    keys = [
        tag("span", tag("i", class_=f"key {kind}", aria_hidden="true"), words)
        for kind, words in zip(("a", "even", "b"), much, strict=True)
    ]
    unit = (
        "Figures: percent of the points, a tie half."
        if scene.look.cells == "share"
        else "Figures: percentage points."
    )
    return tag("p", keys, tag("span", unit), class_="hues quiet")


def unmet() -> Markup:
    """What stands there for a board of ratings alone."""
    return empty(
        "A published board has no meetings",
        "Only ratings were published, not who met whom. Choose a board with battles or pair counts above.",
    )
