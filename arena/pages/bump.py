"""Two orders beside each other: each model a line from its place on the reference to that on the board."""

from collections.abc import Callable

from arena.pages import figure, taking
from arena.pages.markup import Markup, Piece, empty, tag
from arena.pages.points import Move, moves
from arena.service.requests import Compared

Address = Callable[[str], str | None]
WIDTH, SIDE, STEP, HEAD = 640, 236, 21, 34
"""Of the picture, of a column of names, of a line, of the heading."""
LONGEST = 27
"""Characters of a name that fit."""
LEGEND = (
    "Thick lines: the places that the 95 % intervals allow on either board do not overlap. "
    "Blue rises on the board, orange falls; point at a line to read it."
)


def bump(found: Compared, battles: Address) -> Markup:
    """The picture with its legend; each name leads to the model's battles where there are any."""
    lines = moves(found.points)
    firm = sum(move.apart for move in lines)
    said = f" {figure.count(firm, 'model')} of {len(lines)} moved beyond doubt." if bounded(lines) else (
        " No line is thick: a board without intervals cannot tell."
    )  # fmt: skip
    return tag(
        "section",
        tag("div", tag("h2", "Both orders"), taking.pictures(".bump", "orders", found), class_="figured"),
        tag("p", LEGEND, said, class_="quiet"),
        tag(
            "div",
            drawn(found, lines, battles),
            class_="drawn",
            tabindex=0,
            role="region",
            aria_label="Both orders",
        ),
        class_="bump",
    )


def bounded(lines: list[Move]) -> bool:
    """Whether both boards have intervals."""
    return all(move.range is not None and move.reference_range is not None for move in lines)


def drawn(found: Compared, lines: list[Move], battles: Address) -> Markup:
    """The picture itself."""
    if not lines:
        return empty("No shared models", "Map names below.")
    places = {move.point.model: at for at, move in enumerate(board_order(lines))}
    rows = [
        row(move, at, places[move.point.model], battles(move.point.model)) for at, move in enumerate(lines)
    ]
    heads = [
        tag("text", cut(found.reference), x=SIDE - 8, y=16, class_="head end"),
        tag("text", cut(found.board), x=WIDTH - SIDE + 8, y=16, class_="head"),
    ]
    size = f"0 0 {WIDTH} {HEAD + STEP * len(lines)}"
    about = f"{figure.count(len(lines), 'model')} in the order of {found.reference} and of {found.board}"
    return tag("svg", heads, rows, viewBox=size, class_="chart", role="group", aria_label=about)


def board_order(lines: list[Move]) -> list[Move]:
    """The board's order, best first."""
    return sorted(lines, key=lambda move: (move.point.rank, move.point.model))


def row(move: Move, left: int, right: int, battles: str | None) -> Markup:
    """One model: its line, its name on both sides, and how it moved."""
    start, end = (HEAD + STEP * at + STEP / 2 for at in (left, right))
    way = "up" if move.up > 0 else "down" if move.up < 0 else "same"
    middle = (SIDE + WIDTH - SIDE) / 2
    path = f"M{SIDE} {start:g}C{middle:g} {start:g} {middle:g} {end:g} {WIDTH - SIDE} {end:g}"
    name = tag(
        "text",
        cut(move.point.model),
        tag("tspan", f"  {arrow(move)}", class_="by"),
        x=WIDTH - SIDE + 8,
        y=f"{end + 4:g}",
    )
    theirs = f"{cut(move.point.reference_model)}  {move.point.reference_rank}"
    pieces: list[Piece] = [
        tag("title", words(move)),
        tag("path", d=path, class_="hit"),
        tag("path", d=path, class_="line"),
        tag("text", theirs, x=SIDE - 8, y=f"{start + 4:g}", class_="end"),
        tag("a", name, href=battles, aria_label=f"Battles of {move.point.model}") if battles else name,
    ]
    return tag("g", pieces, class_=f"{way} firm" if move.apart else way)


def arrow(move: Move) -> str:
    """`3 ▲2`: the place on the board, and by how many it rose."""
    sign = "▲" if move.up > 0 else "▼"
    return f"{move.point.rank} {f'{sign}{abs(move.up)}' if move.up else '='}"


def words(move: Move) -> str:
    """A line, read out."""
    here, there = place(move.point.rank, move.range), place(move.point.reference_rank, move.reference_range)
    return f"{move.point.model}: {there} on the reference, {here} on the board"


def place(rank: int, allowed: tuple[int, int] | None) -> str:
    """`place 3 (2 to 5)`."""
    return f"place {rank}" + (f" ({allowed[0]} to {allowed[1]})" if allowed else "")


def cut(name: str) -> str:
    """A name as long as there is room."""
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"
