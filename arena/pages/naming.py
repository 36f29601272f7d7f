"""The small form that says which name on one board is which on another; it writes the user's name map."""

from typing import Any

import gradio as gr

from arena.errors import ArenaError
from arena.pages import caution
from arena.pages.markup import Markup, notes
from arena.pages.panel import panel
from arena.service import requests as ask
from arena.service.service import Service


class Naming:
    """A folded box: a name without a partner, what it is, how sure, and a button."""

    def __init__(self) -> None:
        title = "Say which names are the same model"
        with gr.Accordion(title, open=False, visible=False, elem_classes="more") as self.box:
            with gr.Row(elem_classes="controls"):
                self.alone = gr.Dropdown(label="Name without a partner", min_width=240, elem_id="alone")
                self.partner = gr.Dropdown(
                    label="is, on the reference", min_width=240, allow_custom_value=True, elem_id="partner"
                )
                self.near = gr.Checkbox(label="Only approximately", min_width=150, elem_id="near")
            self.keep = gr.Button("Save the name", size="sm", elem_id="keep")
        self.told = panel()

    @property
    def parts(self) -> list[Any]:
        """What `filled` fills."""
        return [self.box, self.alone, self.partner]

    def wire(self, service: Service, board: Any, reference: Any) -> Any:
        """Suggests on choosing a name, saves on the button; gives the event of a save."""

        def suggest(name: str | None, one: str, other: str) -> dict[str, Any]:
            return suggested(service, name, one, other)

        def save(name: str | None, key: str | None, near: bool) -> Markup:
            return saved(service, name, key, near)

        self.alone.input(suggest, [self.alone, board, reference], self.partner, show_progress="hidden")
        return self.keep.click(save, [self.alone, self.partner, self.near], self.told)


def filled(
    service: Service, names: tuple[str, ...], wanted: ask.Compare, *, open_: bool
) -> list[dict[str, Any]]:
    """The box over the names without a partner, with suggestions for the first; gone where there is none."""
    first = names[0] if names else None
    return [
        gr.update(visible=bool(names), open=open_),
        gr.update(choices=list(names), value=first),
        suggested(service, first, wanted.board, wanted.reference),
    ]


def suggested(service: Service, name: str | None, board: str, reference: str) -> dict[str, Any]:
    """Names of the reference that look like `name`, best first."""
    try:
        found = service.suggest(ask.Suggest(board, reference)).names.get(name or "", ())
    except ArenaError:
        found = ()
    choices = [(f"{other} ({likeness:.0%} alike)", other) for other, likeness in found]
    return gr.update(choices=choices, value=choices[0][1] if choices else None)


def saved(service: Service, name: str | None, key: str | None, near: bool) -> Markup:
    """Writes the map, and says so."""
    if not name or not key:
        return notes(["Choose a name and what it is on the reference."], "error")
    try:
        service.rename(ask.Rename(name, key, "approx" if near else "exact"))
    except ArenaError as error:
        return caution.failed(error)
    return notes([f"Saved: {name} is {key}{', approximately' if near else ''}."], "info")
