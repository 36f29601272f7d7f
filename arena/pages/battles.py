"""The battles page: facets, a list by cursor, and one battle open beside it. Its state is the query.

What a click or the address asks for is shown first; counts and neighbours follow.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

import gradio as gr

from arena.errors import ArenaError, BadRequest
from arena.filters import Filters
from arena.pages import ahead, caution, link, listing, narrowing, reading, shelf, summary
from arena.pages.beside import beside
from arena.pages.form import Form
from arena.pages.markup import Markup, empty, notes, skeleton, tag, text
from arena.pages.offprint import battles as offprint
from arena.pages.offprint.sheet import Offprint
from arena.pages.panel import hint, panel
from arena.pages.place import Place, Spot
from arena.pages.saving import Saving
from arena.ratings.types import RankSettings
from arena.service import closer as look
from arena.service import requests as ask
from arena.service.requests import BoardInfo
from arena.service.service import Service

TOP = ("a", "b", "search")
MORE = ("people", "flagged", "since", "until", "gap_min", "gap_max", "length_min", "length_max", "prompt")
"""Filters that are typed; all others are facets."""
TOLD = "window.battlesTold = query => trigger('select', {query})"
"""Clicks on links of the page, and back and forward, come here with their query (static/battles.js)."""
SHOWN = "query => arena.at(query)"
PAUSE = "() => arena.calm()"
"""What is only fetched ahead leaves the next click its way."""
BUSY, IDLE = "() => arena.busy()", "() => arena.idle()"


def build(service: Service, blocks: gr.Blocks) -> None:
    """Lays the page out and wires it."""
    Page(service).wire(blocks)


class Page:
    """The page's controls, and what they do."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.form = Form(Filters)
        with gr.Row(elem_classes="controls"):
            self.board = gr.Dropdown(label="Board", min_width=320, scale=3, elem_id="board")
            self.form.place(*TOP)
        self.summary = panel(skeleton(2), elem_id="summary")
        with gr.Row(elem_classes="panes three"):
            with gr.Column(elem_id="narrow", min_width=0):
                self.facets = panel(skeleton(8), elem_id="facets")
                with gr.Accordion("More filters", open=False, elem_classes="more") as self.more:
                    hint("A text applies on Enter.")
                    self.form.place(*MORE)
            self.rows = panel(skeleton(10), elem_id="rows", js_on_load=TOLD)
            with gr.Column(elem_id="reading", min_width=0):
                self.pane = panel(skeleton(6), elem_id="pane")
                self.beside = panel("", elem_id="beside")
        self.saving = Saving(self.saved, "Save these battles as HTML")
        self.ahead = panel(elem_id="ahead")
        self.state = gr.Textbox(visible="hidden", elem_id="state")
        self.counted = gr.Textbox(visible="hidden", elem_id="counted")
        self.met = gr.Textbox(visible="hidden", elem_id="met")

    def wire(self, blocks: gr.Blocks) -> None:
        """Every event shows what it asks for and says where one is; counts and neighbours follow that."""
        shown = [self.board, *self.form.parts, self.rows, self.pane, self.state]
        direct: dict[str, Any] = {"show_progress": "hidden", "queue": False}
        inputs = [self.board, self.state, *self.form.parts]
        events = (
            blocks.load(self.arrive, None, shown, **direct),
            self.board.input(self.move, self.board, shown, **direct),
            self.form.listen(self.change, inputs, shown, **direct),
            self.rows.select(self.follow, self.state, shown, trigger_mode="multiple", **direct),
        )
        self.saving.wire(self.state)
        self.board.input(None, js=BUSY)
        self.form.listen(None, None, None, js=BUSY)
        for event in events:
            event.then(None, self.state, None, js=SHOWN)
        counted = self.state.change(
            self.counts,
            [self.state, self.counted],
            [self.summary, self.facets, self.counted],
            trigger_mode="always_last",
            **direct,
        )
        counted.then(None, None, None, js=IDLE)
        counted.then(None, None, None, js=PAUSE).then(
            self.near,
            [self.state, self.counted, self.met],
            [self.beside, self.ahead, self.met],
            trigger_mode="always_last",
            show_progress="hidden",
        )

    def saved(self, query: str) -> Offprint | None:
        """The battles of an address as a page to keep.

        Raises:
            BadRequest: names are hidden here, and a file would tell them.
        """
        place = _place(_params(query))
        if place.spot.blind:
            raise BadRequest("Blind mode hides who plays, a file would tell: switch it off to save battles")
        name = place.spot.board
        return offprint.offprint(self.service, name, RankSettings(), place.filters) if name else None

    def arrive(self, request: gr.Request) -> list[Any]:
        """The page as its address says."""
        return self.opened(dict(request.query_params), Place(Spot(), Filters()))

    def move(self, name: str) -> list[Any]:
        """Another board, from its beginning."""
        return self.opened({"board": name}, Place(Spot(), Filters()))

    def follow(self, before: str, event: gr.EventData) -> list[Any]:
        """A link of the page, or back and forward."""
        return self.opened(_params(str(event.query)), _place(_params(before)))

    def change(self, name: str, before: str, *values: Any) -> list[Any]:
        """What the controls say now; nothing where they say what they said before."""
        was = _place(_params(before))
        given = link.read(Filters, self.form.given(values))
        typed = {name: getattr(given.value, name) for name in self.form.controls}
        filters = replace(was.filters, **typed)
        if filters == was.filters and not given.problems:
            return [gr.skip()] * (len(values) + 4)
        here = replace(was.start, board=name)
        return self.opened(link.params(here, filters), was, given.problems)

    def opened(self, params: Mapping[str, str], was: Place, problems: tuple[str, ...] = ()) -> list[Any]:
        """Controls, list and open battle for a query; what is as it was stays."""
        boards = self.service.boards()
        info, told = shelf.pick(shelf.readable(boards), params)
        if info is None:
            blank = self.form.filled({}, {}, frozenset(self.form.fields))
            return [gr.update(choices=[]), *blank, shelf.bare(), "", ""]
        read = link.read(Filters, params)
        place = _place({**params, "board": info.board})
        problems = (*told, *problems, *read.problems, *unblinded(place, read.value))
        whole = info.kind == "battles"
        moved = info.board != was.spot.board
        listed = moved or bool(problems) or _list(place) != _list(was)
        reopened = listed or _pane(place) != _pane(was)
        return [
            gr.update(choices=shelf.options(boards), value=info.board) if moved else gr.skip(),
            *self._controls(info, place, was, moved=moved or bool(problems)),
            page(self.service, info, place, problems) if listed else gr.skip(),
            (battle(self.service, info, place) if whole else "") if reopened else gr.skip(),
            link.query(place.spot, place.filters),
        ]

    def _controls(self, info: BoardInfo, place: Place, was: Place, *, moved: bool) -> list[Any]:
        """All controls anew on another board, or to put right what did not fit; else those that differ."""
        params = link.params(place.filters)
        if not moved and place.spot.blind == was.spot.blind:
            return self.form.turned(params, link.params(was.filters))
        models = self.service.perform(look.Models(info.board))
        names = models.models if isinstance(models, look.ModelsFound) else ()
        hidden = frozenset(self.form.fields)
        whole = info.kind == "battles"
        if whole:
            hidden = frozenset({"a", "b"} if place.spot.blind else ())
        return self.form.filled(params, shelf.held(info, names if whole else ()), hidden)

    def counts(self, query: str, counted: str) -> list[Any]:
        """Summary and facets for the filters; what was counted before stays."""
        place = _place(_params(query))
        info, _ = shelf.pick(self.service.boards(), {"board": place.spot.board or ""})
        if info is None or info.kind != "battles":
            return ["", tag("p", "No facets here.", class_="quiet"), ""]
        same = _seen(place)
        return [gr.skip()] * 3 if same == counted else [*narrow(self.service, info, place), same]

    def near(self, query: str, counted: str, met: str) -> list[Any]:
        """Neighbours of the open battle, and what is probably asked for next; not while the list is made."""
        place = _place(_params(query))
        info, _ = shelf.pick(self.service.boards(), {"board": place.spot.board or ""})
        if info is None or info.kind != "battles":
            return ["", "", ""]
        if counted != _seen(place):
            return [gr.skip()] * 3
        same = _seen(place, place.spot.id)
        beside = gr.skip() if same == met else nearby(self.service, info, place)
        return [beside, ahead.ahead(self.service, info, place), same]


