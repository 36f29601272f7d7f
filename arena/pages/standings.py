"""The leaderboard as a table: ranks, ranges, whiskers; style-controlled beside, with the change."""

from arena.pages import figure, prospect
from arena.pages.axis import Axis, scale, whisker
from arena.pages.look import Scene
from arena.pages.markup import Markup, Piece, notes, table, tag, text
from arena.ratings.types import Rating
from arena.service.requests import Ranked

FEATURES = {
    "tokens": "Length in tokens",
    "headers": "Headers",
    "lists": "List items",
    "bolds": "Bold passages",
}
"""Style features for people."""
STYLED = "Rank and rating with the answers' length, headers, lists and bold taken out"


def standings(
    scene: Scene, ranked: Ranked, styled: Ranked | None = None, failed: str | None = None
) -> Markup:
    """The table and how to read it. Where style stands beside, `styled` is None until it is there."""
    beside = scene.look.style and failed is None
    return text(
        [
            notes([f"Style cannot be controlled here: {failed}"]) if failed else None,
            lines(scene, ranked, styled, beside=beside),
            effects(styled if beside and styled else ranked),
            small_print(ranked),
            prospect.prospect(ranked),
        ]
    )


def lines(scene: Scene, ranked: Ranked, styled: Ranked | None, *, beside: bool) -> Markup:
    """One line per model."""
    axis = Axis.over((*ranked.ratings, *(styled.ratings if styled else ())))
    unit = "Rating" if ranked.scale == "elo" else "Win rate"
    others = {line.model: line for line in styled.ratings} if styled else None
    head = tag(
        "tr",
        tag("th", "Rank", scope="col"),
        tag("th", "Range", scope="col", title="Best and worst rank that the intervals allow"),
        tag("th", "Model", scope="col", class_="left"),
        tag("th", "Plain" if beside else unit, scope="col"),
        tag("th", "95 % interval", scope="col"),
        [
            tag("th", name, scope="col", class_="styled", title=STYLED)
            for name in ("Style rank", "Change", "Style-controlled")
        ]
        if beside
        else None,
        tag("th", scale(axis, ranked.scale), scope="col", class_="wide"),
        tag("th", "Battles", scope="col"),
    )
    rows = [row(scene, ranked, axis, line, other(line, others) if beside else ()) for line in ranked.ratings]
    kind = "standings twofold" if beside else "standings"
    return tag("div", tag("table", tag("thead", head), tag("tbody", rows), class_=kind), class_="scroll")


def row(scene: Scene, ranked: Ranked, axis: Axis, line: Rating, beside: tuple[Piece, ...]) -> Markup:
    """One model's line; its name opens its card, its number of battles leads to them."""
    number, battles = f"{line.battles:,}" if line.battles else "–", scene.battles(a=line.model)
    named = tag("span", " battles", class_="unit")
    hint = f"Read the battles of {line.model}"
    open_ = tag("a", line.model, href=scene.at(model=line.model), data_look=True, data_model=line.model)
    return tag(
        "tr",
        tag("td", str(line.rank), class_="rank"),
        tag("td", figure.span(line.rank_low, line.rank_high), class_="range"),
        tag("th", open_, scope="row", class_="model"),
        tag("td", figure.rating(line.value, ranked.scale), class_="value"),
        tag("td", figure.interval(line.low, line.high, ranked.scale), class_="bounds"),
        beside,
        tag("td", whisker(axis, line), class_="wide"),
        tag(
            "td",
            tag("a", number, named, href=battles, title=hint)
            if battles and line.battles
            else [number, named],
            class_="battles",
        ),
        class_="chosen" if line.model == scene.look.model else None,
    )


def other(line: Rating, others: dict[str, Rating] | None) -> tuple[Piece, ...]:
    """The cells of style control: rank, how far it moved, rating and interval; grey until they come."""
    if others is None:
        return tuple(tag("td", tag("i", class_="bone cell"), class_="styled") for _ in range(3))
    found = others.get(line.model)
    if found is None:
        return tuple(
            tag("td", "–", class_="styled", title="No battle of this model has both texts") for _ in range(3)
        )
    bounds = f"95 % {figure.interval(found.low, found.high)}, {figure.count(found.battles, 'battle')}"
    return (
        tag("td", tag("span", "Style-controlled: ", class_="unit"), str(found.rank), class_="styled rank2"),
        tag("td", change(line.rank - found.rank), class_="styled moves"),
        tag(
            "td",
            figure.rating(found.value, "elo"),
            tag("small", figure.interval(found.low, found.high)),
            class_="styled value2",
            title=bounds,
        ),
    )


def change(places: int) -> Markup:
    """Places won or lost under style control, by sign and words."""
    if not places:
        return tag("span", "=", title="same rank", class_="moved same")
    sign, words = ("▲", "up") if places > 0 else ("▼", "down")
    return tag(
        "span",
        f"{sign} {abs(places)}",
        title=f"{words} {figure.count(abs(places), 'place')}",
        class_=f"moved {words}",
    )


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
        tag("p", "These effects are taken out of the style-controlled ratings.", class_="quiet"),
        table(("Style of the answer", "Elo per standard deviation", "95 % interval"), rows),
        class_="worth",
    )


def small_print(ranked: Ranked) -> Markup:
    """How to read rank, range and interval."""
    rule = "Rank = 1 + the number of models whose interval lies wholly above."
    if ranked.method == "published":
        return tag("p", "Ratings and intervals as their publisher gave them. ", rule, class_="quiet print")
    settings = ranked.settings
    intervals = {
        "sandwich": "robust standard errors, clustered by prompt where prompts are known"
        if settings.cluster == "prompt"
        else "robust standard errors, every battle by itself",
        "none": "switched off",
        "bootstrap": f"{settings.rounds:,} bootstrap rounds",
    }[settings.intervals]
    held = f"{settings.anchor} fixed at" if settings.anchor else "mean"
    scale = f" Scale: {held} {figure.number(settings.anchor_value)}." if ranked.scale == "elo" else ""
    return tag("p", f"Intervals: {intervals}.{scale} ", rule, class_="quiet print")
