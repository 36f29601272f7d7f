"""The data page's part about test sets: the list, one set with its map, a form that starts a build as a job.

Leaves out how they look (`setview`, `setcharts`). Paths may be named by whoever sits at the machine alone;
behind a password builds are started by the operator's command line.
"""

from dataclasses import fields
from typing import Any

import gradio as gr

from arena.corpus import sources
from arena.corpus.recipe import Drawing, Recipe
from arena.corpus.steps import decontaminate, language, length, neardup, prefix, safety
from arena.corpus.types import Columns
from arena.errors import ArenaError, BadRequest, NotFound
from arena.fields import fill
from arena.jobs import catalog
from arena.jobs.control import VERBS
from arena.pages import setview, visitors
from arena.pages.form import Form
from arena.pages.markup import Markup, notes
from arena.pages.panel import panel
from arena.plugins import chosen
from arena.service import running
from arena.service import testsets as held
from arena.service.service import Service
from arena.service.testsets import SetPrompts, TestSet

STEPS = (safety.Config, length.Config, prefix.Config, neardup.Config, decontaminate.Config, language.Config)
"""The cleaning steps' options, in the paper's order."""
FIRST = ("clusters", "diverse", "candidates", "hard", "parts", "seed")
"""Fields that stand open."""
ACT = "element.addEventListener('click', event => testsets.act(event, told => trigger('select', told)))"
POINT = f"{ACT}; testsets.point(element)"
SHOWN = "() => testsets.shown('#set h2')"
DRAWN = "() => testsets.shown('#cluster h3')"


