"""What the filters leave, in one strip: n of N, how it ended, by how much, and in which categories.

Every bar leads to its battles.
"""

from typing import Any

from arena.pages import figure, narrowing
from arena.pages.listing import SIGNS
from arena.pages.markup import Markup, tag
from arena.pages.place import Place
from arena.service.closer import FacetsFound
from arena.service.trusting import share

KINDS = ("a", "tie", "both_bad", "soft", "b", "undecided")
BINS = 21
"""Bars of the histogram at most."""
SHOWN = 6
"""Categories that have a bar."""


def summary(found: FacetsFound, total: int, place: Place) -> Markup:
    """The whole strip. `total` counts the board without filters."""
    outcomes = dict(found.facets["winner"])
    chosen = place.filters.winner
    left = outcomes.get(chosen, 0) if chosen else sum(outcomes.values())
    head = tag(
        "p",
        tag("b", f"{left:,}"),
        f" of {total:,} battles",
        tag("button", "Filters", type="button", class_="narrower", data_key="f", aria_controls="narrow"),
        class_="total",
    )
    return tag(
        "div",
        tag("div", head, narrowing.tokens(place), class_="line"),
        tag(
            "div", ended(outcomes, place), gaps(found.gaps, place), categories(found, place), class_="charts"
        ),
        class_="summary",
    )


def ended(counts: dict[str, int], place: Place) -> Markup:
    """A bar of outcomes, and under it each with count, share and 95 % interval."""
    n = sum(counts.values())
    if not n:
        return Markup()
    kinds = [kind for kind in KINDS if counts.get(kind)]
    parts, lines = [], []
    for kind in kinds:
        part = share(counts[kind], n)
        words = narrowing.word("winner", kind, place).split(" ", 1)[1]
        told = f"{words}: {counts[kind]:,} of {n:,}"
        address = place.narrow(winner=None if place.filters.winner == kind else kind)
        on = "true" if place.filters.winner == kind else None
        parts.append(
            tag("a", tag("span", told, class_="unseen"), href=address, class_=f"part {kind}", title=told,
                style=f"flex-grow:{counts[kind]}", tabindex="-1", aria_hidden="true")
        )  # fmt: skip
        if part is not None:
            bounds = f"{figure.number(part.low * 100)}–{figure.percent(part.high, 0)}"
            value = f" {counts[kind]:,} · {figure.percent(part.value, 0)} ({bounds})"
            name = tag("b", SIGNS[kind], f" {words}", class_=f"end-{kind}")
            lines.append(tag("a", name, value, href=address, class_="legend", aria_current=on))
    title = f"How they ended (n = {n:,}, share with 95 % interval)"
    return chart(title, tag("div", parts, class_="stack"), tag("p", lines, class_="legends"))


def gaps(found: tuple[tuple[int, int], ...], place: Place) -> Markup:
    """Score gaps, side B's wins left, side A's right; a bar leads to battles of that gap."""
    if len(found) < 2:
        return Markup()
    widest = max(abs(gap) for gap, _ in found)
    step = max(1, -(-widest // (BINS // 2)))
    bins: dict[int, int] = {}
    for gap, count in found:
        at = (gap > 0) - (gap < 0)
        bins[at * -(-abs(gap) // step)] = bins.get(at * -(-abs(gap) // step), 0) + count
    reach, top = max(map(abs, bins)), max(bins.values())
    bars = [_gap(at, step, bins.get(at, 0), top, place) for at in range(-reach, reach + 1)]
    n = sum(bins.values())
    ends = tag(
        "p",
        tag("span", f"◀ {place.sides[1]} by {reach * step}"),
        tag("span", "0"),
        tag("span", f"{place.sides[0]} by {reach * step} ▶"),
        class_="ends",
    )
    return chart(f"Score gap (n = {n:,})", tag("div", bars, class_="histogram"), ends)


def _gap(at: int, step: int, count: int, top: int, place: Place) -> Markup:
    low, high = (abs(at) - 1) * step + 0.5, abs(at) * step + 0.49
    changes: dict[str, Any] = {"gap_min": None if at == 0 else low, "gap_max": 0.49 if at == 0 else high}
    side = {-1: "b", 0: "tie", 1: "a"}[(at > 0) - (at < 0)]
    changes["winner"] = None if at == 0 else side
    won = "" if at == 0 else f", {narrowing.word('winner', side, place)[2:]}"
    told = f"Gap {abs(at) * step}{won}: {count:,} battles"
    height = f"height:{max(4, round(100 * count / top)) if count else 0}%"
    bar = tag("i", style=height, class_=side)
    if not count:
        return tag("span", bar, class_="bin")
    return tag("a", bar, href=place.narrow(**changes), class_="bin", title=told, aria_label=told)


def categories(found: FacetsFound, place: Place) -> Markup:
    """The largest categories."""
    counts = found.facets["category"]
    if len(counts) < 2:
        return Markup()
    top = counts[0][1]
    lines = [
        tag(
            "a",
            tag("span", name, class_="value"),
            tag("i", style=f"width:{max(1, round(100 * count / top))}%"),
            tag("span", f"{count:,}", class_="n"),
            href=place.narrow(category=None if place.filters.category == name else name),
            class_="barline",
            aria_current="true" if place.filters.category == name else None,
        )
        for name, count in counts[:SHOWN]
    ]
    return chart(f"Categories ({min(SHOWN, len(counts))} of {len(counts)})", tag("div", lines, class_="bars"))


def chart(title: str, *inside: Markup) -> Markup:
    """A small chart under its title."""
    return tag("figure", tag("figcaption", title), inside, class_="mini")
