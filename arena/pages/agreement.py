"""The agreement page: how far a board can be trusted against another. Its state is the query."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import gradio as gr

from arena.errors import ArenaError
from arena.filters import Filters
from arena.pages import caution, comparison, link, paper, shelf
from arena.pages.markup import notes, skeleton, text
from arena.pages.naming import Naming, filled
from arena.pages.panel import KNOW, PUSH, panel
from arena.pages.scatter import scatter
from arena.ratings.types import RankSettings
from arena.service import requests as ask
from arena.service.requests import BoardInfo
from arena.service.service import Service

FIRST = "wizardarena-mix"
"""What a first start compares with the paper's LMSYS column."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Which boards, which categories, which names."""

    board: str | None = None
    category: str | None = None
    reference: str | None = None
    reference_category: str | None = None
    exact: bool = False


def build(service: Service, blocks: gr.Blocks) -> None:
    """Lays the page out and wires it."""
    Page(service).wire(blocks)


class Page:
    """The page's controls, and what they do."""

    def __init__(self, service: Service) -> None:
        self.service = service
        with gr.Row(elem_classes="controls"):
            self.board = gr.Dropdown(label="Board", min_width=280, scale=3, elem_id="board")
            self.category = gr.Dropdown(label="Its category", min_width=150, elem_id="category")
            self.reference = gr.Dropdown(label="Reference", min_width=280, scale=3, elem_id="reference")
            self.other = gr.Dropdown(
                label="Reference's category", min_width=150, elem_id="reference-category"
            )
            self.exact = gr.Checkbox(label="Exact names only", min_width=150, elem_id="exact")
        self.top = panel(skeleton(), elem_id="figures")
        self.picture = gr.Plot(show_label=False, elem_id="scatter", visible=False)
        self.rest = panel(elem_id="differences")
        self.naming = Naming()
        self.state = gr.Textbox(visible="hidden", elem_id="state")
        self.picks: list[Any] = [self.board, self.category, self.reference, self.other, self.exact]

    def wire(self, blocks: gr.Blocks) -> None:
        """Arriving and every change fill everything."""
        parts = [self.top, self.picture, self.rest, *self.naming.parts, self.state]
        outputs = [*self.picks, *parts]
        arrived = blocks.load(self.arrive, None, outputs, show_progress="hidden")
        arrived.then(None, self.state, None, js=KNOW)
        changed = gr.on(
            [pick.input for pick in self.picks],
            self.change,
            self.picks,
            outputs,
            trigger_mode="always_last",
            show_progress_on=self.top,
        )
        changed.then(None, self.state, None, js=PUSH)
        kept = self.naming.wire(self.service, self.board, self.reference)
        kept.then(self.change, self.picks, outputs, show_progress_on=self.top)

    def arrive(self, request: gr.Request) -> list[Any]:
        """The page as its address says."""
        return self.opened(dict(request.query_params))

    def change(self, *values: Any) -> list[Any]:
        """The page as the controls say."""
        given = {name: link.write(value) for name, value in zip(Spot.__slots__, values, strict=True)}
        return self.opened(given)

    def opened(self, params: Mapping[str, str]) -> list[Any]:
        """Controls, figures, picture and differences for a query."""
        boards = self.service.boards()
        ours, said = shelf.pick(boards, params, "board", FIRST)
        theirs, more = shelf.pick(boards, params, "reference", paper.REFERENCE)
        read = link.read(Spot, params)
        if ours is None or theirs is None:
            gone = gr.update(visible=False)
            return [*(gr.skip() for _ in self.picks), shelf.bare(), gone, "", gone, gr.skip(), gr.skip(), ""]
        mine, other = fitting(ours, read.value.category), fitting(theirs, read.value.reference_category)
        shelves, exact = shelf.options(boards), read.value.exact
        pickers = [
            gr.update(choices=shelves, value=ours.board),
            categories(ours, mine),
            gr.update(choices=shelves, value=theirs.board),
            categories(theirs, other),
            exact,
        ]
        wanted = ask.Compare(ours.board, theirs.board, RankSettings(), Filters(category=mine), other, exact)
        query = link.query(Spot(ours.board, mine, theirs.board, other, exact))
        shown = self.compared(ours, theirs, wanted, (*said, *more, *read.problems))
        return [*pickers, *shown, query]

    def compared(
        self, ours: BoardInfo, theirs: BoardInfo, wanted: ask.Compare, told: tuple[str, ...]
    ) -> list[Any]:
        """Figures, picture, differences, and the two parts of the name form that depend on them."""
        try:
            found = self.service.compare(wanted)
        except ArenaError as error:
            names = unpaired(self.service, wanted)
            top, picture, rest = (
                text([notes(told), caution.failed(error)]),
                gr.update(visible=False),
                "",
            )
        else:
            names = found.unmatched
            top = text([notes(told), comparison.figures(ours, theirs, found)])
            picture, rest = gr.update(value=scatter(found), visible=True), comparison.differences(ours, found)
        return [
            top,
            picture,
            rest,
            *filled(self.service, names, wanted, open_=not picture["visible"]),
        ]


def unpaired(service: Service, wanted: ask.Compare) -> tuple[str, ...]:
    """Names that found no partner where no comparison came about."""
    try:
        return tuple(service.suggest(ask.Suggest(wanted.board, wanted.reference)).names)
    except ArenaError:
        return ()


def fitting(info: BoardInfo, category: str | None) -> str | None:
    """The category, if the board has it and does not show it anyway."""
    return category if category in {value for _, value in shelf.categories(info) if value} else None


def categories(info: BoardInfo, chosen: str | None) -> dict[str, Any]:
    """The category picker of a board."""
    known = shelf.categories(info)
    return gr.update(choices=known, value=chosen or "", visible=len(info.categories) > 1)
