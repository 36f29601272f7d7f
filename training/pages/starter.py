"""How an iteration is started: preset, pre-flight, one button, and the form behind a fold.

Leaves out what a press does (`training.pages.iterate`).
"""

from collections.abc import Mapping
from typing import Any

from arena import presets
from arena.jobs.plan import Dry
from arena.pages import course, editor, flight
from arena.pages.markup import Markup, tag
from arena.preflight import worst
from arena.presets import Shown

PREFIX = "iterate-"
FIRST = "iterate-nano"
"""What the page opens on."""


def known(home: Any) -> tuple[Shown, ...]:
    """The presets of iterations, those that come with the program and one's own."""
    return tuple(shown for shown in presets.every(home) if shown.kind == "iteration")


def form(shown: Shown, all_: tuple[Shown, ...], model: type[Any], config: Mapping[str, Any]) -> Markup:
    """Preset and settings."""
    options = [
        tag(
            "option",
            f"{one.name.removeprefix(PREFIX)}: {one.title}"[:110],
            value=one.name,
            selected=one.name == shown.name,
        )
        for one in all_
    ]
    chooser = tag(
        "div",
        tag("label", "Start from", for_="preset"),
        tag("select", options, id="preset", data_do="preset", aria_describedby="preset-help"),
        tag("small", shown.about, id="preset-help"),
        class_="field preset",
    )
    settings = tag("form", editor.form(editor.outline(model, config)), class_="editor", aria_label="Settings")
    return tag(
        "section",
        chooser,
        tag("details", tag("summary", "All settings"), settings, data_keep="settings-form"),
        class_="starter",
        aria_label="Start an iteration",
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
        _buttons(may=not red, words=words, cost=bool(found.costs)),
        class_="ready-to",
    )


def _buttons(*, may: bool, words: str, cost: bool = False) -> Markup:
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
        "button", "What would it take?", type="button", class_="act", data_do="dry", data_what="", id="dry",
        disabled=not may,
    )  # fmt: skip
    return tag("div", start, again, None if cost else dry, class_="acts go")
