"""The page of iterations: one button from losses to a better model, watched live. Its state is the query.

A run is a process of its own: closing the page, or the app, stops nothing, and a second press finds the run
that is there. Leaves out the parts (`starter`, `timeline`, `rating`, `gains`, `near`, `wheels`).
"""

import json
from dataclasses import replace
from hashlib import blake2b
from typing import Any
from urllib.parse import parse_qsl

import gradio as gr

from arena import models, presets
from arena.errors import ArenaError, BadRequest
from arena.jobs import catalog
from arena.jobs.plan import Dry, Plan, beside
from arena.pages import course, editor, link, visitors
from arena.pages.markup import Markup, notes, skeleton, tag, text
from arena.pages.offprint.sheet import Offprint
from arena.pages.panel import KNOW, PUSH, panel
from arena.pages.saving import Saving
from arena.preflight import worst
from arena.service.running import Control, DryRun, Launch
from arena.service.service import Service
from training.pages import fight, gains, near, offprint, rating, starter, timeline, wheels
from training.pages.spot import Spot
from training.service import (
    KIND,
    Fight,
    Guest,
    Iteration,
    IterationFound,
    Promote,
    Promoted,
    Rows,
    RowsFound,
)

ACT = "iteratePage.wire(element, told => trigger('select', told))"
"""What is pressed or chosen inside a panel comes here, with what the form holds (static/iterate.js)."""
SHOWN = "() => iteratePage.shown()"
QUICK, SLOW = 2.0, 6.0
"""Seconds between two looks while something works, and else."""
PARTS = ("head", "fight", "verdict", "live", "results", "stage", "rest", "list")
"""What a look fills."""
SHUT = "You are looking as a visitor: iterations are started and steered by the operator."


def build(service: Service, blocks: gr.Blocks) -> None:
    """Lays the page out and wires it."""
    Page(service).wire(blocks)


