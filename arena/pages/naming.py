"""Which name on one board is which on another: what is matched, what the user said, and a form to say more.

Everything said is written into the user's name map at once and can be taken back.
"""

from typing import Any

import gradio as gr

from arena.errors import ArenaError
from arena.pages import caution, figure, visitors
from arena.pages.markup import Markup, Piece, notes, table, tag, text
from arena.pages.panel import panel
from arena.service import requests as ask
from arena.service.requests import Compared
from arena.service.service import Service

SAY = "element.addEventListener('click', event => agreement.say(event, said => trigger('select', said)))"
"""A button in the lists says what a name is (static/agreement.js)."""

SHUT = "Names are said by the operator: log in as operator."


class Naming:
    """What is known of names, and a folded box: a name without a partner, what it is, how sure, a button."""

    def __init__(self) -> None:
        self.known = panel(elem_id="names", js_on_load=SAY)
        title = "Say which names are the same model"
        with gr.Accordion(title, open=False, visible=False, elem_classes="more") as self.box:
            with gr.Row(elem_classes="controls"):
                self.alone = gr.Dropdown(label="Name without a partner", min_width=240, elem_id="alone")
                self.partner = gr.Dropdown(
                    label="is, on the reference", min_width=240, allow_custom_value=True, elem_id="partner"
                )
                self.near = gr.Checkbox(label="Only approximately", min_width=150, elem_id="near")
            self.keep = gr.Button("Save the name", size="sm", elem_id="keep")
        self.told = panel(elem_id="named")

    @property
    def parts(self) -> list[Any]:
        """What `filled` fills."""
        return [self.known, self.box, self.alone, self.partner]

    def wire(self, service: Service, board: Any, reference: Any) -> tuple[Any, Any]:
        """Suggests on choosing a name, saves on a button; gives the events of a save."""

        def suggest(name: str | None, one: str, other: str) -> dict[str, Any]:
            return suggested(service, name, one, other)

        def save(name: str | None, key: str | None, near: bool) -> Markup:
            if not name or not key:
                return notes(["Choose a name and what it is on the reference."], "error")
            return saved(service, name, key, near)

        def say(event: gr.EventData) -> Markup:
            return saved(service, str(event.name), str(event.key) or None, near=False)

        self.alone.input(suggest, [self.alone, board, reference], self.partner, show_progress="hidden")
        kept = self.keep.click(save, [self.alone, self.partner, self.near], self.told)
        return kept, self.known.select(say, None, self.told, show_progress="hidden")


def filled(
    service: Service, found: Compared | None, alone: tuple[str, ...], wanted: ask.Compare
) -> list[Any]:
    """The lists, and the box over the names without a partner, with suggestions for the first."""
    first = alone[0] if alone else None
    return [
        lists(found, service.links()),
        gr.update(visible=bool(alone), open=found is None),
        gr.update(choices=list(alone), value=first),
        suggested(service, first, wanted.board, wanted.reference),
    ]


def lists(found: Compared | None, links: ask.LinksFound) -> Markup:
    """Approximate matches to settle, the user's own words, and who stayed alone."""
    near = [pair for pair in found.pairs if pair.match == "approx"] if found else []
    parts: list[Piece] = [tag("h2", "Names")]
    if near:
        rows = [(pair.name, pair.reference, settle(pair.name, pair.reference)) for pair in near]
        about = (
            "Compared although the names differ. Confirm the ones that are the same model, refuse the others."
        )
        parts += [tag("h3", "Matched only approximately"), tag("p", about, class_="quiet")]
        parts.append(table(("On the board", "On the reference", "Same model?"), rows, left=3))
    if links.links:
        parts += [
            tag("h3", "What you said"),
            table(("Name", "is", "How sure", "Take back"), map(own, links.links), left=4),
        ]
    if found:
        parts += [
            people(f"Only on {found.board}", found.unmatched, "alone"),
            people(f"Only on {found.reference}", found.reference_unmatched, "reference-alone"),
        ]
        if not (near or found.unmatched or found.reference_unmatched):
            parts.append(tag("p", "All names match.", class_="quiet"))
    return tag("section", parts)


def settle(name: str, reference: str) -> Piece:
    """Two buttons: it is the same model, or it is not."""
    return tag(
        "span",
        button("✓ Confirm", name, reference, f"{name} is {reference}"),
        button("× Refuse", name, name, f"{name} is not {reference}"),
        class_="settle",
    )


def own(link: tuple[str, str, str]) -> tuple[Piece, ...]:
    """One of the user's links, with a button that takes it back."""
    name, key, match = link
    what = "itself only: refused" if key == name else key
    return (
        name,
        what,
        "exactly" if match == "exact" else "approximately",
        button("Remove", name, "", f"Forget {name}"),
    )


def button(words: str, name: str, key: str, about: str) -> Markup:
    """Says that `name` is `key` (empty: forget what was said)."""
    return tag("button", words, type="button", class_="small", data_name=name, data_key=key, aria_label=about)


def people(heading: str, models: tuple[str, ...], key: str) -> Piece:
    """A folded list of names, open while it is short."""
    if not models:
        return None
    shown = tag("p", ", ".join(models), class_="quiet")
    title = tag("summary", f"{heading}: {figure.count(len(models), 'model')}")
    return tag("details", title, shown, data_open=key, open=len(models) <= 12)


def suggested(service: Service, name: str | None, board: str, reference: str) -> dict[str, Any]:
    """Names of the reference that look like `name`, best first."""
    try:
        found = service.suggest(ask.Suggest(board, reference)).names.get(name or "", ())
    except ArenaError:
        found = ()
    choices = [(f"{other} ({figure.percent(likeness, 0)} alike)", other) for other, likeness in found]
    return gr.update(choices=choices, value=choices[0][1] if choices else None)


def saved(service: Service, name: str, key: str | None, near: bool) -> Markup:
    """Writes the map, and says so; a visitor is refused."""
    if not visitors.operates(service.settings):
        return notes([SHUT], "error")
    try:
        service.rename(ask.Rename(name, key, "approx" if near else "exact"))
    except ArenaError as error:
        return caution.failed(error)
    if key is None:
        return notes([f"Forgotten: what you said of {name}."], "info")
    if key == name:
        return notes([f"Saved: {name} is compared with its own name only."], "info")
    return notes([f"Saved: {name} is {key}{', approximately' if near else ''}."], "info")


def nothing() -> list[Any]:
    """The parts where there is nothing to name."""
    gone = gr.update(visible=False)
    return [text([]), gone, gr.skip(), gr.skip()]
