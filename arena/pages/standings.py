"""The leaderboard as HTML: ranks, ranges, ratings with whiskers, warnings, style effects, fragility."""

from collections.abc import Callable

from arena.pages import caution, figure, shelf
from arena.pages.axis import Axis, scale, whisker
from arena.pages.form import method
from arena.pages.link import query
from arena.pages.markup import Markup, Piece, notes, table, tag, text
from arena.ratings.types import Rating
from arena.service.requests import BoardInfo, Ranked

FEATURES = {
    "tokens": "Length in tokens",
    "headers": "Headers",
    "lists": "List items",
    "bolds": "Bold passages",
}
"""Style features for people."""


def page(board: BoardInfo, ranked: Ranked, battles: Callable[[str], str | None]) -> Markup:
    """Everything under the controls. `battles` gives the address of a model's battles."""
    return text([
        header(board, ranked), caution.told(ranked.warnings), fragile(ranked),
        lines(ranked, battles), effects(ranked), small_print(ranked),
    ])  # fmt: skip


def header(board: BoardInfo, ranked: Ranked) -> Markup:
    """Title and what the numbers rest on."""
    tally = ranked.tally
    here = query(shelf.At(board.board))
    ways: list[Piece] = [tag("a", "Compare with another board", href="/agreement" + here)]
    if board.kind == "battles":
        ways.insert(0, tag("a", "Read its battles", href="/battles" + here))
    return tag(
        "section",
        tag("h1", board.title or board.board),
        tag("p", ways, class_="ways"),
        shelf.facts(
            ("Method", "as published" if ranked.method == "published" else method(ranked.method)),
            ("Battles", f"{ranked.n_battles:,}" if ranked.n_battles else "not published"),
            ("Models", str(len(ranked.ratings))),
            (
                "Undecided",
                f"{tally.undecided:,} of {tally.total:,}, not ranked" if tally and tally.undecided else None,
            ),
            ("Judge", ", ".join(ranked.judges)),
            ("Date", board.date),
            ("Source", board.source),
            ("Licence", board.licence),
        ),
        class_="title",
    )


def lines(ranked: Ranked, battles: Callable[[str], str | None]) -> Markup:
    """One line per model."""
    axis = Axis.over(ranked.ratings)
    unit = "Rating" if ranked.scale == "elo" else "Win rate"
    head = tag(
        "tr",
        tag("th", "Rank", scope="col"),
        tag("th", "Range", scope="col", title="Best and worst rank that the intervals allow"),
        tag("th", "Model", scope="col", class_="left"),
        tag("th", unit, scope="col"),
        tag("th", "95 % interval", scope="col"),
        tag("th", scale(axis, ranked.scale), scope="col", class_="wide"),
        tag("th", "Battles", scope="col"),
    )
    rows = [row(ranked, axis, line, battles(line.model)) for line in ranked.ratings]
    return tag(
        "div", tag("table", tag("thead", head), tag("tbody", rows), class_="standings"), class_="scroll"
    )


def row(ranked: Ranked, axis: Axis, line: Rating, battles: str | None) -> Markup:
    """One model's line; its number of battles leads to them."""
    number, hint = f"{line.battles:,}" if line.battles else "–", f"Read the battles of {line.model}"
    return tag(
        "tr",
        tag("td", str(line.rank), class_="rank"),
        tag("td", figure.span(line.rank_low, line.rank_high), class_="range"),
        tag("th", line.model, scope="row", class_="model"),
        tag("td", figure.rating(line.value, ranked.scale), class_="value"),
        tag("td", figure.interval(line.low, line.high, ranked.scale), class_="bounds"),
        tag("td", whisker(axis, line), class_="wide"),
        tag(
            "td",
            tag("a", number, href=battles, title=hint) if battles and line.battles else number,
            class_="battles",
        ),
    )


def fragile(ranked: Ranked) -> Markup:
    """Drop-k in a sentence. It is always counted under plain Bradley-Terry."""
    found = ranked.fragility
    if found is None:
        return Markup()
    place = "First place" if ranked.method == "bradley_terry" else "Under plain Bradley-Terry, first place"
    if found.k is None or found.share is None:
        return notes(
            [f"{place} is firm: no removal that we tried puts another before {found.first}."], "info"
        )
    part = f"{figure.percent(found.share, 3)} of {found.battles:,}"
    said = f"{place} hangs on {figure.count(found.k, 'battle')}: without those ({part}) "
    return notes([f"{said}{found.then} would be first, not {found.first}."], "info")


def effects(ranked: Ranked) -> Markup:
    """What style is worth, where it was corrected for."""
    if not ranked.coefficients:
        return Markup()
    rows = [
        (
            FEATURES.get(effect.feature, effect.feature),
            f"{'+' if effect.value >= 0 else ''}{figure.number(effect.value, 1)}",
            f"{figure.number(effect.low, 1)} to {figure.number(effect.high, 1)}",
        )
        for effect in ranked.coefficients
    ]
    return tag(
        "section",
        tag("h2", "What style is worth"),
        tag("p", "These effects are taken out of the ratings above.", class_="quiet"),
        table(("Style of the answer", "Elo per standard deviation", "95 % interval"), rows),
    )


def small_print(ranked: Ranked) -> Markup:
    """How to read rank, range and interval."""
    rule = "Rank = 1 + the number of models whose interval lies wholly above."
    if ranked.method == "published":
        return tag("p", "Ratings and intervals as their publisher gave them. ", rule, class_="quiet print")
    settings = ranked.settings
    intervals = {
        "sandwich": "robust standard errors, clustered by prompt where prompts are known",
        "none": "switched off",
        "bootstrap": f"{settings.rounds:,} bootstrap rounds",
    }[settings.intervals]
    held = f"{settings.anchor} fixed at" if settings.anchor else "mean"
    scale = f" Scale: {held} {figure.number(settings.anchor_value)}." if ranked.scale == "elo" else ""
    return tag("p", f"Intervals: {intervals}.{scale} ", rule, class_="quiet print")
