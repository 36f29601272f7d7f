"""The page of judges: how far each can be trusted, side by side, and one of them part by part.

Its state is the query. Leaves out the parts (`arena.pages.bench`) and the trust strip (`arena.pages.strip`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl

import gradio as gr

from arena.errors import ArenaError
from arena.filters import Filters
from arena.pages import bench, hanging, link, shelf
from arena.pages.address import wired
from arena.pages.bench import Spot
from arena.pages.form import Form
from arena.pages.markup import Markup, empty, notes, skeleton, tag, text
from arena.pages.panel import panel
from arena.ratings.types import RankSettings
from arena.service import stability
from arena.service.auditing import Audit, audited
from arena.service.requests import BoardInfo
from arena.service.service import Service

NARROW = ("category", "language", "turn", "since", "until")
"""Filters that leave a judge's verdicts as they are; the others would choose them by what they say."""
PEOPLE = ("People", "")
WORDS = (
    "A ranking by an AI judge is worth as much as the judge. Here each judge of a board is held against "
    "people, or against another judge, and against itself: asked in both orders, between answers of "
    "different length, about models of its own family. Bias can be bought down with ties: read them together."
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A query, read against the boards that there are."""

    board: BoardInfo
    spot: Spot
    filters: Filters
    told: tuple[str, ...]

    @property
    def query(self) -> str:
        """The query that says the same."""
        return link.query(self.spot, self.filters)

    @property
    def audit(self) -> Audit:
        """What the service is asked."""
        spot = self.spot
        return Audit(
            self.board.board,
            filters=self.filters,
            reference=(spot.reference,) if spot.reference else (),
            by=spot.by if spot.judge else "judge",
        )


def build(service: Service, blocks: gr.Blocks) -> None:
    """Lays the page out and wires it."""
    Page(service).wire(blocks)


class Page:
    """The page's controls, and what they do."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.form = Form(Filters)
        panel(tag("div", tag("h1", "Judges"), tag("p", WORDS, class_="quiet"), class_="title"))
        with gr.Row(elem_classes="controls"):
            self.board = gr.Dropdown(label="Board", min_width=280, scale=3, elem_id="board")
            self.reference = gr.Dropdown(label="Held against", min_width=200, scale=2, elem_id="reference")
            self.form.place("category")
        with gr.Accordion("Which battles", open=False, elem_classes="more"), gr.Row(elem_classes="controls"):
            self.form.place(*(name for name in NARROW if name != "category"))
        self.side = panel(skeleton(6), elem_id="judges")
        with gr.Row(elem_classes="controls"):
            self.judge = gr.Dropdown(
                label="Look closely at", min_width=240, elem_id="one-judge", visible=False
            )
            self.by = gr.Radio(
                [("Category", "category"), ("Model", "model"), ("Score gap", "gap")],
                value="category",
                label="Part by part",
                elem_id="parts",
                visible=False,
            )
        self.one = panel(elem_id="judge")
        self.left = panel(elem_id="left-out")
        self.state = gr.Textbox(visible="hidden", elem_id="state")
        self.picks: list[Any] = [self.board, self.reference, self.judge, self.by]

    def wire(self, blocks: gr.Blocks) -> None:
        """Arriving and every change fill everything."""
        outputs = [*self.picks, *self.form.parts, self.side, self.one, self.state]
        events = wired(
            blocks, self.arrive, self.change,
            picks=self.picks, form=self.form, outputs=outputs, state=self.state, slow=self.side,
        )  # fmt: skip
        for event in events:
            event.then(self.hangs, self.state, self.left, show_progress="hidden")

    def arrive(self, request: gr.Request) -> list[Any]:
        """The page as its address says."""
        return self.opened(dict(request.query_params))

    def change(self, *values: Any) -> list[Any]:
        """The page as the controls say."""
        picks = {name: str(value or "") for name, value in zip(Spot.__slots__, values, strict=False)}
        return self.opened(self.form.given(values[len(picks) :]) | picks)

    def opened(self, params: Mapping[str, str]) -> list[Any]:
        """Controls, the judges side by side, and the one that is looked at."""
        boards = tuple(board for board in self.service.boards() if board.kind == "battles")
        asked = read(self.service.boards(), params)
        if asked is None:
            same = [gr.skip()] * (len(self.picks) + len(self.form.parts))
            return [*same, _bare(), "", ""]
        judges = shelf.judges(asked.board)
        return [
            gr.update(choices=shelf.options(boards), value=asked.board.board),
            gr.update(choices=[PEOPLE, *judges], value=asked.spot.reference or ""),
            gr.update(choices=[("no judge", ""), *judges], value=asked.spot.judge or "", visible=True),
            gr.update(value=asked.spot.by, visible=bool(asked.spot.judge)),
            *self.form.filled(link.params(asked.filters), shelf.held(asked.board, ())),
            *self._shown(asked),
            asked.query,
        ]

    def hangs(self, query: str) -> Markup:
        """What the ranking hangs on: the board without each judge and each category."""
        asked = read(self.service.boards(), dict(parse_qsl(query.removeprefix("?")))) if query else None
        if asked is None:
            return Markup()
        try:
            lines = stability.of(self.service.database, asked.board.board, RankSettings(), asked.filters)
        except ArenaError as error:
            return notes([str(error)], "error")
        return hanging.hanging(lines, asked.board.board, asked.filters)

    def _shown(self, asked: Asked) -> tuple[Markup, Markup]:
        try:
            found = audited(self.service.database, asked.audit)
        except ArenaError as error:
            return text([notes(asked.told), notes([str(error)], "error")]), Markup()
        whole = text([notes(asked.told), bench.side_by_side(found, asked.spot, asked.filters)])
        return whole, bench.alone(found, asked.spot, asked.filters)


def read(boards: tuple[BoardInfo, ...], params: Mapping[str, str]) -> Asked | None:
    """What a query asks, with what does not fit left out; None where no board has single verdicts."""
    board, told = shelf.pick(boards, params, single=True)
    if board is None:
        return None
    spot = link.read(Spot, params)
    filters = link.read(Filters, {name: value for name, value in params.items() if name in NARROW})
    judges, lost = shelf.judges(board), list(told)
    there = spot.value
    lost += [
        f"{word!r} is no judge of this board."
        for word in (there.reference, there.judge)
        if word is not None and word not in judges
    ]
    there = replace(
        there,
        reference=there.reference if there.reference in judges else None,
        judge=there.judge if there.judge in judges else None,
    )
    there = replace(there, board=board.board)
    return Asked(board, there, filters.value, (*lost, *spot.problems, *filters.problems))


def _bare() -> Markup:
    return empty(
        "No board has single verdicts yet",
        "Ratings and vote counts keep no verdicts. ",
        tag("a", "Bring battles in", href="/data"),
        ", or ",
        tag("a", "play some", href="/runs"),
        ".",
    )