class Page:
    """The page's panels, and what they do."""

    def __init__(self, service: Service) -> None:
        self.service, self.guest = service, Guest(service)
        panel(_lead())
        places = {name: f"wheel-{name}" for name in PARTS} | {
            "head": "run-head",
            "rest": "run-rest",
            "list": "run-list",
        }
        self.parts = {}
        for name in PARTS[:-1]:
            self.parts[name] = panel(elem_id=places[name], js_on_load=ACT)
        self.start = panel(elem_id="start", js_on_load=ACT)
        self.told = panel(elem_id="told", js_on_load=ACT)
        self.saving = Saving(self.saved, "Save this report as HTML")
        self.parts["list"] = panel(skeleton(3), elem_id=places["list"], js_on_load=ACT)
        self.timer = gr.Timer(QUICK)
        names = ("draft", "at", "seen", "state")
        self.draft, self.at, self.seen, self.state = [
            gr.Textbox(visible="hidden", elem_id=f"wheel-{name}-now") for name in names
        ]

    @property
    def free(self) -> bool:
        """Whether who asks operates the app; asked inside an event."""
        return visitors.operates(self.service.settings)

    def wire(self, blocks: gr.Blocks) -> None:
        """Arriving fills everything, then the plan is checked; the clock looks again."""
        looked = [*(self.parts[name] for name in PARTS), self.seen, self.timer]
        changed = [self.start, self.draft, self.at, self.state, self.told, *looked]
        self.saving.wire(self.state)
        arrived = blocks.load(self.arrive, None, changed, show_progress="hidden")
        arrived.then(None, self.state, None, js=KNOW).then(None, None, None, js=SHOWN).then(
            self.check, [self.draft, self.at], self.told, show_progress="hidden"
        )
        self.timer.tick(self.look, [self.at, self.seen], looked, show_progress="hidden")
        for source in (*self.parts.values(), self.start, self.told):
            acted = source.select(self.act, [self.draft, self.at, self.seen], changed, show_progress="hidden")
            acted.then(None, self.state, None, js=PUSH).then(None, None, None, js=SHOWN)

    def saved(self, query: str) -> Offprint | None:
        """The report of the open run as a page to keep."""
        run = _spot(query).run
        return offprint.offprint(self.service, run) if run else None

    def arrive(self, asked: gr.Request) -> list[Any]:
        """The page as its address says."""
        spot = link.read(Spot, dict(asked.query_params)).value
        start, draft = self._opened(spot.preset or "") if self.free else (Markup(), "")
        told: Markup = starter.ready(None) if not spot.run else Markup()
        if not self.free:
            told = notes([SHUT], "info")
        at = link.query(spot)
        return [_folded(start, spot), draft, at, at, told, *self.look(at, "")]

    def check(self, draft: str, at: str) -> Any:
        """What is wrong with the plan in the form; nothing where a run is open."""
        if not draft or _spot(at).run or not self.free:
            return gr.skip()
        return self._checked(json.loads(draft), whole=False)

    def _checked(self, held: dict[str, Any], *, whole: bool) -> Markup:
        """The pre-flight with what it costs; `whole`: with the time, too, for which the models are asked."""
        try:
            packages = self.service.runs.packages
            plan = editor.pruned(catalog.load(KIND, packages).Config, held["config"])
            if whole:
                return starter.ready(self.service.runs.dry(DryRun(KIND, plan)))
            module, config = catalog.load(KIND, packages), catalog.config(KIND, plan, packages)
            findings = tuple(module.check(config))
            fine = worst(findings) != "red"
            findings += beside(self.service.runs.home, Plan(KIND, plan)) if fine else ()
            costs = module.plan(config, probe=False) if fine else ()
            found = Dry(KIND, catalog.title(module, config), {}, findings, costs)
        except ArenaError as error:
            return starter.ready(None, notes([str(error)], "error"))
        return starter.ready(found)

    def look(self, at: str, seen: str) -> list[Any]:
        """How all is now; only what changed is written again, so that nothing jumps under a reader."""
        spot = _spot(at)
        lines = self.guest.all()
        parts = dict.fromkeys(PARTS, Markup()) | {"list": wheels.listed(lines, spot)}
        if spot.run:
            try:
                parts |= self._run(self.guest.one(Iteration(spot.run, spot.stage)), spot)
                parts["fight"] = self._fight(spot)
            except ArenaError as error:
                parts["head"] = notes([str(error)], "error")
        had = json.loads(seen) if seen else {}
        now = {name: blake2b(part.encode(), digest_size=8).hexdigest() for name, part in parts.items()}
        fresh = [parts[name] if had.get(name) != now[name] else gr.skip() for name in PARTS]
        busy = any(one.line.state in course.LIVE for one in lines)
        return [*fresh, json.dumps(now), gr.Timer(QUICK if busy else SLOW)]

    def _run(self, found: IterationFound, spot: Spot) -> dict[str, Markup]:
        """One run."""
        told, line = found.report, found.found.line
        names = {one.name: rating.label(one) for one in told.versions} if told else {}
        taken = frozenset(one.version for one in told.stages if one.fate == "taken") if told else frozenset()
        results = [
            rating.figure(told),
            gains.stages(told, spot),
            gains.skill(told),
            gains.moved(found.moved, names),
            near.tree(found.family, taken, spot),
        ] if told else []  # fmt: skip
        wide = tag("div", results, class_="wheel-results") if told else Markup()
        seen = next((one for one in found.stages if one.name == spot.stage), None)
        near_by = found.stage if found.stage is None or self.free else replace(found.stage, log="")
        stage = near.stage(seen, near_by, self._rows(spot), spot) if seen and near_by else Markup()
        return {
            "head": text([course.head(line, free=self.free), timeline.now(found.stages)]),
            "verdict": text([course.trouble(found.found), gains.verdict(found, free=self.free)]),
            "live": timeline.timeline(found.stages, spot),
            "results": wide,
            "stage": stage,
            "rest": course.folded(found.found) if self.free else Markup(),
        }

    def _fight(self, spot: Spot) -> Markup:
        """The battle that is read."""
        if not spot.run or not spot.fight:
            return Markup()
        return fight.fight(self.guest.perform(Fight(spot.run, spot.fight)), spot)

    def _rows(self, spot: Spot) -> RowsFound | None:
        if not spot.run or not spot.stage:
            return None
        asked = Rows(spot.run, spot.stage, spot.show, spot.page, spot.row, spot.category)
        try:
            return self.guest.rows(asked)
        except ArenaError:
            return None

    def act(self, event: gr.EventData, draft: str, at: str, seen: str) -> list[Any]:
        """A press anywhere on the page."""
        do, what = str(event.do), str(event.what)
        same = [gr.skip(), draft, at, gr.skip(), gr.skip()]
        if not self.free and do not in ("open", "look"):
            return [*same, *self.look(at, seen)]
        try:
            changed = self._act(do, what, dict(event.values or {}), (draft, at))
        except ArenaError as error:
            changed = [gr.skip(), draft, at, gr.skip(), notes([str(error)], "error")]
        return [*changed, *self.look(changed[2], seen)]

    def _act(self, do: str, what: str, values: dict[str, Any], now: tuple[str, str]) -> list[Any]:
        """Form, draft, spot, query, what is told."""
        draft, at = now
        spot = _spot(at)
        if do in ("open", "look"):
            there = link.query(Spot(what)) if do == "open" else what
            return [gr.skip(), draft, there, there, "" if _spot(there).run else gr.skip()]
        if do == "preset":
            start, draft = self._opened(what)
            query = link.query(Spot(spot.run, preset=what))
            told = self._checked(json.loads(draft), whole=False) if draft else Markup()
            return [_folded(start, spot), draft, at if spot.run else query, query, told]
        if do == "promote":
            if not spot.run:
                raise BadRequest("no run is open")
            done = self.guest.promote(Promote(spot.run, what))
            form = _folded(self._form(json.loads(draft)), spot) if draft else gr.skip()
            return [form, draft, at, gr.skip(), _promoted(done)]
        if do in course.VERBS:
            done_ = self.service.runs.control(Control(what, do))
            gone = do == "remove"
            said = notes([f"{done_.id} is removed."], "info") if gone else ""
            return [gr.skip(), draft, "?" if gone else at, "?" if gone else gr.skip(), said]
        return self._plan(do, what, values, now)

    def _plan(self, do: str, what: str, values: dict[str, Any], now: tuple[str, str]) -> list[Any]:
        """What is pressed in the form, and the button."""
        draft, at = now
        held = json.loads(draft)
        model = catalog.load(KIND, self.service.runs.packages).Config
        config = editor.applied(model, held["config"], values)
        if do in ("add", "drop"):
            config = editor.changed(config, do, what)
        held = {**held, "config": config}
        draft = json.dumps(held)
        if do == "begin":
            held = self._begun(held, what)
            told = self._checked(held, whole=False)
            return [_folded(self._form(held), _spot(at)), json.dumps(held), at, gr.skip(), told]
        if do in ("add", "drop", "plug"):
            return [_folded(self._form(held), _spot(at)), draft, at, gr.skip(), gr.skip()]
        if do in ("dry", "check"):
            return [gr.skip(), draft, at, gr.skip(), self._checked(held, whole=do == "dry")]
        plan = editor.pruned(model, config)
        done = self.service.runs.launch(Launch(KIND, plan, again=do == "again"))
        query = link.query(Spot(done.id))
        return [_folded(self._form(held), Spot(done.id)), draft, query, query, _started(done.fate, done.id)]

    def _opened(self, name: str) -> tuple[Markup, str]:
        """The form on a preset, and its draft."""
        names = [shown.name for shown in starter.known(self.service.settings.home)]
        asked = (name, starter.PREFIX + name, starter.FIRST, *names)
        wanted = next((one for one in asked if one in names), "")
        if not wanted:
            return notes(["There is no preset: the program was installed without its data."], "error"), ""
        try:
            preset = presets.load(wanted, (), self.service.settings.home)
        except ArenaError as error:
            return notes([str(error)], "error"), ""
        held = {"preset": wanted, "config": preset.config}
        return self._form(held), json.dumps(held)

    def _begun(self, held: dict[str, Any], lineage: str) -> dict[str, Any]:
        """A draft that starts from a promoted model, or from its plan's own again."""
        head = models.promoted(self.service.settings.models).get(lineage)
        if head is None:
            own = presets.load(held["preset"], (), self.service.settings.home).config
            own = {name: own[name] for name in ("start", "name")}
            return {**held, "head": "", "config": {**held["config"], **own}}
        begun = {"start": str(head), "name": models.successor(lineage, head)}
        return {**held, "head": lineage, "config": {**held["config"], **begun}}

    def _form(self, held: dict[str, Any]) -> Markup:
        known = starter.known(self.service.settings.home)
        shown = next(one for one in known if one.name == held["preset"])
        model = catalog.load(KIND, self.service.runs.packages).Config
        heads = models.promoted(self.service.settings.models)
        return starter.form(shown, known, model, held["config"], starter.Begun(heads, held.get("head", "")))


