"""Both answers of a battle side by side, with figures of length and style; or word by word as one text."""

from arena.pages import diff, figure
from arena.pages.markup import Markup, Piece, empty, tag
from arena.pages.place import Place
from arena.pages.prose import folded, plain, prose
from arena.service.requests import BattleFound
from arena.types import Response

UNKNOWN = "The text is not known: this board came without it."
FIGURES = (
    ("tokens", "token", "tokens"),
    ("headers", "header", "headers"),
    ("lists", "list item", "list items"),
    ("bolds", "bold passage", "bold passages"),
)


def answers(found: BattleFound, place: Place, names: dict[str, str]) -> Markup:
    """What both contestants said, as the place says it is shown."""
    record = found.record
    sides = {"a": record.response_a, "b": record.response_b}
    if place.spot.show == "diff":
        return compared(sides["a"], sides["b"], place)
    order = "ba" if place.spot.swap else "ab"
    tabs = [
        tag(
            "button",
            tag("b", side.upper(), class_="seat"),
            f" {names[side]}",
            type="button",
            class_=f"tab {side}",
            data_side=side,
            aria_controls=f"answer-{side}",
        )
        for side in order
    ]
    columns = [column(side, names[side], sides[side], found, place) for side in order]
    return tag(
        "div",
        tag("div", tabs, class_="sides", aria_label="Answers"),
        tag("div", columns, class_="answers"),
        class_="both",
    )


def column(side: str, name: str, response: Response | None, found: BattleFound, place: Place) -> Markup:
    """One contestant. The winner is marked in words too."""
    won = any(line.outcome == side for line in found.outcomes) and not any(
        line.outcome in {"a", "b"} - {side} for line in found.outcomes
    )
    head = tag(
        "header",
        tag("b", side.upper(), class_="seat"),
        tag("span", name, class_="model"),
        tag("span", "✓ won", class_="won") if won else None,
    )
    where = {
        "class_": f"answer {side}",
        "id": f"answer-{side}",
        "tabindex": "-1",
        "aria_label": f"Answer {side.upper()}, {name}",
    }
    if response is None:
        return tag("section", head, tag("p", UNKNOWN, class_="quiet"), **where)
    body = tag(
        "div",
        said(response.turns, "reply", place),
        class_="scrolled",
        tabindex=0,
        role="region",
        aria_label=f"Words of {side.upper()}",
    )
    return tag("section", head, style(response), body, **where)


def style(response: Response) -> Markup:
    """Figures of length and style, those that style control corrects for; noughts are left out."""
    words = figure.count(len(" ".join(response.turns).split()), "word")
    known = [
        f"{value:,} {one if value == 1 else many}"
        for name, one, many in FIGURES
        if (value := getattr(response, name))
    ]
    return tag("p", [tag("span", said) for said in (words, *known)], class_="style")


def said(turns: tuple[str, ...], who: str, place: Place) -> Markup:
    """Turns of a conversation, numbered where there are several; the one that the place names, or all."""
    many = len(turns) > 1
    shown = [(at, turn) for at, turn in enumerate(turns, 1) if place.spot.part in (None, at) or not many]
    parts: list[Piece] = [
        tag(
            "div",
            tag("b", f"Turn {at}", class_="turn") if many else None,
            plain(turn) if place.spot.raw else folded(prose(turn), turn),
            class_=f"said {who}",
        )
        for at, turn in shown
    ]
    return tag("div", parts or tag("p", "Nothing was said in this turn.", class_="quiet"))


def compared(first: Response | None, second: Response | None, place: Place) -> Markup:
    """The two answers as one text with what only one of them has marked."""
    back = tag("a", "Back to both answers", href=place.go(show=None))
    if first is None or second is None:
        return empty("Nothing to compare", "The text of an answer is not known. ", back)
    texts = ("\n\n".join(_part(one.turns, place)) for one in (first, second))
    parts = diff.diff(*texts)
    return tag("section", key("answer A", "answer B", parts), diff.shown(parts), class_="answer compared")


def key(first: str, second: str, parts: tuple[diff.Part, ...]) -> Markup:
    """What the marks mean, and how much is the same."""
    return tag(
        "p",
        tag("del", f"only in {first}", class_="a"),
        " ",
        tag("ins", f"only in {second}", class_="b"),
        f" {figure.percent(diff.shared(parts), 0)} of the characters are in both",
        class_="quiet key",
    )


def _part(turns: tuple[str, ...], place: Place) -> tuple[str, ...]:
    at = place.spot.part
    return turns[at - 1 : at] if at and len(turns) >= at else turns
