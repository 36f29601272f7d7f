"""One model's card: rating by category, against each opponent, best and worst battles; all are links."""

from arena.pages import figure, listing, shelf
from arena.pages.axis import Axis, whisker
from arena.pages.look import Scene
from arena.pages.markup import Markup, Piece, empty, notes, skeleton, tag
from arena.pages.meetings import said
from arena.ratings.types import Rating
from arena.service.closer import CardFound, Cell, InCategory, Share
from arena.store.battles import Line


def drawer(scene: Scene, *inside: Piece) -> Markup:
    """The panel at the side. Escape and the cross close it (static/leaderboard.js)."""
    name = scene.look.model or ""
    close = tag(
        "a",
        "×",
        href=scene.at(model=None),
        data_look=True,
        class_="close",
        aria_label=f"Close {name}",
        title="Close (Esc)",
    )
    return tag(
        "aside",
        tag("header", tag("div", tag("p", "Model", class_="quiet"), tag("h2", name)), close),
        inside,
        class_="drawer",
        role="dialog",
        aria_label=f"Model {name}",
        tabindex=-1,
    )


def loading(scene: Scene) -> Markup:
    """The drawer until its figures are there; nothing where no model is open."""
    return drawer(scene, skeleton(6)) if scene.look.model else Markup()


def card(scene: Scene, found: CardFound, line: Rating | None = None, scale: str = "elo") -> Markup:
    """Everything about one model, under the filters of the page."""
    games = scene.battles(a=found.model)
    ways = tag(
        "p",
        tag("a", "Read its battles", href=games) if games else None,
        tag("a", "Read its losses", href=scene.battles(a=found.model, winner="b")) if games else None,
        class_="ways",
    )
    return drawer(
        scene,
        facts(line, scale),
        ways,
        opponents(scene, found.opponents),
        categories(scene, found),
        battles(scene, found),
    )


def published(scene: Scene, line: Rating | None) -> Markup:
    """What a published board knows of a model."""
    if line is None:
        return drawer(scene, notes([f"{scene.look.model} is not on this board."], "error"))
    return drawer(scene, facts(line))


def facts(line: Rating | None, scale: str = "elo") -> Markup | None:
    """Rating, interval, rank and battles in a line."""
    if line is None:
        return None
    return shelf.facts(
        ("Rating" if scale == "elo" else "Win rate", figure.rating(line.value, scale)),
        ("95 %", figure.interval(line.low, line.high, scale)),
        ("Rank", str(line.rank)),
        ("Range", figure.span(line.rank_low, line.rank_high)),
        ("Battles", f"{line.battles:,}" if line.battles else "not published"),
    )


def opponents(scene: Scene, cells: tuple[Cell, ...]) -> Markup:
    """Share of the points against each opponent, strongest first, with interval, n, and what was expected."""
    if not cells:
        return empty("No opponents", "This model met nobody under these filters.")
    rows = [opponent(scene, cell) for cell in cells]
    head = tag(
        "tr",
        tag("th", "Opponent", scope="col", class_="left"),
        tag("th", "Points", scope="col"),
        tag(
            "th",
            tag("span", "0 %"),
            tag("span", "50"),
            tag("span", "100 %"),
            scope="col",
            class_="wide ends3",
        ),
        tag("th", "Battles", scope="col"),
    )
    note = "Bar: 95 % interval (Wilson). Small mark: what the ratings expect."
    return tag(
        "section",
        tag("h3", "Against each opponent"),
        tag("p", note, class_="quiet"),
        tag("div", tag("table", tag("thead", head), tag("tbody", rows), class_="inner"), class_="scroll"),
    )


def opponent(scene: Scene, cell: Cell) -> Markup:
    """One opponent's line."""
    href = scene.battles(a=cell.a, b=cell.b)
    number = f"{cell.share.n:,}"
    return tag(
        "tr",
        tag(
            "th",
            tag("a", cell.b, href=scene.at(model=cell.b), data_look=True),
            scope="row",
            class_="left model",
        ),
        tag("td", figure.percent(cell.share.value, 0), " ", tag("small", near(cell.share))),
        tag("td", track(cell), class_="wide", title=said(cell)),
        tag(
            "td", tag("a", number, href=href, title=f"Read the battles against {cell.b}") if href else number
        ),
    )


def near(share: Share) -> str:
    """An interval as `12–21`, in percent."""
    return f"{figure.number(share.low * 100)}\N{EN DASH}{figure.number(share.high * 100)}"


def track(cell: Cell) -> Markup:
    """A share on 0-100 %, its interval, and a mark at what was expected."""

    def at(value: float) -> str:
        return f"{100 * value:.1f}%"

    share, side = cell.share, "a" if cell.share.value >= 0.5 else "b"
    return tag(
        "div",
        tag("i", class_="tick", style="left:50%"),
        tag("i", class_="bar95", style=f"left:{at(share.low)};right:{at(1 - share.high)}"),
        tag("i", class_="dot", style=f"left:{at(share.value)}"),
        tag("i", class_="odds", style=f"left:{at(cell.expected)}") if cell.expected is not None else None,
        class_=f"whisker {side}",
        role="img",
        aria_label=said(cell),
    )


def categories(scene: Scene, found: CardFound) -> Markup | None:
    """The model's rank and rating when only one category counts."""
    if not found.categories:
        return None
    axis = Axis.over(tuple(rating(place) for place in found.categories))
    rows = [category(scene, axis, place) for place in found.categories]
    titles = (
        ("Category", "left"),
        ("Rank", None),
        ("Rating", None),
        ("95 % interval", "wide"),
        ("Battles", None),
    )
    head = tag("tr", [tag("th", title, scope="col", class_=kind) for title, kind in titles])
    table = tag("table", tag("thead", head), tag("tbody", rows), class_="inner")
    return tag("section", tag("h3", "By category"), tag("div", table, class_="scroll"))


def category(scene: Scene, axis: Axis, place: InCategory) -> Markup:
    """One category's line."""
    line, shares = rating(place), scene.settings.method == "winrate"
    scale = "share" if shares else "elo"
    return tag(
        "tr",
        tag(
            "th",
            tag("a", place.category, href=scene.narrowed(category=place.category), data_look=True),
            scope="row",
            class_="left",
        ),
        tag("td", f"{place.rank} of {place.models}"),
        tag("td", figure.rating(place.value, scale)),
        tag("td", whisker(axis, line), class_="wide", title=figure.interval(place.low, place.high, scale)),
        tag("td", f"{place.battles:,}"),
    )


def rating(place: InCategory) -> Rating:
    """A place as a rating, for the shared axis."""
    return Rating(
        place.category, place.value, place.low, place.high, place.battles, place.rank, place.rank, place.rank
    )


def battles(scene: Scene, found: CardFound) -> Markup | None:
    """Wins against the strongest and losses against the weakest."""
    if scene.info.kind != "battles":
        return tag("p", "This board holds no single battles, so none can be shown.", class_="quiet")
    return tag(
        "div",
        some(scene, "Best wins", "Won against the strongest opponents.", found.best),
        some(scene, "Worst losses", "Lost against the weakest opponents.", found.worst),
    )


def some(scene: Scene, title: str, means: str, lines: tuple[Line, ...]) -> Markup:
    """A few battles as rows, each a link."""
    if not lines:
        return tag("section", tag("h3", title), tag("p", "None under these filters.", class_="quiet"))
    rows = [listing.row(line, opened=False, address=f"{scene.battles()}&id={line.id}") for line in lines]
    return tag("section", tag("h3", title), tag("p", means, class_="quiet"), tag("div", rows, class_="rows"))