class Part:
    """The controls, and what they do."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.list = panel(elem_id="sets", js_on_load=ACT)
        self.told = panel(elem_id="setbuild")
        self.builds = panel(elem_id="builds", js_on_load=ACT)
        self.form = Form(Drawing, Columns, *STEPS)
        self.build = gr.Accordion("Build a test set", open=False, elem_classes="more", elem_id="setform")
        with self.build:
            self._form()
        self.opened = panel(elem_id="set", js_on_load=POINT)
        self.cluster = panel(elem_id="cluster")
        self.timer = gr.Timer(2, active=False)
        self.at = gr.Textbox(visible="hidden", elem_id="setat")

    @property
    def free(self) -> bool:
        """Whether who asks operates the app; asked inside an event."""
        return visitors.operates(self.service.settings)

    def _form(self) -> None:
        with gr.Row(elem_classes="controls"):
            self.name = gr.Textbox(
                label="Name", value="testset", max_lines=1, elem_id="setname", min_width=150
            )
        with gr.Row(elem_classes="controls"):
            self.sources = gr.Textbox(
                label="Collections, one per line: a file or folder on this server, or NAME=PATH",
                lines=3,
                elem_id="setsources",
            )
            self.against = gr.Textbox(
                label="Benchmarks that prompts must not resemble, one per line",
                lines=3,
                elem_id="setagainst",
            )
        with gr.Row(elem_classes="controls"):
            self.form.place(*FIRST)
        with (
            gr.Accordion("Cleaning, columns and more", open=False, elem_classes="more"),
            gr.Row(elem_classes="controls"),
        ):
            self.form.place()
        with gr.Row(elem_classes="go"):
            self.look = gr.Button("Check and estimate", elem_id="setlook", min_width=140)
            self.start = gr.Button("Build", variant="primary", elem_id="setstart", min_width=140)

    def wire(self, blocks: gr.Blocks) -> None:
        """Arriving lists the sets and opens the one that the address names."""
        lists = [self.list, self.builds, self.timer]
        blocks.load(self.arrive, None, [*lists, self.opened, self.at, self.build], show_progress="hidden")
        given = [self.name, self.sources, self.against, *self.form.parts]
        self.look.click(self.check, given, self.told, show_progress="minimal", concurrency_limit=2)
        self.start.click(self.launch, given, [self.told, *lists], show_progress="minimal")
        self.timer.tick(self.tick, self.at, lists, show_progress="hidden")
        self.builds.select(self.control, self.at, [self.told, *lists], show_progress="hidden")
        chosen_ = self.list.select(
            self.open, None, [self.opened, self.at, self.list, self.cluster], show_progress="hidden"
        )
        chosen_.then(None, None, None, js=SHOWN)
        drawn = self.opened.select(self.drawn, self.at, self.cluster, show_progress="hidden")
        drawn.then(None, None, None, js=DRAWN)

    def arrive(self, asked: gr.Request) -> list[Any]:
        """The part as the address says."""
        name = str(dict(asked.query_params).get("set", ""))
        return [*self.tick(name), self._opened(name) if name else "", name, gr.update(visible=self.free)]

    def tick(self, at: str) -> list[Any]:
        """The list, and builds under way."""
        lines = [line for line in self.service.runs.all() if line.kind == "testset"]
        going = any(line.state in ("queued", "running", "paused", "stopping") for line in lines)
        found = held.listed(self.service.settings)
        return [setview.listed(found, at), setview.builds(lines, self.free), gr.update(active=going)]

    def open(self, event: gr.EventData) -> list[Any]:
        """Opens a set."""
        name = str(event.what)
        return [self._opened(name), name, self.tick(name)[0], ""]

    def drawn(self, event: gr.EventData, at: str) -> Markup:
        """The prompts that were drawn from a cluster."""
        try:
            self._mine(at)
            files = self._files(at)
            file = next(name for name in ("mix", "diverse", "hard", *files) if name in files)
            found = held.prompts(self.service.settings, SetPrompts(at, file, int(event.what)))
        except (ArenaError, ValueError) as error:
            return notes([str(error)], "error")
        return setview.prompts(found)

    def check(self, *values: Any) -> Markup:
        """The dry run."""
        try:
            name, config = self._config(values)
            return setview.checked(self.service.runs.dry(running.DryRun(name, config)))
        except ArenaError as error:
            return notes([str(error)], "error")

    def launch(self, *values: Any) -> list[Any]:
        """Starts the build as a job."""
        try:
            kind, config = self._config(values)
            launched = self.service.runs.launch(running.Launch(kind, config))
        except ArenaError as error:
            return [notes([str(error)], "error"), *self.tick("")]
        said = f"Build {launched.id}: {launched.fate}. It goes on when this page is closed."
        return [notes([said], "info"), *self.tick("")[:2], gr.update(active=True)]

    def control(self, event: gr.EventData, at: str) -> list[Any]:
        """A button of a build."""
        try:
            if not self.free:
                raise BadRequest("builds are stopped by the operator: log in as operator")
            verb = next(verb for verb in VERBS if verb == event.do)
            self.service.runs.control(running.Control(str(event.what), verb))
        except (ArenaError, StopIteration) as error:
            return [notes([str(error) or f"no button {event.do!r}"], "error"), *self.tick(at)]
        return ["", *self.tick(at)]

    def _files(self, at: str) -> dict[str, int]:
        found = held.listed(self.service.settings)
        return next((one.files for one in found.sets if one.name == at), {})

    def _mine(self, name: str) -> None:
        """Refuses a visitor a set by its path: those of the home have names.

        Raises:
            NotFound: it is none of them.
        """
        names = [one.name for one in held.listed(self.service.settings).sets]
        if not self.free and name not in names:
            raise NotFound(f"no test set {name!r}: there are {', '.join(names) or 'none yet'}")

    def _opened(self, name: str) -> Markup:
        try:
            self._mine(name)
            return setview.opened(held.one(self.service.settings, TestSet(name)), self.free)
        except ArenaError as error:
            return notes([str(error)], "error")

    def _config(self, values: tuple[Any, ...]) -> tuple[str, dict[str, Any]]:
        """Kind and config of the job that the form describes."""
        if not self.free:
            raise BadRequest("builds are started by the operator: log in as operator")
        name, paths, against, *rest = values
        said = self.form.given(rest)
        drawing, columns, *steps = (_filled(kind, said) for kind in (Drawing, Columns, *STEPS))
        recipe = Recipe(
            tuple(sources.place(line.strip(), columns) for line in paths.splitlines() if line.strip()),
            tuple(sources.place(line.strip()) for line in against.splitlines() if line.strip()),
            tuple(map(chosen, steps)),
            drawing,
        )
        module = catalog.load("testset")
        return "testset", catalog.plain(module.Config(name.strip(), recipe))


def _filled(kind: type[Any], said: dict[str, str]) -> Any:
    own = {field.name for field in fields(kind)}
    return fill(kind, {name: value for name, value in said.items() if name in own})
