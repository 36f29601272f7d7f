"""The list of flywheel runs, and how a new one is introduced.

Leaves out one run (`training.pages.iterate`).
"""

from collections.abc import Sequence

from arena.pages import course
from arena.pages.figure import count
from arena.pages.markup import Markup, empty, tag, text
from arena.pages.survey import bar
from training.pages.spot import Spot, address
from training.service import IterationLine


def listed(lines: Sequence[IterationLine], spot: Spot) -> Markup:
    """All runs, newest first."""
    if not lines:
        return empty(
            "No iteration yet",
            "Choose a preset above and start it. Nano takes a minute or two and shows every step; pocket "
            "takes longer, and its figures mean something. It goes on when this page is closed.",
        )
    return text([
        tag("h2", f"Iterations ({len(lines)})"),
        tag("ul", [_row(one, spot) for one in lines], class_="runs"),
    ])  # fmt: skip


def _row(one: IterationLine, spot: Spot) -> Markup:
    line = one.line
    lead = tag(
        "a",
        line.title,
        href=address(Spot(line.id)),
        data_run=line.id,
        aria_current="true" if line.id == spot.run else None,
        class_="run-link",
    )
    moving = line.state in course.LIVE and one.planned
    figures = [line.id, f"{one.stages} of {count(one.planned, 'stage')}"]
    if one.current:
        figures.append(f"stands: {one.current}")
    figures.append(line.created[:16].replace("T", " ") + " UTC")
    return tag(
        "li",
        tag("div", lead, course.state(line), class_="run-line"),
        bar(one.stages / one.planned, line.title) if moving else None,
        tag("p", one.verdict or line.error) if one.verdict or line.error else None,
        tag("p", " · ".join(figures), class_="figures"),
        class_=f"run {line.state}",
    )