def _spot(query: str) -> Spot:
    return link.read(Spot, dict(parse_qsl(query.removeprefix("?")))).value


def _folded(start: Markup, spot: Spot) -> Markup:
    """The form, behind a fold where a run is open."""
    if not spot.run:
        return start
    check = tag("button", "Check it", type="button", class_="act", data_do="check", data_what="")
    return tag("details", tag("summary", "Start another iteration"), start, check, data_keep="start")


def _lead() -> Markup:
    words = (
        "One button from a model's losses to its next version: it fights stronger models, learns from what "
        "beat it, and is rated on prompts that it never trains on. A run goes on when this page is closed."
    )
    single = tag(
        "p",
        "A single stage on rows of your own is a job, too: ",
        tag("a", "see the page of runs", href="/runs"),
        " (kind stage).",
        class_="quiet",
    )
    return tag("div", tag("h1", "Iterate"), tag("p", words, class_="quiet"), single, class_="title")


def _promoted(done: Promoted) -> Markup:
    where = tag("code", done.model)
    words = f"{done.version} stands for {done.head} from now on. A copy that outlives the run: "
    more = 'Choose it as the model under "Start another iteration" to go on from it.'
    return tag("div", tag("p", words, where), tag("p", more), class_="notes info", role="status")


def _started(fate: str, name: str) -> Markup:
    said = {
        "new": f"{name} is on its way.",
        "running": f"This plan has a run at work already: {name}. It is open above.",
        "resumed": f"{name} of this plan goes on where it was.",
        "finished": f"This plan has been run already: {name} is open above.",
    }
    again = tag("button", "Start a new run of it", type="button", class_="act", data_do="again", data_what="")
    return text([notes([said[fate]], "info"), again if fate == "finished" else None])
