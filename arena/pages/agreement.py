"""The agreement page: how far a board can be trusted against another. Its state is the query."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal
from urllib.parse import parse_qsl

import gradio as gr

from arena.errors import ArenaError
from arena.filters import Filters
from arena.pages import caution, comparison, depth, link, matrix, outliers, paper, ready, shelf, slant
from arena.pages.address import kept, wired
from arena.pages.form import Form
from arena.pages.markup import Markup, empty, notes, skeleton, text
from arena.pages.naming import Naming, filled, nothing
from arena.pages.offprint import agreement as offprint
from arena.pages.offprint.sheet import Offprint
from arena.pages.panel import panel
from arena.pages.saving import Saving
from arena.pages.scatter import scatter
from arena.ratings.types import RankSettings
from arena.service import closer as look
from arena.service import requests as ask
from arena.service.requests import BoardInfo
from arena.service.sensitivity import Sensitivity, SensitivityFound
from arena.service.service import Service

FIRST = "wizardarena-mix"
"""What a first start compares with the paper's LMSYS column."""
COUNTED = ("method", "ties", "both_bad", "intervals")
"""Settings that mean something where only pairs were counted."""
SETTINGS = (
    "method",
    "ties",
    "both_bad",
    "merge",
    "judge",
    "language",
    "turn",
    "since",
    "until",
    "intervals",
    "cluster",
)
"""How our board is ranked. The reference is always ranked by default."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Which boards, which category of the reference, which names, and how the picture is drawn."""

    board: str | None = None
    reference: str | None = None
    reference_category: str | None = None
    exact: bool = False
    by: Literal["ratings", "ranks"] = "ratings"


@dataclass(frozen=True, slots=True)
class Asked:
    """A query, read against the boards that there are."""

    ours: BoardInfo
    theirs: BoardInfo
    spot: Spot
    compare: ask.Compare
    told: tuple[str, ...]

    @property
    def query(self) -> str:
        """The query that says the same."""
        return link.query(self.spot, self.compare.filters, self.compare.settings)


def build(service: Service, blocks: gr.Blocks) -> None:
    """Lays the page out and wires it."""
    Page(service).wire(blocks)


