"""How an iteration is started: preset, pre-flight, one button, and the form behind a fold.

Leaves out what a press does (`training.pages.iterate`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from arena import presets
from arena.jobs.plan import Dry
from arena.pages import course, editor, flight
from arena.pages.chooser import chooser
from arena.pages.markup import Markup, tag
from arena.preflight import worst
from arena.presets import Shown

PREFIX = "iterate-"
FIRST = "iterate-nano"
"""What the page opens on."""


def known(home: Any) -> tuple[Shown, ...]:
    """The presets of iterations, those that come with the program and one's own."""
    return tuple(shown for shown in presets.every(home) if shown.kind == "iteration")


@dataclass(frozen=True, slots=True)
class Begun:
    """What a flywheel may start from beside its plan's own model."""

    heads: Mapping[str, Path]
    """Promoted models by the name of their lineage."""
    chosen: str = ""
    """The one that is chosen; empty: the plan's own."""


def form(
    shown: Shown, all_: tuple[Shown, ...], model: type[Any], config: Mapping[str, Any], begun: Begun
) -> Markup:
    """Plan, model and settings."""
    settings = tag("form", editor.form(editor.outline(model, config)), class_="editor", aria_label="Settings")
    return tag(
        "section",
        chooser("Plan", all_, shown.name, PREFIX),
        _beginning(begun),
        tag("details", tag("summary", "All settings"), settings, data_keep="settings-form"),
        class_="starter",
        aria_label="Start an iteration",
    )


def _beginning(begun: Begun) -> Markup | None:
    """The model to go on from, where there is a choice."""
    if not begun.heads:
        return None
    options = [tag("option", "the plan's own", value="", selected=not begun.chosen)]
    options += [
        tag(
            "option",
            f"{name}: {folder.name.rpartition('-')[0]}, promoted",
            value=name,
            selected=name == begun.chosen,
        )
        for name, folder in begun.heads.items()
    ]
    told = "A promoted model begins a lineage of its own, with boards of its own."
    return tag(
        "div",
        tag("label", "Model", for_="begin"),
        tag("select", options, id="begin", data_do="begin", aria_describedby="begin-help"),
        tag("small", told, id="begin-help"),
        class_="field preset",
    )


def ready(found: Dry | None, told: Markup | None = None) -> Markup:
    """The pre-flight with the button; None: it is being looked at."""
    if found is None:
        return tag(
            "section",
            tag("h2", "Before it starts"),
            told or tag("p", "Looking at models, judge, data and disk…", class_="quiet"),
            _buttons(may=False, words="Start"),
            class_="flight",
            aria_label="Before it starts",
        )
    red = worst(found.findings) == "red"
    words = "Start"
    if found.run and found.state:
        words = (
            "Open its run" if found.state == "done" or found.state in course.LIVE else "Go on with its run"
        )
    return tag(
        "div",
        flight.checked(found),
        _buttons(may=not red, words=words, timed=any(cost.what == "minutes" for cost in found.costs)),
        class_="ready-to",
    )


def _buttons(*, may: bool, words: str, timed: bool = False) -> Markup:
    start = tag(
        "button",
        words,
        type="button",
        class_="act first",
        data_do="start",
        data_what="",
        id="launch",
        disabled=not may,
    )
    again = tag(
        "button", "Check again", type="button", class_="act", data_do="check", data_what="", id="check"
    )
    dry = tag(
        "button",
        "How long would it take?",
        type="button",
        class_="act",
        data_do="dry",
        data_what="",
        id="dry",
        disabled=not may,
    )
    return tag("div", start, again, None if timed else dry, class_="acts go")
