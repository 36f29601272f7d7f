"""What a ranking hangs on, as a table: the same board without each judge, and without each category."""

from dataclasses import replace

from arena.filters import Filters
from arena.pages import figure, link
from arena.pages.markup import Markup, Piece, table, tag, text
from arena.pages.shelf import At
from arena.service.stability import Left

HEAD = ("Without", "Battles left", "Models", "Order kept", "Separated pairs kept", "Then first", "Moves most")
TITLES = {"judge": "Without one judge", "category": "Without one category"}


def hanging(lines: tuple[Left, ...], board: str, filters: Filters) -> Markup:
    """Both tables; nothing where a board has one judge and one category."""
    if not lines:
        return Markup()
    parts = [_part(what, [line for line in lines if line.what == what], board, filters) for what in TITLES]
    return tag(
        "section",
        tag("h2", "What the ranking hangs on"),
        tag(
            "p",
            "The board ranked anew without one part. Order kept: Spearman with the whole ranking, 95 % over "
            "redraws of both. Separated pairs: those that the whole ranking tells apart, still in that order "
            "less those turned round.",
            class_="quiet",
        ),
        parts,
        class_="judgebench",
    )


def _part(what: str, lines: list[Left], board: str, filters: Filters) -> Markup | None:
    if not lines:
        return None
    return text([tag("h3", TITLES[what]), table(HEAD, [_row(line, board, filters) for line in lines])])


def _row(line: Left, board: str, filters: Filters) -> list[Piece]:
    left = text([f"{line.battles:,}", tag("small", f"of {line.of:,}")])
    if line.held is None:
        return [_name(line, board, filters), left, "0", tag("span", line.why_not, class_="quiet"), "", "", ""]
    held = line.held
    low, high = held.interval or (None, None)
    alike, pairs = held.agreement
    order = [
        figure.number(held.spearman, 3),
        tag("small", f"{figure.number(low, 2)} to {figure.number(high, 2)}, n {held.n_models}"),
    ]
    moves = [
        tag("small", f"{move.model}: {move.before} → {move.after}") for move in held.moves
    ] or "the order is the same"
    return [
        _name(line, board, filters),
        left,
        f"{held.n_models:,}",
        text(order),
        text([figure.percent(alike / pairs) if pairs else "–", tag("small", f"{alike:+,} of {pairs:,}")]),
        held.first,
        text(moves),
    ]


def _name(line: Left, board: str, filters: Filters) -> Markup:
    """A link to the part that is left out."""
    if line.what == "category":
        part = replace(filters, category=line.name)
    else:
        part = replace(filters, people=True) if line.name == "people" else replace(filters, judge=line.name)
    return tag("a", line.name, href="/" + link.query(At(board), part))
