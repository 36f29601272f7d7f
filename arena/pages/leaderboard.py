"""The leaderboard page: any board under any settings, ranked live. Its state is the query."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import gradio as gr

from arena.errors import ArenaError
from arena.filters import Filters
from arena.pages import caution, link, shelf, standings
from arena.pages.form import Form
from arena.pages.markup import Markup, notes, skeleton, text
from arena.pages.panel import KNOW, PUSH, panel
from arena.pages.shelf import At
from arena.ratings.types import RankSettings
from arena.service import requests as ask
from arena.service.requests import BoardInfo
from arena.service.service import Service

TOP = ("category", "method", "judge", "language", "ties", "both_bad", "intervals", "anchor")
FILTERS, SETTINGS = frozenset(Filters.__dataclass_fields__), frozenset(RankSettings.__dataclass_fields__)
_GAMES = frozenset({"merge", "tie_delta", "both_bad_at", "strength_weight", "cluster", "order"})
IDLE = {
    "battles": frozenset[str](),
    "pairs": (FILTERS - {"category"}) | _GAMES,
    "published": (FILTERS - {"category"}) | SETTINGS,
}
"""Settings that mean nothing on a board of that kind."""


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
        with gr.Accordion("More settings", open=False, elem_classes="more") as self.more:
            gr.Markdown("A text applies on Enter.", elem_classes="enter")
            with gr.Row(elem_classes="controls"):
                self.form.place()
        self.body = panel(skeleton(), elem_id="standings")
        self.state = gr.Textbox(visible="hidden", elem_id="state")

    def wire(self, blocks: gr.Blocks) -> None:
        """Arriving and choosing a board fill everything; any other control only the ranking."""
        everything = [self.board, *self.form.parts, self.more, self.body, self.state]
        arrived = blocks.load(self.arrive, None, everything, show_progress="hidden")
        arrived.then(None, self.state, None, js=KNOW)
        moved = self.board.input(self.move, self.board, everything, show_progress_on=self.body)
        inputs = [self.board, self.state, *self.form.parts]
        changed = self.form.listen(self.change, inputs, [self.body, self.state])
        for event in (moved, changed):
            event.then(None, self.state, None, js=PUSH)

    def arrive(self, request: gr.Request) -> list[Any]:
        """The page as its address says."""
        return self.opened(dict(request.query_params))

    def move(self, name: str) -> list[Any]:
        """Another board, from its beginning."""
        return self.opened({"board": name})

    def opened(self, params: Mapping[str, str]) -> list[Any]:
        """Controls and ranking for a query."""
        boards = self.service.boards()
        info, told = shelf.pick(boards, params)
        if info is None:
            blank = self.form.filled({}, {}, FILTERS | SETTINGS)
            return [gr.update(choices=[]), *blank, gr.update(visible=False), shelf.bare(), ""]
        shown, query, models = show(self.service, info, params, told)
        return [
            gr.update(choices=shelf.options(boards), value=info.board),
            *self.form.filled(params, shelf.held(info, models), IDLE[info.kind] | shelf.useless(info)),
            gr.update(visible=info.kind != "published"),
            shown,
            query,
        ]

    def change(self, name: str, before: str, *values: Any) -> list[Any]:
        """The ranking under what the controls say now; nothing where they say what they said before."""
        info, told = shelf.pick(self.service.boards(), {"board": name})
        if info is None:
            return [shelf.bare(), ""]
        shown, query, _ = show(self.service, info, self.form.given(values), told, before)
        return [gr.skip(), gr.skip()] if shown is None else [shown, query]


def show(
    service: Service, info: BoardInfo, params: Mapping[str, str], told: tuple[str, ...], before: str = ""
) -> tuple[Markup | None, str, tuple[str, ...]]:
    """What stands under the controls (None: the same as `before`), the query that says it, and the models."""
    filters, settings = link.read(Filters, params), link.read(RankSettings, params)
    wanted, ranking, more = fitting(info, filters.value, settings.value)
    query = link.query(At(info.board), wanted, ranking)
    problems = (*told, *filters.problems, *settings.problems, *more)
    if query == before and not problems:
        return None, query, ()
    if info.kind == "pairs" and ranking.method == "elo":
        ranking = replace(ranking, order="random")
    try:
        ranked = service.leaderboard(
            ask.Leaderboard(info.board, ranking, wanted, fragile=info.kind != "published")
        )
    except ArenaError as error:
        return text([notes(problems), caution.failed(error)]), query, ()

    def battles(model: str) -> str | None:
        whole = info.kind == "battles"
        return "/battles" + link.query(At(info.board), replace(wanted, a=model)) if whole else None

    models = tuple(line.model for line in ranked.ratings)
    return text([notes(problems), standings.page(info, ranked, battles)]), query, models


def fitting(
    info: BoardInfo, filters: Filters, settings: RankSettings
) -> tuple[Filters, RankSettings, tuple[str, ...]]:
    """The settings without those that a board of this kind cannot take, and a line if there were any."""
    idle, usual = IDLE[info.kind], RankSettings()
    kept = replace(filters, **dict.fromkeys(idle & FILTERS))
    ranking = replace(settings, **{name: getattr(usual, name) for name in idle & SETTINGS})
    if (kept, ranking) == (filters, settings):
        return filters, settings, ()
    what = "published as it stands" if info.kind == "published" else "made of pair counts"
    return kept, ranking, (f"{info.board} is {what}: settings that need single battles are left out.",)
