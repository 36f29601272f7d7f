"""A comparison of two boards as HTML: title and warnings over the cards, differences under the picture."""

from arena.filters import Filters
from arena.pages import cards, caution, figure, link, paper, shelf
from arena.pages.markup import Markup, Piece, notes, tag, text
from arena.service.requests import BoardInfo, Compared

LEGEND = (
    "Crosses are 95 % intervals on both boards; point at one to read it. "
    "Open diamonds are approximate matches. The scales differ: look at the line, not at equal numbers."
)


def figures(ours: BoardInfo, theirs: BoardInfo, found: Compared) -> Markup:
    """Title, warnings, cards, and what the paper says."""
    same = ours.board == theirs.board
    said = ("A board against itself agrees by definition: choose another reference.",) if same else ()
    printed = paper.printed(ours.board, theirs.board)
    return text([
        title(ours, theirs, found),
        notes(said),
        caution.told(found.warnings),
        cards.cards(found),
        cards.beside(found, printed) if printed else None,
        tag("section", tag("h2", "Model by model"), tag("p", LEGEND, calibration(found), class_="quiet")),
    ])  # fmt: skip


def title(ours: BoardInfo, theirs: BoardInfo, found: Compared) -> Markup:
    """Which boards, and over what."""
    against = tag("span", " against ", class_="quiet")
    return tag(
        "section",
        tag("h1", ours.title or ours.board, against, theirs.title or theirs.board, class_="pair"),
        shelf.facts(
            ("Shared models", str(found.n_models)),
            ("Board of", found.board_date),
            ("Reference of", found.reference_date),
            ("Intervals", f"{found.rounds:,} redraws of both boards"),
        ),
        class_="title",
    )


def calibration(found: Compared) -> str | None:
    """The fitted line in words."""
    if found.slope is None or found.intercept is None:
        return None
    sign, size = ("+", found.slope) if found.slope >= 0 else ("\N{MINUS SIGN}", -found.slope)
    return f" Fitted line: board = {figure.number(found.intercept)} {sign} {size:.2f} × reference."


def differences(ours: BoardInfo, found: Compared) -> Markup:
    """Where the boards differ, down to the battles, and who is on one of them only."""

    def battles(above: str, below: str) -> str | None:
        wanted = Filters(category=found.category, a=above, b=below)
        return "/battles" + link.query(shelf.At(ours.board), wanted) if ours.kind == "battles" else None

    return text([cards.disagreements(found, battles), names(found)])


def names(found: Compared) -> Markup:
    """Who found no partner on either board, and who only nearly did."""
    near = tuple(f"{pair.name} = {pair.reference}" for pair in found.pairs if pair.match == "approx")
    return tag(
        "section",
        tag("h2", "Names"),
        people(f"Only on {found.board}", found.unmatched),
        people(f"Only on {found.reference}", found.reference_unmatched),
        people("Matched only approximately", near),
        None
        if found.unmatched or found.reference_unmatched or near
        else tag("p", "All match.", class_="quiet"),
    )


def people(heading: str, models: tuple[str, ...]) -> Piece:
    """A folded list of names, open while it is short."""
    if not models:
        return None
    shown = tag("p", ", ".join(models), class_="quiet")
    return tag("details", tag("summary", f"{heading}: {len(models)}"), shown, open=len(models) <= 12)
