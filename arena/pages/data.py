"""The data page: bring files in, watch imports, and what is in the database. Its state is the query."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import gradio as gr

from arena.errors import ArenaError, BadRequest, Unreadable
from arena.pages import columns, jobs, link, stock, survey, testsets, visitors
from arena.pages.columns import Columns
from arena.pages.looking import Looking
from arena.pages.markup import Markup, notes, skeleton, text
from arena.pages.panel import KNOW, PUSH, panel
from arena.pages.source import MAPPED, Wanted, choices, explained, lead, request, suggested
from arena.service import requests as ask
from arena.service.intake import ImportLog, Peek
from arena.service.service import Service

ACT = "element.addEventListener('click', event => dataPage.act(event, told => trigger('select', told)))"
"""Clicks on buttons and boards inside a panel come here (static/data.js)."""
BACK = (
    "document.addEventListener('visibilitychange', () => dataPage.back(told => trigger('select', told)));"
    "new BroadcastChannel('arena-imports').onmessage = () => dataPage.back(told => trigger('select', told))"
)
"""Who comes back to the page, or has another tab, sees what was started there meanwhile."""
SAY = "() => dataPage.say()"
"""Tells the other tabs."""
SHOWN = "() => dataPage.shown()"
FRESH = "() => dataPage.fresh()"
"""Fetches what was just written."""
TURN = 0.3
"""Seconds between two looks at a dry run."""


def build(service: Service, blocks: gr.Blocks) -> None:
    """Lays the page out and wires it."""
    Page(service).wire(blocks)
    testsets.Part(service).wire(blocks)


class Page:
    """The page's controls, and what they do."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.known = service.formats()
        panel(lead())
        with gr.Column(elem_id="intake"):
            self._source()
            with gr.Row(elem_classes="controls"):
                self.format = gr.Dropdown(choices(self.known), value="", label="Format", elem_id="format")
                self.into = gr.Textbox(
                    label="Board", placeholder="named after the file", max_lines=1, elem_id="into"
                )
                self.judge = gr.Textbox(
                    label="Judge, where the file names none",
                    placeholder="unknown",
                    max_lines=1,
                    elem_id="judge",
                )
            self.about = panel(explained(self.known, ""), elem_id="about")
            self.columns = Columns(self.known)
            with gr.Row(elem_classes="go"):
                self.look = gr.Button("Look first", elem_id="look", min_width=140)
                self.leave = gr.Button("Stop looking", visible=False, elem_id="leave", min_width=140)
                self.bring = gr.Button("Import", variant="primary", elem_id="bring", min_width=140)
        self.told = panel(elem_id="dryrun")
        self.jobs = panel(elem_id="jobs", js_on_load=f"{ACT}; {BACK}")
        self.opened = panel(elem_id="opened", js_on_load=ACT)
        self.stock = panel(skeleton(8), elem_id="stock", js_on_load=ACT)
        self.timer = gr.Timer(1, active=False)
        hidden = [gr.Textbox(visible="hidden", elem_id=name) for name in ("state", "at", "running")]
        self.state, self.at, self.running = hidden

    def _source(self) -> None:
        where = [("Upload files", "upload"), ("A path on this server", "path")]
        self.source = gr.Radio(where, value="upload", label="Where the files are", elem_id="source")
        self.files = gr.File(file_count="multiple", label="Files", height=140, elem_id="files")
        self.path = gr.Textbox(
            label="File or folder on this server",
            placeholder="such as ~/arena-bench, or a file",
            max_lines=1,
            visible=False,
            elem_id="path",
        )
        self.mark = gr.Textbox(visible="hidden", elem_id="mark")

    @property
    def free(self) -> bool:
        """Whether who asks operates the app; asked inside an event."""
        return visitors.operates(self.service.settings)

    @property
    def inputs(self) -> list[Any]:
        """What `_wanted` reads."""
        return [
            self.mark,
            self.at,
            self.source,
            self.path,
            self.format,
            self.into,
            self.judge,
            *self.columns.parts,
        ]

    def wire(self, blocks: gr.Blocks) -> None:
        """Arriving fills everything; looking, importing and the lists are independent of each other."""
        simple = [self.source, self.files, self.path, self.format, self.about, self.into, self.judge]
        editor = [self.columns.box, *self.columns.parts]
        lists = [self.jobs, self.timer, self.running, self.stock]
        arrived = blocks.load(
            self.arrive, None, [*simple, *editor, self.told, *lists, self.opened, self.at, self.state],
            show_progress="hidden",
        )  # fmt: skip
        arrived.then(None, self.state, None, js=KNOW)
        self._choose(editor)
        looked = self.look.click(
            self.survey,
            self.inputs,
            [self.told, self.look, self.leave, self.format, self.about, *editor, self.state],
            show_progress="hidden",
            concurrency_limit=4,
        )  # fmt: skip
        self.leave.click(self.left, None, [self.told, self.look, self.leave], cancels=[looked])
        brought = self.bring.click(
            self.start, self.inputs, [self.told, *lists, self.state], show_progress="hidden"
        )
        for event in (looked, brought):
            event.then(None, self.state, None, js=PUSH)
        ticked = [self.running, self.at]
        self.timer.tick(self.tick, ticked, [*lists, self.opened], show_progress="hidden")
        acted = self.jobs.select(self.act, ticked, [*lists, self.opened, self.at], show_progress="hidden")
        shown = self.stock.select(self.show, None, [self.opened, self.at], show_progress="hidden")
        shown.then(None, None, None, js=SHOWN)
        done = self.opened.select(
            self.use, None, [self.opened, self.stock, self.at], show_progress="minimal", concurrency_limit=2
        )
        done.then(None, None, None, js=FRESH)
        for event in (brought, acted, done):
            event.then(None, None, None, js=SAY)
        self.columns.wire()

    def _choose(self, editor: list[Any]) -> None:
        """Choosing a source, a format or files changes only what hangs on it."""
        self.source.input(
            lambda where: [gr.update(visible=where == "upload"), gr.update(visible=where == "path")],
            self.source,
            [self.files, self.path],
            show_progress="hidden",
        )
        self.format.input(
            self.chosen, [self.mark, self.source, self.path, self.format], [self.about, *editor],
            show_progress="hidden",
        )  # fmt: skip
        sent = [self.mark, self.told, self.into]
        self.files.upload(self.received, [self.files, self.mark, self.into], sent, show_progress="hidden")
        self.files.clear(self.cleared, self.mark, [self.mark, self.told], show_progress="hidden")

    def arrive(self, asked: gr.Request) -> list[Any]:
        """The page as its address says."""
        params = dict(asked.query_params)
        wanted = link.read(Wanted, params).value
        if not self.free:
            wanted = replace(wanted, source="upload", path=None)
        path = wanted.source == "path"
        fresh = self._columns(Path(wanted.path)) if path and wanted.path and wanted.format == MAPPED else None
        lines = [(text_ or "").splitlines() for text_ in (wanted.maps, wanted.values)]
        board, gone = self._open(wanted.board)
        return [
            gr.update(value=wanted.source, visible=self.free),
            gr.update(visible=not path),
            gr.update(value=wanted.path or "", visible=path),
            gr.update(value=wanted.format or ""),
            explained(self.known, wanted.format or ""),
            gr.update(value=wanted.into or ""),
            gr.update(value=wanted.judge or ""),
            gr.update(visible=wanted.format == MAPPED),
            *self.columns.filled(fresh, *lines),
            gone,
            *self._lists(wanted.board),
            board,
            wanted.board or "",
            link.query(wanted),
        ]

    def chosen(self, mark: str, source: str, path: str, name: str) -> list[Any]:
        """A format's help; the editor, with the file's columns, for own columns."""
        mine = name == MAPPED
        found = self._columns(self._place(mark, source, path)) if mine else None
        parts = self.columns.filled(found) if mine else [gr.skip()] * len(self.columns.parts)
        return [explained(self.known, name), gr.update(visible=mine), *parts]

    def received(self, files: list[str] | None, before: str, into: str) -> list[Any]:
        """What was sent goes to a folder of its own."""
        try:
            old = suggested(self._place(before, "upload", ""))
            self._drop(before)
            mark = self.service.uploads.take([Path(file) for file in files or []])
            place = self.service.uploads.path(mark)
        except ArenaError as error:
            return ["", survey.failed(error), gr.skip()]
        first = place if place.is_file() else min(place.iterdir())
        name = suggested(first) if not into or into == old else into
        return [mark, "", name]

    def cleared(self, mark: str) -> list[Any]:
        """The upload goes."""
        self._drop(mark)
        return ["", ""]

    def survey(self, *values: Any) -> Iterator[list[Any]]:
        """The dry run, with what it has read so far; a file in no known format opens the editor."""
        rest = [gr.skip()] * (3 + len(self.columns.parts))
        wanted = self._wanted(values)
        query = link.query(wanted)
        buttons = [gr.update(interactive=False), gr.update(visible=True)]
        idle = [gr.update(interactive=True), gr.update(visible=False)]
        try:
            asked: ask.Survey = request(ask.Survey, wanted, self.service, values[0], free=self.free)
        except ArenaError as error:
            opened = self._editor(wanted, values) if wanted.format == MAPPED else rest
            yield [survey.failed(error), *idle, *opened, query]
            return
        run = Looking(self.service, asked)
        try:
            while not run.over(TURN):
                yield [survey.looking(*run.at), *buttons, *rest, query]
        finally:
            run.leave()
        after = self._after(run, wanted, values, rest)
        told = [columns.unknown(asked.path.name)] if after[0] == MAPPED else self._looked(run)
        yield [*told, *idle, *after, query]

    def _looked(self, run: Looking) -> list[Any]:
        if run.found is None:
            return [survey.failed(self._plain(str(run.error or "the dry run ended without a word")))]
        return [Markup(self._plain(survey.surveyed(run.found)))]

    def _after(self, run: Looking, wanted: Wanted, values: tuple[Any, ...], rest: list[Any]) -> list[Any]:
        """The editor, where no format knows the file; else everything as it is."""
        said = str(run.error)
        unknown = isinstance(run.error, Unreadable) and (
            "no known format" in said or "in a known format" in said
        )
        return self._editor(wanted, values) if unknown and wanted.format is None else rest

    def _editor(self, wanted: Wanted, values: tuple[Any, ...]) -> list[Any]:
        """Format, its help and the editor as they are for own columns; as they were where there are none."""
        found = self._columns(self._place(values[0], wanted.source, wanted.path or ""))
        if found is None:
            return [gr.skip()] * (3 + len(self.columns.parts))
        said = self.columns.said(values[7:]) if wanted.format == MAPPED else ((), ())
        return [
            MAPPED,
            explained(self.known, MAPPED),
            gr.update(visible=True),
            *self.columns.filled(found, *said),
        ]

    def left(self) -> list[Any]:
        """A dry run that is not waited for."""
        return [
            notes(["Stopped looking. Nothing was stored."], "info"),
            gr.update(interactive=True),
            gr.update(visible=False),
        ]

    def start(self, *values: Any) -> list[Any]:
        """Starts an import; the list below shows it."""
        wanted = self._wanted(values)
        try:
            self.service.imports.start(request(ask.Import, wanted, self.service, values[0], free=self.free))
        except ArenaError as error:
            return [survey.failed(self._plain(str(error))), *[gr.skip()] * 4, link.query(wanted)]
        return ["", *self._lists(wanted.board, stocked=False), link.query(wanted)]

    def tick(self, running: str, at: str) -> list[Any]:
        """The list of imports; the boards too, when one has ended."""
        ended = self._running() != running
        lists = self._lists(at, stocked=ended)
        return [*lists, self._open(at)[0] if ended and at else gr.skip()]

    def act(self, event: gr.EventData, running: str, at: str) -> list[Any]:
        """A button of the list of imports."""
        problem: Markup | None = None
        try:
            if event.do in ("stop", "again"):
                self._mine(str(event.what))
            if event.do == "stop":
                self.service.imports.stop(int(event.what))
            elif event.do == "again":
                self.service.imports.again(int(event.what))
            elif event.do == "open":
                return [*[gr.skip()] * 4, self._open(str(event.what))[0], str(event.what)]
        except ArenaError as error:
            problem = survey.failed(self._plain(str(error)))
        found = self.tick("?" if event.do == "refresh" else running, at)
        return [text([problem, found[0]]), *found[1:], gr.skip()]

    def _mine(self, number: str) -> None:
        """Refuses a visitor an import of the operator's.

        Raises:
            BadRequest: it reads a path of this machine, which only the operator may name.
        """
        job = next((job for job in self.service.imports.all() if str(job.id) == number), None)
        if job is not None and not self.free and not self.service.uploads.holds(Path(job.path)):
            raise BadRequest("this import is the operator's: log in as operator")

    def show(self, event: gr.EventData) -> list[Any]:
        """Opens a board."""
        board, gone = self._open(str(event.what))
        return [text([gone or None, board]), str(event.what)]

    def use(self, event: gr.EventData) -> list[Any]:
        """A button of the open board: an export, or its removal."""
        try:
            if event.do == "remove":
                if not self.free:
                    raise BadRequest("boards are removed by the operator: log in as operator")
                gone = self.service.remove(ask.Remove(str(event.what)))
                said = f"{gone.board} is removed."
                return [notes([said], "info"), stock.boards(self.service.boards(), None), ""]
            name, what = str(event.of), str(event.what)
            kind: Literal["board", "battles"] = "battles" if what.startswith("battles") else "board"
            if what not in {code for _, code in stock.WRITABLE[kind]}:
                raise BadRequest(f"no export {what!r}")
            path = self.service.settings.exports / f"{name}-{what}"
            self.service.settings.exports.mkdir(parents=True, exist_ok=True)
            done = self.service.export(ask.Export(kind, name, path, force=True))
            return [self._open(name, stock.written(done))[0], gr.skip(), gr.skip()]
        except ArenaError as error:
            return [self._open(str(event.of), survey.failed(error))[0], gr.skip(), gr.skip()]

    def _open(self, name: str | None, told: Markup | None = None) -> tuple[Markup, Markup]:
        """(an open board, a line where there is none of that name)."""
        info = next((board for board in self.service.boards() if board.board == name), None)
        if info is None:
            gone = (
                notes([f"There is no board {name!r} here: it may have been removed."]) if name else Markup()
            )
            return told or Markup(), gone
        past = self.service.past(ImportLog(info.board)).imports
        return stock.board(info, past, told or Markup(), self._plain), Markup()

    def _lists(self, at: str | None, *, stocked: bool = True) -> list[Any]:
        """Imports, the clock, what runs, and the boards."""
        running = self._running()
        return [
            jobs.listed(self.service.imports.all(), self._plain),
            gr.update(active=bool(running)),
            running,
            stock.boards(self.service.boards(), at) if stocked else gr.skip(),
        ]

    def _running(self) -> str:
        return " ".join(str(job.id) for job in self.service.imports.all() if job.running)

    def _wanted(self, values: tuple[Any, ...]) -> Wanted:
        at, source, path, name, into, judge = values[1:7]
        maps, words = self.columns.said(values[7:]) if name == MAPPED else ((), ())
        given = {
            "board": at, "source": source if self.free else "upload",
            "path": path if source == "path" else "",
            "format": name, "into": into, "judge": judge, "maps": "\n".join(maps), "values": "\n".join(words),
        }  # fmt: skip
        return link.read(Wanted, given).value

    def _place(self, mark: str, source: str, path: str) -> Path:
        """What is to be read, or a path that is nowhere."""
        try:
            return self.service.uploads.path(mark) if source == "upload" else Path(path)
        except ArenaError:
            return Path()

    def _columns(self, path: Path) -> Any:
        """The columns of a file; None where it has none."""
        if path == Path() or (not self.free and not self.service.uploads.holds(path)):
            return None
        try:
            return self.service.peek(Peek(path))
        except (ArenaError, OSError, ValueError):
            return None

    def _drop(self, mark: str) -> None:
        place = self._place(mark, "upload", "")
        if place != Path() and not any(
            job.running and Path(job.path) == place for job in self.service.imports.all()
        ):
            self.service.uploads.drop(place)

    def _plain(self, said: str) -> str:
        return self.service.uploads.told(said)
