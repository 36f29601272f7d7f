"""The list of runs: what works and waits on top, what ended below. Each leads to its run.

Leaves out one run (`arena.pages.course`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from arena.pages import course, link
from arena.pages.figure import count, number, percent
from arena.pages.jobs import clock
from arena.pages.markup import Markup, empty, tag, text
from arena.pages.survey import bar
from arena.service.running import RunLine

MOST = 60
"""Ended runs that are listed."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where one is on the page of runs."""

    run: str | None = None
    """The run that is open."""
    preset: str | None = None
    """The preset that the form shows."""


def listed(lines: Sequence[RunLine], spot: Spot) -> Markup:
    """All runs."""
    if not lines:
        return empty(
            "No runs yet",
            "Choose a preset above, look at what it would cost, and start it: queue, progress and results "
            "show here, and go on when this page is closed.",
        )
    live = [line for line in lines if line.state in course.LIVE]
    over = [line for line in lines if line.state not in course.LIVE]
    more = f", the latest {MOST} shown" if len(over) > MOST else ""
    return text([
        _section(f"At work and waiting ({len(live)})", live, spot) if live else None,
        _section(f"Ended ({len(over)}{more})", over[:MOST], spot) if over else None,
    ])  # fmt: skip


def _section(title: str, lines: Sequence[RunLine], spot: Spot) -> Markup:
    return tag("section", tag("h2", title), tag("ul", [_row(line, spot) for line in lines], class_="runs"))


def _row(line: RunLine, spot: Spot) -> Markup:
    here = "true" if line.id == spot.run else None
    address = "/runs" + link.query(Spot(line.id, spot.preset))
    title = tag("a", line.title, href=address, data_run=line.id, aria_current=here, class_="run-link")
    moving = line.state in ("running", "paused", "stopping") and line.total
    return tag(
        "li",
        tag("div", title, course.state(line), class_="run-line"),
        bar(min(1.0, line.done / line.total), line.title) if moving and line.total else None,
        tag("p", " · ".join(_figures(line)), class_="figures"),
        class_=f"run {line.state}",
    )


def _figures(line: RunLine) -> list[str]:
    found = [line.id]
    if line.step:
        total = f" of {number(line.total)}" if line.total is not None else ""
        share = f" ({percent(line.done / line.total, 0)})" if line.total else ""
        found.append(f"{line.step}: {number(line.done)}{total}{share}")
    if line.left:
        found.append(f"about {clock(line.left)} left")
    if line.board:
        found.append(f"board {line.board}")
    if line.failed:
        found.append(f"{count(line.failed, 'row')} failed")
    found.append(line.created[:16].replace("T", " ") + " UTC")
    return found
