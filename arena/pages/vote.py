"""The page where people vote, blind: a battle, four choices, then who played. Its state is the query.

Who votes is a mark that the browser keeps, or the name that a person gives; the service keeps a hash.
Leaves out the ballot (`arena.pages.ballot`) and the judges beside the votes (`arena.pages.trial`).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast, get_args
from urllib.parse import parse_qsl

import gradio as gr

from arena.errors import ArenaError, BadRequest
from arena.filters import Filters
from arena.pages import ballot, link, shelf, trial
from arena.pages.figure import count
from arena.pages.form import Form
from arena.pages.jobs import download
from arena.pages.markup import Markup, empty, notes, skeleton, tag, text
from arena.pages.panel import PUSH, panel
from arena.service.ballots import Ballot, BallotFound, Cast, TakeBack, Trial
from arena.service.requests import BoardInfo, Export
from arena.service.service import Service
from arena.votes import Choice, Drawn

NARROW = ("category", "language")
"""Filters that say nothing of the answers or of who gave them."""
ACT = "votePage.wire(element, told => trigger('select', told))"
"""What is pressed comes here with who votes, how long it took, and the comment (static/vote.js)."""
MINE = "(query, voter) => [query, votePage.voter()]"
AT = "query => votePage.at(query)"
SHOWN = "() => votePage.shown()"
MOST = 500
"""Skipped battles that are minded."""
WORDS = (
    "Which answer is better? Both models stay unnamed until you have voted. Votes make a board of their own, "
    "and they show how far the judges can be trusted."
)


@dataclass(frozen=True, slots=True)
class Spot:
    """Which board, and which battle is open."""

    board: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Voter:
    """What the browser says of the voter: see `votePage.voter` in static/vote.js."""

    who: str
    skipped: tuple[str, ...] = ()
    battle: str = ""
    """The battle that was drawn last, and why."""
    drawn: Drawn = "asked"
    name: str = ""
    """The name that the person gave, as it stands in its field."""

    @classmethod
    def read(cls, said: str) -> "Voter":
        """From what the browser sends, whatever that is."""
        try:
            held = json.loads(said)
            skipped = tuple(str(one) for one in held.get("skipped", ()))[-MOST:]
            drawn = held.get("drawn")
            known = cast("Drawn", drawn) if drawn in get_args(Drawn) else "asked"
            who, battle, name = (str(held.get(part, "")) for part in ("who", "battle", "name"))
            return cls(who, skipped, battle, known, name)
        except (ValueError, AttributeError, TypeError):
            return cls("")


def build(service: Service, blocks: gr.Blocks) -> None:
    """Lays the page out and wires it."""
    Page(service).wire(blocks)


class Page:
    """The page's controls, and what they do."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.form = Form(Filters)
        panel(tag("div", tag("h1", "Vote"), tag("p", WORDS, class_="quiet"), class_="title"))
        with gr.Row(elem_classes="controls"):
            self.board = gr.Dropdown(label="Board", min_width=280, scale=3, elem_id="board")
            self.form.place(*NARROW)
            self.name = gr.Textbox(
                label="Your name, kept as a hash",
                placeholder="none: this browser votes",
                max_lines=1,
                max_length=200,
                min_width=220,
                elem_id="voter-name",
            )
        self.told = panel(elem_id="told")
        with gr.Row(elem_classes="booth"):
            self.pane = panel(skeleton(8), elem_id="pane", js_on_load=ACT)
            self.side = panel(skeleton(4), elem_id="trial")
        with gr.Row(elem_classes="keeping", elem_id="saving"):
            self.take = gr.Button("Votes as a file", size="sm", min_width=140, elem_id="take-votes")
            self.file = panel(elem_id="vote-file")
        self.state, self.voter = [
            gr.Textbox(visible="hidden", elem_id=f"vote-{name}") for name in ("state", "voter")
        ]

    def wire(self, blocks: gr.Blocks) -> None:
        """Arriving, changed controls and presses all show a ballot; the judges' figures follow."""
        shown = [self.board, *self.form.parts, self.pane, self.told, self.state]
        quiet: dict[str, Any] = {"show_progress": "hidden"}
        asked = [self.state, self.voter]
        arrived = blocks.load(self.arrive, asked, [self.name, *shown], js=MINE, **quiet)
        controls = [self.board, self.voter, *self.form.parts]
        own = "(...all) => [all[0], votePage.voter(), ...all.slice(2)]"
        changed = gr.on(
            [self.board.input, *(part.input for part in self.form.parts)],
            self.change,
            controls,
            shown,
            js=own,
            **quiet,
        )
        named = gr.on(
            [self.name.submit, self.name.blur],
            self.look,
            asked,
            shown,
            js="(query) => [query, votePage.named()]",
            **quiet,
        )
        acted = self.pane.select(self.act, self.state, shown, trigger_mode="multiple", **quiet)
        for event, keep in ((arrived, AT), (changed, PUSH), (named, PUSH), (acted, PUSH)):
            kept = event.then(None, self.state, None, js=keep).then(None, None, None, js=SHOWN)
            kept.then(self.figures, asked, self.side, js=MINE, **quiet)
        self.take.click(self.export, self.state, self.file, show_progress="hidden")

    def arrive(self, _: str, said: str, request: gr.Request) -> list[Any]:
        """The page as its address says."""
        voter = Voter.read(said)
        return [voter.name, *self.opened(dict(request.query_params), voter)]

    def look(self, query: str, said: str) -> list[Any]:
        """The same page for another voter."""
        return self.opened(_params(query), Voter.read(said))

    def change(self, board: str, said: str, *values: Any) -> list[Any]:
        """The next ballot under what the controls say."""
        return self.opened({**self.form.given(values), "board": board or ""}, Voter.read(said))

    def opened(self, params: Mapping[str, str], voter: Voter, told: Markup | str = "") -> list[Any]:
        """Controls, ballot, what is told, and the query that says the same."""
        boards = self.service.boards()
        info, lost = shelf.pick(boards, params, single=True)
        boards = tuple(board for board in boards if board.kind == "battles")
        if info is None:
            return [gr.update(choices=[]), *[gr.skip()] * len(self.form.parts), _bare(), "", ""]
        spot, filters = link.read(Spot, params), narrowed(params)
        try:
            found = self._ballot(info, spot.value.id, filters, voter)
            shown, said = ballot.shown(found, info.board), text([notes((*lost, *spot.problems)), told])
        except ArenaError as error:
            found, shown, said = None, Markup(), text([notes([str(error)], "error"), told])
        opened = found.paper.record.battle.id if found and found.paper else None
        return [
            gr.update(choices=shelf.options(boards), value=info.board),
            *self.form.filled(link.params(filters), shelf.held(info, ()), shelf.useless(info)),
            shown,
            said,
            link.query(Spot(info.board, opened), filters),
        ]

    def _ballot(self, info: BoardInfo, battle: str | None, filters: Filters, voter: Voter) -> BallotFound:
        """The battle that is named, remembered with why it was drawn, or the next one."""
        asked = Ballot(info.board, voter.who, replace(filters, flagged=None), battle or None, voter.skipped)
        found = self.service.voting.ballot(asked)
        paper = found.paper
        if paper and battle and voter.battle == paper.record.battle.id:
            return replace(found, paper=replace(paper, drawn=voter.drawn))
        return found

    def act(self, event: gr.EventData, query: str) -> list[Any]:
        """A press: a vote, the next battle, skipping one, taking the last vote back."""
        params, voter = _params(query), Voter.read(str(event.voter))
        battle = str(event.battle or "")
        try:
            if event.do == "undo":
                back = self.service.voting.take_back(TakeBack(params.get("board", ""), voter.who)).vote
                told = notes(["Your last vote is taken back; here is its battle again."], "info")
                return self.opened({**params, "id": back.battle}, voter, told)
            if event.do == "vote":
                self._vote(params.get("board", ""), voter, battle, event)
                return self.opened({**params, "id": battle}, voter)
        except ArenaError as error:
            return self.opened({**params, "id": battle}, voter, notes([str(error)], "error"))
        return self.opened({name: value for name, value in params.items() if name != "id"}, voter)

    def _vote(self, board: str, voter: Voter, battle: str, event: gr.EventData) -> None:
        choice, took = event.choice, event.took
        if choice not in get_args(Choice):
            raise BadRequest(f"no choice {choice!r}; there are: {', '.join(get_args(Choice))}")
        took = int(took) if isinstance(took, int | float) and took >= 0 else None
        drawn = voter.drawn if voter.battle == battle else "asked"
        vote = Cast(board, voter.who, battle, choice, str(event.comment or "") or None, took, drawn)
        self.service.voting.cast(vote)

    def export(self, query: str) -> Markup:
        """A file of what people said of the board, in LMSYS's form, which the browser fetches at once."""
        params = _params(query)
        board = params.get("board", "")
        path = self.service.settings.exports / f"votes-{board}.json"
        filters = Filters(people=True, flagged=link.read(Filters, params).value.flagged)
        try:
            found = self.service.export(
                Export("battles", board, path, "lmsys_battles", filters=filters, force=True)
            )
        except ArenaError as error:
            return notes([str(error)], "error")
        return download(Path(found.path), f"{path.name}, {count(found.rows, 'vote')}", fresh=True)

    def figures(self, query: str, said: str) -> Markup:
        """The judges beside the votes."""
        params = _params(query)
        if not params.get("board"):
            return Markup()
        flagged = link.read(Filters, params).value.flagged is not False
        try:
            found = self.service.voting.trial(
                Trial(params["board"], flagged=flagged, who=Voter.read(said).who or None)
            )
        except ArenaError as error:
            return notes([str(error)], "error")
        return trial.trial(found, params["board"], flagged=flagged)


def _params(query: str) -> dict[str, str]:
    return dict(parse_qsl(query.removeprefix("?")))


def narrowed(params: Mapping[str, str]) -> Filters:
    """The filters of a query that a blind voter may choose, and whether marked votes are counted."""
    held = {name: value for name, value in params.items() if name in (*NARROW, "flagged")}
    return link.read(Filters, held).value


def _bare() -> Markup:
    return empty(
        "Nothing to vote on yet",
        "A vote needs battles with texts: ",
        tag("a", "bring some in", href="/data"),
        ", or ",
        tag("a", "play some", href="/runs"),
        ".",
    )