class Page:
    """The page's controls, and what they do."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.form = Form(Filters, RankSettings)
        self.ready = panel(elem_id="ready")
        with gr.Row(elem_classes="controls"):
            self.board = gr.Dropdown(label="Board", min_width=280, scale=3, elem_id="board")
            self.category = gr.Dropdown(label="Its category", min_width=150, elem_id="category")
            self.reference = gr.Dropdown(label="Reference", min_width=280, scale=3, elem_id="reference")
            self.other = gr.Dropdown(
                label="Reference's category", min_width=150, elem_id="reference-category"
            )
            self.exact = gr.Checkbox(label="Exact names only", min_width=150, elem_id="exact")
        folded = gr.Accordion("How the board is ranked", open=False, elem_classes="more", elem_id="ranked")
        with folded as self.more, gr.Row(elem_classes="controls"):
            self.form.place(*SETTINGS)
        self.top = panel(skeleton(), elem_id="figures")
        with gr.Row(elem_classes="model-by-model", visible=False) as self.middle:
            self.legend = panel(elem_id="legend")
            self.by = gr.Radio(
                [("Ratings", "ratings"), ("Ranks", "ranks")], label="Show", value="ratings", elem_id="by"
            )
            self.picture = gr.Plot(show_label=False, elem_id="scatter")
            self.far = panel(elem_id="outliers")
        self.rest = panel(elem_id="differences")
        self.depth = panel(elem_id="depth")
        self.saving = Saving(self.saved)
        self.naming = Naming()
        self.state = gr.Textbox(visible="hidden", elem_id="state")
        self.picks: list[Any] = [self.board, self.reference, self.other, self.exact, self.by, self.category]

    def wire(self, blocks: gr.Blocks) -> None:
        """Arriving and every change fill everything; what takes longer follows."""
        shown = [self.top, self.middle, self.legend, self.picture, self.far, self.rest, *self.naming.parts]
        outputs = [self.ready, *self.picks, self.more, *self.form.parts, *shown, self.state]
        inputs = [*self.picks, *self.form.parts]
        events = wired(
            blocks, self.arrive, self.change,
            picks=self.picks, form=self.form, outputs=outputs, state=self.state, slow=self.top,
        )  # fmt: skip
        self.saving.wire(self.state)
        named = [
            event.then(self.change, inputs, outputs, show_progress_on=self.top)
            for event in self.naming.wire(self.service, self.board, self.reference)
        ]
        kept(named, self.state)
        for event in (*events, *named):
            event.then(self.deeper, self.state, self.depth, show_progress="minimal")

    def saved(self, query: str) -> Offprint | None:
        """The comparison of an address as a page to keep."""
        asked, _ = read(self.service.boards(), dict(parse_qsl(query.removeprefix("?"))))
        return offprint.offprint(self.service, asked.compare) if asked else None

    def arrive(self, request: gr.Request) -> list[Any]:
        """The page as its address says."""
        return self.opened(dict(request.query_params))

    def change(self, *values: Any) -> list[Any]:
        """The page as the controls say."""
        names = (*Spot.__slots__, "category")
        picks = {name: link.write(value) for name, value in zip(names, values, strict=False)}
        return self.opened(self.form.given(values[len(names) :]) | picks)

    def deeper(self, query: str) -> Iterator[Markup]:
        """Categories and sensitivity of a query, then the judges' lean below them."""
        asked, _ = read(self.service.boards(), dict(parse_qsl(query.removeprefix("?"))))
        if asked is None:
            yield text([])
            return
        yield (first := self._varied(asked))
        yield text([first, slant.slant(self.service.database, asked.ours, asked.compare.filters)])

    def _varied(self, asked: Asked) -> Markup:
        def address(compare: ask.Compare) -> str:
            there = replace(asked.spot, reference_category=compare.reference_category)
            return "/agreement" + link.query(there, compare.filters, compare.settings)

        try:
            found = self.service.perform(Sensitivity(asked.compare))
        except ArenaError:
            return text([])
        return depth.depth(found, address) if isinstance(found, SensitivityFound) else text([])

    def opened(self, params: Mapping[str, str]) -> list[Any]:
        """Controls, figures, picture and differences for a query."""
        boards = self.service.boards()
        asked, told = read(boards, params)
        if asked is None:
            gone, same = gr.update(visible=False), gr.skip()
            controls = [*(same for _ in self.picks), gone, *(same for _ in self.form.parts)]
            return ["", *controls, text([notes(told), shelf.bare()]), gone, "", same, "", "", *nothing(), ""]
        return [
            ready.links(boards, ready.own(boards, self.service.shared), asked.ours.board, asked.theirs.board),
            *pickers(boards, asked),
            folded(asked),
            *self.form.filled(
                link.params(asked.compare.filters, asked.compare.settings),
                shelf.held(asked.ours, ()),
                frozenset(SETTINGS) - usable(asked.ours),
            ),
            *compared(self.service, asked),
            asked.query,
        ]


def read(boards: tuple[BoardInfo, ...], params: Mapping[str, str]) -> tuple[Asked | None, tuple[str, ...]]:
    """What a query asks, with what does not fit left out."""
    ours, said = shelf.pick(boards, params, "board", FIRST)
    theirs, more = shelf.pick(boards, params, "reference", paper.REFERENCE)
    if ours is None or theirs is None:
        return None, (*said, *more)
    given = {name: value for name, value in params.items() if name in usable(ours)}
    spot, filters, settings = (
        link.read(Spot, params),
        link.read(Filters, given),
        link.read(RankSettings, given),
    )
    mine, other = fitting(ours, params.get("category")), fitting(theirs, spot.value.reference_category)
    where = replace(spot.value, board=ours.board, reference=theirs.board, reference_category=other)
    shuffled = ours.kind == "pairs" and settings.value.method == "elo"
    ranking = replace(settings.value, order="random") if shuffled else settings.value
    wanted = ask.Compare(
        ours.board, theirs.board, ranking, replace(filters.value, category=mine), other, spot.value.exact
    )
    problems = (*spot.problems, *filters.problems, *settings.problems)
    return Asked(ours, theirs, where, wanted, (*said, *more, *problems)), ()


