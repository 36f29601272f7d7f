"""The page of runs: start a job from a preset, see it work, pause it, stop it, go on. Its state is the query.

Runs are processes of their own: closing the page, or the app, stops none. Leaves out the parts
(`arena.pages.course`, `editor`, `flight`, `roster`).
"""

import json
from hashlib import blake2b
from typing import Any

import gradio as gr

from arena import presets
from arena.errors import ArenaError
from arena.jobs import catalog
from arena.jobs.folder import find
from arena.pages import course, editor, flight, link, roster, visitors
from arena.pages.chooser import chooser
from arena.pages.markup import Markup, notes, skeleton, tag, text
from arena.pages.panel import KNOW, PUSH, panel
from arena.pages.roster import Spot
from arena.service.running import Control, DryRun, Launch, Run
from arena.service.service import Service

ACT = "runsPage.wire(element, told => trigger('select', told))"
"""What is pressed or chosen inside a panel comes here, with what the form holds (static/runs.js)."""
SHOWN = "() => runsPage.shown()"
FIRST = "pocket"
"""The preset that the form opens on, where there is one."""
QUICK, SLOW = 1.5, 5.0
"""Seconds between two looks while something works, and else."""
SHUT = "You are looking as a visitor: jobs are started and steered by the operator."
_SKIP = "-"


def build(service: Service, blocks: gr.Blocks) -> None:
    """Lays the page out and wires it."""
    Page(service).wire(blocks)


