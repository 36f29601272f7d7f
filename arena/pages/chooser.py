"""The choice of a preset: each in a line, and all words on the chosen one. Leaves out its form (`editor`)."""

from collections.abc import Iterable
from textwrap import shorten

from arena.pages.markup import Markup, coded, tag
from arena.presets import Shown

WIDE = 130
"""Characters of a line."""


def chooser(label: str, known: Iterable[Shown], chosen: str, prefix: str = "") -> Markup:
    """A list to choose from, names without `prefix`. A title that has no room stands whole below."""
    known = tuple(known)
    lines = {shown.name: f"{shown.name.removeprefix(prefix)}: {shown.title}" for shown in known}
    options = [
        tag("option", shorten(line, WIDE, placeholder=" …"), value=name, selected=name == chosen)
        for name, line in lines.items()
    ]
    now = next((shown for shown in known if shown.name == chosen), None)
    about = now.about if now else ""
    if now and len(lines[chosen]) > WIDE:
        about = f"{now.title} {about}"
    return tag(
        "div",
        tag("label", label, for_="preset"),
        tag("select", options, id="preset", data_do="preset", aria_describedby="preset-help"),
        tag("small", coded(about), id="preset-help"),
        class_="field preset",
    )
