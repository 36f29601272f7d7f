"""The page of studies: which settings of the flywheel help, by how much, over how many seeds.

Its state is the query. Shows the studies that come with the program (`data/studies`) and those that were run
here. Leaves out running them (a job, `arena study run`) and the parts (`training.pages.arms`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from arena.errors import ArenaError
from arena.jobs.folder import at, every
from arena.pages import link
from arena.pages.markup import Markup, empty, notes, skeleton, tag, text
from arena.pages.panel import KNOW, PUSH, panel
from arena.service.service import Service
from training.pages import arms, spot
from training.studies import cells, summary
from training.studies.cells import FILE, Study

WORDS = (
    "What of the method helps, measured: the same flywheel under several settings, each with several seeds, "
    "beside what the paper says. Intervals are 95 %, over seeds."
)


_UNSHOWN = ("low", "high", "/n", "learning_rate", "grad_norm", "num_tokens", "step_time")
"""Ends of figures that nobody compares: bounds, counts, what training logs."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Which study, and which figure of it."""

    study: str | None = None
    figure: str | None = None


def build(service: Service, blocks: gr.Blocks) -> None:
    """Lays the page out and wires it."""
    Page(service).wire(blocks)


def known(runs: Path) -> dict[str, tuple[str, Path]]:
    """Title and file of each study by its name in addresses: shipped ones, then runs, newest first."""
    found: dict[str, tuple[str, Path]] = {}
    for name, path in summary.committed().items():
        found[name] = (f"{cells.read(path).title} (measured for the README)", path)
    for run in every(runs):
        path = run.outputs / FILE
        if run.spec().kind == "study" and path.is_file():
            found[run.id] = (f"{cells.read(path).title} ({run.id})", path)
    return found


class Page:
    """The page's controls, and what they do."""

    def __init__(self, service: Service) -> None:
        self.service = service
        panel(tag("div", tag("h1", "Studies"), tag("p", WORDS, class_="quiet"), class_="title"))
        with gr.Row(elem_classes="controls"):
            self.study = gr.Dropdown(label="Study", min_width=320, scale=3, elem_id="study-name")
            self.figure = gr.Dropdown(label="Figure", min_width=200, elem_id="study-figure")
        self.body = panel(skeleton(6), elem_id="study")
        self.state = gr.Textbox(visible="hidden", elem_id="state")

    def wire(self, blocks: gr.Blocks) -> None:
        """Arriving and choosing fill everything."""
        outputs = [self.study, self.figure, self.body, self.state]
        arrived = blocks.load(self.arrive, None, outputs, show_progress="hidden")
        arrived.then(None, self.state, None, js=KNOW)
        moved = self.study.input(self.move, self.study, outputs, show_progress_on=self.body)
        changed = self.figure.input(
            self.change, [self.study, self.figure], outputs, show_progress_on=self.body
        )
        for event in (moved, changed):
            event.then(None, self.state, None, js=PUSH)

    def arrive(self, asked: gr.Request) -> list[Any]:
        """The page as its address says."""
        return self.opened(dict(asked.query_params))

    def move(self, study: str) -> list[Any]:
        """Another study, by the figure it is decided by."""
        return self.opened({"study": study})

    def change(self, study: str, figure: str) -> list[Any]:
        """Another figure."""
        return self.opened({"study": study, "figure": figure})

    def opened(self, params: Mapping[str, str]) -> list[Any]:
        """Controls and the study of a query."""
        asked = link.read(Spot, params).value
        try:
            found = known(self.service.settings.runs)
            if not found:
                return [gr.update(choices=[]), gr.update(choices=[]), bare(), ""]
            name = asked.study if asked.study in found else next(iter(found))
            told = [f"There is no study {asked.study!r} here."] if asked.study not in (None, name) else []
            study = cells.read(found[name][1])
        except ArenaError as error:
            return [gr.skip(), gr.skip(), notes([str(error)], "error"), ""]
        figures = measured(study)
        figure = asked.figure if asked.figure in figures else study.figure
        return [
            gr.update(choices=[(title, key) for key, (title, _) in found.items()], value=name),
            gr.update(choices=figures, value=figure),
            text([notes(told), arms.shown(study, figure, there(self.service.settings.runs, study))]),
            link.query(Spot(name, None if figure == study.figure else figure)),
        ]


def there(runs: Path, study: Study) -> dict[str, str]:
    """The address of each run of a study that is on this machine, by its folder's name."""
    held = {cell.run: at(runs, cell.run) for cell in study.cells}
    return {name: spot.address(spot.Spot(name)) for name, run in held.items() if run.sound()}


def measured(study: Study) -> list[str]:
    """The figures of a study, bounds left out; the one that decides it first."""
    names = {name for cell in study.cells for name in cell.after if not name.endswith(_UNSHOWN)}
    return sorted(names, key=lambda name: (name != study.figure, name))


def bare() -> Markup:
    """No study yet."""
    return empty(
        "No study has been run here yet",
        "One is a preset: on the command line ",
        tag("code", "arena study run stages"),
        ", or choose one on the ",
        tag("a", "page of runs", href="/runs"),
        ".",
    )
