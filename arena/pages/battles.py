"""The battles page: filters, a list by cursor, and one battle open beside it. Its state is the query."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import gradio as gr

from arena.errors import ArenaError
from arena.filters import Filters
from arena.pages import caution, link, listing, reading, shelf
from arena.pages.form import Form
from arena.pages.markup import Markup, empty, notes, skeleton, tag, text
from arena.pages.panel import KNOW, PUSH, panel
from arena.ratings.types import RankSettings
from arena.service import requests as ask
from arena.service.requests import BoardInfo
from arena.service.service import Service

TOP = ("a", "b", "winner", "category", "judge", "search")
FOLLOW = (
    "element.addEventListener('click', event => arena.follow(event, query => trigger('select', {query})))"
)
"""A plain click on a link of the list stays on the page; with Ctrl or the middle button it is a link."""
CHEAP = RankSettings(method="winrate", intervals="none")
"""The cheapest ranking: it names a board's models."""
HINT = empty(
    "Choose a battle", "Click a row, or reach it with Tab and press Enter, to read answers and verdicts."
)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where on the page one is: board, cursor of the list, open battle."""

    board: str | None = None
    after: str | None = None
    id: str | None = None


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
        with gr.Accordion("More filters", open=False, elem_classes="more") as self.more:
            gr.Markdown("A text applies on Enter.", elem_classes="enter")
            with gr.Row(elem_classes="controls"):
                self.form.place()
        with gr.Row(elem_classes="panes"):
            self.rows = panel(skeleton(10), elem_id="rows", js_on_load=FOLLOW)
            self.pane = panel(HINT, elem_id="pane")
        self.state = gr.Textbox(visible="hidden", elem_id="state")

    def wire(self, blocks: gr.Blocks) -> None:
        """Arriving and choosing a board fill everything, filters the list, a click what it names."""
        everything = [self.board, *self.form.parts, self.more, self.rows, self.pane, self.state]
        arrived = blocks.load(self.arrive, None, everything, show_progress="hidden")
        arrived.then(None, self.state, None, js=KNOW)
        moved = self.board.input(self.move, self.board, everything, show_progress_on=self.rows)
        inputs = [self.board, self.state, *self.form.parts]
        changed = self.form.listen(self.change, inputs, [self.rows, self.pane, self.state])
        for event in (moved, changed):
            event.then(None, self.state, None, js=PUSH)
        picked = self.rows.select(
            self.follow, None, [self.rows, self.pane], show_progress="minimal", trigger_mode="always_last"
        )
        picked.then(None, None, None, js="() => arena.shown()")

    def arrive(self, request: gr.Request) -> list[Any]:
        """The page as its address says."""
        return self.opened(dict(request.query_params))

    def move(self, name: str) -> list[Any]:
        """Another board, from its beginning."""
        return self.opened({"board": name})

    def opened(self, params: Mapping[str, str]) -> list[Any]:
        """Controls, list and open battle for a query."""
        boards = self.service.boards()
        info, told = shelf.pick(tuple(sorted(boards, key=lambda board: board.kind != "battles")), params)
        if info is None:
            blank = self.form.filled({}, {}, frozenset(self.form.fields))
            return [gr.update(choices=[]), *blank, gr.update(visible=False), shelf.bare(), "", ""]
        spot, filters = link.read(Spot, params).value, link.read(Filters, params)
        whole = info.kind == "battles"
        hidden = shelf.useless(info) if whole else frozenset(self.form.fields)
        held = shelf.held(info, _models(self.service, info) if whole else ())
        return [
            gr.update(choices=shelf.options(boards), value=info.board),
            *self.form.filled(link.params(filters.value), held, hidden),
            gr.update(visible=whole),
            page(self.service, info, spot, filters.value, (*told, *filters.problems)),
            battle(self.service, info, spot.id) if whole else "",
            link.query(shelf.At(info.board), filters.value),
        ]

    def change(self, name: str, before: str, *values: Any) -> list[Any]:
        """The list under what the filters say now; nothing where they say what they said before."""
        info, told = shelf.pick(self.service.boards(), {"board": name})
        if info is None:
            return [shelf.bare(), "", ""]
        filters = link.read(Filters, self.form.given(values))
        query = link.query(shelf.At(info.board), filters.value)
        if query == before and not filters.problems:
            return [gr.skip(), gr.skip(), gr.skip()]
        return [page(self.service, info, Spot(), filters.value, (*told, *filters.problems)), HINT, query]

    def follow(self, event: gr.EventData) -> list[Any]:
        """A link of the list: a battle, or another page of battles."""
        params = dict(parse_qsl(str(event.query).removeprefix("?")))
        spot, filters = link.read(Spot, params).value, link.read(Filters, params).value
        info, _ = shelf.pick(self.service.boards(), params)
        if info is None:
            return [shelf.bare(), ""]
        if spot.id is not None:
            return [gr.skip(), battle(self.service, info, spot.id)]
        return [page(self.service, info, spot, filters), HINT]


def page(
    service: Service, info: BoardInfo, spot: Spot, filters: Filters, told: tuple[str, ...] = ()
) -> Markup:
    """The list, or why there is none."""
    if info.kind != "battles":
        return text([notes(told), unread(info)])

    def address(here: Spot) -> str:
        return "/battles" + link.query(Spot(info.board, here.after, here.id), filters)

    way = listing.Way(
        lambda number: address(Spot(after=spot.after, id=number)),
        lambda cursor: address(Spot(after=cursor)),
        "/battles" + link.query(shelf.At(info.board)),
    )
    try:
        found = service.battles(ask.Battles(info.board, filters, after=spot.after, count=True))
    except ArenaError as error:
        return text([notes(told), caution.failed(error)])
    return text([notes(told), listing.listed(found, way, spot.after, spot.id)])


def battle(service: Service, info: BoardInfo, number: str | None) -> Markup:
    """The open battle, or what to do to open one."""
    if number is None:
        return HINT
    try:
        return reading.battle(service.battle(ask.Battle(number, info.board)))
    except ArenaError as error:
        return caution.failed(error)


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


def _models(service: Service, info: BoardInfo) -> tuple[str, ...]:
    try:
        ranked = service.leaderboard(ask.Leaderboard(info.board, CHEAP))
    except ArenaError:
        return ()
    return tuple(sorted(line.model for line in ranked.ratings))
