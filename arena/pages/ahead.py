"""What will probably be asked for next, sent along unseen: the next battle, and the next page of the list.

static/battles.js shows it at once when it is asked for; the answer that follows says the same. Leaves out
what a battle looks like (`arena.pages.reading`).
"""

from dataclasses import replace

from arena.errors import ArenaError
from arena.pages import listing, reading
from arena.pages.markup import Markup, tag, text
from arena.pages.place import Place
from arena.service import requests as ask
from arena.service.requests import BattlePage, BoardInfo
from arena.service.service import Service

LARGEST = 300_000
"""Characters of a battle that is worth sending along."""


def ahead(service: Service, info: BoardInfo, place: Place) -> Markup:
    """The battle after the open one (or the first one), and the page after this one."""
    spot = place.spot
    wanted = ask.Battles(info.board, place.filters, after=spot.after, before=spot.before)
    try:
        page = service.battles(wanted)
        return text([following(service, info, place, page), turned(service, place, page)])
    except ArenaError:
        return Markup()


def following(service: Service, info: BoardInfo, place: Place, page: BattlePage) -> Markup:
    """The battle that `j` opens."""
    ids = [line.id for line in page.battles]
    at = next((at for at, name in enumerate(ids) if place.spot.id and name.startswith(place.spot.id)), -1)
    if place.spot.id and at < 0:
        return Markup()
    if at + 1 >= len(ids):
        return Markup()
    there = replace(place, spot=replace(place.spot, id=ids[at + 1], show=listing.kept(place), part=None))
    found = reading.battle(service.battle(ask.Battle(ids[at + 1], info.board)), there)
    return ready(there, "pane", found) if len(found) <= LARGEST else Markup()


def turned(service: Service, place: Place, page: BattlePage) -> Markup:
    """The page that "Next" opens."""
    if page.next is None:
        return Markup()
    there = replace(place, spot=replace(place.spot, after=page.next, before=None, id=None))
    found = service.battles(ask.Battles(page.board, place.filters, after=page.next))
    return ready(there, "rows", listing.listed(found, there))


def ready(place: Place, where: str, what: Markup) -> Markup:
    """Markup that is not shown, with the address that it answers.

    In an attribute, so that Gradio replaces it whole; what is inside a template it would leave as it was.
    """
    return tag("i", hidden=True, data_address=place.go(), data_where=where, data_html=str(what))


def held(what: Markup) -> Markup:
    """What a script may fill anew: the frame stays, only its inside changes."""
    return tag("div", what, class_="held")