def _params(query: str) -> dict[str, str]:
    return dict(parse_qsl(query.removeprefix("?")))


def _place(params: Mapping[str, str]) -> Place:
    """The place of a query. Blind, filters that name a model are off: they would give away who plays."""
    spot, filters = link.read(Spot, params).value, link.read(Filters, params).value
    return Place(spot, replace(filters, a=None, b=None) if spot.blind else filters)


def unblinded(place: Place, given: Filters) -> tuple[str, ...]:
    """What is said where blind mode took filters off."""
    lost = place.spot.blind and (given.a or given.b)
    return ("Blind: filters by model are off, they would give away who plays.",) if lost else ()


def _list(place: Place) -> Any:
    """What the list depends on."""
    spot = place.spot
    shown = listing.kept(place)
    return place.filters, spot.board, spot.after, spot.before, spot.blind, spot.swap, spot.raw, shown


def _pane(place: Place) -> Any:
    """What the open battle depends on."""
    return place.spot, place.filters


def _seen(place: Place, opened: str | None = None) -> str:
    """What counts depend on; with the open battle, what its neighbours depend on."""
    spot = place.spot
    start = Spot(board=spot.board, id=opened, raw=spot.raw, swap=spot.swap, blind=spot.blind)
    return link.query(start, place.filters)


