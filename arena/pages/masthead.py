"""What stands above a ranking: title, facts, what narrows it, ways to look at it, and drop-k fragility."""

from arena.pages import caution, figure, link, roster, shelf
from arena.pages.form import label, method, word
from arena.pages.look import FILTERS, Scene, texts
from arena.pages.markup import Markup, Piece, notes, tag, text
from arena.pages.meetings import choice, group
from arena.pages.remedy import remedy
from arena.pages.shelf import At
from arena.ratings.types import Warn
from arena.service.requests import Ranked

VIEWS = (("table", "Table"), ("bar", "Bars"), ("bump", "Bump chart"), ("heat", "Who beats whom"))


def masthead(scene: Scene, ranked: Ranked) -> Markup:
    """Title, where one can go from here, and what the board is."""
    board, tally = scene.info, ranked.tally
    here = link.query(At(board.board))
    ways: list[Piece] = [tag("a", "Compare with another board", href="/agreement" + here)]
    if scene.battles():
        ways.insert(0, tag("a", "Read its battles", href=scene.battles()))
    undecided = f"{tally.undecided:,} of {tally.total:,}, not ranked" if tally and tally.undecided else None
    facts = shelf.facts(
        ("Method", "as published" if ranked.method == "published" else method(ranked.method)),
        ("Models", str(len(ranked.ratings))),
        ("Undecided", undecided),
        ("Source", source(board.source)),
        ("Licence", board.licence),
    )
    head = tag("div", tag("h1", board.title or board.board), tag("p", ways, class_="ways"), class_="line")
    return tag("section", head, facts, chips(scene), class_="title")


def source(said: str | None) -> Piece:
    """Where a board is from; a run of this home can be opened, of a step the run that it is part of."""
    kind, _, run = (said or "").partition(" ")
    if kind != "run" or not run or " " in run:
        return said
    return tag("a", said, href="/runs" + link.query(roster.Spot(run.partition(".")[0])))


def chips(scene: Scene) -> Markup | None:
    """What narrows or changes the ranking, each with a cross that takes it back."""
    given = link.params(scene.filters, scene.settings)
    if not given:
        return None
    marks = [
        tag(
            "a",
            f"{label(name)}: {method(value) if name == 'method' else word(value)} ",
            tag("b", "×", aria_hidden="true"),
            href=scene.without(name),
            data_look=True,
            class_="token",
            aria_label=f"Remove {label(name)} {value}",
        )
        for name, value in given.items()
    ]
    everything = tag(
        "a", "Clear all", href="/" + link.query(At(scene.info.board), scene.look), data_look=True
    )
    narrowed = any(name in FILTERS for name in given)
    lead = "Only battles with" if narrowed else "Ranked with"
    return tag("p", tag("span", lead, class_="quiet"), marks, everything, class_="tokens")


def warnings(scene: Scene, ranked: Ranked) -> Markup:
    """What of the address did not fit, and what limits the numbers, each with what to do."""

    def cure(warn: Warn) -> Piece:
        return remedy(scene, ranked, warn)

    return text([notes(scene.told), caution.told(ranked.warnings, cure)])


def views(scene: Scene) -> Markup:
    """Table, bars, bump chart, heatmap; and style control beside, where there are texts."""
    kinds = [choice(name, scene.at(view=key), scene.look.view == key) for key, name in VIEWS]
    extra: Piece = None
    if texts(scene.info) and scene.look.view == "table":
        style = [
            choice("Plain", scene.at(style=False), not scene.look.style),
            choice("Plain and style-controlled", scene.at(style=True), scene.look.style),
        ]
        extra = group("Columns", style)
    if scene.look.view == "bump":
        over = [
            choice("categories", scene.at(over="categories"), scene.look.over == "categories"),
            choice("stored rankings", scene.at(over="history"), scene.look.over == "history"),
        ]
        extra = group("Over", over)
    return tag("div", group("View", kinds), extra, class_="switches views")


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
    part = f"{figure.percent(found.share, 2)} of {found.battles:,}"
    said = f"{place} hangs on {figure.count(found.k, 'battle')}: without those ({part}) "
    return notes([f"{said}{found.then} would be first, not {found.first}."], "info")


def bare(scene: Scene) -> Markup:
    """Title and what narrows it, where nothing could be ranked."""
    return tag("section", tag("h1", scene.info.title or scene.info.board), chips(scene), class_="title")