class Page:
    """The page's panels, and what they do."""

    def __init__(self, service: Service) -> None:
        self.service = service
        panel(_lead())
        self.head = panel(elem_id="run-head", js_on_load=ACT)
        self.live = panel(elem_id="run-live")
        self.rest = panel(elem_id="run-rest")
        self.start = panel(elem_id="start", js_on_load=ACT)
        self.told = panel(elem_id="told", js_on_load=ACT)
        self.list = panel(skeleton(4), elem_id="run-list", js_on_load=ACT)
        self.timer = gr.Timer(QUICK)
        names = ("draft", "at", "seen", "state")
        self.draft, self.at, self.seen, self.state = [
            gr.Textbox(visible="hidden", elem_id=f"runs-{name}") for name in names
        ]

    @property
    def free(self) -> bool:
        """Whether who asks operates the app; asked inside an event."""
        return visitors.operates(self.service.settings)

    def wire(self, blocks: gr.Blocks) -> None:
        """Arriving fills everything; the clock looks again; presses come from all panels alike."""
        looked = [self.head, self.live, self.rest, self.list, self.seen, self.timer]
        arrived = blocks.load(
            self.arrive,
            None,
            [self.start, self.draft, self.at, self.state, self.told, *looked],
            show_progress="hidden",
        )
        arrived.then(None, self.state, None, js=KNOW)
        self.timer.tick(self.look, [self.at, self.seen], looked, show_progress="hidden")
        for source in (self.start, self.told, self.head, self.list):
            acted = source.select(
                self.act,
                [self.draft, self.at, self.seen],
                [self.start, self.draft, self.at, self.state, self.told, *looked],
                show_progress="hidden",
                trigger_mode="multiple",  # else a press is lost while an answer is under way
            )
            acted.then(None, self.state, None, js=PUSH).then(None, None, None, js=SHOWN)

    def arrive(self, asked: gr.Request) -> list[Any]:
        """The page as its address says."""
        spot = link.read(Spot, dict(asked.query_params)).value
        told, at, lost = Markup() if self.free else notes([SHUT], "info"), "", Markup()
        if spot.run:
            try:  # a step is shown with the run that it is part of
                at = find(self.service.runs.home, spot.run.partition(".")[0]).id
            except ArenaError as error:
                lost = notes([str(error)])
        start, draft = self._opened(spot.preset or "") if self.free else (Markup(), "")
        folded = tag("details", tag("summary", "Start another job"), start, data_keep="start")
        opened = folded if at else text([lost, start])
        return [opened, draft, at, link.query(spot), told, *self.look(at, "")]

    def look(self, at: str, seen: str) -> list[Any]:
        """How all is now; only what changed is written again, so that nothing jumps under a reader."""
        lines = self.service.runs.all()
        spot = Spot(at or None)
        parts = {"list": roster.listed(lines, spot), "head": Markup(), "live": Markup(), "rest": Markup()}
        if any(line.id == at for line in lines):
            found = self.service.runs.one(Run(at))
            parts["head"] = course.head(found.line, free=self.free)
            parts["live"] = course.live(found)
            parts["rest"] = course.folded(found) if self.free else Markup()
        had = json.loads(seen) if seen else {}
        now = {name: blake2b(part.encode(), digest_size=8).hexdigest() for name, part in parts.items()}
        fresh = [part if had.get(name) != now[name] else gr.skip() for name, part in parts.items()]
        busy = any(line.state in course.LIVE for line in lines)
        return [*fresh[1:], fresh[0], json.dumps(now), gr.Timer(QUICK if busy else SLOW)]

    def act(self, event: gr.EventData, draft: str, at: str, seen: str) -> list[Any]:
        """A press anywhere on the page."""
        do, what = str(event.do), str(event.what)
        same = [gr.skip(), draft, at, gr.skip(), gr.skip()]
        if not self.free and do != "open":
            return [*same, *self.look(at, seen)]
        try:
            changed = self._act(do, what, dict(event.values or {}), (draft, at))
        except ArenaError as error:
            changed = [gr.skip(), draft, at, gr.skip(), notes([str(error)], "error")]
        return [*changed, *self.look(changed[2], seen)]

    def _act(self, do: str, what: str, values: dict[str, Any], now: tuple[str, str]) -> list[Any]:
        """Form, draft, open run, query, what is told."""
        draft, at = now
        if do == "open":
            return [gr.skip(), draft, what, link.query(Spot(what)), ""]
        if do == "preset":
            start, draft = self._opened(what)
            return [start, draft, at, link.query(Spot(at or None, what)), ""]
        if do in course.VERBS:
            done = self.service.runs.control(Control(what, do))
            gone = do == "remove"
            said = notes([f"{done.id} is removed."], "info") if gone else ""
            return [gr.skip(), draft, "" if gone else at, "?" if gone else gr.skip(), said]
        return self._plan(do, what, values, now)

    def _plan(self, do: str, what: str, values: dict[str, Any], now: tuple[str, str]) -> list[Any]:
        """What is pressed in the form."""
        draft, at = now
        held = json.loads(draft)
        model = catalog.load(held["kind"], self.service.runs.packages).Config
        config = editor.applied(model, held["config"], values)
        if do in ("add", "drop"):
            config = editor.changed(config, do, what)
        draft = json.dumps({**held, "config": config})
        if do in ("add", "drop", "plug"):
            return [self._form(held["preset"], held["kind"], config), draft, at, gr.skip(), ""]
        plan = editor.pruned(model, config)
        if do == "dry":
            found = self.service.runs.dry(DryRun(held["kind"], plan))
            return [gr.skip(), draft, at, gr.skip(), flight.checked(found)]
        done = self.service.runs.launch(Launch(held["kind"], plan, again=do == "again"))
        return [
            gr.skip(),
            draft,
            done.id,
            link.query(Spot(done.id, held["preset"])),
            _started(done.fate, done.id),
        ]

    def _opened(self, name: str) -> tuple[Markup, str]:
        """The form on a preset, and its draft."""
        known = presets.every(self.service.settings.home)
        names = [shown.name for shown in known]
        wanted = next((one for one in (name, FIRST, *names) if one in names), "")
        if not wanted:
            return notes(["There is no preset: the program was installed without its data."], "error"), ""
        try:
            preset = presets.load(wanted, (), self.service.settings.home)
        except ArenaError as error:
            return text([self._chooser(wanted), notes([str(error)], "error")]), ""
        draft = {"preset": wanted, "kind": preset.kind, "config": preset.config}
        return self._form(wanted, preset.kind, preset.config), json.dumps(draft)

    def _form(self, name: str, kind: str, config: dict[str, Any]) -> Markup:
        model = catalog.load(kind, self.service.runs.packages).Config
        buttons = tag(
            "div",
            tag("button", "Look first", type="button", class_="act", data_do="dry", data_what="", id="dry"),
            tag(
                "button",
                "Start",
                type="button",
                class_="act first",
                data_do="start",
                data_what="",
                id="launch",
            ),
            class_="acts go",
        )
        return tag(
            "section",
            self._chooser(name),
            tag(
                "form",
                editor.form(editor.outline(model, config)),
                class_="editor",
                aria_label="Settings of the job",
            ),
            buttons,
            class_="starter",
            aria_label="Start a job",
        )

    def _chooser(self, name: str) -> Markup:
        """The presets, and what the chosen one is."""
        return chooser("Start from", presets.every(self.service.settings.home), name)


def _lead() -> Markup:
    words = (
        "Tournaments, benchmarks and every other job. Each is a process of its own: it goes on when this "
        "page is closed or the app ends, and what was done is never done again."
    )
    return tag("div", tag("h1", "Runs"), tag("p", words, class_="quiet"), class_="title")


def _started(fate: str, name: str) -> Markup:
    said = {
        "new": f"{name} is on its way.",
        "running": f"This plan has a run at work already: {name}. It is open above.",
        "resumed": f"{name} of this plan goes on where it was.",
        "finished": f"This plan has been run already: {name} is open above.",
    }
    again = tag("button", "Start a new run of it", type="button", class_="act", data_do="again", data_what="")
    return text([notes([said[fate]], "info"), None if fate == "new" else again])
