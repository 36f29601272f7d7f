"""What leak and copy checks found of one battle: badges in lists, a sentence each in the pane."""

from arena.flags import Flag, Mark
from arena.pages import figure
from arena.pages.markup import Markup, Piece, tag
from arena.pages.place import Place

BADGES: dict[Mark, str] = {"copy": "copy", "alike": "near copy", "trained": "trained on", "public": "public"}
LONG = 24
"""Characters of a row's name that are shown whole."""
SAID: dict[Mark, str] = {
    "copy": "Both answers are the same, to the letter.",
    "alike": "Both answers are the same but for case and white space.",
}


def badges(marks: tuple[Mark, ...]) -> Piece:
    """The flags of a battle in a list."""
    return [tag("span", f"⚑ {BADGES[mark]}", class_="chip flag") for mark in marks] or None


def flagged(flags: tuple[Flag, ...], place: Place) -> Markup:
    """All flags of the open battle; nothing where there are none."""
    if not flags:
        return Markup()
    rows = [
        tag("li", tag("span", f"⚑ {BADGES[one.mark]}", class_="chip flag"), " ", _said(one, place))
        for one in flags
    ]
    off = tag("a", "Leave flagged battles out", href=place.narrow(clean=True, mark=None))
    return tag("section", tag("h3", "Leak and copy checks"), tag("ul", rows), tag("p", off), class_="flags")


def _said(flag: Flag, place: Place) -> Piece:
    """One flag in words, with the text that the prompt is like."""
    if flag.mark in SAID:
        return SAID[flag.mark]
    who = "A model of this battle" if place.spot.blind else flag.model
    what = (
        f"{who} was trained on a prompt like this"
        if flag.mark == "trained"
        else "This prompt is known elsewhere"
    )
    item = flag.item if len(flag.item) <= LONG else f"{flag.item[: LONG // 2]}…"
    where = f" ({flag.source}, {item}; likeness {figure.number(flag.likeness, 2)}):"
    if place.spot.blind and flag.mark == "trained":
        where = f" (likeness {figure.number(flag.likeness, 2)}):"
    return [what, where, tag("q", flag.said, dir="auto")]
