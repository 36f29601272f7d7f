"""The leaderboard page: any board under any settings, ranked live. Its state is the query.

The plain ranking comes first; trust strip, style control, fragility, card and history follow by themselves.
"""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

import gradio as gr

from arena.errors import ArenaError
from arena.filters import Filters
from arena.pages import caution, dossier, later, look, masthead, shelf, strip, visitors
from arena.pages.form import Form
from arena.pages.keeping import FORMS, TAKE, Keeping
from arena.pages.look import FILTERS, IDLE, SETTINGS, Look, Scene
from arena.pages.markup import Markup, notes, skeleton, tag, text
from arena.pages.panel import KNOW, PUSH, hint, panel
from arena.ratings.types import RankSettings
from arena.service import closer
from arena.service import requests as ask
from arena.service.checking import Check
from arena.service.requests import BoardInfo
from arena.service.service import Service

TOP = ("category", "language", "judge", "method")
NARROW = tuple(name for name in Filters.__dataclass_fields__ if name not in TOP)
LOOKER = "(window.leaderboard ??= {}).looker = query => trigger('select', {query})"
"""Clicks on links that stay on the page arrive here (static/leaderboard.js)."""
LATER: dict[str, Any] = {"show_progress": "hidden", "trigger_mode": "always_last"}
"""What follows the ranking: asked again at once where the address has moved on meanwhile."""
DRAWN = "query => window.leaderboard?.drawn(query)"


def build(service: Service, blocks: gr.Blocks) -> None:
    """Lays the page out and wires it."""
    Page(service).wire(blocks)


