"""A page that is filled from its controls, and keeps what it shows in the address: how that is wired.

Leaves out what the page shows, and events that only some pages have: they say `kept` themselves.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from arena.pages.form import Form
from arena.pages.panel import KNOW, PUSH


@dataclass(frozen=True, slots=True)
class Events:
    """The events after which everything stands: somebody arrived, picked, or narrowed."""

    arrived: Any
    changed: Any
    narrowed: Any

    def __iter__(self) -> Iterator[Any]:
        return iter((self.arrived, self.changed, self.narrowed))


def wired(
    blocks: gr.Blocks,
    arrive: Callable[..., Any],
    change: Callable[..., Any],
    *,
    picks: Sequence[Any],
    form: Form,
    outputs: Sequence[Any],
    state: gr.Textbox,
    slow: Any,
) -> Events:
    """Arriving and every change of a pick or of the form fill `outputs`; `slow` shows that it takes a while.

    `change` is given the picks, then the form.
    """
    arrived = blocks.load(arrive, None, outputs, show_progress="hidden")
    arrived.then(None, state, None, js=KNOW)
    inputs = [*picks, *form.parts]
    changed = gr.on(
        [pick.input for pick in picks],
        change,
        inputs,
        outputs,
        trigger_mode="always_last",
        show_progress_on=slow,
    )
    narrowed = form.listen(change, inputs, outputs, show_progress_on=slow)
    kept((changed, narrowed), state)
    return Events(arrived, changed, narrowed)


def kept(events: Iterable[Any], state: gr.Textbox) -> None:
    """What stands after an event is a new entry of the history, if it is another address."""
    for event in events:
        event.then(None, state, None, js=PUSH)