def page(service: Service, info: BoardInfo, place: Place, told: tuple[str, ...] = ()) -> Markup:
    """The list, or why there is none."""
    if info.kind != "battles":
        return text([notes(told), unread(info)])
    spot = place.spot
    try:
        found = service.battles(ask.Battles(info.board, place.filters, after=spot.after, before=spot.before))
    except ArenaError as error:
        again = tag("a", "Back to the first page", href=place.go(after=None, before=None))
        return text([notes(told), caution.failed(error), tag("p", again)])
    return ahead.held(text([notes(told), listing.listed(found, place)]))


def battle(service: Service, info: BoardInfo, place: Place) -> Markup:
    """The open battle, or what to do to open one."""
    if place.spot.id is None:
        return ahead.held(reading.HINT)
    try:
        return ahead.held(reading.battle(service.battle(ask.Battle(place.spot.id, info.board)), place))
    except ArenaError as error:
        return text([caution.failed(error), tag("p", tag("a", "Close it", href=place.go(id=None)))])


def narrow(service: Service, info: BoardInfo, place: Place) -> tuple[Markup, Markup]:
    """Summary and facets."""
    try:
        found = service.perform(look.Facets(info.board, place.filters))
    except ArenaError as error:
        return caution.failed(error), Markup()
    if not isinstance(found, look.FacetsFound):
        raise TypeError(found)
    return summary.summary(found, found.total, place), narrowing.facets(found, place)


def nearby(service: Service, info: BoardInfo, place: Place) -> Markup:
    """Neighbours of the open battle."""
    if place.spot.id is None:
        return Markup()
    try:
        found = service.perform(look.Neighbours(info.board, place.spot.id))
    except ArenaError:
        return Markup()
    return beside(found, place) if isinstance(found, look.NeighboursFound) else Markup()


def unread(info: BoardInfo) -> Markup:
    """Why a board has no battles to read."""
    pairs = "pair counts: how often each outcome occurred between two models"
    what = pairs if info.kind == "pairs" else "ratings as somebody published them"
    see = tag("a", "See its leaderboard", href="/" + link.query(shelf.At(info.board)))
    return empty(
        "No single battles here",
        f"This board holds {what}. The battles themselves are not part of it. ",
        see,
        ", or choose a board with battles above.",
    )
