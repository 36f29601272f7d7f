"""A comparison of two boards as HTML: its figures, what can be said of them, and where the boards differ."""

from collections.abc import Callable
from dataclasses import dataclass

from arena.filters import Filters
from arena.pages import (
    bump,
    cards,
    caution,
    doubt,
    figure,
    link,
    matrix,
    outliers,
    paper,
    points,
    shelf,
    taking,
)
from arena.pages.markup import Markup, tag, text
from arena.service.requests import BoardInfo, Compared

LEGEND = (
    "Crosses are 95 % intervals on both boards; point at one to read it, click it for the model's battles. "
    "Open diamonds are approximate matches. The scales differ: look at the line, not at equal numbers."
)
RANKS = (
    "Places on both boards, 1 is best; crosses are the places that the 95 % intervals allow. "
    "On the dashed line both boards give the same place."
)
MARKS = {"fine": ("✓", "fine"), "look": ("!", "look"), "doubt": ("×", "doubt")}
"""Icon and word of each level."""


@dataclass(frozen=True, slots=True)
class Ways:
    """Addresses of battles of a board, under the filter of a comparison."""

    ours: BoardInfo
    filters: Filters

    def of(self, model: str, other: str | None = None) -> str | None:
        """Battles of a model, or of two; None where the board holds no single battles."""
        if self.ours.kind != "battles":
            return None
        kept = {name: getattr(self.filters, name) for name in Filters.__dataclass_fields__}
        return "/battles" + link.query(
            shelf.At(self.ours.board), Filters(**(kept | {"a": model, "b": other}))
        )

    @property
    def all(self) -> str | None:
        """All battles of the comparison."""
        if self.ours.kind != "battles":
            return None
        return "/battles" + link.query(shelf.At(self.ours.board), self.filters)


def figures(ours: BoardInfo, theirs: BoardInfo, found: Compared, ways: Ways) -> Markup:
    """Title, warnings, cards, what can be trusted, and what the paper says."""
    printed = paper.printed(ours.board, theirs.board)
    known = {"few_models", "approx", "no_interval", "dates", "self_judged"}
    warnings = [warn for warn in found.warnings if warn.code not in known]
    return text([
        title(ours, theirs, found, ways),
        caution.told(warnings),
        cards.cards(found),
        cards.beside(found, printed) if printed else None,
        trust(doubt.told(doubt.Case(ours, theirs, found))),
    ])  # fmt: skip


def title(ours: BoardInfo, theirs: BoardInfo, found: Compared, ways: Ways) -> Markup:
    """Which boards, over what, and what can be taken along."""
    against = tag("span", " against ", class_="quiet")
    return tag(
        "section",
        tag("h1", ours.title or ours.board, against, theirs.title or theirs.board, class_="pair"),
        shelf.facts(
            ("Shared models", str(found.n_models)),
            ("Category", found.category),
            ("Reference's category", found.reference_category),
            ("Board of", found.board_date),
            ("Reference of", found.reference_date),
            ("Intervals", f"{found.rounds:,} redraws of both boards"),
            ("Read", tag("a", "see these battles", href=ways.all) if ways.all else None),
        ),
        taking.buttons(found),
        class_="title",
    )


def trust(said: list[doubt.Said]) -> Markup:
    """The sentences with their levels, and a headline that counts them."""
    worst = [sum(one.level == level for one in said) for level in doubt.LEVELS]
    lines = [tag("li", mark(one.level), tag("span", one.text), class_=one.level) for one in said]
    return tag(
        "section",
        tag("h2", "Can you trust this?"),
        tag("p", headline(*worst), class_="quiet"),
        tag("ul", lines),
        class_="trust",
    )


def mark(level: doubt.Level) -> Markup:
    """Icon and word of a level."""
    icon, word = MARKS[level]
    return text([tag("b", icon, aria_hidden="true"), tag("span", word, class_="level")])


def headline(doubts: int, looks: int, _: int) -> str:
    """How the sentences add up."""
    if doubts:
        return f"With doubts: {figure.count(doubts, 'serious reservation')}" + (
            f", {looks} more to look at." if looks else "."
        )
    return (
        f"With care: {figure.count(looks, 'thing')} to look at."
        if looks
        else "Nothing here speaks against it."
    )


def legend(found: Compared, by: str) -> Markup:
    """What stands over the picture."""
    said = (RANKS,) if by == "ranks" else (LEGEND, calibration(found))
    head = tag(
        "div", tag("h2", "Model by model"), taking.pictures("#scatter", "models", found), class_="figured"
    )
    return tag("section", head, tag("p", said, class_="quiet"))


def calibration(found: Compared) -> str | None:
    """The fitted line in words."""
    if found.slope is None or found.intercept is None:
        return None
    sign, size = ("+", found.slope) if found.slope >= 0 else ("\N{MINUS SIGN}", -found.slope)
    digits = 0 if points.unit(found) == "elo" else 3
    shown = f"{figure.number(found.intercept, digits)} {sign} {size:.{digits + 2}f}"
    return f" Calibration: board = {shown} × reference; Pearson {figure.number(found.pearson, 3)}."


def differences(found: Compared, ways: Ways, counts: matrix.Counts) -> Markup:
    """Both orders, every pair, and the pairs on which both boards are sure and opposed."""
    both: Callable[[str, str], str | None] = ways.of
    wide = "orders" if found.n_models <= 45 else "orders tall"
    return text([
        outliers.everyone(found, ways.of),
        tag("div", bump.bump(found, ways.of), matrix.matrix(found, counts, ways.all), class_=wide),
        cards.disagreements(found, both),
    ])  # fmt: skip
