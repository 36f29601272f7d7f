"""Facets of a board as chips with counts, links that narrow the list; filters that are on, to take off."""

from typing import Any, cast

from arena.flags import Mark
from arena.pages.flagging import BADGES
from arena.pages.form import label
from arena.pages.link import params
from arena.pages.listing import SIGNS, WORDS
from arena.pages.markup import Markup, Piece, tag
from arena.pages.place import Place
from arena.service.closer import FacetsFound

TITLES = {
    "winner": "Outcome",
    "judge": "Judge",
    "category": "Category",
    "language": "Language",
    "turn": "Judged turn",
    "flipped": "Verdict flipped between orders",
    "failed": "Verdict could not be read",
    "against_human": "Judge against people",
    "clean": "Leak and copy checks",
    "mark": "Flagged for",
}
"""Facets in order, for people."""
YES = {
    "flipped": ("Flipped", "Not flipped"),
    "failed": ("Unread", "All read"),
    "against_human": ("They differ", "They agree"),
    "clean": ("Leave flagged out", "Only flagged"),
    "people": ("people", "other judges"),
    "flagged": ("only marked ones", "all but marked ones"),
}
ORDER = ("a", "b", "tie", "both_bad", "soft", "undecided")
"""Outcomes stand in one order, whatever their counts."""
FIRST = 8
"""Chips of a facet that are in sight; the rest unfolds."""


def facets(found: FacetsFound, place: Place) -> Markup:
    """All facets with something to choose between."""
    parts = [facet(name, found.facets.get(name, ()), place) for name in TITLES]
    named = None if place.spot.blind else models(found, place)
    inside = [part for part in (*parts[:1], named, *parts[1:]) if part]
    if not inside:
        return tag("p", "Nothing to narrow by on this board.", class_="quiet")
    return tag("div", inside, class_="facets")


def facet(name: str, counts: tuple[tuple[str, int], ...], place: Place) -> Markup:
    """One facet; nothing where there is no choice. The chip that is on takes itself off."""
    chosen = _text(getattr(place.filters, name))
    known = dict(sorted(counts, key=lambda one: ORDER.index(one[0])) if name == "winner" else counts)
    if chosen is not None and chosen not in known:
        known[chosen] = 0
    if len(known) < 2 and chosen is None:
        return Markup()
    chips = [
        chip(
            word(name, value, place),
            count,
            place.narrow(**{name: None if value == chosen else _value(name, value)}),
            value == chosen,
        )
        for value, count in known.items()
    ]
    return group(TITLES[name], chips, list(known).index(chosen) if chosen else -1)


def models(found: FacetsFound, place: Place) -> Markup:
    """Models with their battles: the first one chosen is the model, the next its opponent."""
    filters = place.filters
    if len(found.models) < 3 and filters.a is None:
        return Markup()
    on = [name for name in (filters.a, filters.b) if name]
    chips = []
    for name, count in found.models:
        if name == filters.a:
            address = place.narrow(a=filters.b, b=None)
        elif name == filters.b:
            address = place.narrow(b=None)
        else:
            address = place.narrow(**{"a" if filters.a is None else "b": name})
        chips.append(chip(name, count, address, name in on))
    title = f"Met {filters.a}" if filters.a else "Model"
    at = max((index for index, (name, _) in enumerate(found.models) if name in on), default=-1)
    return group(title, chips, at)


def group(title: str, chips: list[Markup], chosen: int) -> Markup:
    """A facet's chips under its title; many are folded, but never the chosen one."""
    head, rest = chips[:FIRST], chips[FIRST:]
    more = tag("details", tag("summary", f"{len(rest)} more"), rest, open=chosen >= FIRST) if rest else None
    return tag("section", tag("h3", title), head, more, class_="facet", aria_label=title)


def chip(said: Piece, count: int, address: str, on: bool) -> Markup:
    """A value with its count."""
    return tag(
        "a",
        tag("span", said, class_="value"),
        tag("span", f"{count:,}", class_="n"),
        href=address,
        class_="pick on" if on else "pick",
        aria_current="true" if on else None,
    )


def tokens(place: Place) -> Markup:
    """The filters that are on; each takes itself off."""
    on = params(place.filters)
    if not on:
        return Markup()
    each = [
        tag(
            "a",
            f"{label(name)}: {word(name, value, place)}",
            tag("b", "×", aria_hidden="true"),
            href=place.narrow(**{name: None}),
            class_="token",
            aria_label=f"Remove filter {label(name)}: {value}",
        )
        for name, value in on.items()
        if not (place.spot.blind and name in {"a", "b"})
    ]
    clear = tag("a", "Clear all", href=place.clear(), class_="clear") if len(each) > 1 else None
    return tag("p", each, clear, class_="tokens", aria_label="Active filters")


def word(name: str, value: str, place: Place) -> str:
    """A facet's value, for people; outcomes by the model that won where the filter names it."""
    if name in YES:
        return YES[name][value not in ("true", "yes")]
    if name == "winner":
        side = dict(zip("ab", place.sides, strict=True)).get(value)
        return f"{SIGNS[value]} {f'{side} wins' if side else WORDS.get(value, value.capitalize())}"
    if name == "mark":
        return BADGES.get(cast("Mark", value), value)
    return f"turn {value}" if name == "turn" else value


def _text(value: Any) -> str | None:
    return None if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _value(name: str, text: str) -> Any:
    return text == "true" if name in YES else int(text) if name == "turn" else text