def pickers(boards: tuple[BoardInfo, ...], asked: Asked) -> list[Any]:
    """The pickers as the query says, in the order of `Page.picks`."""
    shelves = shelf.options(boards)
    return [
        gr.update(choices=shelves, value=asked.ours.board),
        gr.update(choices=shelves, value=asked.theirs.board),
        categories(asked.theirs, asked.spot.reference_category),
        asked.spot.exact,
        asked.spot.by,
        categories(asked.ours, asked.compare.filters.category),
    ]


def folded(asked: Asked) -> dict[str, Any]:
    """The box of settings: there where some mean something, open where some are set."""
    said = link.params(replace(asked.compare.filters, category=None), asked.compare.settings)
    visible = bool(usable(asked.ours))
    return gr.update(visible=visible, open=True) if said else gr.update(visible=visible)


def compared(service: Service, asked: Asked) -> list[Any]:
    """Figures, picture, differences, and the names that depend on them."""
    try:
        found = service.compare(asked.compare)
    except ArenaError as error:
        names, gone = unpaired(service, asked.compare), gr.update(visible=False)
        top = text([notes(asked.told), caution.failed(error), advice(names)])
        return [top, gone, "", gr.skip(), "", "", *filled(service, None, names, asked.compare)]
    ways = comparison.Ways(asked.ours, asked.compare.filters)
    return [
        text([notes(asked.told), comparison.figures(asked.ours, asked.theirs, found, ways)]),
        gr.update(visible=True),
        comparison.legend(found, asked.spot.by),
        scatter(found, asked.spot.by, ways.of),
        outliers.outliers(found, ways.of),
        comparison.differences(found, ways, counts(service, asked)),
        *filled(service, found, found.unmatched, asked.compare),
    ]


def advice(names: tuple[str, ...]) -> Markup:
    """What to do where nothing can be compared."""
    said = "Choose another reference above" + (
        ", or say below which names are the same model." if names else "."
    )
    return empty("Nothing to compare", said)


def counts(service: Service, asked: Asked) -> dict[tuple[str, str], int]:
    """Battles per pair, where the board knows them."""
    if asked.ours.kind == "published":
        return {}
    try:
        found = service.perform(look.Heatmap(asked.ours.board, asked.compare.settings, asked.compare.filters))
    except ArenaError:
        return {}
    cells = found.cells if isinstance(found, look.HeatmapFound) else ()
    return matrix.summed([(cell.a, cell.b, cell.share.n) for cell in cells])


def unpaired(service: Service, wanted: ask.Compare) -> tuple[str, ...]:
    """Names that found no partner where no comparison came about."""
    try:
        return tuple(service.suggest(ask.Suggest(wanted.board, wanted.reference)).names)
    except ArenaError:
        return ()


def usable(info: BoardInfo) -> frozenset[str]:
    """Settings that mean something on a board."""
    known = {"published": (), "pairs": COUNTED, "battles": SETTINGS}[info.kind]
    return frozenset(known) - shelf.useless(info)


def fitting(info: BoardInfo, category: str | None) -> str | None:
    """The category, if the board has it and does not show it anyway."""
    return category if category in {value for _, value in shelf.categories(info) if value} else None


def categories(info: BoardInfo, chosen: str | None) -> dict[str, Any]:
    """The category picker of a board."""
    known = shelf.categories(info)
    return gr.update(choices=known, value=chosen or "", visible=len(info.categories) > 1)