class Page:
    """The page's controls, and what they do."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.form = Form(Filters, RankSettings)
        with gr.Row(elem_classes="controls"):
            self.board = gr.Dropdown(label="Board", min_width=320, scale=3, elem_id="board")
            self.form.place(*TOP)
        with gr.Accordion("More filters and settings", open=False, elem_classes="more") as self.more:
            hint(tag("b", "Which battles."), " A text applies on Enter.")
            with gr.Row(elem_classes="controls"):
                self.form.place(*NARROW, explained=True)
            hint(tag("b", "How they are ranked"))
            with gr.Row(elem_classes="controls"):
                self.form.place()
        self.head = panel(skeleton(2), elem_id="masthead")
        self.trust = panel(strip.loading(), elem_id="trust")
        with gr.Row(elem_classes="guarding"):
            self.guard = panel(elem_id="guard")
            self.check = gr.Button(
                "Check for leaks and copies", size="sm", min_width=200, scale=0, elem_id="check-board"
            )
        self.fragile = panel(elem_id="fragile")
        self.views = panel(elem_id="views")
        self.body = panel(skeleton(), elem_id="standings", js_on_load=LOOKER)
        self.keeping = Keeping()
        self.past = panel(elem_id="past")
        self.card = panel(elem_id="card")
        self.state = gr.Textbox(visible="hidden", elem_id="state")

    @property
    def first(self) -> list[Any]:
        """What the first answer fills; the rest follows."""
        return [self.head, self.trust, self.fragile, self.views, self.body, self.card, self.state]

    def wire(self, blocks: gr.Blocks) -> None:
        """Arriving, choosing a board and links on the page fill everything, controls only the ranking.

        What shows the ranking is asked for directly; what follows waits in Gradio's queue, which keeps order.
        """
        everything = [
            self.board, *self.form.parts, self.more, self.keeping.keep, self.check, *self.first
        ]  # fmt: skip
        arrived = blocks.load(self.arrive, None, everything, show_progress="hidden", queue=False)
        arrived.then(None, self.state, None, js=KNOW)
        moved = self.board.input(self.move, self.board, everything, show_progress_on=self.body, queue=False)
        inputs = [self.board, self.state, *self.form.parts]
        changed = self.form.listen(self.change, inputs, self.first, show_progress_on=self.body, queue=False)
        looked = self.body.select(
            self.follow,
            self.state,
            everything,
            show_progress="hidden",
            trigger_mode="always_last",
            queue=False,
        )
        for event in (moved, changed, looked):
            event.then(None, self.state, None, js=PUSH)
        slower = self.asked(later.body)
        for event in (arrived, moved, changed, looked):
            drawn = event.then(slower, self.state, self.body, **LATER)
            drawn.then(None, self.state, None, js=DRAWN)
            rest = [self.trust, self.guard, self.card, self.fragile, self.past]
            followed = event.then(self.rest, self.state, rest, **LATER)
            followed.then(None, self.state, None, js=DRAWN)
        for ending, _ in FORMS:
            made = self.keeping.buttons[ending].click(self.writing(ending), self.state, self.keeping.file)
            made.success(None, None, None, js=TAKE)
        self.keeping.picture.click(None, self.state, None, js="query => window.leaderboard?.photo(query)")
        self.keeping.keep.click(self.store, self.state, self.past)
        self.check.click(self.checked, self.state, [self.guard, self.trust])

    def asked(self, run: Callable[[Service, Scene], Markup | None]) -> Callable[[str], Any]:
        """A later answer to the page's address; None leaves what is there."""

        def answer(query: str) -> Any:
            scene = self.scene(query)
            if scene is None:
                return ""
            found = run(self.service, scene)
            return gr.skip() if found is None else found

        answer.__name__ = run.__name__
        return answer

    def rest(self, query: str) -> list[Any]:
        """Trust strip, flags, open card, fragility and history."""
        parts = (later.trust, later.guarded, later.card, later.fragile, later.history_list)
        return [self.asked(run)(query) for run in parts]

    def scene(self, query: str) -> Scene | None:
        """The scene of an address."""
        return look.read(self.service.boards(), _params(query))

    def arrive(self, request: gr.Request) -> list[Any]:
        """The page as its address says."""
        return self.opened(dict(request.query_params))

    def move(self, name: str) -> list[Any]:
        """Another board, from its beginning."""
        return self.opened({"board": name})

    def follow(self, before: str, event: gr.EventData) -> list[Any]:
        """A link on the page; controls that say it already stay."""
        return self.opened(_params(str(event.query)), _params(before))

    def opened(self, params: Mapping[str, str], was: Mapping[str, str] | None = None) -> list[Any]:
        """Controls and ranking for a query; where the board is the one that `was`, only what differs."""
        boards = self.service.boards()
        scene = look.read(boards, params)
        if scene is None:
            blank = self.form.filled({}, {}, FILTERS | SETTINGS)
            gone = gr.update(visible=False)
            return [gr.update(choices=[]), *blank, gone, gone, gone, *self.bare()]
        info = scene.info
        if was is not None and was.get("board") == info.board:
            same = [gr.skip()]
            return [*same, *self.form.turned(params, was), *same, *same, *same, *self.shown(scene)]
        held = shelf.held(info, models(self.service, info))
        return [
            gr.update(choices=shelf.options(boards), value=info.board),
            *self.form.filled(params, held, IDLE[info.kind] | shelf.useless(info)),
            *[gr.update(visible=info.kind != "published")] * 2,
            gr.update(visible=info.kind == "battles"),
            *self.shown(scene),
        ]

    def change(self, name: str, before: str, *values: Any) -> list[Any]:
        """The ranking under what the controls say now; nothing where they say what they said before."""
        looked = {key: value for key, value in _params(before).items() if key in Look.__slots__}
        scene = look.read(self.service.boards(), {"board": name, **self.form.given(values), **looked})
        if scene is None:
            return self.bare()
        if scene.query == before and not scene.told:
            return [gr.skip() for _ in self.first]
        return self.shown(scene)

    def shown(self, scene: Scene) -> list[Any]:
        """The plain ranking with its head; what follows it is grey until it is there."""
        wanted = ask.Leaderboard(scene.info.board, scene.plain, scene.filters)
        try:
            ranked = self.service.leaderboard(wanted)
        except ArenaError as error:
            top = text([masthead.bare(scene), notes(scene.told), caution.failed(error)])
            return [top, "", "", "", "", "", scene.query]
        top = text([masthead.masthead(scene, ranked)])
        return [
            top,
            strip.loading(),
            masthead.warnings(scene, ranked),
            masthead.views(scene),
            later.first(scene, ranked),
            dossier.loading(scene),
            scene.query,
        ]

    def bare(self) -> list[Any]:
        """The page where no board is."""
        return [shelf.bare(), "", "", "", "", "", ""]

    def writing(self, ending: str) -> Callable[[str], Any]:
        """A button's answer: the path of the file."""

        def write(query: str) -> Any:
            scene = self.scene(query)
            return gr.skip() if scene is None else self.keeping.write(self.service, scene, ending)

        return write

    def checked(self, query: str) -> Any:
        """Looks for leaks and copies on the board; the operator's.

        Raises:
            gr.Error: whoever asks only looks, or the check cannot be made.
        """
        if not visitors.operates(self.service.settings):
            raise gr.Error("Checks are made by the operator: log in as operator.", print_exception=False)
        scene = self.scene(query)
        if scene is None:
            return [gr.skip()] * 2
        try:
            self.service.perform(Check(scene.info.board, again=True))
        except ArenaError as error:
            raise gr.Error(str(error), print_exception=False) from error
        return [self.asked(run)(query) for run in (later.guarded, later.trust)]

    def store(self, query: str) -> Any:
        """Puts the ranking into the board's history; the operator's.

        Raises:
            gr.Error: whoever asks only looks.
        """
        if not visitors.operates(self.service.settings):
            raise gr.Error("Rankings are kept by the operator: log in as operator.", print_exception=False)
        scene = self.scene(query)
        return gr.skip() if scene is None else later.keep(self.service, scene)


def _params(query: str) -> dict[str, str]:
    return dict(parse_qsl(query.removeprefix("?")))


def models(service: Service, info: BoardInfo) -> tuple[str, ...]:
    """Who is on a board, for the pickers."""
    found = service.perform(closer.Models(info.board))
    return found.models if isinstance(found, closer.ModelsFound) else ()
